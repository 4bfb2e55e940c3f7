package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.governance.AuthenticatedRoutes;
import io.hosu.governance.Grant;
import io.hosu.governance.Grantee;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.http.Listener;
import io.hosu.http.ListenerConfig;
import io.hosu.http.Router;
import io.hosu.kernel.Json;
import io.hosu.kernel.TableName;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every route of pipelines, asked for a pipeline by those who have no right on it: a stranger, the
 * owner of another domain, and one who has every right on the pipeline beside it. What is there is
 * answered as what is not, and nothing comes of it.
 */
class RoutesAuthorizationTest {
  private static final String HIDDEN = "a.hidden.rows";
  private static final String HIDDEN_TABLE = "a.stage.hidden";
  private static final String HIDDEN_OBJECT = "raw/a/hidden/1.csv";
  private static final String SAMPLE = "unmentionable";

  private static final Set<Permission> PIPELINE =
      Set.of(Permission.DESCRIBE, Permission.RUN, Permission.REDRIVE);
  private static final Set<Permission> ALL =
      Set.of(
          Permission.DESCRIBE,
          Permission.RUN,
          Permission.REDRIVE,
          Permission.SELECT,
          Permission.DELETE,
          Permission.READ_OBJECTS);

  private final HttpClient client = HttpClient.newHttpClient();
  private Lake lake;
  private Listener listener;
  private String admin;
  private String stranger;
  private String neighbour;
  private String beside;
  private String succeeded;
  private String failed;
  private String begun;
  private String backfill;

  /** A request, and the same for what is not there. */
  private record Question(String method, String path, String body, String pathOfNothing) {}

  @BeforeEach
  void open(@TempDir Path directory) throws Exception {
    lake = new Lake(directory);
    lake.apply(
        stage("a.p.rows", "raw/a/p/*.csv", "a.stage.rows"),
        stage(HIDDEN, "raw/a/hidden/*.csv", HIDDEN_TABLE),
        stage("b.r.rows", "raw/b/*.csv", "b.stage.rows"));
    listener = new Listener(ListenerConfig.local(0), routes());
    admin = token("root", ALL, new Resource.Lake());
    stranger = token("stranger", Set.of(), new Resource.Lake());
    neighbour = token("neighbour", ALL, new Resource.Domain("b"));
    beside = token("beside", PIPELINE, new Resource.Pipeline("a", "p"));
    lake.put("raw/a/p/1.csv", "id,v\n1,x\n");
    lake.put(HIDDEN_OBJECT, "id,v\n1,x\n");
    lake.finish();
    lake.put("raw/a/hidden/2.csv", "id,v\n%s,x\n".formatted(SAMPLE));
    lake.finish();
    succeeded = execution(ExecutionStatus.SUCCEEDED);
    begun = beginning(succeeded);
    failed = execution(ExecutionStatus.FAILED);
    String body = "{\"of\": \"%s\", \"from\": \"2000-01-01T00:00:00Z\"}".formatted(HIDDEN);
    backfill = Json.parse(send(admin, "POST", "/v1/backfills", body).body()).path("id").asText();
    lake.finish();
  }

  @AfterEach
  void close() {
    listener.close();
    client.close();
    lake.close();
  }

  private static StageSpec stage(String name, String objects, String table) {
    return Lake.stage(
        name,
        new Trigger.Objects(List.of(objects)),
        "SELECT id::INTEGER AS id, v FROM input",
        Lake.into(table, Target.Mode.APPEND, List.of(), List.of()));
  }

  private Router routes() {
    InstantSource clock = InstantSource.system();
    var policy = lake.governance.policy();
    return Router.builder()
        .add(
            new AuthenticatedRoutes(
                lake.governance.authentication(),
                List.of(
                    new BackfillsApi(lake.pipelines, policy, clock),
                    new ChangesApi(lake.database, lake.pipelines.stages(), policy),
                    new HoldsApi(lake.pipelines, policy),
                    new PipelinesApi(lake.pipelines, lake.history(), policy, clock),
                    new RollbackApi(lake.pipelines.rollbacks(lake.tables), lake.history(), policy),
                    new SetsApi(lake.database, lake.pipelines, policy),
                    new StagesApi(lake.database, lake.pipelines, lake.queues, policy, clock),
                    new TraceApi(lake.tracing(), policy))))
        .build();
  }

