package io.hosu.benchmarks;

import io.hosu.governance.Domains;
import io.hosu.kernel.Json;
import io.hosu.kernel.StageName;
import io.hosu.pipelines.Batch;
import io.hosu.pipelines.StageSpec;
import io.hosu.pipelines.Trigger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Ten thousand declared pipelines in a hundred domains, half of which wait for events, a quarter
 * for objects and a quarter for a time: how long declaring them takes, how long until a server on
 * them starts the first execution, how long one event takes to start one while all others rest,
 * also right after one stage was declared anew, and how late a moment of a schedule starts one.
 * That is of the parts of a server; {@link StartOfMany} is of the whole.
 */
final class ManyStages implements Benchmark {
  private static final int DOMAINS = 100;
  private static final int STAGES = Integer.getInteger("pipelines", 10_000);
  private static final int ROUNDS = 100;
  private static final int MOMENTS = 20;
  private static final DateTimeFormatter AT =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final Batch ONE = new Batch(1, Duration.ZERO);

  private final Starts started = new Starts();

  @Override
  public List<Measure> run(Path folder) throws Exception {
    List<Measure> all = new ArrayList<>(parts(Files.createDirectories(folder.resolve("parts"))));
    all.addAll(new StartOfMany(STAGES).run(Files.createDirectories(folder.resolve("whole"))));
    return all;
  }

  private List<Measure> parts(Path folder) throws Exception {
    double declaring = declare(folder);
    long begin = System.nanoTime();
    try (StateLake lake = open(folder)) {
      lake.start();
      send(lake, STAGES - 1);
      double ready = (started.next() - begin) / 1e9;
      List<Double> quiet = new ArrayList<>();
      List<Double> changed = new ArrayList<>();
      for (int round = 0; round < ROUNDS; round++) {
        quiet.add(round(lake, round));
      }
      for (int round = 0; round < ROUNDS / 5; round++) {
        redeclare(lake, round);
        changed.add(round(lake, STAGES / 2 + round));
      }
      List<Double> late = lateness(lake);
      String name = "%d pipelines, ".formatted(STAGES);
      double lateMost = late.stream().mapToDouble(one -> one).max().orElseThrow();
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
              "ms"),
          Measure.plain(
              name + "moment of a schedule to start, p50", Arrival.percentile(late, 0.5), "ms"),
          new Measure(
              name + "moment of a schedule to start, latest of %d".formatted(MOMENTS),
              lateMost,
              Double.NaN,
              "ms",
              "under 50 ms",
              lateMost < 50));
    }
  }

  private StateLake open(Path folder) throws IOException {
    return new StateLake(
        StateLake.sqlite(folder),
        folder,
        new NoOp(_ -> started.tell(), _ -> {}),
        Runtime.getRuntime().availableProcessors());
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
        switch (i % 4) {
          case 0, 2 -> Specs.events(name.domain(), "bench", "Sent", name.toString());
          case 1 ->
              new Trigger.Objects(
                  List.of("raw/%s/%s/*.csv".formatted(name.domain(), name.pipeline())));
          default -> Specs.schedule("cron(%d %d 1 1 ? *)".formatted(i % 60, i / 60 % 24));
        };
    return Specs.stage(name.toString(), on, ONE, concurrency);
  }

  private static void redeclare(StateLake lake, int i) {
    lake.database.perform(tx -> lake.pipelines.stages().put(tx, stage(2 * i + 1, 2)));
  }

  /** How late stages start, in milliseconds, each of which waits for a second of its own. */
  private List<Double> lateness(StateLake lake) throws InterruptedException {
    Instant first = lake.clock.instant().plusSeconds(3).truncatedTo(ChronoUnit.SECONDS);
    lake.database.perform(tx -> {
      for (int i = 0; i < MOMENTS; i++) {
        String at = "at(%s)".formatted(AT.format(first.plusSeconds(i)));
        lake.pipelines.stages().put(tx, Specs.stage("d0.moment.s" + i, Specs.schedule(at), ONE, 1));
      }
    });
    List<Double> late = new ArrayList<>();
    for (int i = 0; i < MOMENTS; i++) {
      started.next();
      late.add(Duration.between(first.plusSeconds(i), lake.clock.instant()).toNanos() / 1e6);
    }
    return late;
  }

  private double round(StateLake lake, int i) throws InterruptedException {
    long begin = System.nanoTime();
    send(lake, i);
    return (started.next() - begin) / 1e6;
  }

  /** Sends what starts the stage of an even number nearest to {@code i}. */
  private static void send(StateLake lake, int i) {
    StageName name = name(i / 2 * 2);
    lake.database.perform(tx ->
        lake.events.append(
            tx, "bench", "Sent", name.domain(), List.of(name.toString()), Json.object()));
  }
}
