package io.hosu.events;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which dead letters a list holds; what is empty does not narrow it.
 *
 * @param within queues, or beginnings of queues' names up to a dot: {@code aviation}, {@code
 *     aviation.flights} or {@code aviation.flights.clean}; a queue must fit all of them
 * @param since the earliest time of burial
 * @param until the time before which they were buried
 * @param code the exact error code of the cause
 * @param text what the cause, its object, its sample or the event holds somewhere, in small or
 *     capital letters
 */
public record DeadLetterFilter(
    List<String> within,
    Optional<Instant> since,
    Optional<Instant> until,
    Optional<String> code,
    Optional<String> text) {

  /** Every dead letter. */
  public static final DeadLetterFilter ALL =
      new DeadLetterFilter(
          List.of(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  public DeadLetterFilter {
    within = List.copyOf(within);
  }

  /** The same, of these queues. */
  public DeadLetterFilter within(String queue) {
    return new DeadLetterFilter(List.of(queue), since, until, code, text);
  }

  /** The same, buried no earlier than {@code time}. */
  public DeadLetterFilter since(Instant time) {
    return new DeadLetterFilter(within, Optional.of(time), until, code, text);
  }

  /** The same, buried before {@code time}. */
  public DeadLetterFilter until(Instant time) {
    return new DeadLetterFilter(within, since, Optional.of(time), code, text);
  }

  /** The same, with this cause. */
  public DeadLetterFilter code(String error) {
    return new DeadLetterFilter(within, since, until, Optional.of(error), text);
  }

  /** The same, where {@code words} stand somewhere. */
  public DeadLetterFilter text(String words) {
    return new DeadLetterFilter(within, since, until, code, Optional.of(words));
  }

  Conditions conditions() {
    Conditions where = new Conditions();
    for (String name : within) {
      where.add("queue >= ?", Optional.of(name));
      where.add("queue < ?", Optional.of(name + "/"));
      where.add("queue || '.' LIKE ? ESCAPE '!'", Optional.of(literal(name) + ".%"));
    }
    where.add("buried_at >= ?", since);
    where.add("buried_at < ?", until);
    where.add("code = ?", code);
    where.add(
        "LOWER(code || ' ' || what || ' ' || COALESCE(object, '') || ' ' || COALESCE(sample, '')"
            + " || ' ' || event) LIKE ? ESCAPE '!'",
        text.map(words -> "%" + literal(words.toLowerCase(Locale.ROOT)) + "%"));
    return where;
  }

  private static String literal(String text) {
    return text.replaceAll("([!%_])", "!$1");
  }
}
