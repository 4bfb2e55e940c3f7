package io.hosu.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import io.hosu.testing.HosuProcess;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The real server, killed with SIGKILL while it does what a person asked for: a retry, a replay, a
 * backfill, a rollback, the redrive of a quarantine. What was answered is done wholly, what was not
 * is done wholly or not at all, everything comes to its end, and nothing is lost or doubled.
 *
 * <p>{@code -Dkills=200} runs longer, {@code -Dseed=N} repeats a run's moments; CONTRIBUTING.md has
 * the whole command.
 */
class KilledCommandsTest {
  private static final int LINES = 10;
  private static final int FILES_A_LIFE = 2;
  private static final int EVENTS_A_LIFE = 3;
  private static final String PIPELINE =
      """
      stages:
        add:
          on: { objects: raw/shop/orders/*.csv }
          batch: { max: 3 }
          sql: orders.sql
          into: { table: stage.orders }
          bad_records: quarantine
        totals:
          on: { tables: [stage.orders] }
          sql: totals.sql
          into: { table: analytics.totals, mode: overwrite }
        visits:
          on: { pattern: { source: [com.example.web] } }
          sql: visits.sql
          into: { table: stage.visits }
        strict:
          on: { objects: raw/shop/strict/*.csv }
          sql: orders.sql
          into: { table: stage.strict }
      """;

  /** Each file with the number of its lines, whether they are rows or in quarantine. */
  private static final String LINES_OF_FILES =
      """
      SELECT file, count(*) FROM (
        SELECT printf('raw/shop/orders/%06d.csv', file) AS file, line FROM shop.stage.orders
        UNION ALL SELECT object, line - 2 FROM shop.stage.orders_quarantine) GROUP BY file
      """;

  private enum Command {
    RETRY,
    REPLAY,
    BACKFILL,
    ROLLBACK,
    REDRIVE
  }

  /** What was asked for, in the life that ended under it, and the answer when there was one. */
  private record Asked(Command command, String path, String body, Optional<JsonNode> answer) {}

  @TempDir Path folder;

  private final long seed = Long.getLong("seed", 20_261_126L);
  private final Random random = new Random(seed);
  private final Map<Command, Integer> unanswered = new EnumMap<>(Command.class);
  private int files;
  private int events;
  private Optional<Asked> asked = Optional.empty();

  @Test
  void whatAPersonAskedForIsDoneWhollyOrNotAtAllThoughTheServerIsKilled() throws Exception {
    everythingIsWholeAfter(Integer.getInteger("kills", 10));
  }

  @Test
  void theSameHoldsWithPostgresqlAsTheStateDatabase() throws Exception {
    try (Postgres postgres = Postgres.start(folder.resolve("postgres"))) {
      everythingIsWholeAfter(Integer.getInteger("kills", 5), postgres.options());
    }
  }

  private void everythingIsWholeAfter(int kills, String... options) throws Exception {
    Path project = project();
    Path data = folder.resolve("data");
    try (HosuProcess hosu = HosuProcess.start(project, data, options)) {
      arrive(hosu);
      put(hosu, "shop/strict/bad.csv", "file,line,amount\n0,0,1\n0;1;2\n");
      settle(hosu);
    }
    for (int i = 0; i < kills; i++) {
      Command command = Command.values()[i % Command.values().length];
      try (HosuProcess hosu = HosuProcess.start(project, data, options)) {
        settle(hosu);
        whatWasAskedIsDoneOrNot(hosu);
        arrive(hosu);
        askAndKill(hosu, command);
      }
    }
    try (HosuProcess hosu = HosuProcess.start(project, data, options)) {
      settle(hosu);
      whatWasAskedIsDoneOrNot(hosu);
      retryAllThatWasTakenBack(hosu);
      arrive(hosu);
      settle(hosu);
      everythingIsThereOnce(hosu);
    }
    System.out.printf(
        "%d kills (seed %d), %d files, %d events; killed before the answer: %s%n",
        kills, seed, files, events, unanswered);
  }

  private Path project() throws IOException {
    Path project = folder.resolve("project");
    SmallLake.write(project, "lake.yaml", "name: killed\nlayers: [raw, stage, analytics]\n");
    SmallLake.write(project, "domains/shop/domain.yaml", "owner: shop\ndescription: Orders.\n");
    SmallLake.write(project, "domains/shop/pipelines/orders.yaml", PIPELINE);
    String transforms = "domains/shop/transforms/";
    SmallLake.write(project, transforms + "orders.sql", "SELECT file, line, amount FROM input\n");
    SmallLake.write(
        project, transforms + "visits.sql", "SELECT _event.id AS event, page FROM input\n");
    SmallLake.write(
        project,
        transforms + "totals.sql",
        "SELECT count(*) AS lines, sum(amount)::BIGINT AS amount FROM stage.orders\n");
    return project;
  }

