package io.hosu.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.query.engine.SqlParser;
import io.hosu.query.engine.TestEngines;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Where the columns of a SELECT come from. */
class SqlLineageTest {
  private static final Map<String, List<String>> TABLES =
      Map.of(
          "shop.stage.orders", List.of("id", "customer", "amount", "made"),
          "shop.stage.customers", List.of("id", "name", "email", "address"),
          "shop.stage.refunds", List.of("id", "amount"));

  private static SqlParser parser;
  private static Guard guard;

  @BeforeAll
  static void start() {
    parser = new SqlParser(TestEngines.config(1));
    guard = new Guard(parser);
  }

  @AfterAll
  static void stop() {
    parser.close();
  }

  /** As {@code column <- table.column flow}; tables without their domain and layer. */
  private static List<String> lineage(String sql) {
    Scope scope = Scope.overInput("shop");
    guard.check(sql, scope);
    SqlLineage lineage = guard.lineage(sql, scope, table -> TABLES.getOrDefault(table, List.of()));
    List<String> lines = new ArrayList<>();
    lineage.columns().forEach(one -> lines.add(one.name() + " <- " + words(one.sources())));
    lineage
        .rest()
        .forEach(rest ->
            lines.add(
                switch (rest) {
                  case SqlLineage.Rest.Same(var relation, var except) ->
                      "* <- %s without %s".formatted(relation, new TreeSet<>(except));
                  case SqlLineage.Rest.Any(var sources) -> "? <- " + words(sources);
                }));
    if (!lineage.rows().isEmpty()) {
      lines.add("rows <- " + words(lineage.rows()));
    }
    return lines;
  }

  private static String words(Collection<ColumnSource> sources) {
    return new TreeSet<>(sources)
        .stream()
            .map(one ->
                "%s.%s %s"
                    .formatted(
                        one.relation().substring(one.relation().lastIndexOf('.') + 1),
                        one.column(),
                        one.flow().name().toLowerCase(Locale.ROOT)))
            .collect(Collectors.joining(", "));
  }

  @Test
  void aColumnIsTakenAsItIsComputedOrAggregated() {
    assertThat(
            lineage(
                "SELECT customer AS who, amount * 2 AS twice, CAST(made AS DATE) AS day FROM"
                    + " stage.orders"))
        .containsExactly(
            "who <- orders.customer direct",
            "twice <- orders.amount derived",
            "day <- orders.made direct");
    assertThat(
            lineage(
                "SELECT customer, sum(amount * 2) FILTER (WHERE id > 0) AS total, count(*) FROM"
                    + " stage.orders GROUP BY customer HAVING max(made) IS NOT NULL"))
        .containsExactly(
            "customer <- orders.customer direct",
            "total <- orders.amount aggregated, orders.id condition",
            "count_star() <- ",
            "rows <- orders.customer group, orders.made filter");
  }

  @Test
  void whatDecidesWhichRowsThereAreComesIntoAllColumns() {
    assertThat(
            lineage(
                "SELECT o.amount FROM stage.orders o JOIN stage.customers c ON c.id = o.customer"
                    + " WHERE c.name <> '' ORDER BY o.made LIMIT 3"))
        .containsExactly(
            "amount <- orders.amount direct",
            "rows <- customers.id join, customers.name filter, orders.customer join,"
                + " orders.made sort");
  }

  @Test
  void commonTablesSubqueriesAndUnionsAreSeenThrough() {
    assertThat(
            lineage(
                """
                WITH big(k, v) AS (SELECT customer, amount FROM stage.orders WHERE amount > 9),
                  every AS (SELECT k, v FROM big UNION ALL SELECT id, amount FROM stage.refunds)
                SELECT k AS "The Key", (SELECT max(email) FROM stage.customers c WHERE c.id = k) AS mail
                FROM (SELECT k, sum(v) AS s FROM every GROUP BY ALL) t WHERE s > 3
                """))
        .containsExactly(
            "The Key <- orders.customer direct, refunds.id direct",
            "mail <- customers.email aggregated, customers.id filter, orders.customer filter,"
                + " refunds.id filter",
            "rows <- orders.amount filter, orders.customer group, refunds.amount filter,"
                + " refunds.id group");
  }

