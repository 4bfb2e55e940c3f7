package io.hosu.query;

import io.hosu.governance.Actor;
import io.hosu.governance.Caller;
import io.hosu.governance.Door;
import io.hosu.governance.GovernanceError;
import io.hosu.governance.Principal;
import io.hosu.kernel.Discreet;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.HosuException.Exhausted;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.kernel.Ids;
import io.hosu.query.engine.EngineSession;
import io.hosu.query.engine.EngineView;
import io.hosu.query.engine.Engines;
import io.hosu.query.engine.QueryError;
import io.hosu.query.engine.ResultFormat;
import io.hosu.query.engine.ResultSink;
import io.hosu.query.engine.ResultSummary;
import io.hosu.query.engine.SessionRequest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * People's queries: they wait for their turn, are guarded, decided, planned, run in an engine, and
 * remembered for a while. May be used from any thread.
 */
public final class Queries implements AutoCloseable {
  private static final Duration RIGHTS_EVERY = Duration.ofSeconds(1);
  private static final Logger log = LoggerFactory.getLogger(Queries.class);

  private final Guard guard;
  private final GrantedViews views;
  private final MetadataViews metadataViews;
  private final LakeViews lakeViews;
  private final SystemTables systemTables;
  private final Engines engines;
  private final QueriesConfig config;
  private final Ids ids;
  private final QueryLog queries;
  private final Turns turns;
  private final CountDownLatch closed = new CountDownLatch(1);

  /**
   * @param views how tables are seen
   * @param systemTables what the lake keeps of itself; closed with the queries
   * @param engines run nothing but queries (stages have their own), and are closed with them
   */
  public Queries(
      Guard guard,
      GrantedViews views,
      SystemTables systemTables,
      Engines engines,
      QueriesConfig config,
      InstantSource clock,
      Ids ids) {
    this.guard = guard;
    this.views = views;
    this.metadataViews = new MetadataViews(views);
    this.lakeViews = views.lakeViews();
    this.systemTables = systemTables;
    this.engines = engines;
    this.config = config;
    this.ids = ids;
    this.queries = new QueryLog(clock, config.remembered());
    this.turns = new Turns(config.running(), config.queue());
    Thread.ofVirtual().name("query-rights").start(this::watchRights);
  }

