package io.hosu.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.query.engine.SqlParser;
import io.hosu.query.engine.TestEngines;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Views of a clone name the clone's tables where they named those of the domain. */
class RenamedDomainTest {
  private static SqlParser parser;
  private static Guard guard;

  @BeforeAll
  static void open() {
    parser = new SqlParser(TestEngines.config(1));
    guard = new Guard(parser);
  }

  @AfterAll
  static void close() {
    parser.close();
  }

  private static String renamed(String text) {
    return guard.renamed(text, "shop", "shop_trial").orElse("");
  }

  @Test
  void tablesAreRenamedWhereverTheyStand() {
    String text =
        """
        WITH x AS (FROM shop.stage.orders)
        SELECT 'é', (SELECT max(q) FROM Shop . /* of all */ stage.z) FROM x -- shop.a.b
        JOIN "shop".stage."orders" o USING (id) UNION ALL FROM other.stage.shop
        """;

    assertThat(renamed(text))
        .isEqualTo(
            """
            WITH x AS (FROM shop_trial.stage.orders)
            SELECT 'é', (SELECT max(q) FROM shop_trial . /* of all */ stage.z) FROM x -- shop.a.b
            JOIN "shop_trial".stage."orders" o USING (id) UNION ALL FROM other.stage.shop
            """);
  }

  @Test
  void whatOnlyLooksLikeTheDomainStays() {
    String text =
        "SELECT shop.a.b.c, 'shop.stage.orders', shop FROM stage.orders shop, orders, shop.z";
    assertThat(renamed(text)).isEqualTo(text);
  }

  @Test
  void columnsWithAllWordsBeforeThemFollowTheirTable() {
    assertThat(
            renamed("SELECT shop.stage.orders.id FROM shop.stage.orders WHERE shop.stage.x.y > 1"))
        .isEqualTo(
            "SELECT shop_trial.stage.orders.id FROM shop_trial.stage.orders WHERE shop.stage.x.y > 1");
  }

  @Test
  void statesOfTablesStayAsTheyWereWritten() {
    assertThat(renamed("SELECT 1 FROM shop.stage.orders FOR VERSION AS OF 12, shop.stage.b"))
        .isEqualTo(
            "SELECT 1 FROM shop_trial.stage.orders FOR VERSION AS OF 12, shop_trial.stage.b");
  }

  @Test
  void aTextOfAnotherLanguageIsNotGuessedAt() {
    assertThat(guard.renamed("SELECT 1 FROM `shop`.`stage`.`orders`", "shop", "trial")).isEmpty();
    assertThat(guard.renamed("SELECT 1 FROM shop.stage.orders", "shop", "select")).isEmpty();
  }
}
