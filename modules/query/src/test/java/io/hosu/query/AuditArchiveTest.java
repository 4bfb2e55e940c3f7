package io.hosu.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.events.EventLog;
import io.hosu.events.EventsMigrations;
import io.hosu.governance.Acting;
import io.hosu.governance.Actor;
import io.hosu.governance.AuditRecord;
import io.hosu.governance.AuditRecords;
import io.hosu.governance.AuthenticatedRoutes;
import io.hosu.governance.Caller;
import io.hosu.governance.Doings;
import io.hosu.governance.Door;
import io.hosu.governance.Governance;
import io.hosu.governance.GovernanceMigrations;
import io.hosu.governance.Principal;
import io.hosu.http.Listener;
import io.hosu.http.ListenerConfig;
import io.hosu.http.Router;
import io.hosu.kernel.Ids;
import io.hosu.kernel.Json;
import io.hosu.objects.ObjectFiles;
import io.hosu.objects.ObjectsConfig;
import io.hosu.objects.ObjectsMigrations;
import io.hosu.objects.backend.BlobStore;
import io.hosu.objects.backend.FileBlobStore;
import io.hosu.query.engine.Column;
import io.hosu.query.engine.ResultFormat;
import io.hosu.query.engine.ResultLimits;
import io.hosu.query.engine.SqlParser;
import io.hosu.query.engine.TestEngines;
import io.hosu.store.Database;
import io.hosu.store.Databases;
import io.hosu.store.Migration;
import io.hosu.tables.CommitContext;
import io.hosu.tables.PreparedCommit;
import io.hosu.tables.ScanPlan;
import io.hosu.tables.Tables;
import io.hosu.tables.TablesConfig;
import io.hosu.tables.TablesMigrations;
import io.hosu.testing.ManualClock;
import io.hosu.testing.TestDatabase;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Audit records in SQL, in the state database and in their archive. */
@ParameterizedClass(name = "{0}")
@EnumSource(TestDatabase.class)
class AuditArchiveTest {
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration FOREVER = Duration.ZERO;
  private static final String ALL = "SELECT * FROM system.lake.audit ORDER BY seq";

  private final TestDatabase kind;
  @TempDir Path directory;
  private final ManualClock clock = new ManualClock();
  private final Ids ids = new Ids(clock, new Random(1));
  private final Principal ann = Principal.user("ann");
  private final Principal root = Principal.user("root").asAdministrator();

  private Database database;
  private Governance governance;
  private Tables tables;
  private EngineArchiving archiving;
  private AuditArchive archive;
  private SqlParser parser;
  private Queries queries;

  AuditArchiveTest(TestDatabase kind) {
    this.kind = kind;
  }

  @BeforeEach
  void open() throws IOException {
    List<Migration> migrations = new ArrayList<>(EventsMigrations.all());
    migrations.addAll(GovernanceMigrations.all());
    migrations.addAll(ObjectsMigrations.all());
    migrations.addAll(TablesMigrations.all());
    database = Databases.temporary(kind.newUrl(directory), migrations);
    governance = new Governance(database, directory, clock, ids);
    BlobStore blobs = new FileBlobStore(directory, ids);
    ObjectFiles files = new ObjectFiles(database, blobs, clock, ids, ObjectsConfig.standard());
    EventLog log = new EventLog(database, clock, ids);
    tables = new Tables(database, files, log, clock, ids, TablesConfig.standard());
    archiving = new EngineArchiving(TestEngines.shared(), tables, files, ids);
    archive =
        AuditArchive.of(
            database,
            governance.auditRecords(),
            tables,
            archiving,
            new ArchivedRows(TestEngines.shared()),
            clock);
    parser = new SqlParser(TestEngines.config(1));
    Guard guard = new Guard(parser);
    queries =
        new Queries(
            guard,
            new GrantedViews(guard, governance, tables),
            new SystemTables(
                directory.resolve("system"),
                List.of(new AuditTable(database, tables, governance)),
                clock),
            TestEngines.shared(),
            new QueriesConfig(Duration.ofSeconds(20), ResultLimits.NONE, 10, 2, 4),
            clock,
            ids);
  }

