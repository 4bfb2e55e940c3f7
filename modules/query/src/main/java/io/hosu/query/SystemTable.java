package io.hosu.query;

import io.hosu.governance.Principal;
import io.hosu.query.engine.Column;
import io.hosu.tables.ScanPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Something that the lake keeps of itself, as a table that queries can read. The modules that keep
 * it make it; this one gives it to engines. May be used from any thread.
 */
public interface SystemTable {
  /** Its name as SQL writes it: {@code system.executions}. */
  String name();

  /** Its columns, in order. */
  List<Column> columns();

  /**
   * Tells the rows of one moment that {@code principal} may see, and no others: those in the state
   * database are written to {@code file}, which does not exist yet, as JSON objects, each on a line
   * of its own, with the columns' names as keys.
   *
   * @param columns those of {@link #columns} that are wanted
   */
  Rows write(Principal principal, List<Column> columns, Path file) throws IOException;

  /**
   * What {@link #write} told.
   *
   * @param longest how many bytes the longest line has
   * @param older the rows of the same moment that moved to an Iceberg table
   */
  record Rows(int longest, Optional<Older> older) {}

  /**
   * Rows in an Iceberg table, with the same columns or fewer.
   *
   * @param plan its files
   * @param visible a condition over the columns, true for the rows that may be seen; empty: all
   * @param cells by column, an expression over the columns for what may be seen of a cell; others
   *     are seen as they are
   */
  record Older(ScanPlan plan, String visible, Map<String, String> cells) {
    public Older {
      cells = Map.copyOf(cells);
    }

    /** Rows of which everything may be seen, if they may. */
    public Older(ScanPlan plan, String visible) {
      this(plan, visible, Map.of());
    }

    boolean hides() {
      return !visible.isEmpty() || !cells.isEmpty();
    }
  }
}
