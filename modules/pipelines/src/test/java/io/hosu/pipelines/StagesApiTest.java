package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.events.Queues;
import io.hosu.governance.AuthenticatedRoutes;
import io.hosu.governance.Columns;
import io.hosu.governance.Governance;
import io.hosu.governance.Grant;
import io.hosu.governance.Grantee;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Terms;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the API tells of stages, and who may hold them back. */
class StagesApiTest extends InWorld {
  private final HttpClient client = HttpClient.newHttpClient();
  private Governance governance;
  private Listener listener;
  private String admin;
  private String runner;
  private String reader;
  private String stranger;

  @BeforeEach
  void open(@TempDir Path directory) {
    server.apply(stage("a.p.one"), stage("a.p.two"), stage("a.q.three"), stage("b.p.four"));
    governance = new Governance(world.database, directory, world.clock, world.ids);
    admin = token(Principal.user("root").asAdministrator());
    runner = token(Principal.user("runner"));
    reader = token(Principal.user("reader"));
    stranger = token(Principal.user("stranger"));
    grant("runner", Permission.RUN, new Resource.Pipeline("a", "p"));
    grant("reader", Permission.DESCRIBE, new Resource.Domain("a"));
    Queues queues = new Queues(world.log, world.clock, world.ids);
    var policy = governance.policy();
    Router router =
        Router.builder()
            .add(
                new AuthenticatedRoutes(
                    governance.authentication(),
                    List.of(
                        new HoldsApi(server.pipelines, policy),
                        new StagesApi(
                            world.database, server.pipelines, queues, policy, world.clock),
                        new SetsApi(world.database, server.pipelines, policy),
                        new PipelinesApi(
                            server.pipelines, (_, _) -> Optional.empty(), policy, world.clock))))
            .build();
    listener = new Listener(ListenerConfig.local(0), router);
  }

  @AfterEach
  void close() {
    listener.close();
    client.close();
    governance.close();
  }

  private static StageSpec stage(String name) {
    return World.stage(
        name,
        new Trigger.Objects(List.of("raw/a/**")),
        Target.Mode.APPEND,
        new Batch(2, Duration.ZERO),
        World.TWO_RETRIES);
  }

  private String token(Principal principal) {
    return world.database.write(tx -> {
      governance.principals().create(tx, principal, Grant.CLI);
      return governance.tokens().create(tx, principal.name(), Duration.ofHours(1)).text().reveal();
    });
  }

