package io.hosu.tables;

import static java.util.Objects.requireNonNull;

import io.hosu.governance.ColumnNames.Writer;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import io.hosu.objects.ObjectFiles;
import io.hosu.objects.StoredFile;
import io.hosu.store.Database;
import io.hosu.tables.PreparedCommit.Made;
import io.hosu.tables.TableUpdate.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.RetryableValidationException;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.jspecify.annotations.Nullable;

/** Turns what an engine outside wants of one table into new metadata, in staged files. */
final class UpdatePreparing {
  private static final Pattern MISSING = Pattern.compile("^Cannot parse missing [a-z]+: ([a-z-]+)");

  private final Database database;
  private final ObjectFiles files;
  private final MetadataFiles metadata;
  private final StagedFiles staged;
  private final FilePaths paths;
  private final ObjectFileIO io;

  UpdatePreparing(
      Database database,
      ObjectFiles files,
      MetadataFiles metadata,
      StagedFiles staged,
      FilePaths paths) {
    this.database = database;
    this.files = files;
    this.metadata = metadata;
    this.staged = staged;
    this.paths = paths;
    this.io = new ObjectFileIO(paths, staged);
  }

  /**
   * One table's part of a commit.
   *
   * @param prepared empty when the table stays as it is
   * @param after the metadata that the table has then
   */
  record Part(
      Optional<PreparedCommit.Prepared> prepared, TableMetadata after, Set<Effect> effects) {}

  /**
   * A table with one update, of which no metadata file tells yet.
   *
   * @param taken the files that the engine wrote for it
   */
  record Step(TableMetadata after, Set<Effect> effects, Made made, List<StoredFile> taken) {
    /** The table, for the next step. */
    TableMetadata settled() {
      return TableMetadata.buildFrom(after).discardChanges().build();
    }
  }

  /**
   * Prepares {@code update} to a table at {@code before}.
   *
   * @throws Conflict {@link TablesError#TABLE_CHANGED} when a requirement does not hold
   * @throws Invalid when a file is not as the update says, or lies elsewhere than the table
   */
  Part prepare(TableUpdate update, CatalogRows.@Nullable TableRow before) {
    TableMetadata current = before == null ? null : metadata.read(before);
    Step step =
        step(
            update,
            current,
            _ -> {
              // Who publishes asks what is allowed.
            });
    if (step.after().changes().isEmpty() && current != null) {
      return new Part(Optional.empty(), current, Set.of());
    }
    PreparedCommit.Prepared prepared =
        finish(update.table(), before, step.after(), step.made(), step.taken());
    return new Part(Optional.of(prepared), prepared.after(), step.effects());
  }

  /**
   * Makes what is to be true of a table durable.
   *
   * @param before as it is
   * @param changed as it is to be
   */
  PreparedCommit.Prepared finish(
      TableName name,
      CatalogRows.@Nullable TableRow before,
      TableMetadata changed,
      Made made,
      List<StoredFile> taken) {
    String place = before == null ? "" : before.metadataLocation();
    TableMetadata current = before == null ? null : metadata.read(before);
    TableMetadata after = metadata.write(new StagedTableOperations(changed, io), place);
    return new PreparedCommit.Prepared(
        name,
        before,
        after,
        made,
        SchemaNames.naming(current, after, Writer.ENGINE),
        staged.adopt(),
        taken,
        ended(current, after));
  }

  /**
   * Applies {@code update} to a table at {@code current}: as it is, or an append that was made for
   * an earlier state as one to this state.
   *
   * @param allowed is told what the update does, before any file is written for it
   * @throws Conflict {@link TablesError#TABLE_CHANGED} when a requirement does not hold
   * @throws Invalid when a file is not as the update says, or lies elsewhere than the table
   */
  Step step(TableUpdate update, @Nullable TableMetadata current, Consumer<Set<Effect>> allowed) {
    Optional<AppendUpdate> overtaken =
        current == null
            ? Optional.empty()
            : AppendUpdate.of(update).filter(append -> append.isOvertaken(current));
    overtaken.ifPresent(append -> requireOthers(update.table(), append, requireNonNull(current)));
    return overtaken
        .flatMap(_ -> SeenAppend.of(update, requireNonNull(current), database, files, io))
        .map(seen -> rebased(seen, requireNonNull(current), allowed))
        .orElseGet(() -> plain(update, current, allowed));
  }

