package io.hosu.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * TPC-H's 22 queries by Hosu over HTTP, and by Spark on all cores through the Iceberg door, over
 * the same tables. Spark runs in one session; each query once to warm up and then a few times, the
 * least time counts. Spark's class path is what {@code ./build -q -pl e2e/spark test-compile}
 * writes.
 */
final class BesideSpark implements Benchmark {
  private static final int RUNS = Integer.getInteger("runs", 2);
  private static final Path BUILT = Benchmarks.root().resolve("e2e/spark/target");

  @Override
  public List<Measure> run(Path folder) throws Exception {
    try (Server server = Server.start(Query.project(folder), folder.resolve("data"));
        Duck duck = new Duck()) {
      Query.load(server, duck, folder);
      List<String> queries = Query.queries().stream().map(Query::inStage).toList();
      List<Timed> ofHosu = hosu(server, queries);
      return compare(ofHosu, spark(server, queries, folder.resolve("spark.log")));
    }
  }

  private record Timed(double millis, int rows) {}

  private static List<Timed> hosu(Server server, List<String> queries) throws IOException {
    List<Timed> all = new ArrayList<>();
    for (String sql : queries) {
      int rows = server.sql(sql).size();
      double least = Double.MAX_VALUE;
      for (int run = 0; run < RUNS; run++) {
        long begin = System.nanoTime();
        server.sql(sql);
        least = Math.min(least, (System.nanoTime() - begin) / 1e6);
      }
      all.add(new Timed(least, rows));
    }
    return all;
  }

  private static List<Timed> spark(Server server, List<String> queries, Path log)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(command(server));
    command.addAll(queries);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    Process process = builder.redirectError(log.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("Spark failed: " + Files.readString(log));
    }
    return out.lines()
        .filter(line -> line.matches("\\d+>[0-9.E]+ ms \\d+"))
        .map(line -> line.substring(line.indexOf('>') + 1).split(" ms ", -1))
        .map(parts -> new Timed(Double.parseDouble(parts[0]), Integer.parseInt(parts[1])))
        .toList();
  }

  private static List<String> command(Server server) throws IOException {
    String uri = server.value("HOSU_ICEBERG_URI");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx4g",
            "-Druns=" + RUNS,
            "-Duser.timezone=UTC",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "--add-opens=java.base/sun.util.calendar=ALL-UNNAMED"));
    List.of(
            "ui.enabled=false",
            "driver.host=127.0.0.1",
            "sql.shuffle.partitions=" + 2 * Runtime.getRuntime().availableProcessors(),
            "sql.extensions=org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
            "sql.catalog.shop=org.apache.iceberg.spark.SparkCatalog",
            "sql.catalog.shop.type=rest",
            "sql.catalog.shop.uri=" + uri,
            "sql.catalog.shop.warehouse=shop",
            "sql.catalog.shop.rest.auth.type=oauth2",
            "sql.catalog.shop.oauth2-server-uri=" + uri + "/v1/oauth/tokens",
            "sql.catalog.shop.token=" + server.value("HOSU_TOKEN"))
        .forEach(setting -> command.add("-Dspark." + setting));
    String jars = Files.readString(BUILT.resolve("class.path"));
    command.addAll(
        List.of("-cp", BUILT.resolve("test-classes") + ":" + jars, "io.hosu.e2e.spark.SparkTimes"));
    return command;
  }

  private static List<Measure> compare(List<Timed> hosu, List<Timed> spark) {
    List<Measure> measures = new ArrayList<>();
    for (int i = 0; i < hosu.size(); i++) {
      if (hosu.get(i).rows() != spark.get(i).rows()) {
        throw new IllegalStateException(
            "Query %d has %d rows, in Spark %d"
                .formatted(i + 1, hosu.get(i).rows(), spark.get(i).rows()));
      }
      measures.add(
          new Measure(
              "TPC-H query %d, beside Spark".formatted(i + 1),
              hosu.get(i).millis(),
              spark.get(i).millis(),
              "ms",
              "",
              true));
    }
    measures.addFirst(
        new Measure(
            String.format(
                Locale.ROOT, "TPC-H scale %s, 22 queries, beside Spark local", Sizes.SCALE),
            sum(hosu),
            sum(spark),
            "ms",
            "",
            true));
    return measures;
  }

  private static double sum(List<Timed> all) {
    return all.stream().mapToDouble(Timed::millis).sum();
  }
}
