package io.hosu.tables;

import io.hosu.kernel.HosuException.Invalid;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.PartitionData;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;

/** Makes Iceberg's data files out of what the engine says of the Parquet files it wrote. */
public final class DataFileBuilder {
  private final Schema schema;
  private final PartitionSpec spec;
  private final SortOrder order;
  private final MetricsConfig metrics;

  /**
   * @param schema the columns that the files were written with, as are {@code spec} and {@code
   *     order}
   * @param properties the table's, which say how exact the metrics are to be
   */
  public DataFileBuilder(
      Schema schema, PartitionSpec spec, SortOrder order, Map<String, String> properties) {
    this.schema = schema;
    this.spec = spec;
    this.order = order;
    this.metrics = MetricsConfig.from(properties, schema, order);
  }

  /** The data file of {@code statistics}, known to the table as {@code location}. */
  public DataFile build(FileStatistics statistics, String location) {
    return build(
        statistics,
        location,
        spec.isPartitioned() ? partition(statistics) : new PartitionData(spec.partitionType()));
  }

  /** The same of a file that is known to be of {@code partition}, whatever the engine says. */
  DataFile build(FileStatistics statistics, String location, PartitionData partition) {
    requireValues(statistics);
    DataFiles.Builder file =
        DataFiles.builder(spec)
            .withPath(location)
            .withFormat(FileFormat.PARQUET)
            .withFileSizeInBytes(statistics.bytes())
            .withMetrics(FileMetrics.of(statistics, schema.columns(), metrics));
    if (spec.isPartitioned()) {
      file.withPartition(partition);
    }
    if (order.isSorted()) {
      file.withSortOrder(order);
    }
    return file.build();
  }

  private void requireValues(FileStatistics statistics) {
    for (NestedField column : schema.columns()) {
      long nulls =
          column.isRequired()
              ? statistics.number(Sql.name(column.name()), "null_count").orElse(0L)
              : 0;
      if (nulls > 0) {
        throw new Invalid(
            TablesError.SCHEMA_INCOMPATIBLE,
            "The table requires column '%s', and %d of the rows have no value of it."
                .formatted(column.name(), nulls),
            "Leave these rows out in the SQL, or give them a value: COALESCE(%s, ...)."
                .formatted(Sql.name(column.name())));
      }
    }
  }

  private PartitionData partition(FileStatistics statistics) {
    PartitionData partition = new PartitionData(spec.partitionType());
    List<NestedField> fields = spec.partitionType().fields();
    for (int i = 0; i < fields.size(); i++) {
      String text = statistics.partition().get(WriteShape.PARTITION + i);
      partition.set(i, value(fields.get(i).type(), text));
    }
    return partition;
  }

  private static @org.jspecify.annotations.Nullable Object value(
      Type type, @org.jspecify.annotations.Nullable String text) {
    if (text == null || text.equals("n") || text.equals("NULL") || text.startsWith("__HIVE")) {
      return null;
    }
    if (PartitionSql.isNumber(type)) {
      long number = Long.parseLong(text);
      boolean small = type.typeId() == Type.TypeID.INTEGER || type.typeId() == Type.TypeID.DATE;
      return small ? (Object) Math.toIntExact(number) : (Object) number;
    }
    return EngineValues.parse(type, text.substring(1))
        .orElseThrow(() -> new IllegalArgumentException("Partition value " + text + " of " + type));
  }
}
