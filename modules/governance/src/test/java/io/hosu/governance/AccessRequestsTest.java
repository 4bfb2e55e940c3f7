package io.hosu.governance;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Asking for access, and answering. */
@ParameterizedClass(name = "{0}")
@EnumSource(TestDatabase.class)
class AccessRequestsTest {
  private static final String REQUESTS = "/v1/access/requests";
  private static final String WISH = "{'on': 'shop.stage.orders', 'why': 'the report'}";

  private static final int MOST_OPEN = 5;

  private final TestDatabase kind;
  private TestApi api;
  private String eva;
  private String owner;

  AccessRequestsTest(TestDatabase kind) {
    this.kind = kind;
  }

  @BeforeEach
  void open(@TempDir Path data) throws Exception {
    api = new TestApi(kind, data, _ -> GovernanceConfig.standard().withOpenRequests(MOST_OPEN));
    api.domain("shop");
    api.user("eva");
    api.user("max");
    api.keep(Principal.user("ann"));
    api.grant("user:ann", Permission.ADMIN, "shop");
    api.grant("user:ann", Permission.SELECT, "shop");
    eva = api.token("eva");
    owner = api.token("ann");
  }

  @AfterEach
  void close() {
    api.close();
  }

  private String ask(String wish) throws Exception {
    TestApi.Answer answer = api.post(eva, REQUESTS, wish);
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    return answer.text("id");
  }

  private String decision(String on) throws Exception {
    return api.get(eva, "/v1/can?permission=SELECT&on=" + on).text("decision");
  }

  private List<String> listed(String token, String query) throws Exception {
    return api.get(token, REQUESTS + query).json().path("items").findValuesAsText("id");
  }

  @Test
  void whatIsApprovedIsAGrantThatNamesTheRequestAndEndsByItself() throws Exception {
    String id = ask(WISH);
    assertThat(decision("shop.stage.orders")).isEqualTo("denied");

    TestApi.Answer approved =
        api.post(owner, REQUESTS + "/" + id + "/approve", "{'masks': {'customer': 'last(2)'}}");

    assertThat(approved.text("status")).isEqualTo("approved");
    assertThat(approved.text("decided_by")).isEqualTo("user:ann");
    assertThat(decision("shop.stage.orders")).isEqualTo("masked");
    TestApi.Answer grants = api.get(owner, "/v1/grants?principal=eva");
    assertThat(grants.json().path("items").path(0).path("source").asText())
        .isEqualTo("request:" + id);
    assertThat(grants.json().path("items").path(0).path("id").asText())
        .isEqualTo(approved.text("grant"));
    api.clock.advance(Duration.ofDays(31));
    assertThat(decision("shop.stage.orders")).isEqualTo("denied");
  }

  @Test
  void theGrantOfARequestIsTakenBackLikeAnyOther() throws Exception {
    String id = ask(WISH);
    String grant = api.post(owner, REQUESTS + "/" + id + "/approve", "{}").text("grant");

    assertThat(api.delete(owner, "/v1/grants/" + grant).status()).isEqualTo(204);
    assertThat(decision("shop.stage.orders")).isEqualTo("denied");
  }

  @Test
  void aRefusalTellsWhyAndGivesNothing() throws Exception {
    String id = ask(WISH);

    assertThat(api.post(owner, REQUESTS + "/" + id + "/refuse", "{'why': ' '}").status())
        .isEqualTo(400);
    TestApi.Answer refused =
        api.post(owner, REQUESTS + "/" + id + "/refuse", "{'why': 'ask for the summary'}");

    assertThat(refused.text("status")).isEqualTo("refused");
    assertThat(api.get(eva, REQUESTS + "/" + id).text("answer")).isEqualTo("ask for the summary");
    assertThat(decision("shop.stage.orders")).isEqualTo("denied");
  }