  private String token(String user, Set<Permission> permissions, Resource on) {
    return lake.database.write(tx -> {
      lake.governance.principals().create(tx, Principal.user(user), Grant.CLI);
      if (!permissions.isEmpty()) {
        lake.governance
            .grants()
            .put(tx, new Grant("", Grantee.user(user), permissions, on, Grant.CLI));
      }
      return lake.governance.tokens().create(tx, user, Duration.ofHours(1)).text().reveal();
    });
  }

  private String execution(ExecutionStatus status) {
    return lake.executions().stream()
        .filter(it -> it.stage().toString().equals(HIDDEN) && it.status() == status)
        .findFirst()
        .orElseThrow()
        .id();
  }

  private HttpResponse<String> send(String token, String method, String path, String body)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(listener.address().resolve(path))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  /** Every route that names a stage, an execution, a backfill, an object or a table. */
  private List<Question> questions() {
    List<Question> all = new ArrayList<>();
    String stage = "/v1/stages/" + HIDDEN;
    all.add(new Question("GET", stage, "", "/v1/stages/a.nothing.rows"));
    all.add(new Question("DELETE", stage, "", "/v1/stages/a.nothing.rows"));
    all.add(new Question("GET", stage + "/sets", "", "/v1/stages/a.nothing.rows/sets"));
    String changes = "/changes/" + HIDDEN_TABLE;
    all.add(new Question("DELETE", stage + changes, "", "/v1/stages/a.nothing.rows" + changes));
    for (String verb : List.of("/pause", "/drain", "/resume", "/run")) {
      String body = verb.equals("/run") ? "" : "{\"why\": \"because\"}";
      all.add(new Question("POST", stage + verb, body, "/v1/stages/a.nothing.rows" + verb));
    }
    String unknown = "0".repeat(26);
    for (String id : List.of(succeeded, failed, begun)) {
      all.addAll(ofExecutions(id, unknown.substring(0, id.length())));
    }
    all.add(
        new Question(
            "GET",
            "/v1/trace?object=" + HIDDEN_OBJECT,
            "",
            "/v1/trace?object=raw/a/nothing/1.csv"));
    all.add(
        new Question(
            "GET", "/v1/trace?table=" + HIDDEN_TABLE, "", "/v1/trace?table=a.stage.nothing"));
    for (String method : List.of("GET", "DELETE")) {
      all.add(new Question(method, "/v1/backfills/" + backfill, "", "/v1/backfills/" + unknown));
    }
    return all;
  }

  /** Of an id, so much that it is that of no other: ids of one millisecond begin alike. */
  private String beginning(String id) {
    List<String> ids = lake.executions().stream().map(Execution::id).toList();
    return IntStream.rangeClosed(20, id.length())
        .mapToObj(length -> id.substring(0, length))
        .filter(some -> ids.stream().filter(it -> it.startsWith(some)).count() == 1)
        .findFirst()
        .orElseThrow();
  }

  private static List<Question> ofExecutions(String id, String nothing) {
    List<Question> all = new ArrayList<>();
    all.add(new Question("GET", "/v1/executions/" + id, "", "/v1/executions/" + nothing));
    all.add(
        new Question(
            "GET",
            "/v1/executions/" + id + "/events",
            "",
            "/v1/executions/" + nothing + "/events"));
    for (String verb : List.of("/retry", "/cancel", "/rollback")) {
      String body = verb.equals("/rollback") ? "{\"cascade\": true}" : "";
      all.add(
          new Question(
              "POST", "/v1/executions/" + id + verb, body, "/v1/executions/" + nothing + verb));
    }
    all.add(new Question("GET", "/v1/trace?execution=" + id, "", "/v1/trace?execution=" + nothing));
    return all;
  }

  @Test
  void whatIsThereIsAnsweredAsWhatIsNot() throws Exception {
    requireSameAnswers();
  }

  private void requireSameAnswers() throws Exception {
    List<Execution> before = lake.executions();
    for (String token : List.of(stranger, neighbour, beside)) {
      for (Question question : questions()) {
        var real = send(token, question.method(), question.path(), question.body());
        var none = send(token, question.method(), question.pathOfNothing(), question.body());
        assertThat(real.statusCode()).as(question.toString()).isIn(403, 404);
        assertThat(real.statusCode()).as(question.toString()).isEqualTo(none.statusCode());
        assertThat(withoutNames(real.body()))
            .as(question.toString())
            .isEqualTo(withoutNames(none.body()))
            .doesNotContain(SAMPLE);
      }
      for (String of : List.of("a.hidden", HIDDEN)) {
        String body = "{\"of\": \"%s\", \"from\": \"2000-01-01T00:00:00Z\"}";
        var real = send(token, "POST", "/v1/backfills", body.formatted(of));
        String nothing = of.replace("hidden", "nothing");
        var none = send(token, "POST", "/v1/backfills", body.formatted(nothing));
        assertThat(real.statusCode()).isEqualTo(404);
        assertThat(withoutNames(real.body())).isEqualTo(withoutNames(none.body()));
      }
    }
    assertThat(lake.executions()).isEqualTo(before);
    assertThat(lake.query(HIDDEN_TABLE, "SELECT id FROM t")).containsExactly("1");
    JsonNode stage = Json.parse(send(admin, "GET", "/v1/stages/" + HIDDEN, "").body());
    assertThat(stage.path("status").asText()).isEqualTo("ENABLED");
    assertThat(stage.path("hold").isNull()).isTrue();
  }

