package io.hosu.pipelines;

import io.hosu.events.DeadLetters;
import io.hosu.events.EventLog;
import io.hosu.events.EventRouter;
import io.hosu.events.Queues;
import io.hosu.events.Rules;
import io.hosu.events.Schedules;
import io.hosu.governance.Domains;
import io.hosu.governance.Grants;
import io.hosu.governance.Policy;
import io.hosu.governance.Principal;
import io.hosu.governance.Rights;
import io.hosu.http.Routes;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Ids;
import io.hosu.kernel.StageName;
import io.hosu.objects.ObjectFiles;
import io.hosu.query.EngineArchiving;
import io.hosu.query.Guard;
import io.hosu.query.RowSearch;
import io.hosu.query.engine.Engines;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import io.hosu.tables.EarlierTables;
import io.hosu.tables.Tables;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The pipelines of a lake at work: stages as they are declared, and the executions that events,
 * tables and people start. May be used from any thread.
 */
public final class Pipelines implements AutoCloseable {
  private final Parts parts;
  private final DispatcherConfig config;
  private final DispatcherInbox inbox = new DispatcherInbox();
  private final Stages stages;
  private final Sets sets;
  private final StageHolds holds;
  private final Teams teams;
  private final Executions executions;
  private final Retrying retrying;
  private final Cancelling cancelling;
  private final PendingWork pending;
  private final Dispatcher dispatcher;
  private final Sweep sweep;
  private final DispatcherLoop loop;
  private final BackfillFeeder feeder;
  private final BackfillLoop backfilling;
  private final Backfills backfills;

  /** What pipelines are built on. */
  public record Parts(
      Database database,
      EventLog events,
      Rules rules,
      Schedules schedules,
      Queues queues,
      EventRouter router,
      Grants grants,
      InstantSource clock,
      Ids ids) {}

  /**
   * Pipelines that do nothing until {@link #start}.
   *
   * @param objects what stages read
   * @param transforming what they do with it, some of it to stages
   * @param executor what attempts run on, one task each; it must not run them on the thread that
   *     gives them
   */
  Pipelines(
      Parts parts,
      StageObjects objects,
      Function<Stages, Transforming> transforming,
      DispatcherConfig config,
      Executor executor) {
    this.parts = parts;
    this.config = config;
    Database database = parts.database();
    Queues queues = parts.queues();
    InstantSource clock = parts.clock();
    this.stages =
        new Stages(
            database,
            queues,
            parts.rules(),
            parts.schedules(),
            parts.grants(),
            inbox,
            clock,
            parts.ids());
    this.holds = new StageHolds(parts, stages);
    this.teams = new Teams(new Domains(database), stages);
    this.executions = new Executions(database, parts.events(), queues);
    this.retrying = new Retrying(parts, stages, inbox);
    this.pending = new PendingWork(database, parts.router(), queues, stages, holds, clock);
    ServerLease lease = new ServerLease(parts.ids().next(), config.lease());
    this.sets = new Sets(objects, parts.events());
    Settlement settlement = new Settlement(database, queues, parts.events(), clock, parts.ids());
    StageRunner runner =
        new StageRunner(
            database,
            queues,
            parts.events(),
            new Inputs(database, objects, sets),
            transforming.apply(stages),
            clock);
    this.feeder = new BackfillFeeder(parts, stages, holds, inbox);
    this.backfilling = new BackfillLoop(feeder);
    this.backfills = new Backfills(parts, stages, holds, objects, backfilling::made);
    Attempts attempts = new Attempts(runner, settlement, inbox, this::executionEnded, executor);
    this.cancelling = new Cancelling(parts, attempts, this::executionEnded);
    Claims claims = new Claims(database, queues, sets, lease, clock, parts.ids());
    this.dispatcher =
        new Dispatcher(
            database, stages, holds, teams, queues, claims, inbox, clock, config, attempts);
    this.sweep = new Sweep(database, queues, settlement, attempts, holds, lease, inbox, clock);
    this.loop = new DispatcherLoop(dispatcher, sweep, inbox, clock);
    queues.onArrival(names -> names.forEach(queue -> inbox.arrived(StageSources.stageOf(queue))));
  }

