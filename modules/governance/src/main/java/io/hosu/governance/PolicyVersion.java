package io.hosu.governance;

import io.hosu.store.Transaction;
import java.util.List;
import java.util.Optional;

/**
 * Counts the changes of what the policy is made from, and keeps what the last of them were, so that
 * every server notices them and reads again only what changed.
 */
final class PolicyVersion {
  /** More changes at once than this are read as a whole. */
  static final int MOST = 1000;

  private static final int REMOVED_AT_ONCE = 500;

  private PolicyVersion() {}

  /** Of what something changed. */
  enum Kind {
    GRANT,
    TAG,
    DOMAIN,
    DATASET,
    PLACE,
    COLUMNS
  }

  /**
   * One change: of the grant of this id, the tags of this resource, the domain of this name, the
   * names of columns of this table.
   */
  record Changed(Kind kind, String name) {}

  static void advance(Transaction tx, Kind kind, String name) {
    tx.update("UPDATE policy_versions SET version = version + 1 WHERE id = 1");
    long version = current(tx);
    tx.update(
        "INSERT INTO policy_changes (version, kind, name) VALUES (?, ?, ?)",
        version,
        kind.name(),
        name);
    if (version % REMOVED_AT_ONCE == 0) {
      tx.update("DELETE FROM policy_changes WHERE version <= ?", version - 2L * MOST);
    }
  }

  static long current(Transaction tx) {
    return tx.number("SELECT version FROM policy_versions WHERE id = 1");
  }

  /** All that changed after {@code version} up to {@code current}; nothing when too much did. */
  static Optional<List<Changed>> since(Transaction tx, long version, long current) {
    if (version < 0 || current < version || current - version > MOST) {
      return Optional.empty();
    }
    List<Changed> changes =
        tx.list(
            "SELECT kind, name FROM policy_changes WHERE version > ? AND version <= ?",
            row -> new Changed(Kind.valueOf(row.text("kind")), row.text("name")),
            version,
            current);
    return changes.size() == current - version ? Optional.of(changes) : Optional.empty();
  }
}
