package io.hosu.governance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.hosu.http.Call;
import io.hosu.http.Listener;
import io.hosu.http.ListenerConfig;
import io.hosu.http.Router;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.kernel.Ids;
import io.hosu.kernel.Json;
import io.hosu.store.Database;
import io.hosu.store.Databases;
import io.hosu.store.StoreError;
import io.hosu.testing.ManualClock;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RecorderTest {
  private static final int LARGE = 300_000;

  private final ManualClock clock = new ManualClock();
  private final HttpClient client = HttpClient.newHttpClient();
  private final List<AutoCloseable> parts = new ArrayList<>();
  private final Database database;
  private final Path data;
  private final Governance governance;
  private final Listener listener;
  private final String admin;

  RecorderTest(@TempDir Path data) {
    this.data = data;
    database = own(Databases.temporary(data, GovernanceMigrations.all()));
    governance = own(governance(true));
    listener = own(listener(governance));
    admin = governance.administrator().atFirstStart(_ -> {}).orElseThrow().token().reveal();
  }

  private <T extends AutoCloseable> T own(T part) {
    parts.addFirst(part);
    return part;
  }

  private Governance governance(boolean required) {
    Ids ids = new Ids(clock, new Random(1));
    return new Governance(
        database, data, clock, ids, new GovernanceConfig(Duration.ofDays(1), required));
  }

  private Listener listener(Governance governance) {
    var routes =
        new AuthenticatedRoutes(
            governance.authentication(),
            List.of(
                governance.api(),
                router ->
                    router
                        .get("/begun", call -> begin(governance, call))
                        .get(
                            "/broken",
                            call -> {
                              call.response().body().write(new byte[LARGE]);
                              breakAudit();
                            })
                        .get("/large", call -> call.response().body().write(new byte[LARGE]))
                        .get(
                            "/needed",
                            call -> {
                              Resource lake = new Resource.Lake();
                              governance
                                  .policy()
                                  .require(Authentication.caller(call), Permission.DROP, lake);
                              throw needed();
                            })
                        .get(
                            "/needed-in-one",
                            call -> {
                              Caller caller = Authentication.caller(call);
                              Resource lake = new Resource.Lake();
                              governance.policy().requireWithin(caller, Permission.DROP, lake);
                              database.perform(tx -> {
                                caller.trail().keepIn(tx);
                                throw needed();
                              });
                            })
                        .get(
                            "/none",
                            _ -> {
                              throw new NotFound(
                                  GovernanceError.GRANT_NOT_FOUND, "Nothing.", "Go.");
                            })
                        .get(
                            "/told",
                            call -> {
                              call.response().status(400).body().write('x');
                              Recorder.told(
                                  call.request(),
                                  new Invalid(GovernanceError.GRANT_INVALID, "No.", "Yes."));
                            })
                        .get(
                            "/away",
                            _ -> {
                              throw new Unavailable(
                                  StoreError.DATABASE_UNAVAILABLE, "It is away.", "Wait.");
                            })));
    return new Listener(ListenerConfig.local(0), Router.builder().add(routes).build());
  }

  /** Sends the most of an answer, and then whether it is on record. */
  private static void begin(Governance governance, Call call) throws IOException {
    OutputStream body = call.response().body();
    body.write("x".repeat(LARGE).getBytes(StandardCharsets.UTF_8));
    boolean kept =
        governance.auditRecords().newest(AuditRecords.Filter.all(), Long.MAX_VALUE, 10).stream()
            .anyMatch(record -> "/begun".equals(record.text("resource")));
    body.write((" " + kept).getBytes(StandardCharsets.UTF_8));
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable part : parts) {
      part.close();
    }
    client.close();
  }

  @Test
  void aRequestThatDecidesNothingLeavesARecordOfWhoAskedWhatFromWhere() throws Exception {
    String answer = get(listener, admin, "/v1/grants").body();

    AuditRow record = newest();
    assertThat(record.text("principal")).isEqualTo("user:admin");
    assertThat(record.text("action")).isEqualTo("GET");
    assertThat(record.text("resource")).isEqualTo("/v1/grants");
    assertThat(record.text("door")).isEqualTo("API");
    assertThat(record.text("address")).isEqualTo("127.0.0.1");
    assertThat(record.text("credential")).isEqualTo("token:first");
    assertThat(record.text("request")).isNotEmpty();
    assertThat(record.number("bytes")).isEqualTo(answer.length());
  }

  @Test
  void bytesAreThoseThatWereGivenOut() throws Exception {
    assertThat(get(listener, admin, "/large").body()).hasSize(LARGE);
    assertThat(newest().number("bytes")).isEqualTo(LARGE);

    HttpRequest head = request(listener, admin, "/large").HEAD().build();
    assertThat(client.send(head, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    assertThat(newest().text("action")).isEqualTo("HEAD");
    assertThat(newest().number("bytes")).isZero();
  }

  @Test
  void aLongAnswerIsOnRecordBeforeItsFirstByteIsSent() throws Exception {
    assertThat(get(listener, admin, "/begun").body()).isEqualTo("x".repeat(LARGE) + " true");

    assertThat(all())
        .filteredOn(record -> "/begun".equals(record.text("resource")))
        .extracting(record -> record.text("detail"), record -> record.number("bytes"))
        .containsExactly(tuple("{}", LARGE + 5L), tuple("{\"answer\":\"begun\"}", null));
    get(listener, admin, "/v1/grants");
    assertThat(all()).filteredOn(record -> "/v1/grants".equals(record.text("resource"))).hasSize(1);
    assertThat(all()).filteredOn(record -> "SIGN_IN".equals(record.text("action"))).hasSize(1);
  }

  @Test
  void noByteOfALongAnswerIsSentWhoseRecordCannotBeKept() throws Exception {
    get(listener, admin, "/v1/grants");
    breakAudit();

    HttpResponse<String> answer = get(listener, admin, "/begun");
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).contains("AUDIT_UNAVAILABLE").doesNotContain("xx");
  }

  @Test
  void aRequestThatFailsIsRecordedWithItsError() throws Exception {
    assertThat(get(listener, admin, "/none").statusCode()).isEqualTo(404);

    assertThat(newest().text("resource")).isEqualTo("/none");
    assertThat(newest().number("bytes")).isZero();
    assertThat(newest().text("detail")).contains("GRANT_NOT_FOUND");
  }

  @Test
  void whatIsRefusedToWhoMayDoItIsOnRecordAsDenied() throws Exception {
    assertThat(get(listener, admin, "/needed-in-one").statusCode()).isEqualTo(409);
    assertThat(decisions("DROP")).containsExactly("DENIED");
    assertThat(newest().text("detail")).contains("It is needed.", "\"error\":\"GRANT_INVALID\"");

    assertThat(get(listener, admin, "/needed").statusCode()).isEqualTo(409);
    assertThat(decisions("DROP"))
        .as("let in, then refused")
        .containsExactly("DENIED", "ALLOWED", "DENIED");
  }

  private List<String> decisions(String action) {
    return all().stream()
        .filter(record -> action.equals(record.text("action")))
        .map(record -> record.text("decision"))
        .toList();
  }

  private static Conflict needed() {
    return new Conflict(GovernanceError.GRANT_INVALID, "It is needed.", "Leave it.");
  }

  @Test
  void whoIsToldThatThereIsNoSuchThingIsAmongThoseWhoWereDenied() throws Exception {
    get(listener, admin, "/none");
    get(listener, admin, "/v1/grants");

    assertThat(all())
        .filteredOn(record -> "DENIED".equals(record.text("decision")))
        .extracting(record -> record.text("resource"))
        .containsExactly("/none");
  }

  @Test
  void administrationThatIsRefusedIsRecordedAsDeniedWithItsError() throws Exception {
    String eve = "{\"name\":\"eve\"}";
    assertThat(post("/v1/principals", eve)).isEqualTo(201);
    assertThat(post("/v1/principals", eve)).isEqualTo(409);
    assertThat(
            post("/v1/grants", "{\"on\":\"lake\",\"principal\":\"eve\",\"permissions\":[\"X\"]}"))
        .isEqualTo(400);

    assertThat(all())
        .filteredOn(record -> !"SIGN_IN".equals(record.text("action")))
        .extracting(record -> record.text("action"), record -> record.text("decision"))
        .containsExactly(
            tuple("POST", "DENIED"),
            tuple("CREATE_PRINCIPAL", "DENIED"),
            tuple("CREATE_PRINCIPAL", "ALLOWED"));
    assertThat(all().get(0).text("detail")).contains("GRANT_INVALID");
    assertThat(all().get(1).text("detail"))
        .contains("PRINCIPAL_EXISTS", "There is already a principal");
    assertThat(all().get(2).text("detail")).isEqualTo("{}");
  }

  @Test
  void aFailureThatTheAnswerTellsByItselfIsRecordedAsDeniedWithItsError() throws Exception {
    assertThat(get(listener, admin, "/told").statusCode()).isEqualTo(400);

    assertThat(newest().text("decision")).isEqualTo("DENIED");
    assertThat(newest().text("detail")).contains("GRANT_INVALID");
  }

  private int post(String path, String body) throws Exception {
    HttpRequest post =
        request(listener, admin, path).POST(HttpRequest.BodyPublishers.ofString(body)).build();
    return client.send(post, BodyHandlers.ofString()).statusCode();
  }

  @Test
  void theFirstUseOfACredentialInTenMinutesIsASignIn() throws Exception {
    get(listener, admin, "/v1/grants");
    get(listener, admin, "/v1/grants");
    clock.advance(Duration.ofMinutes(11));
    get(listener, admin, "/v1/grants");

    assertThat(all().reversed())
        .extracting(record -> record.text("action"))
        .containsExactly("SIGN_IN", "GET", "GET", "SIGN_IN", "GET");
    assertThat(all().getLast().text("credential")).isEqualTo("token:first");
  }

  @Test
  void whoCannotShowWhoItIsLeavesARecord() throws Exception {
    assertThat(get(listener, "hosu_nonsense", "/v1/grants").statusCode()).isEqualTo(401);

    AuditRow record = newest();
    assertThat(record.text("principal")).isEqualTo("unknown");
    assertThat(record.text("action")).isEqualTo("SIGN_IN");
    assertThat(record.text("decision")).isEqualTo("DENIED");
    assertThat(record.text("address")).isEqualTo("127.0.0.1");
    assertThat(record.text("detail")).contains("UNAUTHENTICATED").doesNotContain("nonsense");
  }

  @Test
  void aDoorStopsWhenItsRecordsCannotBeKept() throws Exception {
    get(listener, admin, "/v1/grants");
    breakAudit();

    for (String path : List.of("/v1/grants", "/none")) {
      HttpResponse<String> answer = get(listener, admin, path);
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(Json.parse(answer.body()).path("code").asText()).isEqualTo("AUDIT_UNAVAILABLE");
    }
    assertThat(get(listener, "hosu_nonsense", "/v1/grants").statusCode()).isEqualTo(503);
  }

  @Test
  void whatIsAwaySaysSoThoughItsRecordIsLostWithIt() throws Exception {
    get(listener, admin, "/v1/grants");
    breakAudit();

    HttpResponse<String> answer = get(listener, admin, "/away");
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(Json.parse(answer.body()).path("code").asText()).isEqualTo("DATABASE_UNAVAILABLE");
  }

  @Test
  void nobodyGetsTheLastByteOfAnAnswerThatIsNotOnRecord() throws Exception {
    assertThatThrownBy(() -> get(listener, admin, "/broken")).isInstanceOf(IOException.class);
    assertThat(all())
        .filteredOn(record -> "/broken".equals(record.text("resource")))
        .singleElement()
        .extracting(record -> record.text("detail"))
        .isEqualTo("{\"answer\":\"begun\"}");
  }

  @Test
  void nothingIsAdministeredWithoutARecord() throws Exception {
    get(listener, admin, "/v1/grants");
    breakAudit();

    HttpRequest create =
        request(listener, admin, "/v1/principals")
            .POST(HttpRequest.BodyPublishers.ofString("{\"name\":\"eve\"}"))
            .build();
    assertThat(client.send(create, BodyHandlers.ofString()).statusCode()).isGreaterThan(499);
    assertThat(governance.principals().find("eve")).isEmpty();
  }

  @Test
  void aServerThatIsToldSoAnswersWithoutRecords() throws Exception {
    get(listener, admin, "/v1/grants");
    breakAudit();

    try (Governance lenient = governance(false);
        Listener other = listener(lenient)) {
      assertThat(get(other, admin, "/v1/grants").statusCode()).isEqualTo(200);
      assertThat(get(other, admin, "/large").body()).hasSize(LARGE);
      mendAudit();
    }
    assertThat(all()).filteredOn(record -> "/large".equals(record.text("resource"))).hasSize(2);
  }

  private void breakAudit() {
    database.perform(tx -> tx.update("ALTER TABLE audit_chain RENAME TO away"));
  }

  private void mendAudit() {
    database.perform(tx -> tx.update("ALTER TABLE away RENAME TO audit_chain"));
  }

  private List<AuditRow> all() {
    return governance.auditRecords().newest(AuditRecords.Filter.all(), Long.MAX_VALUE, 1000);
  }

  private AuditRow newest() {
    return all().getFirst();
  }

  private HttpResponse<String> get(Listener at, String token, String path) throws Exception {
    return client.send(request(at, token, path).build(), BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(Listener at, String token, String path) {
    return HttpRequest.newBuilder(at.address().resolve(path))
        .header("Authorization", "Bearer " + token);
  }
}
