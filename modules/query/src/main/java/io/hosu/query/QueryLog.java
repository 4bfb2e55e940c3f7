package io.hosu.query;

import io.hosu.kernel.HosuException;
import io.hosu.query.Query.Outcome;
import io.hosu.query.Query.State;
import io.hosu.query.engine.EngineSession;
import io.hosu.query.engine.QueryError;
import io.hosu.query.engine.ResultSummary;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The queries that run, and the last of those that are over. May be used from any thread. */
final class QueryLog {
  private final InstantSource clock;
  private final int remembered;
  private final Map<String, Running> running = new LinkedHashMap<>();
  private final Deque<Query> over = new ArrayDeque<>();

  QueryLog(InstantSource clock, int remembered) {
    this.clock = clock;
    this.remembered = remembered;
  }

  /** A query that runs, and the session that it runs in, once it has one. */
  private static final class Running {
    private final Query query;
    private @Nullable EngineSession session;
    private boolean cancelled;

    Running(Query query) {
      this.query = query;
    }
  }

  synchronized void begin(String id, String principal, String sql) {
    Outcome nothing = new Outcome(0, 0, Duration.ZERO, Duration.ZERO, null, null);
    Query query = new Query(id, principal, sql, State.RUNNING, clock.instant(), nothing);
    running.put(id, new Running(query));
  }

  /** The query runs in {@code session}, and is cancelled there if somebody wished so before. */
  synchronized void attach(String id, EngineSession session) {
    Running its = running.get(id);
    if (its != null) {
      its.session = session;
      if (its.cancelled) {
        session.cancel();
      }
    }
  }

  synchronized void succeeded(String id, ResultSummary summary) {
    end(
        id,
        State.SUCCEEDED,
        new Outcome(summary.rows(), summary.bytes(), elapsed(id), summary.cpu(), null, null));
  }

  synchronized void failed(String id, RuntimeException failure) {
    String code = failure instanceof HosuException known ? known.code().name() : "INTERNAL";
    State state = code.equals(QueryError.QUERY_CANCELLED.name()) ? State.CANCELLED : State.FAILED;
    end(
        id,
        state,
        new Outcome(0, 0, elapsed(id), Duration.ZERO, code, String.valueOf(failure.getMessage())));
  }

  private Duration elapsed(String id) {
    Running its = running.get(id);
    return its == null ? Duration.ZERO : since(its.query.startedAt());
  }

  private Duration since(Instant start) {
    return Duration.between(start, clock.instant());
  }

  private void end(String id, State state, Outcome outcome) {
    Running its = running.remove(id);
    if (its != null) {
      Query query = its.query;
      over.addFirst(
          new Query(id, query.principal(), query.sql(), state, query.startedAt(), outcome));
      if (over.size() > remembered) {
        over.removeLast();
      }
    }
  }

  /** All of them, the newest first. */
  synchronized List<Query> list() {
    List<Query> all = new ArrayList<>(over);
    running.values().forEach(its -> all.add(now(its.query)));
    all.sort(Comparator.comparing(Query::id).reversed());
    return all;
  }

  private Query now(Query query) {
    Outcome until = new Outcome(0, 0, since(query.startedAt()), Duration.ZERO, null, null);
    return new Query(
        query.id(), query.principal(), query.sql(), query.state(), query.startedAt(), until);
  }

  synchronized Optional<Query> find(String id) {
    return list().stream().filter(query -> query.id().equals(id)).findFirst();
  }

  /** Stops a query; whether it still ran. */
  synchronized boolean cancel(String id) {
    Running its = running.get(id);
    if (its == null) {
      return false;
    }
    its.cancelled = true;
    if (its.session != null) {
      its.session.cancel();
    }
    return true;
  }
}
