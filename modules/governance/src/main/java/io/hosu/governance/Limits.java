package io.hosu.governance;

import java.util.List;
import java.util.Map;

/**
 * Which rows and columns of a table a permission is limited to.
 *
 * @param rowFilters SQL conditions over the table's columns: a row is there when it meets one of
 *     them; no filters, no limit
 * @param columnMasks by column, the SQL expression that is seen in its place
 */
public record Limits(List<String> rowFilters, Map<String, String> columnMasks) {
  private static final Limits NONE = new Limits(List.of(), Map.of());

  public Limits {
    rowFilters = List.copyOf(rowFilters);
    columnMasks = Map.copyOf(columnMasks);
  }

  /** No limits: all rows and all columns as they are. */
  public static Limits none() {
    return NONE;
  }

  /** Whether all rows and all columns are there as they are. */
  public boolean isNone() {
    return rowFilters.isEmpty() && columnMasks.isEmpty();
  }
}
