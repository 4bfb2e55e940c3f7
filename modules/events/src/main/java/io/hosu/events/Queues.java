package io.hosu.events;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toUnmodifiableSet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Event;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Ids;
import io.hosu.kernel.Json;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Queues of messages, oldest event first, with SQS's meaning of receive, delete and visibility
 * timeout.
 *
 * <p>A receiver names a receipt of its own choice, and all messages it receives under it belong
 * together: they are extended, released, deleted or buried at once. Each of these returns what it
 * found, so that a receiver whose visibility timeout ran out notices that another has them now. May
 * be used from any thread.
 */
public final class Queues {
  private static final String SEND =
      """
      INSERT INTO messages (queue, seq, id, event, sent_at, visible_at, receives, redriven)
      VALUES (?, ?, ?, ?, ?, ?, 0, ?)
      """;

  /** The + keeps the database from collecting and sorting all that is visible: it walks by seq. */
  private static final String RECEIVE =
      """
      UPDATE messages SET receipt = ?, visible_at = ?, receives = receives + 1
      WHERE (queue, seq, id) IN (
        SELECT queue, seq, id FROM messages
        WHERE queue = ? AND +visible_at <= ? AND seq <= ? ORDER BY seq, id LIMIT ?)
      RETURNING id, queue, seq, event, sent_at, receives, redriven
      """;

  private static final String DEPTHS =
      """
      SELECT queue,
        SUM(CASE WHEN visible_at <= ? THEN 1 ELSE 0 END) AS visible,
        SUM(CASE WHEN visible_at > ? AND receipt IS NOT NULL THEN 1 ELSE 0 END) AS in_flight,
        SUM(CASE WHEN visible_at > ? AND receipt IS NULL THEN 1 ELSE 0 END) AS delayed,
        MIN(sent_at) AS oldest
      FROM messages
      """;
  private static final Comparator<Message> OLDEST_FIRST =
      Comparator.comparingLong(Message::seq).thenComparing(Message::id);

  private final EventLog events;
  private final InstantSource clock;
  private final Ids ids;
  private final List<Consumer<Set<String>>> arrivals = new CopyOnWriteArrayList<>();

  public Queues(EventLog events, InstantSource clock, Ids ids) {
    this.events = events;
    this.clock = clock;
    this.ids = ids;
  }

  /** Makes a queue; false when it was there. */
  public boolean create(Transaction tx, String name) {
    return tx.update("INSERT INTO queues (name) VALUES (?) ON CONFLICT DO NOTHING", name) > 0;
  }

  /**
   * Removes a queue with its messages; its dead letters stay. False when there was none.
   *
   * @throws Conflict {@link EventsError#QUEUE_IN_USE} while a rule sends to it
   */
  public boolean remove(Transaction tx, String name) {
    if (tx.number("SELECT COUNT(*) FROM rules WHERE queue = ?", name) > 0) {
      throw new Conflict(
          EventsError.QUEUE_IN_USE,
          "A rule still sends to the queue %s.".formatted(name),
          "Remove the rule first.");
    }
    tx.update("DELETE FROM messages WHERE queue = ?", name);
    return tx.update("DELETE FROM queues WHERE name = ?", name) > 0;
  }

  /** Every queue's name, in order. */
  public List<String> list(Transaction tx) {
    return tx.list("SELECT name FROM queues ORDER BY name", row -> row.text("name"));
  }

  /**
   * Has {@code listener} told, after each commit that may have made messages visible, in which
   * queues; it must be quick.
   */
  public void onArrival(Consumer<Set<String>> listener) {
    arrivals.add(listener);
  }

  private void tellAfter(Transaction tx, Set<String> queues) {
    tx.afterCommit(() -> arrivals.forEach(listener -> listener.accept(queues)));
  }

  /**
   * Sends a message beside any rule, behind those of the events that were appended before.
   *
   * @return its id
   * @throws NotFound {@link EventsError#QUEUE_NOT_FOUND}
   */
  public String send(Transaction tx, String queue, Event event) {
    requireQueue(tx, queue);
    return insert(tx, ids.next(), new Sent(queue, EventLog.newest(tx), event), 0);
  }

  /** An event on its way to a queue. */
  record Sent(String queue, long seq, Event event) {}

  void sendAll(Transaction tx, List<Sent> all) {
    if (all.isEmpty()) {
      return;
    }
    Instant now = clock.instant();
    tx.updateAll(
        SEND,
        all.stream()
            .map(sent ->
                List.<Object>of(
                    sent.queue(), sent.seq(), ids.next(), print(sent.event()), now, now, 0))
            .toList());
    tellAfter(tx, all.stream().map(Sent::queue).collect(toUnmodifiableSet()));
  }

