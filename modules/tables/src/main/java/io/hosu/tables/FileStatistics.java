package io.hosu.tables;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the engine says of one Parquet file that it wrote: a row of {@code COPY ... (RETURN_STATS)}.
 *
 * @param path where it lies on the local disk
 * @param rows how many it holds
 * @param bytes its size
 * @param columns by column path, each name in double quotes: {@code "place"."lat"}; per column the
 *     texts {@code column_size_bytes, num_values, null_count, min, max, min_is_exact, max_is_exact,
 *     has_nan, nan_count}, where known
 * @param partition {@code __p0}, {@code __p1}, ...: the value of each expression of {@link
 *     WriteShape#partitions}; NULL is absent
 */
public record FileStatistics(
    String path,
    long rows,
    long bytes,
    Map<String, Map<String, String>> columns,
    Map<String, String> partition) {
  public FileStatistics {
    columns = Map.copyOf(columns);
    partition = Map.copyOf(partition);
  }

  /**
   * Reads the row as JSON: an object with the names of the engine's columns ({@code filename,
   * count, file_size_bytes, column_statistics, partition_keys}), maps as objects, values as texts.
   */
  public static FileStatistics fromJson(JsonNode row) {
    Map<String, Map<String, String>> columns = new LinkedHashMap<>();
    row.path("column_statistics")
        .properties()
        .forEach(column -> columns.put(column.getKey(), texts(column.getValue())));
    return new FileStatistics(
        row.required("filename").asText(),
        row.required("count").asLong(),
        row.required("file_size_bytes").asLong(),
        columns,
        texts(row.path("partition_keys")));
  }

  private static Map<String, String> texts(JsonNode object) {
    Map<String, String> texts = new LinkedHashMap<>();
    object.properties().stream()
        .filter(entry -> !entry.getValue().isNull())
        .forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
    return texts;
  }

  /** One fact about a column, if the engine told it. */
  Optional<String> fact(String column, String name) {
    return Optional.ofNullable(columns.getOrDefault(column, Map.of()).get(name));
  }

  /** One number about a column, if the engine told it. */
  Optional<Long> number(String column, String name) {
    return fact(column, name).map(Long::valueOf);
  }
}
