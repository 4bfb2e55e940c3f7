package io.hosu.events;

import io.hosu.store.Transaction;
import java.time.Instant;

/**
 * Messages that were sent together, as they can be found again: whoever works on them, and whatever
 * became of the rest of their queue.
 *
 * @param queue where they were sent
 * @param seq behind the event of which place in the log
 * @param first the least of their ids
 * @param last the greatest of their ids
 */
public record Lot(String queue, long seq, String first, String last) {

  /** Whether any of them is in the queue, held or not. */
  public boolean isThere(Transaction tx) {
    return tx.find(
            "SELECT id FROM messages WHERE queue = ? AND seq = ? AND id BETWEEN ? AND ? LIMIT 1",
            row -> row.text("id"),
            queue,
            seq,
            first,
            last)
        .isPresent();
  }

  /**
   * Whether those that are in the queue wait until something arrives: nobody works on them, and
   * their groups were put off.
   */
  public boolean isPutOff(Transaction tx, Instant now) {
    return isThere(tx)
        && tx.find(
                """
                SELECT m.id AS id FROM messages m WHERE m.queue = ? AND m.seq = ?
                  AND m.id BETWEEN ? AND ? AND (m.receipt IS NOT NULL OR NOT EXISTS
                    (SELECT 1 FROM message_groups g WHERE g.queue = m.queue
                       AND g.group_key = m.group_key AND g.hidden_until > ?)
                  OR EXISTS (SELECT 1 FROM messages o WHERE o.queue = m.queue
                       AND o.group_key = m.group_key AND o.receipt IS NOT NULL)) LIMIT 1\
                """,
                row -> row.text("id"),
                queue,
                seq,
                first,
                last,
                now)
            .isEmpty();
  }

  /** How many of them are dead letters. */
  public long deadLetters(Transaction tx) {
    return tx.number(
        "SELECT COUNT(*) FROM dead_letters WHERE id BETWEEN ? AND ? AND queue = ? AND seq = ?",
        first,
        last,
        queue,
        seq);
  }
}
