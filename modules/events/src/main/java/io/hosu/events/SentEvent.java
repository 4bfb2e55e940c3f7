package io.hosu.events;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException.Invalid;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An event as somebody sends it; the log gives it an id, its domain, and a time where it has none.
 *
 * @param source who says so; never one of the house's own
 * @param detailType what happened
 * @param time when, if the sender says so
 * @param resources what it is about
 * @param detail what else is known
 * @param senderId what the sender calls it, once among all of its source; sent again, it is the
 *     same event
 */
record SentEvent(
    String source,
    String detailType,
    Optional<Instant> time,
    List<String> resources,
    ObjectNode detail,
    Optional<String> senderId) {

  SentEvent {
    resources = List.copyOf(resources);
    if (source.isEmpty() || detailType.isEmpty()) {
      throw invalid("An event without a source or a type cannot be matched by any rule.");
    }
    if (source.startsWith("hosu.") || source.startsWith("aws.")) {
      throw new Invalid(
          EventsError.SOURCE_RESERVED,
          "The source '%s' is one that only the lake itself speaks by.".formatted(source),
          "Name the source after who sends, for example com.example.billing.");
    }
  }

  static Invalid invalid(String what) {
    return new Invalid(
        EventsError.EVENT_INVALID,
        what,
        "Send a CloudEvent 1.0 (application/cloudevents+json, or ce- headers), or"
            + " {\"Entries\": [{\"Source\", \"DetailType\", \"Detail\"}]}.");
  }
}
