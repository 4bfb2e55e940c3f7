package io.hosu.events;

import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What can be received from a queue, as far as somebody looked.
 *
 * @param count how many messages
 * @param oldest when the one that waits longest was sent; empty when there is none
 */
public record Waiting(int count, Optional<Instant> oldest) {

  /**
   * What can be received at once from {@code queue}: of the first group, where there are groups.
   */
  static Waiting find(Transaction tx, String queue, long upTo, int most, Instant now) {
    return MessageGroups.isGrouped(tx, queue)
        ? MessageGroups.first(tx, queue, upTo, now)
            .map(group -> ofGroup(tx, group, upTo, most))
            .orElse(new Waiting(0, Optional.empty()))
        : ofAny(tx, queue, upTo, most, now);
  }

  /** How many messages can be received, of all groups. */
  static int count(Transaction tx, String queue, long upTo, int most, Instant now) {
    return MessageGroups.isGrouped(tx, queue)
        ? Math.toIntExact(
            tx.number(
                """
                SELECT COUNT(*) FROM message_groups g JOIN messages m
                  ON m.queue = g.queue AND m.group_key = g.group_key
                WHERE g.queue = ? AND g.hidden_until <= ? AND g.hidden_until < 253370764800000
                  AND m.seq <= ?\
                """,
                queue,
                now,
                upTo))
        : ofAny(tx, queue, upTo, most, now).count();
  }

  /** The queues from which something can be received. */
  static List<String> queues(Transaction tx, Instant now) {
    return tx.list(
        """
        SELECT name FROM queues WHERE (grouped = 0 AND EXISTS
            (SELECT 1 FROM messages WHERE queue = queues.name AND visible_at <= ?))
          OR (grouped = 1 AND EXISTS
            (SELECT 1 FROM message_groups WHERE queue = queues.name AND hidden_until <= ?
              AND hidden_until < 253370764800000))\
        """,
        row -> row.text("name"),
        now,
        now);
  }

  private static Waiting ofGroup(Transaction tx, MessageGroups.Group group, long upTo, int most) {
    return tx.find(
            "SELECT COUNT(*) AS n, MIN(sent_at) AS oldest FROM (SELECT sent_at "
                + MessageGroups.OF_GROUP
                + " AND seq <= ? ORDER BY seq, id LIMIT ?) AS first",
            Waiting::of,
            group.queue(),
            group.key(),
            upTo,
            most)
        .orElseThrow();
  }

  private static Waiting ofAny(Transaction tx, String queue, long upTo, int most, Instant now) {
    return tx.find(
            """
            SELECT COUNT(*) AS n, MIN(sent_at) AS oldest FROM
              (SELECT sent_at FROM messages WHERE queue = ? AND seq <= ? AND +visible_at <= ?
               ORDER BY seq, id LIMIT ?) AS first\
            """,
            Waiting::of,
            queue,
            upTo,
            now,
            most)
        .orElseThrow();
  }

  private static Waiting of(Row row) {
    return new Waiting((int) row.number("n"), row.optionalInstant("oldest"));
  }
}