  /** What transforms are built on. */
  public record Work(
      Policy policy, ObjectFiles files, Tables tables, Engines engines, Guard guard) {}

  /**
   * The pipelines of a server: SQL in engines, each attempt on a virtual thread of its own.
   *
   * @param crawling what crawlers do, on the stages that they make
   */
  public static Pipelines of(
      Parts parts, Work work, Function<Stages, Transforming> crawling, DispatcherConfig config) {
    StageTables readable = new StageTables(parts.database(), work.tables(), work.policy());
    Transforming sql =
        new SqlTransforming(
            work.engines(), work.guard(), work.tables(), work.files(), readable, parts.clock());
    return new Pipelines(
        parts,
        new LakeObjects(work.files()),
        stages -> new ByTransform(sql, crawling.apply(stages)),
        config,
        Pipelines::onThreadOfItsOwn);
  }

  private static void onThreadOfItsOwn(Runnable attempt) {
    Thread.ofVirtual().name("attempt").start(attempt);
  }

  /** The same with another way to transform. */
  public static Pipelines of(
      Parts parts, ObjectFiles files, Transforming transforming, DispatcherConfig config) {
    return new Pipelines(
        parts, new LakeObjects(files), _ -> transforming, config, Pipelines::onThreadOfItsOwn);
  }

  private void executionEnded() {
    pending.changed();
    backfilling.executionEnded();
  }

  /** Takes up what earlier servers left, and begins to start what is due. */
  public void start() {
    begin();
    loop.start();
    backfilling.start();
  }

  /** The part of {@link #start} without a thread of its own; {@link #step} does the rest. */
  void begin() {
    sweep.begin(config.alone());
  }

  /** Starts what is due; returns when something will be due next. */
  Optional<Instant> step() {
    return dispatcher.step();
  }

  /** Does for backfills what can be done at once; whether that was anything. */
  boolean feed() {
    return feeder.step() == BackfillFeeder.Looked.MOVED;
  }

  /** What happens at each beat of the server's lease; when the next one is. */
  Instant beat() {
    return sweep.sweep();
  }

  /** The sets of objects that stages wait for. */
  Sets sets() {
    return sets;
  }

  /** What moves executions to a table when their retention is over. */
  public static ExecutionArchive archive(Parts parts, Work work) {
    return new ExecutionArchive(
        parts.database(),
        new DeadLetters(parts.queues()),
        new EngineArchiving(work.engines(), work.tables(), work.files(), parts.ids())
            .into(ExecutionArchive.TABLE, ExecutionLines.COLUMNS),
        parts.clock());
  }

  /** The stages. */
  public Stages stages() {
    return stages;
  }

  /** The teams that share the servers. */
  public Teams teams() {
    return teams;
  }

  /** Which stages are held back. */
  StageHolds holds() {
    return holds;
  }

  /** What each stage of the lake is doing or held back from, as this transaction sees it. */
  public Function<StageSpec, StageStatus> status(Transaction tx) {
    Map<StageName, Hold> held = holds.all(tx);
    return stage -> StageStatus.of(stage, held.get(stage.name()));
  }

  /** What has stages process objects again. */
  Backfills backfills() {
    return backfills;
  }

  /** What {@code principal} may see by {@code rights} of what is told of stages. */
  SeenRecords seenRecords(Rights rights, Principal principal) {
    return SeenRecords.of(parts.database(), rights, principal);
  }

  /** The executions. */
  public Executions executions() {
    return executions;
  }

  /** Cancels executions. */
  public Cancelling cancelling() {
    return cancelling;
  }

  /** What runs executions again. */
  public Retrying retrying() {
    return retrying;
  }

  /** What takes back what executions published to {@code tables}. */
  public Rollbacks rollbacks(Tables tables, ArchivedExecutions archive) {
    return new Rollbacks(parts, tables, archive::reads);
  }

  /** The same where no execution is in an archive. */
  Rollbacks rollbacks(Tables tables) {
    return new Rollbacks(parts, tables, EarlierReads.Source.NOWHERE);
  }

