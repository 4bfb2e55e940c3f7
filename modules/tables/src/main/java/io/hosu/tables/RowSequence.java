package io.hosu.tables;

import io.hosu.tables.WriteShape.Column;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.Schema;

/**
 * With which commit each row of a rewritten file came, kept in the file as Iceberg's reserved
 * column for it. So rows that came together can be taken out together after they were merged into
 * one file with others.
 */
final class RowSequence {
  private static final int ID = MetadataColumns.LAST_UPDATED_SEQUENCE_NUMBER.fieldId();

  /** What the column is called in files. */
  static final String NAME = MetadataColumns.LAST_UPDATED_SEQUENCE_NUMBER.name();

  private RowSequence() {}

  /** Whether a table can have it: no column of its own has the name. */
  static boolean fits(Schema schema) {
    return schema.caseInsensitiveFindField(NAME) == null;
  }

  /** The shape of files that have the column, behind those of {@code shape}. */
  static WriteShape in(WriteShape shape) {
    List<Column> columns = new ArrayList<>(shape.columns());
    columns.add(new Column(NAME, Sql.name(NAME), "BIGINT"));
    String ids = shape.fieldIds();
    return new WriteShape(
        columns,
        "%s, %s: %d}".formatted(ids.substring(0, ids.length() - 1), Sql.name(NAME), ID),
        shape.partitions(),
        shape.order());
  }

  /** Whether a file has the column. */
  static boolean isIn(PlannedFile file) {
    return PhysicalColumn.read(file.path()).child(ID).isPresent();
  }

  /**
   * The SELECT of all rows of {@code files} with the column: of files that do not have it, the
   * number of the commit that they came with.
   */
  static String select(Schema schema, List<PlannedFile> files) {
    Map<String, Optional<PhysicalColumn>> with = new LinkedHashMap<>();
    Map<String, Optional<PhysicalColumn>> without = new LinkedHashMap<>();
    for (PlannedFile file : files) {
      PhysicalColumn physical = PhysicalColumn.read(file.path());
      (physical.child(ID).isPresent() ? with : without)
          .put(file.path().toString(), Optional.of(physical));
    }
    List<String> parts = new ArrayList<>();
    if (!without.isEmpty()) {
      parts.add(numbered(schema, without, files));
    }
    if (!with.isEmpty()) {
      parts.add(ScanSql.selectWith(schema, with, NAME));
    }
    return String.join(" UNION ALL ", parts);
  }

  private static String numbered(
      Schema schema, Map<String, Optional<PhysicalColumn>> without, List<PlannedFile> files) {
    String numbers =
        files.stream()
            .filter(file -> without.containsKey(file.path().toString()))
            .map(
                file -> "(%s, %d)".formatted(Sql.text(file.path().toString()), number(file.file())))
            .collect(Collectors.joining(", "));
    return """
    SELECT r.* EXCLUDE (_file), n.number AS %s FROM (%s) r \
    JOIN (VALUES %s) n(file, number) ON r._file = n.file\
    """
        .formatted(
            Sql.name(NAME),
            ScanSql.selectWithFile(schema, without, Set.of(), (_, _) -> Optional.empty()),
            numbers);
  }

  private static long number(DataFile file) {
    Long number = file.fileSequenceNumber();
    return number == null ? 0 : number;
  }
}
