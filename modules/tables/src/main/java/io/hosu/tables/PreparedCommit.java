package io.hosu.tables;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.ColumnNames;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.Json;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import io.hosu.objects.ObjectFiles;
import io.hosu.objects.StoredFile;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadata.MetadataLogEntry;
import org.jspecify.annotations.Nullable;

/**
 * Commits to one or more tables whose files all are durable: publishing them is a few rows in the
 * caller's transaction, which makes all of them true at once with whatever else it writes.
 *
 * <p>The tables are held against other commits of this process until {@link #close}, which is to be
 * called whether or not it was published; what was not published becomes garbage.
 */
public final class PreparedCommit implements AutoCloseable {
  private final List<Prepared> tables;
  private final CommitContext context;
  private final TableLocks.Held held;
  private final ObjectFiles files;
  private final TableEvents events;
  private final InstantSource clock;

  /** What a commit makes of a table. */
  sealed interface Made {
    /** New snapshots, the oldest first: one, or several that an engine made in one commit. */
    record Rows(List<Snapshot> snapshots) implements Made {}

    /** A new snapshot with the same rows in other files. */
    record Rewritten(Snapshot snapshot) implements Made {}

    /** A branch or a tag beside the table as it is. */
    record Named() implements Made {}

    /** A new table that is at each of its states what another one is. */
    record Cloned(LakeTable source, @Nullable Snapshot snapshot) implements Made {}

    /** Columns or a layout alone. */
    record Columns() implements Made {}

    /** An earlier snapshot, or none, is the current one again. */
    record Back(@Nullable Snapshot before, @Nullable Snapshot after) implements Made {}

    /** Commits of several, made true together, the oldest first. */
    record Several(List<One> commits) implements Made {}

    /** One commit of several. */
    record One(Made made, CommitContext context) {}
  }

  /**
   * One table's part.
   *
   * @param naming what becomes of the names of its columns; empty: nothing
   */
  record Prepared(
      TableName name,
      CatalogRows.@Nullable TableRow before,
      TableMetadata after,
      Made made,
      Optional<ColumnNames.Naming> naming,
      List<ObjectFiles.NewFile> added,
      List<StoredFile> taken,
      List<ObjectName> ended) {

    /** Metadata files that were remembered before this commit and are no more. */
    static List<ObjectName> ended(@Nullable TableMetadata before, TableMetadata after) {
      List<ObjectName> ended = new ArrayList<>();
      if (before != null) {
        List<String> kept = after.previousFiles().stream().map(MetadataLogEntry::file).toList();
        before.previousFiles().stream()
            .map(MetadataLogEntry::file)
            .filter(file -> !kept.contains(file))
            .forEach(file -> ended.add(ObjectName.ofLocation(file)));
      }
      return ended;
    }
  }

  PreparedCommit(
      List<Prepared> tables,
      CommitContext context,
      TableLocks.Held held,
      ObjectFiles files,
      TableEvents events,
      InstantSource clock) {
    this.tables = List.copyOf(tables);
    this.context = context;
    this.held = held;
    this.files = files;
    this.events = events;
    this.clock = clock;
  }

  /**
   * Makes the commits true with {@code tx}, and appends their events.
   *
   * @throws Conflict {@link TablesError#TABLE_CHANGED} when another server committed first: prepare
   *     again; {@link TablesError#TABLE_ALREADY_PUBLISHED} when the execution did this before
   */
  public void publish(Transaction tx) {
    for (Prepared table : tables) {
      publish(tx, table);
    }
  }

  /** Whether no table changes with it. */
  public boolean isNothing() {
    return tables.isEmpty();
  }

  /** What it makes of a table; empty when it is not about that. */
  Optional<Prepared> prepared(TableName table) {
    return tables.stream().filter(prepared -> prepared.name().equals(table)).findFirst();
  }

  CommitContext context() {
    return context;
  }

  /** The snapshot that {@code table} has with the commit; none when it has none, or as before. */
  public OptionalLong snapshot(TableName table) {
    return tables.stream()
        .filter(prepared -> prepared.name().equals(table))
        .map(Prepared::made)
        .flatMap(made -> snapshot(made).stream())
        .mapToLong(Snapshot::snapshotId)
        .findFirst();
  }

