package io.hosu.pipelines;

import io.hosu.kernel.Durations;
import java.time.Duration;

/**
 * How many messages one execution takes.
 *
 * @param max the most messages of one execution, at least 1
 * @param window how long the first message waits for others; zero starts at once
 */
public record Batch(int max, Duration window) {
  /** Up to 1000 messages, without waiting. */
  public static final Batch STANDARD = new Batch(1000, Duration.ZERO);

  public Batch {
    if (max < 1 || window.isNegative()) {
      throw StageSpec.invalid(
          "A batch of at most %d messages within %s cannot be taken."
              .formatted(max, Durations.print(window)),
          "Let max be at least 1 and window not negative.");
    }
  }
}
