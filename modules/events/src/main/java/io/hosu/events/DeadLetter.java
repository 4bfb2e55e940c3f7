package io.hosu.events;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Event;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * A message that failed for good, with its cause.
 *
 * @param id the message's
 * @param queue where it waited, and where a redrive puts it back
 * @param seq the place of its event in the log
 * @param event what happened, as it is worked on
 * @param attempts how often it was tried
 * @param cause why it failed
 * @param buriedAt when
 * @param edit what a person made of the event, if one did
 */
public record DeadLetter(
    String id,
    String queue,
    long seq,
    Event event,
    Attempts attempts,
    DeadLetterCause cause,
    Instant buriedAt,
    Optional<Edit> edit) {

  /**
   * How often a message was tried.
   *
   * @param receives since it came into the queue the last time
   * @param redriven how often it was a dead letter before
   */
  public record Attempts(int receives, int redriven) {}

  /**
   * That the event is no longer what happened.
   *
   * @param original what happened
   * @param by who corrected it since it became a dead letter
   * @param at when
   */
  public record Edit(Event original, Optional<String> by, Optional<Instant> at) {}

  static DeadLetter of(Message message, DeadLetterCause cause, Instant now) {
    return new DeadLetter(
        message.id(),
        message.queue(),
        message.seq(),
        message.event(),
        new Attempts(message.receives(), message.redriven()),
        cause,
        now,
        message.original().map(event -> new Edit(event, Optional.empty(), Optional.empty())));
  }

  /** The same as far as it may be seen. */
  DeadLetter seenBy(RecordSight sight) {
    return new DeadLetter(
        id,
        sight.queue(queue),
        seq,
        eventSeenBy(sight, event),
        attempts,
        cause.seenBy(sight, queue),
        buriedAt,
        edit.map(
            edited -> new Edit(eventSeenBy(sight, edited.original()), edited.by(), edited.at())));
  }

  private Event eventSeenBy(RecordSight sight, Event one) {
    return sight
        .samples(queue)
        .filter(_ -> sight.hiddenReaders().contains(queue))
        .map(leftOut -> leftOut.in(one))
        .orElseGet(() -> sight.event(one));
  }

  /** Whether these words stand somewhere in what is told of it, in small or capital letters. */
  boolean says(String words) {
    String all =
        String.join(
            " ",
            cause.code(),
            cause.what(),
            cause.object().orElse(""),
            cause.sample().orElse(""),
            Json.print(event.toJson()));
    return all.toLowerCase(Locale.ROOT).contains(words.toLowerCase(Locale.ROOT));
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
    json.withObject("/cause").put("stack", cause.course().stack().orElse(null));
    json.set("event", event.toJson());
    edit.ifPresent(edited -> {
      json.set("original_event", edited.original().toJson());
      json.put("edited_by", edited.by().orElse(null));
      json.put("edited_at", edited.at().map(Instants::print).orElse(null));
    });
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
    json.put("attempts", cause.course().attempts());
    ObjectNode why = json.putObject("cause");
    why.put("code", cause.code());
    why.put("what", cause.what());
    why.put("remedy", cause.remedy());
    why.put("object", cause.object().orElse(null));
    why.put("line", cause.line().orElse(null));
    why.put("sample", cause.sample().orElse(null));
    cause
        .course()
        .first()
        .ifPresent(
            first -> why.putObject("first").put("code", first.code()).put("what", first.what()));
    return json;
  }

  /** A queue's name is, or begins with, that of its stage: {@code DOMAIN.PIPELINE.STAGE}. */
  private void putStage(ObjectNode json) {
    String[] names = queue.split("\\.", 4);
    if (names.length >= 3) {
      json.put("pipeline", names[1]);
      json.put("stage", names[2]);
    }
  }
}
