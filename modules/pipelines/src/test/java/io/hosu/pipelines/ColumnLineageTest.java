package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.governance.AuthenticatedRoutes;
import io.hosu.governance.Columns;
import io.hosu.governance.Grant;
import io.hosu.governance.Grantee;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Rights;
import io.hosu.governance.Terms;
import io.hosu.http.Listener;
import io.hosu.http.ListenerConfig;
import io.hosu.http.Router;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Json;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.ColumnLineage.Way;
import io.hosu.pipelines.Target.Mode;
import io.hosu.query.Guard;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where columns come from and where they get, over the stages of a lake. */
class ColumnLineageTest {
  private static final TableName ORDERS = TableName.parse("shop.stage.orders");
  private static final TableName SALES = TableName.parse("shop.analytics.sales");
  private static final Principal ROOT = Principal.user("root").asAdministrator();
  private static final Principal READER = Principal.user("reader");

  private Lake lake;
  private LineageStates lineage;

  @BeforeEach
  void open(@TempDir Path directory) throws IOException {
    lake = new Lake(directory);
    lineage =
        new LineageStates(
            lake.database, lake.pipelines.stages(), lake.tables, new Guard(Lake.parser()));
    lake.apply(
        stage("shop.p.load", "SELECT * FROM input WHERE amount > 0", ORDERS),
        Lake.stage(
            "shop.p.sales",
            new Trigger.Tables(List.of(ORDERS)),
            "SELECT Customer AS who, sum(amount) AS total FROM stage.orders GROUP BY 1",
            Lake.into(SALES.toString(), Mode.OVERWRITE, List.of(), List.of())));
    lake.put("raw/shop/orders/1.csv", "id,Customer,amount\n7,ann,3\n8,bob,4\n");
    lake.finish();
  }

  @AfterEach
  void close() {
    lake.close();
  }

  private static StageSpec stage(String name, String sql, TableName into) {
    return Lake.stage(
        name,
        new Trigger.Objects(List.of("raw/shop/orders/*.csv")),
        sql,
        Lake.into(into.toString(), Mode.APPEND, List.of(), List.of()));
  }

  private List<String> edges(TableName table, String column, Way way, Principal principal) {
    Rights rights = lake.governance.policy().rights();
    return lineage.now().edges(table, column, way, 10, LineageSight.of(rights, principal)).stream()
        .map(edge -> "%s <- %s %s".formatted(edge.to(), edge.from(), edge.flow()))
        .toList();
  }

  @Test
  void aColumnIsFollowedBackToTheObjectsOverAllStages() {
    assertThat(edges(SALES, "total", Way.UP, ROOT))
        .containsExactly(
            "shop.analytics.sales.* <- shop.stage.orders.customer GROUP",
            "shop.analytics.sales.total <- shop.stage.orders.amount AGGREGATED",
            "shop.stage.orders.* <- raw/shop/orders/*.csv.amount FILTER",
            "shop.stage.orders.Customer <- raw/shop/orders/*.csv.customer DIRECT",
            "shop.stage.orders.amount <- raw/shop/orders/*.csv.amount DIRECT");
  }

  @Test
  void aColumnIsFollowedToAllThatComesFromIt() {
    assertThat(edges(ORDERS, "Customer", Way.DOWN, ROOT))
        .containsExactly(
            "shop.analytics.sales.* <- shop.stage.orders.customer GROUP",
            "shop.analytics.sales.who <- shop.stage.orders.customer DIRECT");
    assertThat(edges(ORDERS, "id", Way.DOWN, ROOT)).isEmpty();
  }

  @Test
  void stagesThatReadEachOthersTablesEndTheWalk() {
    lake.apply(
        Lake.stage(
            "shop.p.back",
            new Trigger.ByHand(),
            "SELECT total AS amount FROM analytics.sales",
            Lake.into(ORDERS.toString(), Mode.APPEND, List.of(), List.of())));

    assertThat(edges(ORDERS, "amount", Way.UP, ROOT))
        .contains(
            "shop.stage.orders.amount <- shop.analytics.sales.total DIRECT",
            "shop.analytics.sales.total <- shop.stage.orders.amount AGGREGATED")
        .doesNotContain("shop.analytics.sales.who <- shop.stage.orders.customer DIRECT");
  }

