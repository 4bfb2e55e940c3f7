package io.hosu.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.sync.RequestBody;

/** Many objects of 2 KB through one stage, from the first PUT until a query counts all rows. */
final class SmallObjects implements Benchmark {
  private static final int ROWS = 50;
  private static final int CLIENTS = 4;
  private static final String STAGES =
      """
      stages:
        orders:
          on: { objects: raw/shop/orders/*.csv }
          sql: orders.sql
          into: { table: stage.orders, mode: append }
          batch: { max: 1000, window: 1s }
      """;

  @Override
  public List<Measure> run(Path folder) throws Exception {
    Path project =
        Project.write(
            folder, STAGES, Map.of("orders.sql", "SELECT file, line, customer FROM input"));
    int count = Sizes.SMALL_OBJECTS;
    try (Server server = Server.start(project, folder.resolve("data"))) {
      long start = System.nanoTime();
      put(server, count);
      double put = (System.nanoTime() - start) / 1e9;
      server.await("SELECT count(*) FROM shop.stage.orders", "" + (long) count * ROWS, 200, 240);
      double all = (System.nanoTime() - start) / 1e9;
      double peak = server.peakMegabytes();
      return List.of(
          Measure.plain("%d objects of 2 KB, put".formatted(count), count / put, "objects/s"),
          Measure.plain(
              "%d objects of 2 KB, put until counted by a query".formatted(count),
              count / all,
              "objects/s"),
          new Measure(
              "their peak resident memory, server",
              peak,
              Double.NaN,
              "MB",
              "under 1 GB",
              peak < 1024));
    }
  }

  private static void put(Server server, int count) throws IOException, InterruptedException {
    AtomicInteger next = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(CLIENTS);
    for (int i = 0; i < CLIENTS; i++) {
      Thread.ofPlatform()
          .daemon()
          .start(() -> {
            try {
              for (int file = next.getAndIncrement(); file < count; file = next.getAndIncrement()) {
                put(server, file, csv(file));
              }
            } finally {
              done.countDown();
            }
          });
    }
    done.await();
  }

  private static void put(Server server, int file, String csv) {
    server.s3.putObject(
        r -> r.bucket("raw").key("shop/orders/%06d.csv".formatted(file)),
        RequestBody.fromString(csv));
  }

  private static String csv(int file) {
    return IntStream.range(0, ROWS)
        .mapToObj(line -> "%d,%d,customer-of-file-and-line-%06d".formatted(file, line, file))
        .collect(Collectors.joining("\n", "file,line,customer\n", "\n"));
  }
}
