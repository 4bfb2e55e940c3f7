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
 * @param maxBytes the most bytes of the objects that they are about, at least 1; one object that is
 *     larger makes a batch of its own
 */
public record Batch(int max, Duration window, int min, Optional<GroupBy> groupBy, long maxBytes) {
  private static final long STANDARD_BYTES = 1L << 30;

  /** Up to 1000 messages about 1 GB, without waiting. */
  public static final Batch STANDARD = new Batch(1000, Duration.ZERO);

  /** A batch of whatever waits, at most {@code max} messages. */
  public Batch(int max, Duration window) {
    this(max, window, 1);
  }

  /** A batch that a schedule gathers. */
  public Batch(int max, Duration window, int min) {
    this(max, window, min, Optional.empty());
  }

  /** A batch of {@code min} to {@code max} messages about at most 1 GB. */
  public Batch(int max, Duration window, int min, Optional<GroupBy> groupBy) {
    this(max, window, min, groupBy, STANDARD_BYTES);
  }

  public Batch {
    if (min < 1 || max < min || window.isNegative()) {
      throw StageSpec.invalid(
          "A batch of %d to %d messages within %s cannot be taken."
              .formatted(min, max, Durations.print(window)),
          "Let min be at least 1, max at least min, and window not negative.");
    }
    if (maxBytes < 1) {
      throw StageSpec.invalid(
          "A batch of at most %d bytes cannot be taken.".formatted(maxBytes),
          "Let max_bytes be at least 1, for example 256MB.");
    }
  }
}
