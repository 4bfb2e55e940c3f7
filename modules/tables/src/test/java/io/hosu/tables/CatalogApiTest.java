package io.hosu.tables;

import static io.hosu.tables.TestLake.FLIGHTS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.governance.AuthenticatedRoutes;
import io.hosu.governance.Columns;
import io.hosu.governance.Domains;
import io.hosu.governance.Governance;
import io.hosu.governance.Grant;
import io.hosu.governance.Grantee;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Tags;
import io.hosu.governance.Terms;
import io.hosu.http.Listener;
import io.hosu.http.ListenerConfig;
import io.hosu.http.Router;
import io.hosu.kernel.Json;
import io.hosu.kernel.TableName;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The history of columns, and the search, as they are asked for. */
class CatalogApiTest {
  private static final TableName PAY = TableName.parse("finance.stage.pay");

  @TempDir Path directory;
  private TestLake lake;
  private Governance governance;
  private Listener listener;
  private String root;
  private String ana;

  @BeforeEach
  void open() {
    lake = new TestLake(directory);
    governance = new Governance(lake.database, directory, lake.clock, lake.ids);
    var policy = governance.policy();
    listener =
        new Listener(
            ListenerConfig.local(0),
            Router.builder()
                .add(
                    new AuthenticatedRoutes(
                        governance.authentication(),
                        List.of(
                            new TablesApi(lake.tables, policy, governance.domains()),
                            new SchemasApi(lake.database, lake.tables, policy),
                            new SearchApi(
                                lake.database,
                                lake.tables,
                                policy,
                                governance.domains(),
                                governance.tags()))))
                .build());
    lake.database.perform(tx -> {
      governance.domains().put(tx, new Domains.Domain("finance", "treasury", ""));
      governance
          .tags()
          .put(tx, new Tags.Tag(Resource.parse("finance.stage.pay.iban"), "pii", "high", "cli"));
    });
    define(FLIGHTS, "Flights of airlines.", column("id", ""), column("carrier", "The airline."));
    define(PAY, "What people earn.", column("person", ""), column("iban", "Of the bank account."));
    root = token(Principal.user("root").asAdministrator());
    ana = token(Principal.user("ana"));
    grant("ana", Resource.of(PAY), Terms.none().with(Columns.only(List.of("person"))));
  }

  @AfterEach
  void close() {
    listener.close();
    governance.close();
    lake.close();
  }

  private static TableDefinition.Column column(String name, String description) {
    return new TableDefinition.Column(name, "VARCHAR", Optional.empty(), description, "", Map.of());
  }

  private void define(TableName table, String description, TableDefinition.Column... columns) {
    TableDefinition definition =
        new TableDefinition(
            List.of(columns),
            TableLayout.standard(),
            Optional.of(Compatibility.NONE),
            description,
            UpkeepRules.NONE);
    lake.commit(
        new TableChange.Define(
            new TableDefinitions(lake.database, lake.ids, lake.tables).target(table, definition)));
  }

  private void grant(String to, Resource on, Terms terms) {
    Grant grant = Grant.declared(Grantee.user(to), Set.of(Permission.SELECT), on).with(terms);
    lake.database.<Grant>write(tx -> governance.grants().put(tx, grant));
  }

  private String token(Principal principal) {
    return lake.database.<String>write(tx -> {
      governance.principals().create(tx, principal, Grant.CLI);
      return governance.tokens().createLasting(tx, principal.name()).text().reveal();
    });
  }

  private List<String> found(String token, String words) throws Exception {
    return get(token, "/v1/search?q=" + words, 200)
        .get("items")
        .valueStream()
        .map(item -> item.get("name").asText())
        .toList();
  }

  @Test
  void tablesAreFoundByNamesDescriptionsColumnsTagsAndOwnersTheBestFirst() throws Exception {
    define(TableName.parse("aviation.stage.airlines"), "", column("code", "Two letters of IATA."));

    assertThat(found(root, "airline"))
        .containsExactly("aviation.stage.airlines", "aviation.stage.flights");
    assertThat(found(root, "EARN")).containsExactly("finance.stage.pay");
    assertThat(found(root, "treasury")).containsExactly("finance.stage.pay");
    assertThat(found(root, "pii")).containsExactly("finance.stage.pay");
    assertThat(found(root, "iata%20code")).containsExactly("aviation.stage.airlines");
    assertThat(found(root, "iata%20nothing")).isEmpty();
    JsonNode first = get(root, "/v1/search?q=stage&limit=2", 200);
    assertThat(first.get("items")).hasSize(2);
    JsonNode rest = get(root, "/v1/search?q=stage&limit=2&next=" + first.get("next").asText(), 200);
    assertThat(rest.get("items")).hasSize(1);
    assertThat(rest.get("next").isNull()).isTrue();
    get(root, "/v1/search?q=", 400);
    get(root, "/v1/search?q=" + "x".repeat(201), 400);
  }

