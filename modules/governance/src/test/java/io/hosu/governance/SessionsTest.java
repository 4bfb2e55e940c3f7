package io.hosu.governance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.governance.TestApi.Answer;
import io.hosu.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Acting as a role, over the API. */
@Timeout(60)
@ParameterizedClass(name = "{0}")
@EnumSource(TestDatabase.class)
class SessionsTest {
  private static final String SESSIONS = "/v1/principals/loader/sessions";

  private final TestDatabase kind;
  @TempDir Path data;
  private TestApi api;
  private String alice;

  SessionsTest(TestDatabase kind) {
    this.kind = kind;
  }

  @BeforeEach
  void open() throws Exception {
    api = new TestApi(kind, data);
    api.user("alice");
    alice = api.token("alice");
    role("{'name':'loader','kind':'role','trust':['user:alice']}");
    api.grant("role:loader", Permission.SELECT, "air");
    api.grant("role:loader", Permission.INSERT, "air");
    api.grant("user:alice", Permission.SELECT, "sea");
  }

  @AfterEach
  void close() {
    api.close();
  }

  private void role(String body) throws Exception {
    assertThat(api.post(api.admin, "/v1/principals", body).status()).isEqualTo(201);
  }

  private Answer begin(String token, String body) throws Exception {
    return api.post(token, SESSIONS, body);
  }

  private String session(String body) throws Exception {
    Answer begun = begin(alice, body);
    assertThat(begun.status()).as(begun.text()).isEqualTo(201);
    return begun.text("token");
  }

  private String decision(String token, String permission, String on) throws Exception {
    return api.get(token, "/v1/can?permission=%s&resource=%s".formatted(permission, on))
        .text("decision");
  }

  @Test
  void aTagOfAPrincipalIsAnAttributeByAnotherName() throws Exception {
    Answer made =
        api.post(
            api.admin,
            "/v1/principals",
            "{'name':'eva','attributes':{'region':'EU'},'tags':{'team':'ops','region':'EU'}}");
    assertThat(made.json().path("attributes").toString())
        .isEqualTo("{\"region\":\"EU\",\"team\":\"ops\"}");
    api.grant("principal:\"team = ops\"", Permission.SELECT, "ports");
    String eva = api.token("eva");

    assertThat(decision(eva, "SELECT", "ports.stage.t")).isEqualTo("allowed");
    assertThat(decision(alice, "SELECT", "ports.stage.t")).isEqualTo("denied");
    String contradiction = "{'tags':{'team':'a'},'attributes':{'team':'b'}}";
    assertThat(api.send(api.admin, "PUT", "/v1/principals/eva", contradiction).text())
        .contains("PRINCIPAL_INVALID", "which are the same");
  }

  @Test
  void aSessionWithAPolicyGivesNothingThatOutlivesIt() throws Exception {
    api.grant("role:loader", Permission.GRANT, "air");
    api.grant("role:loader", Permission.SELECT, "air");
    String grant = "{'principal':'alice','permissions':['SELECT'],'on':'air'}";
    String narrowed = session("{'policy':{'grants':[{'allow':['SELECT','GRANT'],'on':'air'}]}}");

    Answer refused = api.post(narrowed, "/v1/grants", grant);

    assertThat(refused.status()).as(refused.text()).isEqualTo(403);
    assertThat(refused.text()).contains("they would stay");
    assertThat(decision(alice, "SELECT", "air")).isEqualTo("denied");
    assertThat(api.post(session(""), "/v1/grants", grant).status()).isEqualTo(201);
    assertThat(decision(alice, "SELECT", "air")).isEqualTo("allowed");
  }

  @Test
  void tagsThatWereKeptApartCountAsAttributesToo() throws Exception {
    api.user("eva");
    String eva = api.token("eva");
    api.database.perform(tx ->
        tx.update("UPDATE principals SET tags = ? WHERE name = ?", "{\"team\":\"ops\"}", "eva"));
    api.grant("principal:\"team = ops\"", Permission.SELECT, "ports");

    assertThat(decision(eva, "SELECT", "ports.stage.t")).isEqualTo("allowed");
    api.send(api.admin, "PUT", "/v1/principals/eva", "{'tags':{'team':'sales'}}");
    assertThat(decision(eva, "SELECT", "ports.stage.t")).isEqualTo("denied");
  }