  @AfterEach
  void close() {
    parser.close();
    governance.close();
    database.close();
  }

  private void act(Principal principal, String... actions) {
    for (String action : actions) {
      Caller caller = governance.policy().caller(principal, Door.API, "request");
      governance
          .audit()
          .record(
              AuditRecord.of(clock.instant(), caller, action, "lake", AuditRecord.Verdict.ALLOWED)
                  .showing(new AuditRecord.Shown(List.of("a", "b\"c"), "x > 1", "{}"))
                  .with("reason", "ünï"));
    }
    governance.audit().flush();
  }

  private List<String> sql(Principal principal, String sql) {
    TestEngines.Collected result = new TestEngines.Collected();
    String id = queries.nextId();
    queries.run(
        id, governance.policy().caller(principal, Door.SQL, id), sql, ResultFormat.NDJSON, result);
    return result.text().lines().toList();
  }

  private List<String> actions(Principal principal) {
    return sql(
            principal, "SELECT action FROM system.lake.audit WHERE action != 'SELECT' ORDER BY seq")
        .stream()
        .map(line -> Json.parse(line).path("action").asText())
        .toList();
  }

  private long live() {
    return database.read(tx -> tx.number("SELECT count(*) FROM audit_records"));
  }

  @Test
  void anActIsInSqlAtOnceWithAllThatIsKnownOfIt() {
    act(ann, "CREATE");

    assertThat(sql(root, ALL))
        .singleElement()
        .satisfies(line -> {
          JsonNode row = Json.parse(line);
          assertThat(row.path("seq").asLong()).isEqualTo(1);
          assertThat(row.path("time").asText()).isEqualTo("2026-01-01T12:00:00Z");
          assertThat(row.path("principal").asText()).isEqualTo("user:ann");
          assertThat(row.path("door").asText()).isEqualTo("api");
          assertThat(row.path("decision").asText()).isEqualTo("allowed");
          assertThat(row.path("columns").get(1).asText()).isEqualTo("b\"c");
          assertThat(row.path("filter").asText()).isEqualTo("x > 1");
          assertThat(row.path("hash").asText()).hasSize(64);
        });
  }

  @Test
  void conditionsAreNotToldToWhoIsLimitedByThemLiveOrMoved() {
    String sql = "SELECT action, filter, masks, hash FROM system.lake.audit WHERE action = 'a'";
    String held = "{\"action\":\"a\",\"filter\":\"...\",\"masks\":\"...\",\"hash\":null}";
    act(ann, "a");
    assertThat(sql(ann, sql)).containsExactly(held);
    String guess =
        "SELECT action FROM system.lake.audit WHERE filter = 'x > 1' OR hash IS NOT NULL";
    assertThat(sql(ann, guess)).isEmpty();

    clock.advance(DAY.plus(DAY));
    assertThat(archive.sweep(DAY, FOREVER)).isPositive();
    assertThat(sql(ann, sql)).containsExactly(held);
    assertThat(sql(ann, guess)).isEmpty();
    assertThat(sql(root, sql)).singleElement().asString().contains("x > 1");
  }

  @Test
  void readingTheRecordsIsRecordedToo() {
    sql(root, "SELECT action FROM system.lake.audit WHERE principal = 'user:ann'");

    assertThat(sql(root, "SELECT resource, columns FROM system.lake.audit"))
        .containsExactly(
            "{\"resource\":\"system.lake.audit\",\"columns\":[\"principal\",\"action\"]}");
  }

  @Test
  void aRecordThatMovesStaysTheSameRowAndTheChainStaysWhole() {
    act(ann, "a", "b", "c");
    clock.advance(DAY.plus(DAY));
    act(root, "d");
    List<String> before = sql(root, ALL);

    assertThat(archive.sweep(DAY, FOREVER)).isEqualTo(3);

    assertThat(sql(root, ALL)).startsWith(before.toArray(String[]::new));
    assertThat(actions(root)).containsExactly("a", "b", "c", "d");
    assertThat(archive.sweep(DAY, FOREVER)).isZero();
    assertThat(broken()).isEmpty();
  }

