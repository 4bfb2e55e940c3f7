package io.hosu.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import io.hosu.testing.HosuProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;

/**
 * Cases in which AWS's Serverless Data Lake Framework loses, doubles, mixes or hides something, on
 * a real server.
 *
 * <p>Others stand where the means are: {@code
 * VersionsTest.overwriteKeepsHistoryAndReRunsOnlyWhatDependsOnIt} (real engines); {@code
 * FloodTest.killBetweenReceiveAndStart}, {@code filesDroppedAtOnce...} (a hundred thousand with
 * {@code -Dfiles=100000}) and {@code anEventListOver256KB...}; {@code DocsTest}: every YAML of the
 * documentation is applied.
 */
class SdlfCasesTest {
  private static final String PIPELINE =
      """
      stages:
        clean:
          on: { objects: raw/shop/orders/* }
          sql: orders.sql
          into: { table: stage.orders, mode: append }
        typed:
          on: { objects: raw/shop/typed/* }
          sql: typed.sql
          into: { table: stage.typed, mode: append }
        returns:
          on: { objects: raw/shop/returns/* }
          sql: orders.sql
          into: { table: stage.returns, mode: append }
        whole:
          on: { objects: raw/shop/whole/* }
          sql: orders.sql
          into: { table: stage.whole, mode: overwrite }
        pair:
          on: { all: ["raw/shop/{day}/a.csv", "raw/shop/{day}/b.csv"], timeout: 2h, partial: fail }
          sql: orders.sql
          into: { table: stage.pairs, mode: append }
        mixed:
          on: { objects: "raw/shop/mixed/{dataset}/*.csv" }
          group_by: dataset
          batch: { max: 100, window: 1s }
          sql: all.sql
          into: { table: stage.mixed, mode: append }
        together:
          on: { objects: "raw/shop/mixed/{dataset}/*.csv" }
          batch: { max: 100, window: 1s }
          sql: all.sql
          into: { table: stage.together, mode: append }
        three:
          on:
            all:
              - raw/shop/three/{day}/a.csv
              - raw/shop/three/{day}/b.csv
              - raw/shop/three/{day}/c.csv
            timeout: 2h
            partial: fail
          sql: three.sql
          into: { table: stage.three, mode: append }
      """;
  private static final String THREE =
      """
      SELECT id, a.amount AS a, b.amount AS b, c.amount AS c
      FROM (SELECT * FROM input WHERE _object LIKE '%/a.csv') a
      JOIN (SELECT * FROM input WHERE _object LIKE '%/b.csv') b USING (id)
      JOIN (SELECT * FROM input WHERE _object LIKE '%/c.csv') c USING (id)
      """;
  private static final String HEAD = "id,amount\n";

  @TempDir static Path folder;
  private static SmallLake lake;
  private static Path project;

  @BeforeAll
  static void start() throws IOException {
    project = folder.resolve("project");
    SmallLake.write(project, "lake.yaml", "name: cases\nlayers: [raw, stage, analytics]\n");
    SmallLake.write(project, "domains/shop/domain.yaml", "owner: shop\ndescription: Orders.\n");
    SmallLake.write(project, "domains/shop/pipelines/orders.yaml", PIPELINE);
    SmallLake.write(
        project, "domains/shop/transforms/orders.sql", "SELECT id, amount FROM input\n");
    SmallLake.write(
        project,
        "domains/shop/transforms/typed.sql",
        "SELECT id, amount::INTEGER AS amount FROM input\n");
    SmallLake.write(project, "domains/shop/transforms/all.sql", "SELECT * FROM input\n");
    SmallLake.write(project, "domains/shop/transforms/three.sql", THREE);
    lake = SmallLake.again(project, folder.resolve("data"));
  }

  @AfterAll
  static void stop() {
    lake.close();
  }

  private static void send(String key, String text) {
    lake.s3.putObject(r -> r.bucket("raw").key(key), RequestBody.fromString(text));
  }

