package io.hosu.pipelines;

import io.hosu.kernel.Durations;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Optional;

/**
 * How often an execution that failed softly is tried again, and how long it waits before each.
 *
 * <p>The words mean what they mean in a Retrier of Amazon States Language ({@code MaxAttempts},
 * {@code IntervalSeconds}, {@code BackoffRate}).
 *
 * @param attempts how many attempts may follow the first one; 0 never tries again
 * @param interval the wait before the first of them
 * @param backoff by how much each wait is longer than the one before it, at least 1
 */
public record Retry(int attempts, Duration interval, BigDecimal backoff) {
  /** Three more attempts, after waits of 10, 15 and 22.5 seconds. */
  public static final Retry STANDARD = new Retry(3, Duration.ofSeconds(10), new BigDecimal("1.5"));

  private static final Duration LONGEST = Duration.ofDays(7);

  public Retry {
    if (attempts < 0 || interval.isNegative() || backoff.compareTo(BigDecimal.ONE) < 0) {
      throw StageSpec.invalid(
          "%d attempts, %s apart, growing by %s, cannot be made."
              .formatted(attempts, Durations.print(interval), backoff),
          "Let attempts be at least 0, interval not negative and backoff at least 1.");
    }
    backoff = backoff.stripTrailingZeros();
  }

  /**
   * How long to wait after the given attempt of an execution, the first being 1, to the millisecond
   * and at most seven days; nothing when it was the last.
   */
  public Optional<Duration> waitAfter(int attempt) {
    if (attempt > attempts) {
      return Optional.empty();
    }
    BigDecimal longest = BigDecimal.valueOf(LONGEST.toMillis());
    BigDecimal millis = BigDecimal.valueOf(interval.toMillis());
    for (int i = 1; i < attempt && millis.compareTo(longest) < 0 && millis.signum() > 0; i++) {
      millis = millis.multiply(backoff).setScale(6, RoundingMode.HALF_UP);
    }
    return Optional.of(
        Duration.ofMillis(millis.min(longest).setScale(0, RoundingMode.HALF_UP).longValueExact()));
  }
}
