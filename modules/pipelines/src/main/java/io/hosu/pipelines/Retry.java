package io.hosu.pipelines;

import io.hosu.kernel.Durations;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How often an execution that failed softly is tried again, and how long it waits before each.
 *
 * <p>The words mean what they mean in a Retrier of Amazon States Language ({@code MaxAttempts},
 * {@code IntervalSeconds}, {@code BackoffRate}, {@code MaxDelaySeconds}, {@code JitterStrategy}).
 *
 * @param attempts how many attempts may follow the first one; 0 never tries again
 * @param waits how long it waits before each of them
 * @param budget the longest time from the first failure to the start of the last attempt; null for
 *     no limit
 * @param faults which failures are tried again
 */
public record Retry(int attempts, Waits waits, @Nullable Duration budget, Faults faults) {
  /** As long as any wait may be. */
  private static final Duration LONGEST = Duration.ofDays(7);

  /** Three more attempts, after waits of 10, 15 and 22.5 seconds. */
  public static final Retry STANDARD = new Retry(3, Duration.ofSeconds(10), new BigDecimal("1.5"));

  public Retry {
    if (attempts < 0 || (budget != null && !budget.isPositive())) {
      throw StageSpec.invalid(
          "%d attempts%s cannot be made."
              .formatted(attempts, budget == null ? "" : " within " + Durations.print(budget)),
          "Let attempts be at least 0 and budget longer than 0s.");
    }
  }

  /** Attempts with waits that only grow, without a budget, each code by its definition. */
  public Retry(int attempts, Duration interval, BigDecimal backoff) {
    this(attempts, Waits.of(interval, backoff), null, Faults.BY_DEFINITION);
  }

  /** What chance does to a wait. */
  public enum Jitter {
    /** It is any time up to the computed one: those who failed together do not return together. */
    FULL,
    /** Nothing. */
    NONE
  }

  /**
   * How long to wait before attempts.
   *
   * @param interval the wait before the first of them
   * @param backoff by how much each wait is longer than the one before it, at least 1
   * @param maxDelay as long as a wait may become
   * @param jitter what chance does to each
   */
  public record Waits(Duration interval, BigDecimal backoff, Duration maxDelay, Jitter jitter) {
    public Waits {
      if (interval.isNegative()
          || backoff.compareTo(BigDecimal.ONE) < 0
          || !maxDelay.isPositive()
          || maxDelay.compareTo(LONGEST) > 0) {
        throw StageSpec.invalid(
            "Waits of %s, growing by %s up to %s, cannot be made."
                .formatted(Durations.print(interval), backoff, Durations.print(maxDelay)),
            "Let interval not be negative, backoff at least 1, max_delay longer than 0s and at most"
                + " 7d.");
      }
      backoff = backoff.stripTrailingZeros();
    }

    static Waits of(Duration interval, BigDecimal backoff) {
      return new Waits(interval, backoff, LONGEST, Jitter.NONE);
    }

    /** The wait after the {@code failure}th failure, the first being 1, to the millisecond. */
    private Duration after(int failure, RandomGenerator random) {
      BigDecimal longest = BigDecimal.valueOf(maxDelay.toMillis());
      BigDecimal millis = BigDecimal.valueOf(interval.toMillis());
      for (int i = 1; i < failure && millis.compareTo(longest) < 0 && millis.signum() > 0; i++) {
        millis = millis.multiply(backoff).setScale(6, RoundingMode.HALF_UP);
      }
      long computed = millis.min(longest).setScale(0, RoundingMode.HALF_UP).longValueExact();
      return Duration.ofMillis(
          switch (jitter) {
            case FULL -> random.nextLong(computed + 1);
            case NONE -> computed;
          });
    }
  }

  /**
   * How long to wait after the given failure of an execution, the first being 1; nothing when no
   * attempt follows it.
   */
  public Optional<Duration> waitAfter(int failure, RandomGenerator random) {
    return failure > attempts ? Optional.empty() : Optional.of(waits.after(failure, random));
  }

  /**
   * When the attempt after the given failure starts; nothing when none follows, because there were
   * enough or because it would start after the budget is used up.
   *
   * @param first when the execution failed for the first time
   */
  Optional<Instant> nextAt(int failure, Instant first, Instant now, RandomGenerator random) {
    return waitAfter(failure, random)
        .map(now::plus)
        .filter(next -> budget == null || !next.isAfter(first.plus(budget)));
  }
}
