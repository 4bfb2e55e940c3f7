package io.hosu.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.delivery.LakeProject.Reading;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What access tests say about the access that a project declares. */
class AccessTestsTest {
  private static final String ACCESS =
      """
      groups: [analysts, helpdesk]
      roles: [loader]
      principals:
        - { name: eva }
        - { name: ann, groups: [analysts] }
        - { name: crawler, kind: service, attributes: { region: EU } }
      tags: [{ on: shop.stage.orders.customer, pii: high }]
      grants:
        - to: user:eva
          allow: [SELECT]
          on: shop.stage.orders
          columns: { except: [price] }
          masks: { customer: last(2) }
        - { to: group:analysts, allow: [SELECT], on: dataset:shop.sales, rows: id > 7 }
        - { to: 'principal:"region = EU"', allow: [SELECT], on: 'tag:"pii = high"' }
        - { to: role:loader, allow: [WRITE_OBJECTS], on: raw/shop/ }
        - { to: group:helpdesk, allow: [RUN], on: shop, until: 1999-01-01 }
      """;

  private static Reading read(String... expected) {
    Map<String, String> files = new TreeMap<>();
    files.put("lake.yaml", "name: x");
    files.put("domains/shop/domain.yaml", "owner: helpdesk");
    files.put(
        "domains/shop/datasets/sales.yaml",
        "tables: { stage.orders: { columns: { id: BIGINT, price: DOUBLE, customer: VARCHAR } } }");
    files.put("access/a.yaml", ACCESS);
    files.put("tests/access/a.yaml", "expect:\n- " + String.join("\n- ", expected) + "\n");
    return LakeProject.read(ProjectFiles.of(files));
  }

  private static List<AccessTests.Outcome> run(String... expected) {
    return AccessTests.run(((Reading.Sound) read(expected)).project(), InstantSource.system());
  }

  @ParameterizedTest
  @CsvSource({
    "eva can SELECT shop.stage.orders",
    "eva can SELECT shop.stage.orders masked",
    "eva can SELECT shop.stage.orders.id in full",
    "user:eva can SELECT shop.stage.orders.customer masked",
    "eva cannot SELECT shop.stage.orders.price",
    "eva cannot INSERT shop.stage.orders",
    "ann can SELECT shop.stage.orders filtered",
    "group:analysts can SELECT shop.stage.orders.price filtered",
    "crawler can SELECT shop.stage.orders.customer in full",
    "crawler cannot SELECT shop.stage.orders.id",
    "role:loader can WRITE_OBJECTS raw/shop/orders/1.csv",
    "loader cannot READ_OBJECTS raw/shop/orders/1.csv",
    "group:helpdesk can RUN shop",
    "admin cannot SELECT shop.stage.orders",
    "admin can GRANT lake"
  })
  void whatIsSoPasses(String expected) {
    assertThat(run(expected)).hasSize(1).allMatch(AccessTests.Outcome::passed);
  }

  @Test
  void whatIsOtherwiseFailsWithWhatIsSoAndWhy() {
    List<AccessTests.Outcome> outcomes =
        run(
            "eva cannot SELECT shop.stage.orders",
            "eva can SELECT shop.stage.orders.id masked",
            "ann can INSERT shop.stage.orders");

    assertThat(outcomes)
        .extracting(outcome -> outcome.passed() + " " + outcome.decision())
        .containsExactly("false masked", "false allowed", "false denied");
    assertThat(outcomes.getFirst().why()).startsWith("user:eva SELECT on shop.stage.orders");
    assertThat(outcomes.getFirst().expectation().place()).hasToString("tests/access/a.yaml:2:3");
    assertThat(outcomes.getLast().why()).contains("INSERT");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "evva cannot SELECT shop.stage.orders            | There is no evva; did you mean 'eva'?",
        "group:analyst cannot SELECT shop.stage.orders   | did you mean 'group:analysts'?",
        "eva cannot SELEKT shop.stage.orders             | 'SELEKT' is no permission; did you mean",
        "eva cannot SELECT shop.stage.order              | No stage and no dataset makes the table",
        "eva cannot SELECT shop.stage.orders.prize       | did you mean 'price'?",
        "eva cannot SELECT shop.stagee.orders            | The lake has no layer 'stagee'",
        "eva cannot WRITE_OBJECTS shop.stage.orders      | WRITE_OBJECTS means nothing on",
        "eva cannot SELECT shop.stage.orders masked      | 'masked' goes with can alone.",
        "eva may SELECT shop.stage.orders                | what somebody can or cannot do"
      })
  void whomAndWhatItSpeaksOfMustExist(String expected, String told) {
    assertThat(read(expected)).isInstanceOf(Reading.Mistaken.class);
    assertThat(read(expected).mistakes())
        .anySatisfy(mistake -> {
          assertThat(mistake.why() + " " + mistake.remedy()).contains(told);
          assertThat(mistake.place().file()).isEqualTo("tests/access/a.yaml");
        });
  }

  @Test
  void theExampleLakeGivesWhatItsTestsSay() {
    Reading reading =
        LakeProject.read(ProjectFiles.in(Regenerate.repository().resolve("examples/aviation")));

    assertThat(AccessTests.run(((Reading.Sound) reading).project(), InstantSource.system()))
        .isNotEmpty()
        .allMatch(AccessTests.Outcome::passed);
  }
}
