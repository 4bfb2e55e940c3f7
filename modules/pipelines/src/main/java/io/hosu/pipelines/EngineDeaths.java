package io.hosu.pipelines;

import io.hosu.kernel.ErrorCode.Fault;
import io.hosu.query.engine.QueryError;
import io.hosu.store.Transaction;
import java.util.Optional;

/**
 * What an engine's end says of what it worked on: once, it may have been killed for another's
 * memory, so the attempt is made again; twice in a row over the same messages, they are guilty.
 */
final class EngineDeaths {
  private static final String DIED = QueryError.ENGINE_CRASHED.name();

  private EngineDeaths() {}

  /** The failure as it counts: softly at the first time, unless its stage calls it hard. */
  static StageOutcome.Failed weighed(Transaction tx, Claim claim, StageOutcome.Failed failed) {
    boolean first =
        failed.cause().code().equals(DIED)
            && !claim.stage().running().retry().faults().hard().contains(DIED)
            && !diedOfIt(claim.execution())
            && parent(tx, claim).filter(EngineDeaths::diedOfIt).isEmpty();
    return first ? failed.as(Fault.SOFT) : failed;
  }

  /** The execution of whose messages it has a part. */
  private static Optional<Execution> parent(Transaction tx, Claim claim) {
    String parent = claim.execution().origin().parent();
    return claim.execution().origin().by() == Execution.By.SPLIT && parent != null
        ? ExecutionRows.find(tx, parent)
        : Optional.empty();
  }

  private static boolean diedOfIt(Execution execution) {
    Cause cause = execution.result().cause();
    return cause != null && cause.code().equals(DIED);
  }
}
