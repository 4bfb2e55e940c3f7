package io.hosu.tables;

import io.hosu.kernel.TableName;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The files to read for a table's rows at one snapshot, and the SQL that reads them. It stays
 * readable however the table changes, until replaced files are removed for good.
 */
public final class ScanPlan {
  private final TableName table;
  private final OptionalLong snapshot;
  private final Schema schema;
  private final List<PlannedFile> files;
  private final Origin origin;
  private volatile @Nullable Physical physical;

  /**
   * What files really hold.
   *
   * @param data of the data files, by local path; empty: as the schema says
   * @param given what columns are that the partition of a data file gives, by local path and field
   *     id, as SQL
   * @param deletes of the files that name deleted rows by values
   * @param keys finds the columns of these
   * @param lineage what rows take with them when they are written anew
   */
  record Physical(
      Map<String, Optional<PhysicalColumn>> data,
      Map<String, Map<Integer, String>> given,
      Map<Path, PhysicalColumn> deletes,
      EqualityKeys keys,
      RowLineage lineage) {}

  /**
   * What a plan of fewer files is made with.
   *
   * @param specs by which files were divided off, by their ids
   * @param physical what files hold; it is found out when it is needed
   */
  record Origin(
      Map<Integer, PartitionSpec> specs, Function<List<PlannedFile>, Physical> physical) {}

  ScanPlan(
      TableName table,
      OptionalLong snapshot,
      Schema schema,
      List<PlannedFile> files,
      Origin origin) {
    this.table = table;
    this.snapshot = snapshot;
    this.schema = schema;
    this.files = List.copyOf(files);
    this.origin = origin;
  }

  private Physical physical() {
    Physical known = physical;
    if (known == null) {
      known = origin.physical().apply(files);
      physical = known;
    }
    return known;
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
   * How the policy calls the columns, in the order of {@link #columns}: as {@code table} does now,
   * as a column keeps its identity when it is renamed, or what stands for one that it has no more.
   */
  public List<String> namesIn(LakeTable table) {
    Schema now = table.metadata().schema();
    return schema.columns().stream().map(column -> EarlierTables.today(column, now)).toList();
  }

  /** The files that a SELECT of this plan reads: nothing else needs to be opened. */
  public List<Path> paths() {
    return Stream.concat(
            files.stream().map(PlannedFile::path),
            files.stream().flatMap(file -> file.deletes().all()).map(RowDeletes.Part::path))
        .distinct()
        .toList();
  }

  /**
   * Whether the files hold rows that the SELECT does not give, as they are deleted: of these the
   * engine must compute nothing, not even errors.
   */
  public boolean hidesRows() {
    return files.stream().anyMatch(file -> !file.deletes().isEmpty());
  }

  /** The files with what Iceberg knows of them. */
  public List<PlannedFile> files() {
    return files;
  }

  Schema schema() {
    return schema;
  }

  /** How many rows the files hold, those included that are deleted. */
  public long rows() {
    return files.stream().mapToLong(file -> file.file().recordCount()).sum();
  }

  /** How many bytes the files have. */
  public long bytes() {
    return files.stream().mapToLong(file -> file.file().fileSizeInBytes()).sum();
  }

  /** The SELECT of all rows and columns. */
  public String sql() {
    return ScanSql.select(schema, physical().data(), lessened(), this::deleted);
  }

  /** The columns that rows have besides, and that only who asks for them gets: Iceberg's own. */
  public List<String> lineageNames() {
    return physical().lineage().names();
  }

  /** The same, with some of {@link #lineageNames}. */
  public String sqlWith(List<String> lineage) {
    return lineage.isEmpty() ? sql() : physical().lineage().only(lineage).selectAll(this);
  }

  /**
   * The SELECT of all rows and columns, with one more column {@code _file}: the path of the file
   * that the row lies in.
   */
  public String sqlWithFile() {
    return ScanSql.selectWithFile(schema, physical().data(), lessened(), this::deleted);
  }

  /** The column that {@link #sqlWithFile} and {@link #sqlWithCommit} add: where a row lies. */
  public static final String FILE = ScanSql.FILE_COLUMN;

  /** The column that {@link #sqlWithCommit} adds: Iceberg's number of the commit of a row. */
  public static final String COMMIT = RowLineage.SEQUENCE;

  /**
   * The SELECT of the rows of some of the files, with {@link #FILE} and, if {@link #tellsCommits},
   * {@link #COMMIT}, whatever became of the files since the rows came.
   */
  public String sqlWithCommit(List<PlannedFile> some) {
    return physical().lineage().selectWithFile(this, some);
  }

  /** Whether it can be told with which commit a row came. */
  public boolean tellsCommits() {
    return physical().lineage().tellsCommits();
  }

  /** The same of some of the files only, without {@code _file}. */
  public String sqlOf(List<String> paths) {
    Map<String, Optional<PhysicalColumn>> some = new LinkedHashMap<>(physical().data());
    some.keySet().retainAll(List.copyOf(paths));
    return ScanSql.select(schema, some, lessened(), this::deleted);
  }

  /** The SELECT of the rows of some of the files, with what they take with them. */
  String sqlToRewrite(List<PlannedFile> some) {
    return physical().lineage().select(this, some);
  }

  /** What rows take with them when they are written anew. */
  RowLineage lineage() {
    return physical().lineage();
  }

  /** The same files as they lie there, with the rows that are deleted. */
  public ScanPlan withDeleted() {
    List<PlannedFile> whole = files.stream().map(file -> file.with(RowDeletes.NONE)).toList();
    return new ScanPlan(table, snapshot, schema, whole, origin);
  }

  /** The same snapshot and columns, without files that hold no row of which a filter holds. */
  public ScanPlan where(FileFilter filter) {
    List<PlannedFile> some = FilteredFiles.of(filter, schema, origin.specs(), files);
    return some.size() == files.size() ? this : new ScanPlan(table, snapshot, schema, some, origin);
  }

  private Set<String> lessened() {
    return files.stream()
        .filter(file -> !file.deletes().isEmpty())
        .map(file -> file.path().toString())
        .collect(Collectors.toSet());
  }

  private Optional<DeletedSql> deleted(PhysicalColumn columns, List<String> paths) {
    Set<String> wanted = Set.copyOf(paths);
    boolean plain =
        columns.children().stream().noneMatch(PhysicalColumn::isGiven)
            && files.stream()
                .filter(file -> wanted.contains(file.path().toString()))
                .allMatch(file -> file.deletes().isEmpty());
    return plain ? Optional.empty() : joined(columns, paths);
  }

  /** What reads files of the same columns without the rows that are deleted, if any is. */
  Optional<DeletedSql> joined(PhysicalColumn columns, List<String> paths) {
    Set<String> wanted = Set.copyOf(paths);
    List<PlannedFile> some =
        files.stream().filter(file -> wanted.contains(file.path().toString())).toList();
    return Optional.of(new DeletedSql(physical(), columns, some));
  }

  /** The same snapshot and columns, but none of the files. */
  ScanPlan withoutFiles() {
    return new ScanPlan(table, snapshot, schema, List.of(), origin);
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
