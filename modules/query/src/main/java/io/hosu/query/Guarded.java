package io.hosu.query;

import io.hosu.query.engine.NamedColumns;
import io.hosu.tables.FileFilter;
import java.util.Map;
import java.util.Set;

/**
 * SQL that the guard let pass.
 *
 * @param text what was written
 * @param sql what an engine runs: printed from the tree, every table by the name of its view
 * @param tables the tables it reads
 * @param systemTables the names of the system tables it reads, {@code system.executions}; there may
 *     be none of that name
 * @param columns the columns that it could read
 * @param filters what the rows have in common that it needs of tables, where that is known
 * @param readsInput whether it reads {@code input}
 */
public record Guarded(
    String text,
    String sql,
    Set<TableRef> tables,
    Set<String> systemTables,
    NamedColumns columns,
    Map<TableRef, FileFilter> filters,
    boolean readsInput) {
  public Guarded {
    tables = Set.copyOf(tables);
    systemTables = Set.copyOf(systemTables);
    filters = Map.copyOf(filters);
  }

  /** What the rows have in common that it needs of a table that it reads. */
  public FileFilter filter(TableRef table) {
    return filters.getOrDefault(table, FileFilter.every());
  }
}
