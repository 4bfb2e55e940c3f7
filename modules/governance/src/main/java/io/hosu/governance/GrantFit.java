package io.hosu.governance;

import java.util.List;

/** Whether what narrows a grant fits the table that it is on. May be used from any thread. */
@FunctionalInterface
public interface GrantFit {
  /** Nobody looks. */
  GrantFit NONE = _ -> List.of();

  /** All that does not fit, each in a sentence; none where the table is not there, or is many. */
  List<String> misfits(Grant grant);
}
