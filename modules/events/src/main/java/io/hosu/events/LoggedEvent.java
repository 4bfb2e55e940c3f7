package io.hosu.events;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Event;
import java.util.Optional;

/**
 * An event as the log keeps it.
 *
 * @param seq its place in the log, from 1 on, ascending in the order in which events became visible
 * @param event the event
 * @param matched how many rules took it; empty until it is routed
 */
public record LoggedEvent(long seq, Event event, Optional<Integer> matched) {

  /** The same place in the log with another form of the event. */
  LoggedEvent with(Event form) {
    return new LoggedEvent(seq, form, matched);
  }

  /** The event's envelope, with {@code seq} and {@code matched} (null until it is routed). */
  public ObjectNode toJson() {
    ObjectNode json = event.toJson();
    json.put("seq", seq);
    json.put("matched", matched.orElse(null));
    return json;
  }
}