  @Test
  void nobodyBecomesTheRoleOfAStageByMakingOneOfItsName() throws Exception {
    api.grant("role:ports.p.load", Permission.SELECT, "ports");
    for (String name : List.of("ports.p.load", "ports.no.stage", "ports.x")) {
      assertThat(
              api.post(
                      api.admin,
                      "/v1/principals",
                      "{'name':'%s','kind':'role','trust':['user:alice']}".formatted(name))
                  .text())
          .contains("PRINCIPAL_INVALID", "names with a dot are those of the roles of stages");
      assertThat(api.governance.principals().find(name)).isEmpty();
    }
    api.post(api.admin, "/v1/principals", "{'name':'eva@ports.org','kind':'user'}");
    assertThat(api.governance.principals().find("eva@ports.org")).isPresent();
  }

  @Test
  void whoActsAsARoleSeesNoAuditRecordsOfOthersWhoDo() throws Exception {
    api.user("bob");
    role("{'name':'shared','kind':'role','trust':['user:alice','user:bob']}");
    String path = "/v1/principals/shared/sessions";
    String hers = api.post(alice, path, "").text("token");
    String his = api.post(api.token("bob"), path, "").text("token");
    api.get(hers, "/v1/can?permission=SELECT&resource=air.stage.hers");
    api.get(his, "/v1/can?permission=SELECT&resource=air.stage.his");

    assertThat(persons(hers)).containsOnly("user:alice");
    assertThat(persons(his)).containsOnly("user:bob");
    assertThat(persons(alice)).contains("user:alice").doesNotContain("user:bob");
    assertThat(persons(api.admin)).contains("user:alice", "user:bob");
    assertThat(api.as(api.admin, "shared", "/v1/audit").text()).doesNotContain("user:bob");
  }

  private List<String> persons(String token) throws Exception {
    return api.get(token, "/v1/audit?limit=100").json().path("items").findValuesAsText("person");
  }

  @Test
  void whomARoleTrustsActsWithTheRightsOfTheRoleAndNoneOfItsOwn() throws Exception {
    Answer begun = begin(alice, "");
    assertThat(begun.text("expires_at")).isEqualTo("2026-01-01T13:00:00.000Z");
    assertThat(begun.text("access_key_id")).startsWith("HOSS").isEqualTo(begun.text("id"));
    String token = begun.text("token");

    JsonNode me = api.get(token, "/v1/me").json();
    assertThat(me.path("name").asText()).isEqualTo("loader");
    assertThat(me.path("person").asText()).isEqualTo("user:alice");
    assertThat(api.get(token, "/v1/sql").text()).isEqualTo("\"loader\"");
    assertThat(decision(token, "SELECT", "air.stage.t")).isEqualTo("allowed");
    assertThat(decision(token, "SELECT", "sea.stage.t")).isEqualTo("denied");
    assertThat(decision(alice, "SELECT", "air.stage.t")).isEqualTo("denied");
  }

  @Test
  void theAuditRecordNamesThePersonWhoActsAsTheRole() throws Exception {
    String token = session("");
    api.post(token, "/v1/grants", "{'principal':'alice','permissions':['RUN'],'on':'air'}");

    List<JsonNode> records =
        api.get(api.admin, "/v1/audit").json().path("items").valueStream().toList();
    assertThat(records)
        .filteredOn(record -> record.path("action").asText().equals("GRANT"))
        .singleElement()
        .satisfies(record -> {
          assertThat(record.path("principal").asText()).isEqualTo("role:loader");
          assertThat(record.path("person").asText()).isEqualTo("user:alice");
          assertThat(record.path("credential").asText()).startsWith("session:HOSS");
        });
    assertThat(records)
        .filteredOn(record -> record.path("action").asText().equals("ASSUME_ROLE"))
        .singleElement()
        .satisfies(record -> {
          assertThat(record.path("principal").asText()).isEqualTo("user:alice");
          assertThat(record.path("resource").asText()).isEqualTo("loader");
        });
  }

