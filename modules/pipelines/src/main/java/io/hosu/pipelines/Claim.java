package io.hosu.pipelines;

import io.hosu.events.Message;
import java.time.Instant;
import java.util.List;

/**
 * An attempt that this server holds: the execution is RUNNING in its name, and the messages are
 * held by the execution until it ends.
 *
 * @param execution the execution as the attempt found it
 * @param server the id of this server
 * @param stage the stage as it was declared when the attempt started
 * @param messages what the execution takes care of, oldest first; none when a person started it
 */
record Claim(Execution execution, String server, StageSpec stage, List<Message> messages) {
  Claim {
    messages = List.copyOf(messages);
  }

  ExecutionRows.Holder holder() {
    return new ExecutionRows.Holder(execution.id(), execution.tries().attempt(), server);
  }

  String id() {
    return execution.id();
  }

  Instant startedAt() {
    Instant at = execution.times().startedAt();
    return at == null ? execution.times().createdAt() : at;
  }

  /** When the attempt must have come to its end. */
  Instant deadline() {
    return startedAt().plus(stage.running().timeout());
  }

  boolean overwrites() {
    return stage.into().mode() == Target.Mode.OVERWRITE;
  }
}