  @Test
  void aStarStandsForTheColumnsThatAreKnownAndForOthersByName() {
    assertThat(
            lineage(
                "SELECT * EXCLUDE (made) REPLACE (upper(customer) AS customer) RENAME (id AS nr)"
                    + " FROM stage.orders"))
        .containsExactly(
            "amount <- orders.amount direct",
            "customer <- orders.customer derived",
            "nr <- orders.id direct");
    assertThat(lineage("SELECT *, _object AS file FROM input WHERE ok"))
        .containsExactly(
            "file <- input._object direct", "* <- input without []", "rows <- input.ok filter");
    assertThat(
            guard
                .lineage("SELECT * EXCLUDE (b) FROM input", Scope.overInput("shop"), _ -> List.of())
                .sources("A"))
        .hasValueSatisfying(sources -> assertThat(words(sources)).isEqualTo("input.a direct"));
  }

  @Test
  void columnsThatAJoinHasInCommonAreThereOnce() {
    assertThat(lineage("SELECT * FROM stage.orders JOIN stage.refunds USING (id)"))
        .containsExactly(
            "id <- orders.id direct",
            "customer <- orders.customer direct",
            "amount <- orders.amount direct",
            "made <- orders.made direct",
            "amount <- refunds.amount direct",
            "rows <- orders.id join, refunds.id join");
    assertThat(lineage("SELECT id FROM stage.orders FULL JOIN stage.refunds USING (id)"))
        .first()
        .isEqualTo("id <- orders.id derived, refunds.id derived");
    assertThat(lineage("SELECT o.* FROM stage.orders o SEMI JOIN stage.customers c ON c.id = o.id"))
        .hasSize(5)
        .last()
        .isEqualTo("rows <- customers.id join, orders.id join");
  }

  @Test
  void aNameIsWhatTheNearestScopeMeansByIt() {
    assertThat(
            lineage(
                """
                WITH customers AS (SELECT id AS name FROM stage.refunds)
                SELECT name,
                  (WITH customers AS (SELECT customer AS name FROM stage.orders)
                   SELECT any_value(name) FROM customers) AS inner_name,
                  (SELECT any_value(name) FROM stage.customers) AS real_name
                FROM customers
                """))
        .containsExactly(
            "name <- refunds.id direct",
            "inner_name <- orders.customer aggregated",
            "real_name <- customers.name aggregated");
    assertThat(
            lineage(
                "SELECT customers.amount FROM stage.orders AS customers, stage.customers AS orders"
                    + " WHERE orders.id = 1"))
        .containsExactly("amount <- orders.amount direct", "rows <- customers.id filter");
    assertThat(
            lineage(
                "WITH \"input\" AS (SELECT email AS x FROM stage.customers) SELECT x FROM INPUT"))
        .containsExactly("x <- customers.email direct");
    assertThat(lineage("WITH \"stage.orders\" AS (SELECT 1 AS id) SELECT id FROM stage.orders"))
        .containsExactly("id <- orders.id direct");
  }

  @Test
  void aliasesThatShadowColumnsAreThoseColumnsWhereTheColumnIsThere() {
    assertThat(
            lineage(
                "SELECT upper(customer) AS amount, amount + 1 AS more, amount || '' AS text FROM"
                    + " stage.orders"))
        .containsExactly(
            "amount <- orders.customer derived",
            "more <- orders.amount derived",
            "text <- orders.amount derived");
    assertThat(lineage("SELECT amount AS a, a + 1 AS b FROM stage.orders WHERE a > 1"))
        .containsExactly(
            "a <- orders.amount direct",
            "b <- orders.amount derived",
            "rows <- orders.amount filter");
    assertThat(lineage("SELECT trim(x) AS x, upper(x) AS y FROM input"))
        .containsExactly("x <- input.x derived", "y <- input.x derived");
  }