  private static HosuProcess.Ran done(String... command) throws Exception {
    var ran = lake.hosu.hosu(command);
    assertThat(ran.exit()).as(ran.err()).isZero();
    return ran;
  }

  private static void settle() throws Exception {
    done("wait", "--timeout", "60s");
  }

  private static List<String> rows(String table, String where) throws IOException {
    return lake.hosu.sql(
        "SELECT id, amount FROM shop.stage.%s WHERE %s ORDER BY id".formatted(table, where));
  }

  @Test
  void oneBadFileOfFourThreePublishedExactlyOneDeadLetterAndTheFixClearsIt() throws Exception {
    for (int file = 11; file <= 14; file++) {
      send(
          "shop/orders/%d.csv".formatted(file),
          HEAD + file + (file == 13 ? ",1,broken,line\n" : ",1\n"));
    }
    settle();
    assertThat(rows("orders", "id BETWEEN 11 AND 14")).containsExactly("11,1", "12,1", "14,1");
    List<JsonNode> letters = lake.array("dlq", "list", "-o", "json");
    assertThat(letters)
        .singleElement()
        .satisfies(letter ->
            assertThat(letter.at("/event/detail/object/key").asText())
                .isEqualTo("shop/orders/13.csv"));

    send("shop/orders/13.csv", HEAD + "13,1\n");
    settle();
    assertThat(rows("orders", "id BETWEEN 11 AND 14"))
        .containsExactly("11,1", "12,1", "13,1", "14,1");
    assertThat(lake.array("dlq", "list", "-o", "json")).as("cleared by the fix").isEmpty();
    assertThat(lake.array("events", "--type", "Dead Letter Cleared", "-o", "json"))
        .anySatisfy(
            event -> assertThat(event.at("/resources/0")).isEqualTo(letters.getFirst().path("id")));
  }

  @Test
  void aRedriveAfterTheFixSucceeds() throws Exception {
    send("shop/typed/15.csv", HEAD + "15,none\n");
    settle();
    JsonNode letter = lake.array("dlq", "list", "-o", "json").getFirst();
    assertThat(letter.path("stage").asText()).isEqualTo("typed");
    SmallLake.write(
        project,
        "domains/shop/transforms/typed.sql",
        "SELECT id, coalesce(try_cast(amount AS INTEGER), 0) AS amount FROM input\n");
    done("apply", "--project", project.toString());
    settle();
    assertThat(lake.array("dlq", "list", "-o", "json")).as("a fix alone does nothing").hasSize(1);

    done("dlq", "redrive", letter.path("id").asText());
    settle();

    assertThat(rows("typed", "true")).containsExactly("15,0");
    assertThat(lake.array("dlq", "list", "-o", "json")).isEmpty();
    assertThat(lake.array("executions", "--stage", "shop.orders.typed", "-o", "json"))
        .filteredOn(execution -> execution.path("status").asText().equals("SUCCEEDED"))
        .extracting(execution -> execution.path("parent").asText())
        .containsExactly(letter.path("id").asText());
  }

  /** One stage for both, with a group for each dataset, and one where batches hold both. */
  @Test
  void twoDatasetsInterleavedInOnePipelineDoNotMix() throws Exception {
    done("stages", "pause", "shop.orders.mixed", "shop.orders.together");
    for (int file = 21; file <= 26; file++) {
      send("shop/mixed/orders/%d.csv".formatted(file), HEAD + file + ",1\n");
      send("shop/mixed/returns/%d.csv".formatted(file), "id,reason\n" + file + ",late\n");
    }
    done("stages", "resume", "shop.orders.mixed", "shop.orders.together");
    settle();

    List<String> both =
        IntStream.rangeClosed(21, 26)
            .boxed()
            .flatMap(id -> Stream.of(id + ",1,", id + ",,late"))
            .sorted()
            .toList();
    for (String table : List.of("mixed", "together")) {
      assertThat(
              lake
                  .hosu
                  .sql("SELECT id, amount, reason FROM shop.stage.%s".formatted(table))
                  .stream()
                  .sorted())
          .as(table)
          .isEqualTo(both);
    }
    assertThat(inputsOfExecutions("shop.orders.mixed"))
        .as("each execution is of one dataset")
        .hasSizeGreaterThanOrEqualTo(2)
        .allSatisfy(datasets -> assertThat(datasets).hasSize(1));
    assertThat(lake.array("dlq", "list", "-o", "json")).isEmpty();
  }

