package io.hosu.pipelines;

import io.hosu.kernel.ErrorCode.Fault;
import java.util.List;

/** What became of one attempt to run a stage. */
public sealed interface StageOutcome {

  /** Its outcome is published, and the execution has succeeded. */
  record Published(Figures figures) implements StageOutcome {}

  /**
   * It failed, and nothing of it was published.
   *
   * @param cause why
   * @param fault {@link Fault#SOFT} when another attempt may succeed
   * @param blame what must change before one does
   * @param steps how far it came
   */
  record Failed(Cause cause, Fault fault, Blame blame, List<Attempt.Step> steps)
      implements StageOutcome {
    public Failed {
      steps = List.copyOf(steps);
    }
  }

  /** The execution is no longer this attempt's: another server has taken it over. */
  record TakenOver() implements StageOutcome {}

  /** What a failure comes from, and so whether some of the batch can go on without the rest. */
  enum Blame {
    /** The stage or the machine: no part of the batch would fare better. */
    STAGE,
    /** One of the messages, or several: the others can go on once those are set apart. */
    INPUT
  }
}
