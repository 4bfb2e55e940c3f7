package io.hosu.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.sync.RequestBody;

/**
 * Many objects of 2 KB through one stage, from the first PUT until a query counts all rows. The
 * floor makes as many files durable and has the engine copy them all into one.
 */
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
    Path files = Files.createDirectories(folder.resolve("bare"));
    long begin = System.nanoTime();
    inParallel(count, file -> write(files.resolve("%06d.csv".formatted(file)), csv(file)));
    double barePut = (System.nanoTime() - begin) / 1e9;
    try (Duck duck = new Duck()) {
      duck.copy(
          "COPY (SELECT file, line, customer FROM read_csv('%s/*.csv')) TO '%s' (%s)"
              .formatted(files, folder.resolve("bare.parquet"), Duck.OPTIONS));
    }
    double bare = (System.nanoTime() - begin) / 1e9;
    try (Server server = Server.start(project, folder.resolve("data"));
        OpenFiles open = new OpenFiles(server)) {
      long start = System.nanoTime();
      inParallel(count, file -> put(server, file, csv(file)));
      double put = (System.nanoTime() - start) / 1e9;
      server.await(
          "SELECT count(*) FROM shop.stage.orders",
          "" + (long) count * ROWS,
          200,
          120 + count / 50);
      double all = (System.nanoTime() - start) / 1e9;
      double peak = server.peakMegabytes();
      return List.of(
          rate("%d objects of 2 KB, put".formatted(count), count / put, count / barePut),
          rate(
              "%d objects of 2 KB, put until counted by a query".formatted(count),
              count / all,
              count / bare),
          new Measure(
              "their peak resident memory, server",
              peak,
              Double.NaN,
              "MB",
              "under 1 GB",
              peak < 1024),
          Measure.plain("their most open files, server", open.most(), ""));
    }
  }

  private static Measure rate(String name, double hosu, double floor) {
    return new Measure(name, hosu, floor, "objects/s", "", true);
  }

  private static void inParallel(int count, IntConsumer action) throws InterruptedException {
    AtomicInteger next = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(CLIENTS);
    for (int i = 0; i < CLIENTS; i++) {
      Thread.ofPlatform()
          .daemon()
          .start(() -> {
            try {
              for (int file = next.getAndIncrement(); file < count; file = next.getAndIncrement()) {
                action.accept(file);
              }
            } finally {
              done.countDown();
            }
          });
    }
    done.await();
  }

  private static void write(Path file, String csv) {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(csv.getBytes(StandardCharsets.UTF_8)));
      channel.force(true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
