package io.hosu.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hosu.governance.Columns;
import io.hosu.governance.Grant;
import io.hosu.governance.Grantee;
import io.hosu.governance.Permission;
import io.hosu.governance.Resource;
import io.hosu.governance.Terms;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.TableName;
import io.hosu.tables.SqlColumn;
import io.hosu.testing.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Changes of the columns of tables under contract. */
@ParameterizedClass(name = "{0}")
@EnumSource(TestDatabase.class)
class ContractTest {
  private static final TableName ORDERS = TableName.parse("shop.stage.orders");

  private final TestDatabase kind;
  private final Map<String, String> shop = new TreeMap<>();
  @TempDir private Path directory;
  private TestServer server;

  ContractTest(TestDatabase kind) {
    this.kind = kind;
  }

  @BeforeEach
  void open() {
    server = new TestServer(kind, directory);
    shop.put("lake.yaml", "name: shop");
    shop.put("domains/shop/domain.yaml", "owner: sales");
    shop.put(
        "domains/shop/pipelines/orders.yaml",
        """
        stages:
          load: { on: { objects: raw/shop/** }, sql: load.sql, into: { table: stage.orders } }
          sum: { on: { tables: stage.orders }, sql: sum.sql, into: { table: analytics.sums } }
        """);
    shop.put("domains/shop/transforms/load.sql", "SELECT * FROM input");
    shop.put("domains/shop/transforms/sum.sql", "SELECT sum(amount) AS s FROM stage.orders");
    shop.put(
        "access/all.yaml",
        """
        groups: [sales]
        principals: [{ name: alice, groups: [sales] }]
        grants: [{ to: group:sales, allow: [SELECT], on: shop.stage.orders }]
        """);
    table("backward", "id: INTEGER, amount: INTEGER");
    server.apply(shop);
    server.database.write(tx ->
        server
            .governance
            .grants()
            .put(
                tx,
                new Grant(
                    "",
                    Grant.Effect.ALLOW,
                    Grantee.user("carol"),
                    Set.of(Permission.SELECT),
                    Resource.of(ORDERS),
                    Terms.none().with(Columns.only(List.of("amount"))),
                    Grant.CLI)));
  }

  @AfterEach
  void close() {
    server.close();
  }

  private void table(String compatibility, String columns) {
    shop.put(
        "domains/shop/datasets/orders.yaml",
        "tables: { stage.orders: { compatibility: %s, columns: { %s } } }"
            .formatted(compatibility, columns));
  }

  private List<String> columns() {
    return server.tables.require(ORDERS).columns().stream().map(SqlColumn::name).toList();
  }

  @Test
  void aPlanTellsWhatBecomesOfColumnsAndWhoStillNamesThem() {
    table("backward", "total: { type: BIGINT, was: amount }, id: INTEGER, note: VARCHAR");

    Change change = server.delivery.plan(TestServer.sound(shop)).changes().getFirst();

    assertThat(change.notes())
        .containsExactly(
            "rename column amount to total",
            "  'amount' is still said by grant user:carol on shop.stage.orders, stage"
                + " shop.orders.sum.",
            "widen column amount from INTEGER to BIGINT",
            "add column note VARCHAR",
            "order columns total, id, note");
    assertThat(columns()).containsExactly("id", "amount");

    server.apply(shop);
    assertThat(columns()).containsExactly("total", "id", "note");
    assertThat(server.applied(shop)).isEmpty();
  }

