package io.hosu.events;

import io.hosu.kernel.HosuException.Invalid;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;

/**
 * What fires by time.
 *
 * @param name unique in the lake; the resource of the events it appends
 * @param domain who owns it
 * @param schedule when it fires
 * @param jitter how much later than its moment it may fire at most, each time another part of it:
 *     so that many of the same moment do not come at once
 * @param catchUp what becomes of the moments at which no server was there
 */
public record ScheduleRule(
    String name, String domain, Schedule schedule, Duration jitter, CatchUp catchUp) {

  /** What becomes of moments that passed while no server was there. */
  public enum CatchUp {
    /** They are passed over. */
    SKIP,
    /** It fires once, for the last of them. */
    ONCE,
    /** It fires for each. */
    ALL
  }

  public ScheduleRule {
    if (jitter.isNegative()) {
      throw new Invalid(
          EventsError.SCHEDULE_INVALID,
          "The jitter of schedule '%s' is negative.".formatted(name),
          "Give a duration such as 5m.");
    }
  }

  /** When it fires for the moment {@code tick}: on every server the same. */
  Instant firing(Instant tick) {
    if (jitter.isZero()) {
      return tick;
    }
    long seed = 31L * name.hashCode() + tick.toEpochMilli();
    return tick.plusMillis(new SplittableRandom(seed).nextLong(jitter.toMillis() + 1));
  }
}
