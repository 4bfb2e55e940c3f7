package io.hosu.pipelines;

import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.store.Transaction;
import io.hosu.tables.PreparedCommit;
import java.util.Optional;

/**
 * Why what an execution made must not be published.
 *
 * @param failure what the execution fails with
 * @param kept makes what was rejected readable beside the table; empty where there is no table yet
 */
record Rejection(Invalid failure, Optional<PreparedCommit> kept) {
  /**
   * Makes what was rejected readable, as part of {@code tx}; no table shows any of it.
   *
   * @throws Conflict when the table has changed since
   */
  void keep(Transaction tx) {
    kept.ifPresent(commit -> commit.publish(tx));
  }
}
