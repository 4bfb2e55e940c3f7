package io.hosu.events;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What a schedule that is due comes to.
 *
 * @param tick the moment that it fires for; empty where that is passed over
 * @param next the moment that follows; empty when there is none any more
 * @param nextAt when it fires for that one
 */
record Firing(Optional<Instant> tick, Optional<Instant> next, Optional<Instant> nextAt) {
  /** How late a firing may be and still be the server's own delay rather than its absence. */
  private static final Duration PUNCTUAL = Duration.ofMinutes(1);

  /** What {@code standing}, whose next moment is due at {@code now}, comes to. */
  static Firing of(Schedules.Standing standing, Instant now) {
    ScheduleRule rule = standing.rule();
    Instant tick = standing.next().orElseThrow();
    if (isLate(rule, tick, now) && rule.catchUp() != ScheduleRule.CatchUp.ALL) {
      tick = newest(rule, standing.madeAt(), tick, now);
    }
    boolean fires = !isLate(rule, tick, now) || rule.catchUp() != ScheduleRule.CatchUp.SKIP;
    Optional<Instant> next = rule.schedule().next(tick, standing.madeAt());
    return new Firing(fires ? Optional.of(tick) : Optional.empty(), next, next.map(rule::firing));
  }

  private static boolean isLate(ScheduleRule rule, Instant tick, Instant now) {
    return rule.firing(tick).plus(PUNCTUAL).isBefore(now);
  }

  /**
   * The last moment that is due by now, {@code tick} or a later one: sought from now backwards, as
   * a rate of minutes has many moments in a long downtime.
   */
  private static Instant newest(ScheduleRule rule, Instant made, Instant tick, Instant now) {
    Instant newest = tick;
    Instant from = tick;
    for (Duration back = Duration.ofHours(1); now.minus(back).isAfter(tick); ) {
      Optional<Instant> some = rule.schedule().next(now.minus(back), made);
      if (some.isPresent() && !rule.firing(some.get()).isAfter(now)) {
        from = now.minus(back);
        break;
      }
      back = back.multipliedBy(2);
    }
    Optional<Instant> next = rule.schedule().next(from, made);
    while (next.isPresent() && !rule.firing(next.get()).isAfter(now)) {
      newest = next.get();
      next = rule.schedule().next(newest, made);
    }
    return newest;
  }
}
