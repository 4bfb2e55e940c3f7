package io.hosu.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.events.EventLog;
import io.hosu.events.EventsMigrations;
import io.hosu.governance.AuthenticatedRoutes;
import io.hosu.governance.Caller;
import io.hosu.governance.Door;
import io.hosu.governance.Governance;
import io.hosu.governance.GovernanceMigrations;
import io.hosu.governance.Principal;
import io.hosu.http.Listener;
import io.hosu.http.ListenerConfig;
import io.hosu.http.Router;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.Ids;
import io.hosu.kernel.Json;
import io.hosu.objects.ObjectFiles;
import io.hosu.objects.ObjectsConfig;
import io.hosu.objects.ObjectsMigrations;
import io.hosu.objects.backend.FileBlobStore;
import io.hosu.query.Query.State;
import io.hosu.query.engine.EnginePool;
import io.hosu.query.engine.ResultFormat;
import io.hosu.query.engine.ResultLimits;
import io.hosu.query.engine.SqlParser;
import io.hosu.query.engine.TestEngines;
import io.hosu.store.Database;
import io.hosu.store.Databases;
import io.hosu.store.Migration;
import io.hosu.tables.Tables;
import io.hosu.tables.TablesConfig;
import io.hosu.tables.TablesMigrations;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Queries whose clients go away, wait, cancel, or want too much; over real connections. */
@Timeout(60)
class QueryClientsTest {
  private static final String ENDLESS = "SELECT count(*) AS n FROM range(100000000000000)";
  private static final String LONG = "SELECT * FROM range(1000000000)";
  private static final Principal ADMIN = Principal.user("admin").asAdministrator();
  private static EnginePool engines;
  private static SqlParser parser;

  @TempDir Path directory;
  private final Ids ids = new Ids(InstantSource.system(), new Random(1));
  private final HttpClient client = HttpClient.newHttpClient();
  private Database database;
  private Governance governance;
  private Tables tables;
  private Queries queries;
  private Listener listener;
  private String token;

  @BeforeAll
  static void startEngines() {
    engines = new EnginePool("clients", TestEngines.config(2));
    parser = new SqlParser(TestEngines.config(1));
  }

  @AfterAll
  static void stopEngines() {
    engines.close();
    parser.close();
  }

  @BeforeEach
  void open() throws IOException {
    List<Migration> migrations = new ArrayList<>(EventsMigrations.all());
    migrations.addAll(GovernanceMigrations.all());
    migrations.addAll(ObjectsMigrations.all());
    migrations.addAll(TablesMigrations.all());
    database = Databases.temporary(directory, migrations);
    InstantSource clock = InstantSource.system();
    governance = new Governance(database, directory, clock, ids);
    token = governance.administrator().atFirstStart(_ -> {}).orElseThrow().token().reveal();
    tables =
        new Tables(
            database,
            new ObjectFiles(
                database, new FileBlobStore(directory, ids), clock, ids, ObjectsConfig.standard()),
            new EventLog(database, clock, ids),
            clock,
            ids,
            TablesConfig.standard());
    serve(engines, 1, Duration.ofMinutes(1));
  }

  private void serve(EnginePool pool, int running, Duration idleTimeout) {
    if (listener != null) {
      listener.close();
    }
    Guard guard = new Guard(parser);
    queries =
        new Queries(
            guard,
            new GrantedViews(guard, governance, tables),
            new SystemTables(directory.resolve("system"), List.of(), InstantSource.system()),
            pool,
            new QueriesConfig(Duration.ofMinutes(2), ResultLimits.NONE, 100, running, 4),
            InstantSource.system(),
            ids);
    Router router =
        Router.builder()
            .add(
                new AuthenticatedRoutes(
                    governance.authentication(), List.of(new QueriesApi(queries))))
            .build();
    listener =
        new Listener(new ListenerConfig("127.0.0.1", 0, idleTimeout, 65536, 16384, 100), router);
  }

  @AfterEach
  void close() {
    queries.list(ADMIN).forEach(query -> queries.cancel(ADMIN, query.id()));
    listener.close();
    client.close();
    governance.close();
    database.close();
  }

  @Test
  void aQueryWhoseClientGoesAwayIsCancelledAndItsEngineIsFree() throws Exception {
    List<Long> before = engines.pids();
    String id = ids.next();
    try (Socket socket = send(id, ENDLESS)) {
      awaitState(id, State.RUNNING);
      assertThat(socket.isConnected()).isTrue();
    }
    assertThat(awaitOver(id).failure()).contains("CLIENT_GONE");
    assertThat(queries.require(ADMIN, id).state()).isEqualTo(State.CANCELLED);
    assertThat(post(ids.next(), "SELECT 1 AS a").body()).isEqualTo("a\n1\n");
    assertThat(engines.pids()).containsAll(before);
  }

