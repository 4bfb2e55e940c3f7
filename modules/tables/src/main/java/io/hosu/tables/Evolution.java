package io.hosu.tables;

import io.hosu.kernel.HosuException.Invalid;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.UpdatePartitionSpec;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.Term;
import org.jspecify.annotations.Nullable;

/** Makes the metadata of new tables, and changes the columns and the layout of old ones. */
final class Evolution {
  /** Keeps commits and planning cheap: what is read on every commit stays small. */
  private static final Map<String, String> PROPERTIES =
      Map.of(
          TableProperties.PARQUET_COMPRESSION, "zstd",
          TableProperties.METADATA_PREVIOUS_VERSIONS_MAX, "20",
          TableProperties.MANIFEST_MIN_MERGE_COUNT, "16");

  private Evolution() {}

  static TableMetadata create(String location, List<SqlColumn> columns, TableLayout layout) {
    return create(location, SchemaChange.create(columns).schema(), layout);
  }

  static TableMetadata create(String location, Schema schema, TableLayout layout) {
    int version = layout.formatVersion().orElse(TableLayout.STANDARD_VERSION);
    requireKept(schema, version);
    Map<String, String> properties = new HashMap<>(PROPERTIES);
    properties.put(TableProperties.FORMAT_VERSION, Integer.toString(version));
    return TableMetadata.newTableMetadata(
        schema,
        PartitionDeclaration.bind(layout.partitionBy(), schema),
        layout.sortOrder(schema),
        location,
        properties);
  }

  /** Whether a table, which may not exist yet, has a column of this name. */
  static boolean has(@Nullable TableMetadata base, SqlColumn column) {
    return base != null
        && base.schema().columns().stream()
            .anyMatch(field -> field.name().equalsIgnoreCase(column.name()));
  }

  /** Makes room for rows that join those of the table. */
  static TableMetadata extend(TableMetadata base, List<SqlColumn> columns, TableLayout layout) {
    return extend(base, SchemaChange.evolve(base.schema(), base.lastColumnId(), columns), layout);
  }

  /** The same where its columns become others. */
  static TableMetadata extend(TableMetadata base, SchemaChange change, TableLayout layout) {
    PartitionSpec spec =
        layout.partitionBy().isEmpty()
            ? base.spec()
            : PartitionDeclaration.bind(layout.partitionBy(), change.schema());
    SortOrder order =
        layout.sortBy().isEmpty() ? base.sortOrder() : layout.sortOrder(change.schema());
    TableMetadata upgraded = upgrade(base, layout);
    requireKept(change.schema(), upgraded.formatVersion());
    return apply(upgraded, change.schema(), change.lastColumnId(), spec, order);
  }

  /** Makes the table what rows that replace all of it need. */
  static TableMetadata replace(TableMetadata base, List<SqlColumn> columns, TableLayout layout) {
    SchemaChange change = SchemaChange.replace(base.schema(), base.lastColumnId(), columns);
    PartitionSpec spec = PartitionDeclaration.bind(layout.partitionBy(), change.schema());
    TableMetadata upgraded = upgrade(base, layout);
    requireKept(change.schema(), upgraded.formatVersion());
    return apply(
        upgraded, change.schema(), change.lastColumnId(), spec, layout.sortOrder(change.schema()));
  }

  /** The same table with at least this format version; {@code base} if it has it. */
  static TableMetadata upgrade(TableMetadata base, int version) {
    return base.formatVersion() >= version
        ? base
        : TableMetadata.buildFrom(base).upgradeFormatVersion(version).build();
  }

  private static TableMetadata upgrade(TableMetadata base, TableLayout layout) {
    return upgrade(base, layout.formatVersion().orElse(base.formatVersion()));
  }

  private static void requireKept(Schema schema, int version) {
    try {
      Schema.checkCompatibility(schema, version);
    } catch (IllegalStateException e) {
      throw new Invalid(
          TablesError.TYPE_UNSUPPORTED,
          "A table of format version %d cannot keep its columns: %s"
              .formatted(version, e.getMessage()),
          "Declare the table in a dataset with format_version: 3, or convert the column in the"
              + " SQL: CAST(x AS JSON).",
          e);
    }
  }

  /** The same table with these columns, partitions and sort order; {@code base} if it has them. */
  static TableMetadata apply(
      TableMetadata base, Schema schema, int lastColumnId, PartitionSpec spec, SortOrder order) {
    TableMetadata.Builder changed = TableMetadata.buildFrom(unpartition(base, spec));
    if (!schema.sameSchema(base.schema())) {
      changed.setCurrentSchema(schema, Math.max(lastColumnId, base.lastColumnId()));
    }
    TableMetadata.Builder sorted = TableMetadata.buildFrom(partition(changed.build(), spec));
    if (!order.sameOrder(base.sortOrder())) {
      sorted.setDefaultSortOrder(order);
    }
    return sorted.build();
  }

  /** Ends partition fields that {@code spec} has not, while their columns are there. */
  private static TableMetadata unpartition(TableMetadata base, PartitionSpec spec) {
    List<PartitionField> ended =
        base.spec().fields().stream().filter(field -> !isAmong(spec, field)).toList();
    return ended.isEmpty()
        ? base
        : update(base, update -> ended.forEach(field -> update.removeField(field.name())));
  }

  /** Adds the partition fields of {@code spec} that the table has not. */
  private static TableMetadata partition(TableMetadata base, PartitionSpec spec) {
    List<PartitionField> added =
        spec.fields().stream().filter(field -> !isAmong(base.spec(), field)).toList();
    return added.isEmpty()
        ? base
        : update(
            base, update -> added.forEach(field -> update.addField(term(base.schema(), field))));
  }

  /** Has Iceberg change the spec, so that each partition field ever used keeps its own id. */
  private static TableMetadata update(TableMetadata base, Consumer<UpdatePartitionSpec> change) {
    StagedTableOperations operations = new StagedTableOperations(base);
    UpdatePartitionSpec update = new BaseTable(operations, base.location()).updateSpec();
    change.accept(update);
    update.commit();
    return operations.current();
  }

  private static boolean isAmong(PartitionSpec spec, PartitionField field) {
    return spec.fields().stream()
        .anyMatch(other ->
            other.sourceId() == field.sourceId()
                && other.transform().toString().equals(field.transform().toString()));
  }

  private static Term term(Schema schema, PartitionField field) {
    String column = schema.findColumnName(field.sourceId());
    return field.transform().isIdentity()
        ? Expressions.ref(column)
        : Expressions.transform(column, field.transform());
  }
}
