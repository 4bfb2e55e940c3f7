package io.hosu.query.worker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a footer says of the values of one column, over all row groups. A bound is told only where
 * it is exact and means the same to every reader: a missing bound costs time, a wrong one loses
 * rows.
 */
final class LeafStatistics {
  private static final Pattern YEAR = Pattern.compile("\\d{4}-.*");

  private long values;
  private long bytes;
  private @Nullable Long nulls = 0L;
  private boolean bounded = true;
  private @Nullable String min;
  private @Nullable String max;

  /** One row group's part; null: it does not say. */
  record Part(
      long values, long bytes, @Nullable Long nulls, @Nullable String min, @Nullable String max) {
    boolean isEmpty() {
      return nulls != null && nulls == values;
    }
  }

  /** Adds a row group. */
  void add(Part part, String type) {
    values += part.values();
    bytes += part.bytes();
    Long all = nulls;
    nulls = all == null || part.nulls() == null ? null : (Long) (all + part.nulls());
    if (!part.isEmpty()) {
      Optional<Comparator<String>> order = order(type, part);
      String low = part.min();
      String high = part.max();
      if (order.isEmpty() || low == null || high == null) {
        bounded = false;
      } else {
        min = min == null || order.get().compare(low, min) < 0 ? low : min;
        max = max == null || order.get().compare(high, max) > 0 ? high : max;
      }
    }
  }

  /** How the texts of values of a type are ordered; empty for types whose bounds are not told. */
  private static Optional<Comparator<String>> order(String type, Part part) {
    if (type.equals("TINYINT")
        || type.equals("SMALLINT")
        || type.equals("INTEGER")
        || type.equals("BIGINT")
        || type.startsWith("DECIMAL")) {
      return Optional.of(Comparator.comparing(BigDecimal::new));
    }
    if (type.equals("VARCHAR")) {
      return Optional.of((one, other) -> Arrays.compareUnsigned(bytes(one), bytes(other)));
    }
    boolean time = type.equals("DATE") || type.startsWith("TIMESTAMP");
    return time && isPlain(part.min()) && isPlain(part.max())
        ? Optional.of(Comparator.naturalOrder())
        : Optional.empty();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Whether a text of a time is ordered as the time is. */
  private static boolean isPlain(@Nullable String text) {
    return text != null && YEAR.matcher(text).matches();
  }

  /** As the engine tells of a column that it wrote. */
  ObjectNode toJson() {
    ObjectNode json = Json.object();
    json.put("column_size_bytes", Long.toString(bytes));
    json.put("num_values", Long.toString(values));
    if (nulls != null) {
      json.put("null_count", Long.toString(nulls));
    }
    if (bounded && min != null && max != null) {
      json.put("min", min).put("max", max);
    }
    return json;
  }
}
