package io.hosu.events;

import com.fasterxml.jackson.databind.node.TextNode;
import io.hosu.kernel.Event;
import io.hosu.kernel.Json;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rows of dead letters. */
final class DeadLetterRows {
  static final String COLUMNS =
      "id, queue, seq, event, receives, redriven, buried_at, code, what, remedy, object, line,"
          + " sample, execution, original, attempts, first_code, first_what, stack, edited_by,"
          + " edited_at";

  private DeadLetterRows() {}

  static void insert(Transaction tx, List<DeadLetter> letters) {
    tx.updateAll(
        "INSERT INTO dead_letters ("
            + COLUMNS
            + ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,NULL,NULL)",
        letters.stream().map(DeadLetterRows::row).toList());
  }

  private static List<@Nullable Object> row(DeadLetter letter) {
    DeadLetterCause cause = letter.cause();
    DeadLetterCause.Course course = cause.course();
    return Arrays.asList(
        letter.id(),
        letter.queue(),
        letter.seq(),
        print(letter.event()),
        letter.attempts().receives(),
        letter.attempts().redriven(),
        letter.buriedAt(),
        cause.code(),
        cause.what(),
        cause.remedy(),
        cause.object().orElse(null),
        cause.line().orElse(null),
        cause.sample().orElse(null),
        cause.execution().orElse(null),
        letter.edit().map(edit -> print(edit.original())).orElse(null),
        course.attempts(),
        course.first().map(DeadLetterCause.Failure::code).orElse(null),
        course.first().map(DeadLetterCause.Failure::what).orElse(null),
        course.stack().orElse(null));
  }

  static Optional<DeadLetter> find(Transaction tx, String id) {
    return tx.find(
        "SELECT " + COLUMNS + " FROM dead_letters WHERE id = ?", DeadLetterRows::read, id);
  }

  /** Those of a queue whose event has {@code text} in it, as JSON writes it. */
  static List<DeadLetter> mentioning(Transaction tx, String queue, String text) {
    String json = Json.print(TextNode.valueOf(text));
    return tx.list(
        "SELECT "
            + COLUMNS
            + " FROM dead_letters WHERE queue = ? AND event LIKE ? ESCAPE '!'"
            + " ORDER BY id",
        DeadLetterRows::read,
        queue,
        "%" + json.replace("!", "!!").replace("%", "!%").replace("_", "!_") + "%");
  }

  /** Those of a queue whose event has this place in the log. */
  static List<DeadLetter> at(Transaction tx, String queue, long seq) {
    return tx.list(
        "SELECT " + COLUMNS + " FROM dead_letters WHERE queue = ? AND seq = ? ORDER BY id",
        DeadLetterRows::read,
        queue,
        seq);
  }

  static Optional<DeadLetter> remove(Transaction tx, String id) {
    return tx.find(
        "DELETE FROM dead_letters WHERE id = ? RETURNING " + COLUMNS, DeadLetterRows::read, id);
  }

  static Optional<DeadLetter> edit(
      Transaction tx, String id, Event corrected, Event happened, String by, Instant now) {
    return tx.find(
        "UPDATE dead_letters SET event = ?, original = ?, edited_by = ?, edited_at = ?"
            + " WHERE id = ? RETURNING "
            + COLUMNS,
        DeadLetterRows::read,
        print(corrected),
        print(happened),
        by,
        now,
        id);
  }

  static Optional<DeadLetter> restore(Transaction tx, String id, Event happened) {
    return tx.find(
        "UPDATE dead_letters SET event = ?, original = NULL, edited_by = NULL, edited_at = NULL"
            + " WHERE id = ? RETURNING "
            + COLUMNS,
        DeadLetterRows::read,
        print(happened),
        id);
  }

  static DeadLetter read(Row row) {
    return new DeadLetter(
        row.text("id"),
        row.text("queue"),
        row.number("seq"),
        event(row.text("event")),
        new DeadLetter.Attempts((int) row.number("receives"), (int) row.number("redriven")),
        cause(row),
        row.instant("buried_at"),
        row.optionalText("original")
            .map(original ->
                new DeadLetter.Edit(
                    event(original),
                    row.optionalText("edited_by"),
                    row.optionalInstant("edited_at"))));
  }

  private static DeadLetterCause cause(Row row) {
    return new DeadLetterCause(
        row.text("code"),
        row.text("what"),
        row.text("remedy"),
        row.optionalText("object"),
        row.optionalNumber("line"),
        row.optionalText("sample"),
        row.optionalText("execution"),
        new DeadLetterCause.Course(
            row.optionalNumber("attempts").map(Long::intValue).orElse(1),
            row.optionalText("first_code")
                .map(code -> new DeadLetterCause.Failure(code, row.text("first_what"))),
            row.optionalText("stack")));
  }

  static Event event(String text) {
    return Event.fromJson(Json.parse(text));
  }

  private static String print(Event event) {
    return Json.print(event.toJson());
  }
}
