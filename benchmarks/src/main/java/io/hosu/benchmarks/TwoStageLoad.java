package io.hosu.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * How many durable executions of a two-stage pipeline that does nothing there are in a second, how
 * long one takes at half of that load, and what becomes of twice that load. The floor commits one
 * row in each transaction, with the same group commit.
 */
final class TwoStageLoad implements Benchmark {
  private static final int OUTSTANDING = 1000;
  private static final int CLIENTS = 64;
  private static final int TENTHS = 10;

  /** As nothing is transformed, one waits for commits alone: many must be under way. */
  private static final int CONCURRENCY = Integer.getInteger("concurrency", 64);

  private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("seconds", 15));

  @Override
  public List<Measure> run(Path folder) throws Exception {
    List<Measure> all = new ArrayList<>();
    Path data = Files.createDirectories(folder.resolve("sqlite"));
    all.addAll(measure("SQLite", StateLake.sqlite(data), data, 1000));
    try (Postgres postgres = new Postgres()) {
      Path other = Files.createDirectories(folder.resolve("postgres"));
      all.addAll(measure("PostgreSQL", postgres.url(), other, 500));
    }
    return all;
  }

  private static List<Measure> measure(String kind, String url, Path data, int goal)
      throws IOException, InterruptedException {
    try (TwoStages two = new TwoStages(url, data, CONCURRENCY)) {
      two.saturate(OUTSTANDING, Duration.ofSeconds(5));
      double floor = bare(two.lake);
      double most = rate(two.saturate(OUTSTANDING, TIME));
      List<Double> half = millis(two.offer(most / 2, TIME));
      List<TwoStages.Done> twice = two.offer(2 * most, TIME);
      double p99 = Arrival.percentile(half, 0.99);
      String name = kind + ", two no-op stages, ";
      return List.of(
          new Measure(
              name + "executions",
              2 * most,
              floor,
              "/s",
              "at least " + goal + "/s",
              2 * most >= goal),
          new Measure(name + "both stages", most, floor, "/s", "", true),
          Measure.plain(name + "half of that load, p50", Arrival.percentile(half, 0.5), "ms"),
          new Measure(
              name + "half of that load, p99", p99, Double.NaN, "ms", "under 100 ms", p99 < 100),
          held(name, twice, most),
          slope(name, twice));
    }
  }

  /** Whether the rate holds under twice the load. */
  private static Measure held(String name, List<TwoStages.Done> twice, double most) {
    double held = rate(twice);
    return new Measure(
        name + "under twice the load, all done",
        2 * held,
        2 * most,
        "/s",
        "over 0.70x",
        held > 0.7 * most);
  }

  /**
   * Whether what waits grows by the clock alone: what was sent in the last tenth of the time takes
   * twice as long as what was sent in the middle, where the rate holds.
   */
  private static Measure slope(String name, List<TwoStages.Done> twice) {
    List<TwoStages.Done> bySent =
        twice.stream().sorted(Comparator.comparingLong(TwoStages.Done::sentNanos)).toList();
    List<Double> tenths = new ArrayList<>();
    for (int i = 1; i <= TENTHS; i++) {
      List<TwoStages.Done> part =
          bySent.subList(bySent.size() * (i - 1) / TENTHS, bySent.size() * i / TENTHS);
      tenths.add(Arrival.percentile(millis(part), 0.5));
    }
    String line = tenths.stream().map("%.0f"::formatted).collect(Collectors.joining(" "));
    double last = tenths.getLast();
    double middle = tenths.get(TENTHS / 2 - 1);
    return new Measure(
        name + "twice the load, p50 by tenths of the time (ms): " + line + "; last beside fifth",
        last,
        middle,
        "ms",
        "under 2.5x",
        last < 2.5 * middle);
  }

  private static double rate(List<TwoStages.Done> done) {
    long begin = done.stream().mapToLong(TwoStages.Done::sentNanos).min().orElseThrow();
    long end = done.stream().mapToLong(TwoStages.Done::publishedNanos).max().orElseThrow();
    return done.size() * 1e9 / (end - begin);
  }

  private static List<Double> millis(List<TwoStages.Done> done) {
    return done.stream().map(TwoStages.Done::millis).toList();
  }

  private static double bare(StateLake lake) throws InterruptedException {
    AtomicLong next = new AtomicLong();
    CountDownLatch ended = new CountDownLatch(CLIENTS);
    long begin = System.nanoTime();
    long end = begin + TIME.toNanos() / 3;
    for (int i = 0; i < CLIENTS; i++) {
      Thread.startVirtualThread(() -> {
        while (System.nanoTime() < end) {
          lake.database.perform(tx ->
              tx.update(
                  "INSERT INTO bare (id, content) VALUES (?, ?)", next.incrementAndGet(), "a row"));
        }
        ended.countDown();
      });
    }
    ended.await();
    return next.get() * 1e9 / (System.nanoTime() - begin);
  }
}