  private void grant(String user, Permission permission, Resource resource) {
    world.database.perform(tx ->
        governance
            .grants()
            .put(tx, new Grant("", Grantee.user(user), Set.of(permission), resource, Grant.CLI)));
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

  @Test
  void aSetThatLacksVeryManyNamesSomeAndCountsThem() throws Exception {
    Patience patience = new Patience(Optional.of(Duration.ofHours(2)), Patience.Partial.FAIL);
    server.apply(
        World.stage(
            "a.p.join",
            new Trigger.Manifest("raw/a/*.manifest", patience),
            Target.Mode.APPEND,
            Batch.STANDARD,
            World.TWO_RETRIES));
    String entries =
        IntStream.range(0, 150)
            .mapToObj("{\"url\": \"%d.csv\"}"::formatted)
            .collect(java.util.stream.Collectors.joining(", "));
    world.put("a/d.manifest", "{\"entries\": [" + entries + "]}");
    server.settle();

    JsonNode set = get(reader, "/v1/stages/a.p.join/sets").path("items").path(0);

    assertThat(set.path("missing")).hasSize(100);
    assertThat(set.path("missing_count").asInt()).isEqualTo(150);
    assertThat(set.path("there_count").asInt()).isZero();
  }

  @Test
  void theSetsOfAStageTellWhatIsMissing() throws Exception {
    Patience patience = new Patience(Optional.of(Duration.ofHours(2)), Patience.Partial.FAIL);
    server.apply(
        World.stage(
            "a.p.join",
            new Trigger.All(List.of("raw/s/{day}/x", "raw/s/{day}/y"), patience),
            Target.Mode.APPEND,
            Batch.STANDARD,
            World.TWO_RETRIES));
    world.put("s/1/x", "x");
    world.put("s/2/y", "y");
    server.settle();

    JsonNode first = get(reader, "/v1/stages/a.p.join/sets?limit=1");
    JsonNode set = first.path("items").path(0);
    assertThat(set.path("key").asText()).isEqualTo("day=1");
    assertThat(set.path("status").asText()).isEqualTo("WAITING");
    assertThat(set.path("there").toString()).isEqualTo("[\"raw/s/1/x\"]");
    assertThat(set.path("missing").toString()).isEqualTo("[\"raw/s/1/y\"]");
    assertThat(set.path("missing_count").asInt()).isEqualTo(1);
    assertThat(Instant.parse(set.path("times_out_at").asText()))
        .isEqualTo(Instant.parse(set.path("since").asText()).plus(Duration.ofHours(2)));
    JsonNode second = get(reader, "/v1/stages/a.p.join/sets?next=" + first.path("next").asText());
    assertThat(second.path("items").path(0).path("key").asText()).isEqualTo("day=2");
    assertThat(second.path("items")).hasSize(1);
    assertThat(get(reader, "/v1/stages/a.p.one/sets").path("items")).isEmpty();
    assertThat(send(stranger, "GET", "/v1/stages/a.p.join/sets", "").statusCode()).isEqualTo(404);
    assertThat(send(reader, "GET", "/v1/stages/a.p.joint/sets", "").statusCode()).isEqualTo(404);
  }

  private JsonNode get(String token, String path) throws Exception {
    HttpResponse<String> answer = send(token, "GET", path, "");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Json.parse(answer.body());
  }

  private static List<String> ids(JsonNode page) {
    return page.path("items").valueStream().map(item -> item.path("id").asText()).toList();
  }

  @Test
  void allConditionsOnExecutionsMustFit() throws Exception {
    world.put("a/1.ok", "x");
    server.settle();
    String path = "/v1/executions?stage=a.p.one";

    assertThat(get(admin, path + "&pipeline=a.p&domain=a").path("items")).hasSize(1);
    for (String other : List.of("&domain=b", "&pipeline=q", "&pipeline=b.p", "&status=FAILED")) {
      assertThat(get(admin, path + other).path("items")).as(other).isEmpty();
    }
  }

  @Test
  void allEventsThatStartedAnExecutionAreListedPageByPage() throws Exception {
    server.apply(
        World.stage(
            "a.p.many",
            new Trigger.Objects(List.of("raw/m/**")),
            Target.Mode.APPEND,
            new Batch(300, Duration.ZERO),
            World.TWO_RETRIES));
    world.putAll(IntStream.range(0, 250).mapToObj("m/%03d.ok"::formatted).toList(), "x");
    server.settle();
    String id = get(admin, "/v1/executions?stage=many").path("items").path(0).path("id").asText();
    String path = "/v1/executions/" + id.substring(0, 20) + "/events?limit=90";

    List<String> all = new ArrayList<>();
    JsonNode page = get(reader, path);
    List<JsonNode> first = page.path("items").valueStream().toList();
    all.addAll(ids(page));
    while (!page.path("next").isNull()) {
      page = get(reader, path + "&next=" + page.path("next").asText());
      all.addAll(ids(page));
    }

    assertThat(all).hasSize(250).doesNotHaveDuplicates();
    assertThat(all.subList(0, 100))
        .containsExactlyElementsOf(
            get(admin, "/v1/executions/" + id)
                .path("events")
                .valueStream()
                .map(JsonNode::asText)
                .toList());
    assertThat(first.getFirst().at("/detail/object/key").asText()).isEqualTo("m/000.ok");
    assertThat(send(reader, "GET", path + "&next=x", "").statusCode()).isEqualTo(400);
    assertThat(send(stranger, "GET", path, "").statusCode()).isEqualTo(404);

    world.clock.advance(Duration.ofMinutes(30));
    world.log.removeBefore(world.clock.instant());
    assertThat(get(reader, path).path("items").path(0))
        .isEqualTo(Json.object().put("id", all.getFirst()));
  }

  private Map<String, String> statuses(String token) throws Exception {
    Map<String, String> statuses = new TreeMap<>();
    get(token, "/v1/stages")
        .path("items")
        .forEach(one -> statuses.put(one.path("name").asText(), one.path("status").asText()));
    return statuses;
  }

  @Test
  void onePipelineOrAWholeDomainIsPausedByItsName() throws Exception {
    var one = send(admin, "POST", "/v1/stages/a.p.one/pause", "{\"why\":\"broken\"}");
    assertThat(one.statusCode()).isEqualTo(200);
    assertThat(Json.parse(one.body()))
        .hasToString("{\"items\":[{\"name\":\"a.p.one\",\"status\":\"PAUSED\",\"changed\":true}]}");

    var pipeline = Json.parse(send(admin, "POST", "/v1/stages/a.p/pause", "").body());
    assertThat(pipeline.path("items").findValuesAsText("changed")).containsExactly("false", "true");
    send(admin, "POST", "/v1/stages/b/drain", "{}");
    assertThat(statuses(admin))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "a.p.one",
                "PAUSED",
                "a.p.two",
                "PAUSED",
                "a.q.three",
                "ENABLED",
                "b.p.four",
                "DRAINING"));

