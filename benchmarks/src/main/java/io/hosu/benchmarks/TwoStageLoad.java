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

/**
 * How many durable executions of a two-stage pipeline that does nothing there are in a second, how
 * long one takes at half of that load, and what becomes of twice that load. The floor commits one
 * row in each transaction, with the same group commit.
 */
final class TwoStageLoad implements Benchmark {
  private static final int OUTSTANDING = 1000;
  private static final int CLIENTS = 64;

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
          overload(name, twice, most));
    }
  }

  /** Whether the rate holds under twice the load, so that what waits grows by the clock alone. */
  private static Measure overload(String name, List<TwoStages.Done> twice, double most) {
    double held = rate(twice);
    StringBuilder latencies = new StringBuilder();
    List<TwoStages.Done> bySent =
        twice.stream().sorted(Comparator.comparingLong(TwoStages.Done::sentNanos)).toList();
    int tenths = 10;
    for (int i = 1; i <= tenths; i++) {
      List<TwoStages.Done> part =
          bySent.subList(bySent.size() * (i - 1) / tenths, bySent.size() * i / tenths);
      latencies.append(" %.0f".formatted(Arrival.percentile(millis(part), 0.5)));
    }
    System.err.printf(
        "%s twice the load: all %d done; p50 in ms by tenths of the time of sending:%s%n",
        name, twice.size(), latencies);
    return new Measure(
        name + "under twice the load", 2 * held, 2 * most, "/s", "over 0.70x", held > 0.7 * most);
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