  private String withoutNames(String text) {
    String same = text;
    for (String name : List.of(succeeded, failed, succeeded.substring(0, 20), backfill, "hidden")) {
      same = same.replace(name, name.equals("hidden") ? "nothing" : "0".repeat(name.length()));
    }
    return same;
  }

  @Test
  void listsHoldNothingOfIt() throws Exception {
    for (String token : List.of(stranger, neighbour, beside)) {
      for (String path :
          List.of(
              "/v1/stages",
              "/v1/executions",
              "/v1/executions?pipeline=hidden",
              "/v1/executions?status=FAILED",
              "/v1/backfills",
              "/v1/pending")) {
        var listed = send(token, "GET", path, "");
        assertThat(listed.statusCode()).isEqualTo(200);
        assertThat(listed.body()).as(path).doesNotContain("hidden", SAMPLE);
      }
    }
    assertThat(send(admin, "GET", "/v1/executions", "").body()).contains("hidden", SAMPLE);
  }

  @Test
  void aFieldThatARequestHasNoPlaceForIsRefusedAndNothingIsDone() throws Exception {
    List<Execution> before = lake.executions();
    for (String path :
        List.of(
            "/v1/stages/a.p.rows/run",
            "/v1/executions/" + failed + "/retry",
            "/v1/executions/" + failed + "/cancel",
            "/v1/executions/" + succeeded + "/rollback",
            "/v1/stages/a.p.rows/pause",
            "/v1/backfills")) {
      var answer = send(admin, "POST", path, "{\"no_such_field\": true}");
      assertThat(answer.statusCode()).as(path).isEqualTo(400);
      assertThat(answer.body()).contains("BODY_INVALID", "no_such_field");
    }
    for (String path : List.of("/v1/stages/a.p.rows", "/v1/backfills/" + backfill)) {
      assertThat(send(admin, "DELETE", path, "{\"dry_run\": true}").body())
          .contains("BODY_INVALID", "dry_run");
    }
    assertThat(lake.executions()).isEqualTo(before);
  }

  @Test
  void aTokenThatNoPageGaveIsRefused() throws Exception {
    for (String token : List.of("junk", "0", "-5")) {
      for (String list : List.of("/v1/executions", "/v1/stages", "/v1/stages/a.p.rows/sets")) {
        assertThat(send(admin, "GET", list + "?next=" + token, "").body()).contains("PAGE_INVALID");
      }
    }
  }

  @Test
  void aTableThatTheStageDoesNotReadIsNotReadAgain() throws Exception {
    StageSpec plain = stage("a.q.rows", "raw/a/q/*.csv", "a.stage.q");
    Transform.Sql sql = (Transform.Sql) plain.transform();
    lake.apply(
        new StageSpec(
            plain.name(),
            plain.on(),
            plain.batch(),
            plain.input(),
            sql.reading(List.of(TableName.parse("a.stage.rows"))),
            plain.into(),
            plain.running()));

    var meant = send(admin, "DELETE", "/v1/stages/a.q.rows/changes/a.stage.row", "");
    assertThat(meant.statusCode()).isEqualTo(404);
    assertThat(meant.body()).contains("TABLE_NOT_FOUND", "did you mean 'a.stage.rows'?");
    var none = send(admin, "DELETE", "/v1/stages/a.q.rows/changes/a.stage.rows", "");
    assertThat(none.statusCode()).isEqualTo(200);
  }

