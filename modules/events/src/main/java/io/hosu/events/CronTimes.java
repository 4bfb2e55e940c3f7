package io.hosu.events;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronConstraintsFactory;
import com.cronutils.model.definition.CronDefinition;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The moments of a cron expression, as local times. */
final class CronTimes {
  private static final int LAST_YEAR = 2199;
  private static final int YEARS_AHEAD = 90;

  private static final CronParser AWS = new CronParser(aws());
  private static final CronParser PLAIN =
      new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

  /** More local times than any change of clocks leaves out. */
  private static final int MOST_SKIPPED = 2_000;

  private static final Pattern WEEKDAY =
      Pattern.compile("(?i)(\\S+\\s+\\S+\\s+)(L|[0-9]{1,2})W(\\s.*)");

  private final ExecutionTime times;
  private final @Nullable Weekday weekday;

  private CronTimes(ExecutionTime times, @Nullable Weekday weekday) {
    this.times = times;
    this.weekday = weekday;
  }

  /**
   * The weekday nearest to a day of the month, within the month. The library gets those at the end
   * of a month wrong, and fails at a month that lacks the day.
   *
   * @param last the last day of the month, whatever {@code day} is
   */
  private record Weekday(int day, boolean last) {
    /** Nothing when the month lacks the day. */
    Optional<LocalDate> of(YearMonth month) {
      if (last) {
        return Optional.of(nearest(month.atEndOfMonth()));
      }
      return month.isValidDay(day) ? Optional.of(nearest(month.atDay(day))) : Optional.empty();
    }

    private static LocalDate nearest(LocalDate day) {
      return switch (day.getDayOfWeek()) {
        case SATURDAY -> day.plusDays(day.getDayOfMonth() == 1 ? 2 : -1);
        case SUNDAY -> day.plusDays(day.getDayOfMonth() == day.lengthOfMonth() ? -2 : 1);
        case MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY -> day;
      };
    }
  }

  /**
   * Minutes, hours, day of month, month, day of week, year: "Cron expressions reference" of
   * EventBridge.
   */
  private static CronDefinition aws() {
    return CronDefinitionBuilder.defineCron()
        .withMinutes()
        .withValidRange(0, 59)
        .and()
        .withHours()
        .withValidRange(0, 23)
        .and()
        .withDayOfMonth()
        .withValidRange(1, 31)
        .supportsL()
        .supportsW()
        .supportsLW()
        .supportsQuestionMark()
        .and()
        .withMonth()
        .withValidRange(1, 12)
        .and()
        .withDayOfWeek()
        .withValidRange(1, 7)
        .withMondayDoWValue(2)
        .supportsHash()
        .supportsL()
        .supportsQuestionMark()
        .and()
        .withYear()
        .withValidRange(1970, LAST_YEAR)
        .and()
        .withCronValidation(CronConstraintsFactory.ensureEitherDayOfWeekOrDayOfMonth())
        .instance();
  }

  /** The six fields inside {@code cron(…)}. */
  static CronTimes aws(String fields) {
    if (fields.matches(".*#.*,.*|.*,.*#.*")) {
      throw Schedule.invalid(
          "'cron(%s)' is no schedule: a day of the week with # stands alone.".formatted(fields));
    }
    if (fields.matches("(?i).*[0-9LW]W\\s*,.*|.*,\\s*[0-9L]+W.*")) {
      throw Schedule.invalid(
          "'cron(%s)' is no schedule: a day of the month with W stands alone.".formatted(fields));
    }
    String spelledOut = CronRanges.spellOut(fields);
    java.util.regex.Matcher weekday = WEEKDAY.matcher(spelledOut);
    CronTimes times = parse(AWS, spelledOut, "cron(%s)".formatted(fields));
    return weekday.matches() ? on(weekday.toMatchResult()) : times;
  }

  /** The same times of the day on any day, of which the weekday is chosen. */
  private static CronTimes on(MatchResult weekday) {
    CronTimes daily = parse(AWS, weekday.group(1) + "*" + weekday.group(3), weekday.group());
    boolean last = weekday.group(2).equalsIgnoreCase("L");
    return new CronTimes(
        daily.times, new Weekday(last ? 0 : Integer.parseInt(weekday.group(2)), last));
  }

  /** Five fields as cron(5) has them. */
  static CronTimes plain(String fields) {
    return parse(PLAIN, CronRanges.spellOutPlain(fields), fields);
  }

  private static CronTimes parse(CronParser parser, String fields, String text) {
    try {
      return new CronTimes(ExecutionTime.forCron(parser.parse(fields).validate()), null);
    } catch (IllegalArgumentException e) {
      throw Schedule.invalid("'%s' is no schedule: %s".formatted(text, e.getMessage()));
    }
  }

  /** The first moment after {@code after}, whose local time comes for the first time then. */
  Optional<Instant> next(Instant after, ZoneId zone) {
    LocalDateTime local = LocalDateTime.ofInstant(after, zone);
    for (int i = 0; i < MOST_SKIPPED; i++) {
      Optional<LocalDateTime> next = following(local);
      if (next.isEmpty()) {
        return Optional.empty();
      }
      local = next.get();
      Optional<Instant> moment = at(local, zone).filter(at -> at.isAfter(after));
      if (moment.isPresent()) {
        return moment;
      }
    }
    return Optional.empty();
  }

  private Optional<LocalDateTime> following(LocalDateTime after) {
    LocalDateTime from = after;
    for (int i = 0; i < MOST_SKIPPED; i++) {
      Optional<LocalDateTime> next = found(from);
      if (next.isEmpty() || weekday == null) {
        return next;
      }
      LocalDate day = next.get().toLocalDate();
      YearMonth month = YearMonth.from(day);
      Optional<LocalDate> wanted = weekday.of(month);
      if (wanted.filter(day::equals).isPresent()) {
        return next;
      }
      from =
          wanted
              .filter(day::isBefore)
              .map(LocalDate::atStartOfDay)
              .orElseGet(() -> month.plusMonths(1).atDay(1).atStartOfDay())
              .minusNanos(1);
    }
    return Optional.empty();
  }

  /** The library looks a hundred years ahead, and years may be named that are further away. */
  private Optional<LocalDateTime> found(LocalDateTime after) {
    Optional<LocalDateTime> next =
        times.nextExecution(after.atZone(ZoneOffset.UTC)).map(at -> at.toLocalDateTime());
    LocalDateTime later = after.plusYears(YEARS_AHEAD);
    return next.isPresent() || later.getYear() > LAST_YEAR ? next : found(later);
  }

  /** The moment at which a local time comes first; nothing when clocks leave it out. */
  static Optional<Instant> at(LocalDateTime local, ZoneId zone) {
    List<ZoneOffset> offsets = zone.getRules().getValidOffsets(local);
    return offsets.isEmpty() ? Optional.empty() : Optional.of(local.toInstant(offsets.getFirst()));
  }
}
