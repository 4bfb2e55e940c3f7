package io.hosu.query.worker;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.duckdb.DuckDBConnection;
import org.duckdb.ProfilerPrintFormat;

/** How many rows a statement read from files, as DuckDB's profile of it tells. */
final class Scans {
  /** Has the profiles made; to be said before settings are locked. */
  static void measure(Sql sql) throws SQLException {
    sql.run("SET enable_profiling = 'no_output'");
    sql.run("SET profiling_coverage = 'ALL'");
    sql.run("SET tracked_metrics = ['operator.*']");
  }

  private Scans() {}

  /** The rows that the last statement read; files that it read several times count once. */
  static long ofLast(Connection connection) throws SQLException {
    String profile =
        connection.unwrap(DuckDBConnection.class).getProfilingInformation(ProfilerPrintFormat.JSON);
    Map<String, Long> rows = new HashMap<>();
    collect(Json.parse(profile).path("operator"), rows);
    return rows.values().stream().mapToLong(Long::longValue).sum();
  }

  private static void collect(JsonNode operators, Map<String, Long> rows) {
    for (JsonNode operator : operators) {
      JsonNode extra = operator.path("extra_info");
      if (operator.path("type").asText().equals("TABLE_SCAN") && extra.has("Filename(s)")) {
        rows.merge(
            "%s %s".formatted(extra.path("Function").asText(), extra.path("Filename(s)")),
            operator.path("rows_scanned").asLong(),
            Math::max);
      }
      collect(operator.path("children"), rows);
    }
  }
}