  /** The same of an append whose files were looked at before. */
  Step step(SeenAppend seen, TableMetadata current, Consumer<Set<Effect>> allowed) {
    if (seen.append().isNext(current)) {
      TableMetadata after = changed(seen.update(), current);
      SoundMetadata.require(seen.update().table(), current, after);
      allowed.accept(seen.effects(current));
      return step(seen, current, after, Set.of());
    }
    if (seen.append().isOvertaken(current)) {
      requireOthers(seen.update().table(), seen.append(), current);
      return rebased(seen, current, allowed);
    }
    return plain(seen.update(), current, allowed);
  }

  private Step plain(
      TableUpdate update, @Nullable TableMetadata current, Consumer<Set<Effect>> allowed) {
    TableMetadata changed = changed(update, current);
    if (changed.changes().isEmpty() && current != null) {
      return new Step(changed, Set.of(), new Made.Columns(), List.of());
    }
    TableLocations.require(database, update.table(), current, changed);
    requireId(update.table(), current, changed);
    SoundMetadata.require(update.table(), current, changed);
    ContractGuard.requireCompatible(update.table(), current, changed);
    ArrivedFiles arrived = new ArrivedFiles(files, changed.location(), update.named());
    UpdateEffects difference = new UpdateEffects(current, changed);
    Set<Effect> effects =
        difference.of(update.updates(), new SnapshotContent(arrived, io, current, changed));
    arrived.require(SnapshotContent.statistics(changed));
    allowed.accept(effects);
    return new Step(
        changed, effects, made(difference, current, changed), arrived.arrived(Set.of()));
  }

  private Step rebased(SeenAppend seen, TableMetadata current, Consumer<Set<Effect>> allowed) {
    allowed.accept(seen.effects(current));
    Rebase.Rebased rebased =
        new Rebase(seen.append(), seen.content())
            .onto(current, new ObjectFileIO(paths, staged, seen.arrived()));
    SoundMetadata.require(seen.update().table(), current, rebased.after());
    return step(seen, current, rebased.after(), rebased.unused());
  }

  private static Step step(
      SeenAppend seen, TableMetadata before, TableMetadata after, Set<String> unused) {
    return new Step(after, seen.effects(before), seen.made(after), seen.arrived().arrived(unused));
  }

  private static void requireOthers(TableName table, AppendUpdate append, TableMetadata current) {
    meaning(
        table,
        () -> {
          append.others().forEach(requirement -> requirement.validate(current));
          return current;
        });
  }

  /** Metadata files that are remembered no more, and what only removed snapshots needed. */
  private List<ObjectName> ended(@Nullable TableMetadata current, TableMetadata after) {
    List<ObjectName> ended = new ArrayList<>(PreparedCommit.Prepared.ended(current, after));
    if (current != null) {
      ended.addAll(ReachableFiles.names(new ReachableFiles(io).lost(current, after)));
    }
    return ended;
  }

  /**
   * Prepares that the table whose metadata lies at {@code location} gets {@code name}.
   *
   * @throws Invalid when a file is not there, lies elsewhere or is not as it is said to be
   */
  Part register(TableName name, String location, NamedObjects named) {
    ArrivedFiles arrived = new ArrivedFiles(files, TableLocations.of(name), named);
    TableMetadata registered = read(arrived, location);
    TableLocations.require(database, name, null, registered);
    requireId(name, null, registered);
    SoundMetadata.require(name, null, registered);
    UpdateEffects difference = new UpdateEffects(null, registered);
    Set<Effect> effects =
        difference.of(List.of(), new SnapshotContent(arrived, io, null, registered));
    arrived.require(SnapshotContent.statistics(registered));
    PreparedCommit.Prepared prepared =
        new PreparedCommit.Prepared(
            name,
            null,
            registered,
            made(difference, null, registered),
            SchemaNames.naming(null, registered, Writer.ENGINE),
            List.of(),
            arrived.arrived(Set.of()),
            List.of());
    return new Part(Optional.of(prepared), registered, effects);
  }

