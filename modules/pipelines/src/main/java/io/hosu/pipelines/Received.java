package io.hosu.pipelines;

import io.hosu.events.Message;
import java.util.List;

/**
 * Messages received for one execution.
 *
 * @param messages oldest first by queue; empty when there is no reason to start
 * @param full whether there may be more
 */
record Received(List<Message> messages, boolean full) {
  static final Received NOTHING = new Received(List.of(), false);

  Received {
    messages = List.copyOf(messages);
  }
}
