package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.governance.AuditRecords;
import io.hosu.governance.AuthenticatedRoutes;
import io.hosu.governance.Grant;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.http.Listener;
import io.hosu.http.ListenerConfig;
import io.hosu.http.Router;
import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.kernel.Json;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.Target.Mode;
import io.hosu.tables.Tables;
import io.hosu.tables.TablesConfig;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A table is dropped by its name. */
class TableDropApiTest extends InLake {
  private static final TableName ROWS = TableName.parse("a.stage.rows");

  private static final StageSpec STAGE =
      Lake.stage(
          "a.p.rows",
          new Trigger.Objects(List.of("raw/a/*.csv")),
          "SELECT id FROM input",
          Lake.into("a.stage.rows", Mode.APPEND, List.of(), List.of()));

  private Listener listener;
  private String dropper;
  private String stranger;

  @BeforeEach
  void open() {
    open(lake.tables);
    dropper = token(Principal.user("dropper"));
    lake.grant(Principal.user("dropper"), Permission.DROP, "a.stage");
    stranger = token(Principal.user("stranger"));
    lake.apply(STAGE);
  }

  private void open(Tables tables) {
    TableDropApi api =
        new TableDropApi(
            lake.database,
            tables,
            new NeededTables(
                lake.pipelines.stages(), lake.governance.grants(), lake.governance.policy()),
            lake.governance.policy());
    listener =
        new Listener(
            ListenerConfig.local(0),
            Router.builder()
                .add(new AuthenticatedRoutes(lake.governance.authentication(), List.of(api)))
                .build());
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

  private List<String> ids() {
    return lake.query("a.stage.rows", "SELECT id FROM t ORDER BY id");
  }

  private JsonNode drop(String token, String body, int status) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(listener.address().resolve("/v1/tables/a.stage.rows/drop"))
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
  void aTableThatNobodyNeedsIsGoneAndItsNameIsFreeAtOnce() throws Exception {
    put("raw/a/1.csv", "id\n1\n");
    removeStage();

    JsonNode would = drop(dropper, "{\"dry_run\": true}", 200);
    assertThat(would.get("rows").asLong()).isEqualTo(1);
    assertThat(would.get("dropped").asBoolean()).isFalse();
    assertThat(ids()).containsExactly("1");

    assertThat(drop(dropper, "{}", 200).get("dropped").asBoolean()).isTrue();
    assertThat(lake.tables.find(ROWS)).isEmpty();
    lake.apply(STAGE);
    put("raw/a/2.csv", "id\n2\n");
    assertThat(ids()).containsExactly("2");
  }

  @Test
  void aTableWhoseMetadataCannotBeReadIsGivenUp() throws Exception {
    put("raw/a/1.csv", "id\n1\n");
    removeStage();
    ObjectName metadata = ObjectName.ofLocation(lake.tables.require(ROWS).metadataLocation());
    lake.database.perform(tx -> tx.update("DELETE FROM objects WHERE key = ?", metadata.key()));
    Tables anew =
        new Tables(
            lake.database,
            lake.files,
            lake.events,
            InstantSource.system(),
            lake.ids,
            TablesConfig.standard());
    listener.close();
    open(anew);
    assertThatThrownBy(() -> anew.require(ROWS))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining(metadata.location())
        .hasMessageContaining("a.stage.rows");
    assertThat(drop(dropper, "{}", 200).get("dropped").asBoolean()).isTrue();
    assertThat(anew.find(ROWS)).isEmpty();
  }

  @Test
  void whatADeclaredStageReadsOrWritesStays() throws Exception {
    put("raw/a/1.csv", "id\n1\n");

    JsonNode refused = drop(dropper, "{}", 409);
    assertThat(refused.get("code").asText()).isEqualTo("TABLE_NEEDED");
    assertThat(refused.get("detail").asText()).contains("a stage").doesNotContain("a.p.rows");
    lake.grant(Principal.user("dropper"), Permission.DESCRIBE, "a");
    assertThat(drop(dropper, "{}", 409).get("detail").asText()).contains("a.p.rows");
    assertThat(ids()).containsExactly("1");
    assertThat(decisions()).containsExactly("DENIED", "DENIED");
  }

  private List<String> decisions() {
    return lake
        .governance
        .auditRecords()
        .newest(AuditRecords.Filter.all(), Long.MAX_VALUE, 100)
        .stream()
        .filter(record -> "DROP".equals(record.text("action")))
        .map(record -> record.text("decision"))
        .toList();
  }

  @Test
  void whatAGrantNamesStaysUntilTheGrantIsGone() throws Exception {
    put("raw/a/1.csv", "id\n1\n");
    removeStage();
    lake.grant(Principal.user("stranger"), Permission.SELECT, "a.stage.rows");

    assertThat(drop(dropper, "{}", 409).get("remedy").asText()).contains("hosu grants revoke");
    assertThat(ids()).containsExactly("1");
  }

  @Test
  void itTakesTheRightToDropAndToKnowOfTheTable() throws Exception {
    put("raw/a/1.csv", "id\n1\n");
    removeStage();

    assertThat(drop(stranger, "{}", 404).get("code").asText()).isEqualTo("TABLE_NOT_FOUND");
    lake.grant(Principal.user("stranger"), Permission.DESCRIBE, "a");
    assertThat(drop(stranger, "{}", 403).get("detail").asText()).contains("DROP");
    assertThat(ids()).containsExactly("1");
  }

  private void removeStage() {
    lake.database.perform(tx -> lake.pipelines.stages().remove(tx, STAGE.name()));
  }
}
