package io.hosu.benchmarks;

import io.hosu.governance.Domains;
import io.hosu.kernel.Json;
import io.hosu.kernel.StageName;
import io.hosu.pipelines.Batch;
import io.hosu.pipelines.StageSpec;
import io.hosu.pipelines.Trigger;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;

/**
 * Ten thousand declared pipelines in a hundred domains: how long declaring them takes, how long
 * until a server on them starts the first execution, and how long one event takes to start one
 * while all others rest, also right after one stage was declared anew.
 */
final class ManyStages implements Benchmark {
  private static final int DOMAINS = 100;
  private static final int STAGES = Integer.getInteger("pipelines", 10_000);
  private static final int ROUNDS = 100;
  private static final Batch ONE = new Batch(1, Duration.ZERO);

  private final SynchronousQueue<Long> started = new SynchronousQueue<>();

  @Override
  public List<Measure> run(Path folder) throws Exception {
    double declaring = declare(folder);
    long begin = System.nanoTime();
    try (StateLake lake = open(folder)) {
      lake.start();
      send(lake, STAGES - 1);
      double ready = (next() - begin) / 1e9;
      List<Double> quiet = new ArrayList<>();
      List<Double> changed = new ArrayList<>();
      for (int round = 0; round < ROUNDS; round++) {
        quiet.add(round(lake, round));
      }
      for (int round = 0; round < ROUNDS / 5; round++) {
        redeclare(lake, round);
        changed.add(round(lake, STAGES / 2 + round));
      }
      String name = "%d pipelines, ".formatted(STAGES);
      double tick = Arrival.percentile(quiet, 0.99);
      return List.of(
          Measure.plain(name + "declared in one transaction", declaring, "s"),
          new Measure(
              name + "server start to first execution",
              ready,
              Double.NaN,
              "s",
              "under 3 s",
              ready < 3),
          Measure.plain(name + "event to start, p50", Arrival.percentile(quiet, 0.5), "ms"),
          new Measure(
              name + "event to start, p99", tick, Double.NaN, "ms", "under 50 ms", tick < 50),
          Measure.plain(
              name + "event to start right after a stage was declared anew, p50",
              Arrival.percentile(changed, 0.5),
              "ms"));
    }
  }

  private StateLake open(Path folder) throws IOException {
    return new StateLake(
        StateLake.sqlite(folder),
        folder,
        new NoOp(_ -> offer(), _ -> {}),
        Runtime.getRuntime().availableProcessors());
  }

  private void offer() {
    try {
      started.offer(System.nanoTime(), 10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private long next() throws InterruptedException {
    Long at = started.poll(60, TimeUnit.SECONDS);
    if (at == null) {
      throw new IllegalStateException("Nothing started within a minute.");
    }
    return at;
  }

  private double declare(Path folder) throws IOException {
    try (StateLake lake = open(folder)) {
      long begin = System.nanoTime();
      lake.database.perform(tx -> {
        Domains domains = new Domains(lake.database);
        for (int i = 0; i < DOMAINS; i++) {
          domains.put(tx, new Domains.Domain("d" + i, "team" + i % 10, ""));
        }
        for (int i = 0; i < STAGES; i++) {
          lake.pipelines.stages().put(tx, stage(i, 1));
        }
      });
      return (System.nanoTime() - begin) / 1e9;
    }
  }

  private static StageName name(int i) {
    return new StageName("d" + i % DOMAINS, "p" + i / DOMAINS, "load");
  }

  private static StageSpec stage(int i, int concurrency) {
    StageName name = name(i);
    Trigger on =
        i % 2 == 0
            ? Specs.events(name.domain(), "bench", "Sent", name.toString())
            : new Trigger.Objects(
                List.of("raw/%s/%s/*.csv".formatted(name.domain(), name.pipeline())));
    return Specs.stage(name.toString(), on, ONE, concurrency);
  }

  private static void redeclare(StateLake lake, int i) {
    lake.database.perform(tx -> lake.pipelines.stages().put(tx, stage(2 * i + 1, 2)));
  }

  private double round(StateLake lake, int i) throws InterruptedException {
    long begin = System.nanoTime();
    send(lake, i);
    return (next() - begin) / 1e6;
  }

  /** Sends what starts the stage of an even number nearest to {@code i}. */
  private static void send(StateLake lake, int i) {
    StageName name = name(i / 2 * 2);
    lake.database.perform(tx ->
        lake.events.append(
            tx, "bench", "Sent", name.domain(), List.of(name.toString()), Json.object()));
  }
}
