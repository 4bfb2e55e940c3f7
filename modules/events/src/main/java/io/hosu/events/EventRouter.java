package io.hosu.events;

import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Sends each event to the queues of the rules that take it: exactly one message for each event and
 * queue, as one transaction inserts the messages and moves the cursor.
 *
 * <p>Several servers may route on one database: who comes second sees that the cursor has moved.
 * May be used from any thread.
 */
public final class EventRouter implements AutoCloseable {
  private static final int BATCH = 500;
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  private final Database database;
  private final EventLog events;
  private final Queues queues;
  private final Loop loop =
      new Loop(
          new Loop.Task("hosu-event-router", "events could not be routed", LOOK_AGAIN),
          () -> routeOnce() == 0 ? LOOK_AGAIN : Duration.ZERO);
  private volatile Matcher matcher = new Matcher(-1, List.of());

  public EventRouter(Database database, EventLog events, Queues queues) {
    this.database = database;
    this.events = events;
    this.queues = queues;
    events.onAppend(loop::wake);
  }

  /** Events after the cursor, with the rules that take them. */
  private record Batch(long cursor, long rulesVersion, List<Routed> events) {
    long last() {
      return events.getLast().logged().seq();
    }
  }

  /** An event and the rules that take it. */
  record Routed(LoggedEvent logged, List<Rule> rules) {
    /** What goes to their queues: one message for each queue. */
    List<Sent> sent() {
      Map<String, Sent> byQueue = new LinkedHashMap<>();
      for (Rule rule : rules) {
        String group = Grouping.of(rule).map(it -> it.keyOf(logged.event())).orElse(null);
        byQueue.putIfAbsent(
            rule.queue(), new Sent(rule.queue(), logged.seq(), logged.event(), group));
      }
      return List.copyOf(byQueue.values());
    }
  }

  /**
   * Routes the events that wait, as far as one batch goes.
   *
   * @return how many events were routed; 0 when none waits
   * @throws Unavailable when the state database does not answer
   */
  public int routeOnce() {
    while (true) {
      Batch batch = nextBatch();
      if (batch.events().isEmpty() || database.write(tx -> route(tx, batch))) {
        return batch.events().size();
      }
    }
  }

  /** Whether every event up to the place {@code seq} was routed. */
  public boolean hasRouted(Transaction tx, long seq) {
    return tx.number("SELECT seq FROM router") >= seq;
  }

  /** How many events wait to be routed. */
  public long waiting(Transaction tx) {
    return EventLog.newest(tx) - tx.number("SELECT seq FROM router");
  }

  /**
   * How many events of the domains that {@code seen} lets through were not routed yet, or are still
   * to be looked at by a replay.
   */
  public long waiting(Transaction tx, Predicate<String> seen) {
    return notRouted(tx, seen) + Replays.remaining(tx, seen);
  }

  private static long notRouted(Transaction tx, Predicate<String> seen) {
    return tx
        .list(
            """
            SELECT domain, COUNT(*) AS n FROM events WHERE seq > (SELECT seq FROM router)
            GROUP BY domain\
            """,
            row -> seen.test(row.text("domain")) ? row.number("n") : 0)
        .stream()
        .mapToLong(Long::longValue)
        .sum();
  }

  private Batch nextBatch() {
    return database.read(tx -> {
      long cursor = tx.number("SELECT seq FROM router");
      Matcher current = matcher(tx);
      List<Routed> routed =
          events.after(tx, cursor, BATCH).stream()
              .map(logged -> new Routed(logged, current.matching(logged)))
              .toList();
      return new Batch(cursor, current.version(), routed);
    });
  }

  private Matcher matcher(Transaction tx) {
    long version = Rules.version(tx);
    Matcher known = matcher;
    if (known.version() != version) {
      known = new Matcher(version, Rules.made(tx));
      matcher = known;
    }
    return known;
  }

  /** False when the cursor or the rules have changed since the batch was read. */
  private boolean route(Transaction tx, Batch batch) {
    int moved =
        tx.update(
            "UPDATE router SET seq = ? WHERE seq = ? AND rules_version = ?",
            batch.last(),
            batch.cursor(),
            batch.rulesVersion());
    if (moved == 0) {
      return false;
    }
    List<Sent> sent = new ArrayList<>();
    List<List<Object>> counts = new ArrayList<>();
    for (Routed routed : batch.events()) {
      LoggedEvent logged = routed.logged();
      sent.addAll(routed.sent());
      if (!routed.rules().isEmpty()) {
        counts.add(List.of(routed.rules().size(), logged.seq()));
      }
    }
    queues.sendAll(tx, sent);
    Set<String> calledBack =
        AwaitedObjects.arrived(tx, batch.events().stream().map(Routed::logged).toList());
    if (!calledBack.isEmpty()) {
      queues.tellAfter(tx, calledBack);
    }
    tx.update(
        "UPDATE events SET matched = 0 WHERE seq > ? AND seq <= ?", batch.cursor(), batch.last());
    tx.updateAll("UPDATE events SET matched = ? WHERE seq = ?", counts);
    return true;
  }

  /** Begins to route whatever is appended, until closed. */
  public void start() {
    loop.start();
  }

  /** Ends after the batch under way. */
  @Override
  public void close() {
    loop.close();
  }
}
