package io.hosu.events;

import io.hosu.kernel.Event;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The groups of messages in queues: of one group only one batch is held at a time, oldest event
 * first, on all servers together; groups do not wait for one another.
 *
 * <p>A row for each group says where it begins and until when it is blocked, so that the next group
 * is found without looking at messages, however many wait behind others. It is made anew from the
 * messages after each change of them.
 */
public final class MessageGroups {
  /** What is hidden until then is hidden until somebody gives it back. */
  public static final Instant HELD = Instant.parse("9999-01-01T00:00:00Z");

  private static final int REGROUPED_AT_ONCE = 1000;
  static final String OF_GROUP = "FROM messages WHERE queue = ? AND group_key = ?";
  private static final String REFRESH =
      """
      INSERT INTO message_groups (queue, group_key, head, hidden_until)
      SELECT CAST(? AS TEXT), CAST(? AS TEXT), (SELECT MIN(seq) %1$s),
        (SELECT MAX(visible_at) %1$s)
      WHERE EXISTS (SELECT 1 %1$s)
      ON CONFLICT (queue, group_key) DO UPDATE
      SET head = excluded.head, hidden_until = excluded.hidden_until
      """
          .formatted(OF_GROUP);
  private static final String RECEIVE =
      """
      UPDATE messages SET receipt = ?, visible_at = ?, receives = receives + 1
      WHERE (queue, seq, id) IN (SELECT queue, seq, id %s AND seq <= ? ORDER BY seq, id LIMIT ?)
      RETURNING id, queue, seq, event, sent_at, receives, redriven, original, group_key
      """
          .formatted(OF_GROUP);

  private MessageGroups() {}

  /** A group of messages of a queue. */
  public record Group(String queue, String key) {}

  /** Where a message was. */
  record Left(String queue, Optional<Group> group) {
    static Left row(Row row) {
      String queue = row.text("queue");
      return new Left(queue, row.optionalText("group_key").map(key -> new Group(queue, key)));
    }
  }

  /**
   * The group with the oldest event among those of which messages can be received at {@code now};
   * nothing of one of which a message is hidden, because it is held or given back for later.
   *
   * @param upTo the place in the event log of the newest event that its first one may be about
   */
  public static Optional<Group> first(Transaction tx, String queue, long upTo, Instant now) {
    return tx.find(
        """
        SELECT group_key FROM message_groups
        WHERE queue = ? AND head <= ? AND hidden_until <= ? AND hidden_until < 253370764800000
        ORDER BY head, group_key LIMIT 1\
        """,
        row -> new Group(queue, row.text("group_key")),
        queue,
        upTo,
        now);
  }

  /**
   * Takes up to {@code max} messages of a group that {@link #first} gave in this transaction,
   * oldest event first, and hides them until {@code visibleAt}; nothing of the group is received
   * before.
   *
   * @param upTo the place in the event log of the newest event that they may be about
   * @param receipt what they are called by until they are deleted, released, buried or visible
   *     again
   */
  public static List<Message> receive(
      Transaction tx, Group group, long upTo, int max, String receipt, Instant visibleAt) {
    List<Message> received =
        tx
            .list(RECEIVE, Message::of, receipt, visibleAt, group.queue(), group.key(), upTo, max)
            .stream()
            .sorted(Queues.OLDEST_FIRST)
            .toList();
    changed(tx, List.of(group));
    return received;
  }

  /** The oldest messages of a group, at most {@code max}, held or not. */
  public static List<Message> peek(Transaction tx, Group group, int max) {
    return tx.list(
        "SELECT * " + OF_GROUP + " ORDER BY seq, id LIMIT ?",
        Message::of,
        group.queue(),
        group.key(),
        max);
  }

  /** The groups of a queue by their key, from {@code from} on. */
  public static List<Group> list(Transaction tx, String queue, String from, int max) {
    return tx.list(
        "SELECT group_key FROM message_groups WHERE queue = ? AND group_key >= ?"
            + " ORDER BY group_key LIMIT ?",
        row -> new Group(queue, row.text("group_key")),
        queue,
        from,
        max);
  }

  /** Whether a message of the group is held. */
  public static boolean isHeld(Transaction tx, Group group) {
    return tx.find(
            "SELECT id " + OF_GROUP + " AND receipt IS NOT NULL LIMIT 1",
            row -> row.text("id"),
            group.queue(),
            group.key())
        .isPresent();
  }

