package io.hosu.pipelines;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.events.Message;
import io.hosu.kernel.Event;
import io.hosu.kernel.ObjectName;
import java.util.Optional;

/**
 * The object that an event is about.
 *
 * @param name bucket and key
 * @param version the version that was made
 */
record EventObject(ObjectName name, String version) {

  /** The object that {@code event} says was created, if it says so. */
  static Optional<EventObject> of(Event event) {
    JsonNode bucket = event.detail().path("bucket").path("name");
    JsonNode object = event.detail().path("object");
    JsonNode key = object.path("key");
    if (!event.detailType().equals("Object Created") || !bucket.isTextual() || !key.isTextual()) {
      return Optional.empty();
    }
    return Optional.of(
        new EventObject(
            new ObjectName(bucket.asText(), key.asText()), object.path("version-id").asText()));
  }

  /** Whether a message is about an object that one of the globs matches. */
  static boolean isMatchedBy(Trigger.Objects globs, Message message) {
    return of(message.event())
        .filter(object -> globs.matches(object.name().toString()))
        .isPresent();
  }

  /** The object of a message, written {@code LAYER/KEY}; empty text when it has none. */
  static String nameOf(Message message) {
    return of(message.event()).map(object -> object.name().toString()).orElse("");
  }
}
