package io.hosu.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.hosu.governance.Acting;
import io.hosu.governance.AuditRecords;
import io.hosu.governance.AuditRow;
import io.hosu.governance.AuthenticatedRoutes;
import io.hosu.governance.Caller;
import io.hosu.governance.Columns;
import io.hosu.governance.Condition;
import io.hosu.governance.Door;
import io.hosu.governance.Governance;
import io.hosu.governance.Grant;
import io.hosu.governance.Grantee;
import io.hosu.governance.Held;
import io.hosu.governance.Mask;
import io.hosu.governance.Origin;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Principals;
import io.hosu.governance.Resource;
import io.hosu.governance.Scope;
import io.hosu.governance.Sessions;
import io.hosu.governance.Terms;
import io.hosu.http.Listener;
import io.hosu.http.ListenerConfig;
import io.hosu.http.Router;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Json;
import io.hosu.kernel.TableName;
import io.hosu.query.engine.Column;
import io.hosu.query.engine.QueryError;
import io.hosu.query.engine.ResultFormat;
import io.hosu.query.engine.ResultSink;
import io.hosu.query.engine.TestEngines;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import io.hosu.tables.Tables;
import io.hosu.testing.ManualClock;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class QueriesTest {
  private static final TableName FLIGHTS = TableName.parse("aviation.stage.flights");

  @TempDir Path directory;
  private final Principal ann = Principal.user("ann");
  private final Principal bob = Principal.user("bob");

  private QueryLake lake;
  private ManualClock clock;
  private Database database;
  private Governance governance;
  private Tables tables;
  private Queries queries;

  @BeforeEach
  void open() throws IOException {
    lake = new QueryLake(directory);
    clock = lake.clock;
    database = lake.database;
    governance = lake.governance;
    tables = lake.tables;
    queries = lake.queries;
    append("SELECT range AS id, 'f' || range AS name FROM range(3)");
    grant(ann);
  }

  @AfterEach
  void close() {
    lake.close();
  }

  private void append(String select) throws IOException {
    lake.append(FLIGHTS, select);
  }

  private void grant(Principal principal) {
    database.write(tx ->
        governance
            .grants()
            .put(
                tx,
                Grant.declared(
                    Grantee.of(principal), Set.of(Permission.SELECT), Resource.of(FLIGHTS))));
  }

  private Caller caller(Principal principal) {
    return lake.caller(principal);
  }

  private String csv(Principal principal, String sql) {
    return lake.csv(principal, sql);
  }

  @Test
  void whoMaySelectATableReadsItAsItIsAndAsItWas() throws IOException {
    assertThat(csv(ann, "SELECT * FROM aviation.stage.flights ORDER BY id"))
        .isEqualTo("id,name\n0,f0\n1,f1\n2,f2\n");
    long first = tables.require(FLIGHTS).snapshot().orElseThrow();
    clock.advance(Duration.ofHours(1));
    append("SELECT 9::BIGINT AS id, 'f9' AS name, true AS late");
    assertThat(csv(ann, "SELECT count(*) AS n, count(late) AS l FROM aviation.stage.flights"))
        .isEqualTo("n,l\n4,1\n");
    assertThat(
            csv(
                ann,
                "SELECT count(*) AS n FROM aviation.stage.flights AT (VERSION => %d)"
                    .formatted(first)))
        .isEqualTo("n\n3\n");
    assertThat(
            csv(
                ann,
                "SELECT a.n, b.n AS m FROM (SELECT count(*) n FROM aviation.stage.flights) a,"
                    + " (SELECT count(*) n FROM aviation.stage.flights"
                    + " AT (VERSION => %d)) b".formatted(first)))
        .isEqualTo("n,m\n4,3\n");
  }

  @Test
  void whatMayNotBeSeenDoesNotExist() {
    assertThatThrownBy(() -> csv(bob, "SELECT * FROM aviation.stage.flights"))
        .isInstanceOfSatisfying(
            NotFound.class,
            e -> {
              assertThat(e.code().name()).isEqualTo("TABLE_NOT_FOUND");
              assertThat(e.what()).doesNotContain("did you mean");
            });
    assertThatThrownBy(() -> csv(ann, "SELECT * FROM aviation.stage.flight"))
        .isInstanceOfSatisfying(
            NotFound.class,
            e -> assertThat(e.what()).contains("did you mean 'aviation.stage.flights'"));
  }

  private void grant(Principal principal, Terms terms) {
    Grant all =
        Grant.declared(Grantee.of(principal), Set.of(Permission.SELECT), Resource.of(FLIGHTS));
    database.write(tx -> governance.grants().put(tx, all.with(terms)));
  }

  @Test
  void aGrantWithLimitsShowsItsRowsColumnsAndMasksOfTheTableAsItIsAndAsItWas() throws IOException {
    long first = tables.require(FLIGHTS).snapshot().orElseThrow();
    append("SELECT 9::BIGINT AS id, 'f9' AS name, true AS late");
    Principal carl = Principal.user("carl").with(Map.of("least", "1"));
    grant(
        carl,
        Terms.none()
            .with(Columns.allBut(List.of("late")))
            .with(Condition.parse("id >= principal.least::BIGINT"))
            .with("name", new Terms.Masking(Mask.parse("last(1)"), Optional.empty())));

    assertThat(csv(carl, "SELECT * FROM aviation.stage.flights ORDER BY id"))
        .isEqualTo("id,name\n1,*1\n2,*2\n9,*9\n");
    assertThat(
            csv(
                carl,
                "SELECT max(name) AS m, count(*) AS n FROM aviation.stage.flights AT (VERSION =>"
                    + " %d)".formatted(first)))
        .isEqualTo("m,n\n*2,2\n");
    assertThatThrownBy(() -> csv(carl, "SELECT late FROM aviation.stage.flights"))
        .isInstanceOfSatisfying(
            HosuException.class, e -> assertThat(e.what()).contains("\"late\" not found"));
    assertThat(csv(ann, "SELECT count(late) AS l, min(name) AS m FROM aviation.stage.flights"))
        .isEqualTo("l,m\n1,f0\n");
  }

  @Test
  void aConditionThatDoesNotFitTheTableShowsNothingAndIsNotTold() {
    grant(bob, Terms.none().with(Condition.parse("secret_list = 'x'")));

    assertThatThrownBy(() -> csv(bob, "SELECT * FROM aviation.stage.flights"))
        .isInstanceOfSatisfying(
            HosuException.class,
            e -> {
              assertThat(e.code()).isEqualTo(QueryError.LIMITS_UNSUPPORTED);
              assertThat(e.getMessage()).doesNotContain("secret_list");
            });
  }

  @Test
  void aConditionThatDoesNotFitTakesNothingFromWhatAnotherGrantShows() throws IOException {
    grant(bob, Terms.none().with(Condition.parse("id = 1")).with(Columns.allBut(List.of("late"))));
    grant(bob, Terms.none().with(Condition.parse("secret_list = 'x'")));
    assertThat(csv(bob, "SELECT * FROM aviation.stage.flights ORDER BY id"))
        .isEqualTo("id,name\n1,f1\n");
  }

  @Test
  void aMaskThatDoesNotFitTheTypeTakesNothingFromWhatAnotherGrantShows() throws IOException {
    Columns two = Columns.only(List.of("id", "name"));
    Terms range = masked(Terms.none().with(two), "name", "range(5)");
    grant(bob, masked(masked(Terms.none().with(two), "name", "last(1)"), "id", "constant(x)"));
    grant(bob, masked(range, "id", "year"));
    grant(bob, masked(range, "id", "hash"));
    assertThat(csv(bob, "SELECT name FROM aviation.stage.flights WHERE name LIKE '%1'"))
        .isEqualTo("name\n*1\n");
    assertThat(csv(bob, "SELECT count(id) AS n FROM aviation.stage.flights WHERE name LIKE '%1'"))
        .isEqualTo("n\n1\n");

    grant(bob, masked(masked(Terms.none().with(two), "id", "range(10)"), "name", "hash"));
    assertThat(csv(bob, "SELECT id, name FROM aviation.stage.flights WHERE name LIKE '%1'"))
        .isEqualTo("id,name\n0,*1\n");
    assertThat(lake.fit.misfits(on(masked(range, "id", "year"), Resource.of(FLIGHTS))))
        .containsExactlyInAnyOrder(
            "the mask of id: year is of dates, and the column is BIGINT.",
            "the mask of name: range(5) is of numbers, and the column is VARCHAR.");
  }

  private static Terms masked(Terms terms, String column, String mask) {
    return terms.with(column, new Terms.Masking(Mask.parse(mask), Optional.empty()));
  }

  @Test
  void aDenyThatDoesNotFitHidesAllThatItIsAbout() throws IOException {
    grant(bob, Terms.none());
    Grant deny =
        new Grant(
            "",
            Grant.Effect.DENY,
            Grantee.of(bob),
            Set.of(Permission.SELECT),
            Resource.of(FLIGHTS),
            Terms.none(),
            Grant.CLI);
    Terms misfitting = Terms.none().with(Condition.parse("secret_list = 'x'"));
    Grant ofCells = deny.with(misfitting.with(Columns.only(List.of("name", "late"))));
    database.perform(tx -> governance.grants().put(tx, ofCells));
    assertThat(csv(bob, "SELECT * FROM aviation.stage.flights ORDER BY id"))
        .isEqualTo("id\n0\n1\n2\n");

    database.perform(tx -> governance.grants().put(tx, deny.with(misfitting)));
    assertThatThrownBy(() -> csv(bob, "SELECT * FROM aviation.stage.flights"))
        .isInstanceOfSatisfying(
            HosuException.class,
            e -> assertThat(e.code()).isEqualTo(QueryError.LIMITS_UNSUPPORTED));
  }

  @Test
  void norIsOneOfOtherTypesAndAMaskShowsNullThen() throws IOException {
    grant(bob, Terms.none().with(Condition.parse("id > DATE '2026-01-01'")));
    assertThatThrownBy(() -> csv(bob, "SELECT * FROM aviation.stage.flights"))
        .isInstanceOfSatisfying(
            HosuException.class,
            e -> {
              assertThat(e.code()).isEqualTo(QueryError.LIMITS_UNSUPPORTED);
              assertThat(e.what())
                  .contains(bob + " may see of aviation.stage.flights")
                  .doesNotContain("DATE", "BIGINT", "name");
              assertThat(e.remedy()).contains("The owner of the domain aviation");
            });

    Principal carl = Principal.user("carl");
    Mask mask = Mask.parse("sql(name + id)");
    grant(carl, Terms.none().with("name", new Terms.Masking(mask, Optional.empty())));
    assertThat(csv(carl, "SELECT * FROM aviation.stage.flights ORDER BY id"))
        .isEqualTo("id,name\n0,\n1,\n2,\n");

    Mask last = Mask.parse("last(1)");
    grant(carl, Terms.none().with("name", new Terms.Masking(last, Optional.empty())));
    assertThat(csv(carl, "SELECT * FROM aviation.stage.flights ORDER BY id"))
        .isEqualTo("id,name\n0,*0\n1,*1\n2,*2\n");
  }

  @Test
  void anAttributeOfAnotherTypeHidesRowsAndIsNeverNamed() throws IOException {
    grant(bob, Terms.none().with(Condition.parse("id < principal.level OR id = 0")));
    grant(bob, Terms.none().with(Condition.parse("id = abs(principal.level)")));
    grant(bob, Terms.none().with(Condition.parse("id = abs(principal.level::BIGINT)")));
    grant(bob, Terms.none().with(Condition.parse("id = 2")));
    Principal high = bob.with(Map.of("level", "verysecret"));
    assertThat(csv(high, "SELECT * FROM aviation.stage.flights ORDER BY id"))
        .isEqualTo("id,name\n2,f2\n");
    assertThat(
            csv(
                bob.with(Map.of("level", "1")),
                "SELECT id FROM aviation.stage.flights ORDER BY id"))
        .isEqualTo("id\n0\n1\n2\n");

    Principal carl = Principal.user("carl").with(Map.of("level", "verysecret"));
    grant(carl, Terms.none().with(Condition.parse("id < principal.level")));
    assertThat(csv(carl, "SELECT * FROM aviation.stage.flights")).isEqualTo("id,name\n");
  }

  @ParameterizedTest
  @CsvSource({
    "id, BIGINT",
    "name, VARCHAR",
    "id + 1, BIGINT",
    "'''yes''', VARCHAR",
    "principal.x, text"
  })
  void aConditionThatIsNoTruthValueIsRefusedWithItsType(String sql, String type) {
    Condition condition = Condition.parse(sql);
    assertThat(lake.fit.misfits(on(Terms.none().with(condition), Resource.of(FLIGHTS))))
        .singleElement()
        .asString()
        .contains(type, "no truth value");
    Terms.Masking when = new Terms.Masking(Mask.parse("null"), Optional.of(condition));
    assertThat(lake.fit.misfits(on(Terms.none().with("name", when), Resource.of(FLIGHTS))))
        .singleElement()
        .asString()
        .contains("when", type, "no truth value");
  }

  @Test
  void whatIsWrongWithAQueryIsStillToldWhereLimitsFit() {
    grant(bob, Terms.none().with(Condition.parse("id > 0")));
    assertThatThrownBy(() -> csv(bob, "SELECT nam FROM aviation.stage.flights"))
        .isInstanceOfSatisfying(
            HosuException.class, e -> assertThat(e.code()).isEqualTo(QueryError.SQL_INVALID));
  }

  @Test
  void allThatDoesNotFitATableIsSaidBeforeTheGrantIsGiven() {
    Terms terms =
        Terms.none()
            .with(Columns.allBut(List.of("lat")))
            .with(Condition.parse("nmae = principal.name AND idd > 1"))
            .with("name", new Terms.Masking(Mask.parse("sql(id + name)"), Optional.empty()));
    assertThat(lake.fit.misfits(on(terms, Resource.of(FLIGHTS))))
        .hasSize(4)
        .anyMatch(text -> text.startsWith("'lat' is not a column of the table"))
        .anyMatch(text ->
            text.contains("rows")
                && text.contains("'nmae' is not")
                && text.contains("did you mean 'name'?"))
        .anyMatch(text -> text.contains("'idd' is not") && text.contains("did you mean 'id'?"))
        .anyMatch(text -> text.startsWith("the mask of name: "));
    Terms fitting =
        Terms.none()
            .with(Condition.parse("id = principal.id AND name <> principal.name"))
            .with("name", new Terms.Masking(Mask.parse("sql(left(name, id))"), Optional.empty()));
    assertThat(lake.fit.misfits(on(fitting, Resource.of(FLIGHTS)))).isEmpty();
    Terms types = Terms.none().with(Condition.parse("id > DATE '2026-01-01'"));
    assertThat(lake.fit.misfits(on(types, Resource.of(FLIGHTS))))
        .singleElement()
        .asString()
        .contains("BIGINT", "DATE")
        .doesNotContain("line ");
    assertThat(lake.fit.misfits(on(terms, new Resource.Domain("aviation")))).isEmpty();
  }

  private Grant on(Terms terms, Resource resource) {
    return new Grant(
        "",
        Grant.Effect.ALLOW,
        Grantee.of(bob),
        Set.of(Permission.SELECT),
        resource,
        terms,
        Grant.CLI);
  }

  @Test
  void aWrongColumnIsToldInTheTextThatWasWritten() {
    assertThatThrownBy(() -> csv(ann, "SELECT\n  nam\nFROM aviation.stage.flights"))
        .isInstanceOfSatisfying(
            HosuException.class,
            e -> {
              assertThat(e.code()).isEqualTo(QueryError.SQL_INVALID);
              assertThat(e.place().orElseThrow().line()).isEqualTo(2);
              assertThat(e.what()).contains("nam").contains("name");
            });
  }

  @Test
  void queriesAreRememberedForTheirSenderOnly() {
    csv(ann, "SELECT 1 AS a");
    assertThatThrownBy(() -> csv(ann, "SELECT nope")).isInstanceOf(HosuException.class);
    assertThat(queries.list(ann))
        .extracting(Query::state)
        .containsExactly(Query.State.FAILED, Query.State.SUCCEEDED);
    assertThat(queries.list(ann).getLast().outcome().summary().orElseThrow().rows()).isEqualTo(1);
    assertThat(queries.list(bob)).isEmpty();
    assertThatThrownBy(() -> queries.require(bob, queries.list(ann).getFirst().id()))
        .isInstanceOf(NotFound.class);
  }

  @Test
  void ofThoseWhoActAsARoleEachHasItsOwnQueries() {
    Principal anns = loader(ann);
    Principal bobs = loader(bob);
    csv(anns, "SELECT 'secret of ann' AS a");
    String id = queries.list(anns).getFirst().id();

    for (Principal other : List.of(bobs, bob, Principal.role("loader"))) {
      assertThat(queries.list(other)).isEmpty();
      assertThatThrownBy(() -> queries.require(other, id)).isInstanceOf(NotFound.class);
      assertThatThrownBy(() -> queries.cancel(other, id)).isInstanceOf(NotFound.class);
    }
    assertThat(queries.list(ann)).extracting(Query::id).containsExactly(id);
    assertThat(queries.list(Principal.user("admin").asAdministrator()))
        .extracting(query -> query.sender().person().orElse(""))
        .containsExactly("user:ann");
  }

  @Test
  void whoUsesTheIdOfAnothersQueryAndGoesAwayDoesNotStopIt() {
    String id = queries.nextId();
    ResultSink leaving =
        new ResultSink() {
          @Override
          public void columns(List<Column> columns) {
            queries.abandon(loader(bob), id);
            queries.abandon(bob, id);
          }

          @Override
          public void bytes(byte[] chunk) {}

          @Override
          public void cutOff() {}
        };
    queries.run(id, caller(loader(ann)), "SELECT 1 AS a", ResultFormat.CSV, leaving);

    assertThat(queries.require(ann, id).state()).isEqualTo(Query.State.SUCCEEDED);
  }

  @Test
  void whoIsMadeAnewUnderAnOldNameSeesNoQueryOfTheOldOne() {
    Principal zoe =
        lake.database.write(
            tx -> governance.principals().create(tx, Principal.user("zoe"), Grant.CLI));
    csv(zoe, "SELECT 1 AS a");
    assertThat(queries.list(zoe)).hasSize(1);
    lake.database.perform(tx -> governance.principals().remove(tx, "zoe"));
    Principal anew =
        lake.database.write(
            tx -> governance.principals().create(tx, Principal.user("zoe"), Grant.CLI));

    assertThat(queries.list(anew)).isEmpty();
    csv(anew, "SELECT 2 AS a");
    assertThat(queries.list(anew)).hasSize(1);
  }

  private static Principal loader(Principal person) {
    var nothing = new Acting.Claimed(new TreeSet<>(), Instant.MAX);
    return Principal.role("loader")
        .acting(new Acting(Optional.of(person.toString()), "", List.of(), nothing));
  }

  @Test
  void theApiStreamsResultsAndTellsProblems() throws Exception {
    var credentials = governance.administrator().atFirstStart(_ -> {}).orElseThrow();
    Router router =
        Router.builder()
            .add(
                new AuthenticatedRoutes(
                    governance.authentication(), List.of(new QueriesApi(queries))))
            .build();
    try (Listener listener = new Listener(ListenerConfig.local(0), router);
        HttpClient client = HttpClient.newHttpClient()) {
      URI uri = listener.address().resolve("/v1/queries");
      HttpResponse<String> ok =
          client.send(
              post(
                  uri,
                  credentials.token().reveal(),
                  "SELECT sum(id) AS s FROM aviation.stage.flights"),
              HttpResponse.BodyHandlers.ofString());
      assertThat(ok.statusCode()).isEqualTo(200);
      assertThat(ok.body()).isEqualTo("[\n{\"s\":3}\n]\n");
      assertThat(ok.headers().firstValue(QueriesApi.ID_HEADER)).isPresent();
      HttpResponse<String> bad =
          client.send(
              post(uri, credentials.token().reveal(), "SELECT * FROM read_csv('/etc/passwd')"),
              HttpResponse.BodyHandlers.ofString());
      assertThat(bad.statusCode()).isEqualTo(400);
      assertThat(Json.parse(bad.body()).path("code").asText()).isEqualTo("SQL_REFUSED");
      HttpResponse<String> list =
          client.send(
              HttpRequest.newBuilder(uri)
                  .header("Authorization", "Bearer " + credentials.token().reveal())
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(Json.parse(list.body()).path("items")).hasSize(2);
    }
  }

  @Test
  void aQueryIsRecordedWithItsColumnsAndWhatItGaveOut() throws Exception {
    String token =
        database.write(tx -> {
          governance.principals().create(tx, ann, "test");
          return governance.tokens().createLasting(tx, "ann").text().reveal();
        });
    Router router =
        Router.builder()
            .add(
                new AuthenticatedRoutes(
                    governance.authentication(), List.of(new QueriesApi(queries))))
            .build();
    try (Listener listener = new Listener(ListenerConfig.local(0), router);
        HttpClient client = HttpClient.newHttpClient()) {
      URI uri = listener.address().resolve("/v1/queries");
      String sql = "SELECT name FROM aviation.stage.flights WHERE name > 'f0'";
      HttpResponse<String> answer =
          client.send(post(uri, token, sql), HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);

      AuditRow record = newest();
      assertThat(record.text("action")).isEqualTo("SELECT");
      assertThat(record.text("resource")).isEqualTo("aviation.stage.flights");
      assertThat(record.text("door")).isEqualTo("SQL");
      assertThat(record.text("request"))
          .isEqualTo(answer.headers().firstValue(QueriesApi.ID_HEADER).orElseThrow());
      assertThat(record.text("address")).isEqualTo("127.0.0.1");
      assertThat(record.text("columns")).isEqualTo("[\"name\"]");
      assertThat(record.number("rows")).isEqualTo(2);
      assertThat(record.number("bytes")).isEqualTo(answer.body().length());

      client.send(post(uri, token, "SELEKT"), HttpResponse.BodyHandlers.ofString());
      assertThat(newest().text("action")).isEqualTo("POST");
      assertThat(newest().text("decision")).isEqualTo("DENIED");
      assertThat(newest().text("detail")).isEqualTo("{\"error\":\"SQL_INVALID\"}");
    }
  }

  @Test
  void aTableThatMustNotBeKnownIsRecordedAsRefused() {
    assertThatThrownBy(() -> csv(bob, "SELECT name FROM aviation.stage.flights"))
        .isInstanceOf(NotFound.class);
    governance.audit().flush();

    assertThat(newest().text("principal")).isEqualTo("user:bob");
    assertThat(newest().text("decision")).isEqualTo("DENIED");
    assertThat(newest().text("resource")).isEqualTo("aviation.stage.flights");
  }

  @Test
  void aQueryThatRunsIsStoppedWhenItsRightsAreTakenAndOthersGoOn() throws Exception {
    database.perform(tx -> governance.principals().create(tx, ann, Grant.CLI));
    CompletableFuture<Throwable> failure =
        begin("SELECT count(*) FROM aviation.stage.flights, range(100000000000000)");
    while (!isReading(ann)) {
      Thread.onSpinWait();
    }
    grant(Principal.user("bob"));
    assertThat(failure).isNotDone();

    database.perform(tx -> governance.grants().replaceGit(tx, List.of()));

    assertThat(failure.get(30, TimeUnit.SECONDS))
        .isInstanceOf(Denied.class)
        .hasMessageContaining("What you may see was changed while the query ran");
    assertThat(queries.list(ann).getFirst().state()).isEqualTo(Query.State.CANCELLED);
  }

  @Test
  void aQueryOverWhatTheLakeKeepsOfItselfIsStoppedWhenARightIsTaken() throws Exception {
    database.perform(tx -> governance.principals().create(tx, ann, Grant.CLI));
    CompletableFuture<Throwable> failure =
        begin(
            "SELECT count(*) FROM (SELECT count(*) FROM system.lake.audit),"
                + " range(100000000000000)");
    while (!isReading(ann)) {
      Thread.onSpinWait();
    }
    database.perform(tx -> {
      Resource domain = new Resource.Domain("aviation");
      governance
          .grants()
          .put(tx, new Grant("", Grantee.of(ann), Set.of(Permission.SELECT), domain, Grant.CLI));
    });
    Held more = governance.policy().rights().held(ann);
    assertThat(more.stands(more)).isTrue();
    assertThat(failure).as("more rights stop nothing").isNotDone();

    database.perform(tx -> governance.grants().replaceGit(tx, List.of()));

    assertThat(more.stands(governance.policy().rights().held(ann))).isFalse();
    assertThat(failure.get(30, TimeUnit.SECONDS))
        .isInstanceOf(Denied.class)
        .hasMessageContaining("What you may see was changed while the query ran");
  }

  /** What ends the credentials of ann, or of the session in which she acts as a role. */
  enum End {
    TOKEN_DISABLED,
    TOKEN_DELETED,
    PRINCIPAL_DELETED,
    PRINCIPAL_MADE_ANEW,
    SESSION_OF_WHO_IS_GONE,
    SESSION_OF_A_ROLE_THAT_IS_GONE,
    SESSION_WITHOUT_TRUST
  }

  @ParameterizedTest
  @EnumSource
  void aQueryIsStoppedWhenTheCredentialsThatItCameWithEnd(End end) throws Exception {
    Principal kept = database.write(tx -> governance.principals().create(tx, ann, Grant.CLI));
    String token = database.write(tx -> governance.tokens().createLasting(tx, "ann")).id();
    boolean acts = end.name().startsWith("SESSION");
    Principal asks = acts ? loader(kept) : kept;
    String credential = acts ? "session:" + session(kept) : "token:" + token;
    CompletableFuture<Throwable> failure =
        begin(
            new Caller(
                asks,
                Door.API,
                new Origin("request", "127.0.0.1", credential, null),
                caller(asks).trail()),
            "SELECT count(*) FROM aviation.stage.flights, range(100000000000000)");
    while (!isReading(asks)) {
      Thread.onSpinWait();
    }
    assertThat(failure).isNotDone();

    database.perform(tx -> happens(tx, end, token));

    assertThat(failure.get(30, TimeUnit.SECONDS))
        .isInstanceOf(Denied.class)
        .hasMessageContaining("the credentials that it came with ended");
  }

  private String session(Principal person) {
    Principal role = Principal.role("loader");
    grant(role);
    return database.write(tx -> {
      governance
          .principals()
          .create(
              tx, role, new Principals.About(new TreeSet<>(Set.of(Grantee.of(person)))), Grant.CLI);
      return governance
          .sessions()
          .begin(
              tx,
              person,
              new Scope(EnumSet.noneOf(Door.class), new TreeSet<>()),
              "loader",
              new Sessions.Wish(Optional.empty(), Optional.empty()))
          .id();
    });
  }

  private void happens(Transaction tx, End end, String token) {
    switch (end) {
      case TOKEN_DISABLED -> governance.tokens().disable(tx, "ann", token);
      case TOKEN_DELETED -> governance.tokens().delete(tx, "ann", token);
      case PRINCIPAL_DELETED, SESSION_OF_WHO_IS_GONE -> governance.principals().remove(tx, "ann");
      case PRINCIPAL_MADE_ANEW -> {
        governance.principals().remove(tx, "ann");
        governance.principals().create(tx, ann, Grant.CLI);
      }
      case SESSION_OF_A_ROLE_THAT_IS_GONE -> governance.principals().remove(tx, "loader");
      case SESSION_WITHOUT_TRUST ->
          governance.principals().put(tx, Principal.role("loader"), Grant.CLI);
    }
  }

  private CompletableFuture<Throwable> begin(String endless) {
    return begin(caller(ann), endless);
  }

  /** Runs an endless query of one who may read a table; how it fails. */
  private CompletableFuture<Throwable> begin(Caller caller, String endless) {
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() ->
            failure.complete(
                catchThrowable(() ->
                    queries.run(
                        queries.nextId(),
                        caller,
                        endless,
                        ResultFormat.CSV,
                        new TestEngines.Collected()))));
    return failure;
  }

  /** Whether the policy has let somebody read a table. */
  private boolean isReading(Principal principal) {
    governance.audit().flush();
    return governance.auditRecords().newest(AuditRecords.Filter.all(), Long.MAX_VALUE, 10).stream()
        .anyMatch(row ->
            principal.toString().equals(row.text("principal"))
                && "SELECT".equals(row.text("action")));
  }

  private AuditRow newest() {
    return governance
        .auditRecords()
        .newest(AuditRecords.Filter.all(), Long.MAX_VALUE, 1)
        .getFirst();
  }

  private static HttpRequest post(URI uri, String token, String sql) {
    return HttpRequest.newBuilder(uri)
        .header("Authorization", "Bearer " + token)
        .header("Accept", "application/json")
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(Json.object().put("sql", sql).toString()))
        .build();
  }
}
