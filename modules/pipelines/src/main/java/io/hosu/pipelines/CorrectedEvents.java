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
 * The events that executions worked on which the log does not have so: those that people had
 * corrected, as whoever runs such an execution again means the corrected ones; and those that a
 * backfill or a guilty neighbour told a stage, which are in no log.
 */
final class CorrectedEvents {
  private final Map<String, Deque<Corrected>> byId = new HashMap<>();

  private CorrectedEvents() {}

  /** An event as it was worked on, and what happened. */
  record Corrected(Event event, Event original) {}

  /** Keeps those of the messages of an execution that ends. */
  static void keep(Transaction tx, String execution, Collection<Message> messages) {
    List<List<Object>> rows =
        messages.stream()
            .flatMap(message ->
                original(message).stream()
                    .map(original ->
                        List.<Object>of(execution, message.id(), print(message.event()), original)))
            .toList();
    if (!rows.isEmpty()) {
      tx.updateAll(
          "INSERT INTO corrected_events (execution, message, event, original) VALUES (?, ?, ?, ?)",
          rows);
    }
  }

  /** What happened, as text: empty where the log has nothing of it; none where it has it so. */
  private static Optional<String> original(Message message) {
    return message
        .original()
        .map(CorrectedEvents::print)
        .or(() -> Optional.of("").filter(_ -> Again.isOneOf(message.event())));
  }

  /** All that are kept of an execution, by their ids, as they were worked on. */
  static Map<String, Event> byId(Transaction tx, String execution) {
    Map<String, Event> kept = new HashMap<>();
    tx.list(
            "SELECT event FROM corrected_events WHERE execution = ? ORDER BY message",
            row -> read(row.text("event")),
            execution)
        .forEach(event -> kept.putIfAbsent(event.id(), event));
    return kept;
  }

  /** Those that people corrected, of an execution. */
  static CorrectedEvents of(Transaction tx, String execution) {
    CorrectedEvents all = new CorrectedEvents();
    tx.list(
            "SELECT event, original FROM corrected_events WHERE execution = ? AND original <> ''"
                + " ORDER BY message",
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
