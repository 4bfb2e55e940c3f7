package io.hosu.benchmarks;

import io.hosu.kernel.Json;
import io.hosu.pipelines.Batch;
import io.hosu.pipelines.GroupBy;
import io.hosu.pipelines.Transforming;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * A hundred thousand messages of a group that is held, in front of another group: how long a
 * message of that one takes to start, what counting all costs, and one more of the group that is
 * held.
 */
final class BlockedGroup implements Benchmark {
  private static final int COUNT = Integer.getInteger("messages", 100_000);
  private static final int ROUNDS = 50;

  @Override
  public List<Measure> run(Path folder) throws Exception {
    List<Measure> all = new ArrayList<>();
    Path data = Files.createDirectories(folder.resolve("sqlite"));
    all.addAll(measure("SQLite", StateLake.sqlite(data), data));
    try (Postgres postgres = new Postgres()) {
      Path other = Files.createDirectories(folder.resolve("postgres"));
      all.addAll(measure("PostgreSQL", postgres.url(), other));
    }
    return all;
  }

  private static List<Measure> measure(String kind, String url, Path data) throws Exception {
    CountDownLatch holds = new CountDownLatch(1);
    Starts started = new Starts();
    try (StateLake lake = new StateLake(url, data, new NoOp(started(holds, started), _ -> {}), 4)) {
      Batch batch = new Batch(10, Duration.ZERO, 1, Optional.of(new GroupBy("detail.group")));
      lake.database.perform(tx ->
          lake.pipelines
              .stages()
              .put(
                  tx,
                  Specs.stage(
                      "shop.load.orders",
                      Specs.events("shop", "bench", "Sent", "bench"),
                      batch,
                      4)));
      lake.start();
      List<Double> before = rounds(lake, started, "none");
      send(lake, "held", COUNT);
      while (!lake.database.<Boolean>read(tx -> lake.router.waiting(tx) == 0)) {
        Thread.onSpinWait();
      }
      List<Double> behind = rounds(lake, started, "other");
      long begin = System.nanoTime();
      lake.pipelines.pending();
      double counting = (System.nanoTime() - begin) / 1e6;
      holds.countDown();
      String name = kind + ", ";
      return List.of(
          new Measure(
              name + "a group behind one of %d held messages, event to start, p50".formatted(COUNT),
              Arrival.percentile(behind, 0.5),
              Arrival.percentile(before, 0.5),
              "ms",
              "",
              true),
          Measure.plain(name + "the same, p99", Arrival.percentile(behind, 0.99), "ms"),
          Measure.plain(name + "counting what is pending then", counting, "ms"));
    }
  }

  private static java.util.function.Consumer<Transforming.Work> started(
      CountDownLatch holds, Starts started) {
    return work -> {
      try {
        if (work.events().getFirst().detail().path("group").asText().equals("held")) {
          holds.await();
        } else {
          started.tell();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    };
  }

  private static List<Double> rounds(StateLake lake, Starts started, String group)
      throws InterruptedException {
    List<Double> all = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      long begin = System.nanoTime();
      send(lake, group + round, 1);
      all.add((started.next() - begin) / 1e6);
    }
    return all;
  }

  private static void send(StateLake lake, String group, int count) {
    for (int sent = 0; sent < count; sent += 1000) {
      int some = Math.min(1000, count - sent);
      lake.database.perform(tx -> {
        for (int i = 0; i < some; i++) {
          lake.events.append(
              tx, "bench", "Sent", "shop", List.of("bench"), Json.object().put("group", group));
        }
      });
    }
  }
}
