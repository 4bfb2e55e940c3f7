package io.hosu.benchmarks;

import io.hosu.governance.Caller;
import io.hosu.governance.Door;
import io.hosu.governance.Governance;
import io.hosu.governance.GovernanceMigrations;
import io.hosu.governance.Grant;
import io.hosu.governance.Grantee;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.kernel.Ids;
import io.hosu.store.Database;
import io.hosu.store.DatabaseConfig;
import io.hosu.store.Databases;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import software.amazon.awssdk.core.sync.RequestBody;

/**
 * What the record of each request costs: a small query where answers wait for their records beside
 * one where they do not, and how many records a second become durable.
 */
final class Audited implements Benchmark {
  private static final int QUERIES = Integer.getInteger("queries", 1000);
  private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("seconds", 15));
  private static final int CONCURRENCY = Integer.getInteger("concurrency", 64);
  private static final String READER = "reader";
  private static final Resource TABLE = Resource.parse("shop.stage.orders");
  private static final String SQL = "SELECT count(*) FROM shop.stage.orders";
  private static final String STAGES =
      """
      stages:
        orders:
          on: { objects: raw/shop/orders/*.csv }
          sql: orders.sql
          into: { table: stage.orders, mode: append }
      """;

  private final InstantSource clock = InstantSource.system();
  private final Ids ids = new Ids(clock, new SecureRandom());

  @Override
  public List<Measure> run(Path folder) throws Exception {
    List<Measure> measures = new ArrayList<>(queries(folder));
    measures.add(records("SQLite", StateLake.sqlite(folder), folder));
    try (Postgres postgres = new Postgres()) {
      measures.add(records("PostgreSQL", postgres.url(), folder));
    }
    return measures;
  }

  private static List<Measure> queries(Path folder) throws Exception {
    List<Double> on = new ArrayList<>();
    List<Double> off = new ArrayList<>();
    try (Server waiting = lake(Files.createDirectory(folder.resolve("on")), "true");
        Server free = lake(Files.createDirectory(folder.resolve("off")), "false")) {
      for (int i = -QUERIES / 10; i < QUERIES; i++) {
        double first = millis(waiting);
        double second = millis(free);
        if (i >= 0) {
          on.add(first);
          off.add(second);
        }
      }
    }
    return List.of(
        Measure.ratio(
            "small query p50, audit.required on beside off",
            Arrival.percentile(on, 0.5),
            Arrival.percentile(off, 0.5),
            "ms",
            1.05),
        new Measure(
            "small query p99, audit.required on beside off",
            Arrival.percentile(on, 0.99),
            Arrival.percentile(off, 0.99),
            "ms",
            "",
            true));
  }

  private static Server lake(Path folder, String required) throws IOException {
    Path project = Project.write(folder, STAGES, Map.of("orders.sql", "SELECT * FROM input\n"));
    Server server =
        Server.start(project, folder.resolve("data"), "--set", "audit.required=" + required);
    server.s3.putObject(
        r -> r.bucket("raw").key("shop/orders/1.csv"),
        RequestBody.fromString("id,name\n1,a\n2,b\n", StandardCharsets.UTF_8));
    server.await(SQL, "2", 100, 60);
    return server;
  }

  private static double millis(Server server) throws IOException {
    long begin = System.nanoTime();
    server.sql(SQL);
    return (System.nanoTime() - begin) / 1e6;
  }

  /** Requests that are decided at the same time, each of which waits for its record. */
  private Measure records(String name, String url, Path folder) throws Exception {
    try (Database database =
            Databases.open(new DatabaseConfig(url, 8), GovernanceMigrations.all());
        Governance governance =
            new Governance(
                database, Files.createDirectory(folder.resolve("keys-" + name)), clock, ids)) {
      Grant grant = Grant.declared(Grantee.user(READER), Set.of(Permission.SELECT), TABLE);
      database.perform(tx -> governance.grants().put(tx, grant));
      long begin = System.nanoTime();
      double kept = keepForAWhile(governance, begin + TIME.toNanos());
      double seconds = (System.nanoTime() - begin) / 1e9;
      return new Measure(
          "durable audit records, %d at a time, %s".formatted(CONCURRENCY, name),
          kept / seconds,
          Double.NaN,
          "/s",
          "1000 /s or more",
          kept / seconds >= 1000);
    }
  }

  private double keepForAWhile(Governance governance, long until) throws Exception {
    LongAdder kept = new LongAdder();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < CONCURRENCY; i++) {
        all.add(
            threads.submit(() -> {
              while (System.nanoTime() < until) {
                ask(governance);
                kept.increment();
              }
            }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    return kept.sum();
  }

  private void ask(Governance governance) {
    Caller caller = governance.policy().caller(Principal.user(READER), Door.API, ids.next());
    governance.policy().require(caller, Permission.SELECT, TABLE);
    caller.trail().keep();
  }
}
