package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Terms;
import io.hosu.kernel.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever tells of a stage quotes no record to who may not see all of its tables: executions and
 * their archive, dead letters, events, and the quarantine. Whoever sees all of them is told all.
 */
class SeenRecordsTest {
  private static final String SECRET = "unmentionable";
  private static final String ROWS = RecordsLake.ROWS;
  private static final String OTHER = RecordsLake.OTHER;
  private static final String QUARANTINE = RecordsLake.QUARANTINE;
  private static final String WHY = "This is left out, as it may quote records";

  /** What each of them may of the table, besides describing the domain. */
  private static final List<List<String>> PART =
      List.of(
          List.of("filtered", "{\"rows\": \"id > 100\"}"),
          List.of("masked", "{\"masks\": {\"v\": \"hash\"}}"),
          List.of("narrow", "{\"columns\": {\"except\": [\"v\"]}}"));

  private RecordsLake world;

  @BeforeEach
  void open(@TempDir Path directory) throws IOException {
    world = new RecordsLake(directory, SECRET);
    world.user("whole", Terms.none(), ROWS, "a.stage.kept", QUARANTINE, "a.stage.orders");
    PART.forEach(one ->
        world.user(
            one.getFirst(),
            Terms.fromJson(Json.parse(one.getLast())),
            ROWS,
            "a.stage.kept",
            "a.stage.orders"));
    world.user("nobody", Terms.none());
    PART.forEach(one -> world.grant(one.getFirst(), Permission.SELECT, QUARANTINE, Terms.none()));
    world.grant("nobody", Permission.SELECT, QUARANTINE, Terms.none());
  }

  @AfterEach
  void close() {
    world.close();
  }

  private List<String> blind() {
    List<String> names = new ArrayList<>(PART.stream().map(List::getFirst).toList());
    names.add("nobody");
    return names;
  }

  /** Everything that is told of what failed, to one of them. */
  private List<String> told(String user) {
    List<String> all = new ArrayList<>();
    for (String path : List.of("/v1/executions", "/v1/dead-letters", "/v1/events")) {
      all.add(world.send(user, "GET", path, ""));
    }
    for (Execution execution : world.lake.executions()) {
      all.add(world.send(user, "GET", "/v1/executions/" + execution.id(), ""));
      all.add(world.send(user, "GET", "/v1/executions/%s/events".formatted(execution.id()), ""));
      all.add(world.send(user, "GET", "/v1/trace?execution=" + execution.id(), ""));
    }
    world
        .lake
        .deadLetters()
        .forEach(letter -> all.add(world.send(user, "GET", "/v1/dead-letters/" + letter.id(), "")));
    all.addAll(world.lake.sql(Principal.user(user), "SELECT * FROM system.executions"));
    all.add(
        world.send(
            user,
            "POST",
            "/v1/events/test",
            "{\"pattern\": {\"detail-type\": [\"Order Placed\", \"Execution Failed\"]}}"));
    return all;
  }

  @Test
  void recordsAreQuotedToWhoSeesAllOfTheTableAndToNobodyElse() {
    List<String> whole = told("whole");
    assertThat(whole).filteredOn(text -> text.contains(SECRET)).hasSizeGreaterThan(10);
    assertThat(failed("whole").toString()).doesNotContain(WHY);
    for (String user : blind()) {
      List<String> told = told(user);
      assertThat(told).as(user).hasSameSizeAs(whole).noneMatch(text -> text.contains(SECRET));
      assertThat(told.toString()).as(user).contains(WHY + ": it takes SELECT on ");
    }
  }

