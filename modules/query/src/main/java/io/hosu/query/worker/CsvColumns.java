package io.hosu.query.worker;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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
          "UTINYINT",
          "DECIMAL(38,0)");

  private final Map<String, String> types;
  private final Set<String> exact;

  /**
   * Columns of these types.
   *
   * @param declared those of which somebody said the type; the others lose no digit
   */
  CsvColumns(Map<String, String> types, Set<String> declared, CsvNumbers numbers) {
    this.types = types;
    this.exact =
        types.keySet().stream()
            .filter(name -> numbers == CsvNumbers.LONG && !declared.contains(name))
            .filter(name -> "DOUBLE".equals(types.get(name)))
            .collect(Collectors.toSet());
  }

  /** What the reader reads the columns as. */
  Map<String, String> read() {
    Map<String, String> read = new LinkedHashMap<>();
    types.forEach((name, type) -> read.put(name, exact.contains(name) ? "VARCHAR" : readAs(type)));
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
  String names() {
    return types.entrySet().stream()
        .map(
            column -> (column.getValue().isEmpty() ? "NULL AS " : "") + Quote.name(column.getKey()))
        .collect(Collectors.joining(", "));
  }

  /** What is selected of the columns as read. */
  String select() {
    return types.entrySet().stream()
        .map(column -> value(column.getKey(), column.getValue()))
        .collect(Collectors.joining(", "));
  }

  private String value(String column, String type) {
    String name = Quote.name(column);
    if (exact.contains(column)) {
      return "CAST(CASE WHEN %2$s THEN %1$s ELSE '#' || %1$s END AS DOUBLE) AS %1$s"
          .formatted(name, CsvNumbers.kept(name));
    }
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

  /** The columns of texts as values, NULL for a text that is none, and beside them the texts. */
  String tried() {
    return types.entrySet().stream()
            .map(column ->
                tried(column.getKey(), column.getValue()) + " AS " + Quote.name(column.getKey()))
            .collect(Collectors.joining(", "))
        + withTexts();
  }

  private String withTexts() {
    StringBuilder texts = new StringBuilder();
    int number = 0;
    for (Map.Entry<String, String> column : types.entrySet()) {
      if (mayBeBad(column.getValue())) {
        texts.append(", %s IS NOT NULL AS __is_%d".formatted(Quote.name(column.getKey()), number));
      }
      number++;
    }
    return texts.toString();
  }

  /** The number of the first column, from 0, of which {@link #tried} took no value; or NULL. */
  String firstBad() {
    List<String> bad = new ArrayList<>();
    int number = 0;
    for (Map.Entry<String, String> column : types.entrySet()) {
      if (mayBeBad(column.getValue())) {
        bad.add(
            "CASE WHEN __is_%1$d AND %2$s IS NULL THEN %1$d END"
                .formatted(number, Quote.name(column.getKey())));
      }
      number++;
    }
    return bad.isEmpty() ? "NULL::INTEGER" : "least(%s)".formatted(String.join(", ", bad));
  }

  private static boolean mayBeBad(String type) {
    return !type.isEmpty() && !type.equals("VARCHAR");
  }

  private String tried(String column, String type) {
    String name = Quote.name(column);
    if (exact.contains(column)) {
      return "CASE WHEN %s THEN TRY_CAST(%s AS DOUBLE) END".formatted(CsvNumbers.kept(name), name);
    }
    if (WHOLE.contains(type)) {
      return "TRY_CAST(CASE WHEN contains(%1$s, '.') THEN NULL ELSE %1$s END AS %2$s)"
          .formatted(name, type);
    }
    return switch (type) {
      case "DATE" ->
          "CASE WHEN length(trim(%1$s)) <= 10 THEN TRY_CAST(%1$s AS DATE) END".formatted(name);
      case "TIMESTAMP" -> "timezone('UTC', TRY_CAST(%1$s AS TIMESTAMPTZ))".formatted(name);
      case "VARCHAR", CsvTypes.UNKNOWN -> name;
      default -> "TRY_CAST(%1$s AS %2$s)".formatted(name, type);
    };
  }
}
