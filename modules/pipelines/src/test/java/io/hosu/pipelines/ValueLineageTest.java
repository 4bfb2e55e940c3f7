package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.AuthenticatedRoutes;
import io.hosu.governance.Columns;
import io.hosu.governance.Condition;
import io.hosu.governance.Grant;
import io.hosu.governance.Grantee;
import io.hosu.governance.Mask;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Terms;
import io.hosu.http.Listener;
import io.hosu.http.ListenerConfig;
import io.hosu.http.Router;
import io.hosu.kernel.Json;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.Target.Mode;
import io.hosu.query.Guard;
import io.hosu.tables.Clones;
import io.hosu.tables.Wear;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a row of a table to the objects that it came from, in one call. */
class ValueLineageTest {
  private static final TableName ORDERS = TableName.parse("shop.stage.orders");
  private static final Principal ROOT = Principal.user("root").asAdministrator();
  private static final Principal READER = Principal.user("reader");

  private Lake lake;
  private Listener listener;
  private String root;
  private String reader;

  @BeforeEach
  void open(@TempDir Path directory) throws IOException {
    lake = new Lake(directory);
    lake.apply(
        Lake.stage(
            "shop.p.load",
            new Trigger.Objects(List.of("raw/shop/orders/*.csv")),
            "SELECT id, customer, amount, _object AS origin FROM input",
            Lake.into(ORDERS.toString(), Mode.APPEND, List.of(), List.of())),
        Lake.stage(
            "shop.p.people",
            new Trigger.Objects(List.of("raw/shop/people/*.csv")),
            "SELECT * FROM input",
            Lake.into("shop.stage.people", Mode.APPEND, List.of(), List.of())),
        Lake.stage(
            "shop.p.bills",
            new Trigger.ByHand(),
            "SELECT o.id, p.name, o.amount, o.origin AS source FROM stage.orders o JOIN"
                + " stage.people p ON p.id = o.customer",
            Lake.into("shop.analytics.bills", Mode.OVERWRITE, List.of(), List.of())));
    lake.put("raw/shop/people/1.csv", "id,name\n1,ann\n2,bob\n");
    lake.finish();
    lake.put("raw/shop/orders/1.csv", "id,customer,amount\n7,1,30\n8,2,40\n");
    lake.finish();
    lake.put("raw/shop/orders/2.csv", "id,customer,amount\n9,1,50\n");
    lake.finish();
    lake.pipelines.run(StageName.parse("shop.p.bills"));
    lake.finish();
    lake.grant(ROOT, Permission.DESCRIBE, "lake");
    lake.grant(ROOT, Permission.READ_OBJECTS, "lake");
    Router router =
        Router.builder()
            .add(new AuthenticatedRoutes(lake.governance.authentication(), List.of(lake.values())))
            .build();
    listener = new Listener(ListenerConfig.local(0), router);
    root = token(ROOT);
    reader = token(READER);
  }

  @AfterEach
  void close() {
    listener.close();
    lake.close();
  }

  private String token(Principal principal) {
    return lake.database.write(tx -> {
      lake.governance.principals().create(tx, principal, Grant.CLI);
      return lake.governance
          .tokens()
          .create(tx, principal.name(), Duration.ofHours(1))
          .text()
          .reveal();
    });
  }

  private HttpResponse<String> ask(String token, String table, String where, String column) {
    ObjectNode body = Json.object().put("table", table).put("where", where);
    return ask(token, column.isEmpty() ? body : body.put("column", column));
  }

  private HttpResponse<String> ask(String token, ObjectNode body) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(listener.address().resolve("/v1/lineage/value"))
              .header("Authorization", "Bearer " + token)
              .POST(BodyPublishers.ofString(Json.print(body)))
              .build(),
          BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private JsonNode rows(String token, String table, String where, String column) {
    HttpResponse<String> answer = ask(token, table, where, column);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Json.parse(answer.body()).path("rows");
  }

  private static List<String> objects(JsonNode row) {
    return row.path("objects").valueStream().map(one -> one.path("name").asText()).toList();
  }

  private void grant(Terms terms) {
    Grant grant =
        new Grant(
                "",
                Grantee.of(READER),
                Set.of(Permission.SELECT, Permission.DESCRIBE),
                Resource.of(ORDERS),
                Grant.CLI)
            .with(terms);
    lake.database.perform(tx -> lake.governance.grants().put(tx, grant));
  }

