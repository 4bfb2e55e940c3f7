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
 * @param priority the higher, the sooner among the stages of its team, {@link #LOWEST_PRIORITY} to
 *     {@link #HIGHEST_PRIORITY}
 */
public record Running(
    Retry retry,
    Duration timeout,
    int concurrency,
    boolean enabled,
    @Nullable Long memory,
    @Nullable Breaker breaker,
    int priority) {
  /** An engine does nothing with less: 64 MB. */
  public static final long LEAST_MEMORY = 64L << 20;

  /** The lowest priority. */
  public static final int LOWEST_PRIORITY = -1000;

  /** The highest priority. */
  public static final int HIGHEST_PRIORITY = 1000;

  /** After so many starts by priority, a team's next is of the stage that has waited longest. */
  public static final int STARTS_BY_PRIORITY = 7;

  /** One execution at a time, an hour for each attempt. */
  public static final Running STANDARD = new Running(Retry.STANDARD, Duration.ofHours(1), 1, true);

  /** The same with an engine's whole memory, without a breaker. */
  public Running(Retry retry, Duration timeout, int concurrency, boolean enabled) {
    this(retry, timeout, concurrency, enabled, null, null);
  }

  /** The same of ordinary priority. */
  public Running(
      Retry retry,
      Duration timeout,
      int concurrency,
      boolean enabled,
      @Nullable Long memory,
      @Nullable Breaker breaker) {
    this(retry, timeout, concurrency, enabled, memory, breaker, 0);
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
    if (priority < LOWEST_PRIORITY || priority > HIGHEST_PRIORITY) {
      throw StageSpec.invalid(
          "No stage can have the priority %d.".formatted(priority),
          "Give it one from %d to %d.".formatted(LOWEST_PRIORITY, HIGHEST_PRIORITY));
    }
  }
}
