package io.hosu.governance;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.http.Listener;
import io.hosu.http.ListenerConfig;
import io.hosu.http.Router;
import io.hosu.kernel.Ids;
import io.hosu.kernel.Json;
import io.hosu.kernel.TableName;
import io.hosu.store.Database;
import io.hosu.store.Databases;
import io.hosu.testing.ManualClock;
import io.hosu.testing.TestDatabase;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The routes of this module over a real listener, with one more behind the door of SQL. */
final class TestApi implements AutoCloseable {
  final ManualClock clock = new ManualClock();
  final Database database;
  final Governance governance;
  final String admin;

  /** What was told of requests for access, with what each is about. */
  final List<String> news = new CopyOnWriteArrayList<>();

  /** The only table that is known has these columns; all others are not looked at. */
  static final TableName KNOWN = new TableName("shop", "stage", "known");

  private static final GrantFit FIT =
      new GrantFit() {
        @Override
        public List<String> misfits(Grant grant) {
          return List.of();
        }

        @Override
        public boolean isWithoutTables(Resource on) {
          return on.domainName().isPresent() && !on.covers(Resource.of(KNOWN));
        }

        @Override
        public Map<String, String> columns(TableName table) {
          return table.equals(KNOWN) ? Map.of("customer", "VARCHAR") : Map.of();
        }
      };

  private final Listener listener;
  private final HttpClient client = HttpClient.newHttpClient();

  TestApi(TestDatabase kind, Path data) throws IOException {
    this(kind, data, _ -> GovernanceConfig.standard());
  }

  /**
   * @param settings makes the settings, by the clock that the lake goes by
   */
  TestApi(TestDatabase kind, Path data, Function<ManualClock, GovernanceConfig> settings)
      throws IOException {
    database = Databases.temporary(kind.newUrl(data), GovernanceMigrations.all());
    governance =
        new Governance(
            database,
            data,
            clock,
            new Ids(clock, new Random(1)),
            settings.apply(clock),
            (_, what, on, detail) -> news.add(what + " " + on + " " + detail.path("id").asText()),
            ClonedDomains.NONE);
    Authentication who = governance.authentication();
    Router router =
        Router.builder()
            .add(
                new AuthenticatedRoutes(
                    who, List.of(governance.api(FIT), governance.auditApi(OlderAudit.NONE))))
            .add(governance.sessionRoutes())
            .add(governance.signInRoutes())
            .add(
                new AuthenticatedRoutes(
                    who,
                    Door.SQL,
                    List.of(routes ->
                        routes.get(
                            "/v1/sql",
                            call -> call.send(200, Authentication.principal(call).name())))))
            .build();
    listener = new Listener(ListenerConfig.local(0), router);
    admin = governance.administrator().atFirstStart(_ -> {}).orElseThrow().token().reveal();
  }

  /** An answer. */
  record Answer(int status, String text) {
    JsonNode json() {
      return Json.parse(text);
    }

    String text(String field) {
      return json().path(field).asText();
    }
  }

  /** Keeps a user of this name. */
  void user(String name) {
    keep(Principal.user(name));
  }

  void keep(Principal principal) {
    database.perform(tx -> governance.principals().put(tx, principal, Grant.CLI));
  }

  void grant(String to, Permission permission, String on) {
    Grant grant =
        new Grant("", Grantee.parse(to), Set.of(permission), Resource.parse(on), Grant.CLI);
    database.perform(tx -> governance.grants().put(tx, grant));
  }

  void domain(String name) {
    database.perform(tx -> governance.domains().put(tx, new Domains.Domain(name, "nobody", "")));
  }

  String token(String principal) {
    return database.write(tx -> governance.tokens().createLasting(tx, principal)).text().reveal();
  }

  Answer get(String token, String path) throws Exception {
    return send(token, "GET", path, "");
  }

  /** In the body, {@code '} stands for {@code "}. */
  Answer post(String token, String path, String body) throws Exception {
    return send(token, "POST", path, body);
  }

  /** Posts a form, as nobody. */
  Answer form(String path, Map<String, String> fields) throws Exception {
    String body =
        fields.entrySet().stream()
            .map(field ->
                field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    HttpRequest request =
        HttpRequest.newBuilder(listener.address().resolve(path))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
    return new Answer(answer.statusCode(), answer.body());
  }

  Answer delete(String token, String path) throws Exception {
    return send(token, "DELETE", path, "");
  }

  /** Asks as somebody else would. */
  Answer as(String token, String other, String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(listener.address().resolve(path))
            .header("Authorization", "Bearer " + token)
            .header("Hosu-As", other)
            .build();
    HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
    return new Answer(answer.statusCode(), answer.body());
  }

  Answer send(String token, String method, String path, String body) throws Exception {
    return sendJson(token, method, path, body.replace('\'', '"'));
  }

  /** The body as it is. */
  Answer sendJson(String token, String method, String path, String body) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(listener.address().resolve(path))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
    return new Answer(answer.statusCode(), answer.body());
  }

  @Override
  public void close() {
    listener.close();
    governance.close();
    database.close();
    client.close();
  }
}