  /** Puts a dead letter back. */
  void sendAgain(Transaction tx, DeadLetter letter) {
    requireQueue(tx, letter.queue());
    Sent sent = new Sent(letter.queue(), letter.seq(), letter.event());
    insert(tx, letter.id(), sent, letter.redriven() + 1);
    letter
        .edit()
        .ifPresent(edit ->
            tx.update(
                "UPDATE messages SET original = ? WHERE queue = ? AND seq = ? AND id = ?",
                print(edit.original()),
                letter.queue(),
                letter.seq(),
                letter.id()));
  }

  private String insert(Transaction tx, String id, Sent sent, int redriven) {
    Instant now = clock.instant();
    tx.update(SEND, sent.queue(), sent.seq(), id, print(sent.event()), now, now, redriven);
    tellAfter(tx, Set.of(sent.queue()));
    return id;
  }

  /**
   * Takes up to {@code max} visible messages, oldest event first, and hides them until {@code
   * visibleAt}.
   *
   * @param receipt what they are called by until they are deleted, released, buried or visible
   *     again
   */
  public List<Message> receive(
      Transaction tx, String queue, int max, String receipt, Instant visibleAt) {
    return receiveUpTo(tx, queue, Long.MAX_VALUE, max, receipt, visibleAt);
  }

  /** The same of messages whose event was appended up to {@code lastSeq}. */
  public List<Message> receiveUpTo(
      Transaction tx, String queue, long lastSeq, int max, String receipt, Instant visibleAt) {
    return tx
        .list(RECEIVE, Queues::message, receipt, visibleAt, queue, clock.instant(), lastSeq, max)
        .stream()
        .sorted(OLDEST_FIRST)
        .toList();
  }

  /**
   * Takes one message of a queue that nobody holds, visible or not, and hides it until {@code
   * visibleAt}; empty when there is none.
   */
  public List<Message> take(
      Transaction tx, String queue, String id, String receipt, Instant visibleAt) {
    return tx.list(
        """
        UPDATE messages SET receipt = ?, visible_at = ?, receives = receives + 1
        WHERE queue = ? AND id = ? AND receipt IS NULL RETURNING *\
        """,
        Queues::message,
        receipt,
        visibleAt,
        queue,
        id);
  }

  /** The messages that are held under {@code receipt}, oldest event first. */
  public List<Message> held(Transaction tx, String receipt) {
    return tx.list(
        "SELECT * FROM messages WHERE receipt = ? ORDER BY seq, id", Queues::message, receipt);
  }

  /**
   * Gives held messages another receipt; they stay hidden as long as before. Returns how many were
   * still held: what another has received since is left alone.
   */
  public int hand(Transaction tx, Collection<Message> messages, String receipt) {
    return tx.updateAll(
        "UPDATE messages SET receipt = ? WHERE queue = ? AND seq = ? AND id = ? AND receives = ?"
            + " AND redriven = ? AND receipt IS NOT NULL",
        messages.stream()
            .map(message ->
                List.<Object>of(
                    receipt,
                    message.queue(),
                    message.seq(),
                    message.id(),
                    message.receives(),
                    message.redriven()))
            .toList());
  }

  /** Hides the messages until {@code visibleAt}; returns how many are still held. */
  public int extend(Transaction tx, String receipt, Instant visibleAt) {
    return tx.update("UPDATE messages SET visible_at = ? WHERE receipt = ?", visibleAt, receipt);
  }

  /** Gives the messages back, visible from {@code visibleAt} on; returns how many were held. */
  public int release(Transaction tx, String receipt, Instant visibleAt) {
    List<String> released =
        tx.list(
            """
            UPDATE messages SET receipt = NULL, visible_at = ? WHERE receipt = ?
            RETURNING queue\
            """,
            row -> row.text("queue"),
            visibleAt,
            receipt);
    tellAfter(tx, Set.copyOf(released));
    return released.size();
  }

  /**
   * Deletes the messages, as their work is done; returns how many were held. Fewer than were
   * received means that another receiver has the rest, and the transaction must not commit.
   */
  public int delete(Transaction tx, String receipt) {
    return tx.update("DELETE FROM messages WHERE receipt = ?", receipt);
  }

  /**
   * Makes dead letters of the messages, with an event for each ({@code Message Dead-Lettered} of
   * {@code hosu.events}).
   */
  public List<DeadLetter> bury(Transaction tx, String receipt, DeadLetterCause cause) {
    Instant now = clock.instant();
    Map<String, Event> originals = originals(tx, receipt);
    List<DeadLetter> letters =
        held(tx, receipt).stream()
            .map(message ->
                DeadLetter.of(
                    message, Optional.ofNullable(originals.get(message.id())), cause, now))
            .toList();
    delete(tx, receipt);
    DeadLetterRows.insert(tx, letters);
    letters.forEach(letter -> append(tx, "Message Dead-Lettered", letter, Json.object()));
    return letters;
  }

