package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.governance.AuthenticatedRoutes;
import io.hosu.governance.Governance;
import io.hosu.governance.Grant;
import io.hosu.governance.Grantee;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.http.Listener;
import io.hosu.http.ListenerConfig;
import io.hosu.http.Router;
import io.hosu.kernel.Json;
import io.hosu.testing.TestDatabase;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may have objects processed again, and what the API tells of it. */
class BackfillsApiTest {
  private static final String ALL =
      "{\"of\": \"a.p\", \"from\": \"2000-01-01T00:00:00Z\", \"to\": \"2100-01-01T00:00:00Z\"";

  private final HttpClient client = HttpClient.newHttpClient();
  private World world;
  private World.Server server;
  private Governance governance;
  private Listener listener;
  private String runner;
  private String reader;
  private String stranger;

  @BeforeEach
  void open(@TempDir Path directory) {
    world = new World(TestDatabase.SQLITE, directory, 1);
    server = world.server();
    server.pipelines.begin();
    server.apply(
        World.stage(
            "a.p.rows",
            new Trigger.Objects(List.of("raw/a/{day}/*")),
            Target.Mode.MERGE,
            new Batch(2, Duration.ZERO),
            World.TWO_RETRIES));
    governance = new Governance(world.database, directory, world.clock, world.ids);
    runner = token("runner");
    reader = token("reader");
    stranger = token("stranger");
    grant("runner", Permission.RUN, new Resource.Pipeline("a", "p"));
    grant("reader", Permission.DESCRIBE, new Resource.Domain("a"));
    Router router =
        Router.builder()
            .add(
                new AuthenticatedRoutes(
                    governance.authentication(),
                    List.of(new BackfillsApi(server.pipelines, governance.policy(), world.clock))))
            .build();
    listener = new Listener(ListenerConfig.local(0), router);
    world.put("a/1/x", "good");
    world.put("a/2/x", "good");
    world.put("a/2/y", "good");
    server.finish();
  }

  @AfterEach
  void close() {
    listener.close();
    client.close();
    governance.close();
    world.close();
  }

  private String token(String user) {
    return world.database.write(tx -> {
      governance.principals().create(tx, Principal.user(user), Grant.CLI);
      return governance.tokens().create(tx, user, Duration.ofHours(1)).text().reveal();
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

  private JsonNode begin(String more) throws IOException, InterruptedException {
    return Json.parse(send(runner, "POST", "/v1/backfills", ALL + more + "}").body());
  }

  @Test
  void whoMayRunThePipelineBeginsSeesAndCancels() throws Exception {
    JsonNode begun = begin(", \"concurrency\": 1");
    assertThat(begun.path("status").asText()).isEqualTo("RUNNING");
    assertThat(begun.path("of").asText()).isEqualTo("a.p");
    assertThat(begun.path("made_by").asText()).isEqualTo("user:runner");
    assertThat(begun.path("stages").path(0).path("executions").asInt()).isEqualTo(2);

    server.finish();
    String path = "/v1/backfills/" + begun.path("id").asText();
    JsonNode done = Json.parse(send(runner, "GET", path, "").body());
    assertThat(done.path("status").asText()).isEqualTo("DONE");
    assertThat(done.path("done").asInt()).isEqualTo(3);
    assertThat(send(runner, "DELETE", path, "").body()).contains("BACKFILL_ENDED");
    JsonNode all = Json.parse(send(runner, "GET", "/v1/backfills", "").body());
    assertThat(all.path("items").path(0).path("objects").asInt()).isEqualTo(3);

    String next = begin("").path("id").asText();
    JsonNode cancelled = Json.parse(send(runner, "DELETE", "/v1/backfills/" + next, "").body());
    assertThat(cancelled.path("status").asText()).isEqualTo("CANCELLED");
  }

  @Test
  void aDryRunListsWhatThereIs() throws Exception {
    JsonNode stage = begin(", \"dry_run\": true").path("stages").path(0);

    assertThat(stage.path("stage").asText()).isEqualTo("a.p.rows");
    assertThat(stage.path("objects").asInt()).isEqualTo(3);
    assertThat(stage.path("partitions").path(1).path("partition").asText()).isEqualTo("day=2");
    assertThat(stage.path("partitions").path(1).path("objects").asInt()).isEqualTo(2);
    assertThat(stage.path("partitions").path(1).path("rows").asInt()).isEqualTo(2);
    assertThat(stage.path("partitions").path(1).path("rows_estimated").asBoolean()).isTrue();
    assertThat(stage.path("rows_estimated").asBoolean(true)).isFalse();
    assertThat(world.count("backfills")).isZero();
  }

  @Test
  void whoMayOnlyLookIsForbiddenAndToOthersItIsNotThere() throws Exception {
    String path = "/v1/backfills/" + begin("").path("id").asText();

    assertThat(send(reader, "POST", "/v1/backfills", ALL + "}").statusCode()).isEqualTo(403);
    assertThat(send(reader, "GET", path, "").statusCode()).isEqualTo(200);
    assertThat(send(reader, "DELETE", path, "").statusCode()).isEqualTo(403);

    HttpResponse<String> unseen = send(stranger, "POST", "/v1/backfills", ALL + "}");
    assertThat(unseen.statusCode()).isEqualTo(404);
    assertThat(unseen.body())
        .contains("There is no pipeline 'a.p'.")
        .doesNotContain("did you mean");
    assertThat(send(stranger, "GET", path, "").statusCode()).isEqualTo(404);
    assertThat(send(stranger, "DELETE", path, "").statusCode()).isEqualTo(404);
    assertThat(Json.parse(send(stranger, "GET", "/v1/backfills", "").body()).path("items"))
        .isEmpty();
  }

  @Test
  void whatCannotBeReadIsRefused() throws Exception {
    assertThat(begin(", \"concurrency\": 1.5").path("code").asText()).isEqualTo("BACKFILL_INVALID");
    for (String empty : List.of("\"dry_run\": null", "\"to\": \"\"", "\"concurrency\": null")) {
      assertThat(begin(", " + empty).path("code").asText()).as(empty).isEqualTo("BODY_INVALID");
    }
    assertThat(world.count("backfills")).isZero();
    assertThat(begin(", \"sage\": 1").path("code").asText()).isEqualTo("BODY_INVALID");
    String domain = "{\"of\": \"a\", \"from\": \"2000-01-01T00:00:00Z\"}";
    assertThat(send(runner, "POST", "/v1/backfills", domain).body())
        .contains("neither a pipeline nor a stage");
    String soon = "{\"of\": \"a.p\", \"from\": \"soon\"}";
    assertThat(send(runner, "POST", "/v1/backfills", soon).body()).contains("no instant");
    String misspelt = "{\"of\": \"a.q\", \"from\": \"2000-01-01T00:00:00Z\"}";
    assertThat(send(runner, "POST", "/v1/backfills", misspelt).body())
        .contains("did you mean 'a.p'");
  }
}
