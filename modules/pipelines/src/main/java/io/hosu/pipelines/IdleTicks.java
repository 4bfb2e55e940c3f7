package io.hosu.pipelines;

import io.hosu.store.Transaction;
import java.util.List;

/**
 * Moments of a schedule at which there is nothing to do: the execution that found that out is
 * removed together with its messages, as if it had never been.
 */
final class IdleTicks {
  private IdleTicks() {}

  /**
   * Whether an attempt is made because of the schedule alone, and nobody has heard of it: what a
   * person asked for, and what failed before, ends as an execution that is seen.
   */
  static boolean mayBe(Claim claim) {
    Execution execution = claim.execution();
    return claim.stage().on() instanceof Trigger.Scheduled
        && execution.origin().by() == Execution.By.EVENTS
        && execution.origin().parent() == null
        && execution.tries().failures() == 0;
  }

  /** Removes an execution and all that is kept of it; false when it is held no longer. */
  static boolean remove(Transaction tx, ExecutionRows.Holder holder) {
    boolean held = ExecutionRows.isHeld(tx, holder);
    if (held) {
      EndedExecutions.remove(tx, List.of(holder.execution()));
    }
    return held;
  }
}
