package io.hosu.events;

import io.hosu.kernel.HosuException.Invalid;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * When something happens by time: {@code cron(…)}, {@code rate(…)} and {@code at(…)} as Amazon
 * EventBridge Scheduler defines them ("Schedule types" of its user guide), or a plain cron
 * expression of five fields.
 *
 * <p>As there, a local time that a change of clocks leaves out does not happen, one that comes
 * twice happens once, and a rate counts elapsed time. Two schedules are equal when they are written
 * alike and have the same zone and span.
 */
public final class Schedule {
  private static final Pattern CALL = Pattern.compile("([a-z]+)\\((.*)\\)");
  private static final Pattern RATE = Pattern.compile("([0-9]{1,9}) +(minute|hour|day)(s?)");
  private static final int LAST_YEAR = 9999;
  private static final DateTimeFormatter AT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss").withResolverStyle(ResolverStyle.STRICT);

  private final String expression;
  private final ZoneId zone;
  private final Span span;
  private final Times times;

  private Schedule(String expression, ZoneId zone, Span span, Times times) {
    this.expression = expression;
    this.zone = zone;
    this.span = span;
    this.times = times;
  }

  /**
   * When a schedule holds.
   *
   * @param start the first moment; also where a rate begins to count. Null: where it was made
   * @param end the last moment; null for ever
   */
  public record Span(@Nullable Instant start, @Nullable Instant end) {
    /** From when it is made, for ever. */
    public static final Span ALWAYS = new Span(null, null);

    public Span {
      if (start != null && end != null && end.isBefore(start)) {
        throw invalid("A schedule cannot end at %s and start at %s.".formatted(end, start));
      }
    }
  }

  /** The moments of an expression. */
  private sealed interface Times {
    record Rate(Duration every) implements Times {}

    record At(LocalDateTime time) implements Times {}

    record Recurring(CronTimes cron) implements Times {}
  }

  /**
   * Reads an expression.
   *
   * @param expression for example {@code rate(5 minutes)}, {@code cron(0 18 ? * MON-FRI *)}, {@code
   *     at(2026-11-25T18:00:00)} or {@code 0 18 * * 1-5}
   * @param zone in which its local times are meant
   * @throws Invalid {@link EventsError#SCHEDULE_INVALID} saying which part is wrong
   */
  public static Schedule parse(String expression, ZoneId zone, Span span) {
    String text = expression.strip();
    Matcher call = CALL.matcher(text);
    Times times =
        call.matches()
            ? call(call.group(1), call.group(2), text)
            : new Times.Recurring(plain(text));
    return new Schedule(text, zone, span, times);
  }

  private static Times call(String function, String argument, String text) {
    return switch (function) {
      case "rate" -> rate(argument.strip(), text);
      case "at" -> at(argument.strip(), text);
      case "cron" -> new Times.Recurring(CronTimes.aws(argument));
      default ->
          throw invalid(
              "'%s' is no schedule: there is no %s(); it is cron(), rate() or at()."
                  .formatted(text, function));
    };
  }

  private static CronTimes plain(String text) {
    if (text.split("\\s+", -1).length != 5) {
      throw invalid(
          "'%s' is no schedule: it is cron(), rate(), at() or a cron expression of five fields."
              .formatted(text));
    }
    return CronTimes.plain(text);
  }

  private static Times rate(String argument, String text) {
    Matcher rate = RATE.matcher(argument);
    if (!rate.matches()) {
      throw invalid(
          "'%s' is no rate: it is a number and minute, minutes, hour, hours, day or days."
              .formatted(text));
    }
    long value = Long.parseLong(rate.group(1));
    if (value == 0 || value == 1 != rate.group(3).isEmpty()) {
      throw invalid(
          value == 0
              ? "'%s' is no rate: the number is at least 1.".formatted(text)
              : "'%s' is no rate: it is written rate(%d %s%s)."
                  .formatted(text, value, rate.group(2), value == 1 ? "" : "s"));
    }
    return new Times.Rate(
        switch (rate.group(2)) {
          case "minute" -> Duration.ofMinutes(value);
          case "hour" -> Duration.ofHours(value);
          default -> Duration.ofDays(value);
        });
  }

  private static Times at(String argument, String text) {
    try {
      LocalDateTime time = LocalDateTime.parse(argument, AT);
      if (time.getYear() < 1 || time.getYear() > LAST_YEAR) {
        throw invalid("'%s' lies outside of the years 1 to %d.".formatted(text, LAST_YEAR));
      }
      return new Times.At(time);
    } catch (DateTimeException _) {
      throw invalid("'%s' is no time: it is written at(2026-11-25T18:00:00).".formatted(text));
    }
  }

  static Invalid invalid(String what) {
    return new Invalid(
        EventsError.SCHEDULE_INVALID,
        what,
        "See how schedules are written, and when one would fire, with: hosu schedules --help");
  }

  /**
   * The first moment after {@code after}, or nothing when there is none any more.
   *
   * @param made when the schedule was made: where a rate begins to count that has no start
   */
  public Optional<Instant> next(Instant after, Instant made) {
    Instant from = span.start() != null && span.start().isAfter(after) ? justBefore() : after;
    Optional<Instant> next =
        switch (times) {
          case Times.Rate(var every) -> Optional.of(nextOfRate(every, from, made));
          case Times.At(var time) -> CronTimes.at(time, zone).filter(at -> at.isAfter(from));
          case Times.Recurring(var cron) -> cron.next(from, zone);
        };
    return next.filter(at -> span.end() == null || !at.isAfter(span.end()));
  }

  private Instant justBefore() {
    return java.util.Objects.requireNonNull(span.start()).minusNanos(1);
  }

  /** A rate's first moment is its start, or one period after it was made. */
  private Instant nextOfRate(Duration every, Instant from, Instant made) {
    Instant first = span.start() != null ? span.start() : made.plus(every);
    if (first.isAfter(from)) {
      return first;
    }
    long passed = Duration.between(first, from).dividedBy(every);
    return first.plus(every.multipliedBy(passed + 1));
  }

  /** The next {@code count} moments after {@code after}, or as many as there are. */
  public List<Instant> preview(Instant after, Instant made, int count) {
    List<Instant> all = new ArrayList<>();
    Optional<Instant> next = next(after, made);
    while (next.isPresent() && all.size() < count) {
      all.add(next.get());
      next = next(next.get(), made);
    }
    return all;
  }

  /** As it was written. */
  public String expression() {
    return expression;
  }

  /** The zone of its local times. */
  public ZoneId zone() {
    return zone;
  }

  /** When it holds. */
  public Span span() {
    return span;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Schedule it
        && expression.equals(it.expression)
        && zone.equals(it.zone)
        && span.equals(it.span);
  }

  @Override
  public int hashCode() {
    return java.util.Objects.hash(expression, zone, span);
  }

  @Override
  public String toString() {
    return expression + " " + zone;
  }
}
