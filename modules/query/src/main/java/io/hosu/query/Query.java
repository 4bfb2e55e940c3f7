package io.hosu.query;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One query, as it stands.
 *
 * @param id its id
 * @param principal who sent it
 * @param sql what was written
 * @param state what became of it
 * @param startedAt when it came
 * @param outcome what it took and gave until now
 */
public record Query(
    String id, String principal, String sql, State state, Instant startedAt, Outcome outcome) {

  /** What became of a query. */
  public enum State {
    RUNNING,
    SUCCEEDED,
    FAILED,
    CANCELLED
  }

  /**
   * What a query took and gave.
   *
   * @param rows rows sent
   * @param bytes bytes sent
   * @param elapsed from its coming until its end, or until now
   * @param cpu processor time of its engine
   * @param code the code of its failure; null when it did not fail
   * @param cause what its failure said; null when it did not fail
   */
  public record Outcome(
      long rows,
      long bytes,
      Duration elapsed,
      Duration cpu,
      @Nullable String code,
      @Nullable String cause) {

    /** The code of its failure. */
    public Optional<String> failure() {
      return Optional.ofNullable(code);
    }
  }
}
