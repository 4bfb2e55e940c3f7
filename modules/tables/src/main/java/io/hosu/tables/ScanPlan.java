package io.hosu.tables;

import io.hosu.kernel.TableName;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;

/**
 * The files to read for a table's rows at one snapshot, and the SQL that reads them. It stays
 * readable however the table changes, until replaced files are removed for good.
 */
public final class ScanPlan {
  private final TableName table;
  private final OptionalLong snapshot;
  private final Schema schema;
  private final List<PlannedFile> files;
  private final Map<String, Optional<PhysicalColumn>> physical;

  ScanPlan(
      TableName table,
      OptionalLong snapshot,
      Schema schema,
      List<PlannedFile> files,
      Map<String, Optional<PhysicalColumn>> physical) {
    this.table = table;
    this.snapshot = snapshot;
    this.schema = schema;
    this.files = List.copyOf(files);
    this.physical = physical;
  }

  /** The table. */
  public TableName table() {
    return table;
  }

  /** The snapshot that is read; none when the table never had rows. */
  public OptionalLong snapshot() {
    return snapshot;
  }

  /** The columns, as the engine describes columns. */
  public List<SqlColumn> columns() {
    return SqlTypes.columns(schema);
  }

  /**
   * How {@code table} calls the columns now, in the order of {@link #columns}: a column keeps its
   * identity when it is renamed. One that it has no more keeps the name it had; none, when another
   * column has that name now.
   */
  public List<Optional<String>> namesIn(LakeTable table) {
    Schema now = table.metadata().schema();
    return schema.columns().stream()
        .map(column -> {
          String name = now.findColumnName(column.fieldId());
          return name != null || now.findField(column.name()) == null
              ? Optional.of(name == null ? column.name() : name)
              : Optional.<String>empty();
        })
        .toList();
  }

  /** The files that a SELECT of this plan reads: nothing else needs to be opened. */
  public List<Path> paths() {
    return files.stream().map(PlannedFile::path).toList();
  }

  /** The files with what Iceberg knows of them. */
  public List<PlannedFile> files() {
    return files;
  }

  /** How many rows the files hold. */
  public long rows() {
    return files.stream().mapToLong(file -> file.file().recordCount()).sum();
  }

  /** How many bytes the files have. */
  public long bytes() {
    return files.stream().mapToLong(file -> file.file().fileSizeInBytes()).sum();
  }

  /** The SELECT of all rows and columns. */
  public String sql() {
    return ScanSql.select(schema, physical);
  }

  /** The same, with one more column {@code _file}: the path of the file that the row lies in. */
  public String sqlWithFile() {
    return ScanSql.selectWithFile(schema, physical);
  }

  /** The same of some of the files only, without {@code _file}. */
  public String sqlOf(List<String> paths) {
    Map<String, Optional<PhysicalColumn>> some = new LinkedHashMap<>(physical);
    some.keySet().retainAll(List.copyOf(paths));
    return ScanSql.select(schema, some);
  }

  /** The same snapshot and columns, but none of the files. */
  ScanPlan withoutFiles() {
    return new ScanPlan(table, snapshot, schema, List.of(), Map.of());
  }

  /** The data files at these paths; a path that the plan does not have is a bug and throws. */
  List<DataFile> dataFiles(List<String> paths) {
    Map<String, DataFile> byPath =
        files.stream().collect(Collectors.toMap(file -> file.path().toString(), PlannedFile::file));
    return paths.stream()
        .map(path ->
            Optional.ofNullable(byPath.get(path))
                .orElseThrow(() -> new IllegalArgumentException(path + " is not planned")))
        .toList();
  }
}