  /** The datasets of the objects that each execution of a stage read. */
  private static List<Set<String>> inputsOfExecutions(String stage) throws Exception {
    List<Set<String>> all = new ArrayList<>();
    for (JsonNode one : lake.array("executions", "list", "--stage", stage, "-o", "json")) {
      JsonNode shown =
          Json.parse(done("executions", "show", one.path("id").asText(), "-o", "json").out());
      all.add(
          shown
              .path("inputs")
              .valueStream()
              .map(input ->
                  input.path("name").asText().replaceFirst("raw/shop/mixed/([^/]+)/.*", "$1"))
              .collect(Collectors.toSet()));
    }
    return all;
  }

  @Test
  void reUploadOfOneOfThreeInputsKeepsTheJoinComplete() throws Exception {
    for (String file : List.of("a", "b", "c")) {
      send("shop/three/monday/%s.csv".formatted(file), HEAD + "1,1\n2,1\n");
    }
    settle();
    assertThat(joined()).containsExactly("1,1,1,1", "2,1,1,1");

    AtomicBoolean over = new AtomicBoolean();
    Set<List<String>> seen = ConcurrentHashMap.newKeySet();
    Thread reader =
        Thread.ofPlatform()
            .start(() -> {
              while (!over.get()) {
                try {
                  seen.add(joined());
                } catch (IOException e) {
                  seen.add(List.of("failed: " + e.getMessage()));
                }
              }
            });
    lake.put("shop/three/monday/b.csv", HEAD + "1,2\n2,2\n");
    over.set(true);
    reader.join();

    assertThat(joined()).containsExactly("1,1,2,1", "2,1,2,1");
    assertThat(seen)
        .isNotEmpty()
        .isSubsetOf(List.of("1,1,1,1", "2,1,1,1"), List.of("1,1,2,1", "2,1,2,1"));
  }

  private static List<String> joined() throws IOException {
    return lake.hosu.sql("SELECT id, a, b, c FROM shop.stage.three ORDER BY id");
  }

  @Test
  void noPartialTableIsVisibleBetweenTwoUploads() throws Exception {
    lake.put("shop/monday/a.csv", HEAD + "31,1\n");
    assertThat(
            lake.hosu.post("/v1/queries", "{\"sql\": \"SELECT * FROM shop.stage.pairs\"}").body())
        .contains("TABLE_NOT_FOUND");
    lake.put("shop/monday/b.csv", HEAD + "32,2\n");
    assertThat(rows("pairs", "true")).containsExactly("31,1", "32,2");
  }

  @Test
  void aFileOutsideEveryPrefixIsReported() throws Exception {
    long before = unmatchedObjects();
    lake.put("shop/ordres/41.csv", HEAD + "41,1\n");
    assertThat(lake.array("events", "list", "--unmatched", "-o", "json"))
        .extracting(event -> event.at("/detail/object/key").asText())
        .containsExactly("shop/ordres/41.csv");
    assertThat(unmatchedObjects()).isEqualTo(before + 1);
    assertThat(done("status").out()).containsPattern("unmatched_objects +" + (before + 1) + "\\b");
  }

  private static long unmatchedObjects() throws Exception {
    return Json.parse(done("status", "-o", "json").out()).path("unmatched_objects").asLong(-1);
  }

