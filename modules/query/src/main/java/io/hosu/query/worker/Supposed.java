package io.hosu.query.worker;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What is supposed of the columns of {@code input} beyond what the objects show; all values of
 * these columns are NULL.
 *
 * @param types other types of columns without a value, by name; empty: no type at all
 * @param absent the types of columns that no record has, by name
 */
record Supposed(Map<String, String> types, Map<String, String> absent) {
  /** Nothing is. */
  static final Supposed NOTHING = new Supposed(Map.of(), Map.of());

  Supposed with(Map<String, String> others) {
    return new Supposed(Map.copyOf(others), absent);
  }

  Supposed lacking(String column, String type) {
    Map<String, String> all = new LinkedHashMap<>(absent);
    all.put(column, type);
    return new Supposed(types, all);
  }

  /** The records of {@code rows}, a SELECT, with these columns. */
  String of(String rows) {
    String whole =
        absent.isEmpty() ? rows : "SELECT *, %s FROM (%s)".formatted(nulls(absent), rows);
    return types.isEmpty()
        ? whole
        : "SELECT * REPLACE (%s) FROM (%s)".formatted(nulls(types), whole);
  }

  private static String nulls(Map<String, String> columns) {
    return columns.entrySet().stream()
        .map(column ->
            (column.getValue().isEmpty() ? "NULL" : "NULL::" + column.getValue())
                + " AS "
                + Quote.name(column.getKey()))
        .collect(Collectors.joining(", "));
  }
}
