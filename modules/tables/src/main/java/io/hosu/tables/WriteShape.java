package io.hosu.tables;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.NullOrder;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortDirection;
import org.apache.iceberg.SortField;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;

/**
 * What the engine must be told to write rows as data files of a table.
 *
 * @param columns the table's columns in its order
 * @param fieldIds the literal for {@code FIELD_IDS}, which gives each Parquet column its Iceberg id
 * @param partitions an expression over {@code columns} for each partition field, to be called
 *     {@code __p0}, {@code __p1}, ...
 * @param order expressions to sort by; empty when the table has no sort order
 */
public record WriteShape(
    List<Column> columns, String fieldIds, List<String> partitions, List<String> order) {
  /** What the partition columns are called, with their number behind. */
  static final String PARTITION = "__p";

  /**
   * One column of the files: {@code expression::type AS name}.
   *
   * @param name its name, unquoted
   * @param expression over the columns of the rows
   * @param type in the engine's text
   */
  public record Column(String name, String expression, String type) {}

  public WriteShape {
    columns = List.copyOf(columns);
    partitions = List.copyOf(partitions);
    order = List.copyOf(order);
  }

  /**
   * The shape for rows with {@code columns} into a table.
   *
   * @param columns names of the rows' columns, matched capitals aside; the table's other columns
   *     get the value that they have by default, or become NULL
   */
  static WriteShape of(Schema schema, PartitionSpec spec, SortOrder order, List<String> columns) {
    Set<String> known =
        columns.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    return new WriteShape(
        schema.columns().stream().map(field -> column(field, known)).toList(),
        fieldIds(schema.columns()),
        spec.fields().stream().map(field -> PartitionSql.of(field, schema)).toList(),
        order(schema, order));
  }

  private static Column column(NestedField field, Set<String> known) {
    boolean there = known.contains(field.name().toLowerCase(Locale.ROOT));
    String expression = there ? Sql.name(field.name()) : DefaultSql.ofWriting(field);
    return new Column(field.name(), expression, SqlTypes.print(field.type()));
  }

  private static String fieldIds(List<NestedField> fields) {
    return fields.stream().map(WriteShape::fieldId).collect(Collectors.joining(", ", "{", "}"));
  }

  private static String fieldId(NestedField field) {
    return "%s: %s".formatted(Sql.name(field.name()), fieldId(field.fieldId(), field.type()));
  }

  private static String fieldId(int id, Type type) {
    return switch (type.typeId()) {
      case STRUCT ->
          "{__duckdb_field_id: %d, %s"
              .formatted(id, fieldIds(type.asStructType().fields()).substring(1));
      case LIST -> {
        var list = type.asListType();
        yield "{__duckdb_field_id: %d, element: %s}"
            .formatted(id, fieldId(list.elementId(), list.elementType()));
      }
      case MAP -> {
        var map = type.asMapType();
        yield "{__duckdb_field_id: %d, key: %s, value: %s}"
            .formatted(
                id, fieldId(map.keyId(), map.keyType()), fieldId(map.valueId(), map.valueType()));
      }
      default -> Integer.toString(id);
    };
  }

  private static List<String> order(Schema schema, SortOrder order) {
    return order.fields().stream()
        .filter(field -> field.transform().isIdentity())
        .map(field -> sorted(schema, field))
        .toList();
  }

  private static String sorted(Schema schema, SortField field) {
    return "%s %s %s"
        .formatted(
            Sql.name(schema.findColumnName(field.sourceId())),
            field.direction() == SortDirection.ASC ? "ASC" : "DESC",
            field.nullOrder() == NullOrder.NULLS_FIRST ? "NULLS FIRST" : "NULLS LAST");
  }
}
