package io.hosu.query.worker;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How columns of text become values without losing any of it: DuckDB on its own takes {@code 1.5}
 * for the whole number 2, and {@code 2024-01-02 10:00} for a day.
 */
final class CsvColumns {
  private static final Set<String> WHOLE =
      Set.of(
          "BIGINT",
          "INTEGER",
          "INT",
          "SMALLINT",
          "TINYINT",
          "HUGEINT",
          "UBIGINT",
          "UINTEGER",
          "USMALLINT",
          "UTINYINT");

  private CsvColumns() {}

  /** What the reader reads the columns as. */
  static Map<String, String> read(Map<String, String> types) {
    Map<String, String> read = new LinkedHashMap<>();
    types.forEach((name, type) -> read.put(name, readAs(type)));
    return read;
  }

  private static String readAs(String type) {
    if (type.isEmpty() || WHOLE.contains(type)) {
      return "VARCHAR";
    }
    return switch (type) {
      case "DATE" -> "TIMESTAMPTZ";
      case "TIMESTAMP" -> "TIMESTAMPTZ";
      default -> type;
    };
  }

  /** Columns that have their types already; those without any value have none. */
  static String names(Map<String, String> types) {
    return types.entrySet().stream()
        .map(
            column -> (column.getValue().isEmpty() ? "NULL AS " : "") + Quote.name(column.getKey()))
        .collect(Collectors.joining(", "));
  }

  /** What is selected of the columns as read. */
  static String select(Map<String, String> types) {
    return types.entrySet().stream()
        .map(column -> value(Quote.name(column.getKey()), column.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static String value(String name, String type) {
    if (WHOLE.contains(type)) {
      return "CAST(CASE WHEN contains(%1$s, '.') THEN '#' || %1$s ELSE %1$s END AS %2$s) AS %1$s"
          .formatted(name, type);
    }
    return switch (type) {
      case "DATE" ->
          "CAST(CASE WHEN epoch_us(%1$s) %% 86400000000 <> 0 THEN CAST('#' || strftime(%1$s, '%%Y-%%m-%%d %%H:%%M:%%S') AS TIMESTAMP) ELSE timezone('UTC', %1$s) END AS DATE) AS %1$s"
              .formatted(name);
      case "TIMESTAMP" -> "timezone('UTC', %1$s) AS %1$s".formatted(name);
      case CsvTypes.UNKNOWN -> "NULL AS " + name;
      default -> name;
    };
  }

  /** The value of a column of texts; NULL when its text is none of that type. */
  static String tried(String name, String type) {
    if (WHOLE.contains(type)) {
      return "TRY_CAST(CASE WHEN contains(%1$s, '.') THEN NULL ELSE %1$s END AS %2$s)"
          .formatted(name, type);
    }
    return switch (type) {
      case "DATE" ->
          "CASE WHEN length(trim(%1$s)) <= 10 THEN TRY_CAST(%1$s AS DATE) END".formatted(name);
      case "TIMESTAMP" -> "timezone('UTC', TRY_CAST(%1$s AS TIMESTAMPTZ))".formatted(name);
      default -> "TRY_CAST(%1$s AS %2$s)".formatted(name, type.isEmpty() ? "VARCHAR" : type);
    };
  }
}