  @Test
  void whomARoleDoesNotTrustDoesNotLearnWhetherThereIsOne() throws Exception {
    role("{'name':'secret','kind':'role'}");
    api.user("carol");
    String path = "/v1/principals/%s/sessions";
    for (String who : List.of(alice, api.admin)) {
      Answer none = api.post(who, path.formatted("nobody"), "");
      assertThat(none.status()).isEqualTo(404);
      assertThat(none.text("code")).isEqualTo("ROLE_NOT_FOUND");
      assertThat(none.text("remedy")).contains("hosu principals change nobody --trust user:a");
      for (String name : List.of("secret", "carol")) {
        Answer there = api.post(who, path.formatted(name), "");
        assertThat(there.text().replace(name, "nobody")).isEqualTo(none.text());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "group:ops",
    "'principal:\"team = ops\"'",
  })
  void trustFollowsGroupsAndAttributesAtOnce(String trusted) throws Exception {
    api.user("bob");
    String bob = api.token("bob");
    String change = "{\"trust\":[%s]}".formatted(io.hosu.kernel.Json.print(trusted));
    assertThat(api.sendJson(api.admin, "PUT", "/v1/principals/loader", change).status())
        .isEqualTo(200);
    assertThat(begin(bob, "").status()).isEqualTo(404);

    api.keep(Principal.user("bob").in(Set.of("ops")).with(Map.of("team", "ops")));
    Answer begun = begin(bob, "");
    assertThat(begun.status()).isEqualTo(201);
    assertThat(api.get(begun.text("token"), "/v1/me").status()).isEqualTo(200);

    api.keep(Principal.user("bob"));
    assertThat(api.get(begun.text("token"), "/v1/me").status()).isEqualTo(401);
  }

  @Test
  void aSessionEndsAtItsTime() throws Exception {
    String token = session("{'ttl':'10m'}");
    api.clock.advance(Duration.ofMinutes(10).minusMillis(1));
    assertThat(api.get(token, "/v1/me").status()).isEqualTo(200);
    api.clock.advance(Duration.ofMillis(1));
    assertThat(api.get(token, "/v1/me").status()).isEqualTo(401);
  }

  @Test
  void aSessionEndsWithTheTrust() throws Exception {
    String token = session("");
    api.sendJson(api.admin, "PUT", "/v1/principals/loader", "{\"trust\":[]}");
    assertThat(api.get(token, "/v1/me").status()).isEqualTo(401);
  }

  @Test
  void aSessionEndsWithTheRoleEvenIfAnotherGetsItsName() throws Exception {
    String token = session("");
    api.database.perform(tx -> api.governance.principals().remove(tx, "loader"));
    assertThat(api.get(token, "/v1/me").status()).isEqualTo(401);
    role("{'name':'loader','kind':'role','trust':['user:alice']}");
    assertThat(api.get(token, "/v1/me").status()).isEqualTo(401);
  }

  @Test
  void aSessionEndsWithThePersonEvenIfAnotherGetsItsName() throws Exception {
    String token = session("");
    api.database.perform(tx -> api.governance.principals().remove(tx, "alice"));
    assertThat(api.get(token, "/v1/me").status()).isEqualTo(401);
    api.user("alice");
    assertThat(api.get(token, "/v1/me").status()).isEqualTo(401);
  }

  @Test
  void aSessionIsEndedByWhoBeganItAndByAdministrators() throws Exception {
    api.user("bob");
    String mine = begin(alice, "").text("id");
    Answer other = begin(alice, "");

    assertThat(api.get(api.token("bob"), SESSIONS).json().path("items")).isEmpty();
    assertThat(api.get(alice, SESSIONS).json().path("items")).hasSize(2);
    assertThat(api.get(alice, SESSIONS).text())
        .doesNotContain(other.text("token"), other.text("session_token"))
        .doesNotContain(other.text("secret_access_key"));
    assertThat(api.delete(api.token("bob"), SESSIONS + "/" + mine).status()).isEqualTo(404);
    assertThat(api.delete(alice, SESSIONS + "/" + mine).status()).isEqualTo(204);
    assertThat(api.delete(alice, SESSIONS + "/" + mine).status()).isEqualTo(404);
    assertThat(api.delete(api.admin, SESSIONS + "/" + other.text("id")).status()).isEqualTo(204);
    assertThat(api.get(other.text("token"), "/v1/me").status()).isEqualTo(401);
  }

  @Test
  void aPolicyNarrowsWhatTheRoleMayAndAddsNothing() throws Exception {
    String token =
        session(
            "{'policy':{'grants':["
                + "{'allow':['SELECT','INSERT'],'on':'air.stage'},"
                + "{'allow':['SELECT'],'on':'sea'},"
                + "{'deny':['INSERT'],'on':'air.stage.t'}]}}");

    assertThat(decision(token, "SELECT", "air.stage.t")).isEqualTo("allowed");
    assertThat(decision(token, "INSERT", "air.stage.t")).isEqualTo("denied");
    assertThat(decision(token, "INSERT", "air.stage.u")).isEqualTo("allowed");
    assertThat(decision(token, "SELECT", "air.mart.t")).isEqualTo("denied");
    assertThat(decision(token, "SELECT", "sea.stage.t")).isEqualTo("denied");
  }

  @Test
  void aPolicyHidesColumnsRowsAndCells() throws Exception {
    String token =
        session(
            "{'policy':{'grants':[{'allow':['SELECT'],'on':'air.stage.t',"
                + "'columns':['a','b'],'rows':'a > 1','masks':{'b':'last(2)'}}]}}");
    JsonNode can = api.get(token, "/v1/can?permission=SELECT&resource=air.stage.t").json();

    assertThat(can.path("decision").asText()).isEqualTo("masked");
    // That it has a condition, and not which: a value in it may be one that is hidden.
    assertThat(can.at("/limits/rows/0").asText()).isEqualTo("...");
    assertThat(can.at("/limits/columns/b/0/mask").asText()).isEqualTo("last(2)");
    assertThat(can.at("/limits/columns/*").isMissingNode()).isTrue();
  }

  @Test
  void aSessionIsGoodForTheSameDoorsAndDomainsAsTheTokenItComesWith() throws Exception {
    api.domain("air");
    String path = "/v1/principals/alice/tokens";
    String s3 = api.post(api.admin, path, "{'doors':['s3']}").text("token");
    String sql = api.post(api.admin, path, "{'doors':['sql'],'domains':['air']}").text("token");
    api.grant("role:loader", Permission.SELECT, "sea");

    Answer bySql = begin(sql, "");
    assertThat(api.get(bySql.text("token"), "/v1/sql").status()).isEqualTo(200);
    assertThat(api.get(bySql.text("token"), "/v1/me").status()).isEqualTo(403);
    assertThat(signer(bySql)).isInstanceOf(Signer.Ended.class);

    Answer byS3 = begin(s3, "");
    assertThat(api.get(byS3.text("token"), "/v1/sql").status()).isEqualTo(403);
    assertThat(signer(byS3)).isInstanceOf(Signer.Known.class);

    String api3 = api.post(api.admin, path, "{'doors':['api'],'domains':['air']}").text("token");
    String within = begin(api3, "").text("token");
    assertThat(decision(within, "SELECT", "air.stage.t")).isEqualTo("allowed");
    assertThat(decision(within, "SELECT", "sea.stage.t")).isEqualTo("denied");
  }

  private Signer signer(Answer begun) {
    return api.governance
        .signers()
        .find(begun.text("access_key_id"), Optional.of(begun.text("session_token")));
  }

  @Test
  void whoActsAsARoleBeginsNoOtherSession() throws Exception {
    role("{'name':'other','kind':'role','trust':['user:alice']}");
    Answer refused = api.post(session(""), "/v1/principals/other/sessions", "");
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.text("detail")).contains("acts as role:loader already");
  }

