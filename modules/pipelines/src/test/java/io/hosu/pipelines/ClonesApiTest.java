package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.events.EventFilter;
import io.hosu.governance.AuditRecords;
import io.hosu.governance.AuditRow;
import io.hosu.governance.AuthenticatedRoutes;
import io.hosu.governance.Columns;
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
import io.hosu.pipelines.Target.Mode;
import io.hosu.query.ColumnFlow;
import io.hosu.query.Guard;
import io.hosu.tables.Clones;
import io.hosu.tables.CommitContext;
import io.hosu.tables.PreparedUpdates;
import io.hosu.tables.TableUpdate;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Domains are cloned by who may read all of them, and clones dropped. */
class ClonesApiTest extends InLake {
  private static final StageSpec STAGE =
      Lake.stage(
          "a.p.rows",
          new Trigger.Objects(List.of("raw/a/*.csv")),
          "SELECT id FROM input",
          Lake.into("a.stage.rows", Mode.APPEND, List.of(), List.of()));

  private Listener listener;
  private Clones clones;
  private String maker;
  private String stranger;

  @BeforeEach
  void open() {
    clones =
        lake.tables
            .open()
            .clones(
                lake.tables,
                lake.governance.grants(),
                new ClonesEngine(Lake.engines(), new Guard(Lake.parser())));
    ClonesApi api =
        new ClonesApi(
            lake.database,
            clones,
            lake.pipelines.stages(),
            lake.governance.grants(),
            lake.governance.policy());
    listener =
        new Listener(
            ListenerConfig.local(0),
            Router.builder()
                .add(new AuthenticatedRoutes(lake.governance.authentication(), List.of(api)))
                .build());
    maker = token(Principal.user("maker"));
    lake.grant(Principal.user("maker"), Permission.SELECT, "a");
    lake.grant(Principal.user("maker"), Permission.CREATE_TABLE, "a");
    stranger = token(Principal.user("stranger"));
    lake.apply(STAGE);
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

  private List<String> ids(String table) {
    return lake.query(table, "SELECT id FROM t ORDER BY id");
  }

  private JsonNode send(String method, String path, String token, String body, int status)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(listener.address().resolve(path))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body.replace('\'', '"')))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
      return Json.parse(response.body());
    }
  }

  private JsonNode make(String token, int status) throws Exception {
    return send("POST", "/v1/clones", token, "{'domain': 'a', 'name': 'b'}", status);
  }

  private JsonNode drop(String body, int status) throws Exception {
    return send("POST", "/v1/clones/b/drop", maker, body, status);
  }

  private List<String> actions() {
    lake.governance.audit().flush();
    return lake
        .governance
        .auditRecords()
        .newest(AuditRecords.Filter.all(), Long.MAX_VALUE, 50)
        .stream()
        .map(AuditRow::values)
        .map(values -> values.get(8) + " " + values.get(9))
        .toList();
  }

  @Test
  void whoMayReadAllOfADomainClonesItAndDropsTheClone() throws Exception {
    put("raw/a/1.csv", "id\n1\n");

    JsonNode would =
        send("POST", "/v1/clones", maker, "{'domain': 'a', 'name': 'b', 'dry_run': true}", 200);
    assertThat(would.get("tables").asInt()).isEqualTo(1);
    assertThat(would.get("cloned").asBoolean()).isFalse();
    assertThat(clones.list()).isEmpty();

    JsonNode made = make(maker, 200);
    assertThat(made.get("rows").asInt()).isEqualTo(1);
    assertThat(made.get("cloned").asBoolean()).isTrue();
    assertThat(ids("b.stage.rows")).containsExactly("1");
    put("raw/a/2.csv", "id\n2\n");
    assertThat(ids("b.stage.rows")).containsExactly("1");
    assertThat(ids("a.stage.rows")).containsExactly("1", "2");
    JsonNode listed = send("GET", "/v1/clones", maker, "", 200).get("items").get(0);
    assertThat(listed.get("name").asText()).isEqualTo("b");
    assertThat(listed.get("source").asText()).isEqualTo("a");
    assertThat(listed.get("made_by").asText()).isEqualTo("user:maker");
    assertThat(listed.get("rows").asInt()).isEqualTo(1);

    assertThat(drop("{'dry_run': true}", 200).get("dropped").asBoolean()).isFalse();
    assertThat(clones.list()).hasSize(1);
    assertThat(drop("{}", 200).get("own_bytes").asLong()).isPositive();
    assertThat(clones.list()).isEmpty();
    assertThat(lake.tables.find(TableName.parse("b.stage.rows"))).isEmpty();
    assertThat(drop("{}", 404).get("code").asText()).isEqualTo("CLONE_NOT_FOUND");
    assertThat(ids("a.stage.rows")).containsExactly("1", "2");
  }

  @Test
  void aCloneIsClonedByWhoMayReadAllOfBothAndIsDroppedAfterThat() throws Exception {
    put("raw/a/1.csv", "id\n1\n");
    make(maker, 200);
    String again = "{'domain': 'b', 'name': 'c'}";
    Grant inClone =
        new Grant(
            "",
            Grantee.user("stranger"),
            Set.of(Permission.SELECT, Permission.CREATE_TABLE),
            Resource.parse("b"),
            Grant.CLI);
    lake.database.perform(tx -> lake.governance.grants().put(tx, inClone));
    assertThat(send("POST", "/v1/clones", stranger, again, 403).get("code").asText())
        .isEqualTo("PERMISSION_DENIED");

    assertThat(send("POST", "/v1/clones", maker, again, 200).get("rows").asInt()).isEqualTo(1);

    assertThat(ids("c.stage.rows")).containsExactly("1");
    for (String body : List.of("{'dry_run': true}", "{}")) {
      assertThat(drop(body, 409).get("detail").asText()).contains("There are clones of b (1)");
    }
    send("POST", "/v1/clones/c/drop", maker, "{}", 200);
    drop("{}", 200);
    assertThat(clones.list()).isEmpty();
  }

  @Test
  void whoMayReadAPartOfItIsToldWhatIsMissing() throws Exception {
    put("raw/a/1.csv", "id\n1\n");

    assertThat(make(stranger, 404).get("detail").asText()).contains("There is no domain a");
    lake.grant(Principal.user("stranger"), Permission.SELECT, "a.stage.rows");
    lake.grant(Principal.user("stranger"), Permission.CREATE_TABLE, "a");
    assertThat(make(stranger, 403).get("command").asText())
        .isEqualTo("hosu grant user:stranger SELECT a");
    lake.grant(Principal.user("stranger"), Permission.SELECT, "a");
    Grant denied =
        new Grant(
                "",
                Grantee.user("stranger"),
                Set.of(Permission.SELECT),
                Resource.parse("a.stage.rows"),
                Grant.CLI)
            .with(Terms.none().with(Columns.only(Set.of("id"))))
            .asDeny();
    lake.database.perform(tx -> lake.governance.grants().put(tx, denied));
    assertThat(make(stranger, 403).get("detail").asText()).contains("something there is denied");
    assertThat(clones.list()).isEmpty();
  }

  @Test
  void aCloneOfWhichNothingIsGrantedDoesNotExist() throws Exception {
    put("raw/a/1.csv", "id\n1\n");
    make(maker, 200);

    assertThat(send("GET", "/v1/clones", stranger, "", 200).get("items")).isEmpty();
    send("POST", "/v1/clones/b/drop", stranger, "{}", 404);
    lake.grant(Principal.user("stranger"), Permission.SELECT, "b");
    JsonNode listed = send("GET", "/v1/clones", stranger, "", 200).get("items").get(0);
    assertThat(listed.get("source").isNull()).isTrue();
    assertThat(listed.has("rows")).isFalse();
    send("POST", "/v1/clones/b/drop", stranger, "{}", 403);
  }

  @Test
  void whoMayNotKnowItsTablesDoesNotDropIt() throws Exception {
    put("raw/a/1.csv", "id\n1\n");
    make(maker, 200);
    lake.grant(Principal.user("stranger"), Permission.DROP, "b");
    lake.grant(Principal.user("stranger"), Permission.SELECT, "a.stage.rows");

    for (String body : List.of("{'dry_run': true}", "{}")) {
      JsonNode refused = send("POST", "/v1/clones/b/drop", stranger, body, 403);
      assertThat(refused.toString()).doesNotContain("own_bytes").doesNotContain("b.stage.rows");
    }
    lake.database.perform(tx ->
        lake.governance
            .grants()
            .put(
                tx,
                new Grant(
                        "",
                        Grantee.user("maker"),
                        Set.of(Permission.DROP),
                        Resource.parse("b.stage.rows"),
                        Grant.CLI)
                    .asDeny()));
    assertThat(drop("{}", 403).get("detail").asText()).contains("something there is denied");
    assertThat(clones.list()).hasSize(1);
    assertThat(
            lake.events.list(EventFilter.ALL, 50).items().stream()
                .filter(logged -> logged.event().detailType().equals("Domain Cloned"))
                .map(logged -> logged.event().detail().toString()))
        .singleElement()
        .asString()
        .doesNotContain("tables")
        .doesNotContain("files");
  }

  @Test
  void rowsAreNotDeletedForGoodWhileACloneHasThemOrMayNotBeLookedInto() throws Exception {
    put("raw/a/1.csv", "id\n1\n2\n");
    make(maker, 200);
    TableName rows = TableName.parse("a.stage.rows");
    TableName clone = TableName.parse("b.stage.rows");
    ClonedRows cloned =
        new ClonedRows(lake.tables, (_, where, _) -> lake.query("b.stage.rows", where).size());
    String none = "SELECT id FROM t WHERE id = 9";

    assertThatThrownBy(() -> cloned.requireNone(rows, "SELECT id FROM t", _ -> true))
        .hasMessageContaining("b.stage.rows");
    assertThatThrownBy(() -> cloned.requireNone(rows, none, _ -> false))
        .hasMessageContaining("may not read")
        .hasMessageNotContaining("b.stage");
    cloned.requireNone(rows, none, _ -> true);
    cloned.requireNone(clone, "SELECT id FROM t", _ -> false);

    TableMetadata before = lake.tables.require(clone).metadata();
    Schema other =
        new Schema(
            Types.NestedField.optional(1, "was", Types.LongType.get()),
            Types.NestedField.optional(before.lastColumnId() + 1, "id", Types.LongType.get()));
    TableMetadata after =
        TableMetadata.buildFrom(before).setCurrentSchema(other, other.highestFieldId()).build();
    try (PreparedUpdates prepared =
        lake.tables
            .open()
            .prepare(
                CommitContext.of("engine"),
                List.of(new TableUpdate(clone, List.of(), after.changes())))) {
      lake.database.perform(prepared::publish);
    }
    assertThatThrownBy(() -> cloned.requireNone(rows, none, _ -> true))
        .as("the name means another column in the clone")
        .hasMessageContaining("b.stage.rows");
  }

  @Test
  void aStageOfItsDomainReadsTheCloneAndKeepsItFromBeingDropped() throws Exception {
    put("raw/a/1.csv", "id\n1\n");
    make(maker, 200);
    StageSpec trial =
        Lake.stage(
            "b.p.more",
            new Trigger.Objects(List.of("raw/b/*.csv")),
            "SELECT i.id FROM input i JOIN stage.rows r ON i.id = r.id",
            Lake.into("b.stage.more", Mode.APPEND, List.of(), List.of()));
    lake.apply(STAGE, trial);

    put("raw/b/1.csv", "id\n1\n2\n");

    assertThat(ids("b.stage.more")).containsExactly("1");
    JsonNode refused = drop("{}", 409);
    assertThat(refused.get("code").asText()).isEqualTo("CLONE_NEEDED");
    lake.database.perform(tx -> lake.pipelines.stages().remove(tx, trial.name()));
    drop("{}", 200);
    assertThat(lake.tables.find(TableName.parse("b.stage.more"))).isEmpty();
  }

  @Test
  void theColumnsOfACloneAreFromThoseOfItsSource() throws Exception {
    put("raw/a/1.csv", "id\n1\n");
    make(maker, 200);
    ColumnEdge.End source = new ColumnEdge.End(ColumnEdge.Kind.TABLE, "a.stage.rows", "id");
    ColumnEdge.End clone = new ColumnEdge.End(ColumnEdge.Kind.TABLE, "b.stage.rows", "id");
    ClonedColumns columns = new ClonedColumns(lake.database, lake.tables);

    ColumnEdge edge = new ColumnEdge(source, clone, ColumnFlow.DIRECT, "hosu clone", "user:maker");
    assertThat(columns.edges(Set.of(clone), ColumnLineage.Way.UP)).containsExactly(edge);
    assertThat(columns.edges(Set.of(source), ColumnLineage.Way.DOWN)).containsExactly(edge);
    assertThat(columns.edges(Set.of(source), ColumnLineage.Way.UP)).isEmpty();
  }

  @Test
  void whatIsDoneIsOnRecord() throws Exception {
    put("raw/a/1.csv", "id\n1\n");
    make(maker, 200);
    drop("{}", 200);

    assertThat(actions()).contains("CREATE_TABLE a", "SELECT a", "DROP b");
  }
}
