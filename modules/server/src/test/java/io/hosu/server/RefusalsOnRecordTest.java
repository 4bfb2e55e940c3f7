package io.hosu.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever a server refuses to change is on record as denied: every route that changes something is
 * asked, by a stranger and by who may do everything, to change what is not there or what may not
 * be.
 */
@Timeout(120)
class RefusalsOnRecordTest {
  /** What the variables of paths are called, and a value of each that something could have. */
  private static final Map<String, String> NAMES =
      Map.of(
          "{layer}", "raw",
          "{key...}", "shop/1.csv",
          "{domain}", "shop",
          "{table}", "shop.stage.orders",
          "{prefix}", "shop",
          "{namespace}", "stage",
          "{id}", "01m8bbqmsvwzhe5at1hc6a3yxy");

  private final HttpClient client = HttpClient.newHttpClient();
  @TempDir Path folder;
  private Hosu hosu;
  private String admin;
  private String stranger;

  @BeforeEach
  void open() throws Exception {
    Files.createDirectories(folder.resolve("project/domains/shop"));
    Files.writeString(folder.resolve("project/lake.yaml"), "name: kept\nlayers: [raw, stage]\n");
    Files.writeString(folder.resolve("project/domains/shop/domain.yaml"), "owner: sales\n");
    hosu =
        Hosu.start(
            new HosuConfig(
                folder.resolve("project"), folder.resolve("data"), "127.0.0.1", 0, 0, Map.of()),
            InstantSource.system());
    admin =
        Files.readAllLines(folder.resolve("data/admin.env")).stream()
            .filter(line -> line.contains("HOSU_TOKEN="))
            .map(line -> line.substring(line.indexOf('=') + 1).replaceAll("[\"']", ""))
            .findFirst()
            .orElseThrow();
    send(admin, "POST", "/v1/principals", "{\"name\": \"eve\"}");
    stranger =
        Json.parse(send(admin, "POST", "/v1/principals/eve/tokens", "{}").body())
            .path("token")
            .asText();
  }

  @AfterEach
  void close() {
    client.close();
    hosu.close();
  }

  private HttpResponse<String> send(String token, String method, String path, String body)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(hosu.http().resolve(path))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  /**
   * Every route that changes something, with a value for each variable of its path; not those where
   * nobody is anybody yet.
   */
  private List<String> changing() {
    return hosu.answered().stream()
        .filter(route -> !route.startsWith("GET ") && !route.startsWith("HEAD "))
        .filter(route -> !route.endsWith("/oauth/tokens") && !route.contains("/v1/sign-in"))
        .map(RefusalsOnRecordTest::named)
        .toList();
  }

  private static String named(String route) {
    String named = route;
    for (var name : NAMES.entrySet()) {
      named = named.replace(name.getKey(), name.getValue());
    }
    String one = named.contains("/v1/tables/") ? "shop.stage.orders" : "one";
    return named.replaceAll("\\{[^}]*}", one);
  }

  /** What was decided since the record at this place: the newest first. */
  private List<JsonNode> recordsSince(long seq) throws Exception {
    return Json.parse(send(admin, "GET", "/v1/audit?limit=20", "").body())
        .path("items")
        .valueStream()
        .filter(record -> record.path("seq").asLong() > seq)
        .filter(record -> !record.path("resource").asText().equals("/v1/audit"))
        .toList();
  }

  private long newest() throws Exception {
    return Json.parse(send(admin, "GET", "/v1/audit?limit=1", "").body())
        .at("/items/0/seq")
        .asLong();
  }

  private List<String> unrecorded(String token, String body) throws Exception {
    List<String> unrecorded = new ArrayList<>();
    List<String> routes = changing();
    assertThat(routes).hasSizeGreaterThan(60);
    int refused = 0;
    for (String route : routes) {
      String[] words = route.split(" ", 2);
      long before = newest();
      HttpResponse<String> answer = send(token, words[0], words[1], body);
      assertThat(answer.statusCode()).as(route + answer.body()).isLessThan(500);
      if (answer.statusCode() >= 400) {
        refused++;
        List<JsonNode> records = recordsSince(before);
        if (records.stream().noneMatch(it -> it.path("decision").asText().equals("denied"))) {
          unrecorded.add("%s: %s %s".formatted(route, answer.body(), records));
        }
      }
    }
    assertThat(refused).isGreaterThan(routes.size() * 2 / 3);
    return unrecorded;
  }

  @Test
  void whatAStrangerIsRefusedIsOnRecordAsDeniedAtEveryRoute() throws Exception {
    assertThat(unrecorded(stranger, "{}")).isEmpty();
  }

  @Test
  void soIsWhatWhoMayEverythingIsRefused() throws Exception {
    assertThat(unrecorded(admin, "{}")).isEmpty();
  }
}