  @Test
  void whatIsLeftOutSaysWhichPermissionIsMissingUnlessTheTableMayNotBeKnown() {
    JsonNode failed = failed("filtered");
    assertThat(failed.path("cause").asText()).contains("SELECT on a.stage.rows,");
    assertThat(failed.path("remedy").asText()).contains("hosu access request a.stage.rows --why");
    assertThat(failed.path("sample").isNull()).isTrue();
    assertThat(failed.path("cause_code").asText()).isNotEmpty();
    assertThat(failed.path("object").asText()).isEqualTo("raw/a/2.csv");
    assertThat(failed("nobody").path("cause").asText())
        .contains("all tables that stage a.p.rows reads and writes")
        .doesNotContain(ROWS);
  }

  private JsonNode failed(String user) {
    return Json.parse(world.send(user, "GET", "/v1/executions?stage=a.p.rows&status=FAILED", ""))
        .path("items")
        .path(0);
  }

  @Test
  void howMuchThereIsIsToldToNobodyWhoSeesAPartOfATable() {
    List<String> counts =
        List.of("rows_in", "rows_out", "rows_rejected", "bytes_out", "added_rows", "total_rows");
    assertThat(ofRows("whole").toString()).contains(counts);
    assertThat(ofRows("nobody").toString()).contains("rows_out");
    for (List<String> one : PART) {
      List<String> told = ofRows(one.getFirst());
      assertThat(told).as(one.getFirst()).hasSize(5).noneMatch(text -> text.contains("_rows\":"));
      assertThat(told).noneMatch(text -> text.contains("\"rows_") || text.contains("\"rows\":"));
      assertThat(
              world.lake.sql(
                  Principal.user(one.getFirst()),
                  "FROM system.executions WHERE id = '%s'".formatted(succeeded())))
          .noneMatch(row -> row.contains("\"rows_out\":1"));
    }
  }

  @Test
  void nobodyWhoSeesAPartOfATableLearnsHowMuchABackfillOfItWouldRead() {
    assertThat(backfills("whole"))
        .as("who may not read the objects")
        .allMatch(text -> text.contains("\"objects\":"))
        .noneMatch(text -> text.contains("\"bytes\":"));
    world.grantObjects("whole", "raw/a/");
    PART.forEach(one -> world.grantObjects(one.getFirst(), "raw/a/"));
    assertThat(backfills("whole")).allMatch(text -> text.contains("\"bytes\":"));
    for (List<String> one : PART) {
      assertThat(backfills(one.getFirst()))
          .as(one.getFirst())
          .allMatch(text -> text.contains("\"objects\":"))
          .noneMatch(text -> text.contains("\"bytes\":") || text.contains("\"rows"));
    }
  }

  /** What is told of one that somebody plans, begins, lists and looks at. */
  private List<String> backfills(String user) {
    String body = "{\"of\": \"a.p.rows\", \"from\": \"2000-01-01T00:00:00Z\", \"dry_run\": %s}";
    String begun = world.send(user, "POST", "/v1/backfills", body.formatted(false));
    return List.of(
        begun,
        world.send(user, "POST", "/v1/backfills", body.formatted(true)),
        world.send(user, "GET", "/v1/backfills", ""),
        world.send(user, "GET", "/v1/backfills/" + Json.parse(begun).path("id").asText(), ""));
  }

  @Test
  void whatTheBytesOfAnObjectAreLikeIsToldToWhoMayReadItAndToNobodyElse() {
    List<String> ofBytes = List.of("\"size\":", "\"etag\":", "\"sha256\":");
    world.user("reads", Terms.none());
    world.grantObjects("reads", "raw/a/");

    List<String> told = ofObjects("reads");

    assertThat(told).allMatch(text -> ofBytes.stream().allMatch(text::contains));
    for (String user : List.of("whole", "filtered", "masked", "narrow", "nobody")) {
      assertThat(ofObjects(user))
          .as(user)
          .hasSameSizeAs(told)
          .allMatch(text -> text.contains("raw/a/2.csv"))
          .noneMatch(text -> ofBytes.stream().anyMatch(text::contains));
    }
    assertThat(ofSize("reads")).isPositive();
    assertThat(ofSize("whole")).isZero();
  }

