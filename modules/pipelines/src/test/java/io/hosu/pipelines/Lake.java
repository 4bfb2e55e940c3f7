package io.hosu.pipelines;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.events.DeadLetter;
import io.hosu.events.DeadLetterFilter;
import io.hosu.events.DeadLetters;
import io.hosu.events.EventLog;
import io.hosu.events.EventRouter;
import io.hosu.events.EventsMigrations;
import io.hosu.events.Queues;
import io.hosu.events.Redriving;
import io.hosu.events.Rules;
import io.hosu.events.ScheduleClock;
import io.hosu.events.Schedules;
import io.hosu.governance.AccessNews;
import io.hosu.governance.Caller;
import io.hosu.governance.Door;
import io.hosu.governance.Governance;
import io.hosu.governance.GovernanceConfig;
import io.hosu.governance.GovernanceMigrations;
import io.hosu.governance.Grant;
import io.hosu.governance.Grantee;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.kernel.Ids;
import io.hosu.kernel.Json;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.objects.Buckets;
import io.hosu.objects.ObjectFiles;
import io.hosu.objects.Objects;
import io.hosu.objects.ObjectsConfig;
import io.hosu.objects.ObjectsMigrations;
import io.hosu.objects.Payload;
import io.hosu.objects.PutOptions;
import io.hosu.objects.backend.FileBlobStore;
import io.hosu.pipelines.crawl.AddFilesApi;
import io.hosu.pipelines.crawl.Crawler;
import io.hosu.pipelines.crawl.Crawling;
import io.hosu.pipelines.crawl.Crawls;
import io.hosu.pipelines.crawl.CrawlsApi;
import io.hosu.pipelines.crawl.DeclaredTables;
import io.hosu.pipelines.crawl.FilesInPlace;
import io.hosu.pipelines.crawl.ProposalsApi;
import io.hosu.pipelines.crawl.RunningLooks;
import io.hosu.query.GrantedViews;
import io.hosu.query.Guard;
import io.hosu.query.Queries;
import io.hosu.query.QueriesConfig;
import io.hosu.query.RowSearch;
import io.hosu.query.SystemTables;
import io.hosu.query.engine.Column;
import io.hosu.query.engine.EngineConfig;
import io.hosu.query.engine.EnginePool;
import io.hosu.query.engine.EngineSession;
import io.hosu.query.engine.EngineView;
import io.hosu.query.engine.Engines;
import io.hosu.query.engine.Looker;
import io.hosu.query.engine.ResultFormat;
import io.hosu.query.engine.ResultLimits;
import io.hosu.query.engine.ResultSink;
import io.hosu.query.engine.SessionRecord;
import io.hosu.query.engine.SessionRequest;
import io.hosu.query.engine.SqlParser;
import io.hosu.query.engine.WorkbookLimits;
import io.hosu.store.Database;
import io.hosu.store.Databases;
import io.hosu.store.Migration;
import io.hosu.tables.Clones;
import io.hosu.tables.EarlierTables;
import io.hosu.tables.ScanPlan;
import io.hosu.tables.Tables;
import io.hosu.tables.TablesConfig;
import io.hosu.tables.TablesMigrations;
import io.hosu.testing.TestDatabase;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A whole lake in a directory, with real objects, tables and engines. */
final class Lake implements AutoCloseable {
  private static final Path HOME = Path.of("target", "engines").toAbsolutePath();
  private static @Nullable EnginePool engines;
  private static @Nullable SqlParser parser;

  private final Path directory;
  final Database database;
  final Tables tables;
  final Pipelines pipelines;
  final Redrives redrives;
  final Governance governance;
  private final EventRouter router;
  private final ScheduleClock scheduleClock;
  private final Objects objects;
  final ObjectFiles files;
  private final DeadLetters deadLetters;
  private final Pipelines.Parts parts;
  private final Pipelines.Work work;
  final EventLog events;
  final FileBlobStore blobs;
  final Queues queues;
  final Ids ids;

  /** What a lake project says of tables. */
  volatile DeclaredTables declared = DeclaredTables.NONE;

