package io.hosu.server;

import io.hosu.delivery.DeclaredDatasets;
import io.hosu.delivery.Delivery;
import io.hosu.delivery.DeliveryApi;
import io.hosu.delivery.DeliveryMigrations;
import io.hosu.delivery.GuardedSqlCheck;
import io.hosu.delivery.SqlCheck;
import io.hosu.events.Access;
import io.hosu.events.DeadLetters;
import io.hosu.events.DeadLettersApi;
import io.hosu.events.EventLog;
import io.hosu.events.EventRouter;
import io.hosu.events.EventsApi;
import io.hosu.events.EventsMigrations;
import io.hosu.events.Queues;
import io.hosu.events.Redriving;
import io.hosu.events.Replayer;
import io.hosu.events.Replays;
import io.hosu.events.ReplaysApi;
import io.hosu.events.Rules;
import io.hosu.events.ScheduleClock;
import io.hosu.events.Schedules;
import io.hosu.events.SchedulesApi;
import io.hosu.events.SendingApi;
import io.hosu.governance.AccessNews;
import io.hosu.governance.AuthenticatedRoutes;
import io.hosu.governance.Door;
import io.hosu.governance.Governance;
import io.hosu.governance.GovernanceMigrations;
import io.hosu.governance.GrantFit;
import io.hosu.http.Listener;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.http.Tls;
import io.hosu.kernel.Ids;
import io.hosu.kernel.Settings;
import io.hosu.objects.Buckets;
import io.hosu.objects.ObjectFiles;
import io.hosu.objects.Objects;
import io.hosu.objects.ObjectsMigrations;
import io.hosu.objects.Readers;
import io.hosu.objects.Sweeper;
import io.hosu.objects.Uploads;
import io.hosu.objects.api.ObjectsApi;
import io.hosu.objects.backend.BlobStore;
import io.hosu.objects.backend.FileBlobStore;
import io.hosu.objects.s3.S3Door;
import io.hosu.pipelines.ArchivedExecutions;
import io.hosu.pipelines.BackfillsApi;
import io.hosu.pipelines.ChangesApi;
import io.hosu.pipelines.ClonesApi;
import io.hosu.pipelines.ClonesEngine;
import io.hosu.pipelines.ExecutionsTable;
import io.hosu.pipelines.HoldsApi;
import io.hosu.pipelines.NeededTables;
import io.hosu.pipelines.OpenLineagePush;
import io.hosu.pipelines.OutsideRuns;
import io.hosu.pipelines.Pipelines;
import io.hosu.pipelines.PipelinesApi;
import io.hosu.pipelines.PipelinesMigrations;
import io.hosu.pipelines.RedrivesApi;
import io.hosu.pipelines.SetsApi;
import io.hosu.pipelines.StagesApi;
import io.hosu.pipelines.TraceApi;
import io.hosu.pipelines.Tracing;
import io.hosu.pipelines.UpkeepApi;
import io.hosu.pipelines.crawl.Crawling;
import io.hosu.pipelines.crawl.DeclaredTables;
import io.hosu.query.ArchivedRows;
import io.hosu.query.AuditArchive;
import io.hosu.query.AuditTable;
import io.hosu.query.EngineArchiving;
import io.hosu.query.GrantedViews;
import io.hosu.query.Guard;
import io.hosu.query.Queries;
import io.hosu.query.QueriesApi;
import io.hosu.query.RowSearch;
import io.hosu.query.SystemTables;
import io.hosu.query.TableFit;
import io.hosu.query.engine.EnginePool;
import io.hosu.query.engine.Looker;
import io.hosu.query.engine.SqlParser;
import io.hosu.store.Database;
import io.hosu.store.Databases;
import io.hosu.store.Migration;
import io.hosu.tables.Clones;
import io.hosu.tables.TableUses;
import io.hosu.tables.Tables;
import io.hosu.tables.TablesMigrations;
import io.hosu.tables.iceberg.FileDoor;
import io.hosu.tables.iceberg.IcebergDoor;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The whole of Hosu, assembled by hand.
 *
 * <p>Read this file first: it names every part, in the order in which they depend on one another.
 */
public final class Hosu implements AutoCloseable {
  private static final Duration HEALTH_WITHIN = Duration.ofSeconds(3);

  private final Parts parts;
  private final Listener http;
  private final Listener s3;
  private final boolean firstStart;
  private final Optional<Path> certificate;
  private final Retention retention;
  private final Router api;

