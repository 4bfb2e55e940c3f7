package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.events.DeadLetter;
import io.hosu.events.DeadLetterFilter;
import io.hosu.events.DeadLetters;
import io.hosu.events.EventFilter;
import io.hosu.events.EventLog;
import io.hosu.events.EventRouter;
import io.hosu.events.EventsMigrations;
import io.hosu.events.LoggedEvent;
import io.hosu.events.Queues;
import io.hosu.events.Redriving;
import io.hosu.events.Replays;
import io.hosu.events.Rules;
import io.hosu.events.ScheduleClock;
import io.hosu.events.Schedules;
import io.hosu.governance.GovernanceMigrations;
import io.hosu.governance.Grants;
import io.hosu.kernel.Event;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Ids;
import io.hosu.kernel.Json;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.store.Database;
import io.hosu.store.Databases;
import io.hosu.store.Migration;
import io.hosu.store.Transaction;
import io.hosu.testing.CrashPoints;
import io.hosu.testing.ManualClock;
import io.hosu.testing.TestDatabase;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * A lake whose objects and tables are rows of the state database: everything else is real. What
 * happens to an object says the end of its key: {@code .ok}; {@code .bad}, whose records cannot be
 * read; {@code .odd}, at which the SQL fails without saying where; {@code .flaky}, at which the
 * machine fails two times; {@code .nul}, the record of which no database keeps; {@code .refused},
 * the failure of which cannot be recorded; {@code .broken}, which breaks the machine.
 */
final class World implements AutoCloseable {
  static final String LAYER = "raw";
  private static final String TABLES =
      """
      CREATE TABLE lake_objects (name TEXT PRIMARY KEY, version TEXT NOT NULL, sha256 TEXT NOT NULL,
        made_at BIGINT NOT NULL);
      CREATE TABLE lake_versions (name TEXT NOT NULL, version TEXT PRIMARY KEY,
        sha256 TEXT NOT NULL);
      CREATE TABLE lake_rows (tab TEXT NOT NULL, object TEXT NOT NULL, version TEXT NOT NULL,
        sha256 TEXT NOT NULL, execution TEXT NOT NULL, place BIGINT NOT NULL);
      CREATE TABLE lake_archive (line TEXT NOT NULL);
      """;

  final ManualClock clock = new ManualClock();
  final Database database;
  private final SwappedDatabase state;
  private final List<Migration> migrations;
  final Random random;
  final Map<String, Integer> faults = new HashMap<>();
  boolean refusesNextWrite;

  /** From now on the SQL of all stages is one that reads {@code .bad} objects too. */
  boolean hasBetterSql;

  final Ids ids;
  final EventLog log;
  final WorldArchive archive;

  World(TestDatabase kind, Path directory, long seed) {
    this.migrations = new ArrayList<>(EventsMigrations.all());
    migrations.addAll(GovernanceMigrations.all());
    migrations.addAll(PipelinesMigrations.all());
    migrations.add(new Migration("world", 1, TABLES));
    this.state = new SwappedDatabase(Databases.temporary(kind.newUrl(directory), migrations));
    this.database = state;
    this.archive = new WorldArchive(database, directory);
    this.random = new Random(seed);
    this.ids = new Ids(clock, new Random(seed + 1));
    this.log = new EventLog(database, clock, ids);
  }

  /**
   * Goes on with what a process has left that lived the same life and ended at the same point: the
   * state database in {@code left}, which must tell of the same executions.
   */
  void takeOver(Path left) {
    List<String> here = executionsNow();
    state.swap(Databases.temporary(TestDatabase.SQLITE.newUrl(left), migrations));
    if (!executionsNow().equals(here)) {
      throw new AssertionError("%s, but left: %s".formatted(here, executionsNow()));
    }
  }

  private List<String> executionsNow() {
    return database.read(tx ->
        tx.list(
            "SELECT id, status, attempt FROM executions ORDER BY id",
            row -> row.text("id") + " " + row.text("status") + " " + row.number("attempt")));
  }

  /** A stage whose table keeps the rows of each version of an object. */
  static StageSpec stage(String name, Trigger on, Target.Mode mode, Batch batch, Retry retry) {
    return stage(name, on, mode, batch, retry, Versions.KEEP);
  }