  /** A change of policy holds for what runs, too, on every server: within a second or two. */
  private void watchRights() {
    try {
      while (!closed.await(RIGHTS_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          queries.stopWithoutRights(
              new Denied(
                  GovernanceError.PERMISSION_DENIED,
                  "What you may see was changed while the query ran, or the credentials that it"
                      + " came with ended: it was stopped.",
                  "Send it again, or ask for access: hosu access request RESOURCE --why \"...\""));
        } catch (RuntimeException e) {
          log.atError().setMessage("rights of queries cannot be asked for").setCause(e).log();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** An id for a query that is about to be run. */
  public String nextId() {
    return ids.next();
  }

  /**
   * Runs a query for {@code caller} and hands its result to {@code sink}, whose failure ends the
   * query.
   *
   * @param id from {@link #nextId}, or one that the client has made so
   * @throws HosuException with a code of {@link QueryError}, or {@code TABLE_NOT_FOUND} for what is
   *     not there or must not be known to be there, or {@code PERMISSION_DENIED}
   */
  public ResultSummary run(
      String id, Caller caller, String sql, ResultFormat format, ResultSink sink) {
    QueryLog.Key key = queries.begin(id, Actor.of(caller.principal()), sql);
    try {
      ResultSummary summary = runInTurn(key, caller.through(Door.SQL, id), sql, format, sink);
      caller.trail().gives(summary.rows());
      queries.succeeded(key, summary);
      return summary;
    } catch (RuntimeException e) {
      log.atDebug()
          .setMessage("query failed")
          .addKeyValue("query", id)
          .setCause(Discreet.of(e))
          .log();
      throw queries.failed(key, e);
    }
  }

  /** Also what the guard's parser does is part of the turn: it is one, for all principals. */
  private ResultSummary runInTurn(
      QueryLog.Key key, Caller caller, String sql, ResultFormat format, ResultSink sink) {
    try (Turns.Turn turn = turns.ask(caller.principal().name())) {
      queries.waits(key, turn);
      turn.await();
      queries.runs(key);
      return guardedRun(key, caller, sql, format, sink);
    }
  }

  private ResultSummary guardedRun(
      QueryLog.Key key, Caller caller, String sql, ResultFormat format, ResultSink sink) {
    Guarded guarded = guard.check(sql, Scope.query());
    List<EngineView> granted = new ArrayList<>();
    GrantedViews.Asking asking = views.asking(caller);
    List<BooleanSupplier> rights = new ArrayList<>(List.of(views.credentials(caller)));
    if (!guarded.systemTables().isEmpty()) {
      rights.add(views.stands(asking));
    }
    try (QueryVault vault = views.vault(asking);
        var system = systemTables.open(caller, guarded)) {
      rights.add(vault::stands);
      granted.addAll(system.views());
      LakeViews.Expanded expanded = lakeViews.expand(asking, guarded);
      List<GrantedViews.Granted> relations = new ArrayList<>();
      expanded.tables().forEach((ref, read) -> relations.add(view(asking, ref, read, system)));
      relations.addAll(expanded.views());
      for (GrantedViews.Granted one : relations) {
        granted.add(one.view());
        rights.add(one.stands());
      }
      queries.standsOn(key, rights);
      SessionRequest request =
          new SessionRequest(
              caller.principal().name(),
              granted,
              null,
              format == ResultFormat.PARQUET ? system.folder() : null,
              config.timeout());
      return run(key, request.with(vault), guarded.sql(), format, sink);
    } catch (HosuException e) {
      throw guard.explain(guarded, e);
    }
  }

  private GrantedViews.Granted view(
      GrantedViews.Asking asking, TableRef ref, TableReading read, SystemTables.Opened opened) {
    return ref.isMetadata()
        ? metadataViews.of(asking, ref, read.named(), opened)
        : views.of(asking, ref, read);
  }

  private ResultSummary run(
      QueryLog.Key key, SessionRequest request, String sql, ResultFormat format, ResultSink sink) {
    try (EngineSession session = engines.open(request)) {
      queries.attach(key, session);
      return session.query(sql, format, config.limits(), sink);
    }
  }

  /**
   * The queries that {@code principal} sent, the newest first; all, for an administrator. Of those
   * who act as a role, each has its own.
   */
  public List<Query> list(Principal principal) {
    return queries.list().stream().filter(query -> isVisible(principal, query)).toList();
  }

  /**
   * One query; its own, where others sent some with that id, too.
   *
   * @throws NotFound {@link QueryError#QUERY_NOT_FOUND}
   */
  public Query require(Principal principal, String id) {
    Actor own = Actor.seenBy(principal);
    return queries.list().stream()
        .filter(query -> query.id().equals(id) && isVisible(principal, query))
        .max(Comparator.comparing(query -> own.is(query.sender())))
        .orElseThrow(() ->
            new NotFound(
                QueryError.QUERY_NOT_FOUND,
                "There is no query %s, or it is no longer remembered.".formatted(id),
                "See the queries with: GET /v1/queries"));
  }

  /**
   * Stops a query, waiting or running, which fails with {@link QueryError#QUERY_CANCELLED}; nothing
   * happens to one that is over.
   *
   * @throws NotFound {@link QueryError#QUERY_NOT_FOUND}
   */
  public boolean cancel(Principal principal, String id) {
    return queries.cancel(
        QueryLog.Key.of(require(principal, id)),
        new Exhausted(
            QueryError.QUERY_CANCELLED,
            "The query was cancelled.",
            "Send it again if it is wanted."));
  }

  /**
   * Stops a query whose client went away, with {@link QueryError#CLIENT_GONE}; nothing happens to
   * one that {@code client} did not send.
   */
  public void abandon(Principal client, String id) {
    queries.cancel(new QueryLog.Key(Actor.of(client), id), clientGone());
  }

  static Exhausted clientGone() {
    return new Exhausted(
        QueryError.CLIENT_GONE,
        "The client closed its connection, or read nothing for longer than http.idle-timeout,"
            + " before the result was whole.",
        "Keep the connection open, in both directions, and read until the end of the result.");
  }

  /** Takes no more queries, and ends those that wait or run, with their engines, at once. */
  @Override
  public void close() {
    Unavailable stops =
        new Unavailable(
            QueryError.ENGINE_UNAVAILABLE, "The server stops.", "Try again when it is up again.");
    closed.countDown();
    queries.expect(stops);
    turns.close(stops);
    engines.close();
    systemTables.close();
  }

  /** How many queries wait for their turn. */
  public int waiting() {
    return turns.waiting();
  }

  private boolean isVisible(Principal principal, Query query) {
    boolean all = principal.administrator() && principal.acting().bounds().isEmpty();
    return all || Actor.seenBy(principal).is(query.sender());
  }
}