  @Test
  void howLargeTheObjectsOfAnExecutionAreIsToldToWhoMayReadThemAndToNobodyElse() {
    world.lake.database.perform(tx -> tx.update("DELETE FROM dead_letters"));
    world.user("reads", Terms.none());
    world.grantObjects("reads", "raw/a/");
    world.user("elsewhere", Terms.none());
    world.grantObjects("elsewhere", "raw/a/1");

    String id = succeeded();
    for (boolean archived : List.of(false, true)) {
      assertThat(sizes("reads", id)).as("archived: %s", archived).containsExactly("9", "9", "9");
      for (String user : List.of("whole", "elsewhere", "nobody")) {
        assertThat(sizes(user, id)).as(user).containsExactly("null", "null", "null");
      }
      world.lake.life(world.lake.database).archive.sweep(Duration.ZERO);
    }
  }

  /** How large the object of an execution was, as the API and SQL tell it. */
  private List<String> sizes(String user, String id) {
    String sql =
        "SELECT bytes_in, inputs[1].bytes AS bytes FROM system.executions WHERE id = '%s'"
            .formatted(id);
    JsonNode row = Json.parse(world.lake.sql(Principal.user(user), sql).getFirst());
    JsonNode told = Json.parse(world.send(user, "GET", "/v1/executions/" + id, ""));
    assertThat(told.has("bytes_in")).isTrue();
    return List.of(
        told.path("bytes_in").toString(),
        row.path("bytes_in").toString(),
        row.path("bytes").toString());
  }

  /** All that is told of the object in which a record could not be read. */
  private List<String> ofObjects(String user) {
    String failed = failed(user).path("id").asText();
    return List.of(
        world.send(user, "GET", "/v1/executions/" + failed, ""),
        world.send(user, "GET", "/v1/executions/%s/events".formatted(failed), ""),
        world.send(user, "GET", "/v1/dead-letters?stage=a.p.rows", ""),
        events(user).filter(it -> it.contains("raw/a/2.csv")).findFirst().orElseThrow());
  }

  private Stream<String> events(String user) {
    String path = "/v1/events?source=hosu.objects&limit=1000";
    return Json.parse(world.send(user, "GET", path, ""))
        .path("items")
        .valueStream()
        .map(JsonNode::toString);
  }

  /** How many events a pattern of sizes finds. */
  private int ofSize(String user) {
    String pattern = "{\"pattern\": {\"detail\": {\"object\": {\"size\": [{\"exists\": true}]}}}}";
    return Json.parse(world.send(user, "POST", "/v1/events/test", pattern)).path("matched").asInt();
  }

  private String succeeded() {
    return world.lake.executions().stream()
        .filter(it -> it.stage().toString().equals("a.p.rows"))
        .filter(it -> it.status() == ExecutionStatus.SUCCEEDED)
        .findFirst()
        .orElseThrow()
        .id();
  }

  /** All that is told of an execution that wrote the table, and of what it did to that. */
  private List<String> ofRows(String user) {
    String id = succeeded();
    return List.of(
        world.send(user, "GET", "/v1/executions?stage=a.p.rows", ""),
        world.send(user, "GET", "/v1/executions/" + id, ""),
        world.send(user, "GET", "/v1/executions/%s/events".formatted(id), ""),
        world.send(user, "GET", "/v1/trace?execution=" + id, ""),
        Json.parse(
                world.send(
                    user,
                    "GET",
                    "/v1/events?detail_type=Table%20Committed&limit=1000&source=hosu.catalog",
                    ""))
            .path("items")
            .valueStream()
            .filter(event -> event.toString().contains(ROWS))
            .toList()
            .toString());
  }