  /** Some files, each with one record that cannot be read, and some events. */
  private void arrive(HosuProcess hosu) throws IOException {
    for (int i = 0; i < FILES_A_LIFE; i++) {
      put(hosu, "shop/orders/%06d.csv".formatted(files), csv(files));
      files++;
    }
    for (int i = 0; i < EVENTS_A_LIFE; i++) {
      done(
          hosu.post(
              "/v1/events",
              """
              {"Entries": [{"Source": "com.example.web", "DetailType": "Page Seen",
                "EventBusName": "shop", "Detail": "{\\"page\\": \\"/%d\\"}"}]}
              """
                  .formatted(events)));
      events++;
    }
  }

  private static void put(HosuProcess hosu, String key, String text) {
    try (S3Client s3 = S3Clients.of(hosu)) {
      s3.putObject(r -> r.bucket("raw").key(key), RequestBody.fromString(text));
    }
  }

  private static String csv(int file) {
    return IntStream.range(0, LINES)
        .mapToObj(line -> {
          String comma = line == LINES - 1 ? ";" : ",";
          return file + comma + line + comma + amount(file, line);
        })
        .collect(Collectors.joining("\n", "file,line,amount\n", "\n"));
  }

  private static long amount(int file, int line) {
    return file * 1000L + line;
  }

  /** Asks for one thing, and kills the server at some moment after it. */
  private void askAndKill(HosuProcess hosu, Command command) throws Exception {
    Optional<Asked> wanted = choose(hosu, command);
    if (wanted.isEmpty()) {
      hosu.kill();
      asked = wanted;
      return;
    }
    Asked one = wanted.get();
    CompletableFuture<HttpResponse<String>> answer =
        CompletableFuture.supplyAsync(() -> post(hosu, one));
    int[] longest = {20, 150, 1500}; // before the answer, after it, in what follows from it
    int millis = random.nextInt(longest[random.nextInt(longest.length)]);
    LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
    hosu.kill();
    Optional<JsonNode> said = Optional.empty();
    try {
      said = Optional.of(done(answer.join()));
    } catch (CompletionException e) {
      unanswered.merge(command, 1, Integer::sum); // killed under the request
    }
    asked = Optional.of(new Asked(command, one.path(), one.body(), said));
  }

