package io.hosu.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.sync.RequestBody;

/**
 * A crawl of many CSV objects in Hive partitions, until the answer has tables and evidence, beside
 * the bare engine that sniffs the same files one by one.
 */
final class CrawledObjects implements Benchmark {
  private static final int OBJECTS = Integer.getInteger("crawled", 1000);
  private static final int ROWS = 500;
  private static final int PARTITIONS = 28;
  private static final int ROUNDS = 5;
  private static final double GOAL_SECONDS = 10;

  @Override
  public List<Measure> run(Path folder) throws Exception {
    Path project =
        Project.write(
            folder,
            "stages: { unused: { on: by_hand, sql: one.sql, into: { table: stage.unused } } }",
            Map.of("one.sql", "SELECT 1 AS one"));
    Project.file(
        project,
        "access/all.yaml",
        "grants: [{ to: 'user:admin', allow: [READ_OBJECTS, WRITE_OBJECTS], on: shop }]\n");
    List<Path> files = new ArrayList<>();
    try (Server server = Server.start(project, folder.resolve("data"))) {
      Path copies = Files.createDirectories(folder.resolve("files"));
      for (int i = 0; i < OBJECTS; i++) {
        String text = csv(i);
        String key = "shop/visits/day=2026-01-%02d/%06d.csv".formatted(i % PARTITIONS + 1, i);
        server.s3.putObject(r -> r.bucket("raw").key(key), RequestBody.fromString(text));
        files.add(Files.writeString(copies.resolve(i + ".csv"), text));
      }
      double first = crawl(server);
      double best = first;
      for (int i = 1; i < ROUNDS; i++) {
        best = Math.min(best, crawl(server));
      }
      double memory = server.residentMegabytes();
      double bare = sniffed(files);
      return List.of(
          goal("crawl of %,d objects, the first".formatted(OBJECTS), first, bare),
          goal("crawl of %,d objects, the best of %d".formatted(OBJECTS, ROUNDS), best, bare),
          Measure.plain("memory of the server after it", memory, "MB"));
    }
  }

  private static Measure goal(String name, double seconds, double bare) {
    boolean met = seconds < GOAL_SECONDS;
    return new Measure(name, seconds, bare, "s", OBJECTS == 1000 ? "under 10 s" : "", met);
  }

  private static String csv(int file) {
    StringBuilder text = new StringBuilder("id;at;customer;amount;paid\n");
    for (int i = 0; i < ROWS; i++) {
      text.append(file * ROWS + i)
          .append(";2026-01-02 03:04:05;customer ")
          .append(i)
          .append(';')
          .append(i)
          .append(".25;")
          .append(i % 2 == 0)
          .append('\n');
    }
    return text.toString();
  }

  private static double crawl(Server server) throws IOException {
    long start = System.nanoTime();
    JsonNode answer = server.post("/v1/crawls", "{\"place\": \"raw/shop/visits\"}");
    double seconds = (System.nanoTime() - start) / 1e9;
    JsonNode table = answer.path("tables").path(0);
    if (table.path("objects").asInt() != OBJECTS || table.path("columns").size() != 5) {
      throw new IOException("The crawl found something else: " + answer);
    }
    return seconds;
  }

  private static double sniffed(List<Path> files) throws SQLException {
    try (Duck duck = new Duck()) {
      long start = System.nanoTime();
      for (Path file : files) {
        duck.rows("SELECT \"Columns\" FROM sniff_csv('%s')".formatted(file));
      }
      return (System.nanoTime() - start) / 1e9;
    }
  }
}
