package io.hosu.events;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronConstraintsFactory;
import com.cronutils.model.definition.CronDefinition;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/** The moments of a cron expression, as local times. */
final class CronTimes {
  private static final CronParser AWS = new CronParser(aws());
  private static final CronParser PLAIN =
      new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

  /** More local times than any change of clocks leaves out. */
  private static final int MOST_SKIPPED = 2_000;

  private final ExecutionTime times;

  private CronTimes(ExecutionTime times) {
    this.times = times;
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
        .withValidRange(1970, 2199)
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
    return parse(AWS, fields.strip(), "cron(%s)".formatted(fields));
  }

  /** Five fields as cron(5) has them. */
  static CronTimes plain(String fields) {
    return parse(PLAIN, fields, fields);
  }

  private static CronTimes parse(CronParser parser, String fields, String text) {
    try {
      return new CronTimes(ExecutionTime.forCron(parser.parse(fields).validate()));
    } catch (IllegalArgumentException e) {
      throw Schedule.invalid("'%s' is no schedule: %s".formatted(text, e.getMessage()));
    }
  }

  /** The first moment after {@code after}, whose local time comes for the first time then. */
  Optional<Instant> next(Instant after, ZoneId zone) {
    LocalDateTime local = LocalDateTime.ofInstant(after, zone);
    for (int i = 0; i < MOST_SKIPPED; i++) {
      Optional<LocalDateTime> next =
          times.nextExecution(local.atZone(ZoneOffset.UTC)).map(at -> at.toLocalDateTime());
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

  /** The moment at which a local time comes first; nothing when clocks leave it out. */
  static Optional<Instant> at(LocalDateTime local, ZoneId zone) {
    List<ZoneOffset> offsets = zone.getRules().getValidOffsets(local);
    return offsets.isEmpty() ? Optional.empty() : Optional.of(local.toInstant(offsets.getFirst()));
  }
}
