package io.hosu.cli;

import io.hosu.kernel.HosuException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/** Completes keywords, tables, and the columns of the tables that the statement names. */
final class SqlCompleter implements Completer {
  private static final List<String> KEYWORDS =
      List.of(
          "SELECT",
          "FROM",
          "WHERE",
          "GROUP BY",
          "ORDER BY",
          "HAVING",
          "LIMIT",
          "OFFSET",
          "JOIN",
          "LEFT JOIN",
          "RIGHT JOIN",
          "FULL JOIN",
          "CROSS JOIN",
          "ON",
          "USING",
          "AS",
          "WITH",
          "UNION",
          "UNION ALL",
          "INTERSECT",
          "EXCEPT",
          "DISTINCT",
          "CASE",
          "WHEN",
          "THEN",
          "ELSE",
          "END",
          "AND",
          "OR",
          "NOT",
          "IN",
          "IS NULL",
          "IS NOT NULL",
          "BETWEEN",
          "LIKE",
          "ILIKE",
          "EXISTS",
          "CAST",
          "COUNT(*)",
          "SUM(",
          "AVG(",
          "MIN(",
          "MAX(",
          "ASC",
          "DESC",
          "OVER",
          "PARTITION BY",
          "QUALIFY",
          "FILTER",
          "INTERVAL",
          "DATE_TRUNC(",
          "NULLS LAST");

  private final LakeClient client;
  private final Map<String, List<String>> columns = new HashMap<>();
  private List<String> tables = List.of();

  SqlCompleter(LakeClient client) {
    this.client = client;
  }

  @Override
  public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
    boolean small = !line.word().isEmpty() && Character.isLowerCase(line.word().charAt(0));
    for (String keyword : KEYWORDS) {
      candidates.add(new Candidate(small ? keyword.toLowerCase(Locale.ROOT) : keyword));
    }
    try {
      tables().forEach(table -> candidates.add(new Candidate(table)));
      columnsIn(line.line()).forEach(column -> candidates.add(new Candidate(column)));
    } catch (HosuException e) {
      // A server that does not answer completes nothing; the statement itself will say so.
      tables = List.of();
    }
  }

  private List<String> tables() {
    if (tables.isEmpty()) {
      List<String> names = new ArrayList<>();
      new ItemList(client, ApiPath.of("/v1/tables"), 2000)
          .forEachRemaining(table -> names.add(table.path("name").asText()));
      tables = List.copyOf(names);
    }
    return tables;
  }

  private List<String> columnsIn(String statement) {
    List<String> names = new ArrayList<>();
    for (String table : tables) {
      if (statement.contains(table)) {
        names.addAll(columns.computeIfAbsent(table, this::columnsOf));
      }
    }
    return names;
  }

  private List<String> columnsOf(String table) {
    return client
        .get(ApiPath.of("/v1/tables").part(table))
        .path("columns")
        .valueStream()
        .map(column -> column.path("name").asText())
        .toList();
  }
}
