package io.hosu.events;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Event;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import io.hosu.store.Row;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Events of the log that are sent once more to the queues whose rules take them.
 *
 * @param id unique
 * @param wanted which events, and to which queues
 * @param place how far it has come
 * @param status whether it goes on
 * @param madeAt when somebody asked for it
 * @param madeBy who
 * @param endedAt when it came to its end
 */
public record Replay(
    String id,
    Wanted wanted,
    Place place,
    Status status,
    Instant madeAt,
    String madeBy,
    Optional<Instant> endedAt) {

  /** Whether a replay goes on. */
  public enum Status {
    RUNNING,
    DONE,
    CANCELLED
  }

  /**
   * What is sent, and where.
   *
   * @param domain whose queues; empty for those of all domains
   * @param stage the queues of which stage, {@code DOMAIN.PIPELINE.STAGE}; empty for those of all
   * @param from events appended at this time or later
   * @param to events appended before this time
   * @param pattern of them, those that this event pattern takes
   */
  public record Wanted(
      String domain, String stage, Instant from, Instant to, Optional<ObjectNode> pattern) {

    /** Whether a rule's queue is meant. */
    boolean isFor(Rule rule) {
      boolean ofStage =
          stage.isEmpty() || rule.queue().equals(stage) || rule.queue().startsWith(stage + ".");
      return ofStage && (domain.isEmpty() || rule.domain().equals(domain));
    }

    /** Where all queues that are meant are: a domain, a pipeline or a stage; empty: the lake. */
    String place() {
      return stage.isEmpty() ? domain : stage;
    }

    /** In which domain all queues that are meant are; empty for the whole lake. */
    String owner() {
      String place = place();
      int dot = place.indexOf('.');
      return dot < 0 ? place : place.substring(0, dot);
    }

    /** Which events are meant, whatever takes them: a machine that is made once. */
    Predicate<LoggedEvent> narrowing() {
      return pattern
          .<Predicate<LoggedEvent>>map(wanted -> {
            Predicate<Event> taking = EventPatterns.taking(wanted);
            return logged -> taking.test(logged.event());
          })
          .orElse(_ -> true);
    }
  }

  /**
   * How far a replay has come.
   *
   * @param cursor the place in the log of the last event that was looked at
   * @param last the place of the last one that is to be
   * @param events how many events were sent
   * @param messages how many messages they became: one for each queue that takes an event
   */
  public record Place(long cursor, long last, long events, long messages) {
    boolean isEnd() {
      return cursor >= last;
    }

    /** After a part of the log. */
    Place after(long lastOfPart, long moreEvents, long moreMessages) {
      return new Place(lastOfPart, last, events + moreEvents, messages + moreMessages);
    }
  }

  /** The fields as the API has them. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object();
    json.put("id", id);
    json.put("status", status.name());
    json.put("domain", wanted.domain());
    json.put("stage", wanted.stage());
    json.put("from", Instants.print(wanted.from()));
    json.put("to", Instants.print(wanted.to()));
    json.set("pattern", wanted.pattern().orElse(null));
    json.put("events", place.events());
    json.put("messages", place.messages());
    json.put("made_at", Instants.print(madeAt));
    json.put("made_by", madeBy);
    json.put("ended_at", endedAt.map(Instants::print).orElse(null));
    return json;
  }

  static Replay of(Row row) {
    return new Replay(
        row.text("id"),
        new Wanted(
            row.text("domain"),
            row.text("stage"),
            row.instant("from_at"),
            row.instant("to_at"),
            row.optionalText("pattern").map(text -> (ObjectNode) Json.parse(text))),
        new Place(
            row.number("cursor_seq"),
            row.number("last_seq"),
            row.number("events"),
            row.number("messages")),
        Status.valueOf(row.text("status")),
        row.instant("made_at"),
        row.text("made_by"),
        row.optionalInstant("ended_at"));
  }
}
