package io.hosu.governance;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.testing.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who holds something is not dropped by accident. */
class HoldingsTest {
  private static final String EVA = "/v1/principals/eva";

  private TestApi api;

  @BeforeEach
  void open(@TempDir Path data) throws Exception {
    api = new TestApi(TestDatabase.SQLITE, data);
    api.user("eva");
    api.user("max");
    api.grant("user:eva", Permission.SELECT, "shop.stage");
    assertThat(
            api.post(
                    api.admin,
                    "/v1/principals",
                    "{'name': 'loader', 'kind': 'role', 'trust': ['user:eva']}")
                .status())
        .isEqualTo(201);
  }

  @AfterEach
  void close() {
    api.close();
  }

  private String decision(String who) throws Exception {
    return api.get(api.admin, "/v1/can?permission=SELECT&on=shop.stage&principal=" + who)
        .text("decision");
  }

  @Test
  void theRefusalListsWhatIsHeldAndHowItIsHandedOver() throws Exception {
    api.database.perform(
        tx -> api.governance.domains().put(tx, new Domains.Domain("shop", "eva", "")));

    TestApi.Answer answer = api.delete(api.admin, EVA);

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.text("code")).isEqualTo("PRINCIPAL_HOLDS");
    assertThat(answer.text())
        .contains(
            "the domain shop; the grant user:eva SELECT on shop.stage; the trust of role:loader")
        .contains("hosu principals hand-over eva --to NAME");
    assertThat(decision("eva")).isEqualTo("allowed");
  }

  @Test
  void whatIsHandedOverIsTheOthersAndThenTheFirstCanGo() throws Exception {
    TestApi.Answer answer = api.post(api.admin, EVA + "/hand-over", "{'to': 'max'}");

    assertThat(answer.json().path("handed_over")).hasSize(2);
    assertThat(answer.json().path("declared")).isEmpty();
    assertThat(decision("max")).isEqualTo("allowed");
    assertThat(decision("eva")).isEqualTo("denied");
    assertThat(api.get(api.admin, "/v1/principals/loader").text())
        .contains("user:max")
        .doesNotContain("user:eva");
    assertThat(api.delete(api.admin, EVA).status()).isEqualTo(204);
  }

  @Test
  void whatTheLakeProjectDeclaresStaysAndIsTold() throws Exception {
    api.database.perform(tx -> {
      api.governance.domains().put(tx, new Domains.Domain("shop", "user:eva", ""));
      api.governance
          .grants()
          .replaceGit(
              tx,
              java.util.List.of(
                  Grant.declared(
                      Grantee.user("eva"),
                      java.util.Set.of(Permission.RUN),
                      Resource.parse("shop"))));
    });

    TestApi.Answer answer = api.post(api.admin, EVA + "/hand-over", "{'to': 'max'}");

    assertThat(answer.json().path("declared").toString())
        .contains("domains/shop/domain.yaml", "user:eva RUN on shop");
    assertThat(api.delete(api.admin, EVA).status()).isEqualTo(409);
  }

  @Test
  void itCanBeLetGoOfDeliberately() throws Exception {
    assertThat(api.delete(api.admin, EVA + "?holdings=drop").status()).isEqualTo(204);
    assertThat(api.get(api.admin, EVA).status()).isEqualTo(404);
  }

  @Test
  void aPrincipalMadeAnewHasNothingOfTheOneThatWasLetGoOf() throws Exception {
    api.post(
        api.token("eva"),
        "/v1/access/requests",
        "{'permissions': ['SELECT'], 'on': 'shop.mart', 'why': 'figures'}");
    assertThat(api.get(api.admin, "/v1/access/requests").json().path("items")).hasSize(1);
    assertThat(api.delete(api.admin, EVA + "?holdings=drop").status()).isEqualTo(204);
    assertThat(api.get(api.admin, "/v1/access/requests").json().path("items")).isEmpty();

    api.user("eva");

    assertThat(decision("eva")).isEqualTo("denied");
    assertThat(api.get(api.admin, "/v1/grants?principal=user:eva").text()).doesNotContain("eva");
    assertThat(api.get(api.admin, "/v1/principals/loader").text()).doesNotContain("user:eva");
  }

  @Test
  void whatTheLakeProjectGivesIsLetGoOfThere() throws Exception {
    api.database.perform(
        tx -> api.governance.domains().put(tx, new Domains.Domain("shop", "eva", "")));

    TestApi.Answer answer = api.delete(api.admin, EVA + "?holdings=drop");

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.text())
        .contains("by the lake project the domain shop")
        .contains("hosu apply");
    assertThat(api.get(api.admin, "/v1/grants?principal=user:eva").text()).contains("shop.stage");
  }

  @Test
  void onlyAdministratorsHandOver() throws Exception {
    assertThat(api.post(api.token("max"), EVA + "/hand-over", "{'to': 'max'}").status())
        .isEqualTo(403);
    assertThat(api.post(api.admin, EVA + "/hand-over", "{'to': 'eva'}").status()).isEqualTo(400);
    assertThat(decision("max")).isEqualTo("denied");
  }
}