  @Test
  void aQueryThatWaitsForAnEngineGoesWithItsClient() throws Exception {
    String first = ids.next();
    String second = ids.next();
    try (Socket one = send(first, ENDLESS)) {
      awaitState(first, State.RUNNING);
      try (Socket other = send(second, ENDLESS)) {
        awaitState(second, State.QUEUED);
        assertThat(other.getPort()).isEqualTo(one.getPort());
      }
      assertThat(awaitOver(second).failure()).contains("CLIENT_GONE");
      assertThat(queries.waiting()).isZero();
      assertThat(queries.require(ADMIN, first).state()).isEqualTo(State.RUNNING);
    }
  }

  @Test
  void aClientThatReadsNothingIsCutOffAfterTheIdleTimeout() throws Exception {
    serve(engines, 1, Duration.ofMillis(500));
    String id = ids.next();
    try (Socket socket = send(id, LONG)) {
      assertThat(awaitOver(id).failure()).contains("CLIENT_GONE");
      assertThat(socket.isClosed()).isFalse();
    }
    assertThat(post(ids.next(), "SELECT 1 AS a").statusCode()).isEqualTo(200);
  }

  @Test
  void aQueryWhoseClientReadsNothingCanBeCancelled() throws Exception {
    String id = ids.next();
    try (Socket socket = send(id, LONG)) {
      assertThat(socket.getInputStream().read()).isEqualTo('H');
      assertThat(delete(id)).isEqualTo(204);
      assertThat(awaitOver(id).failure()).contains("QUERY_CANCELLED");
    }
    assertThat(post(ids.next(), "SELECT 1 AS a").statusCode()).isEqualTo(200);
  }

