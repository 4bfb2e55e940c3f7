package io.hosu.pipelines;

import io.hosu.kernel.Durations;
import java.time.Duration;
import java.util.Optional;

/**
 * How many messages one execution takes.
 *
 * @param max the most messages of one execution, at least 1
 * @param window how long the first message waits for others; zero starts at once. Where a schedule
 *     gathers messages: how long one waits until it goes even with fewer than {@code min}; zero is
 *     for ever
 * @param min how many messages must wait at a moment of the schedule that gathers them
 * @param groupBy what the messages of one execution have in common; empty when nothing
 */
public record Batch(int max, Duration window, int min, Optional<GroupBy> groupBy) {
  /** Up to 1000 messages, without waiting. */
  public static final Batch STANDARD = new Batch(1000, Duration.ZERO);

  /** A batch of whatever waits, at most {@code max} messages. */
  public Batch(int max, Duration window) {
    this(max, window, 1);
  }

  /** A batch that a schedule gathers. */
  public Batch(int max, Duration window, int min) {
    this(max, window, min, Optional.empty());
  }

  public Batch {
    if (min < 1 || max < min || window.isNegative()) {
      throw StageSpec.invalid(
          "A batch of %d to %d messages within %s cannot be taken."
              .formatted(min, max, Durations.print(window)),
          "Let min be at least 1, max at least min, and window not negative.");
    }
  }
}
