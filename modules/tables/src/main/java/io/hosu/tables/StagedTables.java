package io.hosu.tables;

import io.hosu.governance.ColumnNames.Writer;
import io.hosu.kernel.Ids;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import io.hosu.objects.ObjectFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.TableMetadata;

/**
 * Tables as a prepared commit would make them: to be looked at before it is published, and to be
 * kept beside the table when it is not. May be used from any thread.
 */
public final class StagedTables {
  private final ObjectFiles files;
  private final TableEvents events;
  private final InstantSource clock;
  private final Ids ids;
  private final FilePaths paths;
  private final MetadataFiles metadata;
  private final TablesConfig config;

  StagedTables(
      ObjectFiles files,
      TableEvents events,
      InstantSource clock,
      Ids ids,
      FilePaths paths,
      MetadataFiles metadata,
      TablesConfig config) {
    this.files = files;
    this.events = events;
    this.clock = clock;
    this.ids = ids;
    this.paths = paths;
    this.metadata = metadata;
    this.config = config;
  }

  /**
   * The files and the SQL for all rows that a table would have with {@code commit}, which is not
   * closed yet; empty when the commit is not about it.
   */
  public Optional<ScanPlan> plan(PreparedCommit commit, TableName table) {
    return commit.prepared(table).map(prepared -> plan(prepared, prepared.after()));
  }

  /**
   * The SQL for the rows that a table has which {@code commit} would make: none, with the columns
   * that it would have; empty when the table is there already.
   */
  public Optional<ScanPlan> planUnmade(PreparedCommit commit, TableName table) {
    return commit
        .prepared(table)
        .filter(prepared -> prepared.before() == null)
        .map(prepared ->
            plan(
                prepared,
                TableMetadata.buildFrom(prepared.after())
                    .removeRef(SnapshotRef.MAIN_BRANCH)
                    .build()));
  }

  private ScanPlan plan(PreparedCommit.Prepared prepared, TableMetadata state) {
    Map<String, Path> beside = new HashMap<>();
    prepared
        .added()
        .forEach(file -> beside.put(file.name().location(), files.blobs().path(file.blob())));
    FilePaths all = new FilePaths(files, beside);
    ObjectFileIO io = new ObjectFileIO(all);
    CatalogRows.TableRow row =
        new CatalogRows.TableRow(
            prepared.name(),
            prepared.after().uuid(),
            prepared.after().metadataFileLocation(),
            clock.instant(),
            clock.instant());
    return new Planner(all, io, config).plan(new LakeTable(row, state, io));
  }

  /**
   * Prepares that what {@code commit} would make of a table can be read as the tag {@code tag},
   * instead of becoming the table: its rows, columns and layout stay as they are. To be published
   * and closed before {@code commit} is closed, which holds the table.
   *
   * @param keep how long the tag stays; what is named so already is replaced
   * @return empty when there is no such table yet, or no new snapshot that could be kept without
   *     another layout or version of the table
   */
  public Optional<PreparedCommit> aside(
      PreparedCommit commit, TableName table, String tag, Duration keep) {
    return commit
        .prepared(table)
        .filter(prepared -> prepared.made() instanceof PreparedCommit.Made.Rows)
        .flatMap(prepared -> aside(commit.context(), prepared, tag, keep));
  }

  private Optional<PreparedCommit> aside(
      CommitContext context, PreparedCommit.Prepared prepared, String tag, Duration keep) {
    CatalogRows.TableRow row = prepared.before();
    Snapshot snapshot = prepared.after().currentSnapshot();
    if (row == null || snapshot == null) {
      return Optional.empty();
    }
    TableMetadata current = metadata.read(row);
    if (!isReadable(current, prepared.after())) {
      return Optional.empty();
    }
    TableMetadata named = named(current, prepared.after(), snapshot, tag, keep);
    try (StagedFiles staged = new StagedFiles(files.blobs(), ids)) {
      StagedTableOperations operations =
          new StagedTableOperations(named, new ObjectFileIO(paths, staged));
      TableMetadata after = metadata.write(operations, row.metadataLocation());
      List<ObjectFiles.NewFile> added = new ArrayList<>(staged.adopt());
      added.addAll(withoutMetadata(prepared));
      PreparedCommit.Prepared kept =
          new PreparedCommit.Prepared(
              prepared.name(),
              row,
              after,
              new PreparedCommit.Made.Named(),
              SchemaNames.naming(current, after, Writer.LAKE),
              added,
              List.of(),
              PreparedCommit.Prepared.ended(current, after));
      return Optional.of(
          new PreparedCommit(
              List.of(kept), context, TableLocks.Held.nothing(), files, events, clock));
    }
  }

  /** Whether the table as it is can know of the other's snapshot and stay as it is. */
  private static boolean isReadable(TableMetadata current, TableMetadata other) {
    return current.formatVersion() == other.formatVersion()
        && current.specs().size() == other.specs().size();
  }

  /** The table as it is, which knows of the other's snapshot and how to read it. */
  private static TableMetadata named(
      TableMetadata current, TableMetadata other, Snapshot snapshot, String tag, Duration keep) {
    TableMetadata.Builder builder = TableMetadata.buildFrom(current);
    other.schemas().forEach(builder::addSchema);
    return builder
        .addSnapshot(snapshot)
        .setRef(
            tag, SnapshotRef.tagBuilder(snapshot.snapshotId()).maxRefAgeMs(keep.toMillis()).build())
        .build();
  }

  /** The files of a commit without the metadata file that says that it is the table. */
  private static List<ObjectFiles.NewFile> withoutMetadata(PreparedCommit.Prepared prepared) {
    ObjectName file = ObjectName.ofLocation(prepared.after().metadataFileLocation());
    return prepared.added().stream().filter(added -> !added.name().equals(file)).toList();
  }
}
