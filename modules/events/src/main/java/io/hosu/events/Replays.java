package io.hosu.events;

import io.hosu.events.Replay.Place;
import io.hosu.events.Replay.Status;
import io.hosu.events.Replay.Wanted;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Ids;
import io.hosu.kernel.Json;
import io.hosu.kernel.Suggestions;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/**
 * Sends events of the log once more to the queues whose rules take them: also to rules that are
 * younger than the events. What was asked for is kept, and goes on after a restart; each event
 * becomes exactly one message of each queue and replay. May be used from any thread.
 */
public final class Replays {
  private static final int PART = 500;

  /** A queue that holds as many messages gets no more of a replay until some are done with. */
  private static final int MOST_WAITING = 10_000;

  private final Database database;
  private final EventLog events;
  private final Queues queues;
  private final InstantSource clock;
  private final Ids ids;
  private final Map<String, Aim> aims = new ConcurrentHashMap<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  public Replays(Database database, EventLog events, Queues queues, InstantSource clock, Ids ids) {
    this.database = database;
    this.events = events;
    this.queues = queues;
    this.clock = clock;
    this.ids = ids;
  }

  /** How much a replay would send: of how many events, how many messages. */
  public record Extent(long events, long messages) {}

  /** Has {@code listener} run after each commit that makes a replay; it must be quick. */
  void onMade(Runnable listener) {
    listeners.add(listener);
  }

  /**
   * Begins a replay of what is in the log and was routed by now.
   *
   * @param by who asks
   * @throws NotFound {@link EventsError#QUEUE_NOT_FOUND} when no rule sends to what is wanted
   * @throws Invalid {@link EventsError#REPLAY_INVALID}, {@link EventsError#PATTERN_INVALID}
   */
  public Replay begin(Wanted wanted, String by) {
    return database.write(tx -> {
      requireSound(tx, wanted);
      Replay replay =
          new Replay(
              ids.next(),
              wanted,
              range(tx, wanted),
              Status.RUNNING,
              clock.instant(),
              by,
              Optional.empty());
      insert(tx, replay);
      tx.afterCommit(() -> listeners.forEach(Runnable::run));
      return replay;
    });
  }

  /** How much {@link #begin} would send, without sending it. */
  public Extent extent(Wanted wanted) {
    Place place =
        database.read(tx -> {
          requireSound(tx, wanted);
          return range(tx, wanted);
        });
    Aim aim = database.read(tx -> Aim.at(tx, wanted));
    while (!place.isEnd()) {
      place = part(aim, place).place();
    }
    return new Extent(place.events(), place.messages());
  }

  private static void requireSound(Transaction tx, Wanted wanted) {
    wanted.pattern().ifPresent(EventPatterns::check);
    if (!wanted.from().isBefore(wanted.to())) {
      throw new Invalid(
          EventsError.REPLAY_INVALID,
          "No event lies between %s and %s.".formatted(wanted.from(), wanted.to()),
          "Let the end be later than the beginning.");
    }
    List<Rules.Made> made = Rules.made(tx);
    if (made.stream().noneMatch(one -> wanted.isFor(one.rule()))) {
      List<String> known = made.stream().map(one -> one.rule().queue()).toList();
      throw new NotFound(
          EventsError.QUEUE_NOT_FOUND,
          wanted.stage().isEmpty()
              ? "No stage there takes events."
              : "No events go to a stage '%s'%s"
                  .formatted(wanted.stage(), Suggestions.ending(wanted.stage(), known)),
          "See the stages with: hosu stages list");
    }
  }

  private static Place range(Transaction tx, Wanted wanted) {
    long routed = tx.number("SELECT seq FROM router");
    long before =
        tx.number(
            "SELECT COALESCE(MIN(seq), ?) - 1 FROM events WHERE time >= ?",
            routed + 1,
            wanted.from());
    long last = tx.number("SELECT COALESCE(MAX(seq), 0) FROM events WHERE time < ?", wanted.to());
    return new Place(before, Math.min(last, routed), 0, 0);
  }

  private static void insert(Transaction tx, Replay replay) {
    tx.update(
        """
        INSERT INTO replays (id, domain, stage, from_at, to_at, pattern, cursor_seq, last_seq,
          status, events, messages, made_at, made_by)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?)\
        """,
        replay.id(),
        replay.wanted().domain(),
        replay.wanted().stage(),
        replay.wanted().from(),
        replay.wanted().to(),
        replay.wanted().pattern().map(Json::print).orElse(null),
        replay.place().cursor(),
        replay.place().last(),
        replay.status().name(),
        replay.madeAt(),
        replay.madeBy());
  }

  /** A part of a replay: what it sends, and how far it brings it. */
  private record Part(Place place, List<Sent> sent) {}