  @Test
  void fewWaitForOthersUntilTheOldestWaitedForLong() {
    act(ann, "a");
    clock.advance(DAY.plus(Duration.ofMinutes(59)));
    assertThat(archive.sweep(DAY, FOREVER)).isZero();

    clock.advance(Duration.ofMinutes(2));
    assertThat(archive.sweep(DAY, FOREVER)).isEqualTo(1);
  }

  @Test
  void everybodySeesWhatTheyDidThemselvesInBothPlaces() {
    act(ann, "a");
    act(root, "b");
    clock.advance(DAY.plus(DAY));
    archive.sweep(DAY, FOREVER);
    act(ann, "c");
    act(root, "d");

    assertThat(actions(ann)).containsExactly("a", "c");
    assertThat(actions(root)).containsExactly("a", "b", "c", "d");
  }

  @Test
  void whoActsAsARoleSeesNothingOfOthersWhoDoNeitherHereNorInTheArchive() {
    Principal bob = Principal.user("bob");
    act(loader(ann), "a");
    act(loader(bob), "b");
    clock.advance(DAY.plus(DAY));
    archive.sweep(DAY, FOREVER);
    act(loader(ann), "c");
    act(loader(bob), "d");
    act(ann, "e");

    assertThat(actions(loader(ann))).containsExactly("a", "c");
    assertThat(actions(loader(bob))).containsExactly("b", "d");
    assertThat(actions(ann)).containsExactly("a", "c", "e");
    assertThat(actions(Principal.role("loader"))).isEmpty();
    var moved = database.read(archive::at);
    assertThat(moved.newest(own(loader(bob)), Long.MAX_VALUE, 10))
        .extracting(row -> row.text("action"))
        .containsExactly("b");
  }

  private static AuditRecords.Filter own(Principal principal) {
    return AuditRecords.Filter.of(new Doings.By(Actor.seenBy(principal), Instant.EPOCH));
  }

  private static Principal loader(Principal person) {
    var nothing = new Acting.Claimed(new TreeSet<>(), Instant.MAX);
    return Principal.role("loader")
        .acting(new Acting(Optional.of(person.toString()), "", List.of(), nothing));
  }

  @Test
  void theListGoesOnInTheArchive() {
    act(ann, "a", "b");
    act(root, "c");
    clock.advance(DAY.plus(DAY));
    archive.sweep(DAY, FOREVER);
    act(ann, "d");

    var moved = database.read(archive::at);
    assertThat(moved.newest(AuditRecords.Filter.all(), Long.MAX_VALUE, 2))
        .extracting(row -> row.text("action"))
        .containsExactly("c", "b");
    assertThat(moved.newest(own(ann), 2, 10))
        .extracting(row -> row.text("action"))
        .containsExactly("a");
    var late =
        new AuditRecords.Filter(new Doings.All(), Optional.of(clock.instant()), Optional.empty());
    assertThat(moved.newest(late, Long.MAX_VALUE, 10)).isEmpty();
    var denied =
        new AuditRecords.Filter(
            new Doings.All(), Optional.empty(), Optional.of(AuditRecord.Verdict.DENIED));
    assertThat(moved.newest(denied, Long.MAX_VALUE, 10)).isEmpty();
    var allowed =
        new AuditRecords.Filter(
            new Doings.Of("ann"),
            Optional.of(clock.instant().minus(DAY.multipliedBy(3))),
            Optional.of(AuditRecord.Verdict.ALLOWED));
    assertThat(moved.newest(allowed, Long.MAX_VALUE, 10)).hasSize(2);
  }