  /** What takes records out of quarantine, on what transforms are built on. */
  public Redrives redrives(Work work) {
    return new Redrives(parts, stages, holds, inbox, work);
  }

  /**
   * Lineage over HTTP, on what transforms are built on.
   *
   * @param search finds the rows that people ask about
   */
  public Routes lineage(Work work, History history, RowSearch search) {
    OpenLineageRuns.Lake runs = runs(work, history);
    Routes edges = new LineageApi(runs.states(), work.tables(), work.policy(), parts.clock());
    Routes events =
        new OpenLineageApi(
            runs,
            new OpenLineageFeed(parts.database(), parts.events()),
            work.policy(),
            parts.clock());
    Routes outside =
        new OutsideRunsApi(parts.database(), work.tables(), work.policy(), parts.clock());
    Routes values =
        new ValueLineageApi(
            new ValueLineage(
                search,
                new EarlierTables(parts.database(), work.tables()),
                runs.states(),
                new Tracing(parts.database(), parts.events(), history)),
            new Tracing(parts.database(), parts.events(), history),
            work.policy());
    return router -> {
      edges.register(router);
      events.register(router);
      outside.register(router);
      values.register(router);
    };
  }

  /** What tells another system of executions. */
  public OpenLineagePush openLineage(Work work, History history, OpenLineageConfig config) {
    return new OpenLineagePush(config, parts, runs(work, history));
  }

  private OpenLineageRuns.Lake runs(Work work, History history) {
    return new OpenLineageRuns.Lake(
        parts.database(),
        executions,
        history,
        new LineageStates(parts.database(), stages, work.tables(), work.guard()));
  }

  /** The work that will move by itself. */
  public Pending pending() {
    return pending(Seen.ALL);
  }

  /** The work that will move by itself, of what is seen. */
  public Pending pending(Seen seen) {
    return pending.count(seen);
  }

  /** Waits until nothing moves by itself, at most for {@code timeout}; returns what still does. */
  public Pending awaitNothingPending(Duration timeout) {
    return awaitNothingPending(timeout, Seen.ALL);
  }

  /** The same for what is seen. */
  public Pending awaitNothingPending(Duration timeout, Seen seen) {
    return pending.await(timeout, seen);
  }

  /**
   * Starts an execution of a stage by hand. One that waits for objects reads all that match; into a
   * table that keeps its rows, those that were not processed yet.
   *
   * @throws NotFound {@link PipelinesError#STAGE_NOT_FOUND}
   * @throws Conflict {@link PipelinesError#STAGE_DISABLED}, {@link PipelinesError#STAGE_PAUSED}
   */
  public Execution run(StageName name) {
    return run(name, Seen.ALL, _ -> {});
  }

  /**
   * The same, where nothing is told of stages that are not seen.
   *
   * @param recorded keeps in the same transaction that it was allowed
   */
  Execution run(StageName name, Seen seen, Consumer<Transaction> recorded) {
    return parts
        .database()
        .write(tx -> {
          Execution made = run(tx, name, seen);
          recorded.accept(tx);
          return made;
        });
  }

  private Execution run(Transaction tx, StageName name, Seen seen) {
    StageSpec stage = stages.requireEnabled(tx, name, seen);
    if (stage.on() instanceof Trigger.OfSets) {
      throw new Conflict(
          PipelinesError.STAGE_WAITS_FOR_SETS,
          "Stage %s starts over a set of objects, and a run by hand has none.".formatted(name),
          "See what its sets lack, with: hosu stages sets " + name);
    }
    if (stage.readsEvents()) {
      throw new Conflict(
          PipelinesError.STAGE_READS_EVENTS,
          "Stage %s reads the events that start it, and a run by hand has none.".formatted(name),
          "Send one, with: hosu events send");
    }
    holds.requireNone(tx, name);
    return stages.crawlers().start(tx, name, Execution.By.HAND);
  }

  /**
   * Starts nothing more, and gives back what is under way without a failure: the next start takes
   * it up again.
   */
  @Override
  public void close() {
    backfilling.close();
    loop.close();
    sweep.end();
  }
}
