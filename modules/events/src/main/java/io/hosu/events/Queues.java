package io.hosu.events;

import static java.util.stream.Collectors.toUnmodifiableSet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Event;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Ids;
import io.hosu.kernel.Json;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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
      INSERT INTO messages (queue, seq, id, event, sent_at, visible_at, receives, redriven,
        group_key) VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?)
      """;

  /** The + keeps the database from collecting and sorting all that is visible: it walks by seq. */
  private static final String RECEIVE =
      """
      UPDATE messages SET receipt = ?, visible_at = ?, receives = receives + 1
      WHERE (queue, seq, id) IN (
        SELECT queue, seq, id FROM messages
        WHERE queue = ? AND +visible_at <= ? AND seq <= ? ORDER BY seq, id LIMIT ?)
      RETURNING id, queue, seq, event, sent_at, receives, redriven, original, group_key
      """;

  static final Comparator<Message> OLDEST_FIRST =
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
    MessageGroups.removeAll(tx, name);
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

  void tellAfter(Transaction tx, Set<String> queues) {
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
    String group = MessageGroups.keyOf(tx, queue, event);
    return insert(tx, ids.next(), new Sent(queue, EventLog.newest(tx), event, group), 0);
  }

  /**
   * The same of an event as a person has corrected it.
   *
   * @param original what happened
   */
  public String sendCorrected(Transaction tx, String queue, Event event, Event original) {
    String id = send(tx, queue, event);
    keepOriginal(tx, new Sent(queue, EventLog.newest(tx), event, null), id, original);
    return id;
  }

  void sendAll(Transaction tx, List<Sent> all) {
    if (all.isEmpty()) {
      return;
    }
    Instant now = clock.instant();
    tx.updateAll(
        SEND,
        all.stream()
            .map(sent ->
                Arrays.<@Nullable Object>asList(
                    sent.queue(),
                    sent.seq(),
                    ids.next(),
                    print(sent.event()),
                    now,
                    now,
                    0,
                    sent.group()))
            .toList());
    MessageGroups.changed(tx, all.stream().flatMap(sent -> sent.grouped().stream()).toList());
    tellAfter(tx, all.stream().map(Sent::queue).collect(toUnmodifiableSet()));
  }

  /** Puts a dead letter back. */
  void sendAgain(Transaction tx, DeadLetter letter) {
    requireQueue(tx, letter.queue());
    String group = MessageGroups.keyOf(tx, letter.queue(), letter.event());
    Sent sent = new Sent(letter.queue(), letter.seq(), letter.event(), group);
    insert(tx, letter.id(), sent, letter.redriven() + 1);
    letter.edit().ifPresent(edit -> keepOriginal(tx, sent, letter.id(), edit.original()));
  }

  private static void keepOriginal(Transaction tx, Sent sent, String id, Event original) {
    tx.update(
        "UPDATE messages SET original = ? WHERE queue = ? AND seq = ? AND id = ?",
        print(original),
        sent.queue(),
        sent.seq(),
        id);
  }

  private String insert(Transaction tx, String id, Sent sent, int redriven) {
    Instant now = clock.instant();
    String event = print(sent.event());
    tx.update(SEND, sent.queue(), sent.seq(), id, event, now, now, redriven, sent.group());
    MessageGroups.changed(tx, sent.grouped().stream().toList());
    tellAfter(tx, Set.of(sent.queue()));
    return id;
  }

  /**
   * Takes up to {@code max} visible messages of a queue without groups (of others: {@link
   * MessageGroups#receive}), oldest event first, and hides them until {@code visibleAt}.
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
        .list(RECEIVE, Message::of, receipt, visibleAt, queue, clock.instant(), lastSeq, max)
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
    List<Message> taken =
        tx.list(
            """
            UPDATE messages SET receipt = ?, visible_at = ?, receives = receives + 1
            WHERE queue = ? AND id = ? AND receipt IS NULL RETURNING *\
            """,
            Message::of,
            receipt,
            visibleAt,
            queue,
            id);
    MessageGroups.changed(
        tx,
        taken.stream()
            .flatMap(message -> message.group().stream())
            .map(key -> new MessageGroups.Group(queue, key))
            .toList());
    return taken;
  }

  /** The messages that are held under {@code receipt}, oldest event first. */
  public List<Message> held(Transaction tx, String receipt) {
    return tx.list(
        "SELECT * FROM messages WHERE receipt = ? ORDER BY seq, id", Message::of, receipt);
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

  /**
   * Gives some of the messages back that were received under {@code receipt}, as if they had not
   * been; returns how many were held.
   */
  public int giveBack(Transaction tx, Collection<Message> messages, String receipt) {
    Instant now = clock.instant();
    return tx.updateAll(
        "UPDATE messages SET receipt = NULL, visible_at = ?, receives = receives - 1"
            + " WHERE queue = ? AND seq = ? AND id = ? AND receipt = ?",
        messages.stream()
            .map(message ->
                List.<Object>of(now, message.queue(), message.seq(), message.id(), receipt))
            .toList());
  }

  /** Hides the messages until {@code visibleAt}; returns how many are still held. */
  public int extend(Transaction tx, String receipt, Instant visibleAt) {
    List<MessageGroups.Left> extended =
        tx.list(
            "UPDATE messages SET visible_at = ? WHERE receipt = ? RETURNING queue, group_key",
            MessageGroups.Left::row,
            visibleAt,
            receipt);
    MessageGroups.left(tx, extended);
    return extended.size();
  }

  /** Gives the messages back, visible from {@code visibleAt} on; returns how many were held. */
  public int release(Transaction tx, String receipt, Instant visibleAt) {
    List<MessageGroups.Left> released =
        tx.list(
            """
            UPDATE messages SET receipt = NULL, visible_at = ? WHERE receipt = ?
            RETURNING queue, group_key\
            """,
            MessageGroups.Left::row,
            visibleAt,
            receipt);
    MessageGroups.left(tx, released);
    tellAfter(tx, released.stream().map(MessageGroups.Left::queue).collect(toUnmodifiableSet()));
    return released.size();
  }

  /**
   * Deletes the messages, as their work is done; returns how many were held. Fewer than were
   * received means that another receiver has the rest, and the transaction must not commit.
   */
  public int delete(Transaction tx, String receipt) {
    List<MessageGroups.Left> deleted =
        tx.list(
            "DELETE FROM messages WHERE receipt = ? RETURNING queue, group_key",
            MessageGroups.Left::row,
            receipt);
    MessageGroups.left(tx, deleted);
    return deleted.size();
  }

  /**
   * Makes dead letters of the messages, with an event for each ({@code Message Dead-Lettered} of
   * {@code hosu.events}).
   */
  public List<DeadLetter> bury(Transaction tx, String receipt, DeadLetterCause cause) {
    Instant now = clock.instant();
    List<DeadLetter> letters =
        held(tx, receipt).stream().map(message -> DeadLetter.of(message, cause, now)).toList();
    delete(tx, receipt);
    DeadLetterRows.insert(tx, letters);
    letters.forEach(letter -> append(tx, "Message Dead-Lettered", letter, Json.object()));
    return letters;
  }

  /** The time by which queues go. */
  Instant now() {
    return clock.instant();
  }

  /** Appends an event about a dead letter, with what {@code more} tells of it. */
  void append(Transaction tx, String detailType, DeadLetter letter, ObjectNode more) {
    ObjectNode detail = letter.summary();
    detail.setAll(more);
    events.append(tx, "hosu.events", detailType, letter.domain(), List.of(letter.id()), detail);
  }

  /** How much {@code queue} holds; nothing when it does not exist. */
  public QueueDepth depth(Transaction tx, String queue) {
    return QueueDepth.find(tx, queue, clock.instant());
  }

  /** How much each queue holds that holds anything, by name. */
  public Map<String, QueueDepth> depths(Transaction tx) {
    return QueueDepth.all(tx, clock.instant());
  }

  /**
   * What can be received from {@code queue} at once now (of the first group, where there are
   * groups), looking at no more than {@code most} messages, of events up to the place {@code
   * lastSeq} of the log.
   *
   * @param most at least 1
   */
  public Waiting waitingUpTo(Transaction tx, String queue, long lastSeq, int most) {
    return Waiting.find(tx, queue, lastSeq, most, clock.instant());
  }

  /** How many messages can be received now, of all groups, as far as {@code most} or more. */
  public int countUpTo(Transaction tx, String queue, long lastSeq, int most) {
    return Waiting.count(tx, queue, lastSeq, most, clock.instant());
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
    return Waiting.queues(tx, clock.instant());
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
}
