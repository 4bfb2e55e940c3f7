package io.hosu.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Unauthenticated;
import io.hosu.kernel.Json;
import io.hosu.kernel.Page;
import io.hosu.testing.ManualClock;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class RouterTest {
  private final ManualClock clock = new ManualClock();
  private final HttpClient client = HttpClient.newHttpClient();
  private Listener listener;

  RouterTest() {
    listener = new Listener(ListenerConfig.local(0), (_, _) -> {});
  }

  @BeforeEach
  void listen() {
    listener.close();
    Router router =
        Router.builder()
            .get("/v1/tables", call -> say(call, "tables"))
            .get("/v1/tables/{name}", call -> say(call, "table " + name(call)))
            .get("/v1/tables/{name}/history", call -> say(call, "history of " + name(call)))
            .get("/v1/tables/special", call -> say(call, "special"))
            .post("/v1/tables", call -> call.send(201, call.json()))
            .delete("/v1/tables/{name}", Call::sendNothing)
            .get(
                "/v1/objects/{bucket}/{key...}",
                call -> say(call, new TreeMap<>(call.path()).toString()))
            .get("/v1/list", call -> call.send(new Page<>(List.of(call.limit()), "n")), "limit")
            .get("/v1/since", call -> say(call, call.since(clock).toString()), "since")
            .post("/v1/fields", RouterTest::fields)
            .get("/v1/conflict", RouterTest::conflict)
            .get("/v1/nobody", RouterTest::nobody)
            .get("/v1/checked", RouterTest::checked)
            .get(
                "/v1/choice",
                call -> say(call, call.choice("all", "Give true.") + " " + call.number("from")),
                "all",
                "from")
            .get("/v1/part", call -> call.send(call.part(List.of("a", "b", "c"))), "limit", "next")
            .build();
    listener = new Listener(ListenerConfig.local(0), router);
  }

  @AfterEach
  void close() {
    listener.close();
    client.close();
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/tables, tables",
    "/v1/tables/, tables",
    "//v1///tables, tables",
    "/v1/./tables, tables",
    "/v1/x/../tables, tables",
    "/v1/%74ables, tables",
    "/v1/tables/a, table a",
    "/v1/tables/a%2Fb, table a/b",
    "/v1/tables/%E4%BD%A0, table 你",
    "/v1/tables/a+b%20c, table a+b c",
    "/v1/tables/special, special",
    "/v1/tables/a/history, history of a",
    "/v1/tables/special/history, history of special",
    "'/v1/objects/raw/a//b/../c%2Fd.csv', '{bucket=raw, key=a//b/../c/d.csv}'",
    "'/v1/objects/raw//a', '{bucket=raw, key=/a}'",
    "'/v1/objects/raw/a/', '{bucket=raw, key=a/}'",
  })
  void aPathFindsItsRoute(String path, String answer) throws Exception {
    assertThat(raw("GET", path)).endsWith("\r\n\r\n" + answer);
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/tabels, /v1/tables",
    "/v1/tables/a/histroy, /v1/tables/a/history",
    "/v1/lists, /v1/list",
  })
  void anUnknownPathSuggestsTheOneThatWasMeant(String path, String meant) throws Exception {
    HttpResponse<String> answer = get(path);
    JsonNode problem = Json.parse(answer.body());

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(problem.path("code").asText()).isEqualTo("ROUTE_NOT_FOUND");
    assertThat(problem.path("detail").asText()).contains("did you mean '" + meant + "'?");
    assertThat(problem.path("remedy").asText()).contains("/v1/tables");
  }

  @Test
  void theEmptyTailIsNoTail() throws Exception {
    assertThat(get("/v1/objects/raw/").statusCode()).isEqualTo(404);
    assertThat(get("/v1/objects/raw").statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/..", "/v1/../../x", "/v1/tables/%FF", "/v1/%2e%2e/%2e%2e/x"})
  void aPathThatLeadsOutOrIsNoUtf8IsRefused(String path) throws Exception {
    assertThat(raw("GET", path)).startsWith("HTTP/1.1 400");
  }

  @Test
  void anotherMethodIsRefusedWithThoseThatAreAnswered() throws Exception {
    HttpResponse<String> answer = send("PATCH", "/v1/tables/a", "");
    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().firstValue("allow")).contains("DELETE, GET, HEAD");
    assertThat(Json.parse(answer.body()).path("code").asText()).isEqualTo("METHOD_NOT_ALLOWED");
  }

  @Test
  void headIsAnsweredByTheRouteOfGet() throws Exception {
    HttpResponse<String> answer = send("HEAD", "/v1/tables", "");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-length")).contains("6");
  }

  @Test
  void nothingToTellIs204() throws Exception {
    assertThat(send("DELETE", "/v1/tables/a", "").statusCode()).isEqualTo(204);
  }

  @Test
  void failuresAreProblemsWithCodeAndRemedy() throws Exception {
    HttpResponse<String> answer = get("/v1/conflict");
    JsonNode problem = Json.parse(answer.body());

    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
    assertThat(problem.path("type").asText()).isEqualTo("urn:hosu:error:BODY_INVALID");
    assertThat(problem.path("title").asText()).isNotEmpty();
    assertThat(problem.path("status").asInt()).isEqualTo(409);
    assertThat(problem.path("detail").asText()).isEqualTo("Somebody else \"was\" first.");
    assertThat(problem.path("code").asText()).isEqualTo("BODY_INVALID");
    assertThat(problem.path("remedy").asText()).isEqualTo("Read it again.");
  }

  @Test
  void whoIsUnknownIsAskedForABearerToken() throws Exception {
    HttpResponse<String> answer = get("/v1/nobody");
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().firstValue("www-authenticate").orElse("")).startsWith("Bearer");
  }

  @Test
  void aCheckedExceptionIsAProblemOfTheServer() throws Exception {
    HttpResponse<String> answer = get("/v1/checked");
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).doesNotContain("secret");
  }

  @ParameterizedTest
  @CsvSource({"'', 100", "?limit=1, 1", "?limit=1000, 1000", "?limit=, 100"})
  void aListHasALimit(String query, int limit) throws Exception {
    assertThat(get("/v1/list" + query).body())
        .startsWith("{\"items\":[%d],\"next\":\"".formatted(limit));
  }

  @ParameterizedTest
  @ValueSource(strings = {"limit=0", "limit=1001", "limit=x", "limit=-1", "limit=99999999999"})
  void aLimitOutOfRangeIsRefused(String query) throws Exception {
    assertThat(get("/v1/list?" + query).body()).contains("PARAMETER_INVALID").contains("1 to 1000");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/list?limt=3|GET /v1/list has no query parameter 'limt'; did you mean 'limit'?",
        "/v1/list?since=1h|GET /v1/list has no query parameter 'since'.",
        "/v1/list?limit=1&Limit=2|did you mean 'limit'?",
        "/v1/list?limit=1&limit=2|The query parameter 'limit' is given 2 times.",
        "/v1/tables?x=|GET /v1/tables has no query parameter 'x'.",
        "/v1/choice?all=yes|is 'yes'.",
        "/v1/choice?from=-1|is '-1'.",
        "/v1/choice?from=b|is 'b'.",
      })
  void aQueryParameterThatARouteDoesNotTakeAsItIsIsRefused(String path, String told)
      throws Exception {
    HttpResponse<String> answer = get(path);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Json.parse(answer.body()).path("code").asText()).isEqualTo("PARAMETER_INVALID");
    assertThat(Json.parse(answer.body()).path("detail").asText()).contains(told);
  }

  @Test
  void aRequestThatChangesSomethingIsRefusedBeforeItDoes() throws Exception {
    assertThat(send("DELETE", "/v1/tables/a?force=true", "").statusCode()).isEqualTo(400);
    assertThat(send("DELETE", "/v1/tables/a", "").statusCode()).isEqualTo(204);
  }

  @Test
  void aWholeListIsGivenInParts() throws Exception {
    JsonNode first = Json.parse(get("/v1/part?limit=2").body());
    assertThat(first.path("items")).extracting(JsonNode::asText).containsExactly("a", "b");
    assertThat(get("/v1/part?limit=2&next=" + first.path("next").asText()).body())
        .isEqualTo("{\"items\":[\"c\"],\"next\":null}");
    assertThat(get("/v1/part?next=b").body()).contains("PAGE_INVALID");
    assertThat(get("/v1/choice?all=true&from=7").body()).isEqualTo("Optional[true] Optional[7]");
  }

  @Test
  void aRouteOfAProtocolOfOthersTakesWhateverIsSent() throws Exception {
    Router.Builder builder = Router.builder();
    builder.takingAnyParameters().get("/any", call -> say(call, call.text("x").toString()));
    listener.close();
    listener = new Listener(ListenerConfig.local(0), builder.build());

    assertThat(get("/any?x=1&y=2").body()).isEqualTo("Optional[1]");
  }

  @Test
  void askingForAParameterThatTheRouteDoesNotNameIsABug() throws Exception {
    Router.Builder builder = Router.builder().get("/a", call -> say(call, call.text("x") + ""));
    listener.close();
    listener = new Listener(ListenerConfig.local(0), builder.build());

    assertThat(get("/a").statusCode()).isEqualTo(500);
  }

  @ParameterizedTest
  @CsvSource({
    "15m, Optional[2026-01-01T11:45:00Z]",
    "2025-01-01T00:00:00Z, Optional[2025-01-01T00:00:00Z]",
    "'', Optional.empty"
  })
  void sinceIsAnInstantOrADurationBeforeNow(String since, String expected) throws Exception {
    assertThat(get("/v1/since?since=" + since).body()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"yesterday", "2025-01-01T", "99999999999999999999d", "5"})
  void sinceThatIsNeitherIsRefused(String since) throws Exception {
    HttpResponse<String> answer = get("/v1/since?since=" + since);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("PARAMETER_INVALID");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|no body",
        "{|line 1",
        "{\"a\":1}{|not valid JSON",
        "[1]|not a JSON object",
        "{\"nmae\":\"x\"}|did you mean",
        "{}|of the body is missing",
        "{\"name\":1}|is number",
        "{\"name\":\"x\",\"many\":\"y\"}|is string",
        "{\"name\":\"x\",\"many\":[1]}|is number",
        "{\"name\":\"x\",\"yes\":1}|is number",
        "{\"name\":\"a\",\"name\":\"b\"}|not valid JSON",
      })
  void aBodyOfAnotherShapeIsRefusedWithWhatIsWrong(String body, String told) throws Exception {
    HttpResponse<String> answer = send("POST", "/v1/fields", body);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Json.parse(answer.body()).path("code").asText()).isEqualTo("BODY_INVALID");
    assertThat(Json.parse(answer.body()).path("detail").asText()).contains(told);
  }

  @Test
  void fieldsAreRead() throws Exception {
    assertThat(send("POST", "/v1/fields", "{\"name\":\"x\",\"many\":[\"a\",\"b\"]}").body())
        .isEqualTo("x [a, b] true");
  }

  @Test
  void aBodyThatIsTooLargeIsRefused() throws Exception {
    String large = "\"" + "x".repeat(17 * 1024 * 1024) + "\"";
    HttpResponse<String> answer = send("POST", "/v1/tables", large);
    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(answer.body()).contains("16MB");
  }

  @Test
  void aRouteThatIsThereTwiceIsABug() {
    Router.Builder router = Router.builder().get("/a/{x}", call -> {});
    assertThatThrownBy(() -> router.get("/a/{y}", call -> {}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aViewWrapsOnlyWhatIsAddedThroughIt() throws Exception {
    Router.Builder builder = Router.builder().get("/open", call -> say(call, "open"));
    builder.wrapping(handler -> call -> nobody(call)).get("/closed", call -> say(call, "closed"));
    listener.close();
    listener = new Listener(ListenerConfig.local(0), builder.build());

    assertThat(get("/open").body()).isEqualTo("open");
    assertThat(get("/closed").statusCode()).isEqualTo(401);
  }

  private static void fields(Call call) throws Exception {
    JsonFields fields = call.fields("name", "many", "yes");
    say(call, fields.text("name") + " " + fields.texts("many") + " " + fields.flag("yes", true));
  }

  private static void conflict(Call call) {
    throw new Conflict(HttpError.BODY_INVALID, "Somebody else \"was\" first.", "Read it again.");
  }

  private static void nobody(Call call) {
    throw new Unauthenticated(HttpError.REQUEST_INVALID, "Nobody.", "Sign in.");
  }

  private static void checked(Call call) throws Exception {
    throw new Exception("secret");
  }

  private static String name(Call call) {
    return call.path().get("name") + "";
  }

  private static void say(Call call, String text) throws java.io.IOException {
    call.response().body().write(text.getBytes(UTF_8));
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send("GET", path, "");
  }

  private HttpResponse<String> send(String method, String path, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(listener.address().resolve(path))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build();
    return client.send(request, BodyHandlers.ofString());
  }

  private String raw(String method, String path) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.port())) {
      OutputStream out = socket.getOutputStream();
      out.write(
          "%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
              .formatted(method, path)
              .getBytes(UTF_8));
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
