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

  private static final List<Candidate> CANDIDATES =
      List.of(
          new Candidate("BIGINT", "[+-]?\\d+"),
          new Candidate("DOUBLE", "[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?"),
          new Candidate("BOOLEAN", "(?i)true|false"),
          new Candidate("DATE", "\\d{4}-\\d{1,2}-\\d{1,2}"),
          new Candidate(
              "TIMESTAMP", "\\d{4}-\\d{1,2}-\\d{1,2}[ T]\\d{1,2}:\\d{2}(:\\d{2}(\\.\\d+)?)?"),
          new Candidate(
              "TIMESTAMPTZ",
              "\\d{4}-\\d{1,2}-\\d{1,2}[ T]\\d{1,2}:\\d{2}(:\\d{2}(\\.\\d+)?)?"
                  + "(Z|[+-]\\d{2}(:?\\d{2})?)"),
          new Candidate("TIME", "\\d{1,2}:\\d{2}:\\d{2}(\\.\\d+)?"));

  private CsvTypes() {}

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
  static Found infer(Sql sql, String source, List<String> columns, double share)
      throws SQLException {
    if (columns.isEmpty()) {
      return new Found(0, List.of());
    }
    String counts = columns.stream().map(CsvTypes::counts).collect(Collectors.joining(", "));
    return sql.list(
            "SELECT %s, count(*) FROM (%s)".formatted(counts, source),
            row ->
                new Found(
                    row.getLong(row.getMetaData().getColumnCount()), types(row, columns, share)))
        .getFirst();
  }

  private static String counts(String column) {
    String fits =
        CANDIDATES.stream()
            .map(candidate -> fits(column, candidate))
            .collect(Collectors.joining(", "));
    return "count(%s), %s".formatted(Quote.name(column), fits);
  }

  private static String fits(String column, Candidate candidate) {
    String name = Quote.name(column);
    // CASE: AND would cast all values, and a cast that fails takes long
    return "count(*) FILTER (WHERE CASE WHEN regexp_full_match(trim(%s), %s) THEN TRY_CAST(%s AS %s) IS NOT NULL ELSE false END)"
        .formatted(name, Quote.text(candidate.form()), name, candidate.type());
  }

  /**
   * What {@link #infer} finds when all values must fit, in a fraction of the time: a few records
   * rule out most types, and the first that is left is most often the one that all fit.
   *
   * @param few a SELECT of the first rows of {@code source}
   */
  static Found inferFast(Sql sql, String few, String source, List<String> columns)
      throws SQLException {
    if (columns.isEmpty()) {
      return new Found(0, List.of());
    }
    List<String> likely = infer(sql, few, columns, 1).types();
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
    List<String> again = infer(sql, source, unlike, 1).types();
    List<String> types = new ArrayList<>(likely);
    for (int i = 0; i < again.size(); i++) {
      types.set(columns.indexOf(unlike.get(i)), again.get(i));
    }
    return new Found(rows, types);
  }

  /** How many values are of another type; what is text once stays text. */
  private static String misfits(String column, String type) {
    return CANDIDATES.stream()
        .filter(candidate -> candidate.type().equals(type))
        .findFirst()
        .map(candidate -> "count(%s) - %s".formatted(Quote.name(column), fits(column, candidate)))
        .orElse(type.equals(TEXT) ? "0" : "count(%s)".formatted(Quote.name(column)));
  }

  private static List<String> types(ResultSet row, List<String> columns, double share)
      throws SQLException {
    List<String> types = new ArrayList<>();
    int width = CANDIDATES.size() + 1;
    for (int c = 0; c < columns.size(); c++) {
      long values = row.getLong(c * width + 1);
      String type = values == 0 ? UNKNOWN : TEXT;
      for (int t = CANDIDATES.size() - 1; t >= 0 && values > 0; t--) {
        if (row.getLong(c * width + 2 + t) >= values * share) {
          type = CANDIDATES.get(t).type();
        }
      }
      types.add(type);
    }
    return types;
  }
}
