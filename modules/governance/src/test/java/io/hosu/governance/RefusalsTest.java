package io.hosu.governance;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.kernel.Json;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whom a refusal names as those who can give what is missing, and what works. */
class RefusalsTest {
  private static final Principal EVA = Principal.user("eva");
  private static final String ORDERS = "shop.stage.orders";
  private static final Grant PART = grant("user:eva", ORDERS, "{'rows': 'id > 1'}", "SELECT");

  private static Grant grant(String to, String on, String terms, String... permissions) {
    Set<Permission> all = EnumSet.noneOf(Permission.class);
    Arrays.stream(permissions).map(Permission::parse).forEach(all::add);
    return new Grant(to + on + all, Grantee.parse(to), all, Resource.parse(on), Grant.CLI)
        .with(Terms.fromJson(Json.parse(terms.replace('\'', '"'))));
  }

  private static Decision.Denied refused(
      Principal principal, Permission permission, String on, Grant... grants) {
    Rights rights =
        new Rights(
            PolicyState.of(
                0,
                List.of(grants),
                List.of(new Domains.Domain("shop", "group:sales", "")),
                TagTree.empty()),
            InstantSource.system());
    return (Decision.Denied) rights.decide(principal, permission, Resource.parse(on));
  }

  private static List<String> givers(Decision.Denied refusal) {
    List<String> names = new ArrayList<>();
    refusal.facts().path("givers").forEach(name -> names.add(name.asText()));
    return names;
  }

  @Test
  void whoSeesAPartOfATableIsToldWhoCanGiveTheRest() {
    Decision.Denied refusal =
        refused(
            EVA,
            Permission.SELECT,
            ORDERS,
            PART,
            grant("group:stewards", "shop.stage", "{}", "GRANT", "SELECT"),
            grant("user:boss", "lake", "{}", "ADMIN"));

    assertThat(givers(refusal))
        .containsExactly("group:sales", "group:stewards", "user:boss", "administrators");
    assertThat(refusal.reason())
        .contains("not all of its rows and columns")
        .endsWith(
            "The owner of the domain shop (group:sales), group:stewards, user:boss and"
                + " administrators can give it.");
    assertThat(refusal.remedy()).contains("hosu grant user:eva SELECT shop.stage.orders");
  }

  @Test
  void whoCannotGiveItForSureIsNotNamed() {
    List<String> names =
        givers(
            refused(
                EVA,
                Permission.SELECT,
                ORDERS,
                PART,
                grant("user:without", ORDERS, "{}", "GRANT"),
                grant("user:elsewhere", "shop.raw", "{}", "GRANT", "SELECT"),
                grant("user:soon", ORDERS, "{'until': '2099-01-01'}", "ADMIN"),
                grant("user:where", ORDERS, "{'where': 'resource.a = b'}", "ADMIN"),
                grant("principal:\"a = b\"", ORDERS, "{}", "ADMIN"),
                grant("user:never", ORDERS, "{}", "ADMIN").asDeny()));

    assertThat(names).containsExactly("group:sales", "administrators");
  }

  @Test
  void whoMayNotKnowTheDomainIsToldNoNames() {
    Decision.Denied refusal =
        refused(EVA, Permission.INSERT, ORDERS, grant("group:stewards", "shop", "{}", "ADMIN"));

    assertThat(givers(refusal)).containsExactly("owner", "administrators");
    assertThat(refusal.reason()).doesNotContain("stewards", "sales");
  }

  @Test
  void manyGiversAreNotAllNamed() {
    Grant[] many = new Grant[9];
    for (int i = 0; i < 8; i++) {
      many[i] = grant("user:u" + i, "shop", "{}", "ADMIN");
    }
    many[8] = PART;

    assertThat(refused(EVA, Permission.SELECT, ORDERS, many).reason())
        .endsWith("user:u4, 3 more and administrators can give it.");
  }

  @Test
  void aStageThatIsShownAPartIsToldWhatWorks() {
    Principal stage = Principal.role("depot.p.copies");
    Decision.Denied refusal =
        refused(
            stage,
            Permission.SELECT,
            ORDERS,
            grant("domain:depot", ORDERS, "{'columns': ['id']}", "SELECT"));

    assertThat(refusal.remedy())
        .contains(
            "A stage reads whole tables",
            "hosu grant role:depot.p.copies SELECT shop.stage.orders",
            "have a stage of the domain shop write the part to a table of its own");
  }
}
