package io.hosu.benchmarks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import io.hosu.pipelines.Batch;
import io.hosu.pipelines.Pending;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A hundred thousand events at once through one stage in batches of a thousand: how fast they are
 * routed while it is not there to take them, what counting them costs meanwhile, and how fast it
 * takes them. The transform does nothing: what is measured is the way to it.
 */
final class ManyObjects implements Benchmark {
  private static final int COUNT = Integer.getInteger("messages", 100_000);
  private static final int BATCH = 1000;

  private final AtomicInteger executions = new AtomicInteger();
  private final CountDownLatch left = new CountDownLatch(COUNT);

  @Override
  public List<Measure> run(Path folder) throws Exception {
    List<Measure> all = new ArrayList<>();
    try (StateLake lake =
        new StateLake(
            StateLake.sqlite(folder),
            folder,
            new NoOp(
                _ -> {},
                work -> {
                  executions.incrementAndGet();
                  work.events().forEach(_ -> left.countDown());
                }),
            2)) {
      lake.database.perform(tx ->
          lake.pipelines
              .stages()
              .put(
                  tx,
                  Specs.stage(
                      "shop.load.orders",
                      Specs.events("shop", "bench", "Sent", "bench"),
                      new Batch(BATCH, Duration.ZERO),
                      1)));
      long begin = System.nanoTime();
      append(lake);
      long appended = System.nanoTime();
      while (lake.router.routeOnce() > 0) {}
      long routed = System.nanoTime();
      Pending waiting = lake.pipelines.pending();
      double counting = (System.nanoTime() - routed) / 1e6;
      long counted = System.nanoTime();
      lake.database.read(tx -> lake.queues.depth(tx, "shop.load.orders"));
      long start = System.nanoTime();
      lake.start();
      left.await();
      double seconds = (System.nanoTime() - start) / 1e9;
      String name = "%d messages, ".formatted(COUNT);
      double peak = peakMegabytes();
      all.add(rate(name + "appended as events", begin, appended));
      all.add(rate(name + "routed", appended, routed));
      all.add(
          Measure.plain(
              name + "hosu wait counts the %d that wait".formatted(waiting.messages()),
              counting,
              "ms"));
      all.add(
          Measure.plain(
              name + "hosu stages reads the depth of the queue", (start - counted) / 1e6, "ms"));
      all.add(Measure.plain(name + "through a stage, batches of " + BATCH, COUNT / seconds, "/s"));
      all.add(Measure.plain(name + "executions", executions.get(), ""));
      all.add(
          new Measure(
              name + "peak resident memory", peak, Double.NaN, "MB", "under 1 GB", peak < 1024));
    }
    return all;
  }

  private static Measure rate(String name, long begin, long end) {
    return Measure.plain(name, COUNT / ((end - begin) / 1e9), "/s");
  }

  private static void append(StateLake lake) {
    for (int first = 0; first < COUNT; first += BATCH) {
      int from = first;
      lake.database.perform(tx -> {
        for (int i = from; i < Math.min(from + BATCH, COUNT); i++) {
          ObjectNode detail = Json.object();
          detail.putObject("object").put("key", "orders/%06d.csv".formatted(i)).put("size", 2000);
          lake.events.append(tx, "bench", "Sent", "shop", List.of("bench"), detail);
        }
      });
    }
  }

  private static double peakMegabytes() throws Exception {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
              .filter(line -> line.startsWith("VmHWM"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .sum()
          / 1024.0;
    }
  }
}
