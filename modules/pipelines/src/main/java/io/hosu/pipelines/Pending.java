package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;

/**
 * Work that will move by itself: what waits for a person, for another table, or for a stage that is
 * disabled or paused, is not in it.
 *
 * @param events events that were not routed yet
 * @param messages messages for which an execution will start
 * @param executions executions that wait for an attempt, or run
 */
public record Pending(long events, long messages, long executions) {

  /** Whether nothing will happen any more unless something arrives. */
  public boolean isNone() {
    return events == 0 && messages == 0 && executions == 0;
  }

  /** The fields as the API has them. */
  public ObjectNode toJson() {
    return Json.object()
        .put("events", events)
        .put("messages", messages)
        .put("executions", executions)
        .put("total", events + messages + executions);
  }
}
