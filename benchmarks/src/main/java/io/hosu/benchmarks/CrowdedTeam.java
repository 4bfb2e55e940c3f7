package io.hosu.benchmarks;

import io.hosu.governance.Domains;
import io.hosu.kernel.Json;
import io.hosu.pipelines.Batch;
import io.hosu.pipelines.Transforming;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A hundred thousand messages of one team, each of whose executions takes 20 ms, beside one of
 * another team at a time: how long that one takes to start. The floor is the same while nobody else
 * is there.
 */
final class CrowdedTeam implements Benchmark {
  private static final int COUNT = Integer.getInteger("messages", 100_000);
  private static final int ROUNDS = 100;
  private static final long WORK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final Starts started = new Starts();

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

  private List<Measure> measure(String kind, String url, Path data) throws Exception {
    int cores = Runtime.getRuntime().availableProcessors();
    try (StateLake lake = new StateLake(url, data, new NoOp(this::work, _ -> {}), cores)) {
      lake.database.perform(tx -> {
        for (String domain : List.of("crowd", "small")) {
          new Domains(lake.database).put(tx, new Domains.Domain(domain, "team-" + domain, ""));
          lake.pipelines
              .stages()
              .put(
                  tx,
                  Specs.stage(
                      domain + ".load.orders",
                      Specs.events(domain, "bench", "Sent", "bench"),
                      new Batch(10, Duration.ZERO),
                      8));
        }
      });
      lake.start();
      List<Double> alone = rounds(lake);
      send(lake, "crowd", COUNT);
      List<Double> beside = rounds(lake);
      long waiting = lake.pipelines.pending().messages();
      if (waiting < COUNT / 10) {
        throw new IllegalStateException("Only %d messages still wait.".formatted(waiting));
      }
      String name =
          "%s, %d messages of another team (%d still wait), event to start, "
              .formatted(kind, COUNT, waiting);
      return List.of(
          new Measure(
              name + "p50",
              Arrival.percentile(beside, 0.5),
              Arrival.percentile(alone, 0.5),
              "ms",
              "",
              true),
          new Measure(
              name + "p99",
              Arrival.percentile(beside, 0.99),
              Arrival.percentile(alone, 0.99),
              "ms",
              "",
              true));
    }
  }

  private void work(Transforming.Work work) {
    if (work.stage().name().domain().equals("crowd")) {
      LockSupport.parkNanos(WORK_NANOS);
      return;
    }
    started.tell();
  }

  private List<Double> rounds(StateLake lake) throws InterruptedException {
    List<Double> all = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      long begin = System.nanoTime();
      send(lake, "small", 1);
      all.add((started.next() - begin) / 1e6);
    }
    return all;
  }

  private static void send(StateLake lake, String domain, int count) {
    for (int sent = 0; sent < count; sent += 1000) {
      int some = Math.min(1000, count - sent);
      lake.database.perform(tx -> {
        for (int i = 0; i < some; i++) {
          lake.events.append(tx, "bench", "Sent", domain, List.of("bench"), Json.object());
        }
      });
    }
  }
}
