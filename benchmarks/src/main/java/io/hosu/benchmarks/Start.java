package io.hosu.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * From the command {@code hosu up} on a lake that exists to its first answer, and memory at rest.
 */
final class Start implements Benchmark {
  private static final String STAGES =
      """
      stages:
        orders:
          on: { objects: raw/shop/orders/*.csv }
          sql: orders.sql
          into: { table: stage.orders, mode: append }
      """;

  @Override
  public List<Measure> run(Path folder) throws Exception {
    Path project = Project.write(folder, STAGES, Map.of("orders.sql", Arrival.ORDERS_SQL));
    List<Double> request = new ArrayList<>();
    List<Double> query = new ArrayList<>();
    List<Double> server = new ArrayList<>();
    List<Double> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      long start = System.nanoTime();
      try (Server hosu = Server.start(project, folder.resolve("data"))) {
        hosu.get("/v1/executions");
        double first = (System.nanoTime() - start) / 1e6;
        hosu.sql("SELECT 1");
        double sql = (System.nanoTime() - start) / 1e6;
        LockSupport.parkNanos(Duration.ofSeconds(3).toNanos());
        if (i > 0) {
          request.add(first);
          query.add(sql);
          server.add(hosu.residentMegabytes());
          all.add(hosu.residentMegabytesOfAll());
        }
      }
    }
    return List.of(
        Measure.plain("hosu up to first answered request", middle(request), "ms"),
        Measure.plain("hosu up to first answered query", middle(query), "ms"),
        Measure.plain("resident when idle, server", middle(server), "MB"),
        Measure.plain("resident when idle, server and engines", middle(all), "MB"));
  }

  private static double middle(List<Double> values) {
    return Arrival.percentile(values, 0.5);
  }
}
