package io.hosu.governance;

import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.store.Transaction;

/**
 * The audit records of one request, from its decisions to the end of its answer. Belongs to the
 * thread of the request.
 */
public interface Trail {
  /** Something was decided. */
  void add(AuditRecord record);

  /**
   * What {@code record} says to be allowed was refused, and nothing was done: the record says so.
   * Nothing, where something that is needed does not answer.
   */
  void refused(AuditRecord record, HosuException why);

  /** The answer gives out so many rows. */
  void gives(long rows);

  /**
   * Keeps all of them before something is done that they tell of.
   *
   * @throws Unavailable {@link GovernanceError#AUDIT_UNAVAILABLE}
   */
  void keep();

  /** Keeps all of them with the transaction that does what they tell of: both or neither. */
  void keepIn(Transaction tx);
}