  /**
   * What a replay is aimed at, read once for each version of the rules: reading all rules and
   * making a machine of them costs more than a part of the log.
   *
   * @param matcher of the rules that are meant, which also take events older than they are
   * @param queues where those send to
   * @param narrowing which events are meant at all
   */
  private record Aim(Matcher matcher, List<String> queues, Predicate<LoggedEvent> narrowing) {
    static Aim at(Transaction tx, Wanted wanted) {
      List<Rules.Made> meant =
          Rules.made(tx).stream()
              .filter(made -> wanted.isFor(made.rule()))
              .map(made -> new Rules.Made(made.rule(), -1))
              .toList();
      return new Aim(
          new Matcher(Rules.version(tx), meant),
          meant.stream().map(made -> made.rule().queue()).toList(),
          wanted.narrowing());
    }
  }

  /** The aim of a replay by the rules as they are now. */
  private Aim aim(Replay replay) {
    return database.read(tx -> {
      Aim known = aims.get(replay.id());
      return known != null && known.matcher().version() == Rules.version(tx)
          ? known
          : Aim.at(tx, replay.wanted());
    });
  }

  private Part part(Aim aim, Place place) {
    return database.read(tx -> {
      List<LoggedEvent> looked =
          events.after(tx, place.cursor(), PART).stream()
              .filter(logged -> logged.seq() <= place.last())
              .toList();
      List<Sent> sent =
          looked.stream()
              .filter(aim.narrowing())
              .flatMap(logged ->
                  new EventRouter.Routed(logged, aim.matcher().matching(logged)).sent().stream())
              .toList();
      long taken = sent.stream().map(Sent::seq).distinct().count();
      long last = looked.isEmpty() ? place.last() : looked.getLast().seq();
      return new Part(place.after(last, taken, sent.size()), sent);
    });
  }

  /**
   * Does a part of each replay that goes on and whose queues are not full.
   *
   * @return whether there is more to be done at once
   */
  public boolean step() {
    List<Replay> running =
        database.read(tx ->
            tx.list("SELECT * FROM replays WHERE status = 'RUNNING' ORDER BY id", Replay::of));
    aims.keySet().retainAll(running.stream().map(Replay::id).toList());
    boolean moved = false;
    for (Replay replay : running) {
      Aim aim = aim(replay);
      aims.put(replay.id(), aim);
      moved |= !isHeldUp(aim) && step(replay, aim);
    }
    return moved;
  }

  private boolean isHeldUp(Aim aim) {
    return database.read(tx ->
        aim.queues().stream()
            .anyMatch(queue ->
                queues.countUpTo(tx, queue, Long.MAX_VALUE, MOST_WAITING) >= MOST_WAITING));
  }

  private boolean step(Replay replay, Aim aim) {
    Part part = part(aim, replay.place());
    boolean isEnd = part.place().isEnd();
    database.write(tx -> {
      int moved =
          tx.update(
              """
              UPDATE replays SET cursor_seq = ?, events = ?, messages = ?, status = ?, ended_at = ?
              WHERE id = ? AND status = 'RUNNING' AND cursor_seq = ?\
              """,
              part.place().cursor(),
              part.place().events(),
              part.place().messages(),
              (isEnd ? Status.DONE : Status.RUNNING).name(),
              isEnd ? clock.instant() : null,
              replay.id(),
              replay.place().cursor());
      if (moved == 1) {
        queues.sendAll(tx, part.sent());
      }
      return moved;
    });
    return !isEnd;
  }

  /** How many events are still to be looked at by replays of domains that are seen. */
  static long remaining(Transaction tx, Predicate<String> seen) {
    return tx.list("SELECT * FROM replays WHERE status = 'RUNNING'", Replay::of).stream()
        .filter(replay -> seen.test(replay.wanted().owner()))
        .mapToLong(replay -> replay.place().last() - replay.place().cursor())
        .sum();
  }

  /** All replays, the newest first. */
  public List<Replay> list(Transaction tx) {
    return tx.list("SELECT * FROM replays ORDER BY id DESC", Replay::of);
  }

  /**
   * The replay of this id.
   *
   * @throws NotFound {@link EventsError#REPLAY_NOT_FOUND}
   */
  public Replay require(Transaction tx, String id) {
    return tx.find("SELECT * FROM replays WHERE id = ?", Replay::of, id)
        .orElseThrow(() ->
            new NotFound(
                EventsError.REPLAY_NOT_FOUND,
                "There is no replay %s.".formatted(id),
                "See them with: hosu replays list"));
  }

  /**
   * Ends a replay before its end; the messages that it sent stay.
   *
   * @throws NotFound {@link EventsError#REPLAY_NOT_FOUND}
   * @throws Conflict {@link EventsError#REPLAY_ENDED}
   */
  public Replay cancel(Transaction tx, String id) {
    Replay replay = require(tx, id);
    if (replay.status() != Status.RUNNING) {
      throw new Conflict(
          EventsError.REPLAY_ENDED,
          "Replay %s has ended: %s.".formatted(id, replay.status()),
          "See what it sent with: hosu replays show " + id);
    }
    Instant now = clock.instant();
    tx.update(
        "UPDATE replays SET status = ?, ended_at = ? WHERE id = ?",
        Status.CANCELLED.name(),
        now,
        id);
    return require(tx, id);
  }

  /** Forgets replays that ended before {@code limit}. */
  static void removeBefore(Transaction tx, Instant limit) {
    tx.update("DELETE FROM replays WHERE ended_at < ?", limit);
  }
}
