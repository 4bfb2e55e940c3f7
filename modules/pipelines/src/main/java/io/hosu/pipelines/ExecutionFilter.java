package io.hosu.pipelines;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which executions a list shows; what is null does not choose.
 *
 * @param domain the domain of the stage
 * @param pipeline the pipeline's name inside its domain
 * @param stage the stage's name inside its pipeline
 * @param status where they stand
 * @param since the earliest time they were made
 */
public record ExecutionFilter(
    @Nullable String domain,
    @Nullable String pipeline,
    @Nullable String stage,
    @Nullable ExecutionStatus status,
    @Nullable Instant since) {
  /** All of them. */
  public static final ExecutionFilter ALL = new ExecutionFilter(null, null, null, null, null);
}
