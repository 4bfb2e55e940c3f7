package io.hosu.query;

import io.hosu.query.engine.NamedColumns;
import io.hosu.tables.FileFilter;

/**
 * What SQL reads of a table.
 *
 * @param named the columns that it could read
 * @param filter what the rows have in common that it needs
 */
record TableReading(NamedColumns named, FileFilter filter) {
  /** What {@code guarded} reads of {@code table}. */
  static TableReading of(Guarded guarded, TableRef table) {
    return new TableReading(guarded.columns(), guarded.filter(table));
  }

  /** What either reads. */
  TableReading and(TableReading other) {
    return new TableReading(named.and(other.named), filter.or(other.filter));
  }
}