  /** Run after each transform, before its outcome is published. */
  volatile Consumer<Transforming.Work> prepared = _ -> {};

  /** Run before each transform, once its input is known. */
  volatile Consumer<Transforming.Work> preparing = _ -> {};

  /** Run before each engine is opened for a stage. */
  volatile Consumer<SessionRequest> opening = _ -> {};

  /** Run after each session of an engine is open, before anything is done in it. */
  volatile Runnable opened = () -> {};

  Lake(Path directory) throws IOException {
    this(directory, TestDatabase.SQLITE);
  }

  Lake(Path directory, TestDatabase kind) throws IOException {
    this.directory = directory;
    InstantSource clock = InstantSource.system();
    ids = new Ids(clock, new Random(1));
    List<Migration> migrations = new ArrayList<>(EventsMigrations.all());
    migrations.addAll(GovernanceMigrations.all());
    migrations.addAll(ObjectsMigrations.all());
    migrations.addAll(TablesMigrations.all());
    migrations.addAll(PipelinesMigrations.all());
    database = Databases.temporary(kind.newUrl(directory), migrations);
    governance =
        new Governance(
            database,
            directory,
            clock,
            ids,
            GovernanceConfig.standard(),
            AccessNews.NONE,
            Clones::cloned);
    events = new EventLog(database, clock, ids);
    queues = new Queues(events, clock, ids);
    router = new EventRouter(database, events, queues);
    deadLetters = new DeadLetters(queues);
    blobs = new FileBlobStore(directory, ids);
    allow("tester", Permission.READ_OBJECTS, Permission.WRITE_OBJECTS);
    allow("root", Permission.SELECT);
    objects = new Objects(database, blobs, events, governance.policy(), clock, ids);
    files = new ObjectFiles(database, blobs, clock, ids, ObjectsConfig.standard());
    tables = new Tables(database, files, events, clock, ids, TablesConfig.standard());
    database.perform(tx ->
        List.of("raw", "stage", "analytics")
            .forEach(layer -> new Buckets(database, clock).create(tx, layer)));
    Schedules schedules = new Schedules(events, clock);
    scheduleClock = new ScheduleClock(database, schedules, clock);
    parts =
        new Pipelines.Parts(
            database,
            events,
            new Rules(),
            schedules,
            queues,
            router,
            governance.grants(),
            clock,
            ids);
    Transforming sql =
        new SqlTransforming(
            watchedEngines(),
            new Guard(parser()),
            tables,
            files,
            new StageTables(database, tables, governance.policy()),
            clock);
    work = new Pipelines.Work(governance.policy(), files, tables, engines(), new Guard(parser()));
    pipelines =
        new Pipelines(
            parts,
            new LakeObjects(files),
            stages ->
                watched(
                    new ByTransform(
                        sql,
                        new Crawling(
                            parts,
                            work,
                            stages,
                            objects,
                            new Looker(engines()),
                            (table, columns) -> declared.edited(table, columns)))),
            new DispatcherConfig(2, Duration.ofSeconds(30), true),
            attempt -> Thread.ofVirtual().name("attempt").start(attempt));
    redrives =
        pipelines.redrives(
            new Pipelines.Work(governance.policy(), files, tables, engines(), new Guard(parser())));
    router.start();
    scheduleClock.start();
    pipelines.start();
  }

  /** What crawls the objects of this lake. */
  CrawlsApi crawls() {
    return new CrawlsApi(
        new Crawls(
            database,
            new Crawler(objects, files, new Looker(engines())),
            pipelines,
            tables,
            governance.policy(),
            InstantSource.system(),
            new RunningLooks(InstantSource.system()),
            filesInPlace()));
  }

  /** What people decide about the proposals of crawlers. */
  ProposalsApi proposals() {
    return new ProposalsApi(
        parts, work, pipelines.stages(), (table, columns) -> declared.edited(table, columns));
  }

  /** What makes objects of this lake files of tables where they lie. */
  AddFilesApi addFiles() {
    return new AddFilesApi(filesInPlace(), new RunningLooks(InstantSource.system()));
  }

