package io.hosu.pipelines;

import io.hosu.kernel.Durations;
import io.hosu.kernel.Sizes;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How the executions of a stage run.
 *
 * @param retry what happens after a soft failure
 * @param timeout how long one attempt may take
 * @param concurrency how many executions of the stage may run at the same time, at least 1
 * @param enabled whether it runs at all; a stage that does not keeps its messages
 * @param memory what an engine may use for one attempt, in bytes, if that is less than the setting
 *     {@code query.memory} says; null: as much
 * @param breaker when it stops trying something that keeps failing; null: never
 */
public record Running(
    Retry retry,
    Duration timeout,
    int concurrency,
    boolean enabled,
    @Nullable Long memory,
    @Nullable Breaker breaker) {
  /** An engine does nothing with less: 64 MB. */
  public static final long LEAST_MEMORY = 64L << 20;

  /** One execution at a time, an hour for each attempt. */
  public static final Running STANDARD = new Running(Retry.STANDARD, Duration.ofHours(1), 1, true);

  /** The same with an engine's whole memory, without a breaker. */
  public Running(Retry retry, Duration timeout, int concurrency, boolean enabled) {
    this(retry, timeout, concurrency, enabled, null, null);
  }

  public Running {
    if (!timeout.isPositive() || concurrency < 1) {
      throw StageSpec.invalid(
          "%d executions of at most %s each cannot run."
              .formatted(concurrency, Durations.print(timeout)),
          "Let timeout be longer than 0s and concurrency at least 1.");
    }
    if (memory != null && memory < LEAST_MEMORY) {
      throw StageSpec.invalid(
          "Nothing runs in %s of memory.".formatted(Sizes.print(memory)),
          "Let memory be at least %s.".formatted(Sizes.print(LEAST_MEMORY)));
    }
  }
}