  /** The time by which queues go. */
  Instant now() {
    return clock.instant();
  }

  /** What happened, by message, where a person has corrected it. */
  private static Map<String, Event> originals(Transaction tx, String receipt) {
    return tx
        .list(
            "SELECT id, original FROM messages WHERE receipt = ? AND original IS NOT NULL",
            row -> Map.entry(row.text("id"), DeadLetterRows.event(row.text("original"))),
            receipt)
        .stream()
        .collect(toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** Appends an event about a dead letter, with what {@code more} tells of it. */
  void append(Transaction tx, String detailType, DeadLetter letter, ObjectNode more) {
    ObjectNode detail = letter.summary();
    detail.setAll(more);
    events.append(tx, "hosu.events", detailType, letter.domain(), List.of(letter.id()), detail);
  }

  /** How much {@code queue} holds; nothing when it does not exist. */
  public QueueDepth depth(Transaction tx, String queue) {
    Instant now = clock.instant();
    return tx.find(DEPTHS + " WHERE queue = ? GROUP BY queue", Queues::depth, now, now, now, queue)
        .orElse(QueueDepth.EMPTY);
  }

  /** How much each queue holds that holds anything, by name. */
  public Map<String, QueueDepth> depths(Transaction tx) {
    Instant now = clock.instant();
    return tx
        .list(
            DEPTHS + " GROUP BY queue",
            row -> Map.entry(row.text("queue"), depth(row)),
            now,
            now,
            now)
        .stream()
        .collect(toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /**
   * What can be received from {@code queue} now, looking at no more than {@code most} messages.
   *
   * @param most at least 1
   */
  public Waiting waiting(Transaction tx, String queue, int most) {
    return waitingUpTo(tx, queue, Long.MAX_VALUE, most);
  }

  /** The same of messages whose event was appended up to {@code lastSeq}. */
  public Waiting waitingUpTo(Transaction tx, String queue, long lastSeq, int most) {
    return tx.find(
            """
            SELECT COUNT(*) AS n, MIN(sent_at) AS oldest FROM
              (SELECT sent_at FROM messages WHERE queue = ? AND seq <= ? AND +visible_at <= ?
               ORDER BY seq, id LIMIT ?) AS first\
            """,
            row -> new Waiting((int) row.number("n"), row.optionalInstant("oldest")),
            queue,
            lastSeq,
            clock.instant(),
            most)
        .orElseThrow();
  }

  /** Whether the queue holds a message, visible or not, of an event up to the place {@code seq}. */
  public boolean holdsAnyUpTo(Transaction tx, String queue, long seq) {
    return tx.find(
            "SELECT id FROM messages WHERE queue = ? AND seq <= ? LIMIT 1",
            row -> row.text("id"),
            queue,
            seq)
        .isPresent();
  }

  /**
   * Whether a message of {@code queue}, held or not, is about something whose id is {@code id}.
   *
   * @param id letters and digits
   */
  public boolean mentions(Transaction tx, String queue, String id) {
    return tx.find(
            "SELECT id FROM messages WHERE queue = ? AND event LIKE ? LIMIT 1",
            row -> row.text("id"),
            queue,
            "%\"" + id + "\"%")
        .isPresent();
  }

  /** The queues from which something can be received now. */
  public List<String> waitingQueues(Transaction tx) {
    return tx.list(
        """
        SELECT name FROM queues WHERE EXISTS
          (SELECT 1 FROM messages WHERE queue = queues.name AND visible_at <= ?)\
        """,
        row -> row.text("name"),
        clock.instant());
  }

  /** When the queue's next message is visible, in the past if one is; empty when it holds none. */
  public Optional<Instant> nextVisible(Transaction tx, String queue) {
    return tx.find(
            "SELECT MIN(visible_at) AS next FROM messages WHERE queue = ?",
            row -> row.optionalInstant("next"),
            queue)
        .flatMap(next -> next);
  }

  static void requireQueue(Transaction tx, String name) {
    if (tx.number("SELECT COUNT(*) FROM queues WHERE name = ?", name) == 0) {
      throw new NotFound(
          EventsError.QUEUE_NOT_FOUND,
          "There is no queue %s.".formatted(name),
          "Apply a lake project that has this stage: hosu apply");
    }
  }

  private static String print(Event event) {
    return Json.print(event.toJson());
  }

  private static Message message(Row row) {
    return new Message(
        row.text("id"),
        row.text("queue"),
        row.number("seq"),
        Event.fromJson(Json.parse(row.text("event"))),
        row.instant("sent_at"),
        (int) row.number("receives"),
        (int) row.number("redriven"));
  }

  private static QueueDepth depth(Row row) {
    return new QueueDepth(
        row.number("visible"),
        row.number("in_flight"),
        row.number("delayed"),
        row.optionalInstant("oldest"));
  }
}
