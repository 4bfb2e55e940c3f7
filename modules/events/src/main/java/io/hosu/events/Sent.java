package io.hosu.events;

import io.hosu.kernel.Event;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An event on its way to a queue, into a group if the queue has any. */
record Sent(String queue, long seq, Event event, @Nullable String group) {
  Optional<MessageGroups.Group> grouped() {
    return Optional.ofNullable(group).map(key -> new MessageGroups.Group(queue, key));
  }
}
