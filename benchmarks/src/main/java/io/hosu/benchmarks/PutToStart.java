package io.hosu.benchmarks;

import io.hosu.governance.Administrator;
import io.hosu.governance.Caller;
import io.hosu.governance.Door;
import io.hosu.governance.Governance;
import io.hosu.kernel.ObjectName;
import io.hosu.objects.Buckets;
import io.hosu.objects.Objects;
import io.hosu.objects.Payload;
import io.hosu.objects.PutOptions;
import io.hosu.pipelines.Batch;
import io.hosu.pipelines.Trigger;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * From the beginning of a PUT of 1 KB, through the facade of objects, until an attempt of the stage
 * that waits for the object has it as its input. The floor is the PUT alone.
 */
final class PutToStart implements Benchmark {
  private static final int WARM_UP = 200;
  private static final int ROUNDS = Integer.getInteger("puts", 500);

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
    try (StateLake lake = new StateLake(url, data, new NoOp(_ -> started.tell(), _ -> {}), cores);
        Governance governance = new Governance(lake.database, data, lake.clock, lake.ids)) {
      Administrator.Credentials admin =
          governance.administrator().atFirstStart(_ -> {}).orElseThrow();
      Caller caller = governance.policy().caller(admin.principal(), Door.S3, "bench");
      Objects objects =
          new Objects(
              lake.database, lake.blobs, lake.events, governance.policy(), lake.clock, lake.ids);
      Buckets buckets = new Buckets(lake.database, lake.clock);
      lake.database.perform(tx -> {
        buckets.create(tx, "raw");
        lake.pipelines
            .stages()
            .put(
                tx,
                Specs.stage(
                    "shop.load.orders",
                    new Trigger.Objects(List.of("raw/shop/orders/*.csv")),
                    Batch.STANDARD,
                    8));
      });
      lake.start();
      List<Double> puts = new ArrayList<>();
      List<Double> starts = new ArrayList<>();
      for (int round = 0; round < WARM_UP + ROUNDS; round++) {
        long begin = System.nanoTime();
        objects.put(
            caller,
            ObjectName.parse("raw/shop/orders/%05d.csv".formatted(round)),
            Payload.of(new ByteArrayInputStream(new byte[1024])),
            PutOptions.standard());
        long put = System.nanoTime();
        long start = started.next();
        if (round >= WARM_UP) {
          puts.add((put - begin) / 1e6);
          starts.add((start - begin) / 1e6);
        }
      }
      String name = kind + ", PUT of 1 KB to stage start, ";
      double p99 = Arrival.percentile(starts, 0.99);
      return List.of(
          new Measure(
              name + "p50",
              Arrival.percentile(starts, 0.5),
              Arrival.percentile(puts, 0.5),
              "ms",
              "",
              true),
          new Measure(
              name + "p99", p99, Arrival.percentile(puts, 0.99), "ms", "under 50 ms", p99 < 50));
    }
  }
}
