package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.events.LoggedEvent;
import java.util.List;

/**
 * All that is kept of an execution.
 *
 * @param execution its own values
 * @param triggers the events that started it, as far as they are kept and seen
 * @param attempts those that ended, in order
 * @param inputs what it read
 * @param outputs what it published
 * @param children the executions that went on from it
 */
public record ExecutionDetail(
    Execution execution,
    List<LoggedEvent> triggers,
    List<Attempt> attempts,
    List<ExecutionInput> inputs,
    List<ExecutionOutput> outputs,
    List<String> children) {

  public ExecutionDetail {
    triggers = List.copyOf(triggers);
    attempts = List.copyOf(attempts);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    children = List.copyOf(children);
  }

  /** The fields as the API has them. */
  public ObjectNode toJson() {
    ObjectNode json = execution.toJson();
    execution.origin().events().forEach(json.putArray("events")::add);
    triggers.stream().map(LoggedEvent::toJson).forEach(json.putArray("trigger_events")::add);
    attempts.stream().map(Attempt::toJson).forEach(json.putArray("attempts")::add);
    inputs.stream().map(ExecutionInput::toJson).forEach(json.putArray("inputs")::add);
    outputs.stream().map(ExecutionOutput::toJson).forEach(json.putArray("outputs")::add);
    children.forEach(json.putArray("children")::add);
    return json;
  }
}
