package io.hosu.tables;

import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Ids;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import io.hosu.objects.ObjectFiles;
import io.hosu.tables.PreparedCommit.Made;
import io.hosu.tables.PreparedUpkeep.Done;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.exceptions.ValidationException;
import org.jspecify.annotations.Nullable;

/**
 * What keeps tables healthy: snapshots that are over go with the files that only they need, small
 * files become large ones, and many manifests few. No row comes or goes by it.
 *
 * <p>It commits like everybody: others that commit meanwhile never lose to it. Files that go are
 * gone from listings, and their bytes are removed by the sweeper after its delay, so that who is
 * reading them reads on. Decides nothing about who may do what. May be used from any thread.
 */
public final class TableUpkeep {
  /** What marks the snapshots that upkeep makes. */
  private static final String MARK = "hosu.upkeep";

  private static final int FEW_MANIFESTS = 10;

  private final Tables tables;
  private final ObjectFiles files;
  private final TableEvents events;
  private final InstantSource clock;
  private final MetadataFiles metadata;
  private final TableLocks locks;
  private final ObjectFileIO io;
  private final Supplier<StagedFiles> staging;
  private final FilePaths paths;
  private final ReachableFiles reachable;

  TableUpkeep(
      Tables tables,
      ObjectFiles files,
      TableEvents events,
      InstantSource clock,
      MetadataFiles metadata,
      TableLocks locks,
      FilePaths paths,
      Ids ids) {
    this.tables = tables;
    this.files = files;
    this.events = events;
    this.clock = clock;
    this.metadata = metadata;
    this.locks = locks;
    this.paths = paths;
    this.staging = () -> new StagedFiles(files.blobs(), ids);
    this.io = new ObjectFileIO(paths);
    this.reachable = new ReachableFiles(io);
  }

  /** The tables that there are, those too in which the lake keeps itself. */
  public List<TableName> tables() {
    return tables.all();
  }

  /** Whether upkeep made this snapshot, which holds the same rows as the one before it. */
  static boolean isMade(Snapshot snapshot) {
    return snapshot.summary().containsKey(MARK);
  }

  /**
   * What expiry would do, or empty when nothing is over.
   *
   * @param held snapshots that are to stay whatever their age
   * @throws NotFound {@link TablesError#TABLE_NOT_FOUND}
   */
  public Optional<Done> planExpiry(TableName name, SnapshotPolicy policy, Set<Long> held) {
    TableMetadata current = tables.require(name).metadata();
    Expiring.Over over = new Expiring(current, policy, clock.instant()).over(held);
    return over.isNothing()
        ? Optional.empty()
        : Optional.of(expired(over, reachable.lost(current, without(current, over)).size()));
  }

  /**
   * Prepares that snapshots, branches and tags go which are over, and the files that nothing else
   * needs; empty when nothing is over.
   *
   * @param held snapshots that are to stay whatever their age
   * @throws NotFound {@link TablesError#TABLE_NOT_FOUND}
   * @throws Conflict {@link TablesError#TABLE_BUSY}
   */
  public Optional<PreparedUpkeep> prepareExpiry(
      CommitContext context, TableName name, SnapshotPolicy policy, Set<Long> held) {
    return holding(
        name,
        context,
        table -> {
          TableMetadata current = table.metadata();
          Expiring.Over over = new Expiring(current, policy, clock.instant()).over(held);
          if (over.isNothing()) {
            return null;
          }
          TableMetadata after = without(current, over);
          Set<String> lost = reachable.lost(current, after);
          return new Change(after, new Made.Columns(), List.of(), lost, expired(over, lost.size()));
        });
  }

  private static Done expired(Expiring.Over over, int files) {
    return new Done("Snapshots Expired", over.snapshots().size(), over.refs().size(), files, 0);
  }

  private static TableMetadata without(TableMetadata current, Expiring.Over over) {
    TableMetadata.Builder after = TableMetadata.buildFrom(current);
    over.refs().forEach(after::removeRef);
    return after.removeSnapshots(over.snapshots()).build();
  }

  /**
   * What there is to merge; nothing in a table with row-level deletes or row ids, which merging
   * would lose.
   *
   * @param most at most how many files are to be made
   * @throws NotFound {@link TablesError#TABLE_NOT_FOUND}
   */
  public CompactionPlan planCompaction(TableName name, int most) {
    LakeTable table = tables.require(name);
    return isMergeable(table)
        ? CompactionPlan.of(table, tables.plan(table), most)
        : CompactionPlan.of(table, tables.plan(table).withoutFiles(), most);
  }

