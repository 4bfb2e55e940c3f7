package io.hosu.tables;

import io.hosu.kernel.TableName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which tables got many commits since they were looked at: each leaves a file and a snapshot, so
 * that such a table cannot wait as long as others. Belongs to one thread.
 */
public final class BusyTables {
  /** With so many commits a table is to be looked at. */
  public static final int MANY = 200;

  private final Tables tables;
  private final Map<TableName, Long> looked = new HashMap<>();

  BusyTables(Tables tables) {
    this.tables = tables;
  }

  /** Those with many commits since; a table that is asked for the first time has none. */
  public List<TableName> find() {
    Map<TableName, Long> commits = tables.commits();
    looked.keySet().retainAll(commits.keySet());
    List<TableName> busy = new ArrayList<>();
    commits.forEach((table, now) -> {
      // A table of the same name may be another one by now, with fewer.
      if (now - looked.merge(table, now, Math::min) >= MANY) {
        busy.add(table);
      }
    });
    return busy;
  }

  /** A table is being looked at: it has no commits when it is asked for the next time. */
  public void looked(TableName table) {
    looked.remove(table);
  }
}