  @Test
  void aQueryIsCancelledByTheIdThatItsClientGaveIt() throws Exception {
    String id = ids.next();
    CompletableFuture<HttpResponse<String>> answer = postAsync(id, ENDLESS);
    awaitState(id, State.RUNNING);
    assertThat(delete(id)).isEqualTo(204);

    assertThat(answer.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(422);
    assertThat(code(answer.get())).isEqualTo("QUERY_CANCELLED");
    assertThat(answer.get().headers().firstValue(QueriesApi.ID_HEADER)).contains(id);
  }

  @Test
  void aQueryThatWaitsIsShownAsQueuedAndEndsAtOnceWhenCancelled() throws Exception {
    String first = ids.next();
    String second = ids.next();
    CompletableFuture<HttpResponse<String>> running = postAsync(first, ENDLESS);
    awaitState(first, State.RUNNING);
    CompletableFuture<HttpResponse<String>> waiting = postAsync(second, ENDLESS);
    awaitState(second, State.QUEUED);
    JsonNode shown = show(second);
    assertThat(shown.path("status").asText()).isEqualTo("QUEUED");
    assertThat(shown.has("cpu_ms")).isFalse();
    assertThat(delete(second)).isEqualTo(204);

    assertThat(show(second).path("status").asText()).isEqualTo("CANCELLED");
    assertThat(code(waiting.get(20, TimeUnit.SECONDS))).isEqualTo("QUERY_CANCELLED");
    assertThat(show(first).path("status").asText()).isEqualTo("RUNNING");
    delete(first);
    assertThat(code(running.get(20, TimeUnit.SECONDS))).isEqualTo("QUERY_CANCELLED");
  }

  @Test
  void anIdIsGivenOnceAndWellFormed() throws Exception {
    String id = ids.next();
    assertThat(post(id, "SELECT 1 AS a").statusCode()).isEqualTo(200);
    assertThat(show(id).path("rows").asLong()).isEqualTo(1);
    assertThat(post(id, "SELECT 1 AS a").statusCode()).isEqualTo(409);
    assertThat(post("me/too", "SELECT 1 AS a").statusCode()).isEqualTo(400);
  }

  @Test
  void whetherAnIdIsInUseIsToldToItsSenderAlone() throws Exception {
    serve(engines, 2, Duration.ofMinutes(1));
    String id = ids.next();
    CompletableFuture<HttpResponse<String>> running = postAsync(id, ENDLESS);
    awaitState(id, State.RUNNING);
    Principal bob = Principal.user("bob");
    Caller caller = governance.policy().caller(bob, Door.SQL, "request");
    TestEngines.Collected result = new TestEngines.Collected();

    queries.run(id, caller, "SELECT 1 AS a", ResultFormat.CSV, result);

    assertThat(result.text()).isEqualTo("a\n1\n");
    assertThat(queries.require(bob, id).sql()).isEqualTo("SELECT 1 AS a");
    queries.abandon(bob, id);
    assertThat(queries.cancel(bob, id)).isFalse();
    assertThat(running.isDone()).isFalse();
    assertThatThrownBy(() -> queries.run(id, caller, "SELECT 1 AS a", ResultFormat.CSV, result))
        .isInstanceOf(Conflict.class);
    assertThat(delete(id)).isEqualTo(204);
    assertThat(code(running.get(20, TimeUnit.SECONDS))).isEqualTo("QUERY_CANCELLED");
  }

  @Test
  void whoIsOneTooManyIsRefusedAndToldToTryAgain() throws Exception {
    List<CompletableFuture<HttpResponse<String>>> sent = new ArrayList<>();
    String first = ids.next();
    sent.add(postAsync(first, ENDLESS));
    awaitState(first, State.RUNNING);
    for (int i = 1; i <= 2; i++) { // half of the queue
      sent.add(postAsync(ids.next(), ENDLESS));
      while (queries.waiting() < i) {
        Thread.onSpinWait();
      }
    }
    HttpResponse<String> refused = post(ids.next(), ENDLESS);

    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(code(refused)).isEqualTo("ENGINE_BUSY");
    assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    queries.list(ADMIN).forEach(query -> queries.cancel(ADMIN, query.id()));
    for (var answer : sent) {
      assertThat(answer.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(422);
    }
  }

  @Test
  void onePrincipalCannotKeepTheEnginesFromAnother() throws Exception {
    serve(engines, 2, Duration.ofMinutes(1));
    String first = ids.next();
    String second = ids.next();
    try (Socket one = send(first, ENDLESS);
        Socket other = send(second, ENDLESS)) {
      while (queries.waiting() == 0) {
        Thread.onSpinWait();
      }
      TestEngines.Collected result = new TestEngines.Collected();
      Caller bob = governance.policy().caller(Principal.user("bob"), Door.SQL, "request");
      queries.run(ids.next(), bob, "SELECT 1 AS a", ResultFormat.CSV, result);
      assertThat(result.text()).isEqualTo("a\n1\n");
      assertThat(one.isClosed() || other.isClosed()).isFalse();
    }
  }

  @Test
  void closingEndsWhatRunsAndWaitsAtOnceAndStartsNoEngineAgain() throws Exception {
    EnginePool own = new EnginePool("closing", TestEngines.config(1));
    serve(own, 1, Duration.ofMinutes(1));
    String first = ids.next();
    CompletableFuture<HttpResponse<String>> running = postAsync(first, ENDLESS);
    awaitState(first, State.RUNNING);
    String second = ids.next();
    CompletableFuture<HttpResponse<String>> waiting = postAsync(second, ENDLESS);
    awaitState(second, State.QUEUED);
    long begin = System.nanoTime();
    queries.close();
    assertThat(code(running.get(5, TimeUnit.SECONDS))).isEqualTo("ENGINE_UNAVAILABLE");
    assertThat(code(waiting.get(5, TimeUnit.SECONDS))).isEqualTo("ENGINE_UNAVAILABLE");
    listener.close();

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
    assertThat(own.pids()).isEmpty();
  }

  /** Sends a query over a connection of its own and reads nothing. */
  private Socket send(String id, String sql) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.port());
    String body = Json.object().put("sql", sql).toString();
    String request =
        """
        POST /v1/queries HTTP/1.1\r
        Host: x\r
        Authorization: Bearer %s\r
        Hosu-Query-Id: %s\r
        Content-Length: %d\r
        \r
        %s\
        """
            .formatted(token, id, body.length(), body);
    socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
    return socket;
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create(listener.address() + path))
        .header("Authorization", "Bearer " + token);
  }

  private CompletableFuture<HttpResponse<String>> postAsync(String id, String sql) {
    HttpRequest request =
        to("/v1/queries")
            .header(QueriesApi.ID_HEADER, id)
            .POST(HttpRequest.BodyPublishers.ofString(Json.object().put("sql", sql).toString()))
            .build();
    return client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String id, String sql) throws Exception {
    return postAsync(id, sql).get(30, TimeUnit.SECONDS);
  }

  private int delete(String id) throws Exception {
    return client
        .send(to("/v1/queries/" + id).DELETE().build(), HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  private JsonNode show(String id) throws Exception {
    return Json.parse(
        client.send(to("/v1/queries/" + id).build(), HttpResponse.BodyHandlers.ofString()).body());
  }

  private static String code(HttpResponse<String> answer) {
    return Json.parse(answer.body()).path("code").asText();
  }

  private void awaitState(String id, State... states) {
    while (queries.list(ADMIN).stream()
        .noneMatch(query -> query.id().equals(id) && List.of(states).contains(query.state()))) {
      Thread.onSpinWait();
    }
  }

  private Query.Outcome awaitOver(String id) {
    awaitState(id, State.SUCCEEDED, State.FAILED, State.CANCELLED);
    return queries.require(ADMIN, id).outcome();
  }
}