  @Test
  void retentionRemovesWholeFilesFromTheOldestOnAndTheChainStaysWhole() {
    act(ann, "a", "b");
    clock.advance(DAY.plus(DAY));
    archive.sweep(DAY, FOREVER);
    act(ann, "c");
    clock.advance(DAY.plus(DAY));
    archive.sweep(DAY, FOREVER);
    act(ann, "d");

    archive.sweep(DAY, DAY.multipliedBy(3));

    assertThat(actions(root)).containsExactly("c", "d");
    assertThat(broken()).isEmpty();
    clock.advance(DAY.multipliedBy(30));
    archive.sweep(DAY, DAY.multipliedBy(3));
    assertThat(actions(root)).isEmpty();
    assertThat(broken()).isEmpty();
  }

  @Test
  void aRecordThatWasRemovedFromTheArchiveIsNamed() {
    moved();
    replaceArchive(rows -> rows.remove(1));

    assertThat(broken()).contains("Record 2 is missing.");
  }

  @Test
  void aRecordThatWasChangedInTheArchiveIsNamed() {
    moved();
    replaceArchive(rows -> rows.get(1).put("principal", "user:bob"));

    assertThat(broken()).hasValueSatisfying(what -> assertThat(what).startsWith("Record 2 ("));
  }

  @Test
  void aRecordThatWasDoubledInTheArchiveIsNamed() {
    moved();
    replaceArchive(rows -> rows.add(rows.get(1)));

    assertThat(broken())
        .hasValueSatisfying(what -> assertThat(what).contains("Record 2 (", "added"));
  }

  @Test
  void anArchiveThatIsGoneIsNoticed() {
    moved();
    database.perform(tx -> tables.drop(tx, AuditArchive.TABLE));

    assertThat(broken()).contains("Record 1 is missing.");
  }

  @Test
  void whoDiesBeforeItIsDoneLeavesEachRecordInOnePlace() {
    act(ann, "a", "b");
    clock.advance(DAY.plus(DAY));
    Archiving dying =
        writing -> {
          Archiving.Prepared prepared =
              archiving.into(AuditArchive.TABLE, AuditTable.COLUMNS).prepare(writing);
          prepared.close();
          throw new IllegalStateException("dead");
        };

    assertThatThrownBy(() -> archive(dying).sweep(DAY, FOREVER)).hasMessage("dead");

    assertThat(live()).isEqualTo(2);
    assertThat(actions(root)).containsExactly("a", "b");
  }

  @Test
  void whatAnotherServerMovesMeanwhileIsMovedOnce() {
    act(ann, "a", "b");
    clock.advance(DAY.plus(DAY));
    Archiving late =
        writing -> {
          archive.sweep(DAY, FOREVER);
          return archiving.into(AuditArchive.TABLE, AuditTable.COLUMNS).prepare(writing);
        };

    assertThat(archive(late).sweep(DAY, FOREVER)).isZero();

    assertThat(actions(root)).containsExactly("a", "b");
    assertThat(broken()).isEmpty();
  }

  @Test
  void whatMovedBeforeRecordsNamedALifeIsReadAsItWas() {
    List<Column> older =
        AuditTable.COLUMNS.stream().filter(column -> !column.name().equals("life")).toList();
    act(ann, "a");
    clock.advance(DAY.plus(DAY));
    archive(archiving.into(AuditArchive.TABLE, older)).sweep(DAY, FOREVER);
    act(ann, "b");

    assertThat(actions(ann)).containsExactly("a", "b");
    assertThat(broken()).isEmpty();
    var moved = database.read(archive::at);
    assertThat(moved.newest(own(ann), Long.MAX_VALUE, 10)).hasSize(1);
    clock.advance(DAY.plus(DAY));
    archive.sweep(DAY, FOREVER);
    assertThat(actions(ann)).containsExactly("a", "b");
    assertThat(broken()).isEmpty();
  }

