package io.hosu.query;

import io.hosu.governance.Actor;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.query.Query.Outcome;
import io.hosu.query.Query.State;
import io.hosu.query.engine.EngineSession;
import io.hosu.query.engine.QueryError;
import io.hosu.query.engine.ResultSummary;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The queries that wait and run, and the last of those that are over. May be used from any thread.
 */
final class QueryLog {
  private final InstantSource clock;
  private final int remembered;
  private final Map<Key, Live> live = new LinkedHashMap<>();
  private final Deque<Query> over = new ArrayDeque<>();

  QueryLog(InstantSource clock, int remembered) {
    this.clock = clock;
    this.remembered = remembered;
  }

  /** A query that waits for its turn or runs, and what of it can be stopped. */
  private static final class Live {
    private final Query query;
    private State state = State.QUEUED;
    private Turns.@Nullable Turn turn;
    private @Nullable EngineSession session;
    private @Nullable HosuException reason;
    private List<BooleanSupplier> rights = List.of();

    Live(Query query) {
      this.query = query;
    }

    void cancel(HosuException why) {
      if (reason != null) {
        return;
      }
      reason = why;
      if (session != null) {
        session.cancel();
      } else if (turn != null) {
        turn.refuse(why);
      }
    }
  }

  /** Which query: ids are of those who send them, so that nobody learns of others' by using one. */
  record Key(Actor sender, String id) {
    static Key of(Query query) {
      return new Key(query.sender(), query.id());
    }
  }

  /**
   * A query has come.
   *
   * @throws Conflict {@link QueryError#QUERY_EXISTS} when its sender sent another with this id
   */
  synchronized Key begin(String id, Actor sender, String sql) {
    Key key = new Key(sender, id);
    if (live.containsKey(key) || over.stream().map(Key::of).anyMatch(key::equals)) {
      throw new Conflict(
          QueryError.QUERY_EXISTS,
          "There is a query with the id %s already.".formatted(id),
          "Send each query with an id of its own, or with none.");
    }
    Outcome nothing = new Outcome(Duration.ZERO, null, null, null);
    live.put(key, new Live(new Query(id, sender, sql, State.QUEUED, clock.instant(), nothing)));
    return key;
  }

  /** The query waits for {@code turn}, which is refused if it was cancelled before. */
  synchronized void waits(Key key, Turns.Turn turn) {
    Live its = live.get(key);
    if (its != null) {
      its.turn = turn;
      if (its.reason != null) {
        turn.refuse(its.reason);
      }
    }
  }

  /** Its turn has come; throws why it is not wanted any more, if so. */
  synchronized void runs(Key key) {
    Live its = live.get(key);
    if (its != null) {
      if (its.reason != null) {
        throw its.reason;
      }
      its.state = State.RUNNING;
    }
  }

  /** The query runs with these rights, as long as they stand. */
  synchronized void standsOn(Key key, List<BooleanSupplier> rights) {
    Live its = live.get(key);
    if (its != null) {
      its.rights = List.copyOf(rights);
    }
  }

  /** Stops the queries whose rights stand no more: they fail with {@code why}. */
  void stopWithoutRights(HosuException why) {
    Map<Key, List<BooleanSupplier>> running = new LinkedHashMap<>();
    synchronized (this) {
      live.forEach((key, its) -> running.put(key, its.rights));
    }
    running.forEach((key, rights) -> {
      if (!rights.stream().allMatch(BooleanSupplier::getAsBoolean)) {
        cancel(key, why);
      }
    });
  }

  /** The query runs in {@code session}, and is cancelled there if somebody wished so before. */
  synchronized void attach(Key key, EngineSession session) {
    Live its = live.get(key);
    if (its != null) {
      its.session = session;
      if (its.reason != null) {
        session.cancel();
      }
    }
  }

  synchronized void succeeded(Key key, ResultSummary summary) {
    end(key, State.SUCCEEDED, new Outcome(elapsed(key), summary, null, null));
  }

  /** Keeps how it failed; returns what is to be told: why it was cancelled, if it was. */
  synchronized RuntimeException failed(Key key, RuntimeException failure) {
    Live its = live.get(key);
    HosuException reason = its == null ? null : its.reason;
    if (reason == null && failure instanceof UncheckedIOException) {
      reason = Queries.clientGone(); // the sink is the only thing that is written to
    }
    RuntimeException told = reason == null ? failure : reason;
    String code = told instanceof HosuException known ? known.code().name() : "INTERNAL";
    end(
        key,
        reason == null ? State.FAILED : State.CANCELLED,
        new Outcome(elapsed(key), null, code, String.valueOf(told.getMessage())));
    return told;
  }

  private Duration elapsed(Key key) {
    Live its = live.get(key);
    return its == null ? Duration.ZERO : since(its.query);
  }

  private Duration since(Query query) {
    return Duration.between(query.startedAt(), clock.instant());
  }

  private void end(Key key, State state, Outcome outcome) {
    Live its = live.remove(key);
    if (its != null) {
      over.addFirst(as(its.query, state, outcome));
      if (over.size() > remembered) {
        over.removeLast();
      }
    }
  }

  private static Query as(Query query, State state, Outcome outcome) {
    return new Query(query.id(), query.sender(), query.sql(), state, query.startedAt(), outcome);
  }

  /** All of them, the newest first. */
  synchronized List<Query> list() {
    List<Query> all = new ArrayList<>(over);
    live.values().forEach(its -> all.add(now(its)));
    all.sort(Comparator.comparing(Query::id).reversed());
    return all;
  }

  /** One that waited and was cancelled is over, even while its thread has yet to learn of it. */
  private Query now(Live its) {
    HosuException reason = its.state == State.QUEUED ? its.reason : null;
    return reason == null
        ? as(its.query, its.state, new Outcome(since(its.query), null, null, null))
        : as(
            its.query,
            State.CANCELLED,
            new Outcome(since(its.query), null, reason.code().name(), reason.what()));
  }

  /** Stops a query, which fails with {@code why}; whether it still waited or ran. */
  synchronized boolean cancel(Key key, HosuException why) {
    Live its = live.get(key);
    if (its == null) {
      return false;
    }
    its.cancel(why);
    return true;
  }

  /** Those that run or wait fail with {@code why}, when what they run in is taken from them. */
  synchronized void expect(HosuException why) {
    live.values().stream().filter(its -> its.reason == null).forEach(its -> its.reason = why);
  }
}