  @Test
  void noSearchFindsWhatIsLeftOut() {
    assertThat(world.send("whole", "GET", "/v1/dead-letters?text=" + SECRET, "")).contains(SECRET);
    for (String user : blind()) {
      String found = world.send(user, "GET", "/v1/dead-letters?text=" + SECRET, "");
      assertThat(Json.parse(found).path("items")).as(user).isEmpty();
      String body = "{\"where\": {\"text\": \"%s\"}}".formatted(SECRET);
      String redriven = world.send(user, "POST", "/v1/dead-letters/redrive", body);
      assertThat(Json.parse(redriven).path("redriven").asInt()).as(user).isZero();
      String pattern = "{\"pattern\": {\"detail\": {\"id\": [{\"prefix\": \"unm\"}]}}}";
      assertThat(
              Json.parse(world.send(user, "POST", "/v1/events/test", pattern))
                  .path("matched")
                  .asInt())
          .as(user)
          .isZero();
    }
    assertThat(world.lake.deadLetters()).hasSize(2);
  }

  @Test
  void tablesThatMayNotBeKnownAppearByNoName() {
    assertThat(told("whole").toString()).doesNotContain(OTHER);
    world.grant("whole", Permission.DESCRIBE, OTHER, Terms.none());
    assertThat(told("whole").toString()).contains(OTHER);
  }

  @Test
  void anExecutionThatMovesToTheArchiveTellsAsMuchAsBefore() {
    world.lake.database.perform(tx -> tx.update("DELETE FROM dead_letters"));
    String sql =
        "SELECT * EXCLUDE (attempts), attempts::VARCHAR AS attempts FROM system.executions ORDER BY"
            + " id";
    for (String user : List.of("whole", "filtered", "nobody")) {
      List<String> before = world.lake.sql(Principal.user(user), sql);
      assertThat(before).as(user).isNotEmpty();
    }
    List<List<String>> before = all(sql);

    assertThat(world.lake.life(world.lake.database).archive.sweep(Duration.ZERO)).isPositive();

    assertThat(all(sql)).isEqualTo(before);
    for (String user : blind()) {
      for (String row : world.lake.sql(Principal.user(user), sql)) {
        String id = Json.parse(row).path("id").asText();
        assertThat(world.send(user, "GET", "/v1/executions/" + id, ""))
            .contains(id)
            .doesNotContain(SECRET);
      }
    }
  }

  private List<List<String>> all(String sql) {
    return List.of("whole", "filtered", "nobody").stream()
        .map(user -> world.lake.sql(Principal.user(user), sql))
        .toList();
  }

  @Test
  void aQuarantineTableHidesTheRecordsFromWhoDoesNotSeeAllOfTheTableBesideIt() {
    String all = "SELECT * FROM " + QUARANTINE;
    assertThat(world.lake.sql(Principal.user("whole"), all).toString())
        .contains(SECRET, "\"text\"");
    for (String user : blind()) {
      assertThat(world.lake.sql(Principal.user(user), all).toString())
          .as(user)
          .contains("raw/k/1.csv")
          .doesNotContain(SECRET, "\"text\"", "\"reason\"", "\"read_as\"");
    }
  }

  @Test
  void whoDoesNotSeeTheRecordsOfAQuarantineTableRedrivesNoneByWhatTheyHold() {
    String body = "{\"table\": \"%s\", \"where\": \"text LIKE '%%u%%'\", \"dry_run\": true}";
    assertThat(world.send("whole", "POST", "/v1/redrives", body.formatted(QUARANTINE)))
        .contains("\"records\":1", SECRET);
    for (String user : blind()) {
      JsonNode refused =
          Json.parse(world.send(user, "POST", "/v1/redrives", body.formatted(QUARANTINE)));
      assertThat(refused.path("status").asInt()).as(user).isEqualTo(403);
      assertThat(refused.path("code").asText()).isEqualTo("PERMISSION_DENIED");
      assertThat(refused.path("detail").asText()).contains("they quote records of a.stage.kept");
      assertThat(refused.path("missing").path("on").asText()).isEqualTo("a.stage.kept");
      assertThat(refused.path("command").asText())
          .isEqualTo("hosu grant user:%s SELECT a.stage.kept".formatted(user));
    }
  }
}
