package io.hosu.tables;

import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.TableName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SortDirection;
import org.apache.iceberg.StaticTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;

/** A table as it was at one moment. It reads; it cannot be changed. */
public final class LakeTable {
  private final CatalogRows.TableRow row;
  private final TableMetadata metadata;
  private final ObjectFileIO io;

  LakeTable(CatalogRows.TableRow row, TableMetadata metadata, ObjectFileIO io) {
    this.row = row;
    this.metadata = metadata;
    this.io = io;
  }

  CatalogRows.TableRow row() {
    return row;
  }

  /** Its name. */
  public TableName name() {
    return row.name();
  }

  /** What makes it this table and not another of the same name: Iceberg's uuid. */
  public String id() {
    return row.id();
  }

  /** The file with its metadata, {@code s3://layer/domain/table/metadata/...}. */
  public String metadataLocation() {
    return row.metadataLocation();
  }

  /** When it was made. */
  public Instant createdAt() {
    return row.createdAt();
  }

  /** When it was last committed to. */
  public Instant changedAt() {
    return row.changedAt();
  }

  /** Its columns, as the engine describes columns. */
  public List<SqlColumn> columns() {
    return SqlTypes.columns(metadata.schema());
  }

  /** How its rows are divided into files, as a lake project writes it. */
  public List<String> partitionBy() {
    return PartitionDeclaration.of(metadata.spec(), metadata.schema()).stream()
        .map(PartitionDeclaration::toString)
        .toList();
  }

  /** What each file's rows are sorted by, as {@link TableLayout#sortBy} has it. */
  public List<String> sortBy() {
    return metadata.sortOrder().fields().stream()
        .map(field ->
            metadata.schema().findColumnName(field.sourceId())
                + (field.direction() == SortDirection.DESC ? " desc" : ""))
        .toList();
  }

  /** What it says of its own upkeep. */
  public UpkeepRules upkeep() {
    return UpkeepRules.of(metadata);
  }

  /** Its current snapshot; none before the first commit of rows. */
  public OptionalLong snapshot() {
    Snapshot snapshot = metadata.currentSnapshot();
    return snapshot == null ? OptionalLong.empty() : OptionalLong.of(snapshot.snapshotId());
  }

  /** All snapshots that it still has, the oldest first. */
  public List<Long> snapshots() {
    return metadata.snapshots().stream().map(Snapshot::snapshotId).toList();
  }

  /** The names of its columns now, by Iceberg's ids of their fields, in the columns' order. */
  public Map<Integer, String> columnsById() {
    Map<Integer, String> names = new LinkedHashMap<>();
    metadata.schema().columns().forEach(column -> names.put(column.fieldId(), column.name()));
    return names;
  }

  /**
   * The commits of rows since a snapshot, the newest first; what upkeep committed is not among
   * them.
   *
   * @throws NotFound {@link TablesError#SNAPSHOT_NOT_FOUND} when the current one does not stand on
   *     it
   */
  public List<Long> commitsSince(long snapshot) {
    List<Long> since = new ArrayList<>();
    Snapshot at = metadata.currentSnapshot();
    while (at != null && at.snapshotId() != snapshot) {
      if (!TableUpkeep.isMade(at)) {
        since.add(at.snapshotId());
      }
      at = at.parentId() == null ? null : metadata.snapshot(at.parentId());
    }
    if (at == null) {
      throw new NotFound(
          TablesError.SNAPSHOT_NOT_FOUND,
          "The rows of table %s do not stand on a snapshot %d.".formatted(name(), snapshot),
          "See its snapshots with: hosu tables history " + name());
    }
    return since;
  }

  /** Iceberg's own view of it, for reading. */
  public Table table() {
    return new BaseTable(
        new StaticTableOperations(metadata, io),
        name().toString(),
        _ -> {
          // Nobody asked for reports.
        });
  }

  /** Whether a file of a table is one that was written for it, and none that lies elsewhere. */
  static boolean isOwn(TableMetadata metadata, String location) {
    return location.startsWith(metadata.location() + "/");
  }

  /** Whether files of its current snapshot are objects of others, which lie elsewhere. */
  public boolean hasFilesInPlace(ScanPlan plan) {
    return plan.files().stream().anyMatch(file -> !isOwn(metadata, file.file().location()));
  }

  /** Iceberg's own metadata of it. */
  public TableMetadata metadata() {
    return metadata;
  }
}