  @Test
  void theSecretsOfASessionAreKeptAsHashesAndEncrypted() throws Exception {
    Answer begun = begin(alice, "");
    String kept =
        api.database
            .read(tx ->
                tx.list(
                    "SELECT token_hash, security_token_hash, secret FROM sessions",
                    row ->
                        row.text("token_hash")
                            + row.text("security_token_hash")
                            + new String(
                                row.bytes("secret"), java.nio.charset.StandardCharsets.ISO_8859_1)))
            .toString();
    assertThat(kept)
        .doesNotContain(begun.text("token"), begun.text("session_token"))
        .doesNotContain(begun.text("secret_access_key"));
    assertThat(api.get(begun.text("session_token"), "/v1/me").status()).isEqualTo(401);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'ttl':'13h'}|cannot last for 13h",
        "{'ttl':'0s'}|cannot last for 0s",
        "{'policy':{'grant':[]}}|has a list of grants",
        "{'policy':{'grants':[{'on':'air'}]}}|either allow or deny",
        "{'policy':{'grants':[{'allow':['SELCT'],'on':'air'}]}}|did you mean 'SELECT'?",
        "{'policy':{'grants':[{'to':'x','allow':['SELECT'],'on':'air'}]}}|no 'to'",
        "{'policy':{'grants':[{'allow':['SELECT'],'on':'air','rows':'a = ('}]}}|lacks a ')'",
      })
  void aMistakenWishIsRefusedWithWhatIsWrong(String body, String told) throws Exception {
    Answer answer = begin(alice, body);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text("detail")).contains(told);
    assertThat(api.get(alice, SESSIONS).json().path("items")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'name':'x','trust':['user:alice']}|cannot have trust",
        "{'name':'x','kind':'role','trust':['role:loader']}|roles do not act as roles",
        "{'name':'x','kind':'role','trust':['team:ops']}|does not say to whom",
      })
  void trustIsInPersonsAndOfRoles(String body, String told) throws Exception {
    Answer answer = api.post(api.admin, "/v1/principals", body);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text("detail")).contains(told);
  }
}
