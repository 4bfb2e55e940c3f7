package io.hosu.governance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.http.Listener;
import io.hosu.http.ListenerConfig;
import io.hosu.http.Router;
import io.hosu.kernel.Ids;
import io.hosu.kernel.Json;
import io.hosu.kernel.TableName;
import io.hosu.store.Database;
import io.hosu.store.Databases;
import io.hosu.testing.ManualClock;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class GovernanceApiTest {
  private final ManualClock clock = new ManualClock();
  private final HttpClient client = HttpClient.newHttpClient();
  private final Database database;
  private final Governance governance;
  private final Listener listener;
  private final String admin;

  GovernanceApiTest(@TempDir Path data) {
    database = Databases.temporary(data, GovernanceMigrations.all());
    governance = new Governance(database, data, clock, new Ids(clock, new Random(1)));
    var routes =
        new AuthenticatedRoutes(
            governance.authentication(),
            List.of(governance.api(), governance.auditApi(OlderAudit.NONE)));
    Router router =
        Router.builder()
            .get("/v1/health", call -> call.send(200, Json.object().put("status", "ok")))
            .add(routes)
            .build();
    listener = new Listener(ListenerConfig.local(0), router);
    admin = governance.administrator().atFirstStart(_ -> {}).orElseThrow().token().reveal();
  }

  @BeforeEach
  void people() throws Exception {
    assertThat(post(admin, "/v1/principals", "{'name':'alice','groups':['analysts']}").status())
        .isEqualTo(201);
    assertThat(post(admin, "/v1/principals", "{'name':'loader','kind':'role'}").status())
        .isEqualTo(201);
  }

  @AfterEach
  void close() {
    listener.close();
    governance.close();
    database.close();
    client.close();
  }

  @Test
  void everythingButHealthAsksWhoYouAre() throws Exception {
    assertThat(get("", "/v1/health").status()).isEqualTo(200);
    for (String token : List.of("", "hosu_nonsense", admin + "x", "x" + admin)) {
      Answer answer = get(token, "/v1/me");
      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.json().path("code").asText()).isEqualTo("UNAUTHENTICATED");
      assertThat(answer.json().path("remedy").asText()).contains("admin.env");
      assertThat(answer.text()).doesNotContain(admin);
    }
    assertThat(get(admin, "/v1/me").json().path("name").asText()).isEqualTo("admin");
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /v1/principals",
    "DELETE, /v1/principals/loader",
    "POST, /v1/principals/alice/tokens",
    "POST, /v1/principals/alice/keys",
    "DELETE, /v1/principals/admin/tokens/first",
    "POST, /v1/principals/admin/keys",
  })
  void onlyAdministratorsChangePrincipals(String method, String path) throws Exception {
    String body = method.equals("DELETE") ? "" : "{'name':'eve'}";
    Answer answer = send(token("alice"), method, path, body);

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.json().path("code").asText()).isEqualTo("PERMISSION_DENIED");
    assertThat(answer.json().path("remedy").asText()).contains("hosu grant user:alice ADMIN lake");
    assertThat(get(admin, "/v1/audit?decision=denied").json().path("items")).hasSize(1);
  }

  @Test
  void aTokenAndAKeyAreShownOnceAndWork() throws Exception {
    Answer made = post(admin, "/v1/principals/alice/tokens", "{'ttl':'1h'}");
    String text = made.json().path("token").asText();
    Answer key = post(admin, "/v1/principals/alice/keys", "");
    String secret = key.json().path("secret_access_key").asText();

    assertThat(get(text, "/v1/me").json().path("groups").toString()).isEqualTo("[\"analysts\"]");
    var owner =
        governance.accessKeys().find(key.json().path("access_key_id").asText()).orElseThrow();
    assertThat(owner.secret().reveal()).isEqualTo(secret);
    assertThat(get(admin, "/v1/principals/alice").text())
        .contains(made.json().path("id").asText())
        .contains(key.json().path("access_key_id").asText())
        .doesNotContain(text)
        .doesNotContain(secret);
    assertThat(get(admin, "/v1/audit").text())
        .contains("CREATE_TOKEN", "CREATE_ACCESS_KEY")
        .doesNotContain(text)
        .doesNotContain(secret);

    String id = made.json().path("id").asText();
    assertThat(send(admin, "DELETE", "/v1/principals/alice/tokens/" + id, "").status())
        .isEqualTo(204);
    assertThat(get(text, "/v1/me").status()).isEqualTo(401);
    assertThat(send(admin, "DELETE", "/v1/principals/alice/tokens/" + id, "").status())
        .isEqualTo(404);
  }

  @Test
  void theAuditRecordTellsWhatWasDoneAndNotWhatWasAsked() throws Exception {
    String asked = "/v1/can?principal=alice&permission=SELECT&resource=air.stage.t";

    assertThat(get(admin, asked).status()).isEqualTo(200);
    assertThat(get(token("loader"), asked).status()).isEqualTo(403);
    assertThat(get(admin, "/v1/audit").text()).doesNotContain("air.stage.t");

    String grant = "{'principal':'alice','permissions':['SELECT'],'on':'air.stage.t'}";
    assertThat(post(admin, "/v1/grants", grant).status()).isEqualTo(201);
    JsonNode done = get(admin, "/v1/audit").json().path("items");
    assertThat(done.valueStream().map(one -> one.path("action").asText()))
        .filteredOn(action -> !action.matches("CREATE_.*|SIGN_IN|GET"))
        .containsExactly("GRANT");
  }

  @Test
  void whoSeesAPartOfATableIsToldWhichAndByWhichGrants() throws Exception {
    String grant =
        "{'principal':'alice','permissions':['SELECT'],'on':'air.stage.t','rows':'a > 1',"
            + "'columns':{'except':['secret']},'masks':{'ssn':'last(4)'}}";
    assertThat(post(admin, "/v1/grants", grant).status()).isEqualTo(201);

    assertThat(can(admin, "alice", "SELECT", "air.stage.t")).isEqualTo("masked");
    assertThat(can(admin, "alice", "SELECT", "air.stage.t.ssn")).isEqualTo("masked");
    assertThat(can(admin, "alice", "SELECT", "air.stage.t.name")).isEqualTo("filtered");
    assertThat(can(admin, "alice", "SELECT", "air.stage.t.secret")).isEqualTo("denied");
    assertThat(can(admin, "alice", "SELECT", "air.stage.other")).isEqualTo("denied");
    JsonNode all =
        get(admin, "/v1/can?principal=alice&permission=SELECT&resource=air.stage.t.ssn").json();
    assertThat(all.at("/limits/rows/0").asText()).isEqualTo("a > 1");
    assertThat(all.at("/limits/columns/ssn/0/mask").asText()).isEqualTo("last(4)");
    assertThat(all.at("/grant/rows").asText()).isEqualTo("a > 1");
    assertThat(all.get("more")).isEmpty();
  }

  @Test
  void whoMayDoSomethingAndWhatSomebodyMayDoIsAskedByThoseWhoGrant() throws Exception {
    String some =
        "{'principal':'alice','permissions':['SELECT'],'on':'air.stage.t','rows':'a > 1'}";
    assertThat(post(admin, "/v1/grants", some).status()).isEqualTo(201);
    String grant = "{'principal':'loader','permissions':['SELECT'],'on':'air'}";
    assertThat(post(admin, "/v1/grants", grant).status()).isEqualTo(201);

    JsonNode who = get(admin, "/v1/access/who?on=air.stage.t").json().path("items");
    assertThat(
            who.valueStream()
                .map(one -> one.path("principal").asText() + " " + one.path("decision").asText()))
        .contains("user:alice filtered", "role:loader allowed");
    JsonNode first = get(admin, "/v1/access/who?on=air.stage.t&limit=1").json();
    assertThat(first.path("items")).hasSize(1);
    assertThat(first.path("next").isTextual()).isTrue();
    assertThat(get(admin, "/v1/access/who?on=air.stage.t&permission=ALTER").text())
        .doesNotContain("user:alice");
    assertThat(get(admin, "/v1/access/who").status()).isEqualTo(400);
    assertThat(get(token("alice"), "/v1/access/who?on=air.stage.t").status()).isEqualTo(403);

    String alice = token("alice");
    assertThat(get(alice, "/v1/access/of/alice").json().at("/items/0/on").asText())
        .isEqualTo("air.stage.t");
    assertThat(get(alice, "/v1/access/of/loader").status()).isEqualTo(403);
    assertThat(get(admin, "/v1/access/of/nobody").status()).isEqualTo(404);
  }

  @Test
  void whoIsMadeAnewUnderAnOldNameDoesNotReadWhatTheOldOneDid() throws Exception {
    post(admin, "/v1/principals", "{'name':'zoe'}");
    assertThat(get(token("zoe"), "/v1/grants").status()).isEqualTo(200);
    assertThat(get(token("zoe"), "/v1/audit").text()).contains("/v1/grants");
    assertThat(send(admin, "DELETE", "/v1/principals/zoe", "").status()).isEqualTo(204);
    clock.advance(Duration.ofSeconds(1));
    post(admin, "/v1/principals", "{'name':'zoe'}");

    assertThat(get(token("zoe"), "/v1/principals").status()).isEqualTo(200);
    assertThat(get(token("zoe"), "/v1/audit").text())
        .contains("/v1/principals")
        .doesNotContain("/v1/grants");
    assertThat(get(token("zoe"), "/v1/audit?since=1h").text()).doesNotContain("/v1/grants");
    assertThat(get(admin, "/v1/audit?principal=zoe").text()).contains("/v1/grants");
  }

  @Test
  void everybodySeesOnlyThemselvesAndAdministratorsSeeAll() throws Exception {
    String alice = token("alice");
    assertThat(names(get(alice, "/v1/principals"))).containsExactly("alice");
    assertThat(names(get(admin, "/v1/principals"))).containsExactly("admin", "alice", "loader");
    assertThat(get(alice, "/v1/principals/alice").status()).isEqualTo(200);
    assertThat(get(alice, "/v1/principals/admin").status()).isEqualTo(404);
    assertThat(get(alice, "/v1/principals/ghost").status()).isEqualTo(404);
    Answer first = get(admin, "/v1/principals?limit=2");
    assertThat(
            names(get(admin, "/v1/principals?limit=2&next=" + first.json().path("next").asText())))
        .containsExactly("loader");
  }

  @Test
  void aGrantIsGivenSeenUsedAndTakenBack() throws Exception {
    assertThat(can(admin, "alice", "SELECT", "air.stage.flights")).isEqualTo("denied");
    Answer given =
        post(
            admin,
            "/v1/grants",
            "{'principal':'group:analysts','permissions':['SELECT'],'on':'air.stage'}");
    assertThat(given.status()).isEqualTo(201);
    assertThat(can(admin, "alice", "SELECT", "air.stage.flights")).isEqualTo("allowed");
    assertThat(can(token("alice"), "alice", "SELECT", "air.stage.flights")).isEqualTo("allowed");
    assertThat(get(token("alice"), "/v1/grants").json().path("items")).hasSize(1);

    String id = given.json().path("id").asText();
    assertThat(send(token("alice"), "DELETE", "/v1/grants/" + id, "").status()).isEqualTo(403);
    assertThat(send(token("loader"), "DELETE", "/v1/grants/" + id, "").status()).isEqualTo(404);
    assertThat(send(admin, "DELETE", "/v1/grants/" + id, "").status()).isEqualTo(204);
    assertThat(can(admin, "alice", "SELECT", "air.stage.flights")).isEqualTo("denied");
  }

  @Test
  void whatTheLakeProjectGivesIsNotTakenPastIt() throws Exception {
    Grant declared =
        Grant.declared(
            Grantee.user("alice"), Set.of(Permission.SELECT), Resource.parse("air.stage"));
    database.perform(tx -> governance.grants().replaceGit(tx, List.of(declared)));
    String id =
        database.read(tx -> governance.grants().list(tx)).stream()
            .filter(grant -> grant.source().equals(Grant.GIT))
            .findFirst()
            .orElseThrow()
            .id();

    Answer refused = send(admin, "DELETE", "/v1/grants/" + id, "");
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.json().path("code").asText()).isEqualTo("GRANT_DECLARED");
    assertThat(refused.text()).contains("hosu apply");
    assertThat(can(admin, "alice", "SELECT", "air.stage.flights")).isEqualTo("allowed");
  }

  @Test
  void theOwnerOfADomainGivesThereAndNowhereElse() throws Exception {
    database.write(tx -> {
      governance.domains().put(tx, new Domains.Domain("air", "analysts", ""));
      return 0;
    });
    String body = "{'principal':'loader','permissions':['INSERT'],'on':'%s.stage'}";
    Answer given = post(token("alice"), "/v1/grants", body.formatted("air"));

    assertThat(given.status()).isEqualTo(201);
    assertThat(given.json().path("principal").asText()).isEqualTo("role:loader");
    assertThat(post(token("alice"), "/v1/grants", body.formatted("sea")).status()).isEqualTo(403);
  }

  @Test
  void nothingCanBeGrantedOnWhatTheLakeKeepsOfItself() throws Exception {
    String grant = "{'principal':'alice','permissions':['ADMIN'],'on':'%s'}";
    for (String on :
        List.of(
            "system",
            "system.system",
            "system.system.executions",
            "air.system",
            "system/",
            "system/air/x",
            "stage/system/",
            "pipeline:system.p")) {
      Answer refused = post(admin, "/v1/grants", grant.formatted(on));
      assertThat(refused.status()).as(on).isEqualTo(400);
      assertThat(refused.text()).contains("RESOURCE_INVALID", "system.executions");
    }
    assertThat(post(admin, "/v1/grants", grant.formatted("systems")).status()).isEqualTo(201);
  }

  @Test
  void nobodyGivesWhatTheyDoNotHave() throws Exception {
    String grant = "{'principal':'%s','permissions':[%s],'on':'air'}";
    assertThat(post(admin, "/v1/grants", grant.formatted("alice", "'GRANT','SELECT'")).status())
        .isEqualTo(201);
    assertThat(post(token("alice"), "/v1/grants", grant.formatted("loader", "'SELECT'")).status())
        .isEqualTo(201);
    for (String more : List.of("'INSERT'", "'ADMIN'", "'SELECT','DROP'")) {
      assertThat(post(token("alice"), "/v1/grants", grant.formatted("alice", more)).status())
          .isEqualTo(403);
    }
  }

  @Test
  void anAttributeThatHoldsANulIsRefused() throws Exception {
    String nul = "{'name':'eva','attributes':{'region':'EU\\u0000XX'}}";
    Answer refused = post(admin, "/v1/principals", nul);
    assertThat(refused.status()).as(refused.text()).isEqualTo(400);
    assertThat(refused.text()).contains("PRINCIPAL_INVALID", "NUL");
  }

  @Test
  void whoCannotGiveAGrantOrADenyCannotTakeIt() throws Exception {
    String some = "{'principal':'%s','permissions':[%s],'on':'air.stage.t'%s}";
    post(admin, "/v1/grants", some.formatted("alice", "'GRANT','SELECT'", ""));
    String deny = some.formatted("alice", "'SELECT'", ",'effect':'deny','columns':['ssn']");
    String its = post(admin, "/v1/grants", deny).json().path("id").asText();
    String more = some.formatted("loader", "'INSERT'", "");
    String others = post(admin, "/v1/grants", more).json().path("id").asText();

    assertThat(send(token("alice"), "DELETE", "/v1/grants/" + its, "").status()).isEqualTo(403);
    assertThat(send(token("alice"), "DELETE", "/v1/grants/" + others, "").status()).isEqualTo(403);
    assertThat(can(admin, "alice", "SELECT", "air.stage.t.ssn")).isEqualTo("denied");
    assertThat(can(admin, "loader", "INSERT", "air.stage.t")).isEqualTo("allowed");
    assertThat(send(admin, "DELETE", "/v1/grants/" + its, "").status()).isEqualTo(204);
    assertThat(send(token("alice"), "DELETE", "/v1/grants/" + others, "").status()).isEqualTo(403);
    String one =
        post(token("alice"), "/v1/grants", some.formatted("group:b", "'SELECT'", "")).text();
    String given = Json.parse(one).path("id").asText();
    assertThat(send(token("alice"), "DELETE", "/v1/grants/" + given, "").status()).isEqualTo(204);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "'principal':'alice'|,'where':'principal.team = resource.team'",
        "'principal':'principal:team = ops'|",
        "'principal':'alice'|,'until':'2126-01-01T00:00:00Z'",
      })
  void whatSomebodyHasForAWhileOrUnderAConditionIsNotPassedOnForGood(String to, String terms)
      throws Exception {
    database.write(tx -> {
      Principal alice = Principal.user("alice").with(Map.of("team", "ops"));
      governance.principals().put(tx, alice, Grant.CLI);
      governance.tags().put(tx, new Tags.Tag(Resource.parse("air"), "team", "ops", Grant.CLI));
      return 0;
    });
    for (String permissions : List.of("'GRANT','SELECT'", "'ADMIN'")) {
      String has =
          "{%s,'permissions':[%s],'on':'air'%s}"
              .formatted(to, permissions, terms == null ? "" : terms);
      String id = post(admin, "/v1/grants", has).json().path("id").asText();
      String same = "{'principal':'alice','permissions':['SELECT'],'on':'air.stage'%s}";
      Answer refused = post(token("alice"), "/v1/grants", same.formatted(""));
      assertThat(refused.status()).as(refused.text()).isEqualTo(403);
      assertThat(refused.text()).contains("passes on no more");
      String later = ",'until':'2126-01-01T00:00:01Z'";
      assertThat(post(token("alice"), "/v1/grants", same.formatted(later)).status()).isEqualTo(403);
      String sooner = ",'until':'2126-01-01T00:00:00Z'";
      assertThat(post(token("alice"), "/v1/grants", same.formatted(sooner)).status())
          .isEqualTo(has.contains("until") ? 201 : 403);
      send(admin, "DELETE", "/v1/grants/" + id, "");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'principal':'alcie','permissions':['SELECT'],'on':'air'}|did you mean 'alice'?",
        "{'principal':'alice','permissions':['SELCT'],'on':'air'}|did you mean 'SELECT'?",
        "{'principal':'alice','permissions':[],'on':'air'}|allows nothing",
        "{'principal':'alice','permissions':['RUN'],'on':'air.stage.t'}|means nothing",
        "{'principal':'role:alice','permissions':['SELECT'],'on':'air'}|is not user:alice",
        "{'principal':'alice','permissions':['SELECT'],'on':'a.b.c.'}|grants can be on",
        "{'principal':'alice','permissions':['SELECT'],'on':'a.b.c.d'}|the column apart",
        "{'principal':'alice','permissions':['SELECT'],'on':'tag:pii = '}|ends too early",
        "{'principal':'alice','permissions':['SELECT'],'on':'air','rows':'a = ('}|lacks a ')'",
        "{'principal':'alice','permissions':['SELECT'],'on':'air','effect':'forbid'}|effect",
        "{'principal':'alice','permissions':['SELECT'],'on':'air','masks':{'a':'lst(4)'}}|'last'?",
        "{'principal':'alice','permission':['SELECT'],'on':'air'}|did you mean 'permissions'?",
      })
  void aMistakenGrantIsRefusedWithWhatIsWrong(String body, String told) throws Exception {
    Answer answer = post(admin, "/v1/grants", body);
    assertThat(answer.status()).isIn(400, 404);
    assertThat(answer.json().path("detail").asText()).contains(told);
    assertThat(answer.json().path("remedy").asText()).isNotEmpty();
  }

  @Test
  void theAuditRecordShowsOthersOnlyToAdministrators() throws Exception {
    assertThat(post(token("alice"), "/v1/principals", "{'name':'eve'}").status()).isEqualTo(403);
    assertThat(get(token("alice"), "/v1/audit?principal=admin").json().path("items"))
        .allMatch(record -> record.path("principal").asText().equals("user:alice"))
        .isNotEmpty();
    assertThat(get(token("loader"), "/v1/audit").json().path("items")).isEmpty();
    assertThat(get(admin, "/v1/audit?principal=admin").json().path("items")).isNotEmpty();
    assertThat(get(admin, "/v1/audit?decision=perhaps").status()).isEqualTo(400);
  }

  @Test
  void theAuditRecordTellsConditionsOnlyToAdministrators() throws Exception {
    Principal alice = governance.principals().require("alice");
    Terms terms =
        Terms.none()
            .with(new Condition("ssn <> '222-22-2222'"))
            .with("pay", new Terms.Masking(Mask.parse("sql(pay > 8999)"), Optional.empty()));
    Grant grant =
        Grant.declared(
                Grantee.of(alice), Set.of(Permission.SELECT), Resource.parse("air.stage.people"))
            .with(terms);
    database.perform(tx -> governance.grants().put(tx, grant));
    List<String> columns = List.of("pay", "ssn");
    governance
        .policy()
        .requireSight(
            governance.policy().caller(alice, Door.SQL, "query"),
            TableName.parse("air.stage.people"),
            columns,
            columns);

    JsonNode own = sight(token("alice"));
    assertThat(own.path("filter").asText()).isEqualTo("...");
    assertThat(own.path("masks").asText()).isEqualTo("...");
    assertThat(own.path("hash").isNull()).isTrue();
    assertThat(own.path("columns").toString()).isEqualTo("[\"pay\",\"ssn\"]");
    assertThat(get(token("alice"), "/v1/audit").text()).doesNotContain("222", "8999");
    assertThat(sight(admin).path("filter").asText()).contains("222-22-2222");
    assertThat(sight(admin).path("masks").asText()).contains("8999");
  }

  private JsonNode sight(String token) throws Exception {
    return get(token, "/v1/audit?principal=alice")
        .json()
        .path("items")
        .valueStream()
        .filter(record -> record.path("resource").asText().equals("air.stage.people"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aRefusalSaysWhatIsMissingWhoMayGiveItAndHow() throws Exception {
    database.perform(tx -> governance.domains().put(tx, new Domains.Domain("air", "sky", "")));
    String grant = "{'principal':'loader','permissions':['SELECT'],'on':'%s'}";
    assertThat(
            post(admin, "/v1/grants", "{'principal':'alice','permissions':['RUN'],'on':'air'}")
                .status())
        .isEqualTo(201);

    JsonNode known = post(token("alice"), "/v1/grants", grant.formatted("air.stage")).json();
    assertThat(known.path("status").asInt()).isEqualTo(403);
    assertThat(known.path("code").asText()).isEqualTo("PERMISSION_DENIED");
    assertThat(known.at("/missing/permission").asText()).isEqualTo("GRANT");
    assertThat(known.at("/missing/on").asText()).isEqualTo("air.stage");
    assertThat(known.path("givers").toString()).isEqualTo("[\"sky\",\"administrators\"]");
    assertThat(known.path("command").asText()).isEqualTo("hosu grant user:alice GRANT air.stage");
    assertThat(known.path("yaml").asText())
        .isEqualTo("grants:\n  - { to: \"user:alice\", allow: [GRANT], on: \"air.stage\" }");
    assertThat(known.path("remedy").asText())
        .contains(known.path("command").asText(), known.path("yaml").asText());
    assertThat(known.path("detail").asText()).contains("The owner of the domain air (sky)");

    JsonNode other = post(token("alice"), "/v1/grants", grant.formatted("sea.stage")).json();
    assertThat(other.path("givers").toString()).isEqualTo("[\"owner\",\"administrators\"]");
    JsonNode tagged =
        post(
                token("alice"),
                "/v1/grants",
                "{'principal':'loader','permissions':['SELECT'],'on':'tag:pii = low'}")
            .json();
    assertThat(tagged.path("command").asText())
        .isEqualTo("hosu grant user:alice GRANT 'tag:\"pii = low\"'");
    assertThat(tagged.path("yaml").asText()).endsWith("on: \"tag:\\\"pii = low\\\"\" }");
  }

  @Test
  void whoMayNotGrantDoesNotLearnWhoThereIs() throws Exception {
    String grant = "{'principal':'%s','permissions':['SELECT'],'on':'air'}";
    Answer known = post(token("alice"), "/v1/grants", grant.formatted("loader"));
    Answer unknown = post(token("alice"), "/v1/grants", grant.formatted("loadre"));
    assertThat(known.status()).isEqualTo(403);
    assertThat(unknown).isEqualTo(known);
  }

  @Test
  void whatADenyForbidsIsRefusedWithTheCommandThatTakesIt() throws Exception {
    String deny = "{'principal':'alice','permissions':['GRANT'],'on':'air','effect':'deny'}";
    String id = post(admin, "/v1/grants", deny).json().path("id").asText();
    JsonNode refused =
        post(
                token("alice"),
                "/v1/grants",
                "{'principal':'loader','permissions':['SELECT'],'on':'air'}")
            .json();
    assertThat(refused.path("command").asText()).isEqualTo("hosu grants revoke " + id);
    assertThat(refused.path("remedy").asText()).contains(refused.path("command").asText());
    assertThat(refused.has("yaml")).isFalse();
  }

  @Test
  void theBuiltInAdministratorStays() throws Exception {
    assertThat(send(admin, "DELETE", "/v1/principals/admin", "").status()).isEqualTo(409);
    assertThat(post(admin, "/v1/principals", "{'name':'admin'}").status()).isEqualTo(409);
    assertThat(send(admin, "DELETE", "/v1/principals/alice", "").status()).isEqualTo(204);
    assertThat(send(admin, "DELETE", "/v1/principals/alice", "").status()).isEqualTo(404);
  }

  private record Answer(int status, String text) {
    JsonNode json() {
      return Json.parse(text);
    }
  }

  private String can(String token, String who, String what, String on) throws Exception {
    return get(token, "/v1/can?principal=%s&permission=%s&resource=%s".formatted(who, what, on))
        .json()
        .path("decision")
        .asText();
  }

  private static List<String> names(Answer answer) {
    return answer
        .json()
        .path("items")
        .valueStream()
        .map(item -> item.path("name").asText())
        .toList();
  }

  private String token(String principal) {
    return database.write(tx -> governance.tokens().createLasting(tx, principal)).text().reveal();
  }

  private Answer get(String token, String path) throws Exception {
    return send(token, "GET", path, "");
  }

  private Answer post(String token, String path, String body) throws Exception {
    return send(token, "POST", path, body);
  }

  private Answer send(String token, String method, String path, String body) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(listener.address().resolve(path))
            .method(
                method,
                body.isEmpty()
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofString(body.replace('\'', '"')));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
    return new Answer(answer.statusCode(), answer.body());
  }
}
