package io.hosu.tables;

import io.hosu.tables.WriteShape.Column;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * What rows take with them when they are written anew, in Iceberg's reserved columns for it: the
 * number of the commit that they came with, so that rows that came together can be taken out
 * together after they were merged into one file with others; and in tables of format 3 also their
 * own number (Row Lineage in the table specification).
 *
 * @param columns the reserved columns that files of a table get
 */
record RowLineage(List<NestedField> columns) {
  private static final NestedField NUMBER = MetadataColumns.LAST_UPDATED_SEQUENCE_NUMBER;
  private static final NestedField ROW_ID = MetadataColumns.ROW_ID;
  private static final int VERSION_OF_IDS = 3;

  /** What the column with the number of the commit is called in files. */
  static final String SEQUENCE = NUMBER.name();

  RowLineage {
    columns = List.copyOf(columns);
  }

  /** Of the files of a table: none, where one of its own columns has such a name. */
  static RowLineage of(TableMetadata table) {
    List<NestedField> columns =
        table.formatVersion() < VERSION_OF_IDS ? List.of(NUMBER) : List.of(ROW_ID, NUMBER);
    return new RowLineage(fits(table.schema(), columns) ? columns : List.of());
  }

  private static boolean fits(Schema schema, List<NestedField> columns) {
    return columns.stream().allMatch(one -> schema.caseInsensitiveFindField(one.name()) == null);
  }

  /** Whether rows of a table can be written anew without a loss. */
  static boolean isKept(TableMetadata table) {
    return table.formatVersion() < VERSION_OF_IDS || !of(table).columns.isEmpty();
  }

  /** Whether it tells with which commit a row came. */
  boolean tellsCommits() {
    return !columns.isEmpty();
  }

  List<String> names() {
    return columns.stream().map(NestedField::name).toList();
  }

  /** Some of the columns. */
  RowLineage only(List<String> names) {
    return new RowLineage(columns.stream().filter(one -> names.contains(one.name())).toList());
  }

  /** The shape of files that have the columns, behind those of {@code shape}. */
  WriteShape in(WriteShape shape) {
    List<Column> all = new ArrayList<>(shape.columns());
    columns.forEach(one -> all.add(new Column(one.name(), Sql.name(one.name()), "BIGINT")));
    String own = shape.fieldIds().substring(1, shape.fieldIds().length() - 1);
    String ids =
        Stream.concat(
                Stream.of(own),
                columns.stream().map(one -> Sql.name(one.name()) + ": " + one.fieldId()))
            .collect(Collectors.joining(", ", "{", "}"));
    return new WriteShape(all, ids, shape.partitions(), shape.order());
  }

  /** Whether a file has the column with the number of the commit. */
  static boolean isIn(PlannedFile file) {
    return PhysicalColumn.readAny(file.path()).child(NUMBER.fieldId()).isPresent();
  }

  /** The SELECT of the rows that are left of {@code files}, with these columns. */
  String select(ScanPlan plan, List<PlannedFile> files) {
    return select(plan, files, this::values);
  }

  /** The same of all files, also where there is none. */
  String selectAll(ScanPlan plan) {
    String none =
        columns.stream()
            .map(one -> ", NULL::BIGINT AS " + Sql.name(one.name()))
            .collect(Collectors.joining());
    return plan.files().isEmpty()
        ? "SELECT *%s FROM (%s)".formatted(none, plan.sql())
        : select(plan, plan.files());
  }

  /** The same, with the path of each row's file as {@link ScanSql#FILE_COLUMN}. */
  String selectWithFile(ScanPlan plan, List<PlannedFile> files) {
    return select(
        plan, files, from -> ", filename AS " + Sql.name(ScanSql.FILE_COLUMN) + values(from));
  }

  private static String select(
      ScanPlan plan, List<PlannedFile> files, Function<DeletedSql, String> more) {
    Map<String, Optional<PhysicalColumn>> physical = new LinkedHashMap<>();
    files.forEach(file ->
        physical.put(file.path().toString(), Optional.of(PhysicalColumn.read(file.path()))));
    return ScanSql.selectWith(plan.schema(), physical, plan::joined, more);
  }

  private String values(DeletedSql from) {
    return columns.stream()
        .map(one -> ", %s AS %s".formatted(value(one, from), Sql.name(one.name())))
        .collect(Collectors.joining());
  }

  /** What the file says of a row, or what it has by its place where the file says nothing. */
  private static String value(NestedField column, DeletedSql from) {
    String given =
        column.fieldId() == ROW_ID.fieldId()
            ? from.ofFile(file -> file.file().firstRowId()) + " + " + DeletedSql.PLACE
            : from.ofFile(file -> number(file.file()));
    return from.columns()
        .child(column.fieldId())
        .map(own -> "COALESCE(%s, %s)".formatted(Sql.name(own.name()), given))
        .orElse(given);
  }

  private static @Nullable Long number(DataFile file) {
    return file.fileSequenceNumber();
  }
}
