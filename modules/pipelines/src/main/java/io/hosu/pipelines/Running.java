package io.hosu.pipelines;

import io.hosu.kernel.Durations;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How the executions of a stage run.
 *
 * @param retry what happens after a soft failure
 * @param timeout how long one attempt may take
 * @param concurrency how many executions of the stage may run at the same time, at least 1
 * @param enabled whether it runs at all; a stage that does not keeps its messages
 * @param breaker when it stops trying something that keeps failing; null: never
 */
public record Running(
    Retry retry, Duration timeout, int concurrency, boolean enabled, @Nullable Breaker breaker) {
  /** One execution at a time, an hour for each attempt. */
  public static final Running STANDARD = new Running(Retry.STANDARD, Duration.ofHours(1), 1, true);

  /** The same without a breaker. */
  public Running(Retry retry, Duration timeout, int concurrency, boolean enabled) {
    this(retry, timeout, concurrency, enabled, null);
  }

  public Running {
    if (!timeout.isPositive() || concurrency < 1) {
      throw StageSpec.invalid(
          "%d executions of at most %s each cannot run."
              .formatted(concurrency, Durations.print(timeout)),
          "Let timeout be longer than 0s and concurrency at least 1.");
    }
  }
}
