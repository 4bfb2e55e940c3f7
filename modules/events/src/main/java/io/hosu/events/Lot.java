package io.hosu.events;

import io.hosu.store.Transaction;

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
