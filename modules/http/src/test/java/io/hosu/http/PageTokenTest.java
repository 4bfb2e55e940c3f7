package io.hosu.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import io.hosu.kernel.Page;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request must not say by mistake: where a list goes on, and fields that nobody reads. */
@Timeout(60)
class PageTokenTest {
  private final HttpClient client = HttpClient.newHttpClient();
  private final Listener listener =
      new Listener(
          ListenerConfig.local(0),
          Router.builder()
              .get("/v1/stages", PageTokenTest::list, "domain", "kind", "limit", "next")
              .get("/v1/tables", PageTokenTest::list, "domain", "limit", "next")
              .get("/iceberg/names", PageTokenTest::names, "parent", "pageSize", "pageToken")
              .post("/v1/stages/run", PageTokenTest::run)
              .delete("/v1/stages/one", Call::sendNothing)
              .build());

  private static void list(Call call) throws IOException {
    int from = call.next().map(Integer::valueOf).orElse(0);
    call.send(new Page<>(List.of(from), Integer.toString(from + call.limit())));
  }

  private static void names(Call call) throws IOException {
    String at = call.query("pageToken", Function.<String>identity()).orElse("a");
    call.send(200, Json.object().put("at", at).put("next-page-token", call.token("b")));
  }

  private static void run(Call call) throws IOException {
    call.requireNoFields();
    call.send(200, Json.object().put("ran", true));
  }

  @AfterEach
  void close() {
    listener.close();
    client.close();
  }

  private HttpResponse<String> send(String method, String path, String body) throws Exception {
    return client.send(
        HttpRequest.newBuilder(listener.address().resolve(path))
            .method(method, BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private JsonNode get(String path) throws Exception {
    return Json.parse(send("GET", path, "").body());
  }

  private void refuses(String path) throws Exception {
    JsonNode problem = get(path);
    assertThat(problem.path("status").asInt()).as(path).isEqualTo(400);
    assertThat(problem.path("code").asText()).isEqualTo("PAGE_INVALID");
    assertThat(problem.toString()).contains("begin again with the first part");
  }

  @Test
  void aListGoesOnWhereTheTokenSays() throws Exception {
    String first = get("/v1/stages?domain=a&kind=b&limit=2").path("next").asText();
    JsonNode second = get("/v1/stages?kind=b&domain=a&limit=5&next=" + first);

    assertThat(second.at("/items/0").asInt()).isEqualTo(2);
    JsonNode third = get("/v1/stages?kind=b&domain=a&next=" + second.path("next").asText());
    assertThat(third.at("/items/0").asInt()).isEqualTo(7);
  }

  @ParameterizedTest
  @ValueSource(strings = {"junk", "0", "-5", "2", "%20", "%C3%A9", "AAAAAAAAAAAAAAAAAAAA"})
  void aTokenThatNoListGaveIsRefused(String token) throws Exception {
    refuses("/v1/stages?next=" + token);
  }

  @Test
  void aTokenOfAnotherListOrFilterOrACutOneIsRefused() throws Exception {
    String token = get("/v1/stages?domain=a").path("next").asText();

    refuses("/v1/tables?domain=a&next=" + token);
    refuses("/v1/stages?domain=b&next=" + token);
    refuses("/v1/stages?next=" + token);
    refuses("/v1/stages?domain=a&next=" + token.substring(0, token.length() - 2));
    assertThat(get("/v1/stages?domain=a&next=" + token).at("/items/0").asInt()).isEqualTo(100);
  }

  @Test
  void tokensOfIcebergsProtocolAreCheckedTheSame() throws Exception {
    JsonNode first = get("/iceberg/names?parent=x&pageSize=1");
    String token = first.path("next-page-token").asText();

    assertThat(get("/iceberg/names?parent=x&pageSize=7&pageToken=" + token).path("at").asText())
        .isEqualTo("b");
    refuses("/iceberg/names?parent=y&pageToken=" + token);
    refuses("/iceberg/names?parent=x&pageToken=b");
  }

  @Test
  void aRequestThatTakesNoFieldsRefusesThem() throws Exception {
    HttpResponse<String> run = send("POST", "/v1/stages/run", "{\"dry_run\": true}");
    assertThat(run.statusCode()).isEqualTo(400);
    assertThat(run.body()).contains("BODY_INVALID", "no place for a field 'dry_run'", "no fields");
    assertThat(send("POST", "/v1/stages/run", "[]").statusCode()).isEqualTo(400);
    assertThat(send("DELETE", "/v1/stages/one", "{\"dry_run\": true}").body())
        .contains("BODY_INVALID");

    assertThat(send("POST", "/v1/stages/run", "").statusCode()).isEqualTo(200);
    assertThat(send("POST", "/v1/stages/run", "{}").statusCode()).isEqualTo(200);
    assertThat(send("DELETE", "/v1/stages/one", "").statusCode()).isEqualTo(204);
  }
}
