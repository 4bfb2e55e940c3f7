package io.hosu.tables;

import static io.hosu.tables.TestLake.FLIGHTS;
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
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefsApiTest {
  private static final String PATH = "/v1/tables/" + FLIGHTS;
  private static final String REFS = PATH + "/refs";

  @TempDir Path directory;
  private TestLake lake;
  private Governance governance;
  private Listener listener;
  private String root;

  @BeforeEach
  void open() {
    lake = new TestLake(directory);
    governance = new Governance(lake.database, directory, lake.clock, lake.ids);
    TablesApi api = new TablesApi(lake.tables, governance.policy(), governance.domains());
    Router router =
        Router.builder()
            .add(new AuthenticatedRoutes(governance.authentication(), List.of(api)))
            .build();
    listener = new Listener(ListenerConfig.local(0), router);
    root = token(Principal.user("root").asAdministrator());
    lake.append(FLIGHTS, "SELECT 1 AS id");
  }

  @AfterEach
  void close() {
    listener.close();
    governance.close();
    lake.close();
  }

  @Test
  void aTagKeepsItsSnapshotReadableThroughExpiry() throws Exception {
    post("/refs", "{'name':'first','type':'tag'}", 200);
    lake.append(FLIGHTS, "SELECT 2 AS id");
    lake.append(FLIGHTS, "SELECT 3 AS id, 'new' AS later");
    pass(Duration.ofDays(400));
    expire();

    assertThat(lake.tables.require(FLIGHTS).metadata().snapshots()).hasSize(2);
    assertThat(at("first")).containsExactly("[1]");
    assertThat(at("main")).hasSize(3);

    send("DELETE", REFS + "/first", "", 204);
    expire();
    assertThat(lake.tables.require(FLIGHTS).metadata().snapshots()).hasSize(1);
  }

  @Test
  void aRefGoesWhenItsTimeIsOver() throws Exception {
    post("/refs", "{'name':'brief','type':'branch','keep_for':'1d'}", 200);
    JsonNode kept = send("PUT", REFS + "/brief", "{'keep_for':'2d','keep_snapshots':'3'}", 200);
    assertThat(kept.path("keep_for").asText()).isEqualTo("2d");
    assertThat(kept.path("keep_snapshots").asText()).isEqualTo("3");
    lake.append(FLIGHTS, "SELECT 2 AS id");
    pass(Duration.ofDays(3));
    expire();

    assertThat(names()).containsExactly("main");
  }

  @Test
  void theTableShowsTheCommitsOfABranchOnlyWhenItIsSetForwardToIt() throws Exception {
    post("/refs", "{'name':'audit','type':'branch'}", 200);
    lake.append(FLIGHTS, "SELECT 1 AS id");
    long last = lake.tables.require(FLIGHTS).snapshot().orElseThrow();
    post("/refs", "{'name':'after','type':'branch'}", 200);
    setBack("audit");

    assertThat(lake.rows(FLIGHTS)).hasSize(1);
    assertThat(at("after")).hasSize(2);
    JsonNode forward = post("/fast-forward", "{'to':'after'}", 200);
    assertThat(forward.path("changed").asBoolean()).isTrue();
    assertThat(forward.path("snapshot").asText()).isEqualTo(Long.toString(last));
    assertThat(lake.rows(FLIGHTS)).hasSize(2);
    assertThat(lake.records(FLIGHTS)).hasSize(2);
    assertThat(post("/fast-forward", "{'to':'after'}", 200).path("changed").asBoolean()).isFalse();
  }

  @Test
  void aBranchWithCommitsOfItsOwnIsNotSetForward() throws Exception {
    post("/refs", "{'name':'old','type':'tag'}", 200);
    lake.append(FLIGHTS, "SELECT 2 AS id");

    assertThat(post("/fast-forward", "{'to':'old'}", 409).path("code").asText())
        .isEqualTo("REF_DIVERGED");
    assertThat(post("/fast-forward", "{'branch':'old','to':'main'}", 400).path("code").asText())
        .isEqualTo("REF_INVALID");
    assertThat(lake.rows(FLIGHTS)).hasSize(2);
  }

  @Test
  void aRefThatCannotBeIsRefusedAndNothingChanges() throws Exception {
    for (String name : List.of("12", "-3", "", "a b", "main")) {
      assertThat(
              post(
                  "/refs", "{'name':'" + name + "','type':'tag'}", name.equals("main") ? 409 : 400))
          .isNotNull();
    }
    code("/refs", "{'name':'x','type':'label'}", 400, "REF_INVALID");
    code("/refs", "{'name':'x','type':'tag','keep_snapshots':'2'}", 400, "REF_INVALID");
    code("/refs", "{'name':'x','type':'branch','keep_snapshots':'0'}", 400, "REF_INVALID");
    code("/refs", "{'name':'x','type':'tag','snapshot':'5'}", 404, "SNAPSHOT_NOT_FOUND");
    code("/refs", "{'name':'x','type':'tag','from':'mian'}", 404, "REF_NOT_FOUND");
    code("/fast-forward", "{'to':'nowhere'}", 404, "REF_NOT_FOUND");
    assertThat(send("DELETE", REFS + "/main", "", 400).path("code").asText())
        .isEqualTo("REF_INVALID");
    assertThat(names()).containsExactly("main");
  }

  @Test
  void refsAreListedPageByPageAndByType() throws Exception {
    post("/refs", "{'name':'b','type':'branch'}", 200);
    post("/refs", "{'name':'t/1','type':'tag'}", 200);

    JsonNode first = send("GET", REFS + "?limit=2", "", 200);
    assertThat(first.at("/items/1/name").asText()).isEqualTo("main");
    JsonNode second = send("GET", REFS + "?limit=2&next=" + first.path("next").asText(), "", 200);
    assertThat(second.at("/items/0/name").asText()).isEqualTo("t/1");
    assertThat(send("GET", REFS + "?type=tag", "", 200).path("items")).hasSize(1);
    send("DELETE", REFS + "/t%2F1", "", 204);
    assertThat(names()).containsExactly("b", "main");
  }

  @Test
  void changingARefTakesTheRightToAlterAndWhoMayNotKnowTheTableLearnsNothing() throws Exception {
    String ana = token(Principal.user("ana"));
    assertThat(send(ana, "GET", REFS, "", 404).path("code").asText()).isEqualTo("TABLE_NOT_FOUND");
    grant("ana", Permission.SELECT, Permission.DESCRIBE);
    send(ana, "GET", REFS, "", 200);
    send(ana, "POST", REFS, "{'name':'x','type':'tag'}", 403);
    send(ana, "POST", PATH + "/fast-forward", "{'to':'main'}", 403);
    send(ana, "DELETE", REFS + "/x", "", 403);
    grant("ana", Permission.ALTER);
    send(ana, "POST", REFS, "{'name':'x','type':'tag'}", 200);
    assertThat(names()).containsExactly("main", "x");
  }

  private void code(String path, String body, int status, String code) throws Exception {
    assertThat(post(path, body, status).path("code").asText()).isEqualTo(code);
  }

  /** The table is what {@code ref} is, as an engine would set it back. */
  private void setBack(String ref) throws Exception {
    LakeTable table = lake.tables.require(FLIGHTS);
    lake.commit(lake.tables.rollback(FLIGHTS, Set.of(table.snapshot().orElseThrow())));
    assertThat(lake.tables.require(FLIGHTS).snapshot().orElseThrow())
        .isEqualTo(table.metadata().ref(ref).snapshotId());
  }

  /** Iceberg stamps snapshots by the machine's clock: the lake's own moves on from there. */
  private void pass(Duration time) {
    Instant last =
        Instant.ofEpochMilli(
            lake.tables.require(FLIGHTS).metadata().currentSnapshot().timestampMillis());
    lake.clock.advance(Duration.between(lake.clock.instant(), last).plus(time));
  }

  private void expire() {
    TableUpkeep upkeep = lake.tables.upkeep();
    SnapshotPolicy policy = SnapshotPolicy.standard();
    upkeep
        .prepareExpiry(CommitContext.of("tester"), FLIGHTS, policy, Set.of())
        .ifPresent(prepared -> {
          try (prepared) {
            lake.database.write(tx -> {
              prepared.publish(tx);
              return true;
            });
          }
        });
  }

  private List<String> at(String version) {
    String sql = lake.tables.planAt(lake.tables.require(FLIGHTS), version).sql();
    return lake.engine.query(sql).stream().map(Object::toString).toList();
  }

  private List<String> names() throws Exception {
    return send("GET", REFS, "", 200).findValuesAsText("name");
  }

  private void grant(String user, Permission... permissions) {
    Grant grant = Grant.declared(Grantee.user(user), Set.of(permissions), Resource.of(FLIGHTS));
    lake.database.<Grant>write(tx -> governance.grants().put(tx, grant));
  }

  private String token(Principal principal) {
    return lake.database.<String>write(tx -> {
      governance.principals().create(tx, principal, Grant.CLI);
      return governance.tokens().createLasting(tx, principal.name()).text().reveal();
    });
  }

  private JsonNode post(String path, String body, int status) throws Exception {
    return send("POST", PATH + path, body, status);
  }

  private JsonNode send(String method, String path, String body, int status) throws Exception {
    return send(root, method, path, body, status);
  }

  private JsonNode send(String token, String method, String path, String body, int status)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(listener.address().resolve(path))
            .header("Authorization", "Bearer " + token)
            .method(method, HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
      return response.body().isEmpty() ? Json.object() : Json.parse(response.body());
    }
  }
}
