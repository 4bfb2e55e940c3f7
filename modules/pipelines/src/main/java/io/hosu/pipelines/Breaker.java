package io.hosu.pipelines;

import io.hosu.kernel.Durations;
import java.time.Duration;

/**
 * When a stage stops trying something that keeps failing.
 *
 * @param failures after how many soft failures with the same code, one after the other, its circuit
 *     opens, so that nothing of it starts
 * @param pause how long it stays open before one execution probes whether it works again
 */
public record Breaker(int failures, Duration pause) {
  /** Five failures, a minute. */
  public static final Breaker STANDARD = new Breaker(5, Duration.ofMinutes(1));

  public Breaker {
    if (failures < 1 || !pause.isPositive()) {
      throw StageSpec.invalid(
          "A circuit that opens for %s after %d failures breaks nothing."
              .formatted(Durations.print(pause), failures),
          "Let failures be at least 1 and wait longer than 0s.");
    }
  }
}
