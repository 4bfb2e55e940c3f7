package io.hosu.governance;

import io.hosu.store.Transaction;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Who there is and what everybody may do, at one moment; two of them are compared by {@link
 * AccessChanges}. Immutable.
 */
public final class AccessState {
  private final Rights rights;
  private final SortedMap<String, Principal> principals;

  private AccessState(Rights rights, SortedMap<String, Principal> principals) {
    this.rights = rights;
    this.principals = principals;
  }

  /** The state that {@code tx} sees, with what it wrote itself. */
  public static AccessState in(Transaction tx, Policy policy, Principals principals) {
    SortedMap<String, Principal> all = new TreeMap<>();
    principals.list(tx).forEach(kept -> all.put(kept.principal().name(), kept.principal()));
    return new AccessState(policy.rightsIn(tx), all);
  }

  Rights rights() {
    return rights;
  }

  /** Everybody, by name. */
  SortedMap<String, Principal> principals() {
    return principals;
  }
}