  private static Optional<Snapshot> snapshot(Made made) {
    return switch (made) {
      case Made.Rows(var snapshots) -> Optional.of(snapshots.getLast());
      case Made.Rewritten(var snapshot) -> Optional.of(snapshot);
      case Made.Cloned(_, var snapshot) -> Optional.ofNullable(snapshot);
      case Made.Columns(), Made.Named() -> Optional.empty();
      case Made.Back(_, var after) -> Optional.ofNullable(after);
      case Made.Several(var commits) -> snapshot(commits.getLast().made());
    };
  }

  private void publish(Transaction tx, Prepared table) {
    Instant now = clock.instant();
    String location = table.after().metadataFileLocation();
    String id = table.after().uuid();
    if (table.before() == null) {
      CatalogRows.insert(tx, table.name(), id, location, now);
      TableLocations.took(tx, table.name(), location);
      events.append(tx, "Table Created", table.name(), detail(table.name()));
    } else {
      CatalogRows.compareAndSet(tx, table.before(), location, now);
    }
    if (table.made() instanceof Made.Cloned(var source, _)) {
      SchemaRows.copy(tx, source.id(), id);
    }
    boolean isAboutColumns = table.naming().isPresent() || table.made() instanceof Made.Columns;
    if (table.before() == null || isAboutColumns) {
      SchemaRows.keep(tx, table.after(), now, context);
    }
    table.naming().ifPresent(naming -> ColumnNames.keep(tx, table.name(), id, naming));
    files.register(tx, table.added());
    files.take(tx, table.taken());
    files.unregister(tx, TableLocations.place(location), table.ended());
    tell(tx, table, table.made(), context);
  }

  private void tell(Transaction tx, Prepared table, Made what, CommitContext who) {
    String id = table.after().uuid();
    switch (what) {
      case Made.Rows(var snapshots) ->
          snapshots.forEach(
              snapshot -> insert(tx, "Table Committed", table.name(), id, snapshot, who));
      // Another type: what the rows start has nothing to do.
      case Made.Rewritten(var snapshot) ->
          insert(tx, "Table Compacted", table.name(), id, snapshot, who);
      // That the table was made tells of it.
      case Made.Cloned(var source, var snapshot) -> {
        CloneRows.copyHistory(tx, source, id);
        CatalogRows.insertRollback(
            tx, id, TableSnapshot.cloned(snapshot, who, clock.instant()), who);
      }
      case Made.Columns(), Made.Named() -> {}
      case Made.Back(var was, var is) -> {
        TableSnapshot back = TableSnapshot.back(was, is, who, clock.instant());
        CatalogRows.insertRollback(tx, id, back, who);
        append(tx, "Table Rolled Back", table.name(), back, who);
      }
      case Made.Several(var commits) ->
          commits.forEach(one -> tell(tx, table, one.made(), one.context()));
    }
  }

  private void insert(
      Transaction tx,
      String type,
      TableName name,
      String id,
      Snapshot snapshot,
      CommitContext who) {
    TableSnapshot made = TableSnapshot.of(snapshot, who);
    CatalogRows.insert(tx, name, id, made, CommittedRows.of(snapshot), who);
    append(tx, type, name, made, who);
  }

  private void append(
      Transaction tx, String type, TableName name, TableSnapshot made, CommitContext who) {
    ObjectNode detail = detail(name);
    detail.put("snapshot", Long.toString(made.id()));
    detail.put("operation", made.operation());
    detail.put("execution", who.execution());
    detail.put("added_rows", made.rows().added());
    detail.put("removed_rows", made.rows().removed());
    detail.put("total_rows", made.rows().total());
    detail.put("added_files", made.files().added());
    detail.put("removed_files", made.files().removed());
    events.append(tx, type, name, detail);
  }

  static ObjectNode detail(TableName name) {
    return Json.object().put("table", name.toString());
  }

  /** Lets other commits to these tables go on. */
  @Override
  public void close() {
    held.close();
  }
}