    send(admin, "POST", "/v1/stages/a/resume", "{}");
    assertThat(statuses(admin)).containsEntry("a.p.one", "ENABLED");
  }

  @Test
  void aStageTellsWhatWaitsWhatRunsAndWhoHoldsItBackSinceWhenAndWhy() throws Exception {
    world.put("a/1.flaky", "x");
    server.settle();
    send(admin, "POST", "/v1/stages/a.p.one/pause", "{\"why\":\"broken\"}");
    world.put("a/2.ok", "x");
    world.put("a/3.ok", "x");
    server.settle();
    world.clock.advance(Duration.ofSeconds(90));

    JsonNode shown = get(admin, "/v1/stages/a.p.one");

    assertThat(shown.path("status").asText()).isEqualTo("PAUSED");
    assertThat(shown.path("waiting").asLong()).isEqualTo(2);
    assertThat(shown.path("in_flight").asLong()).isEqualTo(1);
    assertThat(shown.path("delayed").asLong()).isZero();
    assertThat(shown.path("oldest_ms").asLong()).isEqualTo(90_000);
    assertThat(shown.path("running").asLong()).isZero();
    assertThat(shown.path("retrying").asLong()).isEqualTo(1);
    assertThat(shown.path("hold").path("by").asText()).isEqualTo("user:root");
    assertThat(shown.path("hold").path("why").asText()).isEqualTo("broken");
    assertThat(shown.path("hold").path("since").asText()).isNotEmpty();
    assertThat(shown.path("declared").path("concurrency").asInt()).isEqualTo(1);
    assertThat(shown.path("declared").path("sql").asText()).isEqualTo("q.sql");
    assertThat(shown.at("/queue/lease_until").isNull()).isTrue();
  }

  @Test
  void whatIsDeclaredNamesNoTableAndNoColumnThatMayBeHidden() throws Exception {
    String table = get(admin, "/v1/stages/a.p.one").at("/declared/into/table").asText();
    assertThat(get(admin, "/v1/stages/a.p.one").at("/declared/into").has("key")).isTrue();
    assertThat(get(reader, "/v1/stages/a.p.one").at("/declared/into").has("key")).isTrue();
    JsonNode unknown = get(runner, "/v1/stages/a.p.one").at("/declared/into");
    assertThat(unknown.has("table") || unknown.has("key")).isFalse();
    assertThat(unknown.has("mode")).isTrue();

    Terms some = Terms.none().with(Columns.allBut(List.of("secret")));
    Grant part =
        new Grant(
            "",
            Grantee.user("reader"),
            Set.of(Permission.SELECT),
            Resource.of(TableName.parse(table)),
            Grant.CLI);
    world.database.perform(tx -> governance.grants().put(tx, part.with(some)));
    JsonNode seen = get(reader, "/v1/stages/a.p.one").at("/declared/into");
    assertThat(seen.path("table").asText()).isEqualTo(table);
    assertThat(seen.has("key") || seen.has("partition_by") || seen.has("sort_by")).isFalse();
  }

  @Test
  void aStageTellsHowItsMessagesAreKeptAndWhenTheLeaseOfThoseAtWorkRunsOut() throws Exception {
    world.put("a/1.ok", "x");
    server.router.routeOnce();
    server.pipelines.beat();
    server.pipelines.step();

    JsonNode queue = get(admin, "/v1/stages/a.p.one").path("queue");

    assertThat(queue.path("retention").asText()).isEqualTo("UNTIL_DONE");
    assertThat(queue.path("visibility").asText()).isEqualTo("HIDDEN_WHILE_EXECUTION_IS_OPEN");
    assertThat(Instant.parse(queue.path("lease_until").asText())).isAfter(world.clock.instant());
    server.settle();
    assertThat(get(admin, "/v1/stages/a.p.one").at("/queue/lease_until").isNull()).isTrue();
  }

  @Test
  void stagesArePagedByNameAndCanBeThoseThatChangedSince() throws Exception {
    JsonNode first = get(admin, "/v1/stages?limit=3");
    assertThat(first.path("items").findValuesAsText("name"))
        .containsExactly("a.p.one", "a.p.two", "a.q.three");
    JsonNode second = get(admin, "/v1/stages?limit=3&next=" + first.path("next").asText());
    assertThat(second.path("items").findValuesAsText("name")).containsExactly("b.p.four");
    assertThat(second.path("next").isNull()).isTrue();

    world.clock.advance(Duration.ofMinutes(10));
    assertThat(get(admin, "/v1/stages?since=5m").path("items")).isEmpty();
    send(admin, "POST", "/v1/stages/a.p.two/pause", "");
    assertThat(get(admin, "/v1/stages?since=5m").path("items").findValuesAsText("name"))
        .containsExactly("a.p.two");
  }

  @Test
  void whoMayRunAPipelineMayHoldItsStagesBackAndNobodyElse() throws Exception {
    assertThat(send(runner, "POST", "/v1/stages/a.p.one/pause", "").statusCode()).isEqualTo(200);
    assertThat(send(reader, "POST", "/v1/stages/a.p.one/resume", "").statusCode()).isEqualTo(403);
    assertThat(send(reader, "POST", "/v1/stages/a/drain", "").statusCode()).isEqualTo(403);
    assertThat(statuses(reader)).containsEntry("a.p.one", "PAUSED").hasSize(3);
  }

  @Test
  void stagesThatMayNotBeSeenLookAsIfTheyWereNotThere() throws Exception {
    var unseen = send(stranger, "POST", "/v1/stages/a.p.one/pause", "");
    var absent = send(stranger, "POST", "/v1/stages/a.p.six/pause", "");
    assertThat(unseen.statusCode()).isEqualTo(404);
    assertThat(unseen.body()).isEqualTo(absent.body().replace("a.p.six", "a.p.one"));
    assertThat(send(stranger, "GET", "/v1/stages/a.p.one", "").statusCode()).isEqualTo(404);

    var seen = Json.parse(send(runner, "POST", "/v1/stages/a/pause", "").body());
    assertThat(seen.path("items").findValuesAsText("name")).containsExactly("a.p.one", "a.p.two");
  }

  @Test
  void whatIsNoNameOrNoReasonIsRefused() throws Exception {
    assertThat(send(admin, "POST", "/v1/stages/a.p.one.x/pause", "").statusCode()).isEqualTo(400);
    assertThat(send(admin, "POST", "/v1/stages/c/pause", "").body())
        .contains("STAGE_NOT_FOUND", "hosu stages list");
    String long1 = "{\"why\":\"" + "x".repeat(1001) + "\"}";
    assertThat(send(admin, "POST", "/v1/stages/a/pause", long1).statusCode()).isEqualTo(400);
    assertThat(send(admin, "POST", "/v1/stages/a/pause", "{\"y\":1}").statusCode()).isEqualTo(400);
    assertThat(statuses(admin)).doesNotContainValue("PAUSED");
  }

  @Test
  void aPausedStageIsNotRunByHand() throws Exception {
    send(admin, "POST", "/v1/stages/a.p.one/pause", "");

    var refused = send(admin, "POST", "/v1/stages/a.p.one/run", "");

    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(refused.body()).contains("STAGE_PAUSED", "hosu stages resume a.p.one");
  }
}