  private boolean isMergeable(LakeTable table) {
    Snapshot snapshot = table.metadata().currentSnapshot();
    return snapshot != null
        && table.metadata().formatVersion() < 3
        && snapshot.deleteManifests(io).stream()
            .noneMatch(manifest -> manifest.hasAddedFiles() || manifest.hasExistingFiles());
  }

  /** A bin and the files that hold its rows now. */
  public record Rewritten(CompactionPlan.Bin bin, NewFiles files) {}

  /**
   * Prepares that files take the place of those of their bins, as far as these are all there still;
   * what was added meanwhile stays beside them. Empty when nothing is left to do.
   *
   * @throws Conflict {@link TablesError#TABLE_CHANGED} when the table has other columns or another
   *     layout by now, or rows of the bins were deleted; {@link TablesError#TABLE_BUSY}
   */
  public Optional<PreparedUpkeep> prepareCompaction(
      CommitContext context, CompactionPlan plan, List<Rewritten> rewritten) {
    TableName name = plan.target().name();
    return holding(
        name,
        context,
        table -> {
          TableMetadata base = plan.target().rebase(table.metadata());
          if (base == null || !base.uuid().equals(plan.target().changed().uuid())) {
            throw CatalogRows.changed(name);
          }
          List<Rewritten> still = still(tables.plan(table), rewritten);
          return still.isEmpty() ? null : compacted(context, plan, base, still);
        });
  }

  /** A bin of which a file is no more was overwritten: it is given up. */
  private static List<Rewritten> still(ScanPlan now, List<Rewritten> rewritten) {
    Set<String> live =
        now.files().stream().map(file -> file.file().location()).collect(Collectors.toSet());
    return rewritten.stream()
        .filter(one ->
            one.bin().files().stream().allMatch(file -> live.contains(file.file().location())))
        .toList();
  }

  private Change compacted(
      CommitContext context, CompactionPlan plan, TableMetadata base, List<Rewritten> still) {
    try (StagedFiles staged = staging.get()) {
      StagedTableOperations operations =
          new StagedTableOperations(base, new ObjectFileIO(paths, staged));
      Table table = new BaseTable(operations, plan.target().name().toString(), _ -> {});
      RewriteFiles update = table.newRewrite();
      int before = 0;
      int after = 0;
      List<ObjectFiles.NewFile> added = new ArrayList<>();
      for (Rewritten one : still) {
        one.bin().files().forEach(file -> update.deleteFile(file.file()));
        for (DataFile file : one.files().dataFiles()) {
          update.addFile(file);
        }
        before += one.bin().files().size();
        after += one.files().dataFiles().size();
        added.addAll(one.files().objects());
      }
      long start = plan.plan().snapshot().orElseThrow();
      Snapshot planned = base.snapshot(start);
      if (planned == null) {
        throw CatalogRows.changed(plan.target().name());
      }
      update.dataSequenceNumber(planned.sequenceNumber()).validateFromSnapshot(start);
      commit(update, context, plan.target().name());
      Done done = new Done("", 0, 0, before, after);
      return written(operations, staged, added, done);
    }
  }

  /**
   * Prepares that the manifests of a table become few, if they are many; else empty.
   *
   * @throws NotFound {@link TablesError#TABLE_NOT_FOUND}
   * @throws Conflict {@link TablesError#TABLE_BUSY}
   */
  public Optional<PreparedUpkeep> prepareManifests(CommitContext context, TableName name) {
    return holding(name, context, table -> isOfFewManifests(table) ? null : merged(context, table));
  }

  /**
   * Prepares that nothing of a table stays but its rows as they are: every earlier snapshot goes,
   * and every branch and tag. Empty when there is nothing else.
   *
   * @throws NotFound {@link TablesError#TABLE_NOT_FOUND}
   * @throws Conflict {@link TablesError#TABLE_BUSY}
   */
  public Optional<PreparedUpkeep> prepareForgetting(CommitContext context, TableName name) {
    return holding(
        name,
        context,
        table -> {
          TableMetadata current = table.metadata();
          Expiring.Over over = Expiring.allButCurrent(current);
          if (over.isNothing()) {
            return null;
          }
          TableMetadata after = without(current, over);
          Set<String> lost = reachable.lost(current, after);
          return new Change(after, new Made.Columns(), List.of(), lost, expired(over, lost.size()));
        });
  }

  /**
   * Prepares that the manifests of a table are written anew, without what they told of files that
   * went; empty when the table has no rows.
   */
  public Optional<PreparedUpkeep> prepareCleanManifests(CommitContext context, TableName name) {
    return holding(
        name,
        context,
        table ->
            table.metadata().currentSnapshot() == null
                    || table.metadata().currentSnapshot().dataManifests(io).isEmpty()
                ? null
                : merged(context, table));
  }

