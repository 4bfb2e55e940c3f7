package io.hosu.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import io.hosu.testing.HosuProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The real server, killed with SIGKILL at random moments while files arrive and a reader asks:
 * nothing is lost, nothing doubled, and no part of a file is ever visible without the rest.
 *
 * <p>{@code -Dkills=1000} runs longer, {@code -Dseed=N} repeats a run's moments; CONTRIBUTING.md
 * has the whole command.
 */
class CrashTest {
  private static final int ROWS = 50;
  private static final String PIPELINE =
      """
      stages:
        append:
          on: { objects: raw/shop/orders/*.csv }
          sql: orders.sql
          into: { table: stage.orders, mode: append }
        upsert:
          on: { objects: raw/shop/orders/*.csv }
          sql: orders.sql
          into: { table: stage.latest, mode: merge, key: [file, line] }
        totals:
          on: { tables: [stage.orders] }
          sql: totals.sql
          into: { table: analytics.totals, mode: overwrite }
        copied:
          on: { tables: [stage.orders] }
          sql: copied.sql
          into: { table: stage.copied, mode: append }
      """;

  private static final List<String> TABLES =
      List.of("shop.stage.orders", "shop.stage.latest", "shop.stage.copied");

  @TempDir Path folder;

  private final Random random = new Random(Long.getLong("seed", System.nanoTime()));
  private final Set<Integer> acknowledged = new ConcurrentSkipListSet<>();
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicLong looks = new AtomicLong();
  private final List<String> seenWrong = new CopyOnWriteArrayList<>();

  @Test
  void nothingIsLostNothingDoubledAndNoPartIsVisibleThoughTheServerIsKilled() throws Exception {
    everythingIsWholeAfter(Integer.getInteger("kills", 50));
  }

  @Test
  void theSameHoldsWithPostgresqlAsTheStateDatabase() throws Exception {
    try (Postgres postgres = Postgres.start(folder.resolve("postgres"))) {
      everythingIsWholeAfter(Integer.getInteger("kills", 6), postgres.options());
    }
  }

  private void everythingIsWholeAfter(int kills, String... options) throws Exception {
    Path project = project();
    Path data = folder.resolve("data");
    for (int i = 0; i < kills; i++) {
      runAndKill(project, data, options);
    }
    try (HosuProcess hosu = HosuProcess.start(project, data, options)) {
      resendUnacknowledged(hosu);
      awaitNothingPending(hosu);
      sendAgainWhatWasSetAside(hosu);
      everyTableIsWhole(hosu);
    }
    assertThat(seenWrong).isEmpty();
    assertThat(looks.get()).as("looks of the reader").isPositive();
    assertThat(acknowledged.size()).as("files put").isGreaterThan(kills / 5);
    System.out.printf(
        "%d kills, %d files of %d rows, %d looks: nothing lost, nothing doubled, nothing half%n",
        kills, acknowledged.size(), ROWS, looks.get());
  }

  private Path project() throws IOException {
    Path project = folder.resolve("project");
    write(project, "lake.yaml", "name: crash\nlayers: [raw, stage, analytics]\n");
    write(project, "domains/shop/domain.yaml", "owner: shop\ndescription: Orders.\n");
    write(project, "domains/shop/pipelines/orders.yaml", PIPELINE);
    write(project, "domains/shop/transforms/orders.sql", "SELECT file, line, amount FROM input\n");
    write(
        project,
        "domains/shop/transforms/copied.sql",
        "SELECT file, line, amount FROM changes('stage.orders')\n");
    write(
        project,
        "domains/shop/transforms/totals.sql",
        "SELECT file, count(*) AS lines, sum(amount)::BIGINT AS amount FROM stage.orders GROUP BY file\n");
    return project;
  }

