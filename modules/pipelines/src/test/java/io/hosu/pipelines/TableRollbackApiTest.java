package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.governance.AuthenticatedRoutes;
import io.hosu.governance.Grant;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.http.Listener;
import io.hosu.http.ListenerConfig;
import io.hosu.http.Router;
import io.hosu.kernel.Json;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.Target.Mode;
import io.hosu.tables.CommitContext;
import io.hosu.tables.PreparedCommit;
import io.hosu.tables.TableChange;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A table is set back to one of its snapshots. */
class TableRollbackApiTest extends InLake {
  private static final TableName ROWS = TableName.parse("a.stage.rows");

  private Listener listener;
  private String runner;
  private String stranger;

  @BeforeEach
  void open() {
    TableRollbackApi api =
        new TableRollbackApi(
            lake.database,
            lake.pipelines.rollbacks(lake.tables),
            lake.tables,
            lake.governance.policy());
    listener =
        new Listener(
            ListenerConfig.local(0),
            Router.builder()
                .add(new AuthenticatedRoutes(lake.governance.authentication(), List.of(api)))
                .build());
    runner = token(Principal.user("runner"));
    for (Permission one : List.of(Permission.DELETE, Permission.RUN, Permission.SELECT)) {
      lake.grant(Principal.user("runner"), one, "a");
    }
    stranger = token(Principal.user("stranger"));
    lake.apply(
        Lake.stage(
            "a.p.rows",
            new Trigger.Objects(List.of("raw/a/*.csv")),
            "SELECT id FROM input",
            Lake.into("a.stage.rows", Mode.APPEND, List.of(), List.of())));
  }

  @AfterEach
  void close() {
    listener.close();
  }

  private String token(Principal principal) {
    return lake.database.<String>write(tx -> {
      lake.governance.principals().create(tx, principal, Grant.CLI);
      return lake.governance.tokens().createLasting(tx, principal.name()).text().reveal();
    });
  }

  private long snapshot() {
    return lake.tables.require(ROWS).snapshot().orElseThrow();
  }

  private List<String> ids() {
    return lake.query("a.stage.rows", "SELECT id FROM t ORDER BY id");
  }

  /** Takes all rows out, as an engine outside would. */
  private void empty() {
    TableChange change = lake.tables.emptied(ROWS).orElseThrow();
    try (PreparedCommit commit =
        lake.tables.prepare(CommitContext.of("user:engine"), List.of(change))) {
      lake.database.perform(commit::publish);
    }
  }

  private JsonNode back(String token, String body, int status) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(listener.address().resolve("/v1/tables/a.stage.rows/rollback"))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
      return Json.parse(response.body());
    }
  }

  @Test
  void whatExecutionsCommittedSinceIsTakenBackWithThem() throws Exception {
    put("raw/a/1.csv", "id\n1\n");
    String to = "{\"to\": \"%d\"".formatted(snapshot());
    put("raw/a/2.csv", "id\n2\n");
    put("raw/a/3.csv", "id\n3\n");

    assertThat(back(runner, to + "}", 409).get("code").asText()).isEqualTo("ROLLBACK_BLOCKED");
    back(runner, to + ", \"cascade\": true, \"dry_run\": true}", 200);
    assertThat(ids()).containsExactly("1", "2", "3");
    JsonNode done = back(runner, to + ", \"cascade\": true}", 200);

    assertThat(done.get("rolled_back")).hasSize(2);
    assertThat(ids()).containsExactly("1");
    assertThat(back(runner, to + "}", 409).get("code").asText()).isEqualTo("NOTHING_TO_ROLL_BACK");
  }

  @Test
  void whatAnEngineCommittedIsTakenBackAloneAndNotTogetherWithExecutions() throws Exception {
    put("raw/a/1.csv", "id\n1\n");
    String to = "{\"to\": \"%d\", \"cascade\": true}".formatted(snapshot());
    empty();
    assertThat(ids()).isEmpty();

    assertThat(back(runner, to, 200).get("tables")).hasSize(1);
    assertThat(ids()).containsExactly("1");

    empty();
    put("raw/a/2.csv", "id\n2\n");
    assertThat(back(runner, to, 409).get("code").asText()).isEqualTo("ROLLBACK_BLOCKED");
    assertThat(ids()).containsExactly("2");
  }

  @Test
  void whoMayNotRunThePipelineIsNotToldWhatItsRollbackWouldDo() throws Exception {
    Principal cleaner = Principal.user("cleaner");
    String token = token(cleaner);
    lake.grant(cleaner, Permission.DELETE, "a");
    put("raw/a/1.csv", "id\n1\n");
    String to = "{\"to\": \"%d\", \"dry_run\": %%s}".formatted(snapshot());
    put("raw/a/2.csv", "id\n2\n");

    for (String dry : List.of("true", "false")) {
      JsonNode refused = back(token, to.formatted(dry), 403);
      assertThat(refused.at("/missing/permission").asText()).isEqualTo("RUN");
    }
    assertThat(ids()).containsExactly("1", "2");
    back(runner, to.formatted("true"), 200);
  }

  @Test
  void whoMayNotDeleteRowsOrKnowOfTheTableSetsNothingBack() throws Exception {
    put("raw/a/1.csv", "id\n1\n");

    assertThat(back(stranger, "{\"to\": \"1\"}", 404).get("code").asText())
        .isEqualTo("TABLE_NOT_FOUND");
    assertThat(back(runner, "{\"to\": \"1\"}", 404).get("code").asText())
        .isEqualTo("SNAPSHOT_NOT_FOUND");
    back(runner, "{\"to\": \"x\"}", 400);
    assertThat(ids()).containsExactly("1");
  }
}
