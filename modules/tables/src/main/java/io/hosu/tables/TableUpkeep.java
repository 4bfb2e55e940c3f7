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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableProperties;
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
  private final Rewriting rewriting;

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
    this.rewriting = new Rewriting(staging, paths, metadata);
  }

  /** The tables that there are, those too in which the lake keeps itself. */
  public List<TableName> tables() {
    return List.copyOf(tables.commits().keySet());
  }

  /** Which of them cannot wait, as somebody sees them who looks at them from time to time. */
  public BusyTables busy() {
    return new BusyTables(tables);
  }

  /** Whether upkeep made this snapshot, which holds the same rows as the one before it. */
  static boolean isMade(Snapshot snapshot) {
    return snapshot.summary().containsKey(Rewriting.MARK);
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
          return new Rewriting.Change(
              after, new Made.Columns(), List.of(), lost, expired(over, lost.size()));
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
   * What there is to merge, and files whose deleted rows are to go; nothing in a table whose rows
   * have numbers that would be lost by it.
   *
   * @param fileBytes how large a file should be, unless the table says otherwise
   * @param most at most how many files are to be made
   * @throws NotFound {@link TablesError#TABLE_NOT_FOUND}
   */
  public CompactionPlan planCompaction(TableName name, Wear wear, long fileBytes, int most) {
    LakeTable table = tables.require(name);
    return CompactionPlan.of(table, tables.plan(table), wear, fileBytes, most);
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
          ScanPlan now = tables.plan(table);
          List<Rewritten> still = still(now, plan, deletesCame(base, plan), rewritten);
          return still.isEmpty() ? null : rewriting.compacted(context, plan, base, now, still);
        });
  }

  private boolean deletesCame(TableMetadata base, CompactionPlan plan) {
    Snapshot planned = base.snapshot(plan.plan().snapshot().orElseThrow());
    Snapshot current = base.currentSnapshot();
    return planned == null
        || current == null
        || current.deleteManifests(io).stream()
            .anyMatch(manifest -> manifest.sequenceNumber() > planned.sequenceNumber());
  }

  /**
   * A bin of which a file is no more as it was is given up. Deletes by value that came meanwhile
   * hold for what is written anew as for what was there, unless it is divided otherwise.
   */
  private static List<Rewritten> still(
      ScanPlan now, CompactionPlan plan, boolean deletesCame, List<Rewritten> rewritten) {
    Map<String, PlannedFile> live = new HashMap<>();
    now.files().forEach(file -> live.put(file.file().location(), file));
    int spec = plan.target().spec().specId();
    return rewritten.stream()
        .filter(one ->
            one.bin().files().stream()
                .allMatch(was -> {
                  PlannedFile is = live.get(was.file().location());
                  return is != null
                      && was.hasLikePositions(is)
                      && (was.file().specId() == spec || !deletesCame);
                }))
        .toList();
  }

  /**
   * Prepares that the manifests of a table become few, if they are many; else empty.
   *
   * @throws NotFound {@link TablesError#TABLE_NOT_FOUND}
   * @throws Conflict {@link TablesError#TABLE_BUSY}
   */
  public Optional<PreparedUpkeep> prepareManifests(CommitContext context, TableName name) {
    return holding(
        name, context, table -> isOfFewManifests(table) ? null : rewriting.merged(context, table));
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
          return new Rewriting.Change(
              after, new Made.Columns(), List.of(), lost, expired(over, lost.size()));
        });
  }

  /**
   * Prepares that the manifests of a table are written anew, without what they told of files that
   * went; empty when the table has none.
   */
  public Optional<PreparedUpkeep> prepareCleanManifests(CommitContext context, TableName name) {
    return holding(
        name,
        context,
        table -> {
          Snapshot current = table.metadata().currentSnapshot();
          return current == null || current.allManifests(io).isEmpty()
              ? null
              : rewriting.merged(context, table);
        });
  }

  /**
   * Prepares that files with deletes go of which no row is left in the table to be deleted; empty
   * when there are none.
   */
  public Optional<PreparedUpkeep> prepareWithoutIdleDeletes(CommitContext context, TableName name) {
    return holding(
        name, context, table -> rewriting.withoutIdleDeletes(context, table, tables.plan(table)));
  }

  /** Files that no snapshot names. */
  public Orphans orphans() {
    return new Orphans(tables, files, clock, reachable, locks);
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

  private interface Work {
    Rewriting.@Nullable Change on(LakeTable table);
  }

  private Optional<PreparedUpkeep> holding(TableName name, CommitContext context, Work work) {
    TableLocks.Held held = locks.hold(List.of(name));
    try {
      LakeTable table = tables.require(name);
      Rewriting.Change change = work.on(table);
      if (change == null) {
        held.close();
        return Optional.empty();
      }
      Rewriting.Change written =
          change.made() instanceof Made.Columns ? write(table, change) : change;
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

  private Rewriting.Change write(LakeTable table, Rewriting.Change change) {
    try (StagedFiles staged = staging.get()) {
      StagedTableOperations operations =
          new StagedTableOperations(change.after(), new ObjectFileIO(paths, staged));
      TableMetadata after = metadata.write(operations, table.metadataLocation());
      return new Rewriting.Change(
          after, change.made(), staged.adopt(), change.lost(), change.done());
    }
  }

  private static PreparedCommit.Prepared prepared(LakeTable table, Rewriting.Change change) {
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