  @ParameterizedTest(name = "{0} lets {1}: {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "backward|id: INTEGER|true",
        "backward|id: INTEGER, amount: DATE|false",
        "forward|id: INTEGER, amount: INTEGER, note: VARCHAR|true",
        "forward|id: INTEGER|false",
        "full|id: INTEGER, amount: BIGINT|false",
        "full|id: INTEGER, amount: { type: INTEGER, nullable: false }|false",
        "none|id: INTEGER, amount: DATE|true",
        "backward-transitive|id: INTEGER|true",
        "backward-transitive|id: INTEGER, amount: DATE|false",
        "forward-transitive|id: INTEGER|false",
        "full-transitive|id: INTEGER, amount: BIGINT|false",
      })
  void aCompatibilityLetsSomeChangesThroughAndStopsTheApplyForOthers(
      String mode, String columns, boolean isLet) {
    table(mode, columns);
    shop.put("lake.yaml", "{ name: shop, layers: [raw, stage, analytics, gold] }");

    if (isLet) {
      server.apply(shop);
      assertThat(server.applied(shop)).isEmpty();
    } else {
      assertThatExceptionOfType(Conflict.class)
          .isThrownBy(() -> server.apply(shop))
          .satisfies(e -> assertThat(e.code()).isEqualTo(DeliveryError.CONTRACT_REFUSED));
      assertThat(server.buckets.find("gold")).isEmpty();
      assertThat(columns()).containsExactly("id", "amount");
    }
  }

  @Test
  void aTransitiveCompatibilityAsksFromAllColumnsThatTheTableEverHad() {
    table("none", "id: INTEGER");
    server.apply(shop);
    String added = "id: INTEGER, note: VARCHAR";
    table("forward-transitive", added);

    assertThatExceptionOfType(Conflict.class)
        .as("readers of the time of 'amount' would lack it")
        .isThrownBy(() -> server.apply(shop))
        .satisfies(e -> {
          assertThat(e.what()).contains("'forward-transitive'", "drop column amount");
          assertThat(e.remedy()).contains("compatibility (forward or none)");
        });
    table("forward-transitive", "id: INTEGER");
    server.apply(shop);
    assertThat(columns()).as("nothing becomes of the columns").containsExactly("id");
    table("forward", added);
    server.apply(shop);
    assertThat(columns()).containsExactly("id", "note");
  }

  @Test
  void aTableIsOwnedAsItSaysOrItsDatasetSays() {
    shop.put(
        "domains/shop/datasets/orders.yaml",
        """
        owner: finance
        tables:
          stage.orders: { owner: alice, columns: { id: INTEGER, amount: INTEGER } }
          stage.bills: { columns: { id: INTEGER } }
        """);
    server.apply(shop);

    assertThat(server.applied(shop)).isEmpty();
    assertThat(server.tables.require(ORDERS).metadata().properties())
        .containsEntry("hosu.owner", "alice");
    assertThat(server.tables.require(TableName.parse("shop.stage.bills")).metadata().properties())
        .containsEntry("hosu.owner", "finance");
    shop.put(
        "domains/shop/datasets/orders.yaml",
        "tables: { stage.orders: { columns: { id: INTEGER, amount: INTEGER } } }");
    server.apply(shop);
    assertThat(server.tables.require(ORDERS).metadata().properties())
        .doesNotContainKey("hosu.owner");
  }

  @Test
  void aRefusalNamesTheColumnWhatWouldBreakAndTheWaysOut() {
    table("full", "id: INTEGER, total: { type: INTEGER, was: amount }");

    assertThatExceptionOfType(Conflict.class)
        .isThrownBy(() -> server.delivery.plan(TestServer.sound(shop)))
        .satisfies(e -> {
          assertThat(e.what())
              .contains("'full'", "shop.stage.orders", "rename column amount to total")
              .contains("stage shop.orders.sum", "grant user:carol on shop.stage.orders");
          assertThat(e.remedy()).contains("compatibility (backward or none)", "hosu plan");
        });
  }

  @Test
  void aTableThatIsNoLongerDeclaredIsUnderContractNoMore() {
    shop.remove("domains/shop/datasets/orders.yaml");
    server.apply(shop);

    assertThat(server.tables.require(ORDERS).metadata().properties())
        .doesNotContainKey("hosu.compatibility");
    assertThat(columns()).containsExactly("id", "amount");
  }

  @Test
  void aColumnCannotHaveBeenOneThatIsDeclaredToo() {
    table("none", "id: INTEGER, amount: INTEGER, total: { type: INTEGER, was: amount }");

    assertThat(LakeProject.read(ProjectFiles.of(shop)).mistakes())
        .anySatisfy(
            mistake -> assertThat(mistake.toString()).contains("cannot have been 'amount'"));
  }
}
