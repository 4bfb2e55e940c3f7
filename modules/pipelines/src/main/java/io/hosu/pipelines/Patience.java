package io.hosu.pipelines;

import java.time.Duration;
import java.util.Optional;

/**
 * How long a set of objects is waited for.
 *
 * @param timeout how long after its first message it must be complete; empty: it is waited for as
 *     long as it takes
 * @param partial what becomes of one that is not
 */
public record Patience(Optional<Duration> timeout, Partial partial) {
  /** Without end. */
  public static final Patience ENDLESS = new Patience(Optional.empty(), Partial.FAIL);

  /** What becomes of a set that is not complete in time. */
  public enum Partial {
    /** Its messages become dead letters. */
    FAIL,
    /** The stage runs over what is there. */
    RUN,
    /** An execution that does nothing says so. */
    SKIP
  }

  public Patience {
    if (timeout.filter(time -> !time.isPositive()).isPresent()) {
      throw StageSpec.invalid(
          "A set of objects that is waited for no time can never be complete.",
          "Let timeout be longer than 0s, or leave it out to wait for ever.");
    }
  }
}
