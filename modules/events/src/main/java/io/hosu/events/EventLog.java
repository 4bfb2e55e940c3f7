package io.hosu.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.http.HttpError;
import io.hosu.kernel.Event;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Ids;
import io.hosu.kernel.Json;
import io.hosu.kernel.Page;
import io.hosu.store.Database;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Everything that happened, append-only and in order: an event is in the log exactly when the
 * transaction that made it true is durable. May be used from any thread.
 */
public final class EventLog {
  private static final String COLUMNS =
      "seq, id, source, detail_type, domain, COALESCE(sender_time, time) AS time, resources,"
          + " detail, matched";
  private static final String APPEND =
      """
      INSERT INTO events (seq, id, source, detail_type, domain, time, resources, detail,
        sender_id, sender_time)
      SELECT COALESCE(MAX(seq), 0) + 1, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM events
      """;

  /** Where in the log a time begins: without it a list would walk on to the log's beginning. */
  private static final String FROM_TIME =
      "seq >= (SELECT seq FROM events WHERE time >= ? ORDER BY time, seq LIMIT 1)";

  private static final String UNMATCHED = "matched = 0";

  /** What the lake tells of itself need start nothing; of objects, somebody else did it. */
  private static final String NOT_OF_THE_LAKE =
      "(source = 'hosu.objects' OR source NOT LIKE 'hosu.%')";

  private static final int MOST_UNMATCHED = 10_000;
  private static final String UNMATCHED_OBJECTS =
      """
      SELECT domain, COUNT(DISTINCT resources) AS objects FROM (
        SELECT domain, resources FROM events
        WHERE matched = 0 AND source = 'hosu.objects' AND detail_type = 'Object Created'
          AND time >= ?
        ORDER BY time DESC LIMIT ?) AS newest
      GROUP BY domain
      """;

  private static final int MOST_LOOKED_AT = 20_000;
  private static final int AT_ONCE = 1000;
  private static final String REMOVE =
      """
      DELETE FROM events WHERE seq IN (
        SELECT seq FROM events WHERE time < ? AND seq <= (SELECT seq FROM router)
          AND seq < (SELECT MAX(seq) FROM events)
        ORDER BY time, seq LIMIT ?)
      """;

  private final Database database;
  private final InstantSource clock;
  private final Ids ids;
  private final Listeners appends = new Listeners();

  public EventLog(Database database, InstantSource clock, Ids ids) {
    this.database = database;
    this.clock = clock;
    this.ids = ids;
  }

