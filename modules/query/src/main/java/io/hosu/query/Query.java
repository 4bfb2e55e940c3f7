package io.hosu.query;

import io.hosu.governance.Actor;
import io.hosu.query.engine.ResultSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One query, as it stands.
 *
 * @param id its id
 * @param sender who sent it
 * @param sql what was written
 * @param state what became of it
 * @param startedAt when it came
 * @param outcome what it took and gave until now
 */
public record Query(
    String id, Actor sender, String sql, State state, Instant startedAt, Outcome outcome) {

  /** What became of a query. */
  public enum State {
    /** It waits for an engine. */
    QUEUED,
    RUNNING,
    SUCCEEDED,
    FAILED,
    CANCELLED
  }

  /** Whether it neither waits nor runs any more. */
  public boolean isOver() {
    return state != State.QUEUED && state != State.RUNNING;
  }

  /**
   * What a query took and gave.
   *
   * @param elapsed from its coming until its end, or until now
   * @param result what it gave and what that took; null unless it succeeded
   * @param code the code of its failure; null when it did not fail
   * @param cause what its failure said; null when it did not fail
   */
  public record Outcome(
      Duration elapsed,
      @Nullable ResultSummary result,
      @Nullable String code,
      @Nullable String cause) {

    /** What it gave, and the processor time it took: known when it has succeeded. */
    public Optional<ResultSummary> summary() {
      return Optional.ofNullable(result);
    }

    /** The code of its failure. */
    public Optional<String> failure() {
      return Optional.ofNullable(code);
    }
  }
}