  /** What is needed besides to delete rows for good. */
  public RowDeletion deletion() {
    return new RowDeletion(tables, files);
  }

  /** Whether the table has so few manifests that they stay as they are. */
  public boolean isOfFewManifests(LakeTable table) {
    Snapshot snapshot = table.metadata().currentSnapshot();
    if (snapshot == null) {
      return true;
    }
    List<ManifestFile> manifests = snapshot.dataManifests(io);
    long size =
        table
            .metadata()
            .propertyAsLong(
                TableProperties.MANIFEST_TARGET_SIZE_BYTES,
                TableProperties.MANIFEST_TARGET_SIZE_BYTES_DEFAULT);
    long bytes = manifests.stream().mapToLong(ManifestFile::length).sum();
    return manifests.size() <= FEW_MANIFESTS + 2 * Math.ceilDiv(bytes, size);
  }

  private Change merged(CommitContext context, LakeTable lakeTable) {
    try (StagedFiles staged = staging.get()) {
      StagedTableOperations operations =
          new StagedTableOperations(lakeTable.metadata(), new ObjectFileIO(paths, staged));
      Table table = new BaseTable(operations, lakeTable.name().toString(), _ -> {});
      int before = lakeTable.metadata().currentSnapshot().dataManifests(io).size();
      commit(table.rewriteManifests().clusterBy(_ -> ""), context, lakeTable.name());
      int after = table.currentSnapshot().dataManifests(operations.io()).size();
      return written(operations, staged, List.of(), new Done("", 0, 0, before, after));
    }
  }

  private static void commit(SnapshotUpdate<?> update, CommitContext context, TableName name) {
    update.set(MARK, "true");
    context.executionId().ifPresent(execution -> update.set("hosu.execution", execution));
    try {
      update.commit();
    } catch (ValidationException e) {
      Conflict changed = CatalogRows.changed(name);
      changed.addSuppressed(e);
      throw changed;
    }
  }

  private Change written(
      StagedTableOperations operations,
      StagedFiles staged,
      List<ObjectFiles.NewFile> added,
      Done done) {
    String before = Objects.requireNonNullElse(operations.current().metadataFileLocation(), "");
    Snapshot snapshot = operations.current().currentSnapshot();
    TableMetadata after = metadata.write(operations, before);
    List<ObjectFiles.NewFile> all = new ArrayList<>(staged.adopt());
    all.addAll(added);
    return new Change(after, new Made.Rewritten(snapshot), all, Set.of(), done);
  }

  /** New metadata; without a location as long as it is not written. */
  private record Change(
      TableMetadata after,
      Made made,
      List<ObjectFiles.NewFile> added,
      Set<String> lost,
      Done done) {}

  private interface Work {
    @Nullable Change on(LakeTable table);
  }

  private Optional<PreparedUpkeep> holding(TableName name, CommitContext context, Work work) {
    TableLocks.Held held = locks.hold(List.of(name));
    try {
      LakeTable table = tables.require(name);
      Change change = work.on(table);
      if (change == null) {
        held.close();
        return Optional.empty();
      }
      Change written = change.made() instanceof Made.Columns ? write(table, change) : change;
      PreparedCommit commit =
          new PreparedCommit(
              List.of(prepared(table, written)), context, held, files, events, clock);
      return Optional.of(
          new PreparedUpkeep(commit, events, table, written.done(), over(table, written.after())));
    } catch (RuntimeException | Error e) {
      held.close();
      throw e;
    }
  }

  private static List<CommittedRows> over(LakeTable table, TableMetadata after) {
    return table.metadata().snapshots().stream()
        .filter(snapshot -> after.snapshot(snapshot.snapshotId()) == null)
        .map(CommittedRows::of)
        .toList();
  }

  private Change write(LakeTable table, Change change) {
    try (StagedFiles staged = staging.get()) {
      StagedTableOperations operations =
          new StagedTableOperations(change.after(), new ObjectFileIO(paths, staged));
      TableMetadata after = metadata.write(operations, table.metadataLocation());
      return new Change(after, change.made(), staged.adopt(), change.lost(), change.done());
    }
  }

  private static PreparedCommit.Prepared prepared(LakeTable table, Change change) {
    Set<ObjectName> ended =
        new HashSet<>(PreparedCommit.Prepared.ended(table.metadata(), change.after()));
    ended.addAll(ReachableFiles.names(change.lost()));
    return new PreparedCommit.Prepared(
        table.name(),
        table.row(),
        change.after(),
        change.made(),
        Optional.empty(),
        change.added(),
        List.of(),
        List.copyOf(ended));
  }
}
