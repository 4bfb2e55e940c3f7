package io.hosu.tables;

import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.ObjectName;

/**
 * Who may have an object become a file of a table by naming it in a commit: who reads the table
 * reads the object from then on, whatever was allowed of the object before. May be called from any
 * thread.
 */
@FunctionalInterface
public interface NamedObjects {
  /** Whatever is named: the lake itself, or whoever was asked about, put it. */
  NamedObjects ANY = (_, _) -> {};

  /**
   * Lets an object be named that is no file of a table yet.
   *
   * @param putBy the principal that put it
   * @throws Denied when it may not be named
   */
  void require(ObjectName object, String putBy);
}
