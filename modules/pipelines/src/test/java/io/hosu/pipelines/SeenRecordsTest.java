package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.events.Access;
import io.hosu.events.DeadLettersApi;
import io.hosu.events.EventsApi;
import io.hosu.events.RecordSight;
import io.hosu.events.SendingApi;
import io.hosu.governance.AuthenticatedRoutes;
import io.hosu.governance.Authentication;
import io.hosu.governance.Grant;
import io.hosu.governance.Grantee;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Terms;
import io.hosu.http.Call;
import io.hosu.http.Listener;
import io.hosu.http.ListenerConfig;
import io.hosu.http.Router;
import io.hosu.kernel.Json;
import io.hosu.kernel.TableName;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
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
  private static final String ROWS = "a.stage.rows";
  private static final String OTHER = "b.stage.hidden";
  private static final String QUARANTINE = "a.stage.kept_quarantine";
  private static final String WHY = "This is left out, as it may quote records";

  /** What each of them may of the table, besides describing the domain. */
  private static final List<List<String>> PART =
      List.of(
          List.of("filtered", "{\"rows\": \"id > 100\"}"),
          List.of("masked", "{\"masks\": {\"v\": \"hash\"}}"),
          List.of("narrow", "{\"columns\": {\"except\": [\"v\"]}}"));

  private final HttpClient client = HttpClient.newHttpClient();
  private Lake lake;
  private Listener listener;

  @BeforeEach
  void open(@TempDir Path directory) throws IOException {
    lake = new Lake(directory);
    lake.apply(
        reading(stage("a.p.rows", "raw/a/*.csv", ROWS, BadRecords.FAIL)),
        reading(stage("a.p.kept", "raw/k/*.csv", "a.stage.kept", BadRecords.QUARANTINE)),
        reading(
            Lake.stage(
                "a.p.orders",
                Trigger.Pattern.onBusOf(
                    "a", (ObjectNode) Json.parse("{\"detail-type\": [\"Order Placed\"]}")),
                "SELECT id::INTEGER AS id FROM input",
                Lake.into("a.stage.orders", Target.Mode.APPEND, List.of(), List.of()))),
        reading(stage("b.p.hidden", "raw/b/*.csv", OTHER, BadRecords.FAIL)),
        reading(
            Lake.stage(
                "a.p.copies",
                new Trigger.Tables(List.of(TableName.parse(OTHER))),
                "SELECT 1 AS one",
                Lake.into("a.stage.copies", Target.Mode.OVERWRITE, List.of(), List.of()))));
    lake.put("raw/b/1.csv", "id,v\n1,x\n");
    lake.put("raw/a/1.csv", "id,v\n1,x\n");
    lake.put("raw/a/2.csv", "id,v\n%s,x\n".formatted(SECRET));
    lake.put("raw/k/1.csv", "id,v\n1,x\n%s;z\n".formatted(SECRET));
    lake.event("a", "shop", "Order Placed", "{\"id\": \"%s\"}".formatted(SECRET));
    lake.finish();
    listener = new Listener(ListenerConfig.local(0), routes());
    user("whole", Terms.none(), ROWS, "a.stage.kept", QUARANTINE, "a.stage.orders");
    PART.forEach(one ->
        user(
            one.getFirst(),
            Terms.fromJson(Json.parse(one.getLast())),
            ROWS,
            "a.stage.kept",
            "a.stage.orders"));
    user("nobody", Terms.none());
    PART.forEach(one -> grant(one.getFirst(), Permission.SELECT, QUARANTINE, Terms.none()));
    grant("nobody", Permission.SELECT, QUARANTINE, Terms.none());
  }

  @AfterEach
  void close() {
    listener.close();
    client.close();
    lake.close();
  }

  private static StageSpec stage(String name, String glob, String table, BadRecords bad) {
    return Lake.stage(
        name,
        new Trigger.Objects(List.of(glob)),
        "SELECT id::INTEGER AS id, v FROM input",
        Lake.into(table, Target.Mode.APPEND, List.of(), List.of()),
        bad);
  }

  /** The same stage, of whose SQL it is known that it reads no tables. */
  private static StageSpec reading(StageSpec stage) {
    Transform.Sql sql = (Transform.Sql) stage.transform();
    return new StageSpec(
        stage.name(),
        stage.on(),
        stage.batch(),
        stage.input(),
        sql.reading(List.of()),
        stage.into(),
        stage.running());
  }

  private Router routes() {
    InstantSource clock = InstantSource.system();
    var policy = lake.governance.policy();
    Access access = new ByPolicy();
    return Router.builder()
        .add(
            new AuthenticatedRoutes(
                lake.governance.authentication(),
                List.of(
                    new DeadLettersApi(
                        lake.database, lake.letters(), lake.redriving(), access, clock),
                    new EventsApi(lake.log(), access, clock),
                    new SendingApi(lake.database, lake.log(), access),
                    new PipelinesApi(lake.pipelines, lake.history(), policy, clock),
                    new RedrivesApi(lake.redrives, lake.tables, policy),
                    new TraceApi(lake.tracing(), lake.history(), policy))))
        .build();
  }

  /** Everybody may describe and redrive everything: what is seen of records is asked besides. */
  private final class ByPolicy implements Access {
    @Override
    public void require(Call call, String permission, String place) {}

    @Override
    public Predicate<String> places(Call call, String permission) {
      return _ -> true;
    }

    @Override
    public void requireBus(Call call, String domain) {}

    @Override
    public RecordSight records(Call call) {
      return SeenRecords.of(
          lake.database, lake.governance.policy().rights(), Authentication.principal(call));
    }

    @Override
    public String principal(Call call) {
      return Authentication.principal(call).name();
    }
  }

  private void user(String name, Terms terms, String... tables) {
    lake.database.perform(
        tx -> lake.governance.principals().create(tx, Principal.user(name), Grant.CLI));
    for (String domain : List.of("a", "b")) {
      put(
          new Grant(
              "",
              Grantee.user(name),
              Set.of(Permission.DESCRIBE, Permission.REDRIVE, Permission.RUN),
              new Resource.Pipeline(domain, "p"),
              Grant.CLI));
    }
    for (String table : tables) {
      grant(name, Permission.SELECT, table, terms);
    }
  }

  private void grant(String name, Permission permission, String table, Terms terms) {
    put(
        new Grant(
            "",
            Grant.Effect.ALLOW,
            Grantee.user(name),
            Set.of(permission),
            Resource.of(TableName.parse(table)),
            terms,
            Grant.CLI));
  }

  private void put(Grant grant) {
    lake.database.perform(tx -> lake.governance.grants().put(tx, grant));
  }

  private String send(String user, String method, String path, String body) {
    String token =
        lake.database.write(
            tx -> lake.governance.tokens().create(tx, user, Duration.ofHours(1)).text().reveal());
    try {
      return client
          .send(
              HttpRequest.newBuilder(listener.address().resolve(path))
                  .header("Authorization", "Bearer " + token)
                  .header("Content-Type", "application/json")
                  .method(method, BodyPublishers.ofString(body))
                  .build(),
              BodyHandlers.ofString())
          .body();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
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
      all.add(send(user, "GET", path, ""));
    }
    for (Execution execution : lake.executions()) {
      all.add(send(user, "GET", "/v1/executions/" + execution.id(), ""));
      all.add(send(user, "GET", "/v1/executions/%s/events".formatted(execution.id()), ""));
      all.add(send(user, "GET", "/v1/trace?execution=" + execution.id(), ""));
    }
    lake.deadLetters()
        .forEach(letter -> all.add(send(user, "GET", "/v1/dead-letters/" + letter.id(), "")));
    all.addAll(lake.sql(Principal.user(user), "SELECT * FROM system.executions"));
    all.add(
        send(
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
    return Json.parse(send(user, "GET", "/v1/executions?stage=a.p.rows&status=FAILED", ""))
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
              lake.sql(
                  Principal.user(one.getFirst()),
                  "FROM system.executions WHERE id = '%s'".formatted(succeeded())))
          .noneMatch(row -> row.contains("\"rows_out\":1"));
    }
  }

  private String succeeded() {
    return lake.executions().stream()
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
        send(user, "GET", "/v1/executions?stage=a.p.rows", ""),
        send(user, "GET", "/v1/executions/" + id, ""),
        send(user, "GET", "/v1/executions/%s/events".formatted(id), ""),
        send(user, "GET", "/v1/trace?execution=" + id, ""),
        Json.parse(
                send(
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
    assertThat(send("whole", "GET", "/v1/dead-letters?text=" + SECRET, "")).contains(SECRET);
    for (String user : blind()) {
      String found = send(user, "GET", "/v1/dead-letters?text=" + SECRET, "");
      assertThat(Json.parse(found).path("items")).as(user).isEmpty();
      String body = "{\"where\": {\"text\": \"%s\"}}".formatted(SECRET);
      String redriven = send(user, "POST", "/v1/dead-letters/redrive", body);
      assertThat(Json.parse(redriven).path("redriven").asInt()).as(user).isZero();
      String pattern = "{\"pattern\": {\"detail\": {\"id\": [{\"prefix\": \"unm\"}]}}}";
      assertThat(Json.parse(send(user, "POST", "/v1/events/test", pattern)).path("matched").asInt())
          .as(user)
          .isZero();
    }
    assertThat(lake.deadLetters()).hasSize(2);
  }

  @Test
  void tablesThatMayNotBeKnownAppearByNoName() {
    assertThat(told("whole").toString()).doesNotContain(OTHER);
    grant("whole", Permission.DESCRIBE, OTHER, Terms.none());
    assertThat(told("whole").toString()).contains(OTHER);
  }

  @Test
  void anExecutionThatMovesToTheArchiveTellsAsMuchAsBefore() {
    lake.database.perform(tx -> tx.update("DELETE FROM dead_letters"));
    String sql =
        "SELECT * EXCLUDE (attempts), attempts::VARCHAR AS attempts FROM system.executions ORDER BY"
            + " id";
    for (String user : List.of("whole", "filtered", "nobody")) {
      List<String> before = lake.sql(Principal.user(user), sql);
      assertThat(before).as(user).isNotEmpty();
    }
    List<List<String>> before = all(sql);

    assertThat(lake.life(lake.database).archive.sweep(Duration.ZERO)).isPositive();

    assertThat(all(sql)).isEqualTo(before);
    for (String user : blind()) {
      for (String row : lake.sql(Principal.user(user), sql)) {
        String id = Json.parse(row).path("id").asText();
        assertThat(send(user, "GET", "/v1/executions/" + id, ""))
            .contains(id)
            .doesNotContain(SECRET);
      }
    }
  }

  private List<List<String>> all(String sql) {
    return List.of("whole", "filtered", "nobody").stream()
        .map(user -> lake.sql(Principal.user(user), sql))
        .toList();
  }

  @Test
  void aQuarantineTableHidesTheRecordsFromWhoDoesNotSeeAllOfTheTableBesideIt() {
    String all = "SELECT * FROM " + QUARANTINE;
    assertThat(lake.sql(Principal.user("whole"), all).toString()).contains(SECRET, "\"text\"");
    for (String user : blind()) {
      assertThat(lake.sql(Principal.user(user), all).toString())
          .as(user)
          .contains("raw/k/1.csv")
          .doesNotContain(SECRET, "\"text\"", "\"reason\"", "\"read_as\"");
    }
  }

  @Test
  void whoDoesNotSeeTheRecordsOfAQuarantineTableRedrivesNoneByWhatTheyHold() {
    String body = "{\"table\": \"%s\", \"where\": \"text LIKE '%%u%%'\", \"dry_run\": true}";
    assertThat(send("whole", "POST", "/v1/redrives", body.formatted(QUARANTINE)))
        .contains("\"records\":1", SECRET);
    for (String user : blind()) {
      JsonNode refused = Json.parse(send(user, "POST", "/v1/redrives", body.formatted(QUARANTINE)));
      assertThat(refused.path("status").asInt()).as(user).isEqualTo(403);
      assertThat(refused.path("code").asText()).isEqualTo("PERMISSION_DENIED");
      assertThat(refused.path("detail").asText()).contains("they quote records of a.stage.kept");
      assertThat(refused.path("missing").path("on").asText()).isEqualTo("a.stage.kept");
      assertThat(refused.path("command").asText())
          .isEqualTo("hosu grant user:%s SELECT a.stage.kept".formatted(user));
    }
  }
}
