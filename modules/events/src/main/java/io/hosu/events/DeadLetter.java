package io.hosu.events;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Event;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import java.time.Instant;

/**
 * A message that failed for good, with its cause.
 *
 * @param id the message's
 * @param queue where it waited, and where a redrive puts it back
 * @param seq the place of its event in the log
 * @param event what happened
 * @param attempts how often it was tried
 * @param cause why it failed
 * @param buriedAt when
 */
public record DeadLetter(
    String id,
    String queue,
    long seq,
    Event event,
    Attempts attempts,
    DeadLetterCause cause,
    Instant buriedAt) {

  /**
   * How often a message was tried.
   *
   * @param receives since it came into the queue the last time
   * @param redriven how often it was a dead letter before
   */
  public record Attempts(int receives, int redriven) {}

  static DeadLetter of(Message message, DeadLetterCause cause, Instant now) {
    return new DeadLetter(
        message.id(),
        message.queue(),
        message.seq(),
        message.event(),
        new Attempts(message.receives(), message.redriven()),
        cause,
        now);
  }

  int redriven() {
    return attempts.redriven();
  }

  /** The domain of its queue, whose name begins with it. */
  public String domain() {
    int dot = queue.indexOf('.');
    return dot < 0 ? "" : queue.substring(0, dot);
  }

  /** Everything about it. */
  public ObjectNode toJson() {
    ObjectNode json = summary();
    json.put("receives", attempts.receives());
    json.put("redriven", attempts.redriven());
    json.put("buried_at", Instants.print(buriedAt));
    json.set("event", event.toJson());
    return json;
  }

  /** What it is and why, without the whole event. */
  ObjectNode summary() {
    ObjectNode json = Json.object();
    json.put("id", id);
    json.put("queue", queue);
    json.put("domain", domain());
    putStage(json);
    json.put("execution", cause.execution().orElse(null));
    ObjectNode why = json.putObject("cause");
    why.put("code", cause.code());
    why.put("what", cause.what());
    why.put("remedy", cause.remedy());
    why.put("object", cause.object().orElse(null));
    why.put("line", cause.line().orElse(null));
    why.put("sample", cause.sample().orElse(null));
    return json;
  }

  /** A stage's queue bears the stage's name: {@code DOMAIN.PIPELINE.STAGE}. */
  private void putStage(ObjectNode json) {
    String[] names = queue.split("\\.", -1);
    if (names.length == 3) {
      json.put("pipeline", names[1]);
      json.put("stage", names[2]);
    }
  }
}