  private static HttpResponse<String> post(HosuProcess hosu, Asked one) {
    try {
      return hosu.post(one.path(), one.body());
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  private Optional<Asked> choose(HosuProcess hosu, Command command) throws IOException {
    return switch (command) {
      case RETRY ->
          retryable(hosu).stream().findFirst().map(id -> asked(command, of(id, "retry"), "{}"));
      case ROLLBACK ->
          published(hosu).stream()
              .findFirst()
              .map(id -> asked(command, of(id, "rollback"), "{\"cascade\": true}"));
      case REPLAY ->
          Optional.of(
              asked(
                  command,
                  "/v1/replays",
                  "{\"stage\": \"shop.orders.visits\", \"from\": \"2000-01-01T00:00:00Z\"}"));
      case BACKFILL ->
          Optional.of(
              asked(
                  command,
                  "/v1/backfills",
                  "{\"of\": \"shop.orders.add\", \"from\": \"2000-01-01T00:00:00Z\"}"));
      case REDRIVE ->
          Optional.of(
              asked(
                  command,
                  "/v1/redrives",
                  """
                  {"table": "shop.stage.orders_quarantine", "where": "object LIKE '%%%d.csv'",
                   "set": ["text = replace(text, ';', ',')"]}\
                  """
                      .formatted(random.nextInt(Math.min(files, 10)))));
    };
  }

  private static Asked asked(Command command, String path, String body) {
    return new Asked(command, path, body, Optional.empty());
  }

  private static String of(String execution, String what) {
    return "/v1/executions/" + execution + "/" + what;
  }

  /** Executions that were taken back and not retried since; else the one that failed. */
  private static List<String> retryable(HosuProcess hosu) throws IOException {
    List<String> retried =
        executions(hosu, one -> one.path("origin").asText().equals("retry")).stream()
            .map(one -> one.path("parent").asText())
            .toList();
    List<String> back = new ArrayList<>();
    executions(hosu, one -> isOf(one, "add") && !one.path("rolled_back_by").isNull()).stream()
        .filter(one -> one.path("messages").asLong() > 0)
        .map(one -> one.path("id").asText())
        .forEach(back::add);
    executions(hosu, one -> one.path("status").asText().equals("FAILED")).stream()
        .map(one -> one.path("id").asText())
        .forEach(back::add);
    back.removeAll(retried);
    return back;
  }

  private static List<String> published(HosuProcess hosu) throws IOException {
    return executions(
            hosu,
            one ->
                isOf(one, "add")
                    && one.path("status").asText().equals("SUCCEEDED")
                    && one.path("rows_out").asLong() > 0
                    && one.path("rolled_back_by").isNull())
        .stream()
        .map(one -> one.path("id").asText())
        .toList();
  }

  private static boolean isOf(JsonNode execution, String stage) {
    return execution.path("stage").asText().equals(stage);
  }

  private static List<JsonNode> executions(HosuProcess hosu, Predicate<JsonNode> fitting)
      throws IOException {
    return items(hosu, "/v1/executions?limit=1000").stream().filter(fitting).toList();
  }

  private static List<JsonNode> items(HosuProcess hosu, String path) throws IOException {
    JsonNode items = done(hosu.get(path)).path("items");
    return StreamSupport.stream(items.spliterator(), false).toList();
  }

  private static JsonNode done(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
    return Json.parse(answer.body());
  }

  /** What was begun comes to its end by itself, and no file is there in part or twice. */
  private static void settle(HosuProcess hosu) throws Exception {
    long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    JsonNode pending;
    do {
      pending = done(hosu.get("/v1/pending?wait=10s")).path("pending");
      assertThat(System.nanoTime()).as("still pending: " + pending).isLessThan(end);
    } while (pending.valueStream().anyMatch(kind -> kind.asLong() > 0));
    assertThat(hosu.sql(LINES_OF_FILES)).allMatch(line -> line.endsWith("," + LINES));
    assertThat(items(hosu, "/v1/replays?limit=1000")).allMatch(KilledCommandsTest::isOver);
    assertThat(items(hosu, "/v1/backfills?limit=1000")).allMatch(KilledCommandsTest::isOver);
    assertThat(items(hosu, "/v1/dead-letters?limit=1000"))
        .singleElement()
        .satisfies(
            letter -> assertThat(letter.path("queue").asText()).isEqualTo("shop.orders.strict"));
  }

  private static boolean isOver(JsonNode one) {
    return one.path("status").asText().equals("DONE");
  }

  /** An answer that was lost is asked for again, as people do: it is done once all the same. */
  private void whatWasAskedIsDoneOrNot(HosuProcess hosu) throws Exception {
    if (asked.isEmpty()) {
      return;
    }
    Asked one = asked.get();
    switch (one.command()) {
      case RETRY -> retriedOnce(hosu, one);
      case ROLLBACK -> takenBackOnce(hosu, one);
      case REPLAY, BACKFILL -> answered(hosu, one);
      case REDRIVE -> redrivenOnce(hosu, one);
    }
  }

  private static void retriedOnce(HosuProcess hosu, Asked one) throws Exception {
    String by = done(hosu.post(one.path(), one.body())).path("id").asText();
    settle(hosu);
    String of = one.path().split("/", -1)[3];
    assertThat(
            executions(
                hosu,
                it ->
                    it.path("origin").asText().equals("retry")
                        && it.path("parent").asText().equals(of)))
        .extracting(it -> it.path("id").asText())
        .containsExactly(by);
    one.answer().ifPresent(said -> assertThat(said.path("id").asText()).isEqualTo(by));
  }

  private static void takenBackOnce(HosuProcess hosu, Asked one) throws IOException {
    HttpResponse<String> again = hosu.post(one.path(), one.body());
    if (again.statusCode() == 409) {
      assertThat(again.body()).contains("was taken back by");
    } else {
      done(again);
      assertThat(one.answer()).as("an answer, though it was not done").isEmpty();
    }
  }

  /** What was answered is listed; settle() has seen that all that is listed is done. */
  private static void answered(HosuProcess hosu, Asked one) throws IOException {
    if (one.answer().isPresent()) {
      assertThat(items(hosu, one.path() + "?limit=1000"))
          .extracting(it -> it.path("id").asText())
          .contains(one.answer().get().path("id").asText());
    }
  }

  private static void redrivenOnce(HosuProcess hosu, Asked one) throws Exception {
    long records = done(hosu.post(one.path(), one.body())).path("records").asLong();
    one.answer().ifPresent(_ -> assertThat(records).as("records left behind").isZero());
    settle(hosu);
    assertThat(done(hosu.post(one.path(), one.body())).path("records").asLong()).isZero();
  }

  private static void retryAllThatWasTakenBack(HosuProcess hosu) throws Exception {
    for (String execution : retryable(hosu)) {
      done(hosu.post(of(execution, "retry"), "{}"));
      settle(hosu);
    }
  }

  private void everythingIsThereOnce(HosuProcess hosu) throws IOException {
    assertThat(hosu.sql(LINES_OF_FILES + " ORDER BY file"))
        .isEqualTo(
            IntStream.range(0, files).mapToObj("raw/shop/orders/%06d.csv,10"::formatted).toList());
    assertThat(
            hosu.sql(
                "SELECT count(*) FROM (SELECT DISTINCT file, line, amount FROM shop.stage.orders)"
                    + " WHERE amount = 1000 * file + line"))
        .isEqualTo(hosu.sql("SELECT count(*) FROM shop.stage.orders"));
    assertThat(hosu.sql("SELECT lines, amount FROM shop.analytics.totals"))
        .isEqualTo(hosu.sql("SELECT count(*), sum(amount)::BIGINT FROM shop.stage.orders"));
    long replayed =
        items(hosu, "/v1/replays?limit=1000").stream()
            .mapToLong(one -> one.path("messages").asLong())
            .sum();
    assertThat(hosu.sql("SELECT count(*), count(DISTINCT event) FROM shop.stage.visits"))
        .containsExactly(events + replayed + "," + events);
  }
}
