package io.hosu.objects.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.governance.AuthenticatedRoutes;
import io.hosu.http.Listener;
import io.hosu.http.ListenerConfig;
import io.hosu.http.Router;
import io.hosu.kernel.Json;
import io.hosu.kernel.ObjectName;
import io.hosu.objects.TestLake;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObjectsApiTest {
  @TempDir Path data;
  private TestLake lake;
  private Listener listener;
  private HttpClient client;
  private String token;

  @BeforeEach
  void open() throws IOException {
    lake = new TestLake(data);
    lake.key(lake.admin);
    token =
        lake.database.write(
            tx -> lake.governance.tokens().createLasting(tx, "admin").text().reveal());
    Router.Builder router = Router.builder();
    new AuthenticatedRoutes(
            lake.governance.authentication(), List.of(new ObjectsApi(lake.objects, lake.buckets)))
        .register(router);
    listener = new Listener(ListenerConfig.local(0), router.build());
    client = HttpClient.newHttpClient();
  }

  @AfterEach
  void close() {
    client.close();
    listener.close();
    lake.close();
  }

  @Test
  void anObjectGoesInAndOut() throws Exception {
    HttpResponse<String> put =
        send(
            request("/v1/objects/raw/aviation/a%20b.csv")
                .header("Content-Type", "text/csv")
                .PUT(BodyPublishers.ofString("0123456789")));
    assertThat(put.statusCode()).isEqualTo(200);
    JsonNode json = Json.parse(put.body());
    assertThat(json.path("key").asText()).isEqualTo("aviation/a b.csv");
    assertThat(json.path("size").asLong()).isEqualTo(10);

    HttpResponse<String> got = send(request("/v1/objects/raw/aviation/a%20b.csv"));
    assertThat(got.body()).isEqualTo("0123456789");
    assertThat(got.headers().firstValue("content-type")).contains("text/csv");
    assertThat(got.headers().firstValue("x-hosu-version")).contains(json.path("version").asText());
    HttpResponse<String> range =
        send(request("/v1/objects/raw/aviation/a%20b.csv").header("Range", "bytes=2-3"));
    assertThat(range.statusCode()).isEqualTo(206);
    assertThat(range.body()).isEqualTo("23");
    HttpResponse<String> head = send(request("/v1/objects/raw/aviation/a%20b.csv").HEAD());
    assertThat(head.headers().firstValue("content-length")).contains("10");

    assertThat(send(request("/v1/objects/raw/aviation/a%20b.csv").DELETE()).statusCode())
        .isEqualTo(200);
    HttpResponse<String> gone = send(request("/v1/objects/raw/aviation/a%20b.csv"));
    assertThat(gone.statusCode()).isEqualTo(404);
    assertThat(Json.parse(gone.body()).path("code").asText()).isEqualTo("OBJECT_NOT_FOUND");
  }

  @Test
  void oddKeysAreTakenAsTheyAreSent() throws Exception {
    send(request("/v1/objects/raw/a//b/%2E%2E/c+%25%C3%BC").PUT(BodyPublishers.ofString("x")));
    assertThat(lake.objects.find(lake.admin(), new ObjectName("raw", "a//b/../c+%ü"))).isPresent();
  }

  @Test
  void aListingHasPagesAndPrefixes() throws Exception {
    lake.put("raw/aviation/1", "x");
    lake.put("raw/aviation/2", "x");
    lake.put("raw/sales/1", "x");
    JsonNode first = json("/v1/objects/raw?delimiter=/&limit=1");
    assertThat(first.at("/items/0/prefix").asText()).isEqualTo("aviation/");
    JsonNode second =
        json("/v1/objects/raw?delimiter=/&limit=1&next=" + first.path("next").asText());
    assertThat(second.at("/items/0/prefix").asText()).isEqualTo("sales/");
    assertThat(second.path("next").isNull()).isTrue();
    assertThat(json("/v1/objects/raw?prefix=aviation/").at("/items/1/key").asText())
        .isEqualTo("aviation/2");
    assertThat(json("/v1/objects").at("/items/0/layer").asText()).isEqualTo("raw");
  }

  @Test
  void aPreconditionThatFailsIsAConflict() throws Exception {
    lake.put("raw/a", "x");
    HttpResponse<String> put =
        send(
            request("/v1/objects/raw/a")
                .header("If-None-Match", "*")
                .PUT(BodyPublishers.ofString("y")));
    assertThat(put.statusCode()).isEqualTo(409);
    assertThat(lake.read("raw/a")).isEqualTo("x");
  }

  @Test
  void whoDoesNotSayWhoTheyAreGetsNothing() throws Exception {
    HttpRequest bare =
        HttpRequest.newBuilder(URI.create(listener.address() + "/v1/objects/raw")).build();
    assertThat(client.send(bare, BodyHandlers.ofString()).statusCode()).isEqualTo(401);
  }

  private JsonNode json(String path) throws Exception {
    return Json.parse(send(request(path)).body());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(listener.address() + path))
        .header("Authorization", "Bearer " + token);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }
}
