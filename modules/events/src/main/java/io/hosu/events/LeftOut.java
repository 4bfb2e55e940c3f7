package io.hosu.events;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Event;
import io.hosu.kernel.Json;
import java.util.List;

/**
 * That something is not shown, as it may quote records that who asks may not see.
 *
 * @param why what is missing, in a sentence
 * @param remedy how it can be had
 */
public record LeftOut(String why, String remedy) {
  /** The same event without what it is about: its detail is {@code {"left_out": {...}}}. */
  public Event in(Event event) {
    ObjectNode detail = Json.object();
    detail.putObject("left_out").put("why", why).put("remedy", remedy);
    return event.with(List.of(), detail);
  }
}
