package io.hosu.events;

import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.util.List;

/** The rows that say how often, why and by whom messages were sent again. */
final class Redrives {
  private Redrives() {}

  static void add(Transaction tx, DeadLetter letter, String by, Instant now) {
    tx.update(
        """
        INSERT INTO redrives (message, number, redriven_at, redriven_by, buried_at, code, what,
          execution, edited_by, queue, seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO NOTHING\
        """,
        letter.id(),
        letter.redriven() + 1,
        now,
        by,
        letter.buriedAt(),
        letter.cause().code(),
        letter.cause().what(),
        letter.cause().execution().orElse(null),
        letter.edit().flatMap(DeadLetter.Edit::by).orElse(null),
        letter.queue(),
        letter.seq());
  }

  /** The messages whose ids begin with {@code beginning}, as they were sent again the last time. */
  static List<Redriven> last(Transaction tx, String beginning) {
    return tx.list(
        """
        SELECT r.*, m.id AS waits, m.receipt AS receipt FROM redrives r
        LEFT JOIN messages m ON m.queue = r.queue AND m.seq = r.seq AND m.id = r.message
        WHERE r.message >= ? AND r.message < ?
          AND r.number = (SELECT MAX(n.number) FROM redrives n WHERE n.message = r.message)
        ORDER BY r.message LIMIT 1000\
        """,
        Redriven::of,
        beginning,
        beginning + "~");
  }

  /** Forgets what is known of a message that is given up. */
  static void remove(Transaction tx, String message) {
    tx.update("DELETE FROM redrives WHERE message = ?", message);
  }

  static List<Redrive> of(Transaction tx, String message) {
    return tx.list(
        "SELECT * FROM redrives WHERE message = ? ORDER BY number", Redrives::read, message);
  }

  static long removeBefore(Transaction tx, Instant limit) {
    return tx.update(
        """
        DELETE FROM redrives WHERE redriven_at < ?
          AND message NOT IN (SELECT id FROM dead_letters WHERE redriven > 0)
          AND message NOT IN (SELECT id FROM messages WHERE redriven > 0)\
        """,
        limit);
  }

  private static Redrive read(Row row) {
    return new Redrive(
        row.instant("redriven_at"),
        row.text("redriven_by"),
        row.instant("buried_at"),
        new DeadLetterCause.Failure(row.text("code"), row.text("what")),
        row.optionalText("execution"),
        row.optionalText("edited_by"));
  }
}
