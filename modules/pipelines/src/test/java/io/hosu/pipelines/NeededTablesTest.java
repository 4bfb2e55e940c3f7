package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.governance.Domains;
import io.hosu.governance.Grant;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.http.Listener;
import io.hosu.http.ListenerConfig;
import io.hosu.http.Router;
import io.hosu.kernel.Json;
import io.hosu.kernel.TableName;
import io.hosu.objects.Buckets;
import io.hosu.pipelines.Target.Mode;
import io.hosu.tables.iceberg.FileDoor;
import io.hosu.tables.iceberg.IcebergConfig;
import io.hosu.tables.iceberg.IcebergDoor;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An engine does not take from a stage the table that the stage needs. */
class NeededTablesTest extends InLake {
  private static final TableName ROWS = TableName.parse("a.stage.rows");
  private static final TableName RENAMED = TableName.parse("a.stage.lines");
  private static final String PATH = "/iceberg/v1/a/namespaces/stage/tables/rows";

  private static final StageSpec STAGE =
      Lake.stage(
          "a.p.rows",
          new Trigger.Objects(List.of("raw/a/*.csv")),
          "SELECT id FROM input",
          Lake.into("a.stage.rows", Mode.APPEND, List.of(), List.of()));

  private Listener listener;
  private String token;

  @BeforeEach
  void open() {
    IcebergDoor door =
        new IcebergDoor(
            lake.database,
            lake.governance,
            new Buckets(lake.database, InstantSource.system()),
            lake.tables,
            new FileDoor(() -> URI.create("http://127.0.0.1:1"), "local", IcebergConfig.standard()),
            new NeededTables(
                lake.pipelines.stages(), lake.governance.grants(), lake.governance.policy()),
            InstantSource.system());
    listener = new Listener(ListenerConfig.local(0), Router.builder().add(door).build());
    Principal engine = Principal.user("engine");
    token =
        lake.database.<String>write(tx -> {
          lake.governance.domains().put(tx, new Domains.Domain("a", "a_team", ""));
          lake.governance.principals().create(tx, engine, Grant.CLI);
          return lake.governance.tokens().createLasting(tx, engine.name()).text().reveal();
        });
    List.of(Permission.SELECT, Permission.DROP, Permission.CREATE_TABLE)
        .forEach(permission -> lake.grant(engine, permission, "a.stage"));
    lake.apply(STAGE);
    put("raw/a/1.csv", "id\n1\n");
  }

  @AfterEach
  void close() {
    listener.close();
  }

  private JsonNode drop(int status) throws Exception {
    return answer(HttpRequest.newBuilder(listener.address().resolve(PATH)).DELETE(), status);
  }

  private JsonNode rename(int status) throws Exception {
    String body =
        """
        {"source": {"namespace": ["stage"], "name": "rows"},
         "destination": {"namespace": ["stage"], "name": "lines"}}
        """;
    HttpRequest.Builder request =
        HttpRequest.newBuilder(listener.address().resolve("/iceberg/v1/a/tables/rename"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    return answer(request, status);
  }

  private JsonNode answer(HttpRequest.Builder request, int status) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> response =
          client.send(
              request.header("Authorization", "Bearer " + token).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
      return response.body().isEmpty()
          ? Json.object()
          : Json.parse(response.body()).required("error");
    }
  }

  private void removeStage() {
    lake.database.perform(tx -> lake.pipelines.stages().remove(tx, STAGE.name()));
  }

  @Test
  void theTableOfADeclaredStageIsNotDropped() throws Exception {
    JsonNode error = drop(403);

    assertThat(error.required("type").asText()).isEqualTo("ForbiddenException");
    assertThat(error.required("message").asText())
        .isEqualTo(
            "Table a.stage.rows is read or written by a stage. Remove them from the lake project,"
                + " then: hosu apply; then: hosu tables drop a.stage.rows (TABLE_NEEDED)");
    assertThat(lake.query("a.stage.rows", "SELECT id FROM t")).containsExactly("1");
    removeStage();
    drop(204);
    assertThat(lake.tables.find(ROWS)).isEmpty();
  }

  @Test
  void theTableOfADeclaredStageIsNotRenamed() throws Exception {
    lake.grant(Principal.user("engine"), Permission.DESCRIBE, "a");

    assertThat(rename(403).required("message").asText())
        .contains("stage a.p.rows")
        .contains("then: rename it (TABLE_NEEDED)");
    assertThat(lake.tables.find(RENAMED)).isEmpty();
    removeStage();
    rename(204);
    assertThat(lake.query("a.stage.lines", "SELECT id FROM t")).containsExactly("1");
  }

  @Test
  void theTableThatAGrantNamesIsNotDropped() throws Exception {
    removeStage();
    lake.grant(Principal.user("engine"), Permission.SELECT, "a.stage.rows");

    assertThat(drop(403).required("message").asText()).contains("hosu grants revoke");
    assertThat(lake.tables.find(ROWS)).isPresent();
  }
}