  @Test
  void aRequestIsDecidedOnce() throws Exception {
    String id = ask(WISH);
    api.post(owner, REQUESTS + "/" + id + "/refuse", "{'why': 'no'}");

    TestApi.Answer again = api.post(owner, REQUESTS + "/" + id + "/approve", "{}");

    assertThat(again.status()).isEqualTo(409);
    assertThat(again.text("code")).isEqualTo("REQUEST_DECIDED");
    assertThat(again.text()).contains("refused already, by user:ann");
    assertThat(decision("shop.stage.orders")).isEqualTo("denied");
    assertThat(api.delete(eva, REQUESTS + "/" + id).status()).isEqualTo(409);
  }

  @Test
  void whoAskedWithdraws() throws Exception {
    String id = ask(WISH);

    assertThat(api.delete(owner, REQUESTS + "/" + id).status()).isEqualTo(404);
    assertThat(api.delete(eva, REQUESTS + "/" + id).text("status")).isEqualTo("withdrawn");
    assertThat(listed(owner, "")).isEmpty();
    assertThat(listed(owner, "?status=all")).containsExactly(id);
  }

  @Test
  void onlyWhoAskedAndWhoMayGiveSeeARequest() throws Exception {
    String id = ask(WISH);
    String other = api.token("max");

    assertThat(listed(owner, "")).containsExactly(id);
    assertThat(listed(eva, "")).containsExactly(id);
    assertThat(listed(api.admin, "")).containsExactly(id);
    assertThat(listed(other, "")).isEmpty();
    assertThat(api.get(other, REQUESTS + "/" + id).status()).isEqualTo(404);
    assertThat(api.post(other, REQUESTS + "/" + id + "/approve", "{}").status()).isEqualTo(404);
    assertThat(api.post(eva, REQUESTS + "/" + id + "/approve", "{}").status()).isEqualTo(403);
    assertThat(api.post(eva, REQUESTS + "/" + id + "/refuse", "{'why': 'x'}").status())
        .isEqualTo(403);
  }

  @Test
  void whoMayGiveCannotGiveWhatTheyDoNotHave() throws Exception {
    api.grant("user:max", Permission.GRANT, "shop");
    String id = ask(WISH);

    assertThat(api.post(api.token("max"), REQUESTS + "/" + id + "/approve", "{}").status())
        .isEqualTo(403);
    assertThat(decision("shop.stage.orders")).isEqualTo("denied");
    assertThat(listed(eva, "")).containsExactly(id);
  }

  @Test
  void askingDoesNotTellWhetherAThingExists() throws Exception {
    TestApi.Answer one = api.post(eva, REQUESTS, WISH);
    TestApi.Answer other = api.post(eva, REQUESTS, WISH.replace("shop", "none"));

    assertThat(other.status()).isEqualTo(one.status());
    assertThat(listed(owner, "")).containsExactly(one.text("id"));
  }

  @Test
  void aRequestSaysWhyAndEndsInTheFuture() throws Exception {
    assertThat(api.post(eva, REQUESTS, "{'on': 'shop', 'why': ' '}").text("code"))
        .isEqualTo("REQUEST_INVALID");
    assertThat(
            api.post(eva, REQUESTS, "{'on': 'shop', 'why': 'x', 'until': '1999-01-01'}")
                .text("code"))
        .isEqualTo("REQUEST_INVALID");
    assertThat(
            api.post(eva, REQUESTS, "{'on': 'raw/shop/', 'why': 'x', 'permissions': ['SELECT']}")
                .text("code"))
        .isEqualTo("GRANT_INVALID");
    assertThat(api.post(eva, REQUESTS, "{'on': 'system.lake.audit', 'why': 'x'}").status())
        .isEqualTo(400);
    assertThat(listed(eva, "?status=all")).isEmpty();
  }

