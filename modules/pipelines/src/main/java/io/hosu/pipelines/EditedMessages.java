package io.hosu.pipelines;

import io.hosu.events.Message;
import io.hosu.kernel.Event;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.ObjectName;
import java.util.Map;
import java.util.Optional;

/**
 * Messages that people have edited to be about other objects. What the stage cannot take of them is
 * told to who edited it, and not left out as what time has passed by.
 */
final class EditedMessages {
  private EditedMessages() {}

  /**
   * Makes sure that the stage can take the objects that people have put into messages.
   *
   * @param current the objects that messages name, as far as they are there
   * @throws Invalid {@link PipelinesError#EDIT_NOT_TAKEN}
   */
  static void requireTaken(Claim claim, Map<ObjectName, InputObject> current) {
    for (Message message : claim.messages()) {
      message
          .original()
          .filter(original -> !about(original).equals(about(message.event())))
          .flatMap(_ -> wrong(claim.stage(), message.event(), current))
          .ifPresent(why -> {
            throw new Invalid(
                PipelinesError.EDIT_NOT_TAKEN,
                "The event of %s was edited, and stage %s cannot take it: %s."
                    .formatted(message.id(), claim.stage().name(), why),
                "Correct it, with the object's own version-id or an empty one, or give it the"
                    + " detail of original_event again: hosu dlq edit "
                    + message.id());
          });
    }
  }

  private static Optional<EventObject> about(Event event) {
    return EventObject.of(event).or(() -> EventObject.deleted(event));
  }

  /** Why the stage cannot take the event; empty when it can. */
  private static Optional<String> wrong(
      StageSpec stage, Event event, Map<ObjectName, InputObject> current) {
    Optional<EventObject> about = about(event);
    if (about.isEmpty()) {
      return Optional.of("it names no object in detail.bucket.name and detail.object.key");
    }
    ObjectName name = about.get().name();
    if (BackfillPlan.isOverObjects(stage) && !BackfillPlan.globs(stage).matches(name.toString())) {
      return Optional.of(name + " is none of the objects that the stage waits for");
    }
    if (EventObject.of(event).isEmpty()) {
      return Optional.empty(); // a deletion needs no object
    }
    InputObject object = current.get(name);
    if (object == null) {
      return Optional.of(name + " is not there");
    }
    return about.get().isVersion(object)
        ? Optional.empty()
        : Optional.of(
            "%s is there in version %s, and the event names version %s"
                .formatted(name, object.version(), about.get().version()));
  }
}