  @Test
  void windowsTellWhatTheyAreComputedOver() {
    assertThat(
            lineage(
                "SELECT sum(amount) OVER (PARTITION BY customer ORDER BY made) AS running,"
                    + " lag(amount) OVER w AS before FROM stage.orders WINDOW w AS (ORDER BY made)"
                    + " QUALIFY row_number() OVER w = 1"))
        .containsExactly(
            "running <- orders.amount aggregated, orders.customer window, orders.made window",
            "before <- orders.amount derived, orders.made window",
            "rows <- orders.made filter");
  }

  @Test
  void fieldsOfStructsAndElementsOfListsArePartsOfTheirColumn() {
    assertThat(
            lineage(
                "SELECT c.address.city, address['zip'] AS zip, address.tags[1] AS tag, {'m': email}"
                    + " AS s FROM stage.customers c"))
        .containsExactly(
            "city <- customers.address direct",
            "zip <- customers.address direct",
            "tag <- customers.address direct",
            "s <- customers.email derived");
    assertThat(
            lineage(
                "SELECT list_transform(address, lambda name: name || email) AS l FROM"
                    + " stage.customers"))
        .containsExactly("l <- customers.address derived, customers.email derived");
    assertThat(lineage("SELECT c FROM stage.refunds c"))
        .containsExactly("c <- refunds.amount derived, refunds.id derived");
  }

  @Test
  void recursionIsFollowedUntilNothingNewComes() {
    assertThat(
            lineage(
                """
                WITH RECURSIVE up(a, b) AS (
                  SELECT id, customer FROM stage.orders UNION ALL SELECT b, a FROM up WHERE a > 1)
                SELECT a FROM up
                """))
        .containsExactly(
            "a <- orders.customer direct, orders.id direct",
            "rows <- orders.customer filter, orders.id filter");
  }

  @Test
  void whatTheSqlDoesNotTellIsUnknownAndNeverNothing() {
    assertThat(lineage("SELECT x FROM input JOIN other.things ON true"))
        .containsExactly("x <- input.x unknown, things.x unknown");
    assertThat(lineage("SELECT COLUMNS('a.*') FROM stage.refunds"))
        .containsExactly(
            "id <- refunds.id unknown",
            "amount <- refunds.amount unknown",
            "? <- refunds.amount unknown, refunds.id unknown");
    assertThat(lineage("SELECT * FROM stage.refunds PIVOT (sum(amount) FOR id IN (1, 2))"))
        .containsExactly("? <- refunds.amount unknown, refunds.id unknown");
    assertThat(lineage("SELECT * FROM input UNION ALL SELECT id, amount FROM stage.refunds"))
        .containsExactly(
            "id <- input.id unknown, refunds.id unknown",
            "amount <- input.amount unknown, refunds.amount unknown",
            "* <- input without []");
    assertThat(lineage("SELECT nowhere FROM stage.refunds"))
        .containsExactly("nowhere <- refunds.amount unknown, refunds.id unknown");
  }

  @Test
  void listsThatBecomeRowsAndChangesComeFromTheirColumns() {
    assertThat(lineage("SELECT c.id, u.tag FROM stage.customers c, unnest(c.address) AS u(tag)"))
        .containsExactly(
            "id <- customers.id direct",
            "tag <- customers.address derived",
            "rows <- customers.address filter");
    assertThat(lineage("SELECT o.amount FROM changes('stage.orders') o"))
        .containsExactly("amount <- orders.amount direct");
  }

  @Test
  void whatIsTakenAwayOnlyDecidesWhichRowsStay() {
    assertThat(lineage("SELECT id FROM stage.orders EXCEPT SELECT id FROM stage.refunds"))
        .containsExactly("id <- orders.id direct", "rows <- orders.id filter, refunds.id filter");
    assertThat(
            lineage(
                "SELECT id FROM stage.orders o WHERE EXISTS (SELECT 1 FROM stage.refunds r WHERE"
                    + " r.id = o.id)"))
        .containsExactly("id <- orders.id direct", "rows <- orders.id filter, refunds.id filter");
  }
}
