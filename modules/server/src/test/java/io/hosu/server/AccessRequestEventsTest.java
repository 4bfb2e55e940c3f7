package io.hosu.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import io.hosu.testing.TestDatabase;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What happens to requests for access is in the event log, and stages run by it. */
@Timeout(300)
@ParameterizedClass(name = "{0}")
@EnumSource(TestDatabase.class)
class AccessRequestEventsTest {
  private static final String REQUESTS = "/v1/access/requests";
  private static final String WISH =
      "{\"on\": \"shop.stage.orders\", \"why\": \"the report\", \"permissions\": [\"SELECT\"]}";

  private final TestDatabase kind;
  @TempDir Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private Hosu hosu;
  private String admin;
  private String eva;
  private String otherOwner;

  AccessRequestEventsTest(TestDatabase kind) {
    this.kind = kind;
  }

  @BeforeEach
  void open() throws Exception {
    write("lake.yaml", "name: asked\nlayers: [raw, stage]\n");
    write("domains/shop/domain.yaml", "owner: sales\n");
    write("domains/depot/domain.yaml", "owner: depot\n");
    write(
        "domains/shop/pipelines/access.yaml",
        """
        stages:
          asked:
            on:
              pattern:
                source: [hosu.governance]
                detail-type: [Access Requested, Access Approved, Access Refused]
            sql: asked.sql
            into: { table: stage.asked }
        """);
    write(
        "domains/shop/transforms/asked.sql",
        "SELECT id, principal, status, _event.detail_type AS told FROM input\n");
    hosu =
        Hosu.start(
            new HosuConfig(
                folder.resolve("project"),
                folder.resolve("data"),
                "127.0.0.1",
                0,
                0,
                Map.of("state.url", kind.newUrl(folder))),
            InstantSource.system());
    admin =
        Files.readAllLines(folder.resolve("data/admin.env")).stream()
            .filter(line -> line.startsWith("HOSU_TOKEN="))
            .map(line -> line.substring("HOSU_TOKEN=".length()))
            .findFirst()
            .orElseThrow();
    eva = principal("{\"name\": \"eva\"}", "eva");
    otherOwner = principal("{\"name\": \"dan\", \"groups\": [\"depot\"]}", "dan");
  }

  @AfterEach
  void close() {
    client.close();
    hosu.close();
  }

  private void write(String file, String text) throws Exception {
    Path path = folder.resolve("project").resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private String principal(String body, String name) throws Exception {
    send(admin, "POST", "/v1/principals", body);
    return send(admin, "POST", "/v1/principals/" + name + "/tokens", "{}").path("token").asText();
  }

  private HttpResponse<String> answer(String token, String method, String path, String body)
      throws Exception {
    return client.send(
        HttpRequest.newBuilder(hosu.http().resolve(path))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private JsonNode send(String token, String method, String path, String body) throws Exception {
    HttpResponse<String> answer = answer(token, method, path, body);
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
    return answer.body().isEmpty() ? Json.object() : Json.parse(answer.body());
  }

  private String ask() throws Exception {
    return send(eva, "POST", REQUESTS, WISH).path("id").asText();
  }

  private List<JsonNode> told(String token) throws Exception {
    return send(token, "GET", "/v1/events?domain=shop&source=hosu.governance", "")
        .path("items")
        .valueStream()
        .toList()
        .reversed();
  }

  private void awaitRest() throws Exception {
    long end = System.nanoTime() + Duration.ofMinutes(4).toNanos();
    while (send(admin, "GET", "/v1/pending?wait=20s", "").path("total").asLong() > 0) {
      assertThat(System.nanoTime()).as("waited for the stage").isLessThan(end);
    }
  }

  @Test
  void whatIsAskedApprovedAndRefusedIsInTheLogOfTheDomainAndStagesRunByIt() throws Exception {
    String approved = ask();
    send(admin, "POST", REQUESTS + "/" + approved + "/approve", "{}");
    String refused = ask();
    send(admin, "POST", REQUESTS + "/" + refused + "/refuse", "{\"why\": \"not yet\"}");

    List<JsonNode> events = told(admin);
    assertThat(events)
        .extracting(
            event -> event.path("detail-type").asText(), event -> event.at("/detail/id").asText())
        .containsExactly(
            tuple("Access Requested", approved),
            tuple("Access Approved", approved),
            tuple("Access Requested", refused),
            tuple("Access Refused", refused));
    assertThat(events)
        .allSatisfy(event -> {
          assertThat(event.path("account").asText()).isEqualTo("shop");
          assertThat(event.at("/resources/0").asText()).isEqualTo("shop.stage.orders");
          assertThat(event.at("/detail/principal").asText()).isEqualTo("user:eva");
        });
    assertThat(events.getLast().at("/detail/answer").asText()).isEqualTo("not yet");

    awaitRest();
    String rows =
        answer(
                admin,
                "POST",
                "/v1/queries",
                "{\"sql\": \"SELECT id, status, told FROM shop.stage.asked ORDER BY id, status\"}")
            .body();
    assertThat(rows).contains(approved, refused, "open", "approved", "refused", "Access Approved");
  }

  @Test
  void whoMayNotKnowOfTheDomainDoesNotReadWhatIsAskedThere() throws Exception {
    ask();

    for (String stranger : List.of(eva, otherOwner)) {
      HttpResponse<String> answer =
          answer(stranger, "GET", "/v1/events?source=hosu.governance", "");
      assertThat(answer.body()).doesNotContain("the report");
    }
    assertThat(told(admin)).hasSize(1);
  }
}
