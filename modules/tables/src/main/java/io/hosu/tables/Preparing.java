package io.hosu.tables;

import io.hosu.governance.ColumnNames.Writer;
import io.hosu.kernel.HosuException.Conflict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expressions;
import org.jspecify.annotations.Nullable;

/** Turns one change into new metadata, in staged files. */
final class Preparing {
  private final StagedFiles staged;
  private final ObjectFileIO io;
  private final MetadataFiles metadata;
  private final CommitContext context;

  Preparing(StagedFiles staged, FilePaths paths, MetadataFiles metadata, CommitContext context) {
    this.staged = staged;
    this.io = new ObjectFileIO(paths, staged);
    this.metadata = metadata;
    this.context = context;
  }

  /**
   * Prepares {@code change} to a table at {@code before}.
   *
   * @throws Conflict {@link TablesError#TABLE_CHANGED} when the change was made for another state
   */
  PreparedCommit.Prepared prepare(TableChange change, CatalogRows.@Nullable TableRow before) {
    TableMetadata current = before == null ? null : metadata.read(before);
    TableMetadata base = change.target().rebase(current);
    if (base == null) {
      throw CatalogRows.changed(change.table());
    }
    StagedTableOperations operations = new StagedTableOperations(base, io);
    Optional<Snapshot> snapshot = commit(change, operations, current);
    TableMetadata after =
        metadata.write(operations, before == null ? "" : before.metadataLocation());
    List<io.hosu.objects.ObjectFiles.NewFile> added = new ArrayList<>(staged.adopt());
    added.addAll(change.added().objects());
    return new PreparedCommit.Prepared(
        change.table(),
        before,
        after,
        made(change, snapshot, current, after),
        SchemaNames.naming(current, after, Writer.LAKE),
        added,
        List.of(),
        PreparedCommit.Prepared.ended(current, after));
  }

  private static PreparedCommit.Made made(
      TableChange change,
      Optional<Snapshot> snapshot,
      @Nullable TableMetadata before,
      TableMetadata after) {
    if (change instanceof TableChange.Rollback) {
      return new PreparedCommit.Made.Back(
          before == null ? null : before.currentSnapshot(), after.currentSnapshot());
    }
    return snapshot
        .<PreparedCommit.Made>map(made -> new PreparedCommit.Made.Rows(List.of(made)))
        .orElseGet(PreparedCommit.Made.Columns::new);
  }

  private Optional<Snapshot> commit(
      TableChange change, StagedTableOperations operations, @Nullable TableMetadata current) {
    Table table = new BaseTable(operations, change.table().toString(), _ -> {});
    switch (change) {
      case TableChange.Define _ -> {
        return Optional.empty();
      }
      case TableChange.Append append -> {
        var update = table.newAppend();
        append.added().dataFiles().forEach(update::appendFile);
        commit(table, update);
      }
      case TableChange.ReplaceAll all -> {
        OverwriteFiles update = table.newOverwrite().overwriteByRowFilter(Expressions.alwaysTrue());
        all.added().dataFiles().forEach(update::addFile);
        commit(table, update);
      }
      case TableChange.ReplacePartitions partitions -> {
        var update = table.newReplacePartitions();
        partitions.added().dataFiles().forEach(update::addFile);
        commit(table, update);
      }
      case TableChange.ReplaceFiles files -> {
        requirePlanned(files, current);
        OverwriteFiles update = table.newOverwrite();
        List<DataFile> removed = files.plan().dataFiles(files.removed());
        removed.forEach(update::deleteFile);
        files.added().dataFiles().forEach(update::addFile);
        commit(table, update);
      }
      case TableChange.RewriteFiles files -> {
        List<DataFile> removed = files.plan().dataFiles(files.removed());
        CommittedFiles.requireAll(table, files.table(), removed);
        OverwriteFiles update = table.newOverwrite();
        removed.forEach(update::deleteFile);
        files.added().dataFiles().forEach(update::addFile);
        commitUnlessDeleted(table, files, update);
      }
      case TableChange.ReplaceCommits replaced -> {
        OverwriteFiles update = table.newOverwrite();
        CommittedFiles.require(table, replaced).forEach(update::deleteFile);
        replaced.added().dataFiles().forEach(update::addFile);
        update.set(CommittedRows.OTHERS, Long.toString(replaced.taken().others()));
        commit(table, update);
      }
      case TableChange.Rollback back -> {
        requireCurrent(back, current);
        operations.commit(
            operations.current(), new SettingBack(metadata).of(operations.current(), back.to()));
        return Optional.empty();
      }
    }
    return Optional.ofNullable(table.currentSnapshot());
  }

  private void commit(Table table, SnapshotUpdate<?> update) {
    context.executionId().ifPresent(execution -> update.set("hosu.execution", execution));
    if (context.fingerprint() != null) {
      update.set("hosu.fingerprint", context.fingerprint());
    }
    SmallCommits.prepare(update, table.currentSnapshot(), io);
    update.commit();
  }

  /** Rows that were deleted since they were read would be back with the files written anew. */
  private void commitUnlessDeleted(
      Table table, TableChange.RewriteFiles files, OverwriteFiles update) {
    Snapshot now = table.currentSnapshot();
    if (now != null && !now.deleteManifests(io).isEmpty()) {
      files.plan().snapshot().ifPresent(update::validateFromSnapshot);
      update.validateNoConflictingDeletes();
    }
    try {
      commit(table, update);
    } catch (ValidationException e) {
      throw CatalogRows.changed(files.table());
    }
  }

  private static void requireCurrent(TableChange.Rollback change, @Nullable TableMetadata current) {
    Snapshot snapshot = current == null ? null : current.currentSnapshot();
    if (snapshot == null || snapshot.snapshotId() != change.from()) {
      throw CatalogRows.changed(change.table());
    }
  }

  private static void requirePlanned(
      TableChange.ReplaceFiles change, @Nullable TableMetadata current) {
    Snapshot snapshot = current == null ? null : current.currentSnapshot();
    boolean same =
        snapshot == null
            ? change.plan().snapshot().isEmpty()
            : change.plan().snapshot().orElse(-1) == snapshot.snapshotId();
    if (!same) {
      throw CatalogRows.changed(change.table());
    }
  }
}
