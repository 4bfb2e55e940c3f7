package io.hosu.pipelines;

import com.fasterxml.jackson.databind.JsonNode;
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

  /** Who tells of objects. */
  static final String SOURCE = "hosu.objects";

  /** The type of the events that objects are created with. */
  static final String CREATED = "Object Created";

  /** The type of the events that objects are deleted with. */
  static final String DELETED = "Object Deleted";

  /** The object that {@code event} says was created, if it says so. */
  static Optional<EventObject> of(Event event) {
    return ofType(event, CREATED);
  }

  /** The object that {@code event} says was deleted, if it says so; the version is its marker. */
  static Optional<EventObject> deleted(Event event) {
    return ofType(event, DELETED);
  }

  private static Optional<EventObject> ofType(Event event, String type) {
    JsonNode bucket = event.detail().path("bucket").path("name");
    JsonNode object = event.detail().path("object");
    JsonNode key = object.path("key");
    if (!isOwn(event)
        || !event.detailType().equals(type)
        || !bucket.isTextual()
        || !key.isTextual()) {
      return Optional.empty();
    }
    return Optional.of(
        new EventObject(
            new ObjectName(bucket.asText(), key.asText()), object.path("version-id").asText()));
  }

  /** Somebody else's event may look like one about an object, and must not have it read. */
  private static boolean isOwn(Event event) {
    return event.source().equals(SOURCE) || event.source().equals(ExecutionEvents.SOURCE);
  }

  /** Whether this is about the version {@code object}; an event without a version is about all. */
  boolean isVersion(InputObject object) {
    return name.equals(object.name()) && (version.isEmpty() || version.equals(object.version()));
  }
}
