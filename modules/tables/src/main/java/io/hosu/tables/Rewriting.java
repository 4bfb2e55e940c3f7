package io.hosu.tables;

import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.TableName;
import io.hosu.objects.ObjectFiles;
import io.hosu.tables.PreparedCommit.Made;
import io.hosu.tables.PreparedUpkeep.Done;
import io.hosu.tables.TableUpkeep.Rewritten;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.RewriteManifests;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;
import org.jspecify.annotations.Nullable;

/**
 * Makes snapshots that hold the rows of the one before them in other files or manifests. May be
 * used from any thread.
 */
final class Rewriting {
  /** What marks the snapshots that upkeep makes. */
  static final String MARK = "hosu.upkeep";

  private final Supplier<StagedFiles> staging;
  private final FilePaths paths;
  private final MetadataFiles metadata;

  Rewriting(Supplier<StagedFiles> staging, FilePaths paths, MetadataFiles metadata) {
    this.staging = staging;
    this.paths = paths;
    this.metadata = metadata;
  }

  /** New metadata; without a location as long as it is not written. */
  record Change(
      TableMetadata after,
      Made made,
      List<ObjectFiles.NewFile> added,
      Set<String> lost,
      Done done) {}

  /**
   * Files take the place of those of their bins, and deletes go of which no row is left.
   *
   * @param base the table as it is
   * @param now its files
   * @throws Conflict {@link TablesError#TABLE_CHANGED}
   */
  Change compacted(
      CommitContext context,
      CompactionPlan plan,
      TableMetadata base,
      ScanPlan now,
      List<Rewritten> bins) {
    TableName name = plan.target().name();
    long start = plan.plan().snapshot().orElseThrow();
    Snapshot planned = base.snapshot(start);
    if (planned == null) {
      throw CatalogRows.changed(name);
    }
    try (StagedFiles staged = staging.get()) {
      StagedTableOperations operations = operations(base, staged);
      RewriteFiles update = table(operations, name).newRewrite();
      Set<String> gone = new HashSet<>();
      int after = 0;
      List<ObjectFiles.NewFile> added = new ArrayList<>();
      for (Rewritten one : bins) {
        for (PlannedFile file : one.bin().files()) {
          update.deleteFile(file.file());
          gone.add(file.file().location());
        }
        one.files().dataFiles().forEach(update::addFile);
        after += one.files().dataFiles().size();
        added.addAll(one.files().objects());
      }
      idle(base, operations.io(), now, gone, planned.sequenceNumber()).forEach(update::deleteFile);
      update.dataSequenceNumber(planned.sequenceNumber()).validateFromSnapshot(start);
      commit(update, context, name);
      return written(operations, staged, added, new Done("", 0, 0, gone.size(), after));
    }
  }

  /** Deletes go of which no row is left; null when there are none. */
  @Nullable Change withoutIdleDeletes(CommitContext context, LakeTable lakeTable, ScanPlan now) {
    try (StagedFiles staged = staging.get()) {
      StagedTableOperations operations = operations(lakeTable.metadata(), staged);
      List<DeleteFile> idle =
          idle(lakeTable.metadata(), operations.io(), now, Set.of(), Long.MAX_VALUE);
      if (idle.isEmpty()) {
        return null;
      }
      RewriteFiles update = table(operations, lakeTable.name()).newRewrite();
      idle.forEach(update::deleteFile);
      commit(update, context, lakeTable.name());
      return written(operations, staged, List.of(), new Done("", 0, 0, idle.size(), 0));
    }
  }

  /**
   * The deletes that take no row out of the files but of {@code gone}.
   *
   * @param last the number of the commit that was planned: later deletes hold for what is added
   */
  private static List<DeleteFile> idle(
      TableMetadata base, FileIO io, ScanPlan now, Set<String> gone, long last) {
    Snapshot current = base.currentSnapshot();
    List<ManifestFile> manifests = current == null ? List.of() : current.deleteManifests(io);
    if (manifests.isEmpty()) {
      return List.of();
    }
    Set<RowDeletes.Key> needed = new HashSet<>();
    now.files().stream()
        .filter(file -> !gone.contains(file.file().location()))
        .flatMap(file -> file.deletes().all())
        .forEach(part -> needed.add(part.key()));
    List<DeleteFile> idle = new ArrayList<>();
    for (ManifestFile manifest : manifests) {
      try (CloseableIterable<DeleteFile> reader =
          ManifestFiles.readDeleteManifest(manifest, io, base.specsById())) {
        for (DeleteFile file : reader) {
          Long number = file.dataSequenceNumber();
          boolean later = number != null && number > last;
          if (!later && !needed.contains(RowDeletes.Key.of(file))) {
            idle.add(file.copy());
          }
        }
      } catch (IOException e) {
        throw Planner.unreadable(manifest.path(), e);
      }
    }
    return idle;
  }

  /** All manifests of data files are written anew; those of deletes that are over go. */
  Change merged(CommitContext context, LakeTable lakeTable) {
    try (StagedFiles staged = staging.get()) {
      StagedTableOperations operations = operations(lakeTable.metadata(), staged);
      Table table = table(operations, lakeTable.name());
      Snapshot current = lakeTable.metadata().currentSnapshot();
      int before = current.dataManifests(operations.io()).size();
      RewriteManifests update = table.rewriteManifests().clusterBy(_ -> "");
      current.deleteManifests(operations.io()).stream()
          .filter(one -> !one.hasAddedFiles() && !one.hasExistingFiles())
          .forEach(update::deleteManifest);
      commit(update, context, lakeTable.name());
      int after = table.currentSnapshot().dataManifests(operations.io()).size();
      return written(operations, staged, List.of(), new Done("", 0, 0, before, after));
    }
  }

  private StagedTableOperations operations(TableMetadata base, StagedFiles staged) {
    return new StagedTableOperations(base, new ObjectFileIO(paths, staged));
  }

  private static Table table(StagedTableOperations operations, TableName name) {
    return new BaseTable(operations, name.toString(), _ -> {});
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
}