  private Hosu(Parts parts, HosuConfig config, InstantSource clock) throws IOException {
    this.parts = parts;
    Path data = DataDirectory.at(config.data());
    PartConfigs configs = PartConfigs.from(new Settings(config.settings()), data);
    Optional<Tls> tls = configs.tls().open(data, config.host(), clock.instant());
    Ids ids = new Ids(clock, new SecureRandom());

    Database database = own(Databases.open(configs.database(), migrations()));
    // Early, because its engine takes longest to start and the project is checked with it; but not
    // before it is known that no other server runs here.
    Guard guard = new Guard(own(new SqlParser(configs.engines())));

    EventLog events = new EventLog(database, clock, ids);
    Rules rules = new Rules();
    Queues queues = new Queues(events, clock, ids);
    Schedules schedules = new Schedules(events, clock);
    ScheduleClock scheduleClock = own(new ScheduleClock(database, schedules, clock));
    EventRouter router = own(new EventRouter(database, events, queues));
    DeadLetters deadLetters = new DeadLetters(queues);
    Replays replays = new Replays(database, events, queues, clock, ids);
    Replayer replayer = own(new Replayer(replays));

    AccessNews news =
        (tx, what, on, detail) ->
            events.append(
                tx,
                "hosu.governance",
                what,
                on.domainName().orElse(""),
                List.of(on.toString()),
                detail);
    Governance governance =
        own(new Governance(database, data, clock, ids, configs.governance(), news, Clones::cloned));
    AdminEnv adminEnv = new AdminEnv(data);
    this.firstStart = governance.administrator().atFirstStart(adminEnv::keep).isPresent();

    BlobStore blobs = new FileBlobStore(data, ids);
    Buckets buckets = new Buckets(database, clock);
    Objects objects = new Objects(database, blobs, events, governance.policy(), clock, ids);
    Uploads uploads = new Uploads(database, blobs, events, governance.policy(), clock, ids);
    Readers readers = own(new Readers(database, clock, ids));
    ObjectFiles files = new ObjectFiles(database, blobs, clock, ids, configs.objects(), readers);

    Tables tables = new Tables(database, files, events, clock, ids, configs.tables());
    tables.open().tellNames();

    EnginePool stageEngines = own(new EnginePool("stages", configs.engines(), readers));
    Clones clones =
        tables.open().clones(tables, governance.grants(), new ClonesEngine(stageEngines, guard));
    EnginePool queryEngines = own(new EnginePool("queries", configs.engines(), readers));
    SystemTables systemTables =
        new SystemTables(
            configs.engines().temp().resolve("system"),
            List.of(
                new ExecutionsTable(database, tables, governance.policy()),
                new AuditTable(database, tables, governance)),
            clock);
    AuditArchive auditArchive =
        AuditArchive.of(
            database,
            governance.auditRecords(),
            tables,
            new EngineArchiving(stageEngines, tables, files, ids),
            new ArchivedRows(queryEngines),
            clock);
    GrantedViews views = new GrantedViews(guard, governance, tables);
    Queries queries =
        new Queries(guard, views, systemTables, queryEngines, configs.queries(), clock, ids);
    Pipelines.Parts pipelineParts =
        new Pipelines.Parts(
            database, events, rules, schedules, queues, router, governance.grants(), clock, ids);
    Pipelines.Work work =
        new Pipelines.Work(governance.policy(), files, tables, stageEngines, guard);
    Looker looker = new Looker(stageEngines);
    DeclaredTables declared = new DeclaredDatasets(database);
    Pipelines pipelines =
        own(
            Pipelines.of(
                pipelineParts,
                work,
                stages -> new Crawling(pipelineParts, work, stages, objects, looker, declared),
                configs.dispatcher()));

    Delivery delivery =
        new Delivery(
            new Delivery.Parts(database, events, clock, ids),
            new Delivery.Facades(
                buckets,
                governance.domains(),
                tables,
                pipelines.stages(),
                pipelines.teams(),
                governance.principals(),
                governance.tags(),
                governance.grants(),
                governance.policy()));
    TableFit tableFit = new TableFit(guard, tables);
    SqlCheck sqlCheck = new GuardedSqlCheck(guard, tableFit::columns);
    new ProjectAtStart(delivery, governance.policy(), sqlCheck).apply(config.project());
    ArchivedExecutions archived = new ArchivedExecutions(database, events, tables, queryEngines);
    OpenLineagePush openLineage = own(pipelines.openLineage(work, archived, configs.openLineage()));
    Access access = new GovernedAccess(governance.policy(), governance.domains(), database);
    TableUses tableUses =
        new NeededTables(pipelines.stages(), governance.grants(), governance.policy());
    this.api =
        routes(
            governance,
            tableFit,
            List.of(
                new HealthApi(() -> delivery.newest().isPresent(), HEALTH_WITHIN),
                new IcebergDoor(
                    database,
                    governance,
                    buckets,
                    tables,
                    new FileDoor(this::s3, configs.s3().region(), configs.iceberg()),
                    tableUses,
                    clock)),
            new QueriesApi(queries),
            List.of(
                new StatusApi(
                    database, delivery, tables, pipelines, governance.policy(), openLineage, clock),
                new EventsApi(events, access, clock),
                new SendingApi(database, events, access),
                new SchedulesApi(database, schedules, access, clock),
                new ReplaysApi(database, replays, access, clock),
                new DeadLettersApi(
                    database, deadLetters, new Redriving(database, queues), access, clock),
                new ObjectsApi(objects, buckets),
                CatalogRoutes.of(database, tables, governance),
                UpkeepApi.of(pipelineParts, work, configs.upkeep()),
                new PipelinesApi(pipelines, archived, governance.policy(), clock),
                RollbackRoutes.of(database, pipelines, tables, archived, governance, tableUses),
                new ClonesApi(
                    database, clones, pipelines.stages(), governance.grants(), governance.policy()),
                new BackfillsApi(pipelines, governance.policy(), clock),
                new RedrivesApi(pipelines.redrives(work), tables, governance.policy()),
                new TraceApi(new Tracing(database, events, archived), governance.policy()),
                pipelines.lineage(work, archived, new RowSearch(guard, views, queryEngines)),
                new HoldsApi(pipelines, governance.policy()),
                new StagesApi(database, pipelines, queues, governance.policy(), clock),
                new SetsApi(database, pipelines, governance.policy()),
                new ChangesApi(database, pipelines.stages(), governance.policy()),
                CrawlRoutes.of(database, objects, pipelines, pipelineParts, work, looker, declared),
                new DeliveryApi(delivery, governance.policy(), sqlCheck),
                governance.auditApi(auditArchive)));
    S3Door s3Door =
        new S3Door(
            configs.s3(),
            governance.signers(),
            governance.recorder(),
            buckets,
            objects,
            uploads,
            clock);

    var archive = Pipelines.archive(pipelineParts, work);
    var runs = new OutsideRuns(database);
    this.retention =
        new Retention(events, auditArchive, archive, runs, openLineage, configs.retention(), clock);
    own(
        new Sweeping(
            new Sweeper(database, blobs, clock, configs.objects()), retention, readers, clones));
    own(new Upkeeping(pipelineParts, work, configs.upkeep()));
    openLineage.start();
    router.start();
    scheduleClock.start();
    replayer.start();
    pipelines.start();
    queryEngines.start();
    stageEngines.start();
    this.s3 =
        own(new Listener(configs.s3Listener().at(config.host(), config.s3Port()), tls, s3Door));
    this.http =
        own(new Listener(configs.httpListener().at(config.host(), config.httpPort()), tls, api));
    own(() -> closeTogether(s3, http));
    own(queries); // first to end: who waits for an answer of theirs must not hold the doors open
    this.certificate = tls.map(Tls::certificates);
    adminEnv.keep(http.address(), s3.address(), configs.s3().region(), certificate);
  }