  @Test
  void theRowsOfACloneComeFromTheObjectsOfItsSource() {
    Clones clones =
        lake.tables
            .open()
            .clones(
                lake.tables,
                lake.governance.grants(),
                new ClonesEngine(Lake.engines(), new Guard(Lake.parser())));
    clones.make(ROOT, "shop", "trial", _ -> {});
    clones.make(ROOT, "trial", "again", _ -> {});
    lake.grant(ROOT, Permission.SELECT, "shop");
    lake.grant(ROOT, Permission.SELECT, "trial");
    lake.grant(ROOT, Permission.SELECT, "again");

    for (String table : List.of("trial.stage.orders", "again.stage.orders")) {
      JsonNode row = rows(root, table, "id = 9", "amount").get(0);

      assertThat(objects(row)).as(table).containsExactly("raw/shop/orders/2.csv");
      assertThat(row.path("object").asText()).isEqualTo("raw/shop/orders/2.csv");
    }
  }

  @Test
  void aRowLeadsToTheFileTheSnapshotTheExecutionAndTheObjectThatItWasIn() {
    JsonNode row = rows(root, ORDERS.toString(), "id = 7", "").path(0);

    assertThat(row.at("/row/amount").asInt()).isEqualTo(30);
    assertThat(row.path("file").asText()).startsWith("s3://stage/shop/").endsWith(".parquet");
    assertThat(row.path("operation").asText()).isEqualTo("append");
    assertThat(row.path("object").asText()).isEqualTo("raw/shop/orders/1.csv");
    assertThat(objects(row)).containsExactly("raw/shop/orders/1.csv");
    assertThat(row.at("/objects/0/version").asText()).isNotEmpty();
    JsonNode execution = row.at("/from/0");
    assertThat(execution.path("name").asText()).isEqualTo("shop.p.load");
    JsonNode other = rows(root, ORDERS.toString(), "amount = 50", "").path(0);
    assertThat(other.path("snapshot")).isNotEqualTo(row.path("snapshot"));
    assertThat(objects(other)).containsExactly("raw/shop/orders/2.csv");
    assertThat(rows(root, ORDERS.toString(), "id = 700", "")).isEmpty();
  }

  @Test
  void theChainGoesOnThroughStagesAndAColumnLeavesWhatItIsNotFrom() {
    JsonNode bill = rows(root, "shop.analytics.bills", "id = 9", "").path(0);
    assertThat(bill.path("object").asText())
        .as("handed on by the stage between")
        .isEqualTo("raw/shop/orders/2.csv");
    assertThat(objects(bill)).containsExactly("raw/shop/orders/2.csv");

    lake.apply(
        Lake.stage(
            "shop.p.plain",
            new Trigger.ByHand(),
            "SELECT o.id, p.name, o.amount FROM stage.orders o JOIN"
                + " stage.people p ON p.id = o.customer",
            Lake.into("shop.analytics.plain", Mode.OVERWRITE, List.of(), List.of())));
    lake.pipelines.run(StageName.parse("shop.p.plain"));
    lake.finish();
    assertThat(objects(rows(root, "shop.analytics.plain", "id = 9", "").path(0)))
        .containsExactlyInAnyOrder(
            "raw/shop/orders/1.csv", "raw/shop/orders/2.csv", "raw/shop/people/1.csv");
    JsonNode name = rows(root, "shop.analytics.plain", "id = 9", "Name").path(0);
    assertThat(name.path("value").asText()).isEqualTo("ann");
    assertThat(objects(name)).containsExactly("raw/shop/people/1.csv");
  }

  @Test
  void aRowIsKnownByItsCommitAfterItsFileWasMergedWithOthers() {
    String before = rows(root, ORDERS.toString(), "id = 7", "").at("/0/snapshot").asText();
    lake.put("raw/shop/orders/3.csv", "id,customer,amount\n10,1,60\n");
    lake.finish();
    lake.life(lake.database).upkeep.compact(ORDERS, "tester", Wear.ANY);

    JsonNode rows = rows(root, ORDERS.toString(), "true", "");
    assertThat(rows).hasSize(4);
    assertThat(rows.valueStream().map(row -> row.path("file").asText()).distinct()).hasSize(1);
    assertThat(rows.valueStream().map(row -> row.path("snapshot").asText()).distinct()).hasSize(3);
    JsonNode after = rows(root, ORDERS.toString(), "id = 7", "").path(0);
    assertThat(after.path("snapshot").asText()).isEqualTo(before);
    assertThat(objects(after)).containsExactly("raw/shop/orders/1.csv");
  }

