package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Terms;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.Json;
import io.hosu.kernel.TableName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever is asked of dead letters, executions, events, traces, lineage, the quarantine and
 * earlier states, by who sees a part of the tables: the answer is the same in two lakes that differ
 * only in the records that could not be read, and in what is hidden. Repeat one run with {@code
 * -Dseed=N}.
 */
class RecordEscapesTest {
  private static final int FUZZED = 120;
  private static final List<String> SECRETS = List.of("unmentionable", "inexpressibleness");
  private static final List<String> PART = List.of("filtered", "narrow");

  /**
   * Words that are in one of the secrets, in both, or in neither.
   *
   * <p>None but the one letter is found in ids, which differ between lakes, for their letters.
   */
  private static final List<String> WORDS =
      List.of(
          "unmentionable",
          "inexpressible",
          "un",
          "in",
          "able",
          "ible",
          "mention",
          "press",
          "e",
          "zzzzzz");

  /** Words that no letter holds but in its secret. */
  private static final List<String> OF_SECRETS =
      List.of("unmentionable", "inexpressible", "unmen", "nexpr", "tionab", "ssible");

  private RecordsLake one;
  private RecordsLake other;

  @BeforeEach
  void start(@TempDir Path here, @TempDir Path there) throws IOException {
    one = lake(here, SECRETS.getFirst(), "v = 'x'");
    other = lake(there, SECRETS.getLast(), "length(v) > 0");
  }

  private static RecordsLake lake(Path directory, String secret, String hidden) throws IOException {
    RecordsLake world = new RecordsLake(directory, secret);
    String[] tables = {RecordsLake.ROWS, "a.stage.kept", "a.stage.orders", "a.stage.joined"};
    world.user("whole", Terms.none(), tables);
    world.user("filtered", Terms.fromJson(Json.parse("{\"rows\": \"id > 100\"}")), tables);
    world.user(
        "narrow", Terms.fromJson(Json.parse("{\"columns\": {\"except\": [\"v\"]}}")), tables);
    for (String name : List.of("whole", "filtered", "narrow")) {
      world.grant(name, Permission.SELECT, RecordsLake.QUARANTINE, Terms.none());
    }
    world.lake.apply(
        Lake.stage(
            "a.q.joined",
            new Trigger.ByHand(),
            "SELECT id AS n FROM stage.rows WHERE " + hidden,
            Lake.into("a.stage.joined", Target.Mode.OVERWRITE, List.of(), List.of())));
    return world;
  }

  @AfterEach
  void stop() {
    one.close();
    other.close();
  }

  /** One question, which is put to a lake as somebody. */
  @FunctionalInterface
  private interface Question {
    List<String> ask(RecordsLake world, String user);
  }

  private static Question get(String path) {
    return (world, user) -> List.of(world.send(user, "GET", path, ""));
  }

  private static Question post(String path, String body) {
    return (world, user) -> List.of(world.send(user, "POST", path, body));
  }

  private static Question sql(String text) {
    return (world, user) -> {
      String first =
          world.lake.tables.history(TableName.parse(RecordsLake.ROWS), 10, "").items().stream()
              .min(Comparator.comparing(snapshot -> snapshot.committedAt()))
              .map(snapshot -> Long.toString(snapshot.id()))
              .orElseThrow();
      try {
        return world.lake.sql(Principal.user(user), text.replace("{first}", first));
      } catch (HosuException e) {
        return List.of(e.code() + " " + e.what().replace(first, "FIRST"));
      }
    };
  }

  /** Each execution or dead letter by itself, and what led to it. */
  private static Question each(String path) {
    return (world, user) -> {
      Stream<String> ids =
          path.contains("dead-letters")
              ? world.lake.deadLetters().stream().map(letter -> letter.id())
              : world.lake.executions().stream().map(execution -> execution.id());
      return ids.map(id -> world.send(user, "GET", path.formatted(id), "")).toList();
    };
  }

  private static List<Question> fixed() {
    return List.of(
        get("/v1/dead-letters"),
        get("/v1/executions"),
        get("/v1/executions?status=FAILED"),
        get("/v1/events?detail_type=Execution%20Failed"),
        get("/v1/events?detail_type=Order%20Placed"),
        each("/v1/dead-letters/%s"),
        each("/v1/executions/%s"),
        each("/v1/executions/%s/events"),
        each("/v1/trace?execution=%s"),
        get("/v1/lineage?table=a.stage.rows&way=down"),
        get("/v1/lineage?table=a.stage.rows&column=id&way=down"),
        get("/v1/lineage?table=a.stage.rows&column=v"),
        get("/v1/lineage?table=a.stage.joined"),
        sql("SELECT * EXCLUDE (attempts) FROM system.executions"),
        sql("SELECT * FROM a.stage.rows AT (VERSION => {first})"),
        sql("SELECT count(*) FROM a.stage.kept_quarantine"),
        sql("SELECT * FROM a.stage.kept_quarantine"));
  }

