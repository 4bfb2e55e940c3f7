package io.hosu.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.AuditRecords;
import io.hosu.governance.AuditRow;
import io.hosu.governance.AuthenticatedRoutes;
import io.hosu.governance.Grant;
import io.hosu.governance.Grantee;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.http.Listener;
import io.hosu.http.ListenerConfig;
import io.hosu.http.Router;
import io.hosu.kernel.Json;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeliveryApiTest {
  @TempDir private Path directory;
  private TestServer server;
  private Listener listener;
  private String admin;
  private String alice;
  private final HttpClient client = HttpClient.newHttpClient();

  @BeforeEach
  void open() {
    server = new TestServer(directory);
    admin = token(Principal.user("root").asAdministrator());
    alice = token(Principal.user("alice"));
    DeliveryApi api = new DeliveryApi(server.delivery, server.governance.policy(), SqlCheck.NONE);
    Router router =
        Router.builder()
            .add(new AuthenticatedRoutes(server.governance.authentication(), List.of(api)))
            .build();
    listener = new Listener(ListenerConfig.local(0), router);
  }

  private String token(Principal principal) {
    return server.database.write(tx -> {
      server.governance.principals().create(tx, principal, Grant.CLI);
      return server
          .governance
          .tokens()
          .create(tx, principal.name(), Duration.ofHours(1))
          .text()
          .reveal();
    });
  }

  @AfterEach
  void close() {
    listener.close();
    client.close();
    server.close();
  }

  private HttpResponse<String> send(String token, String method, String path, String body)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(listener.address().resolve(path))
            .header("Authorization", "Bearer " + token)
            .method(method, BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private static String body(Map<String, String> files, boolean dryRun) {
    ObjectNode json = Json.object().put("dry_run", dryRun);
    files.forEach(json.putObject("files")::put);
    return Json.print(json);
  }

  @Test
  void aProjectIsLookedAtThenAppliedThenShown() throws Exception {
    Map<String, String> files = Map.of("lake.yaml", "{ name: shop, layers: [raw] }");

    JsonNode plan = Json.parse(send(admin, "POST", "/v1/apply", body(files, true)).body());
    assertThat(plan.path("changes")).hasSize(1);
    assertThat(send(admin, "GET", "/v1/project", "").statusCode()).isEqualTo(404);

    JsonNode done = Json.parse(send(admin, "POST", "/v1/apply", body(files, false)).body());
    assertThat(done.path("changes")).isEqualTo(plan.path("changes"));
    assertThat(done.path("dry_run").asBoolean()).isFalse();

    JsonNode shown = Json.parse(send(admin, "GET", "/v1/project?files=true", "").body());
    assertThat(shown.path("lake").asText()).isEqualTo("shop");
    assertThat(shown.path("principal").asText()).isEqualTo("root");
    assertThat(shown.path("files").path("lake.yaml").asText()).isEqualTo(files.get("lake.yaml"));
    assertThat(shown.path("declared").path(0).path("name").asText()).isEqualTo("raw");
  }

  @Test
  void whoAppliesIsRecordedWithEachChangeOfWhoMayDoWhat() throws Exception {
    Map<String, String> files =
        Map.of(
            "lake.yaml",
            "{ name: shop, layers: [raw] }",
            "access/a.yaml",
            """
            principals: [{ name: eva, kind: user }]
            grants: [{ to: "user:eva", allow: [DESCRIBE], on: lake }]
            """);
    send(admin, "POST", "/v1/apply", body(files, true));
    send(admin, "POST", "/v1/apply", body(files, false));
    send(admin, "POST", "/v1/apply", body(files, false));

    List<AuditRow> records =
        server.governance.auditRecords().newest(AuditRecords.Filter.all(), Long.MAX_VALUE, 100);
    assertThat(records.reversed())
        .extracting(record -> record.text("action"))
        .containsExactly(
            "SIGN_IN", "ADMIN", "ADMIN", "APPLY", "CREATE_PRINCIPAL", "CREATE_GRANT", "ADMIN");
    assertThat(records.get(1).text("resource")).isEqualTo("user:eva on lake");
    assertThat(records.get(1).text("principal")).isEqualTo("user:root");
    assertThat(records.get(1).text("detail")).contains("project");
  }

  @Test
  void mistakesComeAllAtOnceInAProblem() throws Exception {
    HttpResponse<String> response =
        send(admin, "POST", "/v1/apply", body(Map.of("lake.yaml", "nam: x\nlayer: y"), false));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    JsonNode problem = Json.parse(response.body());
    assertThat(problem.path("code").asText()).isEqualTo("PROJECT_INVALID");
    // The misspelt key alone: that 'name' is missing follows from it.
    assertThat(problem.path("mistakes")).hasSize(2);
    assertThat(Mistake.fromJson(problem.path("mistakes").path(1)).place())
        .hasToString("lake.yaml:2:1");
  }

  @Test
  void whoIsNoAdministratorMayNeitherApplyNorSee() throws Exception {
    String body = body(Map.of("lake.yaml", "name: x"), true);

    assertThat(send(alice, "POST", "/v1/apply", body).statusCode()).isEqualTo(403);
    assertThat(send(alice, "GET", "/v1/project", "").statusCode()).isEqualTo(403);
    assertThat(send("wrong", "POST", "/v1/apply", body).statusCode()).isEqualTo(401);
  }

  @Test
  void whatAProjectDeclaresIsToldToAdministratorsAloneAsItTellsOfWhatIsHidden() throws Exception {
    Map<String, String> files =
        Map.of(
            "lake.yaml",
            "{ name: shop, layers: [raw] }",
            "access/a.yaml",
            """
            principals: [{ name: eva, kind: user }]
            grants: [{ to: "user:eva", allow: [DESCRIBE], on: lake }]
            """);
    send(admin, "POST", "/v1/apply", body(files, false));
    server.database.<Grant>write(tx ->
        server
            .governance
            .grants()
            .put(
                tx,
                Grant.declared(
                    Grantee.user("alice"), Set.of(Permission.DESCRIBE), new Resource.Lake())));

    HttpResponse<String> told = send(alice, "GET", "/v1/project?files=true", "");
    assertThat(told.statusCode()).isEqualTo(200);
    assertThat(told.body())
        .contains("\"lake\":\"shop\"")
        .doesNotContain("eva", "declared", "files");
    assertThat(send(admin, "GET", "/v1/project?files=true", "").body()).contains("eva");
  }

  @Test
  void aRequestThatIsNoProjectIsRefused() throws Exception {
    for (String body :
        List.of(
            "[]",
            "{}",
            "{\"files\": []}",
            "{\"files\": {\"lake.yaml\": 1}}",
            "x",
            "{\"files\": {\"../x\": \"\"}}")) {
      assertThat(send(admin, "POST", "/v1/apply", body).statusCode()).as(body).isEqualTo(400);
    }
  }
}