  private static TableMetadata read(ArrivedFiles arrived, String location) {
    arrived.requireMetadata(location);
    try {
      return MetadataText.readForeign(arrived.newInputFile(location));
    } catch (MetadataText.TooLong _) {
      throw new Invalid(
          TablesError.COMMIT_INVALID,
          "%s has more than %d MiB of metadata.".formatted(location, MetadataText.MOST_BYTES >> 20),
          "Expire snapshots of the table where it is now, then register what is left of it.");
    } catch (RuntimeException e) {
      // What it says is not told: who names it may not be one who may read it.
      throw new Invalid(
          TablesError.COMMIT_INVALID,
          "%s is no metadata file of Iceberg%s.".formatted(location, missing(e)),
          "Name a file that ends in .metadata.json, of the table as it is to be.",
          e);
    }
  }

  private static String missing(RuntimeException e) {
    var missing = MISSING.matcher(String.valueOf(e.getMessage()));
    return missing.find() ? ": it has no " + missing.group(1) : "";
  }

  private static TableMetadata changed(TableUpdate update, @Nullable TableMetadata current) {
    return meaning(
        update.table(),
        () -> {
          update.requirements().forEach(requirement -> requirement.validate(current));
          TableMetadata.Builder builder =
              current == null ? empty(update.updates()) : TableMetadata.buildFrom(current);
          update.updates().forEach(one -> one.applyTo(builder));
          TableMetadata changed = builder.build();
          if (changed.location() == null || changed.schemas().isEmpty()) {
            throw new IllegalArgumentException("A table needs a location and a schema");
          }
          return changed;
        });
  }

  private static TableMetadata meaning(TableName table, Supplier<TableMetadata> work) {
    try {
      return work.get();
    } catch (CommitFailedException | RetryableValidationException e) {
      throw new Conflict(
          TablesError.TABLE_CHANGED,
          "%s. The commit to table %s was made for another state of it."
              .formatted(e.getMessage(), table),
          "Read the table again and repeat the change.");
    } catch (ValidationException
        | IllegalArgumentException
        | IllegalStateException
        | UnsupportedOperationException
        | NullPointerException e) { // Iceberg's code looks up what an update names, and goes on
      throw new Invalid(
          TablesError.COMMIT_INVALID,
          "The commit to table %s makes no sense: %s.".formatted(table, e.getMessage()),
          "Use an engine whose Iceberg knows the table's format version, and try again.",
          e);
    }
  }

  /** The id of a table is for ever, and no other's. */
  private void requireId(TableName name, @Nullable TableMetadata current, TableMetadata changed) {
    String id = changed.uuid();
    boolean good =
        current == null
            ? id != null && database.read(tx -> CatalogRows.isIdFree(tx, id))
            : current.uuid().equals(id);
    if (!good) {
      throw new Invalid(
          TablesError.COMMIT_INVALID,
          "Table %s cannot have the uuid %s, which it does not have or another table has."
              .formatted(name, id),
          "Leave the uuid as it is, and give a new table a new one.");
    }
  }

  private static TableMetadata.Builder empty(List<MetadataUpdate> updates) {
    return updates.stream()
        .filter(MetadataUpdate.UpgradeFormatVersion.class::isInstance)
        .map(one -> ((MetadataUpdate.UpgradeFormatVersion) one).formatVersion())
        .findFirst()
        .map(TableMetadata::buildFromEmpty)
        .orElseGet(TableMetadata::buildFromEmpty);
  }

  private Made made(UpdateEffects difference, @Nullable TableMetadata before, TableMetadata after) {
    if (!difference.isMoved()) {
      return new Made.Columns();
    }
    List<Snapshot> added = new ArrayList<>(difference.added());
    Set<Long> known =
        database.read(tx ->
            CatalogRows.recorded(
                tx, after.uuid(), added.stream().map(Snapshot::snapshotId).toList()));
    boolean back = added.isEmpty() || known.contains(added.getLast().snapshotId());
    added.removeIf(snapshot -> known.contains(snapshot.snapshotId()));
    return back
        ? new Made.Back(before == null ? null : before.currentSnapshot(), after.currentSnapshot())
        : new Made.Rows(added);
  }
}
