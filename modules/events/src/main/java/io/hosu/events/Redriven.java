package io.hosu.events;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import io.hosu.store.Row;
import java.time.Instant;
import java.util.Optional;

/**
 * A message that was a dead letter, and was sent again since.
 *
 * @param message its id
 * @param queue where it was sent
 * @param at when, the last time
 * @param by the principal who asked
 * @param course what has become of it
 */
public record Redriven(String message, String queue, Instant at, String by, Course course) {

  /** What has become of a message. */
  public sealed interface Course {
    /** It waits in its queue. */
    record Waiting() implements Course {}

    /** It is being worked on by who received it: an execution. */
    record Received(String by) implements Course {}

    /** It is in its queue no more, nor is it a dead letter. */
    record Done() implements Course {}
  }

  static Redriven of(Row row) {
    Optional<String> receipt = row.optionalText("receipt");
    Course course =
        row.optionalText("waits").isEmpty()
            ? new Course.Done()
            : receipt.<Course>map(Course.Received::new).orElseGet(Course.Waiting::new);
    return new Redriven(
        row.text("message"),
        row.text("queue"),
        row.instant("redriven_at"),
        row.text("redriven_by"),
        course);
  }

  /** What has become of it, as the end of a sentence. */
  String told() {
    return switch (course) {
      case Course.Waiting() -> "waits in " + queue;
      case Course.Received(String execution) ->
          "execution %s of %s works on it".formatted(execution, queue);
      case Course.Done() -> "%s is done with it".formatted(queue);
    };
  }

  /** The fields as the API has them: {@code status} is WAITING, RECEIVED or DONE. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object().put("id", message).put("queue", queue);
    json.put("redriven_at", Instants.print(at)).put("redriven_by", by);
    return switch (course) {
      case Course.Waiting() -> json.put("status", "WAITING").putNull("execution");
      case Course.Received(String execution) ->
          json.put("status", "RECEIVED").put("execution", execution);
      case Course.Done() -> json.put("status", "DONE").putNull("execution");
    };
  }
}