  @Test
  void theFirstFailureIsToldWithinASecondAndTheNextSuccessClearsIt() throws Exception {
    assertThat(done("status").out()).doesNotContain("shop.orders.returns");
    try (Watch watch = new Watch()) {
      lake.put("shop/returns/51.csv", HEAD + "51,1,broken,line\n");
      Instant failedAt =
          lake.array("executions", "--status", "FAILED", "-o", "json").stream()
              .filter(one -> one.path("stage").asText().equals("returns"))
              .map(one -> Instant.parse(one.path("ended_at").asText()))
              .findFirst()
              .orElseThrow();
      for (CompletableFuture<Instant> untold : List.of(watch.inEvents, watch.inStatus)) {
        assertThat(untold.get(30, TimeUnit.SECONDS)).isBefore(failedAt.plusSeconds(1));
      }
    }
    assertThat(done("status").out()).contains("shop.orders.returns");
    lake.put("shop/returns/52.csv", HEAD + "52,1\n");
    assertThat(done("status").out()).doesNotContain("shop.orders.returns");
    for (JsonNode letter : lake.deadLetters("shop/returns/51.csv")) {
      done("dlq", "drop", letter.path("id").asText());
    }
  }

  /**
   * Asks again and again whether a stage failed, until it is told so, and notes when it asked for
   * the last time without being told.
   */
  private static final class Watch implements AutoCloseable {
    private static final String STAGE = "shop.orders.returns";

    final CompletableFuture<Instant> inEvents = new CompletableFuture<>();
    final CompletableFuture<Instant> inStatus = new CompletableFuture<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final Thread events =
        ask("/v1/events?limit=10&detail_type=Execution%20Failed", inEvents);
    private final Thread status = ask("/v1/status", inStatus);

    private Thread ask(String path, CompletableFuture<Instant> untold) {
      return Thread.ofPlatform()
          .start(() -> {
            Instant last = Instant.MIN;
            try {
              while (!over.get() && !untold.isDone()) {
                Instant asked = Instant.now();
                if (lake.hosu.get(path).body().contains(STAGE)) {
                  untold.complete(last);
                }
                last = asked;
              }
            } catch (IOException e) {
              untold.completeExceptionally(e);
            }
          });
    }