  static StageSpec stage(
      String name, Trigger on, Target.Mode mode, Batch batch, Retry retry, Versions versions) {
    StageName stage = StageName.parse(name);
    return new StageSpec(
        stage,
        on,
        batch,
        new Input(
            FormatSpec.BY_ENDING,
            BadRecords.FAIL,
            Tolerance.NOTHING,
            Reprocess.CHANGED,
            versions,
            Input.STANDARD.maxRecordBytes()),
        new Transform.Sql("q.sql", "SELECT 1"),
        new Target(
            new TableName(stage.domain(), "stage", stage.stage()),
            mode,
            mode == Target.Mode.MERGE ? List.of("id") : List.of(),
            List.of(),
            List.of()),
        new Running(retry, Duration.ofHours(1), 1, true));
  }

  /** The same stage that runs otherwise. */
  static StageSpec with(StageSpec stage, Running running) {
    return new StageSpec(
        stage.name(),
        stage.on(),
        stage.batch(),
        stage.input(),
        stage.transform(),
        stage.into(),
        running);
  }

  static final Retry TWO_RETRIES = new Retry(2, Duration.ofSeconds(10), new BigDecimal("1.5"));

  /** Puts an object; its event is in the log at once. */
  String put(String key, String content) {
    return database.write(tx -> put(tx, key, content));
  }

  /** Puts many objects at once. */
  void putAll(Collection<String> keys, String content) {
    database.perform(tx -> keys.forEach(key -> put(tx, key, content)));
  }

  private String put(Transaction tx, String key, String content) {
    String version = ids.next();
    String name = LAYER + "/" + key;
    tx.update(
        """
        INSERT INTO lake_objects (name, version, sha256, made_at) VALUES (?, ?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET version = excluded.version, sha256 = excluded.sha256,
          made_at = excluded.made_at\
        """,
        name,
        version,
        content,
        clock.instant());
    tx.update(
        "INSERT INTO lake_versions (name, version, sha256) VALUES (?, ?, ?)",
        name,
        version,
        content);
    append(tx, EventObject.CREATED, key, version, content.length());
    return version;
  }

  /** Has the event of an object's current version come a second time, if it is there. */
  void tellAgain(String key) {
    database.perform(tx ->
        tx.find(
                "SELECT * FROM lake_objects WHERE name = ?",
                WorldObjects::object,
                LAYER + "/" + key)
            .ifPresent(object ->
                append(tx, EventObject.CREATED, key, object.version(), object.sha256().length())));
  }

  /** Deletes an object; its event is in the log at once when there was one. */
  void delete(String key) {
    String name = LAYER + "/" + key;
    database.perform(tx -> {
      if (tx.update("DELETE FROM lake_objects WHERE name = ?", name) > 0) {
        append(tx, EventObject.DELETED, key, ids.next(), 0);
      }
    });
  }

  private void append(Transaction tx, String type, String key, String version, int size) {
    ObjectNode detail = Json.object();
    detail.putObject("bucket").put("name", LAYER);
    detail.putObject("object").put("key", key).put("version-id", version).put("size", size);
    log.append(tx, "hosu.objects", type, "a", List.of(LAYER + "/" + key), detail);
  }

  void commit(String table) {
    database.perform(tx ->
        log.append(
            tx,
            "hosu.catalog",
            "Table Committed",
            "a",
            List.of(table),
            Json.object().put("table", table)));
  }

  /** A moment of a stage's schedule. */
  void tick(String stage) {
    database.perform(tx ->
        log.append(
            tx, Schedules.SOURCE, Schedules.DETAIL_TYPE, "a", List.of(stage), Json.object()));
  }

  /** The rows of a stage's table as {@code key=content}, sorted. */
  List<String> rows(String table) {
    return database.read(tx ->
        tx.list(
            "SELECT object, sha256 FROM lake_rows WHERE tab = ? ORDER BY object, version",
            row -> row.text("object").substring(LAYER.length() + 1) + "=" + row.text("sha256"),
            "a.stage." + table));
  }

  /** The rows of a stage's table as {@code key=content}, in the order in which they came. */
  List<String> history(String table) {
    return published(table).stream().map(Published::row).toList();
  }

  /** The rows of a stage's table, in the order in which they came. */
  List<Published> published(String table) {
    return database.read(tx ->
        tx.list(
            "SELECT object, sha256, execution FROM lake_rows WHERE tab = ? ORDER BY place",
            row ->
                new Published(
                    row.text("object").substring(LAYER.length() + 1) + "=" + row.text("sha256"),
                    row.text("execution")),
            "a.stage." + table));
  }

  /** A row, and the execution that published it. */
  record Published(String row, String execution) {}

  List<InputObject> objects() {
    return database.read(
        tx -> tx.list("SELECT * FROM lake_objects ORDER BY name", WorldObjects::object));
  }