  private static Question mixed(Random random) {
    String word = pick(random, WORDS);
    String like = pick(random, List.of("'%%%s%%'", "'%s%%'", "'%%%s'")).formatted(word);
    return switch (random.nextInt(8)) {
      case 0 -> get("/v1/dead-letters?text=" + word);
      case 1 ->
          post(
              "/v1/events/test",
              "{\"pattern\": {\"detail\": {\"id\": [{\"%s\": \"%s\"}]}}}"
                  .formatted(pick(random, List.of("prefix", "suffix", "anything-but")), word));
      case 2 -> sql("SELECT count(*) FROM system.executions WHERE cause LIKE " + like);
      case 3 ->
          sql(
              "SELECT stage, cause FROM system.executions ORDER BY position('%s' IN cause), stage"
                  .formatted(word));
      case 4 -> sql("SELECT * FROM a.stage.kept_quarantine WHERE text LIKE " + like);
      case 5 -> sql("SELECT id FROM a.stage.rows AT (VERSION => {first}) WHERE v LIKE " + like);
      case 6 ->
          post(
              "/v1/redrives",
              "{\"table\": \"a.stage.kept_quarantine\", \"where\": \"text LIKE %s\", \"dry_run\": true}"
                  .formatted(like));
      default ->
          get(
              "/v1/lineage?table=a.stage.%s&column=%s&depth=%d"
                  .formatted(
                      pick(random, List.of("rows", "joined", "kept", "orders")),
                      pick(random, List.of("id", "v", "n", word)),
                      1 + random.nextInt(4)));
    };
  }

  private static String pick(Random random, List<String> all) {
    return all.get(random.nextInt(all.size()));
  }

  /** Without ids, times and how long things took; what is in a list in any order. */
  private static String answer(RecordsLake world, Question question, String user) {
    return question.ask(world, user).stream()
        .map(RecordEscapesTest::normal)
        .sorted()
        .collect(Collectors.joining("\n"));
  }

  private static String normal(String text) {
    String plain =
        text.replaceAll("\\b[0-9a-hjkmnp-tv-z]{26}\\b", "ID")
            .replaceAll("20\\d\\d-\\d\\d-\\d\\d[T ][0-9:.]+(Z|\\+00)?", "TIME")
            .replaceAll("\\d{12,}", "NUMBER")
            .replaceAll("(_ms|\"ms)\":\\d+", "$1\":0")
            // The ids of snapshots are not all of one length.
            .replaceAll("column \\d+ near", "column N near");
    if (!plain.startsWith("{")) {
      return plain;
    }
    JsonNode items = Json.parse(plain).path("items");
    return items.isArray()
        ? items.valueStream().map(JsonNode::toString).sorted().collect(Collectors.joining("\n"))
        : plain;
  }

  private List<String> differing(String user, List<Question> questions) {
    List<String> told = new ArrayList<>();
    for (int i = 0; i < questions.size(); i++) {
      String here = answer(one, questions.get(i), user);
      String there = answer(other, questions.get(i), user);
      if (!here.equals(there)) {
        told.add("question %d as %s%n  %s%n  %s".formatted(i, user, here, there));
      }
    }
    return told;
  }

  @Test
  void nothingThatIsToldOfWhatFailedTellsWhatIsHidden() {
    PART.forEach(user -> assertThat(differing(user, fixed())).isEmpty());
    assertThat(differing("whole", fixed()))
        .as("answers that tell who sees all of the tables")
        .hasSizeGreaterThan(fixed().size() / 2);
  }

  @Test
  void norDoQuestionsThatAreMixedAtRandom() {
    Random random = new Random(Long.getLong("seed", 20_261_127L));
    List<Question> questions = new ArrayList<>();
    for (int i = 0; i < FUZZED; i++) {
      questions.add(mixed(random));
    }

    PART.forEach(user -> assertThat(differing(user, questions)).isEmpty());
    assertThat(differing("whole", questions)).hasSizeGreaterThan(FUZZED / 4);
  }

  @Test
  void norDoesItHelpToRedriveByWordsOfWhatIsHidden() {
    List<Question> redrives =
        OF_SECRETS.stream()
            .map(word ->
                post("/v1/dead-letters/redrive", "{\"where\": {\"text\": \"%s\"}}".formatted(word)))
            .toList();

    PART.forEach(user -> assertThat(differing(user, redrives)).isEmpty());
    assertThat(differing("whole", redrives.subList(0, 1))).hasSize(1);
  }
}
