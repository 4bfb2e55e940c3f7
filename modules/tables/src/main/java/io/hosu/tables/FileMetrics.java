package io.hosu.tables;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.MetricsModes.Counts;
import org.apache.iceberg.MetricsModes.MetricsMode;
import org.apache.iceberg.MetricsModes.None;
import org.apache.iceberg.MetricsModes.Truncate;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.BinaryUtil;
import org.apache.iceberg.util.UnicodeUtil;

/**
 * Iceberg's metrics of one file out of the engine's statistics. Where the two disagree about what a
 * bound means, no bound is given: a missing bound costs time, a wrong one loses rows.
 */
final class FileMetrics {
  private final FileStatistics statistics;
  private final MetricsConfig config;
  private final Map<Integer, Long> sizes = new HashMap<>();
  private final Map<Integer, Long> values = new HashMap<>();
  private final Map<Integer, Long> nulls = new HashMap<>();
  private final Map<Integer, Long> nans = new HashMap<>();
  private final Map<Integer, ByteBuffer> lower = new HashMap<>();
  private final Map<Integer, ByteBuffer> upper = new HashMap<>();

  private FileMetrics(FileStatistics statistics, MetricsConfig config) {
    this.statistics = statistics;
    this.config = config;
  }

  static Metrics of(FileStatistics statistics, List<NestedField> columns, MetricsConfig config) {
    FileMetrics metrics = new FileMetrics(statistics, config);
    columns.forEach(column -> metrics.add(column, Sql.name(column.name())));
    return new Metrics(
        statistics.rows(),
        metrics.sizes,
        metrics.values,
        metrics.nulls,
        metrics.nans,
        metrics.lower,
        metrics.upper);
  }

  private void add(NestedField field, String path) {
    if (field.type().isStructType()) {
      for (NestedField child : field.type().asStructType().fields()) {
        add(child, path + "." + Sql.name(child.name()));
      }
    } else if (field.type().isNestedType()) {
      addSizesBelow(field, path);
    } else {
      addLeaf(field, path);
    }
  }

  /** Below a list or a map, values belong to no single row: Iceberg keeps no counts or bounds. */
  private void addSizesBelow(NestedField field, String path) {
    addSize(field, path);
    if (field.type().isNestedType()) {
      for (NestedField child : field.type().asNestedType().fields()) {
        addSizesBelow(child, path + "." + Sql.name(child.name()));
      }
    }
  }

  private void addSize(NestedField field, String path) {
    if (!(config.columnMode(field.fieldId()) instanceof None)) {
      statistics
          .number(path, "column_size_bytes")
          .ifPresent(size -> sizes.put(field.fieldId(), size));
    }
  }

  private void addLeaf(NestedField field, String path) {
    MetricsMode mode = config.columnMode(field.fieldId());
    if (mode instanceof None) {
      return;
    }
    int id = field.fieldId();
    addSize(field, path);
    values.put(id, statistics.number(path, "num_values").orElse(statistics.rows()));
    statistics.number(path, "null_count").ifPresent(count -> nulls.put(id, count));
    statistics.number(path, "nan_count").ifPresent(count -> nans.put(id, count));
    if (!(mode instanceof Counts)) {
      addBounds(field, path, mode);
    }
  }

  private void addBounds(NestedField field, String path, MetricsMode mode) {
    // The engine's bounds leave NaN out, but its comparisons hold NaN to be the greatest number.
    if (statistics.fact(path, "has_nan").filter("true"::equals).isPresent()) {
      return;
    }
    int length = mode instanceof Truncate truncate ? truncate.length() : Integer.MAX_VALUE;
    bound(field, path, "min")
        .flatMap(value -> truncateDown(value, length))
        .ifPresent(value -> lower.put(field.fieldId(), bytes(field.type(), value)));
    bound(field, path, "max")
        .flatMap(value -> truncateUp(value, length))
        .ifPresent(value -> upper.put(field.fieldId(), bytes(field.type(), value)));
  }

  private Optional<Object> bound(NestedField field, String path, String name) {
    return statistics.fact(path, name).flatMap(text -> EngineValues.parse(field.type(), text));
  }

  private static Optional<Object> truncateDown(Object value, int length) {
    return Optional.of(
        switch (value) {
          case Double zero when zero == 0 -> -0.0d;
          case Float zero when zero == 0 -> -0.0f;
          case String text -> UnicodeUtil.truncateStringMin(text, length);
          case ByteBuffer bytes -> BinaryUtil.truncateBinaryMin(bytes, length);
          default -> value;
        });
  }

  /** A bound that was cut must still be above every value; there is not always such a one. */
  private static Optional<Object> truncateUp(Object value, int length) {
    return Optional.ofNullable(
        switch (value) {
          case Double zero when zero == 0 -> 0.0d;
          case Float zero when zero == 0 -> 0.0f;
          case String text -> UnicodeUtil.truncateStringMax(text, length);
          case ByteBuffer bytes -> BinaryUtil.truncateBinaryMax(bytes, length);
          default -> value;
        });
  }

  private static ByteBuffer bytes(Type type, Object value) {
    return Conversions.toByteBuffer(type, value);
  }
}
