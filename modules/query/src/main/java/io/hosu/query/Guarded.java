package io.hosu.query;

import java.util.Set;

/**
 * SQL that the guard let pass.
 *
 * @param text what was written
 * @param sql what an engine runs: printed from the tree, every table by the name of its view
 * @param tables the tables it reads
 * @param readsInput whether it reads {@code input}
 */
public record Guarded(String text, String sql, Set<TableRef> tables, boolean readsInput) {
  public Guarded {
    tables = Set.copyOf(tables);
  }
}