  private static void write(Path folder, String file, String text) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private void runAndKill(Path project, Path data, String... options) throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    try (HosuProcess hosu = HosuProcess.start(project, data, options)) {
      Thread writer = Thread.ofPlatform().start(() -> putUntil(over, hosu));
      Thread reader = Thread.ofPlatform().start(() -> lookUntil(over, hosu));
      LockSupport.parkNanos(Duration.ofMillis(50 + random.nextInt(1500)).toNanos());
      over.set(true);
      hosu.kill();
      writer.join();
      reader.join();
    }
  }

  /** One file after the other; an answer that was lost is a file to send again, as clients do. */
  private void putUntil(AtomicBoolean over, HosuProcess hosu) {
    try (S3Client s3 = S3Clients.of(hosu)) {
      while (!over.get()) {
        int file = next.get();
        put(s3, file);
        next.incrementAndGet();
      }
    } catch (RuntimeException e) {
      // Killed under the request: the file stays the next one to send.
      noteUnless(over, "A PUT failed though the server ran: " + e);
    }
  }

  private void put(S3Client s3, int file) {
    s3.putObject(
        r -> r.bucket("raw").key("shop/orders/%06d.csv".formatted(file)),
        RequestBody.fromString(csv(file)));
    acknowledged.add(file);
  }

  private static String csv(int file) {
    return IntStream.range(0, ROWS)
        .mapToObj(line -> file + "," + line + "," + amount(file, line))
        .collect(Collectors.joining("\n", "file,line,amount\n", "\n"));
  }

  private static long amount(int file, int line) {
    return file * 1000L + line;
  }

  private void resendUnacknowledged(HosuProcess hosu) {
    try (S3Client s3 = S3Clients.of(hosu)) {
      put(s3, next.get());
    }
  }

  private static void awaitNothingPending(HosuProcess hosu) throws Exception {
    assertThat(hosu.hosu("wait", "--timeout", "180s").exit()).isZero();
  }

  /**
   * What was under way at five kills is set aside, as it might be what kills the server; nothing
   * else may have become a dead letter.
   */
  private static void sendAgainWhatWasSetAside(HosuProcess hosu) throws Exception {
    JsonNode letters = Json.parse(hosu.get("/v1/dead-letters?limit=1000").body()).path("items");
    for (JsonNode letter : letters) {
      assertThat(letter.path("cause").path("code").asText())
          .as(letter.toString())
          .isEqualTo("EXECUTION_LOST");
    }
    if (!letters.isEmpty()) {
      assertThat(hosu.hosu("dlq", "redrive", "--all").exit()).isZero();
      awaitNothingPending(hosu);
    }
  }

  /** A reader sees each file wholly or not at all, in every table, at every moment. */
  private void lookUntil(AtomicBoolean over, HosuProcess hosu) {
    try {
      while (!over.get()) {
        for (String table : TABLES) {
          List<String> parts =
              rowsOrNone(
                  hosu,
                  "SELECT file, count(*) FROM %s GROUP BY file HAVING count(*) <> %d"
                      .formatted(table, ROWS));
          parts.forEach(part -> seenWrong.add(table + " shows a part of a file: " + part));
          looks.incrementAndGet();
        }
      }
    } catch (IOException | IllegalStateException e) {
      noteUnless(over, "A question failed though the server ran: " + e);
    }
  }

  private void noteUnless(AtomicBoolean over, String wrong) {
    if (!over.get()) {
      seenWrong.add(wrong);
    }
  }

  private static List<String> rowsOrNone(HosuProcess hosu, String sql) throws IOException {
    try {
      return hosu.sql(sql);
    } catch (IllegalStateException e) {
      if (String.valueOf(e.getMessage()).contains("TABLE_NOT_FOUND")) {
        return List.of(); // nothing was published to it yet
      }
      throw e;
    }
  }

  private void everyTableIsWhole(HosuProcess hosu) throws IOException {
    List<String> rows =
        acknowledged.stream()
            .flatMap(file ->
                IntStream.range(0, ROWS)
                    .mapToObj(line -> file + "," + line + "," + amount(file, line)))
            .toList();
    for (String table : TABLES) {
      assertThat(hosu.sql("SELECT file, line, amount FROM " + table + " ORDER BY file, line"))
          .as(table)
          .isEqualTo(rows);
    }
    assertThat(hosu.sql("SELECT file, lines, amount FROM shop.analytics.totals ORDER BY file"))
        .as("shop.analytics.totals")
        .isEqualTo(
            acknowledged.stream()
                .map(file ->
                    file
                        + ","
                        + ROWS
                        + ","
                        + IntStream.range(0, ROWS).mapToLong(line -> amount(file, line)).sum())
                .toList());
  }
}
