package io.hosu.events;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import java.time.Instant;
import java.util.Optional;

/**
 * That a dead letter was sent again.
 *
 * @param at when
 * @param by the principal who asked
 * @param buriedAt when it had become a dead letter
 * @param cause why
 * @param execution the execution that had failed
 * @param editedBy who had corrected its event
 */
public record Redrive(
    Instant at,
    String by,
    Instant buriedAt,
    DeadLetterCause.Failure cause,
    Optional<String> execution,
    Optional<String> editedBy) {

  /** The same as far as it may be seen of a message in {@code queue}. */
  Redrive seenBy(RecordSight sight, String queue) {
    return new Redrive(at, by, buriedAt, cause.seenBy(sight, queue), execution, editedBy);
  }

  /** The fields as the API has them. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object();
    json.put("redriven_at", Instants.print(at));
    json.put("redriven_by", by);
    json.put("edited_by", editedBy.orElse(null));
    json.put("buried_at", Instants.print(buriedAt));
    json.put("code", cause.code());
    json.put("execution", execution.orElse(null));
    json.put("what", cause.what());
    return json;
  }
}