    @Override
    public void close() {
      over.set(true);
      try {
        events.join();
        status.join();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Test
  void readersDuringAnOverwriteSeeOldOrNew() throws Exception {
    Set<String> seen = new ConcurrentSkipListSet<>();
    AtomicBoolean over = new AtomicBoolean();
    Set<String> whole = new TreeSet<>();
    lake.put("shop/whole/1.csv", hundred(0));
    whole.add("100,0,0");
    Thread reader = Thread.ofPlatform().start(() -> look(over, seen));
    // Looks go on over each overwrite: at least four of them are seen, until sixty were made.
    for (int version = 1; version <= 60 && seen.size() < 4; version++) {
      lake.put("shop/whole/1.csv", hundred(version));
      whole.add("100,%d,%d".formatted(version, version));
    }
    over.set(true);
    reader.join();
    assertThat(seen).isSubsetOf(whole).hasSizeGreaterThanOrEqualTo(4);
  }

  private static String hundred(int version) {
    return IntStream.range(0, 100)
        .mapToObj(id -> id + "," + version)
        .collect(Collectors.joining("\n", HEAD, "\n"));
  }

  private static void look(AtomicBoolean over, Set<String> seen) {
    while (!over.get()) {
      try {
        seen.addAll(
            lake.hosu.sql("SELECT count(*), min(amount), max(amount) FROM shop.stage.whole"));
      } catch (IOException | IllegalStateException e) {
        seen.add("failed: " + e.getMessage());
      }
    }
  }

  /** Three rounds; between the second destruction and its new beginning the server is killed. */
  @Test
  void destroyAndReApplyWithTheSameNamesWorksAtOnce(@TempDir Path own) throws Exception {
    try (Rounds rounds = new Rounds(own)) {
      for (int round = 1; round <= 3; round++) {
        rounds.put(round);
        assertThat(rounds.rows()).containsExactly("1," + round, "2,0");
        rounds.destroyAll();
        rounds.begin(round == 2);
        assertThat(rounds.lake.hosu.hosu("tables", "list").out()).doesNotContain("again");
        rounds.put(round);
        assertThat(rounds.rows()).as("the same objects again").containsExactly("1," + round, "2,0");
      }
    }
  }

  @Test
  void rowsOfAStageThatWasDroppedGiveWayToThoseOfTheNextOneOfItsName(@TempDir Path own)
      throws Exception {
    try (Rounds rounds = new Rounds(own)) {
      rounds.put(1);
      for (int life = 2; life <= 3; life++) {
        assertThat(rounds.destroyStage().out())
            .contains("dropped shop.again.again", "shop.stage.again", "hosu tables drop");
        rounds.begin(life == 3);
        rounds.done("run", "shop.again.again");
        rounds.done("wait", "--timeout", "60s");
        assertThat(rounds.rows()).containsExactly("1,1", "2,0");
      }
    }
  }

  /** A lake whose stage, table, layer and domain go and come back under the same names. */
  private static final class Rounds implements AutoCloseable {
    private static final String DOMAIN = "domains/shop/domain.yaml";
    private static final String STAGES = "domains/shop/pipelines/again.yaml";
    private static final String SQL = "domains/shop/transforms/orders.sql";

    private final Path project;
    private final Path data;
    private SmallLake lake;

    Rounds(Path own) throws IOException {
      this.project = own.resolve("project");
      this.data = own.resolve("data");
      write();
      this.lake = SmallLake.again(project, data);
    }

    private void write() throws IOException {
      SmallLake.write(project, "lake.yaml", "name: again\nlayers: [raw, stage, analytics]\n");
      SmallLake.write(project, DOMAIN, "owner: shop\ndescription: Orders.\n");
      SmallLake.write(project, SQL, "SELECT id, amount FROM input\n");
      SmallLake.write(
          project,
          STAGES,
          """
          stages:
            again:
              on: { objects: raw/shop/again/* }
              sql: orders.sql
              into: { table: stage.again, mode: append }
          """);
    }

    HosuProcess.Ran done(String... command) throws Exception {
      var ran = lake.hosu.hosu(command);
      assertThat(ran.exit()).as(ran.err()).isZero();
      return ran;
    }

    void put(int round) throws Exception {
      lake.put("shop/again/1.csv", HEAD + "1," + round + "\n");
      lake.put("shop/again/2.csv", HEAD + "2,0\n");
    }

    List<String> rows() throws IOException {
      return lake.hosu.sql("SELECT id, amount FROM shop.stage.again ORDER BY id");
    }

    HosuProcess.Ran destroyStage() throws Exception {
      Files.delete(project.resolve(STAGES));
      Files.delete(project.resolve(SQL));
      done("apply", "--project", project.toString());
      return done("stages", "drop", "shop.again.again");
    }

    void destroyAll() throws Exception {
      var needed = lake.hosu.hosu("tables", "drop", "shop.stage.again");
      assertThat(needed.exit()).isNotZero();
      assertThat(needed.err()).contains("TABLE_NEEDED", "shop.again.again", "hosu apply");
      destroyStage();
      assertThat(done("tables", "drop", "shop.stage.again", "--dry-run").out())
          .contains("would drop shop.stage.again with 2 rows");
      assertThat(rows()).hasSize(2);
      done("tables", "drop", "shop.stage.again");
      Files.delete(project.resolve(DOMAIN));
      SmallLake.write(project, "lake.yaml", "name: again\nlayers: [raw, analytics]\n");
      done("apply", "--project", project.toString());
    }

    /** All of it is declared again, by a command or by the start after a kill. */
    void begin(boolean killed) throws Exception {
      write();
      if (killed) {
        lake.hosu.kill();
        lake.close();
        lake = SmallLake.again(project, data);
      } else {
        done("apply", "--project", project.toString());
      }
    }

    @Override
    public void close() {
      lake.close();
    }
  }
}