  private FilesInPlace filesInPlace() {
    InstantSource clock = InstantSource.system();
    Pipelines.Parts parts =
        new Pipelines.Parts(
            database,
            events,
            new Rules(),
            new Schedules(events, clock),
            queues,
            router,
            governance.grants(),
            clock,
            ids);
    Pipelines.Work work =
        new Pipelines.Work(governance.policy(), files, tables, engines(), new Guard(parser()));
    return new FilesInPlace(
        objects,
        files,
        new Looker(engines()),
        new Imports(parts, work),
        tables,
        governance.policy());
  }

  /** Puts the rows of a SELECT as a Parquet object, as a client would. */
  void putParquet(String object, String select) throws IOException {
    Path output = Files.createDirectories(directory.resolve("parquet-" + ids.next()));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SessionRequest request = new SessionRequest("", List.of(), null, output, Duration.ofMinutes(1));
    try (EngineSession session = engines().open(request)) {
      session.query(select, ResultFormat.PARQUET, ResultLimits.NONE, collecting(out));
    }
    put(object, out.toByteArray());
  }

  /** Executions of this lake as OpenLineage tells them. */
  OpenLineageApi openLineage() {
    return new OpenLineageApi(
        runs(database),
        new OpenLineageFeed(database, events),
        governance.policy(),
        InstantSource.system());
  }

  /** Lineage of values of this lake. */
  ValueLineageApi values() {
    Guard guard = new Guard(parser());
    ValueLineage lineage =
        new ValueLineage(
            new RowSearch(guard, new GrantedViews(guard, governance, tables), engines()),
            new EarlierTables(database, tables),
            runs(database).states(),
            tracing());
    return new ValueLineageApi(lineage, tracing(), governance.policy());
  }

  /** Where executions and what they wrote are found. */
  OpenLineageRuns.Lake runs() {
    return runs(database);
  }

  private OpenLineageRuns.Lake runs(Database through) {
    return new OpenLineageRuns.Lake(
        through,
        pipelines.executions(),
        history(),
        new LineageStates(through, pipelines.stages(), tables, new Guard(parser())));
  }

  /** What tells another system of executions, whose server has this database. */
  OpenLineagePush push(OpenLineageConfig config, Database through, InstantSource clock) {
    return new OpenLineagePush(
        config,
        new Pipelines.Parts(
            through,
            new EventLog(through, clock, ids),
            new Rules(),
            new Schedules(events, clock),
            queues,
            router,
            governance.grants(),
            clock,
            ids),
        runs(through));
  }

  ArchivedExecutions history() {
    return new ArchivedExecutions(database, events, tables, engines());
  }

  Seen seen(Principal principal) {
    return Seen.of(governance.policy().rights(), principal);
  }