  /**
   * Adds an event of now; it is there if and only if {@code tx} commits.
   *
   * @param source who says so, for example {@code hosu.objects}
   * @param detailType what happened, for example {@code Object Created}
   * @param domain the domain it belongs to; empty for the whole lake
   * @param resources what it is about
   * @param detail what else is known
   */
  public Event append(
      Transaction tx,
      String source,
      String detailType,
      String domain,
      List<String> resources,
      ObjectNode detail) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    Event event = new Event(ids.next(), source, detailType, now, domain, resources, detail);
    insert(tx, event, now, null, null);
    return event;
  }

  /**
   * An event that somebody sent, in the log.
   *
   * @param known whether it was there before
   */
  record Accepted(Event event, boolean known) {}

  /**
   * Adds an event that somebody sent; one that was sent to this bus before, by its source and the
   * sender's id, is the one that is there. Who may send to one bus has no say about another.
   *
   * @param domain on whose bus it is
   */
  Accepted accept(Transaction tx, String domain, SentEvent sent) {
    return sent.senderId()
        .flatMap(id -> sentBefore(tx, domain, sent.source(), id))
        .map(event -> new Accepted(event, true))
        .orElseGet(() -> new Accepted(add(tx, domain, sent), false));
  }

  private static Optional<Event> sentBefore(
      Transaction tx, String domain, String source, String senderId) {
    return tx.find(
        "SELECT " + COLUMNS + " FROM events WHERE domain = ? AND source = ? AND sender_id = ?",
        row -> read(row).event(),
        domain,
        source,
        senderId);
  }

  private Event add(Transaction tx, String domain, SentEvent sent) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    Instant time = sent.time().map(it -> it.truncatedTo(ChronoUnit.MILLIS)).orElse(now);
    Event event =
        new Event(
            ids.next(),
            sent.source(),
            sent.detailType(),
            time,
            domain,
            sent.resources(),
            sent.detail());
    insert(tx, event, now, sent.senderId().orElse(null), sent.time().isPresent() ? time : null);
    return event;
  }

  /** The time by which lists go is when the log took it, whatever its sender says. */
  private void insert(
      Transaction tx,
      Event event,
      Instant now,
      @Nullable String senderId,
      @Nullable Instant senderTime) {
    tx.update(
        APPEND,
        event.id(),
        event.source(),
        event.detailType(),
        event.account(),
        now,
        Json.print(event.resources()),
        Json.print(event.detail()),
        senderId,
        senderTime);
    appends.tellAfter(tx);
  }

  /** Has {@code listener} run after each commit that appended; it must be quick. */
  public void onAppend(Runnable listener) {
    appends.add(listener);
  }

  /**
   * The events that {@code filter} lets through, newest first.
   *
   * @throws Invalid {@link HttpError#PAGE_INVALID}
   */
  public Page<LoggedEvent> list(EventFilter filter, int limit) {
    return part(filter, limit, Optional.empty());
  }

  /**
   * The part of a list that begins at {@code next}.
   *
   * @param next what the part before gave
   * @throws Invalid {@link HttpError#PAGE_INVALID}
   */
  public Page<LoggedEvent> list(EventFilter filter, int limit, String next) {
    return part(filter, limit, Optional.of(seq(next)));
  }

  /**
   * The part of a list of those that {@code seen} lets through: shorter than {@code limit} where it
   * takes long to find more, but empty only at the end.
   *
   * @param next what the part before gave; empty for the first
   * @throws Invalid {@link HttpError#PAGE_INVALID}
   */
  Page<LoggedEvent> list(
      EventFilter filter, int limit, Optional<String> next, Predicate<LoggedEvent> seen) {
    List<LoggedEvent> found = new ArrayList<>();
    Optional<String> from = next;
    int looked = 0;
    do {
      Page<LoggedEvent> part = part(filter, looked == 0 ? limit : AT_ONCE, from.map(EventLog::seq));
      part.items().stream().filter(seen).forEach(found::add);
      looked += part.items().size();
      from = part.nextToken();
    } while (from.isPresent()
        && found.size() < limit
        && (found.isEmpty() || looked < MOST_LOOKED_AT));
    return found.size() > limit
        ? new Page<>(found.subList(0, limit), String.valueOf(found.get(limit).seq()))
        : new Page<>(found, from.orElse(null));
  }

  private Page<LoggedEvent> part(EventFilter filter, int limit, Optional<Long> from) {
    Conditions where = new Conditions();
    where.add("seq <= ?", from);
    where.add("time >= ?", filter.since());
    where.add(FROM_TIME, filter.since());
    where.add("source = ?", filter.source());
    where.add("detail_type = ?", filter.detailType());
    where.add("domain = ?", filter.domain());
    filter.matched().ifPresent(some -> where.add(some ? "matched > 0" : UNMATCHED));
    if (filter.matched().equals(Optional.of(false)) && filter.source().isEmpty()) {
      where.add(NOT_OF_THE_LAKE);
    }
    String sql =
        "SELECT " + COLUMNS + " FROM events" + where.where() + " ORDER BY seq DESC LIMIT ?";
    List<LoggedEvent> found =
        database.read(tx -> tx.list(sql, EventLog::read, where.argsAnd(limit + 1)));
    return found.size() <= limit
        ? Page.last(found)
        : new Page<>(found.subList(0, limit), String.valueOf(found.get(limit).seq()));
  }

  /**
   * How many objects came since a time that no rule took, looking at the newest {@value
   * #MOST_UNMATCHED} of such events.
   *
   * @param domains of which domains
   */
  public static long unmatchedObjects(Transaction tx, Instant since, Predicate<String> domains) {
    return tx
        .list(
            UNMATCHED_OBJECTS,
            row -> domains.test(row.text("domain")) ? row.number("objects") : 0L,
            since,
            MOST_UNMATCHED)
        .stream()
        .mapToLong(Long::longValue)
        .sum();
  }

  /** The event with this id; empty once it is older than what is kept. */
  public Optional<LoggedEvent> find(Transaction tx, String id) {
    return tx.find("SELECT " + COLUMNS + " FROM events WHERE id = ?", EventLog::read, id);
  }

  /** The events of stages: of those whose queues {@code queues} lets through. */
  Optional<Predicate<LoggedEvent>> ofStages(Predicate<String> queues) {
    return database.read(tx -> EventsOfStages.find(tx, queues));
  }

  /** Whether an event is taken by a rule of one of the queues that {@code queues} lets through. */
  Predicate<LoggedEvent> takenBy(Predicate<String> queues) {
    return database.read(tx -> EventsOfStages.takenBy(tx, queues));
  }

  /**
   * Whether an event that was not routed yet is about something whose id is {@code id}.
   *
   * @param id letters and digits
   */
  public boolean announces(Transaction tx, String id) {
    return tx.find(
            """
            SELECT seq FROM events WHERE seq > (SELECT seq FROM router) AND detail LIKE ?
            LIMIT 1\
            """,
            row -> row.number("seq"),
            "%\"" + id + "\"%")
        .isPresent();
  }

  /**
   * Removes the events from before {@code limit} that were routed, the replays that ended before
   * it, and what is known of redrives from before it whose messages are done with. Messages and
   * dead letters have their event with them, and keep it. The newest event stays, as the next one
   * is counted from it.
   *
   * @return how many were removed
   */
  public long removeBefore(Instant limit) {
    long all = 0;
    int removed;
    do {
      removed = database.write(tx -> tx.update(REMOVE, limit, AT_ONCE));
      all += removed;
    } while (removed == AT_ONCE);
    database.perform(tx -> {
      Redrives.removeBefore(tx, limit);
      Replays.removeBefore(tx, limit);
    });
    return all;
  }

  /** The events after {@code seq}, oldest first. */
  public List<LoggedEvent> after(Transaction tx, long seq, int limit) {
    return tx.list(
        "SELECT " + COLUMNS + " FROM events WHERE seq > ? ORDER BY seq LIMIT ?",
        EventLog::read,
        seq,
        limit);
  }

  /** The place of the newest event; 0 when there is none. */
  public static long newest(Transaction tx) {
    return tx.number("SELECT COALESCE(MAX(seq), 0) FROM events");
  }

  /** The place of the oldest event that is kept; 0 when there is none. */
  public static long oldest(Transaction tx) {
    return tx.number("SELECT COALESCE(MIN(seq), 0) FROM events");
  }

  /** The place before the first event that the log took at {@code time} or later. */
  public static long before(Transaction tx, Instant time) {
    return tx.find(
            "SELECT seq FROM events WHERE time >= ? ORDER BY time, seq LIMIT 1",
            row -> row.number("seq") - 1,
            time)
        .orElseGet(() -> newest(tx));
  }

  private static LoggedEvent read(Row row) {
    Event event =
        new Event(
            row.text("id"),
            row.text("source"),
            row.text("detail_type"),
            row.instant("time"),
            row.text("domain"),
            Json.parse(row.text("resources")).valueStream().map(JsonNode::asText).toList(),
            (ObjectNode) Json.parse(row.text("detail")));
    return new LoggedEvent(
        row.number("seq"), event, row.optionalNumber("matched").map(Long::intValue));
  }

  private static long seq(String next) {
    try {
      return Long.parseLong(next);
    } catch (NumberFormatException e) {
      throw new Invalid(
          HttpError.PAGE_INVALID,
          "'%s' is not the token of a page.".formatted(next),
          "Begin again with the first page.",
          e);
    }
  }
}