  @Test
  void whatMayNotBeSeenDoesNotExist() {
    grant(Permission.DESCRIBE, new Resource.Pipeline("shop", "p"), Terms.none());
    grant(Permission.SELECT, Resource.of(SALES), Terms.none());
    grant(Permission.DESCRIBE, Resource.of(SALES), Terms.none());
    assertThat(edges(SALES, ColumnEdge.ALL, Way.UP, READER)).isEmpty();

    grant(
        Permission.SELECT,
        Resource.of(ORDERS),
        Terms.none().with(Columns.allBut(List.of("customer"))));
    assertThat(edges(SALES, ColumnEdge.ALL, Way.UP, READER))
        .as("neither a hidden column nor the objects of a table that is shown in part")
        .containsExactly("shop.analytics.sales.total <- shop.stage.orders.amount AGGREGATED");
    Rights rights = lake.governance.policy().rights();
    assertThatExceptionOfType(NotFound.class)
        .isThrownBy(
            () -> lineage.now().requireColumn(ORDERS, "customer", LineageSight.of(rights, READER)))
        .withMessageContaining("has no column 'customer'");
    assertThat(edges(SALES, ColumnEdge.ALL, Way.UP, Principal.user("stranger"))).isEmpty();
  }

  @Test
  void theListIsPagedAndWhatIsHiddenIsAnsweredAsWhatIsNotThere() throws Exception {
    String root = token(ROOT);
    String reader = token(READER);
    Router router =
        Router.builder()
            .add(
                new AuthenticatedRoutes(
                    lake.governance.authentication(),
                    List.of(
                        new LineageApi(
                            lineage, lake.tables, lake.governance.policy(), InstantSource.system()),
                        lake.openLineage())))
            .build();
    try (Listener listener = new Listener(ListenerConfig.local(0), router)) {
      URI url = listener.address().resolve("/v1/lineage");
      lake.grant(Principal.user("root"), Permission.DESCRIBE, "lake");

      JsonNode first = Json.parse(get(root, url + "?table=" + SALES + "&limit=2").body());
      assertThat(first.path("items")).hasSize(2);
      JsonNode second =
          Json.parse(
              get(root, url + "?table=" + SALES + "&next=" + first.path("next").asText()).body());
      assertThat(second.path("items").size()).isPositive();
      assertThat(second.path("items").valueStream().toList())
          .doesNotContainAnyElementsOf(first.path("items").valueStream().toList());
      assertThat(get(root, url + "?table=" + SALES + "&depth=51").statusCode()).isEqualTo(400);
      assertThat(get(root, url + "?table=" + SALES + "&way=out").statusCode()).isEqualTo(400);
      assertThat(get(root, url + "").statusCode()).isEqualTo(400);
      assertThat(get(root, url + "?table=" + SALES + "&column=totl").body())
          .contains("did you mean 'total'?");
      String id = lake.executions().getFirst().id();
      JsonNode events =
          Json.parse(
              get(root, listener.address().resolve("/v1/executions/" + id + "/openlineage") + "")
                  .body());
      assertThat(events.path("items").valueStream().map(one -> one.path("eventType").asText()))
          .containsExactly("START", "COMPLETE");
      JsonNode output = events.at("/items/1/outputs/0");
      assertThat(output.path("name").asText()).isEqualTo(SALES.toString());
      assertThat(output.at("/facets/schema/fields/1/name").asText()).isEqualTo("total");
      JsonNode from = output.at("/facets/columnLineage/fields/total/inputFields/0");
      assertThat(from.path("name").asText()).isEqualTo(ORDERS.toString());
      assertThat(from.path("field").asText()).isEqualTo("amount");
      assertThat(from.at("/transformations/0/subtype").asText()).isEqualTo("AGGREGATION");
      assertThat(output.at("/facets/columnLineage/dataset/0/field").asText()).isEqualTo("customer");
      assertThat(
              get(reader, listener.address().resolve("/v1/executions/" + id + "/openlineage") + "")
                  .statusCode())
          .isEqualTo(404);
      String hidden = get(reader, url + "?table=" + SALES).body();
      String nothing = get(reader, url + "?table=shop.analytics.nothing").body();
      assertThat(hidden.replace("sales", "nothing")).isEqualTo(nothing);
    }
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

  private static HttpResponse<String> get(String token, String url) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create(url))
              .header("Authorization", "Bearer " + token)
              .build(),
          BodyHandlers.ofString());
    }
  }

  private void grant(Permission permission, Resource on, Terms terms) {
    lake.database.perform(tx ->
        lake.governance
            .grants()
            .put(
                tx,
                new Grant("", Grantee.of(READER), Set.of(permission), on, Grant.CLI).with(terms)));
  }
}
