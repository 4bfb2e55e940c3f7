package io.hosu.events;

import io.hosu.kernel.Event;
import io.hosu.kernel.Json;
import io.hosu.store.Row;
import java.time.Instant;
import java.util.Optional;

/**
 * A message as its receiver got it.
 *
 * @param id unique; it keeps it as a dead letter and when it is redriven
 * @param queue where it waits
 * @param seq the place of its event in the log: what messages are ordered by
 * @param event what happened
 * @param sentAt when it came into the queue
 * @param receives how often it was received, this time included
 * @param redriven how often it was a dead letter before
 * @param original what happened, where a person has corrected the event since
 * @param group the group in which it is in its queue; empty when it is in none
 */
public record Message(
    String id,
    String queue,
    long seq,
    Event event,
    Instant sentAt,
    int receives,
    int redriven,
    Optional<Event> original,
    Optional<String> group) {

  static Message of(Row row) {
    return new Message(
        row.text("id"),
        row.text("queue"),
        row.number("seq"),
        Event.fromJson(Json.parse(row.text("event"))),
        row.instant("sent_at"),
        (int) row.number("receives"),
        (int) row.number("redriven"),
        row.optionalText("original").map(text -> Event.fromJson(Json.parse(text))),
        row.optionalText("group_key"));
  }
}
