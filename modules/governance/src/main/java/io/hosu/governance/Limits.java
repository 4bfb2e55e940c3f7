package io.hosu.governance;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a principal sees of a table. Conditions are SQL over the table's columns as they are stored,
 * before any mask; each stands in parentheses of its own, and may say {@code principal.ATTRIBUTE}
 * for an attribute of the principal, which is NULL when it has no such attribute.
 *
 * @param columns by column, in the order of the table, what is seen of a cell: the first sight
 *     whose condition is TRUE; none is: NULL. A column that is not here does not exist for the
 *     principal
 * @param rows conditions of which a row meets at least one, or it is not there; empty: all rows
 * @param deniedRows conditions that are all FALSE for a row, or it is not there, whatever else
 *     holds: NULL hides it
 */
public record Limits(Map<String, List<Sight>> columns, List<String> rows, List<String> deniedRows) {
  private static final Limits NONE = new Limits(Map.of(), List.of(), List.of());

  /**
   * How a cell may be seen.
   *
   * @param when the condition under which it is; null: always
   * @param mask what is seen in its place; null: the cell itself
   */
  public record Sight(@Nullable String when, @Nullable Mask mask) {
    /** Always, and as it is. */
    public static final Sight CLEAR = new Sight(null, null);
  }

  public Limits {
    Map<String, List<Sight>> copy = new LinkedHashMap<>();
    columns.forEach((column, sights) -> copy.put(column, List.copyOf(sights)));
    columns = Collections.unmodifiableMap(copy);
    rows = List.copyOf(rows);
    deniedRows = List.copyOf(deniedRows);
  }

  /** No limits: all rows, and all columns as they are. */
  public static Limits none() {
    return NONE;
  }

  /** Whether all rows and all columns are there as they are. */
  public boolean isNone() {
    return equals(NONE);
  }

  /** Whether rows may be missing. */
  public boolean isFiltered() {
    return !rows.isEmpty() || !deniedRows.isEmpty();
  }
}
