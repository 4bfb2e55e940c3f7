package io.hosu.governance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.store.Transaction;

/** Where it is told what happens to requests for access. */
@FunctionalInterface
public interface AccessNews {
  /** Tells nobody. */
  AccessNews NONE = (_, _, _, _) -> {};

  /**
   * Tells with the transaction in which it happens.
   *
   * @param what for example {@code Access Requested}
   * @param on what the request is about
   * @param detail the request, as the API shows it
   */
  void tell(Transaction tx, String what, Resource on, ObjectNode detail);
}
