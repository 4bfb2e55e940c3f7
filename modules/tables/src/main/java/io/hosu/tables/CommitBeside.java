package io.hosu.tables;

import io.hosu.store.Transaction;
import io.hosu.tables.TableUpdate.Effect;
import java.util.Set;

/**
 * What whoever hands in an engine's append asks and writes beside it. Called by another thread than
 * the one that handed it in, and anew when the append must be made anew.
 */
public interface CommitBeside {
  /** Throws when the append may not do what it does. */
  void allow(Set<Effect> effects);

  /**
   * Writes, in the transaction that publishes the append, what belongs to it.
   *
   * @param location the table's new metadata file
   */
  void publish(Transaction tx, String location);
}