  /** What the events are about that no rule took. */
  List<String> unmatched() {
    return log.list(EventFilter.ALL.untaken(), 1000).items().stream()
        .filter(logged -> !logged.event().source().equals("hosu.pipelines"))
        .flatMap(logged -> logged.event().resources().stream())
        .toList();
  }

  Tracing tracing() {
    return new Tracing(database, log, (_, _) -> Optional.empty());
  }

  /** The events that the filter lets through, newest first. */
  List<Event> events(EventFilter filter) {
    return log.list(filter, 1000).items().stream().map(LoggedEvent::event).toList();
  }

  DeadLetters letters() {
    return new DeadLetters(new Queues(log, clock, ids));
  }

  long count(String table) {
    return database.<Long>read(tx -> tx.number("SELECT COUNT(*) FROM " + table));
  }

  /** Every attempt of a stage that ever began, as {@code execution/attempt}, sorted. */
  List<String> attempts(Transaction tx, StageName stage) {
    return tx.list(
        """
        SELECT id, attempt FROM executions
        WHERE domain = ? AND pipeline = ? AND stage = ? AND attempt > 0 ORDER BY id\
        """,
        row -> row.text("id") + "/" + row.number("attempt"),
        stage.domain(),
        stage.pipeline(),
        stage.stage());
  }

  List<DeadLetter> deadLetters() {
    return database.read(tx -> letters().list(tx, DeadLetterFilter.ALL, 1000).items());
  }

  void redrive(Collection<String> letters) {
    new Redriving(database, new Queues(log, clock, ids)).redrive(letters, "tester");
  }

  private void refuseOnce() {
    if (refusesNextWrite) {
      refusesNextWrite = false;
      throw new Invalid(
          WorldTransforming.WorldError.RECORD_BAD, "This cannot be kept.", "Send another.");
    }
  }

  /** A server on this world, whose process may die at any of its durable writes. */
  Server server(CrashPoints points, boolean alone) {
    return new Server(points, alone);
  }

  Server server() {
    return server(CrashPoints.never(), true);
  }

  @Override
  public void close() {
    database.close();
  }

  /** One life of a server process; its attempts run when the test says so. */
  final class Server {
    final Deque<Runnable> attempts = new ArrayDeque<>();
    final Pipelines pipelines;
    final EventRouter router;
    final Replays replays;
    private final Database mortal;
    final ScheduleClock scheduleClock;
    final Redriving redriving;
    private final DeadLetters letters;

    Server(CrashPoints points, boolean alone) {
      mortal = new MortalDatabase(database, points, World.this::refuseOnce);
      Ids own = new Ids(clock, new Random(random.nextLong()));
      EventLog events = new EventLog(mortal, clock, own);
      Queues queues = new Queues(events, clock, own);
      router = new EventRouter(mortal, events, queues);
      replays = new Replays(mortal, events, queues, clock, own);
      letters = new DeadLetters(queues);
      redriving = new Redriving(mortal, queues);
      Schedules schedules = new Schedules(events, clock);
      scheduleClock = new ScheduleClock(mortal, schedules, clock);
      pipelines =
          new Pipelines(
              new Pipelines.Parts(
                  mortal,
                  events,
                  new Rules(),
                  schedules,
                  queues,
                  router,
                  new Grants(mortal, clock, own),
                  clock,
                  own),
              new WorldObjects(),
              _ -> new WorldTransforming(World.this, points),
              new DispatcherConfig(4, Duration.ofSeconds(30), alone),
              attempts::add);
    }

    void apply(StageSpec... stages) {
      database.perform(tx -> List.of(stages).forEach(stage -> pipelines.stages().put(tx, stage)));
    }

    /** What moves executions to another place of the same database. */
    ExecutionArchive archive() {
      return new ExecutionArchive(mortal, letters, archive, clock);
    }

    /** Tells stages something, as a person does. */
    List<StageHolds.Obeyed> tell(StageHolds.Verb verb, StageName... names) {
      return pipelines
          .holds()
          .obey(new StageHolds.Order(verb, "user:ann", "a reason"), List.of(names));
    }

    /** Does all that can be done without time passing. */
    void settle() {
      boolean moved = true;
      while (moved) {
        moved = router.routeOnce() > 0;
        moved |= pipelines.feed();
        pipelines.beat();
        pipelines.step();
        while (!attempts.isEmpty()) {
          attempts.remove().run();
          moved = true;
          pipelines.step();
        }
      }
    }

    /** Lets time pass until nothing moves by itself any more. */
    void finish() {
      settle();
      for (int i = 0; i < 200 && !pipelines.pending().isNone(); i++) {
        clock.advance(Duration.ofSeconds(10));
        settle();
      }
    }
  }
}