  /** The result of a query of {@code principal}, each row as JSON. */
  List<String> sql(Principal principal, String sql) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    InstantSource clock = InstantSource.system();
    try (SystemTables system =
        new SystemTables(
            directory.resolve("system"),
            List.of(new ExecutionsTable(database, tables, governance.policy())),
            clock)) {
      Guard guard = new Guard(parser());
      Queries queries =
          new Queries(
              guard,
              new GrantedViews(guard, governance, tables),
              system,
              engines(),
              new QueriesConfig(Duration.ofMinutes(1), ResultLimits.NONE, 10, 2, 4),
              clock,
              ids);
      String id = queries.nextId();
      Caller caller = governance.policy().caller(principal, Door.SQL, id);
      queries.run(id, caller, sql, ResultFormat.NDJSON, collecting(out));
    }
    return out.toString(UTF_8).lines().toList();
  }

  void grant(Principal principal, Permission permission, String on) {
    database.perform(tx ->
        governance
            .grants()
            .put(
                tx, Grant.declared(Grantee.of(principal), Set.of(permission), Resource.parse(on))));
  }

  private static ResultSink collecting(ByteArrayOutputStream out) {
    return new ResultSink() {
      @Override
      public void columns(List<Column> columns) {}

      @Override
      public void bytes(byte[] chunk) throws IOException {
        out.write(chunk);
      }
    };
  }

  /** Ends all that works by itself, so that nothing moves but what a {@link Life} is told to do. */
  void stop() {
    scheduleClock.close();
    router.close();
    pipelines.close();
  }

  /** Another process, with a database of its own, that does what is due when it is told to. */
  Life life(Database other) {
    return new Life(other);
  }

  /** One life of a process on one thread. */
  final class Life {
    final Pipelines pipelines;
    final Redrives redrives;
    final Rollbacks rollbacks;
    final ExecutionArchive archive;
    final Upkeep upkeep;
    final UpkeepPass pass;
    final LegalDeletion deletion;
    private final EventRouter router;
    private final Deque<Runnable> attempts = new ArrayDeque<>();

    private Life(Database other) {
      InstantSource clock = InstantSource.system();
      EventLog log = new EventLog(other, clock, ids);
      ObjectFiles files = new ObjectFiles(other, blobs, clock, ids, ObjectsConfig.standard());
      Tables own = new Tables(other, files, log, clock, ids, TablesConfig.standard());
      var work =
          new Pipelines.Work(governance.policy(), files, own, engines(), new Guard(parser()));
      Queues its = new Queues(log, clock, ids);
      router = new EventRouter(other, log, its);
      var parts =
          new Pipelines.Parts(
              other,
              log,
              new Rules(),
              new Schedules(log, clock),
              its,
              router,
              governance.grants(),
              clock,
              ids);
      Objects objects = new Objects(other, blobs, log, governance.policy(), clock, ids);
      Transforming sql =
          new SqlTransforming(
              engines(),
              work.guard(),
              own,
              files,
              new StageTables(other, own, governance.policy()),
              clock);
      pipelines =
          new Pipelines(
              parts,
              new LakeObjects(files),
              stages ->
                  new ByTransform(
                      sql,
                      new Crawling(parts, work, stages, objects, new Looker(engines()), declared)),
              new DispatcherConfig(2, Duration.ofSeconds(30), true),
              attempts::add);
      redrives = pipelines.redrives(work);
      rollbacks = pipelines.rollbacks(own, history());
      archive = Pipelines.archive(parts, work);
      upkeep = new Upkeep(parts, work, UpkeepConfig.standard());
      deletion = new LegalDeletion(parts, work, upkeep);
      pass = UpkeepPass.of(parts, work, UpkeepConfig.standard());
    }

    /** Does all that is due. */
    void settle() {
      boolean moved = true;
      while (moved) {
        moved = router.routeOnce() > 0;
        pipelines.step();
        while (!attempts.isEmpty()) {
          attempts.remove().run();
          moved = true;
          pipelines.step();
        }
      }
    }
  }

  private Engines watchedEngines() {
    return new Engines() {
      @Override
      public EngineSession open(SessionRequest request, SessionRecord record) {
        opening.accept(request);
        EngineSession session = engines().open(request, record);
        opened.run();
        return session;
      }

      @Override
      public void close() {}
    };
  }

  private Transforming watched(Transforming transforming) {
    return new Transforming() {
      @Override
      public Prepared prepare(Work work) {
        preparing.accept(work);
        Prepared made = transforming.prepare(work);
        prepared.accept(work);
        return made;
      }

      @Override
      public boolean hasNothingNew(Work work) {
        return transforming.hasNothingNew(work);
      }
    };
  }

  static EngineConfig config() {
    return new EngineConfig(
        2,
        10,
        256L << 20,
        2,
        1L << 30,
        100,
        Duration.ofSeconds(30),
        WorkbookLimits.STANDARD,
        HOME.resolve("cache"),
        HOME.resolve("temp"));
  }

  static synchronized EnginePool engines() {
    EnginePool pool = engines;
    if (pool == null) {
      pool = new EnginePool("stages", config());
      Runtime.getRuntime().addShutdownHook(new Thread(pool::close));
      engines = pool;
    }
    return pool;
  }

  static synchronized SqlParser parser() {
    SqlParser one = parser;
    if (one == null) {
      one = new SqlParser(config());
      Runtime.getRuntime().addShutdownHook(new Thread(one::close));
      parser = one;
    }
    return one;
  }

  void apply(StageSpec... stages) {
    database.perform(tx -> List.of(stages).forEach(stage -> pipelines.stages().put(tx, stage)));
  }

  static StageSpec stage(String name, Trigger on, String sql, Target into) {
    return stage(name, on, sql, into, BadRecords.FAIL);
  }

  static StageSpec stage(String name, Trigger on, String sql, Target into, BadRecords badRecords) {
    return new StageSpec(
        StageName.parse(name),
        on,
        Batch.STANDARD,
        new Input(
            FormatSpec.BY_ENDING, badRecords, Reprocess.CHANGED, Input.STANDARD.maxRecordBytes()),
        new Transform.Sql("q.sql", sql),
        into,
        Running.STANDARD);
  }

  static Target into(String table, Target.Mode mode, List<String> key, List<String> partitions) {
    return new Target(TableName.parse(table), mode, key, partitions, List.of());
  }

  /** Administrators have data by grants alone. */
  private void allow(String user, Permission... data) {
    Grant grant =
        new Grant("", Grantee.user(user), Set.of(data), new Resource.Lake(), Grant.BUILT_IN);
    database.perform(tx -> governance.grants().put(tx, grant));
  }

  void put(String object, String text) {
    put(object, text.getBytes(UTF_8));
  }

  void put(String object, byte[] bytes) {
    Caller caller =
        governance.policy().caller(Principal.user("tester").asAdministrator(), Door.API, "request");
    objects.put(
        caller,
        ObjectName.parse(object),
        Payload.of(new ByteArrayInputStream(bytes)),
        PutOptions.standard());
  }

  /** Somebody's event on the bus of a domain. */
  void event(String domain, String source, String type, String detail) {
    database.perform(
        tx -> events.append(tx, source, type, domain, List.of(), (ObjectNode) Json.parse(detail)));
  }

  /** A moment of the schedule of a stage. */
  void tick(StageName stage) {
    database.perform(tx ->
        events.append(
            tx,
            Schedules.SOURCE,
            Schedules.DETAIL_TYPE,
            stage.domain(),
            List.of(stage.toString()),
            Json.object()));
  }

  void delete(String object) {
    Caller caller =
        governance.policy().caller(Principal.user("tester").asAdministrator(), Door.API, "request");
    objects.delete(caller, ObjectName.parse(object));
  }

  /** Waits until nothing moves any more. */
  void finish() {
    Pending pending = pipelines.awaitNothingPending(Duration.ofSeconds(60));
    if (!pending.isNone()) {
      throw new AssertionError("Still pending: " + pending);
    }
  }

  List<Execution> executions() {
    return pipelines.executions().list(ExecutionFilter.ALL, 1000, null).items();
  }

  DeadLetters letters() {
    return deadLetters;
  }

  Redriving redriving() {
    return new Redriving(database, queues);
  }

  EventLog log() {
    return events;
  }

  Tracing tracing() {
    return new Tracing(database, events, history());
  }

  List<DeadLetter> deadLetters() {
    return database.read(tx -> deadLetters.list(tx, DeadLetterFilter.ALL, 100).items());
  }

  /** The lines of {@code select} over a table that it calls {@code t}, as CSV without a header. */
  List<String> query(String table, String select) {
    return query(tables.plan(TableName.parse(table)), select);
  }

  /** The same over a state of a table. */
  List<String> query(ScanPlan plan, String select) {
    EngineView view = new EngineView(List.of("t"), plan.sql(), plan.paths());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (EngineSession session =
        engines().open(new SessionRequest("", List.of(view), null, null, Duration.ofSeconds(30)))) {
      session.query(select, ResultFormat.CSV, ResultLimits.NONE, collecting(out));
    }
    return out.toString(UTF_8).lines().skip(1).toList();
  }

  @Override
  public void close() {
    stop();
    governance.close();
    database.close();
  }
}
