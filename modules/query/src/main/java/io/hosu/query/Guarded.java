package io.hosu.query;

import io.hosu.query.engine.NamedColumns;
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
 * @param readsInput whether it reads {@code input}
 */
public record Guarded(
    String text,
    String sql,
    Set<TableRef> tables,
    Set<String> systemTables,
    NamedColumns columns,
    boolean readsInput) {
  public Guarded {
    tables = Set.copyOf(tables);
    systemTables = Set.copyOf(systemTables);
  }
}
