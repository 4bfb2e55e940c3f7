package io.hosu.delivery;

import io.hosu.delivery.YamlValue.Mapping;
import io.hosu.delivery.YamlValue.Scalar;
import io.hosu.events.Schedule;
import io.hosu.events.ScheduleRule.CatchUp;
import io.hosu.kernel.Durations;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Instants;
import io.hosu.pipelines.Trigger;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The schedule of a stage, in its short or its long form. */
final class ScheduleYaml {
  private static final Duration LONGEST_JITTER = Duration.ofDays(1);
  private static final Pattern NTH = Pattern.compile("#\\s*(\\d+)");

  private ScheduleYaml() {}

  /** Finds the mistakes of the schedule in the trigger {@code on}, if it has one. */
  static void check(Mapping on, Mistakes mistakes) {
    Optional<Mapping> full = on.mapping("schedule");
    full.flatMap(it -> it.scalar("timezone")).ifPresent(zone -> zone(zone, mistakes));
    Optional<Instant> start =
        full.flatMap(it -> it.scalar("start")).flatMap(time -> instant(time, mistakes));
    Optional<Scalar> last = full.flatMap(it -> it.scalar("end"));
    Optional<Instant> end = last.flatMap(time -> instant(time, mistakes));
    if (start.isPresent() && end.isPresent() && end.get().isBefore(start.get())) {
      mistakes.error(
          last.orElseThrow().place(),
          "The schedule ends before it starts.",
          "Let 'end' be later than 'start'.");
    }
    full.flatMap(it -> it.scalar("jitter")).ifPresent(jitter -> jitter(jitter, mistakes));
    expression(on)
        .ifPresent(expression -> {
          expression(expression, mistakes);
          nth(expression, mistakes);
          comes(on, expression, mistakes);
        });
  }

  private static Optional<Scalar> expression(Mapping on) {
    return on.scalar("schedule")
        .or(() -> on.mapping("schedule").flatMap(full -> full.scalar("expression")));
  }

  private static void expression(Scalar expression, Mistakes mistakes) {
    if (TextForm.SCHEDULE.problem(expression.text()).isPresent()) {
      return;
    }
    try {
      Schedule.parse(expression.text(), ZoneOffset.UTC, Schedule.Span.ALWAYS);
    } catch (Invalid e) {
      mistakes.error(expression.place(), e.what(), TextForm.SCHEDULE.remedy());
    }
  }

  /** As wide as the flexible window of EventBridge Scheduler may be. */
  private static void jitter(Scalar jitter, Mistakes mistakes) {
    if (isTooLong(jitter.text())) {
      mistakes.error(
          jitter.place(),
          "The jitter %s is longer than a day.".formatted(jitter.text()),
          "Give at most 24h: the stage starts up to so much later than its moment.");
    }
  }

  private static boolean isTooLong(String jitter) {
    try {
      return TextForm.DURATION.problem(jitter).isEmpty()
          && Durations.parse(jitter).compareTo(LONGEST_JITTER) > 0;
    } catch (Invalid _) {
      return false; // longer than any time may be, which is told where the stage is read
    }
  }

  /** The fifth is the last weekday of its kind that a month can have. */
  private static void nth(Scalar expression, Mistakes mistakes) {
    Matcher nth = NTH.matcher(expression.text());
    if (nth.find() && (nth.group(1).length() > 1 || "12345".indexOf(nth.group(1)) < 0)) {
      mistakes.error(
          expression.place(),
          "No month has a weekday '#%s'.".formatted(nth.group(1)),
          "Write # with 1 to 5, or L for the last of the month: cron(0 0 ? * 2L *).");
    }
  }

  private static void comes(Mapping on, Scalar expression, Mistakes mistakes) {
    try {
      Schedule schedule = schedule(on, expression);
      if (schedule.next(Instant.EPOCH, Instant.EPOCH).isEmpty()) {
        mistakes.warning(
            expression.place(),
            "This schedule never comes: there is no such day or time in its zone and span.",
            "See when one would come with: hosu schedules preview '%s'"
                .formatted(expression.text()));
      }
    } catch (DateTimeException | Invalid _) {
      // What of it cannot be read was told.
    }
  }

  private static void zone(Scalar zone, Mistakes mistakes) {
    try {
      ZoneId.of(zone.text());
    } catch (DateTimeException _) {
      mistakes.error(
          zone.place(),
          "'%s' is no time zone%s"
              .formatted(
                  zone.text(), References.suggestion(zone.text(), ZoneId.getAvailableZoneIds())),
          "Use a name of the tz database, for example Europe/Berlin.");
    }
  }

  private static Optional<Instant> instant(Scalar time, Mistakes mistakes) {
    try {
      return Optional.of(Instants.parse(time.text()));
    } catch (DateTimeException _) {
      mistakes.error(
          time.place(),
          "'%s' is no instant.".formatted(time.text()),
          "Write it as 2026-11-25T18:00:00Z.");
      return Optional.empty();
    }
  }

  /** Whether a schedule that was checked has a moment after {@code now}. */
  static boolean fires(Mapping on, Instant now) {
    return read(on).schedule().next(now, now).isPresent();
  }

  /** Reads a schedule that was checked. */
  static Trigger.Scheduled read(Mapping on) {
    Optional<Mapping> full = on.mapping("schedule");
    return new Trigger.Scheduled(
        schedule(on, expression(on).orElseThrow()),
        full.flatMap(it -> it.text("jitter")).map(Durations::parse).orElse(Duration.ZERO),
        full.flatMap(it -> it.text("catch_up"))
            .map(word -> CatchUp.valueOf(word.toUpperCase(Locale.ROOT)))
            .orElse(CatchUp.ONCE));
  }

  private static Schedule schedule(Mapping on, Scalar expression) {
    Optional<Mapping> full = on.mapping("schedule");
    ZoneId zone = full.flatMap(it -> it.text("timezone")).map(ZoneId::of).orElse(ZoneOffset.UTC);
    Schedule.Span span = new Schedule.Span(given(full, "start"), given(full, "end"));
    return Schedule.parse(expression.text(), zone, span);
  }

  private static @Nullable Instant given(Optional<Mapping> full, String key) {
    return full.flatMap(it -> it.text(key)).map(Instants::parse).orElse(null);
  }
}
