package io.hosu.tables;

import static io.hosu.tables.TestLake.FLIGHTS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.governance.AuthenticatedRoutes;
import io.hosu.governance.Authentication;
import io.hosu.governance.Columns;
import io.hosu.governance.Condition;
import io.hosu.governance.Governance;
import io.hosu.governance.Grant;
import io.hosu.governance.Grantee;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
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
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TablesApiTest {
  private static final TableName SECRET = TableName.parse("finance.stage.salaries");

  @TempDir Path directory;
  private TestLake lake;
  private Governance governance;
  private Listener listener;

  @BeforeEach
  void open() {
    lake = new TestLake(directory);
    governance = new Governance(lake.database, directory, lake.clock, lake.ids);
    TablesApi api = new TablesApi(lake.tables, governance.policy(), governance.domains());
    Authentication authentication = governance.authentication();
    Router router =
        Router.builder().add(new AuthenticatedRoutes(authentication, List.of(api))).build();
    listener = new Listener(ListenerConfig.local(0), router);
    lake.append(FLIGHTS, "SELECT 1 AS id, DATE '2020-01-02' AS day", "month(day)");
    lake.append(FLIGHTS, "SELECT 2 AS id, DATE '2020-01-02' AS day");
    lake.append(SECRET, "SELECT 1 AS pay");
  }

  @AfterEach
  void close() {
    listener.close();
    governance.close();
    lake.close();
  }

  @Test
  void anAdministratorSeesEveryTablePageByPage() throws Exception {
    String token = token(Principal.user("root").asAdministrator());

    assertThat(get(token, "/v1/tables?domain=" + FLIGHTS.domain(), 200).path("items")).isNotEmpty();
    assertThat(get(token, "/v1/tables?domain=nowhere", 200).path("items")).isEmpty();
    assertThat(get(token, "/v1/tables?domian=nowhere", 400).path("detail").asText())
        .contains("did you mean 'domain'?");
    JsonNode first = get(token, "/v1/tables?limit=1", 200);
    assertThat(first.at("/items/0/name").asText()).isEqualTo("aviation.stage.flights");
    assertThat(first.at("/items/0/rows").asLong()).isEqualTo(2);
    JsonNode second = get(token, "/v1/tables?limit=1&next=" + first.get("next").asText(), 200);
    assertThat(second.at("/items/0/name").asText()).isEqualTo("finance.stage.salaries");
    assertThat(second.get("next").isNull()).isTrue();
  }

  @Test
  void aTableIsDescribedWithItsColumnsLayoutAndSize() throws Exception {
    String token = token(Principal.user("root").asAdministrator());

    JsonNode table = get(token, "/v1/tables/aviation.stage.flights", 200);
    assertThat(table.at("/columns").toString())
        .isEqualTo(
            "[{\"name\":\"id\",\"type\":\"INTEGER\",\"nullable\":true,\"description\":\"\"},{\"name\":\"day\",\"type\":\"DATE\",\"nullable\":true,\"description\":\"\"}]");
    assertThat(table.at("/partitioning/0").asText()).isEqualTo("month(day)");
    assertThat(table.at("/rows").asLong()).isEqualTo(2);
    assertThat(table.at("/snapshot").isTextual()).isTrue();

    JsonNode history = get(token, "/v1/tables/aviation.stage.flights/history", 200);
    assertThat(history.at("/items/0/added_rows").asLong()).isEqualTo(1);
    assertThat(history.at("/items/1/number").asLong()).isEqualTo(1);
    assertThat(history.at("/items/0/id").asText()).matches("-?[0-9]+");
    assertThat(history.at("/items/0/time").asText()).endsWith("Z");
    assertThat(get(token, "/v1/tables/aviation.stage.flights/lineage", 200).get("items")).isEmpty();
  }

  @Test
  void tablesThatThePrincipalMayNotKnowOfLookAbsent() throws Exception {
    String token = token(Principal.user("ana"));
    Grant grant =
        Grant.declared(Grantee.user("ana"), Set.of(Permission.SELECT), Resource.of(FLIGHTS));
    lake.database.<Grant>write(tx -> governance.grants().put(tx, grant));

    assertThat(get(token, "/v1/tables", 200).get("items")).hasSize(1);
    get(token, "/v1/tables/aviation.stage.flights", 200);
    JsonNode hidden = get(token, "/v1/tables/finance.stage.salaries", 404);
    JsonNode absent = get(token, "/v1/tables/finance.stage.nothings", 404);
    assertThat(hidden.get("code").asText()).isEqualTo("TABLE_NOT_FOUND");
    assertThat(hidden.get("detail").asText().replace("salaries", "nothings"))
        .isEqualTo(absent.get("detail").asText());
    get(token, "/v1/tables/finance.stage.salaries/history", 404);
    get("nonsense", "/v1/tables", 401);
  }

  @Test
  void whoSeesAPartOfATableLearnsNothingOfTheRest() throws Exception {
    String token = token(Principal.user("ana"));
    Grant grant =
        Grant.declared(Grantee.user("ana"), Set.of(Permission.SELECT), Resource.of(FLIGHTS))
            .with(Terms.none().with(Columns.only(List.of("id"))).with(Condition.parse("id = 1")));
    lake.database.<Grant>write(tx -> governance.grants().put(tx, grant));

    JsonNode table = get(token, "/v1/tables/aviation.stage.flights", 200);
    assertThat(table.get("columns").toString())
        .isEqualTo(
            "[{\"name\":\"id\",\"type\":\"INTEGER\",\"nullable\":true,\"description\":\"\"}]");
    assertThat(table.get("partitioning")).isEmpty();
    assertThat(table.has("rows")).isFalse();
    JsonNode listed = get(token, "/v1/tables", 200).at("/items/0");
    assertThat(listed.get("name").asText()).isEqualTo("aviation.stage.flights");
    assertThat(listed.has("rows")).isFalse();
    JsonNode history = get(token, "/v1/tables/aviation.stage.flights/history", 200);
    assertThat(history.at("/items/0/operation").asText()).isEqualTo("append");
    assertThat(history.at("/items/0").has("added_rows")).isFalse();
  }

  private String token(Principal principal) {
    return lake.database.<String>write(tx -> {
      governance.principals().create(tx, principal, Grant.CLI);
      return governance.tokens().createLasting(tx, principal.name()).text().reveal();
    });
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