  @Test
  void whatSomebodyDoesNotSeeIsNotFound() throws Exception {
    assertThat(found(ana, "earn")).containsExactly("finance.stage.pay");
    assertThat(found(ana, "iban")).isEmpty();
    assertThat(found(ana, "bank")).isEmpty();
    assertThat(found(ana, "pii")).isEmpty();
    assertThat(found(ana, "flights")).isEmpty();
    assertThat(get(ana, "/v1/search?q=pay", 200).toString()).doesNotContain("iban", "pii");
  }

  @Test
  void whatSomebodyIsDeniedToDescribeIsNotFound() throws Exception {
    String ben = token(Principal.user("ben"));
    grant("ben", Resource.of(PAY), Terms.none());
    assertThat(found(ben, "iban")).containsExactly("finance.stage.pay");

    lake.database.<Grant>write(tx ->
        governance
            .grants()
            .put(
                tx,
                new Grant(
                    "",
                    Grant.Effect.DENY,
                    Grantee.user("ben"),
                    Set.of(Permission.DESCRIBE),
                    Resource.of(PAY),
                    Terms.none(),
                    Grant.CLI)));

    assertThat(found(ben, "iban")).isEmpty();
  }

  @Test
  void theHistoryOfColumnsTellsWhatChangedAndWho() throws Exception {
    TableDefinition.Column renamed =
        new TableDefinition.Column("total", "VARCHAR", Optional.empty(), "", "iban", Map.of());
    define(PAY, "What people earn.", column("person", ""), renamed);

    JsonNode all = get(root, "/v1/tables/finance.stage.pay/schemas", 200).get("items");
    assertThat(all).hasSize(2);
    assertThat(all.at("/0/number").asLong()).isEqualTo(2);
    assertThat(all.at("/0/principal").asText()).isEqualTo("tester");
    assertThat(all.at("/0/changes/0").asText()).isEqualTo("rename column iban to total");
    assertThat(all.at("/1/columns/1/description").asText()).isEqualTo("Of the bank account.");
    assertThat(get(ana, "/v1/tables/finance.stage.pay/schemas", 200).toString())
        .contains("person")
        .doesNotContain("iban", "total");
    get(ana, "/v1/tables/aviation.stage.flights/schemas", 404);
    JsonNode newest = get(root, "/v1/tables/finance.stage.pay/schemas?limit=1", 200);
    assertThat(newest.at("/items/0/changes")).isNotEmpty();
    String next =
        "/v1/tables/finance.stage.pay/schemas?limit=1&next=" + newest.get("next").asText();
    assertThat(get(root, next, 200).at("/items/0")).isEqualTo(all.get(1));
  }

  @Test
  void aTableIsDescribedWithItsOwnerDescriptionAndProperties() throws Exception {
    JsonNode pay = get(root, "/v1/tables/finance.stage.pay", 200);

    assertThat(pay.get("owner").asText()).isEqualTo("treasury");
    assertThat(pay.get("description").asText()).isEqualTo("What people earn.");
    assertThat(pay.at("/properties/hosu.compatibility").asText()).isEqualTo("none");
    assertThat(pay.at("/columns/1/description").asText()).isEqualTo("Of the bank account.");
    assertThat(get(ana, "/v1/tables/finance.stage.pay", 200).get("properties")).isEmpty();
  }

  @Test
  void aTableThatSaysWhoAnswersForItIsDescribedAndFoundSo() throws Exception {
    TableDefinition definition =
        new TableDefinition(
            List.of(column("person", ""), column("iban", "")),
            TableLayout.standard(),
            Optional.of(Compatibility.NONE),
            "What people earn.",
            "payroll",
            UpkeepRules.NONE);
    lake.commit(
        new TableChange.Define(
            new TableDefinitions(lake.database, lake.ids, lake.tables).target(PAY, definition)));

    assertThat(get(root, "/v1/tables/" + PAY, 200).get("owner").asText()).isEqualTo("payroll");
    JsonNode found = get(root, "/v1/search?q=payroll", 200).get("items");
    assertThat(found).hasSize(1);
    assertThat(found.at("/0/owner").asText()).isEqualTo("payroll");
    assertThat(found.at("/0/matches/0/in").asText()).isEqualTo("owner");
    assertThat(get(root, "/v1/search?q=treasury", 200).get("items")).isEmpty();
  }

  private JsonNode get(String token, String path, int status) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(listener.address().resolve(path))
            .header("Authorization", "Bearer " + token)
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
      return Json.parse(response.body());
    }
  }
}