  @Test
  void whoIsMadeAnewUnderAnOldNameSeesNothingOfTheOldOneInTheArchive() {
    Principal zoe =
        database.write(tx -> governance.principals().create(tx, Principal.user("zoe"), "cli"));
    act(zoe, "a");
    clock.advance(DAY.plus(DAY));
    archive.sweep(DAY, FOREVER);
    act(zoe, "b");
    database.perform(tx -> governance.principals().remove(tx, "zoe"));
    clock.advance(DAY.multipliedBy(-9));
    Principal anew =
        database.write(tx -> governance.principals().create(tx, Principal.user("zoe"), "cli"));
    act(anew, "c");

    assertThat(actions(anew)).containsExactly("c");
    var moved = database.read(archive::at);
    assertThat(
            moved.newest(AuditRecords.Filter.of(governance.policy().own(anew)), Long.MAX_VALUE, 10))
        .isEmpty();
    assertThat(actions(root)).containsExactly("a", "b", "c");
  }

  private AuditArchive archive(Archiving with) {
    return new AuditArchive(
        database,
        governance.auditRecords(),
        tables,
        with,
        new ArchivedRows(TestEngines.shared()),
        clock);
  }

  /** Three records in the archive and one that is not. */
  private void moved() {
    act(ann, "a", "b", "c");
    clock.advance(DAY.plus(DAY));
    act(ann, "d");
    assertThat(archive.sweep(DAY, FOREVER)).isEqualTo(3);
    assertThat(broken()).isEmpty();
  }

  private interface Tampering {
    void with(List<ObjectNode> rows);
  }

  /** Writes other rows in the place of those of the archive, as somebody could who has the disk. */
  private void replaceArchive(Tampering tampering) {
    ScanPlan plan = tables.plan(AuditArchive.TABLE);
    List<ObjectNode> rows =
        new ArrayList<>(
            new ArchivedRows(TestEngines.shared())
                .list(plan, "SELECT * EXCLUDE (_file) FROM archived ORDER BY seq"));
    tampering.with(rows);
    List<String> paths = plan.paths().stream().map(Path::toString).toList();
    try (PreparedCommit commit =
        tables.prepare(CommitContext.of("somebody"), List.of(tables.withoutFiles(plan, paths)))) {
      database.perform(commit::publish);
    }
    try (Archiving.Prepared prepared =
        archiving
            .into(AuditArchive.TABLE, AuditTable.COLUMNS)
            .prepare(file -> {
              try (JsonLines lines = new JsonLines(file)) {
                for (ObjectNode row : rows) {
                  lines.add(json -> {
                    for (var field : row.properties()) {
                      json.writeFieldName(field.getKey());
                      json.writeTree(field.getValue());
                    }
                  });
                }
                return lines.longest();
              }
            })) {
      database.perform(prepared::publish);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** What the API's walk over the chain finds. */
  private Optional<String> broken() {
    JsonNode found = get("/v1/audit/verify").path("broken");
    return found.isNull() ? Optional.empty() : Optional.of(found.path("what").asText());
  }

  @Test
  void theApiListsBothPlacesInTheirOrder() {
    act(ann, "a", "b");
    clock.advance(DAY.plus(DAY));
    archive.sweep(DAY, FOREVER);
    act(ann, "c", "d");

    List<String> actions = new ArrayList<>();
    String next = "";
    do {
      JsonNode page = get("/v1/audit?principal=ann&limit=3" + next);
      page.path("items").forEach(item -> actions.add(item.path("action").asText()));
      next = page.path("next").isNull() ? "" : "&next=" + page.path("next").asText();
    } while (!next.isEmpty());
    assertThat(actions).containsExactly("d", "c", "b", "a");
  }

  private JsonNode get(String path) {
    String token =
        database.write(tx -> {
          governance.principals().put(tx, root, "test");
          return governance.tokens().createLasting(tx, "root").text().reveal();
        });
    var routes =
        new AuthenticatedRoutes(governance.authentication(), List.of(governance.auditApi(archive)));
    try (Listener listener =
            new Listener(ListenerConfig.local(0), Router.builder().add(routes).build());
        HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(listener.address().resolve(path))
              .header("Authorization", "Bearer " + token)
              .build();
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      return Json.parse(answer.body());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
