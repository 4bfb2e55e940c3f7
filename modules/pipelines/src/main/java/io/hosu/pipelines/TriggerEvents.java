package io.hosu.pipelines;

import io.hosu.store.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The ids of all events that started executions: the first are in their rows, the rest beside. */
final class TriggerEvents {
  /** How many an execution's own row has. */
  static final int FIRST = 100;

  private TriggerEvents() {}

  /** Keeps those that the row does not have. */
  static void addRest(Transaction tx, String execution, List<String> events) {
    if (events.size() > FIRST) {
      tx.updateAll(
          "INSERT INTO execution_events (execution, position, event) VALUES (?, ?, ?)",
          IntStream.range(FIRST, events.size())
              .mapToObj(i -> List.<Object>of(execution, (long) i, events.get(i)))
              .toList());
    }
  }

  /** At most {@code limit} of all, in their order, from the one at {@code from} on. */
  static List<String> some(Transaction tx, Execution execution, int from, int limit) {
    List<String> some =
        new ArrayList<>(execution.origin().events().stream().skip(from).limit(limit).toList());
    some.addAll(
        tx.list(
            "SELECT event FROM execution_events WHERE execution = ? AND position >= ?"
                + " ORDER BY position LIMIT ?",
            row -> row.text("event"),
            execution.id(),
            from,
            limit - some.size()));
    return some;
  }

  /** All, in their order. */
  static List<String> all(Transaction tx, Execution execution) {
    List<String> all = new ArrayList<>(execution.origin().events());
    all.addAll(
        tx.list(
            "SELECT event FROM execution_events WHERE execution = ? ORDER BY position",
            row -> row.text("event"),
            execution.id()));
    return all;
  }
}