  @Test
  void rightsOnOnePipelineAreRightsOnItsRoutes() throws Exception {
    String own =
        lake.executions().stream()
            .filter(it -> it.stage().pipeline().equals("p"))
            .findFirst()
            .orElseThrow()
            .id();
    for (String path :
        List.of(
            "/v1/stages/a.p.rows",
            "/v1/stages/a.p.rows/sets",
            "/v1/executions/" + own,
            "/v1/executions/" + own + "/events",
            "/v1/trace?execution=" + own)) {
      assertThat(send(beside, "GET", path, "").statusCode()).as(path).isEqualTo(200);
    }
    for (String verb : List.of("pause", "drain", "resume")) {
      var held = send(beside, "POST", "/v1/stages/a/" + verb, "{}");
      assertThat(held.statusCode()).isEqualTo(200);
      assertThat(names(held)).as("of the domain what may be seen").containsExactly("a.p.rows");
    }
    assertThat(send(beside, "POST", "/v1/stages/a.p.rows/run", "").statusCode()).isEqualTo(202);
    lake.finish();
    // The table is not the pipeline's: its rows are deleted by those who may do so.
    var rollback = send(beside, "POST", "/v1/executions/" + own + "/rollback", "{}");
    assertThat(rollback.statusCode()).isEqualTo(403);
    assertThat(rollback.body()).contains("DELETE");
    assertThat(lake.query("a.stage.rows", "SELECT id FROM t")).containsExactly("1");
  }

  @Test
  void ofAnExecutionThatHasMovedToTheArchiveItIsSaidWhereItIs() throws Exception {
    JsonNode events =
        Json.parse(send(admin, "GET", "/v1/executions/" + succeeded + "/events", "").body());
    assertThat(lake.life(lake.database).archive.sweep(Duration.ZERO)).isPositive();

    var shown = send(admin, "GET", "/v1/executions/" + succeeded, "");
    assertThat(shown.statusCode()).isEqualTo(200);
    assertThat(Json.parse(shown.body()).path("archived").asBoolean()).isTrue();
    assertThat(Json.parse(send(admin, "GET", "/v1/executions/" + succeeded + "/events", "").body()))
        .isEqualTo(events);
    String path = "/v1/executions/" + succeeded.substring(0, 24);
    requireRefused(
        path + "/cancel",
        "EXECUTION_ARCHIVED",
        "FROM system.executions WHERE id = '" + succeeded + "'");
    requireRefused(path + "/retry", "EXECUTION_SUCCEEDED", "its outcome is published");
    requireRefused(
        path + "/rollback",
        "EXECUTION_ARCHIVED",
        "whose rows do not change",
        "hosu tables rollback ");
    requireSameAnswers();
  }

  private void requireRefused(String path, String... words) throws Exception {
    var answer = send(admin, "POST", path, path.endsWith("/rollback") ? "{}" : "");
    assertThat(answer.statusCode()).as(path).isEqualTo(409);
    assertThat(answer.body()).contains(words);
  }

  @Test
  void anExecutionThatHasMovedToTheArchiveIsTracedFromThere() throws Exception {
    String before = send(admin, "GET", "/v1/trace?execution=" + succeeded, "").body();
    lake.life(lake.database).archive.sweep(Duration.ZERO);

    String after = send(admin, "GET", "/v1/trace?execution=" + succeeded, "").body();

    assertThat(Json.parse(after)).isEqualTo(Json.parse(before));
    assertThat(Json.parse(after).path("from")).isNotEmpty();
    assertThat(Json.parse(after).path("into")).isNotEmpty();
  }

  @Test
  void whatWasTakenBackIsRetriedFromTheArchiveOnce() throws Exception {
    String own =
        lake.executions().stream()
            .filter(it -> it.stage().pipeline().equals("p"))
            .findFirst()
            .orElseThrow()
            .id();
    String path = "/v1/executions/" + own;
    assertThat(send(admin, "POST", path + "/rollback", "{}").statusCode()).isEqualTo(200);
    assertThat(lake.query("a.stage.rows", "SELECT id FROM t")).isEmpty();
    lake.life(lake.database).archive.sweep(Duration.ZERO);

    var first = send(admin, "POST", path + "/retry", "");
    var second = send(admin, "POST", path + "/retry", "");
    lake.finish();

    assertThat(first.statusCode()).as(first.body()).isEqualTo(202);
    assertThat(Json.parse(first.body()).path("parent").asText()).isEqualTo(own);
    assertThat(Json.parse(second.body()).path("id")).isEqualTo(Json.parse(first.body()).path("id"));
    assertThat(lake.query("a.stage.rows", "SELECT id FROM t")).containsExactly("1");
  }

  private static List<String> names(HttpResponse<String> response) {
    return Json.parse(response.body())
        .path("items")
        .valueStream()
        .map(item -> item.path("name").asText())
        .toList();
  }
}
