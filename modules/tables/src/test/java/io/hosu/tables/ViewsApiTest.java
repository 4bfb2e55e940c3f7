package io.hosu.tables;

import static io.hosu.tables.TestLake.FLIGHTS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.governance.AuthenticatedRoutes;
import io.hosu.governance.Columns;
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
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.view.ImmutableSQLViewRepresentation;
import org.apache.iceberg.view.ImmutableViewVersion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The views that engines made, as people see and drop them. */
class ViewsApiTest {
  private static final String CITIES = "aviation.stage.cities";
  private static final String SQL = "SELECT city, id FROM flights";

  @TempDir Path directory;
  private TestLake lake;
  private Governance governance;
  private Listener listener;
  private String root;

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
                            new ViewsApi(lake.database, lake.tables, policy))))
                .build());
    lake.append(FLIGHTS, "SELECT 1 AS id, 'Oslo' AS city");
    view(CITIES);
    view("finance.stage.sums");
    root = token(Principal.user("root").asAdministrator());
  }

  @AfterEach
  void close() {
    listener.close();
    governance.close();
    lake.close();
  }

  private void view(String name) {
    Schema schema =
        new Schema(
            Types.NestedField.optional(1, "town", Types.StringType.get()),
            Types.NestedField.optional(2, "n", Types.IntegerType.get()));
    ImmutableViewVersion version =
        ImmutableViewVersion.builder()
            .versionId(1)
            .schemaId(0)
            .timestampMillis(1)
            .defaultNamespace(Namespace.of("stage"))
            .addRepresentations(
                ImmutableSQLViewRepresentation.builder().sql(SQL).dialect("spark").build())
            .build();
    try (var prepared =
        lake.tables
            .open()
            .views()
            .prepareNew(
                TableName.parse(name),
                draft -> draft.setCurrentVersion(version, schema),
                Optional.empty())) {
      lake.database.perform(prepared::publish);
    }
  }

  private String token(Principal principal) {
    return lake.database.<String>write(tx -> {
      governance.principals().create(tx, principal, Grant.CLI);
      return governance.tokens().createLasting(tx, principal.name()).text().reveal();
    });
  }

  private String person(String name, Terms terms, Permission... permissions) {
    String token = token(Principal.user(name));
    Grant grant =
        Grant.declared(
                Grantee.user(name), Set.of(permissions), Resource.of(TableName.parse(CITIES)))
            .with(terms);
    lake.database.<Grant>write(tx -> governance.grants().put(tx, grant));
    return token;
  }

  private JsonNode send(String token, String method, String path, int status) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(listener.address().resolve(path))
            .header("Authorization", "Bearer " + token)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
      return answer.body().isEmpty() ? Json.object() : Json.parse(answer.body());
    }
  }

  private List<String> listed(String token, String query) throws Exception {
    return send(token, "GET", "/v1/views" + query, 200).get("items").findValuesAsText("name");
  }

  @Test
  void viewsAreListedToThoseWhoMayKnowThem() throws Exception {
    assertThat(listed(root, "")).containsExactly(CITIES, "finance.stage.sums");
    assertThat(listed(root, "?domain=finance")).containsExactly("finance.stage.sums");
    assertThat(listed(person("ana", Terms.none(), Permission.SELECT), "")).containsExactly(CITIES);
    assertThat(listed(token(Principal.user("nobody")), "")).isEmpty();
  }

  @Test
  void aViewTellsItsColumnsAndItsText() throws Exception {
    JsonNode view = send(root, "GET", "/v1/views/" + CITIES, 200);
    assertThat(view.get("columns").findValuesAsText("name")).containsExactly("town", "n");
    assertThat(view.at("/texts/0/dialect").asText()).isEqualTo("spark");
    assertThat(view.at("/texts/0/sql").asText()).isEqualTo(SQL);
  }

  @Test
  void whoMayKnowAPartOfAViewGetsNeitherItsColumnsNorItsText() throws Exception {
    String part =
        person("ana", Terms.none().with(Columns.only(List.of("town"))), Permission.SELECT);
    JsonNode view = send(part, "GET", "/v1/views/" + CITIES, 200);
    assertThat(view.has("columns")).isFalse();
    assertThat(view.has("texts")).isFalse();
  }

  @Test
  void aViewIsDroppedByWhoMayDropIt() throws Exception {
    String path = "/v1/views/" + CITIES;
    JsonNode denied = send(person("ana", Terms.none(), Permission.SELECT), "DELETE", path, 403);
    assertThat(denied.get("missing").toString()).contains("DROP");
    send(person("ben", Terms.none(), Permission.DROP), "DELETE", path, 204);
    assertThat(send(root, "DELETE", path, 404).get("code").asText()).isEqualTo("VIEW_NOT_FOUND");
    assertThat(listed(root, "")).containsExactly("finance.stage.sums");
    assertThat(lake.tables.find(FLIGHTS)).isPresent();
  }

  @Test
  void whatMayNotBeKnownLooksLikeWhatIsNotThere() throws Exception {
    String ana = person("ana", Terms.none(), Permission.SELECT);
    for (String method : List.of("GET", "DELETE")) {
      String known = send(ana, method, "/v1/views/finance.stage.sums", 404).get("detail").asText();
      String none = send(ana, method, "/v1/views/finance.stage.none", 404).get("detail").asText();
      assertThat(known.replace("sums", "none")).isEqualTo(none);
    }
    assertThat(send(root, "GET", "/v1/views/aviation.stage.citys", 404).get("detail").asText())
        .contains("did you mean 'aviation.stage.cities'?");
  }

  @Test
  void whoAsksForATableOfThatNameIsToldThatItIsAView() throws Exception {
    JsonNode problem = send(root, "GET", "/v1/tables/" + CITIES, 404);
    assertThat(problem.get("detail").asText()).contains("is no table, but a view");
    assertThat(problem.get("remedy").asText()).contains("hosu views describe " + CITIES);
  }
}
