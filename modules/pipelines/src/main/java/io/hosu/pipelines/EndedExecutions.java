package io.hosu.pipelines;

import io.hosu.kernel.StageName;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rows of executions that have ended, and their removal. */
final class EndedExecutions {
  private EndedExecutions() {}

  /**
   * An execution that has ended, and all of it that can still change.
   *
   * @param rolledBackBy the execution that took it back
   */
  record Ended(String id, Instant at, @Nullable String rolledBackBy) {
    static Ended of(Row row) {
      return new Ended(
          row.text("id"), row.instant("ended_at"), row.optionalText("rolled_back_by").orElse(null));
    }
  }

  /** Those that ended before {@code limit}, in the order of their ids, from {@code after} on. */
  static List<Ended> before(Transaction tx, Instant limit, String after, int most) {
    return tx.list(
        "SELECT id, ended_at, rolled_back_by FROM executions WHERE ended_at < ? AND id > ?"
            + " ORDER BY id LIMIT ?",
        Ended::of,
        limit,
        after,
        most);
  }

  /** Whether they are still there, and as they were. */
  static boolean stand(Transaction tx, List<Ended> ended) {
    return ended.stream()
        .allMatch(one ->
            tx.find(
                    "SELECT id, ended_at, rolled_back_by FROM executions WHERE id = ?",
                    Ended::of,
                    one.id())
                .equals(Optional.of(one)));
  }

  /**
   * Removes executions that have ended, with all that is kept of them but the events that people
   * corrected.
   */
  static void remove(Transaction tx, List<String> ids) {
    List<List<Object>> rows = ids.stream().map(List::<Object>of).toList();
    if (!rows.isEmpty()) {
      for (String table :
          List.of(
              "attempts",
              "execution_inputs",
              "execution_outputs",
              "execution_events",
              "quarantine_redrives")) {
        tx.updateAll("DELETE FROM " + table + " WHERE execution = ?", rows);
      }
      // What a person corrected is nowhere else, and a retry is to work on that.
      tx.updateAll("DELETE FROM corrected_events WHERE execution = ? AND original = ''", rows);
      tx.updateAll("DELETE FROM executions WHERE id = ?", rows);
    }
  }

  /** Notes of which stages executions move to the table of older ones; to be called before that. */
  static void noteStages(Transaction tx, List<String> ids) {
    tx.updateAll(
        "INSERT INTO archived_stages (domain, pipeline, stage)"
            + " SELECT domain, pipeline, stage FROM executions WHERE id = ?"
            + " ON CONFLICT (domain, pipeline, stage) DO NOTHING",
        ids.stream().map(List::<Object>of).toList());
  }

  /** The stages of which executions lie in the table of older ones. */
  static List<StageName> notedStages(Transaction tx) {
    return tx.list(
        "SELECT domain, pipeline, stage FROM archived_stages ORDER BY domain, pipeline, stage",
        row -> new StageName(row.text("domain"), row.text("pipeline"), row.text("stage")));
  }
}
