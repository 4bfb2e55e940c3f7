package io.hosu.governance;

import io.hosu.kernel.TableName;
import java.util.List;
import java.util.Map;

/** Whether what narrows a grant fits the table that it is on. May be used from any thread. */
@FunctionalInterface
public interface GrantFit {
  /** Nobody looks. */
  GrantFit NONE = _ -> List.of();

  /** All that does not fit, each in a sentence; none where the table is not there, or is many. */
  List<String> misfits(Grant grant);

  /** The same of one of the tables that a grant on many is about. */
  default List<String> misfits(Grant grant, TableName table) {
    return List.of();
  }

  /** Whether there is such a table. */
  default boolean isThere(TableName table) {
    return true;
  }

  /** All tables that there are, by name. */
  default List<TableName> tables() {
    return List.of();
  }

  /** Whether a domain or layer without any table, or a table that is not there. */
  default boolean isWithoutTables(Resource on) {
    return false;
  }

  /** The columns of a table by name, with their types; empty when it is not there, or not known. */
  default Map<String, String> columns(TableName table) {
    return Map.of();
  }
}
