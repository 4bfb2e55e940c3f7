package io.hosu.pipelines;

import io.hosu.store.Transaction;
import java.time.Instant;
import java.util.List;

/** The rows of executions that have ended, and their removal. */
final class EndedExecutions {
  private EndedExecutions() {}

  /** The ids of those that ended before {@code limit}, in order, from {@code after} on. */
  static List<String> before(Transaction tx, Instant limit, String after, int most) {
    return tx.list(
        "SELECT id FROM executions WHERE ended_at < ? AND id > ? ORDER BY id LIMIT ?",
        row -> row.text("id"),
        limit,
        after,
        most);
  }

  /** Removes executions that have ended, with all that is kept of them. */
  static void remove(Transaction tx, List<String> ids) {
    List<List<Object>> rows = ids.stream().map(List::<Object>of).toList();
    if (!rows.isEmpty()) {
      for (String table : List.of("attempts", "execution_inputs", "execution_outputs")) {
        tx.updateAll("DELETE FROM " + table + " WHERE execution = ?", rows);
      }
      tx.updateAll("DELETE FROM executions WHERE id = ?", rows);
    }
  }
}
