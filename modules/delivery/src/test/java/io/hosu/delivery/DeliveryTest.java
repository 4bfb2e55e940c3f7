package io.hosu.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.governance.Grant;
import io.hosu.governance.Grantee;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.kernel.Event;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.Json;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.CrawledStages;
import io.hosu.pipelines.StageSpec;
import io.hosu.pipelines.Team;
import io.hosu.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass(name = "{0}")
@EnumSource(TestDatabase.class)
class DeliveryTest {
  private final TestDatabase kind;
  private static final TableName ORDERS = TableName.parse("shop.stage.orders");

  @TempDir private Path directory;
  private TestServer server;
  private final Map<String, String> shop = new TreeMap<>();

  DeliveryTest(TestDatabase kind) {
    this.kind = kind;
  }

  @BeforeEach
  void open() {
    server = new TestServer(kind, directory);
    shop.put("lake.yaml", "name: shop");
    shop.put("domains/shop/domain.yaml", "{ owner: sales, tags: { cost_center: 4711 } }");
    shop.put(
        "domains/shop/datasets/orders.yaml",
        "tables: { stage.orders: { columns: { id: BIGINT, day: DATE }, key: [id],"
            + " partition_by: [month(day)] } }");
    shop.put(
        "domains/shop/pipelines/orders.yaml",
        "stages: { clean: { on: { objects: raw/shop/** }, sql: clean.sql,"
            + " into: { table: stage.orders, mode: merge } } }");
    shop.put("domains/shop/transforms/clean.sql", "SELECT id, day FROM input");
    shop.put(
        "access/teams.yaml",
        """
        groups: [sales]
        principals: [{ name: alice, groups: [sales] }]
        roles: [loader]
        grants: [{ to: group:sales, allow: [SELECT, RUN], on: shop }]
        """);
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void applyMakesTheServerEqualToTheProject() {
    assertThat(server.applied(shop))
        .containsExactly(
            "create layer analytics",
            "create layer raw",
            "create layer stage",
            "create domain shop",
            "create table shop.stage.orders",
            "create dataset shop.orders",
            "create stage shop.orders.clean",
            "create group sales",
            "create principal alice",
            "create principal loader",
            "create tag shop",
            "create grant group:sales on shop");

    assertThat(server.buckets.list()).hasSize(3);
    assertThat(server.governance.domains().find("shop")).isPresent();
    assertThat(server.tables.require(ORDERS).partitionBy()).containsExactly("month(day)");
    assertThat(server.stages.find(StageName.parse("shop.orders.clean"))).isPresent();
    Principal alice = server.governance.principals().require("alice");
    assertThat(
            server.governance.policy().decide(alice, Permission.RUN, new Resource.Domain("shop")))
        .isInstanceOf(io.hosu.governance.Decision.Allowed.class);
  }

  @Test
  void aSecondApplyFindsNothingToDoAndLeavesNoTrace() {
    server.apply(shop);

    assertThat(server.applied(shop)).isEmpty();
    assertThat(server.eventsOf("Project Applied")).isEqualTo(1);
  }

  @Test
  void aStageOfACrawlerIsLeftAloneUntilTheProjectDeclaresIt() {
    server.apply(shop);
    StageSpec clean = server.stages.find(StageName.parse("shop.orders.clean")).orElseThrow();
    StageName load = StageName.parse("shop.crawl_stage_orders.load");
    server.database.perform(tx -> {
      server.stages.put(
          tx,
          new StageSpec(
              load,
              clean.on(),
              clean.batch(),
              clean.input(),
              clean.transform(),
              clean.into(),
              clean.running()));
      CrawledStages.put(
          tx,
          new CrawledStages.Crawled(
              load, "raw/shop/", ORDERS, "user:a", Instant.EPOCH, Optional.empty()));
    });

    assertThat(server.applied(shop)).isEmpty();

    String declared = shop.getOrDefault("domains/shop/pipelines/orders.yaml", "");
    shop.remove("domains/shop/pipelines/orders.yaml");
    shop.put("domains/shop/pipelines/crawl_stage_orders.yaml", declared.replace("clean:", "load:"));
    assertThat(server.applied(shop))
        .containsExactlyInAnyOrder(
            "create stage shop.crawl_stage_orders.load", "remove stage shop.orders.clean");
    shop.remove("domains/shop/pipelines/crawl_stage_orders.yaml");
    assertThat(server.applied(shop)).containsExactly("remove stage shop.crawl_stage_orders.load");
  }

  @Test
  void aLookBeforeChangesNothing() {
    ApplyResult plan = server.delivery.plan(TestServer.sound(shop));

    assertThat(plan.dryRun()).isTrue();
    assertThat(plan.changes()).hasSize(12);
    assertThat(server.buckets.list()).isEmpty();
    assertThat(server.delivery.newest()).isEmpty();
  }

  @Test
  void whatWasAppliedIsKeptWithItsFiles() {
    ApplyResult result = server.apply(shop);

    AppliedProject newest = server.delivery.newest().orElseThrow();
    assertThat(newest.hash()).isEqualTo(result.hash());
    assertThat(newest.principal()).isEqualTo("admin");
    assertThat(newest.changes()).isEqualTo(12);
    assertThat(server.delivery.files(newest)).isEqualTo(shop);
  }

  /** What is known to be applied need not be read and checked at the next start. */
  @Test
  void aProjectIsKnownToBeAppliedUntilItOrTheServerChanges() {
    assertThat(isApplied()).isFalse();
    server.apply(shop);
    assertThat(isApplied()).isTrue();

    shop.put("domains/shop/transforms/clean.sql", "SELECT id, day + 1 AS day FROM input");
    assertThat(isApplied()).as("with another file").isFalse();
    server.apply(shop);
    assertThat(isApplied()).isTrue();

    server.database.perform(tx -> server.tables.drop(tx, ORDERS));
    assertThat(isApplied()).as("without its table").isFalse();
    assertThat(server.applied(shop)).containsExactly("create table shop.stage.orders");
    server.apply(shop);
    assertThat(isApplied()).isTrue();

    server.database.perform(tx -> server.stages.remove(tx, StageName.parse("shop.orders.clean")));
    assertThat(isApplied()).as("without its stage").isFalse();
  }

  @Test
  void anotherProgramDoesNotKnowThatAProjectIsApplied() {
    server.apply(shop);
    server.database.perform(tx -> tx.update("UPDATE applied_state SET program = 'older'"));

    assertThat(isApplied()).isFalse();
    server.apply(shop);
    assertThat(isApplied()).isTrue();
  }

  private boolean isApplied() {
    return server.delivery.isApplied(ProjectFiles.of(shop));
  }

  @Test
  void aChangeTellsWhatItWasAndWhatItWillBe() {
    server.apply(shop);
    shop.put("domains/shop/transforms/clean.sql", "SELECT id, day + 1 AS day FROM input");

    assertThat(server.apply(shop).changes())
        .singleElement()
        .hasToString(
            """
            ~ stage shop.orders.clean
                sql.text: SELECT id, day FROM input -> SELECT id, day + 1 AS day FROM input\
            """);
    assertThat(server.applied(shop)).isEmpty();
  }

  @Test
  void everyKindOfThingCanChange() {
    server.apply(shop);
    shop.put("lake.yaml", "{ name: shop, layers: [raw, stage, gold] }");
    shop.put("domains/shop/domain.yaml", "{ owner: alice, tags: { cost_center: 1 } }");
    shop.put(
        "domains/shop/datasets/orders.yaml",
        "tables: { stage.orders: { columns: { id: BIGINT, day: DATE, note: VARCHAR }, key: [id],"
            + " partition_by: [month(day)] } }");
    shop.put(
        "access/teams.yaml",
        """
        groups: [sales, buyers]
        principals: [{ name: alice, groups: [buyers] }, { name: bob }]
        grants: [{ to: group:sales, allow: [SELECT], on: shop }]
        """);

    assertThat(server.applied(shop))
        .containsExactly(
            "create layer gold",
            "change domain shop",
            "change table shop.stage.orders",
            "create group buyers",
            "change principal alice",
            "create principal bob",
            "change tag shop",
            "change grant group:sales on shop",
            "remove principal loader",
            "remove layer analytics");
    assertThat(server.applied(shop)).isEmpty();
    assertThat(server.tables.require(ORDERS).columns().stream().map(column -> column.name()))
        .containsExactly("id", "day", "note");
  }

  @Test
  void whatATeamMayTakeOfTheServersIsDeclaredChangedAndTakenBack() {
    shop.put("lake.yaml", "{ name: shop, teams: { sales: { weight: 3, concurrency: 4 } } }");
    assertThat(server.applied(shop)).contains("create team sales");
    assertThat(teams()).containsExactly(new Team("sales", 3, OptionalInt.of(4)));
    assertThat(server.applied(shop)).isEmpty();

    shop.put("lake.yaml", "{ name: shop, teams: { sales: { weight: 5 } } }");
    assertThat(server.apply(shop).changes())
        .hasToString("[~ team sales\n    concurrency: 4 -> (nothing)\n    weight: 3 -> 5]");
    assertThat(teams()).containsExactly(new Team("sales", 5, OptionalInt.empty()));

    shop.put("lake.yaml", "name: shop");
    assertThat(server.applied(shop)).containsExactly("remove team sales");
    assertThat(teams()).isEmpty();
  }

  private List<Team> teams() {
    return server.database.read(server.teams::list);
  }

  @Test
  void aTableThatIsNoLongerDeclaredStays() {
    server.apply(shop);
    shop.remove("domains/shop/datasets/orders.yaml");
    shop.put(
        "domains/shop/pipelines/orders.yaml",
        "stages: { clean: { on: by_hand, sql: clean.sql, into: { table: stage.orders } } }");

    Change removal = server.apply(shop).changes().getLast();

    assertThat(removal.kind()).isEqualTo("table");
    assertThat(removal.notes()).singleElement().asString().contains("stays with its rows");
    assertThat(server.tables.find(ORDERS)).isPresent();
    assertThat(server.applied(shop)).isEmpty();
  }

  @Test
  void aColumnThatIsNoLongerDeclaredStays() {
    server.apply(shop);
    shop.put(
        "domains/shop/datasets/orders.yaml",
        "tables: { stage.orders: { columns: { id: BIGINT }, key: [id] } }");

    assertThat(server.apply(shop).changes().getFirst().notes())
        .singleElement()
        .asString()
        .contains("day");
    assertThat(server.tables.require(ORDERS).columns()).hasSize(2);
  }

  @Test
  void aTypeThatCannotHoldTheOldValuesIsRefusedBeforeAnythingChanges() {
    server.apply(shop);
    shop.put("lake.yaml", "{ name: shop, layers: [raw, stage, analytics, gold] }");
    shop.put(
        "domains/shop/datasets/orders.yaml",
        "tables: { stage.orders: { columns: { id: DATE, day: DATE }, key: [id],"
            + " partition_by: [month(day)] } }");

    assertThatThrownBy(() -> server.apply(shop)).isInstanceOf(HosuException.class);
    assertThat(server.buckets.list()).hasSize(3);
  }

  @Test
  void aTableHasTheFormatVersionThatItsDatasetSaysAndNeverGoesBack() {
    server.apply(shop);
    assertThat(server.tables.require(ORDERS).metadata().formatVersion()).isEqualTo(2);

    String file = "domains/shop/datasets/orders.yaml";
    shop.put(
        file,
        "tables: { stage.orders: { columns: { id: BIGINT, day: DATE, more: VARIANT }, key: [id],"
            + " partition_by: [month(day)], format_version: 3 } }");
    assertThat(server.applied(shop)).containsExactly("change table shop.stage.orders");
    assertThat(server.tables.require(ORDERS).metadata().formatVersion()).isEqualTo(3);
    assertThat(server.tables.require(ORDERS).columns().getLast().type()).isEqualTo("VARIANT");
    assertThat(server.applied(shop)).isEmpty();

    shop.put(
        file,
        "tables: { stage.orders: { columns: { id: BIGINT, day: DATE }, key: [id],"
            + " partition_by: [month(day)], format_version: 2 } }");
    server.apply(shop);
    assertThat(server.tables.require(ORDERS).metadata().formatVersion()).isEqualTo(3);
  }

  @Test
  void aTableThatSomebodyDroppedIsMadeAgain() {
    server.apply(shop);
    server.database.write(tx -> server.tables.drop(tx, ORDERS));

    assertThat(server.applied(shop)).containsExactly("create table shop.stage.orders");
    assertThat(server.tables.find(ORDERS)).isPresent();
  }

  @Test
  void theRemovalOfALayerThatHoldsObjectsIsRefusedAndNothingElseIsDone() {
    server.apply(shop);
    Map<String, String> smaller =
        Map.of("lake.yaml", "{ name: shop, layers: [raw, analytics, gold] }");

    assertThatThrownBy(() -> server.apply(smaller))
        .isInstanceOf(Conflict.class)
        .satisfies(e -> assertThat(((Conflict) e).remedy()).isNotBlank());
    assertThat(server.buckets.find("gold")).isEmpty();
    assertThat(server.stages.list()).hasSize(1);
  }

  @Test
  void aLayerThatAnEngineMadeStaysUntilTheProjectDeclaresItAndDropsIt() {
    server.apply(shop);
    server.database.<Boolean>write(tx -> server.buckets.createUndeclared(tx, "lab"));

    assertThat(server.applied(shop)).isEmpty();
    assertThat(server.buckets.find("lab")).isPresent();

    Map<String, String> larger = new HashMap<>(shop);
    larger.put("lake.yaml", "{ name: shop, layers: [raw, stage, analytics, lab] }");
    assertThat(server.applied(larger)).containsExactly("create layer lab");
    assertThat(server.applied(shop)).containsExactly("remove layer lab");
    assertThat(server.buckets.find("lab")).isEmpty();
  }

  @Test
  void theRemovalAndTheReturnOfAStageTellHowManyMessagesWaitForIt() {
    server.apply(shop);
    StageName clean = StageName.parse("shop.orders.clean");
    server.database.write(tx -> {
      Event event = server.events.append(tx, "test", "Test", "shop", List.of(), Json.object());
      return server.queues.send(tx, clean.toString(), event);
    });
    String orders = shop.remove("domains/shop/pipelines/orders.yaml");

    Change removal = server.apply(shop).changes().getFirst();

    assertThat(removal.notes())
        .containsExactly(
            "1 message waits for it, and for its return. To throw them away: hosu stages drop"
                + " shop.orders.clean");
    assertThat(server.stages.find(clean)).isEmpty();
    assertThat(server.applied(shop)).isEmpty();

    shop.put("domains/shop/pipelines/orders.yaml", orders);
    assertThat(server.apply(shop).changes().getFirst().notes())
        .containsExactly("1 message waits for it and will be processed as it is declared now.");
  }

  @Test
  void theChangeOfATriggerTellsWhatBecomesOfTheMessagesThatItDoesNotTake() {
    server.apply(shop);
    StageName clean = StageName.parse("shop.orders.clean");
    server.database.write(tx -> {
      Event event = server.events.append(tx, "test", "Test", "shop", List.of(), Json.object());
      return server.queues.send(tx, clean.toString(), event);
    });
    shop.put(
        "domains/shop/pipelines/orders.yaml",
        "stages: { clean: { on: { tables: [stage.orders] }, sql: clean.sql,"
            + " into: { table: stage.copies, mode: append } } }");
    shop.put("domains/shop/transforms/clean.sql", "SELECT id, day FROM stage.orders");

    List<String> notes =
        server.apply(shop).changes().stream().flatMap(change -> change.notes().stream()).toList();

    assertThat(notes)
        .contains(
            "1 message waits for it by its old trigger, which the new one does not take: it becomes"
                + " a dead letter (TRIGGER_CHANGED). See: hosu dlq list --stage shop.orders.clean");
    assertThat(notes).noneMatch(note -> note.contains("will be processed"));
  }

  @Test
  void whatWasMadeByCommandIsLeftAlone() {
    server.database.write(tx -> {
      server.governance.principals().create(tx, Principal.user("carol"), Grant.CLI);
      return server
          .governance
          .grants()
          .put(
              tx,
              new Grant(
                  "",
                  Grantee.user("carol"),
                  Set.of(Permission.SELECT),
                  new Resource.Lake(),
                  Grant.CLI));
    });

    server.apply(shop);
    server.apply(Map.of("lake.yaml", "{ name: shop, layers: [raw, stage, analytics] }"));

    assertThat(server.governance.principals().find("carol")).isPresent();
    assertThat(server.governance.principals().find("alice")).isEmpty();
    assertThat(server.governance.grants().list()).hasSize(1);
  }

  @Test
  void aResultReadsBackFromItsJson() {
    for (Change change : server.apply(shop).changes()) {
      assertThat(Change.fromJson(change.toJson())).isEqualTo(change);
    }
  }
}
