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
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may take records out of quarantine, and what the API tells of it. */
class RedrivesApiTest {
  private static final String TABLE = "a.stage.rows_quarantine";
  private static final String ALL = "{\"table\": \"%s\"".formatted(TABLE);

  private final HttpClient client = HttpClient.newHttpClient();
  private Lake lake;
  private Listener listener;
  private String keeper;
  private String reader;
  private String stranger;

  @BeforeEach
  void open(@TempDir Path directory) throws IOException {
    lake = new Lake(directory);
    lake.apply(
        Lake.stage(
            "a.p.rows",
            new Trigger.Objects(List.of("raw/a/*.csv")),
            "SELECT id, v FROM input",
            Lake.into("a.stage.rows", Target.Mode.APPEND, List.of(), List.of()),
            BadRecords.QUARANTINE));
    lake.put("raw/a/1.csv", "id,v\n1,a\n2;b\n");
    lake.finish();
    keeper = token("keeper");
    reader = token("reader");
    stranger = token("stranger");
    for (String user : List.of("keeper", "reader")) {
      grant(user, Permission.SELECT, Resource.of(TableName.parse(TABLE)));
      grant(user, Permission.SELECT, Resource.of(TableName.parse("a.stage.rows")));
    }
    grant("keeper", Permission.REDRIVE, new Resource.Pipeline("a", "p"));
    Router router =
        Router.builder()
            .add(
                new AuthenticatedRoutes(
                    lake.governance.authentication(),
                    List.of(
                        new RedrivesApi(lake.redrives, lake.tables, lake.governance.policy()),
                        new PipelinesApi(
                            lake.pipelines,
                            lake.history(),
                            lake.governance.policy(),
                            InstantSource.system()))))
            .build();
    listener = new Listener(ListenerConfig.local(0), router);
  }

  @AfterEach
  void close() {
    listener.close();
    client.close();
    lake.close();
  }

  private String token(String user) {
    return lake.database.write(tx -> {
      lake.governance.principals().create(tx, Principal.user(user), Grant.CLI);
      return lake.governance.tokens().create(tx, user, Duration.ofHours(1)).text().reveal();
    });
  }

  private void grant(String user, Permission permission, Resource resource) {
    lake.database.perform(tx ->
        lake.governance
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

  private HttpResponse<String> redrive(String token, String body)
      throws IOException, InterruptedException {
    return send(token, "POST", "/v1/redrives", body);
  }

  @Test
  void whoMayReadTheTableAndRedriveInThePipelineMay() throws Exception {
    HttpResponse<String> looked = redrive(keeper, ALL + ", \"dry_run\": true}");
    assertThat(looked.statusCode()).isEqualTo(200);
    assertThat(Json.parse(looked.body()).path("records").asLong()).isEqualTo(1);
    assertThat(Json.parse(looked.body()).path("execution").isNull()).isTrue();

    HttpResponse<String> begun =
        redrive(keeper, ALL + ", \"set\": [\"text = replace(text, ';', ',')\"]}");
    assertThat(begun.statusCode()).isEqualTo(202);
    JsonNode execution = Json.parse(begun.body()).path("execution");
    assertThat(execution.path("origin").asText()).isEqualTo("redrive");
    lake.finish();
    assertThat(lake.query("a.stage.rows", "SELECT id FROM t ORDER BY id"))
        .containsExactly("1", "2");

    HttpResponse<String> nothing = redrive(keeper, ALL + "}");
    assertThat(nothing.statusCode()).isEqualTo(200);
    assertThat(Json.parse(nothing.body()).path("execution").isNull()).isTrue();
  }

  @Test
  void aRetryOfOneAndARetryOfThatTakeTheSameRight() throws Exception {
    HttpResponse<String> begun =
        redrive(keeper, ALL + ", \"set\": [\"text = replace(text, ';', ',')\"]}");
    lake.finish();
    String id = Json.parse(begun.body()).path("execution").path("id").asText();
    for (int i = 0; i < 3; i++) {
      lake.pipelines
          .rollbacks(lake.tables)
          .rollback(
              new Rollbacks.Request(id, "user:ann", Seen.ALL, Rollbacks.Reach.ALONE), _ -> {});
      lake.finish();
      HttpResponse<String> retried =
          send(keeper, "POST", "/v1/executions/%s/retry".formatted(id), "");
      assertThat(retried.statusCode()).as(retried.body()).isEqualTo(202);
      id = Json.parse(retried.body()).path("id").asText();
      lake.finish();
      assertThat(lake.query("a.stage.rows", "SELECT id FROM t ORDER BY id"))
          .containsExactly("1", "2");
    }
  }

  @Test
  void whoMayOnlyReadIsDeniedAndWhoMayNotKnowOfTheTableFindsNone() throws Exception {
    assertThat(redrive(reader, ALL + "}").statusCode()).isEqualTo(403);
    assertThat(redrive(stranger, ALL + "}").statusCode()).isEqualTo(404);
    assertThat(redrive(stranger, ALL + "}").body()).contains("TABLE_NOT_FOUND");
    assertThat(redrive(keeper, "{\"table\": \"a.stage.none_quarantine\"}").statusCode())
        .isEqualTo(404);
    assertThat(lake.executions()).hasSize(1);
  }
}
