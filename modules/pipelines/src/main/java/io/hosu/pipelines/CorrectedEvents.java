package io.hosu.pipelines;

import io.hosu.events.Message;
import io.hosu.kernel.Event;
import io.hosu.kernel.Json;
import io.hosu.store.Transaction;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The events that executions worked on as people had corrected them: the log has them as they were
 * before, and whoever runs such an execution again means the corrected ones.
 */
final class CorrectedEvents {
  private final Map<String, Deque<Corrected>> byId = new HashMap<>();

  private CorrectedEvents() {}

  /** An event as it was worked on, and what happened. */
  record Corrected(Event event, Event original) {}

  /** Keeps those of the messages of an execution that is about to publish. */
  static void keep(Transaction tx, String execution, Collection<Message> messages) {
    List<List<Object>> rows =
        messages.stream()
            .flatMap(message ->
                message.original().stream()
                    .map(original ->
                        List.<Object>of(
                            execution, message.id(), print(message.event()), print(original))))
            .toList();
    if (!rows.isEmpty()) {
      tx.updateAll(
          "INSERT INTO corrected_events (execution, message, event, original) VALUES (?, ?, ?, ?)",
          rows);
    }
  }

  /** Those of an execution. */
  static CorrectedEvents of(Transaction tx, String execution) {
    CorrectedEvents all = new CorrectedEvents();
    tx.list(
            "SELECT event, original FROM corrected_events WHERE execution = ? ORDER BY message",
            row -> new Corrected(read(row.text("event")), read(row.text("original"))),
            execution)
        .forEach(
            one -> all.byId.computeIfAbsent(one.event().id(), _ -> new ArrayDeque<>()).add(one));
    return all;
  }

  /** The next one with this id, each of them once. */
  Optional<Corrected> next(String event) {
    return Optional.ofNullable(byId.get(event)).map(Deque::poll);
  }

  private static String print(Event event) {
    return Json.print(event.toJson());
  }

  private static Event read(String text) {
    return Event.fromJson(Json.parse(text));
  }
}
