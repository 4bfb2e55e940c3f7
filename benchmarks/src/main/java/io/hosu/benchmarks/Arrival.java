package io.hosu.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.sync.RequestBody;

/**
 * From the PUT of 1 MB of CSV until its rows are counted by an answer, through two stages: one
 * appends the rows, one sums up the whole table anew. A round of Hosu and a round of the bare work
 * take turns, so that what else the machine does falls on both.
 */
final class Arrival implements Benchmark {
  static final String ORDERS_SQL =
      "SELECT round, id, customer, amount::DOUBLE AS amount FROM input";
  static final String TOTALS_SQL =
      "SELECT round, count(*) AS orders, sum(amount) AS amount FROM stage.orders GROUP BY round";
  private static final int ROWS = 22_000;
  private static final int WARM_UP = 15;
  private static final String STAGES =
      """
      stages:
        orders:
          on: { objects: raw/shop/orders/*.csv }
          sql: orders.sql
          into: { table: stage.orders, mode: append }
        totals:
          on: { tables: [stage.orders] }
          sql: totals.sql
          into: { table: analytics.totals, mode: overwrite }
      """;

  @Override
  public List<Measure> run(Path folder) throws Exception {
    Path project =
        Project.write(folder, STAGES, Map.of("orders.sql", ORDERS_SQL, "totals.sql", TOTALS_SQL));
    List<Double> hosu = new ArrayList<>();
    List<Double> bare = new ArrayList<>();
    try (Server server = Server.start(project, folder.resolve("data"));
        BareOrders floor = new BareOrders(folder.resolve("bare"))) {
      for (int round = 0; round < WARM_UP + Sizes.ARRIVAL_ROUNDS; round++) {
        byte[] csv = csv(round);
        double ofHosu = round(server, round, csv);
        double ofBare = round(floor, round, csv);
        if (round >= WARM_UP) {
          hosu.add(ofHosu);
          bare.add(ofBare);
        }
      }
      System.err.println(server.get("/v1/executions?limit=4").toPrettyString());
    }
    System.err.println("hosu " + hosu + "\nbare " + bare);
    double p50 = percentile(hosu, 0.5);
    return List.of(
        Measure.ratio(
            "arrival to answer, 1 MB CSV, two stages, p50", p50, percentile(bare, 0.5), "ms", 2),
        new Measure(
            "arrival to answer, p50 by itself", p50, Double.NaN, "ms", "under 250 ms", p50 < 250),
        new Measure(
            "arrival to answer, p99 (the slowest of fewer than 100 rounds)",
            percentile(hosu, 0.99),
            percentile(bare, 0.99),
            "ms",
            "",
            true));
  }

  private static double round(Server server, int round, byte[] csv) throws IOException {
    long start = System.nanoTime();
    server.s3.putObject(
        r -> r.bucket("raw").key("shop/orders/%04d.csv".formatted(round)),
        RequestBody.fromBytes(csv));
    server.await(
        "SELECT orders FROM shop.analytics.totals WHERE round = " + round, "" + ROWS, 10, 60);
    return (System.nanoTime() - start) / 1e6;
  }

  private static double round(BareOrders floor, int round, byte[] csv) throws Exception {
    long start = System.nanoTime();
    List<String> answer = floor.round(round, csv);
    double millis = (System.nanoTime() - start) / 1e6;
    if (!answer.equals(List.of("" + ROWS))) {
      throw new IllegalStateException("The floor answers " + answer);
    }
    return millis;
  }

  private static byte[] csv(int round) {
    StringBuilder csv = new StringBuilder("round,id,customer,city,amount,placed_at\n");
    for (int i = 0; i < ROWS; i++) {
      int mixed = (i * 7919 + round * 104729) & 0xffff;
      csv.append(round).append(',').append(i).append(",customer-").append(mixed);
      csv.append(",city-").append(mixed % 97).append(',').append(mixed % 1000).append(".25,");
      csv.append("2026-01-").append(10 + mixed % 20).append('\n');
    }
    return csv.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** The smallest value that {@code part} of all values do not exceed. */
  static double percentile(List<Double> values, double part) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get((int) Math.ceil(part * sorted.size()) - 1);
  }
}