  @Test
  void openRequestsOfOnePrincipalAreBounded() throws Exception {
    for (int i = 0; i < MOST_OPEN; i++) {
      ask(WISH);
    }

    TestApi.Answer refused = api.post(eva, REQUESTS, WISH);
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.text("code")).isEqualTo("REQUESTS_EXHAUSTED");
    assertThat(refused.text()).contains("access.open-requests");
    String one = listed(eva, "").getFirst();
    assertThat(api.delete(eva, REQUESTS + "/" + one).status()).isEqualTo(200);
    ask(WISH);
    assertThat(api.post(api.token("max"), REQUESTS, WISH).status()).isEqualTo(201);
  }

  @Test
  void eachStepOfARequestIsTold() throws Exception {
    String approved = ask(WISH);
    assertThat(api.post(owner, REQUESTS + "/" + approved + "/approve", "{}").status())
        .isEqualTo(200);
    String refused = ask(WISH);
    assertThat(api.post(owner, REQUESTS + "/" + refused + "/refuse", "{'why':'no'}").status())
        .isEqualTo(200);
    String withdrawn = ask(WISH);
    assertThat(api.delete(eva, REQUESTS + "/" + withdrawn).status()).isEqualTo(200);

    assertThat(api.news)
        .extracting(news -> news.replaceFirst(" shop[^ ]* ", " "))
        .containsExactly(
            "Access Requested " + approved,
            "Access Approved " + approved,
            "Access Requested " + refused,
            "Access Refused " + refused,
            "Access Requested " + withdrawn,
            "Access Request Withdrawn " + withdrawn);
  }

  @Test
  void whoIsMadeAnewUnderAnOldNameDoesNotSeeWhatTheOldOneAskedFor() throws Exception {
    String id = ask(WISH);
    assertThat(api.delete(api.admin, "/v1/principals/eva").status()).isEqualTo(204);
    api.clock.advance(Duration.ofSeconds(1));
    api.user("eva");
    eva = api.token("eva");

    assertThat(listed(eva, "?status=all")).isEmpty();
    assertThat(api.get(eva, REQUESTS + "/" + id).status()).isEqualTo(404);
    String own = ask(WISH);
    assertThat(listed(eva, "?status=all")).containsExactly(own);
  }

  @Test
  void aRefusalOfAColumnNamesItAndOpensItAlone() throws Exception {
    String can = "/v1/can?permission=SELECT&principal=eva&on=shop.stage.";
    TestApi.Answer missing = api.get(owner, can + "orders.customer");
    assertThat(missing.text("reason")).contains("on shop.stage.orders.customer: no grant");
    assertThat(missing.text("remedy"))
        .contains("hosu grant user:eva SELECT shop.stage.orders --columns customer")
        .contains("columns: [\"customer\"]");

    api.post(
        api.admin,
        "/v1/grants",
        "{'principal': 'eva', 'permissions': ['SELECT'], 'on': 'shop', 'effect': 'deny', 'columns':"
            + " ['customer']}");
    api.grant("user:eva", Permission.SELECT, "shop.stage.orders");
    TestApi.Answer denied = api.get(owner, can + "orders.customer");
    assertThat(denied.text("reason"))
        .contains(
            "on shop.stage.orders.customer: it is denied to user:eva on shop (columns: customer)");
    assertThat(denied.text("remedy")).contains("hosu grants revoke");
  }

  @Test
  void aColumnThatIsNotThereIsToldToWhoMayKnowTheTable() throws Exception {
    String can = "/v1/can?permission=SELECT&principal=eva&on=shop.stage.known.custmer";
    TestApi.Answer told = api.get(api.admin, can);
    assertThat(told.text("decision")).isEqualTo("denied");
    assertThat(told.text("reason"))
        .contains("There is no column 'custmer' of shop.stage.known")
        .contains("customer");
    assertThat(api.get(eva, can).text("reason")).doesNotContain("no column");
  }

  private String warned(String to, String on) throws Exception {
    String grant = "{'principal': '%s', 'permissions': ['SELECT'], 'on': '%s'}".formatted(to, on);
    return api.post(api.admin, "/v1/grants", grant).json().path("warnings").toString();
  }

  @Test
  void aGrantThatHasNoEffectYetIsGivenWithAWarning() throws Exception {
    assertThat(warned("eva", "shop.stage.known")).isEmpty();
    assertThat(warned("eva", "shop")).isEmpty();
    assertThat(warned("eva", "shop.stage.knwon")).contains("there is no table shop.stage.knwon");
    assertThat(warned("eva", "shop.mart")).contains("no table is in shop.mart");
    assertThat(warned("eva", "shpo.stage")).contains("there is no domain shpo");
    assertThat(warned("group:nobody", "shop.stage.known")).contains("nobody who is group:nobody");
  }

  @Test
  void aGrantThatWouldBeOverIsRefused() throws Exception {
    TestApi.Answer answer =
        api.post(
            api.admin,
            "/v1/grants",
            "{'principal': 'eva', 'permissions': ['SELECT'], 'on': 'shop', 'until': '2001-01-01'}");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).contains("GRANT_INVALID", "not in the future");
    assertThat(api.get(api.admin, "/v1/grants").text()).doesNotContain("2001");
  }

  @Test
  void aColumnIsAskedForAndGivenAlone() throws Exception {
    String id =
        api.post(eva, REQUESTS, "{'on': 'shop.stage.orders.price', 'why': 'figures'}").text("id");
    String approve = REQUESTS + "/" + id + "/approve";
    assertThat(api.post(owner, approve, "{'columns': ['customer']}").text("code"))
        .isEqualTo("REQUEST_INVALID");

    assertThat(api.post(owner, approve, "{}").text("status")).isEqualTo("approved");

    assertThat(decision("shop.stage.orders.price")).isEqualTo("allowed");
    assertThat(decision("shop.stage.orders.customer")).isEqualTo("denied");
  }

  @Test
  void whoIsGoneCannotBeGivenAnything() throws Exception {
    String id = ask(WISH);
    api.database.perform(tx -> api.governance.principals().remove(tx, "eva"));

    assertThat(api.post(owner, REQUESTS + "/" + id + "/approve", "{}").text("code"))
        .isEqualTo("PRINCIPAL_NOT_FOUND");
    api.user("eva");
    assertThat(api.post(owner, REQUESTS + "/" + id + "/approve", "{}").text("code"))
        .isEqualTo("PRINCIPAL_NOT_FOUND");
    String can = "/v1/can?permission=SELECT&on=shop.stage.orders&principal=eva";
    assertThat(api.get(owner, can).text("decision")).isEqualTo("denied");
  }

  @Test
  void tagsAreGivenAndTakenByWhoMayAdministrateTheThing() throws Exception {
    String tag = "{'on': 'shop.stage.orders.customer', 'key': 'pii', 'value': 'high'}";
    api.grant("user:eva", Permission.SELECT, "tag:\"pii = high\"");
    assertThat(api.send(eva, "PUT", "/v1/tags", tag).status()).isEqualTo(403);
    assertThat(decision("shop.stage.orders.customer")).isEqualTo("denied");

    assertThat(api.send(owner, "PUT", "/v1/tags", tag).text("source")).isEqualTo("cli");

    assertThat(decision("shop.stage.orders.customer")).isEqualTo("allowed");
    assertThat(api.get(owner, "/v1/tags?on=shop.stage.orders.customer").json().path("items"))
        .hasSize(1);
    assertThat(api.get(api.token("max"), "/v1/tags").json().path("items")).isEmpty();
    assertThat(api.delete(eva, "/v1/tags/shop.stage.orders.customer/pii").status()).isEqualTo(403);
    assertThat(api.delete(owner, "/v1/tags/shop.stage.orders.customer/pii").status())
        .isEqualTo(204);
    assertThat(decision("shop.stage.orders.customer")).isEqualTo("denied");
    assertThat(api.delete(owner, "/v1/tags/shop.stage.orders.customer/pii").text("code"))
        .isEqualTo("TAG_NOT_FOUND");
  }
}
