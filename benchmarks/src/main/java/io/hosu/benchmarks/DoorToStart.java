package io.hosu.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import software.amazon.awssdk.core.sync.RequestBody;

/**
 * From the beginning of a PUT of 1 KB, by the AWS SDK through the S3 door of the program in its own
 * process, until the start of the attempt that reads the object, as the execution tells it, to the
 * millisecond. The floor is the PUT alone.
 */
final class DoorToStart implements Benchmark {
  private static final int WARM_UP = 30;
  private static final int ROUNDS = Integer.getInteger("puts", 500) / 2;
  static final String STAGES =
      """
      stages:
        orders:
          on: { objects: raw/shop/orders/*.csv }
          sql: orders.sql
          into: { table: stage.orders, mode: append }
      """;

  static final Map<String, String> TRANSFORMS = Map.of("orders.sql", "SELECT * FROM input");

  @Override
  public List<Measure> run(Path folder) throws Exception {
    Path project = Project.write(folder, STAGES, TRANSFORMS);
    List<Double> puts = new ArrayList<>();
    List<Double> starts = new ArrayList<>();
    try (Server server = Server.start(project, folder.resolve("data"))) {
      for (int round = 0; round < WARM_UP + ROUNDS; round++) {
        String body = "id,text\n%d,%s\n".formatted(round, "x".repeat(1000));
        Instant before = Instant.now();
        long begin = System.nanoTime();
        String key = "shop/orders/%05d.csv".formatted(round);
        server.s3.putObject(r -> r.bucket("raw").key(key), RequestBody.fromString(body));
        double put = (System.nanoTime() - begin) / 1e6;
        Instant started = await(server, round + 1);
        if (round >= WARM_UP) {
          puts.add(put);
          starts.add((double) Duration.between(before, started).toMillis());
        }
      }
    }
    String name = "PUT of 1 KB through the S3 door to stage start, ";
    double p99 = Arrival.percentile(starts, 0.99);
    return List.of(
        new Measure(
            name + "p50",
            Arrival.percentile(starts, 0.5),
            Arrival.percentile(puts, 0.5),
            "ms",
            "",
            true),
        new Measure(
            name + "p99", p99, Arrival.percentile(puts, 0.99), "ms", "under 50 ms", p99 < 50));
  }

  /** When the newest of so many executions started, once all of them have succeeded. */
  private static Instant await(Server server, int count) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (System.nanoTime() < deadline) {
      JsonNode items =
          server.get("/v1/executions?status=SUCCEEDED&limit=" + Math.min(count, 2)).path("items");
      String key = "%05d".formatted(count - 1);
      JsonNode newest = items.path(0);
      if (!newest.isMissingNode()
          && server
              .get("/v1/executions/" + newest.path("id").asText())
              .toString()
              .contains(key + ".csv")) {
        return Instant.parse(newest.path("started_at").asText());
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
    throw new IOException("The execution did not succeed within a minute.");
  }
}