  @Test
  void aConditionKnowsOnlyTheRowsColumnsAndCellsThatAreSeen() {
    grant(Terms.none().with(Columns.allBut(List.of("amount"))).with(new Condition("id < 9")));

    assertThat(rows(reader, ORDERS.toString(), "true", "")).hasSize(2);
    assertThat(rows(reader, ORDERS.toString(), "id = 9", "")).isEmpty();
    HttpResponse<String> hidden = ask(reader, ORDERS.toString(), "amount = 30", "");
    HttpResponse<String> nothing = ask(reader, ORDERS.toString(), "nothing = 30", "");
    assertThat(hidden.statusCode()).isEqualTo(400);
    assertThat(withoutIds(hidden.body()).replace("amount", "nothing"))
        .isEqualTo(withoutIds(nothing.body()));
    assertThat(ask(reader, ORDERS.toString(), "id = 7", "amount").statusCode()).isEqualTo(404);
    JsonNode row = rows(reader, ORDERS.toString(), "id = 7", "").path(0);
    assertThat(row.path("row").has("amount")).isFalse();
    assertThat(row.has("file")).as("files tell of rows that are hidden").isFalse();
    assertThat(row.path("from")).as("it may not know of the pipeline").isEmpty();

    lake.grant(READER, Permission.DESCRIBE, "pipeline:shop.p");
    assertThat(objects(rows(reader, ORDERS.toString(), "id = 7", "").path(0)))
        .as("objects take READ_OBJECTS")
        .isEmpty();
    lake.grant(READER, Permission.READ_OBJECTS, "raw/shop/orders/");
    assertThat(objects(rows(reader, ORDERS.toString(), "id = 7", "").path(0)))
        .containsExactly("raw/shop/orders/1.csv");
  }

  private static String withoutIds(String problem) {
    return Pattern.compile("\"id\":\"[^\"]*\"").matcher(problem).replaceAll("");
  }

  @Test
  void aConditionOnAMaskedColumnIsComputedOfTheMask() {
    grant(Terms.none().with("amount", new Terms.Masking(new Mask.Null(), Optional.empty())));

    assertThat(rows(reader, ORDERS.toString(), "amount = 30", "")).isEmpty();
    assertThat(rows(reader, ORDERS.toString(), "amount IS NULL", "")).hasSize(3);
  }

  @Test
  void aChainIsAsDeepAsIsAskedFor() {
    ObjectNode question = Json.object().put("table", "shop.analytics.bills").put("where", "id = 9");
    HttpResponse<String> answer = ask(root, question.put("depth", 1));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(Json.parse(answer.body()).at("/rows/0/objects")).isEmpty();
    for (int depth : List.of(0, 51)) {
      assertThat(ask(root, question.put("depth", depth)).statusCode()).isEqualTo(400);
    }
    assertThat(ask(root, question.put("depth", "3")).statusCode()).isEqualTo(400);
  }

  @Test
  void aConditionIsOneExpressionAndReadsNothingElse() {
    for (String where :
        List.of(
            "1 = 1) UNION SELECT * FROM shop.stage.people --",
            "id IN (SELECT id FROM shop.stage.people)",
            "read_text('/etc/passwd') IS NOT NULL",
            "")) {
      assertThat(ask(root, ORDERS.toString(), where, "").statusCode()).as(where).isEqualTo(400);
    }
  }

  @Test
  void aTableThatMayNotBeKnownIsAnsweredAsOneThatIsNotThere() {
    String hidden = withoutIds(ask(reader, ORDERS.toString(), "id = 7", "").body());
    String nothing = withoutIds(ask(reader, "shop.stage.nothing", "id = 7", "").body());
    assertThat(hidden.replace("orders", "nothing")).isEqualTo(nothing);
  }
}
