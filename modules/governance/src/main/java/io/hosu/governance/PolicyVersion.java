package io.hosu.governance;

import io.hosu.store.Transaction;

/** Counts the changes of what the policy is made from, so that every server notices them. */
final class PolicyVersion {
  private PolicyVersion() {}

  static void advance(Transaction tx) {
    tx.update("UPDATE policy_versions SET version = version + 1 WHERE id = 1");
  }

  static long current(Transaction tx) {
    return tx.number("SELECT version FROM policy_versions WHERE id = 1");
  }
}