  /**
   * Starts a server: opens its state, applies the project, opens both doors.
   *
   * @throws io.hosu.kernel.HosuException when a setting is wrong, a port is taken, or the state
   *     cannot be opened
   */
  public static Hosu start(HosuConfig config, InstantSource clock) throws IOException {
    Parts parts = new Parts();
    try {
      return new Hosu(parts, config, clock);
    } catch (IOException | RuntimeException | Error e) {
      parts.close();
      throw e;
    }
  }

  /** Where console and API answer. */
  public URI http() {
    return http.address();
  }

  /** Where the S3 door answers. */
  public URI s3() {
    return s3.address();
  }

  /** The certificate that the doors show; empty where they do not speak TLS. */
  public Optional<Path> certificate() {
    return certificate;
  }

  /** Whether this was the first start, which made the administrator's credentials. */
  public boolean firstStart() {
    return firstStart;
  }

  /** Removes or moves the history that is over now, as happens by itself every hour. */
  Retention.Removed sweepHistory() {
    return retention.sweep();
  }

  /** Ends all parts, those first that stand on others. A second call does nothing. */
  @Override
  public void close() {
    parts.close();
  }

  /** Both give running requests some time: the same time, not one after the other. */
  private static void closeTogether(Listener one, Listener other) throws InterruptedException {
    Thread beside = Thread.ofVirtual().name("close-listener").start(one::close);
    other.close();
    beside.join();
  }

  /** What console and API answer. */
  List<String> answered() {
    return api.answered();
  }

  private <T extends AutoCloseable> T own(T part) {
    return parts.own(part);
  }

  private static Router routes(
      Governance governance, GrantFit fit, List<Routes> open, Routes sql, List<Routes> modules) {
    List<Routes> all = new ArrayList<>(modules);
    all.add(governance.api(fit));
    Router.Builder router = Router.builder();
    open.forEach(router::add);
    return router
        .add(governance.signInRoutes())
        .add(governance.sessionRoutes())
        .add(new AuthenticatedRoutes(governance.authentication(), Door.SQL, List.of(sql)))
        .add(new AuthenticatedRoutes(governance.authentication(), all))
        .build();
  }

  /** Every setting that a server knows, by key. */
  public static Collection<Settings.Described> settings() {
    Settings settings = new Settings(Map.of());
    PartConfigs.from(settings, Path.of("data"));
    return settings.described();
  }

  private static List<Migration> migrations() {
    List<Migration> all = new ArrayList<>();
    all.addAll(EventsMigrations.all());
    all.addAll(GovernanceMigrations.all());
    all.addAll(ObjectsMigrations.all());
    all.addAll(TablesMigrations.all());
    all.addAll(PipelinesMigrations.all());
    all.addAll(DeliveryMigrations.all());
    return all;
  }
}
