package io.hosu.governance;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.testing.TestDatabase;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Groups that are made, shown, changed and dropped over the API. */
@ParameterizedClass(name = "{0}")
@EnumSource(TestDatabase.class)
class GroupsTest {
  private static final String GROUPS = "/v1/groups";

  private final TestDatabase kind;
  private TestApi api;

  GroupsTest(TestDatabase kind) {
    this.kind = kind;
  }

  @BeforeEach
  void open(@TempDir Path data) throws Exception {
    api = new TestApi(kind, data);
    api.domain("shop");
    api.user("eva");
    api.user("max");
  }

  @AfterEach
  void close() {
    api.close();
  }

  private TestApi.Answer make(String body) throws Exception {
    return api.post(api.admin, GROUPS, body);
  }

  private String can(String principal) throws Exception {
    return api.get(api.admin, "/v1/can?permission=SELECT&on=shop&principal=" + principal)
        .text("decision");
  }

  private void declare(String group, String... members) {
    api.database.perform(tx -> {
      new Groups(api.governance.principals()).declare(tx, group);
      for (String member : members) {
        Principal declared = Principal.user(member).in(Set.of(group));
        api.governance.principals().put(tx, declared, Grant.GIT);
      }
    });
  }

  @Test
  void whoJoinsAGroupHasWhatIsGrantedToItAndWhoLeavesHasItNoMore() throws Exception {
    assertThat(make("{'name': 'analysts', 'members': ['eva']}").status()).isEqualTo(201);
    api.grant("group:analysts", Permission.SELECT, "shop");
    assertThat(can("eva")).isEqualTo("allowed");

    TestApi.Answer changed =
        api.send(
            api.admin, "PUT", GROUPS + "/analysts", "{'add': ['user:max'], 'remove': ['eva']}");

    assertThat(changed.json().path("members").findValuesAsText("name")).containsExactly("max");
    assertThat(changed.json().path("grants").findValuesAsText("on")).containsExactly("shop");
    assertThat(can("eva")).isEqualTo("denied");
    assertThat(can("max")).isEqualTo("allowed");
    assertThat(api.get(api.admin, "/v1/audit").text())
        .contains("CREATE_GROUP", "CHANGE_GROUP", "group:analysts +max -eva");
  }

  @Test
  void aGroupIsListedThatSomebodyMadeDeclaredOrBelongsTo() throws Exception {
    make("{'name': 'empty'}");
    declare("declared", "ann");
    api.keep(Principal.user("bea").in(Set.of("implied")));

    var items = api.get(api.admin, GROUPS).json().path("items");
    assertThat(items.findValuesAsText("name")).containsExactly("declared", "empty", "implied");
    assertThat(items.findValuesAsText("source")).containsExactly("git", "cli", "principals");
    assertThat(items.findValuesAsText("members")).containsExactly("1", "0", "1");
    var first = api.get(api.admin, GROUPS + "?limit=2").json();
    assertThat(first.path("items")).hasSize(2);
    String next = GROUPS + "?limit=2&next=" + first.path("next").asText();
    assertThat(api.get(api.admin, next).json().path("items")).hasSize(1);
  }

  @Test
  void aGroupIsMadeOnceAndOfPrincipalsThatAreThere() throws Exception {
    make("{'name': 'analysts'}");

    assertThat(make("{'name': 'analysts'}").text("code")).isEqualTo("GROUP_EXISTS");
    assertThat(make("{'name': 'others', 'members': ['evi']}").text())
        .contains("PRINCIPAL_NOT_FOUND", "did you mean 'eva'");
    assertThat(api.get(api.admin, GROUPS + "/others").text("code")).isEqualTo("GROUP_NOT_FOUND");
    assertThat(make("{'name': 'No Name'}").status()).isEqualTo(400);
    assertThat(api.send(api.admin, "PUT", GROUPS + "/analysts", "{}").status()).isEqualTo(400);
    assertThat(api.get(api.admin, GROUPS + "/analyst").text()).contains("did you mean 'analysts'");
  }

  @Test
  void whatTheLakeProjectDeclaresIsNotChangedPastIt() throws Exception {
    declare("analysts", "ann");
    make("{'name': 'others', 'members': ['eva']}");

    for (TestApi.Answer refused :
        new TestApi.Answer[] {
          api.send(api.admin, "PUT", GROUPS + "/analysts", "{'add': ['eva']}"),
          api.delete(api.admin, GROUPS + "/analysts")
        }) {
      assertThat(refused.status()).isEqualTo(409);
      assertThat(refused.text("code")).isEqualTo("GROUP_DECLARED");
      assertThat(refused.text("remedy")).contains("access/", "hosu apply");
    }
    assertThat(api.send(api.admin, "PUT", GROUPS + "/others", "{'add': ['ann']}").text("code"))
        .isEqualTo("PRINCIPAL_DECLARED");
  }

  @Test
  void aGroupThatHoldsSomethingIsNotDroppedByAccident() throws Exception {
    make("{'name': 'analysts', 'members': ['eva']}");
    api.grant("group:analysts", Permission.SELECT, "shop");

    TestApi.Answer refused = api.delete(api.admin, GROUPS + "/analysts");
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.text())
        .contains(
            "PRINCIPAL_HOLDS", "group:analysts SELECT on shop", "hosu groups delete analysts");
    assertThat(can("eva")).isEqualTo("allowed");

    assertThat(api.delete(api.admin, GROUPS + "/analysts?holdings=drop").status()).isEqualTo(204);
    assertThat(can("eva")).isEqualTo("denied");
    assertThat(api.get(api.admin, GROUPS).json().path("items")).isEmpty();
    assertThat(api.get(api.admin, "/v1/grants?principal=group:analysts").text())
        .doesNotContain("shop");
  }

  @Test
  void othersThanAdministratorsKnowTheGroupsThatTheyAreInAndNotWhoElseIs() throws Exception {
    make("{'name': 'analysts', 'members': ['eva', 'max']}");
    make("{'name': 'secret', 'members': ['max']}");
    String eva = api.token("eva");

    assertThat(api.get(eva, GROUPS).text())
        .contains("analysts")
        .doesNotContain("secret", "members");
    assertThat(api.get(eva, GROUPS + "/analysts").text()).doesNotContain("max");
    assertThat(api.get(eva, GROUPS + "/secret").status()).isEqualTo(404);
    assertThat(api.post(eva, GROUPS, "{'name': 'mine'}").status()).isEqualTo(403);
    assertThat(api.send(eva, "PUT", GROUPS + "/secret", "{'add': ['eva']}").status())
        .isEqualTo(403);
    assertThat(api.delete(eva, GROUPS + "/secret").status()).isEqualTo(403);
  }
}
