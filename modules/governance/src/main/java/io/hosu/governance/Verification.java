package io.hosu.governance;

import io.hosu.governance.AuditChain.Ends;
import io.hosu.governance.AuditChain.Link;
import java.util.Optional;

/**
 * What came of a walk over all audit records that are kept.
 *
 * @param ends what is known of the chain
 * @param broken the first record that is not as it was written; empty: all are
 */
record Verification(Ends ends, Optional<Broken> broken) {
  /**
   * A record that was changed, removed or added.
   *
   * @param seq its place
   * @param what what is known of it
   */
  record Broken(long seq, String what) {}

  /** The oldest record that is kept. */
  long first() {
    return ends.gone().seq() + 1;
  }

  /** The newest record. */
  Link last() {
    return ends.last();
  }

  /** How many records are kept. */
  long records() {
    return ends.last().seq() - ends.gone().seq();
  }

  /** How many of them are from before there was a chain, so that nothing is known of them. */
  long unchained() {
    return Math.max(0, Math.min(ends.begins() - 1, ends.last().seq()) - ends.gone().seq());
  }
}