  /** Passes over a group until {@code until}, unless messages of it arrive before. */
  public static void putOff(Transaction tx, Group group, Instant until) {
    tx.update(
        "UPDATE message_groups SET hidden_until = ? WHERE queue = ? AND group_key = ?",
        until,
        group.queue(),
        group.key());
  }

  /** The group in which {@code queue} has {@code event}; null when its messages have none. */
  static @Nullable String keyOf(Transaction tx, String queue, Event event) {
    if (!isGrouped(tx, queue)) {
      return null;
    }
    return Rules.ofQueue(tx, queue).stream()
        .flatMap(rule -> Grouping.of(rule).stream())
        .map(grouping -> grouping.keyOf(event))
        .findFirst()
        .orElse("");
  }

  static boolean isGrouped(Transaction tx, String queue) {
    return tx.find("SELECT grouped FROM queues WHERE name = ?", row -> row.flag("grouped"), queue)
        .orElse(false);
  }

  /** Messages were removed, hidden or given back. */
  static void left(Transaction tx, Collection<Left> messages) {
    changed(tx, messages.stream().flatMap(left -> left.group().stream()).toList());
  }

  /** Messages of these groups were added or removed, hidden or given back. */
  static void changed(Transaction tx, Collection<Group> groups) {
    List<Group> distinct = groups.stream().distinct().toList();
    if (distinct.isEmpty()) {
      return;
    }
    tx.updateAll(
        REFRESH, distinct.stream().map(one -> repeated(one.queue(), one.key(), 4)).toList());
    tx.updateAll(
        """
        DELETE FROM message_groups WHERE queue = ? AND group_key = ? AND NOT EXISTS
          (SELECT 1 FROM messages m WHERE m.queue = message_groups.queue
           AND m.group_key = message_groups.group_key)\
        """,
        distinct.stream().map(one -> repeated(one.queue(), one.key(), 1)).toList());
  }

  private static List<Object> repeated(String queue, String key, int times) {
    List<Object> args = new ArrayList<>(2 * times);
    for (int i = 0; i < times; i++) {
      args.add(queue);
      args.add(key);
    }
    return args;
  }

  /**
   * Gives all messages of a queue the groups of {@code rule}, which is the first or another one
   * than before.
   */
  static void regroup(Transaction tx, Rule rule) {
    Optional<Grouping> grouping = Grouping.of(rule);
    tx.update("UPDATE queues SET grouped = ? WHERE name = ?", grouping.isPresent(), rule.queue());
    tx.update("DELETE FROM message_groups WHERE queue = ?", rule.queue());
    if (grouping.isEmpty()) {
      tx.update(
          "UPDATE messages SET group_key = NULL WHERE queue = ? AND group_key IS NOT NULL",
          rule.queue());
      return;
    }
    regroup(tx, rule.queue(), grouping.get());
    tx.update(
        """
        INSERT INTO message_groups (queue, group_key, head, hidden_until)
        SELECT queue, group_key, MIN(seq), MAX(visible_at) FROM messages
        WHERE queue = ? AND group_key IS NOT NULL GROUP BY queue, group_key\
        """,
        rule.queue());
  }

  private static void regroup(Transaction tx, String queue, Grouping grouping) {
    List<Message> some = List.of();
    do {
      Message last = some.isEmpty() ? null : some.getLast();
      some =
          tx.list(
              "SELECT * FROM messages WHERE queue = ? AND (seq > ? OR (seq = ? AND id > ?))"
                  + " ORDER BY seq, id LIMIT ?",
              Message::of,
              queue,
              last == null ? -1 : last.seq(),
              last == null ? -1 : last.seq(),
              last == null ? "" : last.id(),
              REGROUPED_AT_ONCE);
      tx.updateAll(
          "UPDATE messages SET group_key = ? WHERE queue = ? AND seq = ? AND id = ?",
          some.stream()
              .map(message ->
                  List.<Object>of(
                      grouping.keyOf(message.event()), queue, message.seq(), message.id()))
              .toList());
    } while (some.size() == REGROUPED_AT_ONCE);
  }

  /** Forgets the groups of a queue that is removed. */
  static void removeAll(Transaction tx, String queue) {
    tx.update("DELETE FROM message_groups WHERE queue = ?", queue);
    AwaitedObjects.forgetAll(tx, queue);
  }
}
