package io.hosu.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.sync.RequestBody;

/**
 * One large CSV file into a table partitioned by month, beside the engine's own partitioned COPY.
 */
final class Bulk implements Benchmark {
  private static final String COLUMNS =
      "SELECT id, customer, city, note, amount, placed_on FROM input";
  private static final String STAGES =
      """
      stages:
        orders:
          on: { objects: raw/shop/orders/*.csv }
          sql: orders.sql
          into: { table: stage.orders, mode: append, partition_by: [month(placed_on)] }
          timeout: 20m
      """;

  @Override
  public List<Measure> run(Path folder) throws Exception {
    Path csv = folder.resolve("orders.csv");
    double bare;
    try (Duck duck = new Duck()) {
      duck.run("COPY (%s) TO '%s' (HEADER)".formatted(rows(), csv));
      long start = System.nanoTime();
      duck.copy(
          "COPY (SELECT *, datediff('month', DATE '1970-01-01', placed_on) AS p FROM (%s)) TO '%s' (%s, PARTITION_BY (p))"
              .formatted(
                  COLUMNS.replace("input", "read_csv('%s')".formatted(csv)),
                  folder.resolve("bare"),
                  Duck.OPTIONS));
      bare = (System.nanoTime() - start) / 1e9;
    }
    Path project = Project.write(folder, STAGES, Map.of("orders.sql", COLUMNS));
    try (Server server = Server.start(project, folder.resolve("data"))) {
      long start = System.nanoTime();
      server.s3.putObject(
          r -> r.bucket("raw").key("shop/orders/all.csv"), RequestBody.fromFile(csv));
      double put = (System.nanoTime() - start) / 1e9;
      server.await("SELECT count(*) FROM shop.stage.orders", "" + Sizes.BULK_ROWS, 100, 900);
      double all = (System.nanoTime() - start) / 1e9;
      JsonNode execution = server.get("/v1/executions?limit=1").path("items").path(0);
      System.err.println(execution.toPrettyString());
      String of = "%d rows, %d MB of CSV".formatted(Sizes.BULK_ROWS, Files.size(csv) >> 20);
      return List.of(
          Measure.ratio("bulk, the stage's execution, " + of, seconds(execution), bare, "s", 1.2),
          Measure.plain("bulk, the PUT before it", put, "s"),
          Measure.plain("bulk, PUT until counted by a query", all, "s"));
    }
  }

  private static String rows() {
    return """
    SELECT i AS id, 'customer-' || (i * 7919 %% 1000003) AS customer, 'city-' || i %% 97 AS city,
      'a note about order ' || md5(i::VARCHAR) AS note, (i %% 100000) / 100.0 AS amount,
      DATE '2025-01-01' + (i %% 365)::INTEGER AS placed_on
    FROM range(%d) AS r(i)\
    """
        .formatted(Sizes.BULK_ROWS);
  }

  private static double seconds(JsonNode execution) {
    Instant started = Instant.parse(execution.path("started_at").asText());
    Instant ended = Instant.parse(execution.path("ended_at").asText());
    return Duration.between(started, ended).toMillis() / 1e3;
  }
}
