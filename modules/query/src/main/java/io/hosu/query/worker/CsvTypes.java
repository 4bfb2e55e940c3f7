package io.hosu.query.worker;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Infers the types of columns of text: the first of a few types that all values fit, as they are
 * written by machines. What fits none is text; dates in other forms than ISO 8601 stay text.
 */
final class CsvTypes {
  /** The type of a column without any value. */
  static final String UNKNOWN = "";

  private static final String TEXT = "VARCHAR";

  private record Candidate(String type, String form) {}

  /** Whole numbers that no BIGINT holds; also those that it does. */
  private static final Candidate LONG_INTEGER = new Candidate("DECIMAL(38,0)", "[+-]?\\d{1,38}");

  private static final String DOUBLE = "DOUBLE";

  private static final List<Candidate> CANDIDATES =
      List.of(
          new Candidate("BIGINT", "[+-]?\\d+"),
          LONG_INTEGER,
          new Candidate(DOUBLE, "[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?"),
          new Candidate("BOOLEAN", "(?i)true|false"),
          new Candidate("DATE", "\\d{4}-\\d{1,2}-\\d{1,2}"),
          new Candidate(
              "TIMESTAMP", "\\d{4}-\\d{1,2}-\\d{1,2}[ T]\\d{1,2}:\\d{2}(:\\d{2}(\\.\\d+)?)?"),
          new Candidate(
              "TIMESTAMPTZ",
              "\\d{4}-\\d{1,2}-\\d{1,2}[ T]\\d{1,2}:\\d{2}(:\\d{2}(\\.\\d+)?)?"
                  + "(Z|[+-]\\d{2}(:?\\d{2})?)"),
          new Candidate("TIME", "\\d{1,2}:\\d{2}:\\d{2}(\\.\\d+)?"));

  /** More columns than these are looked at as rows: SQL with a term for each needs much memory. */
  private static final int WIDE = 60;

  private static final int AT_ONCE = 250;
  private static final int MOST_VALUES = 300_000;

  private final Sql sql;
  private final List<Candidate> candidates;
  private final CsvNumbers numbers;

  /** Types of texts with such numbers. */
  CsvTypes(Sql sql, CsvNumbers numbers) {
    this.sql = sql;
    this.numbers = numbers;
    this.candidates =
        CANDIDATES.stream()
            .filter(candidate -> numbers == CsvNumbers.LONG || !candidate.equals(LONG_INTEGER))
            .toList();
  }

  /**
   * What a look at rows showed.
   *
   * @param rows how many they were
   * @param types the types of the columns, in their order
   */
  record Found(long rows, List<String> types) {}

  /**
   * The types of {@code columns} in the rows of {@code source}.
   *
   * @param source a SELECT in which all columns are texts
   * @param share which part of the values must fit a type, at most 1
   */
  Found infer(String source, List<String> columns, double share) throws SQLException {
    if (columns.isEmpty()) {
      return new Found(0, List.of());
    }
    if (columns.size() > WIDE) {
      return inferWide(source, columns, share);
    }
    String counts = columns.stream().map(this::counts).collect(Collectors.joining(", "));
    return sql.list(
            "SELECT %s, count(*) FROM (%s)".formatted(counts, source),
            row -> {
              List<String> types = new ArrayList<>();
              for (int c = 0; c < columns.size(); c++) {
                types.add(type(row, c * (candidates.size() + 1) + 1, share));
              }
              return new Found(row.getLong(row.getMetaData().getColumnCount()), types);
            })
        .getFirst();
  }

  private Found inferWide(String source, List<String> columns, double share) throws SQLException {
    List<String> types = new ArrayList<>();
    for (int from = 0; from < columns.size(); from += AT_ONCE) {
      List<String> some = columns.subList(from, Math.min(columns.size(), from + AT_ONCE));
      sql.list(
          "SELECT %s FROM (SELECT unnest(range(%d)) AS __column, unnest([%s]) AS __value FROM (%s)) GROUP BY __column ORDER BY __column"
              .formatted(counts("__value") + ", count(*)", some.size(), Quote.names(some), source),
          row -> types.add(type(row, 1, share)));
      if (types.size() == from) {
        some.forEach(_ -> types.add(UNKNOWN));
      }
    }
    return new Found(sql.number("SELECT count(*) FROM (%s)".formatted(source)), types);
  }

  private String counts(String column) {
    String fits =
        candidates.stream()
            .map(candidate -> fits(column, candidate))
            .collect(Collectors.joining(", "));
    return "count(%s), %s".formatted(Quote.name(column), fits);
  }

  private String fits(String column, Candidate candidate) {
    String name = Quote.name(column);
    // CASE: AND would cast all values, and a cast that fails takes long
    return "count(*) FILTER (WHERE CASE WHEN regexp_full_match(trim(%s), %s) THEN %s ELSE false END)"
        .formatted(name, Quote.text(candidate.form()), isKept(name, candidate));
  }

  private String isKept(String name, Candidate candidate) {
    return candidate.type().equals(DOUBLE) && numbers == CsvNumbers.LONG
        ? CsvNumbers.kept(name)
        : "TRY_CAST(%s AS %s) IS NOT NULL".formatted(name, candidate.type());
  }

  /**
   * What {@link #infer} finds when all values must fit, in a fraction of the time: a few records
   * rule out most types, and the first that is left is most often the one that all fit.
   *
   * @param few a SELECT of the first rows of {@code source}
   */
  Found inferFast(String few, String source, List<String> columns) throws SQLException {
    if (columns.isEmpty() || columns.size() > WIDE) {
      return infer(source, columns, 1);
    }
    List<String> likely = infer(few, columns, 1).types();
    String counts =
        IntStream.range(0, columns.size())
            .mapToObj(c -> misfits(columns.get(c), likely.get(c)))
            .collect(Collectors.joining(", "));
    List<String> unlike = new ArrayList<>();
    long rows =
        sql.list(
                "SELECT %s, count(*) FROM (%s)".formatted(counts, source),
                row -> {
                  for (int c = 0; c < columns.size(); c++) {
                    if (row.getLong(c + 1) > 0) {
                      unlike.add(columns.get(c));
                    }
                  }
                  return row.getLong(columns.size() + 1);
                })
            .getFirst();
    List<String> again = infer(source, unlike, 1).types();
    List<String> types = new ArrayList<>(likely);
    for (int i = 0; i < again.size(); i++) {
      types.set(columns.indexOf(unlike.get(i)), again.get(i));
    }
    return new Found(rows, types);
  }

  /** How many values are of another type; what is text once stays text. */
  private String misfits(String column, String type) {
    return candidates.stream()
        .filter(candidate -> candidate.type().equals(type))
        .findFirst()
        .map(candidate -> "count(%s) - %s".formatted(Quote.name(column), fits(column, candidate)))
        .orElse(type.equals(TEXT) ? "0" : "count(%s)".formatted(Quote.name(column)));
  }

  /** The first type that the values fit, by the counts that begin at a field. */
  private String type(ResultSet row, int at, double share) throws SQLException {
    long values = row.getLong(at);
    for (int t = 0; t < candidates.size() && values > 0; t++) {
      if (row.getLong(at + 1 + t) >= values * share) {
        return candidates.get(t).type();
      }
    }
    return values == 0 ? UNKNOWN : TEXT;
  }

  /** How many of the first records of so many columns are enough to look at first. */
  static int sample(int columns, int most) {
    return columns > WIDE ? Math.min(most, Math.max(100, MOST_VALUES / columns)) : most;
  }
}
