package io.hosu.governance;

import io.hosu.kernel.TableName;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What tells which columns grants mean: when they came, and the names that columns had. Immutable.
 *
 * @param histories of the tables in which a name alone does not tell it
 * @param given by the id of a grant, with which version of the policy it came
 */
record NameState(Map<TableName, NameHistory> histories, Map<String, Long> given) {
  static final NameState NONE = new NameState(Map.of(), Map.of());

  /** The names of a table's columns; null when each means the column that has it. */
  @Nullable NameHistory of(TableName table) {
    return histories.get(table);
  }

  /**
   * The version as of which the names in {@code grant} are read; that of now if nobody keeps it.
   */
  long given(Grant grant) {
    return given.getOrDefault(grant.id(), ColumnNames.OPEN - 1);
  }

  /** The same with some tables as they are now, or as all others. */
  NameState withTables(Map<TableName, Optional<NameHistory>> changed) {
    Map<TableName, NameHistory> all = new HashMap<>(histories);
    changed.forEach((table, now) ->
        now.ifPresentOrElse(history -> all.put(table, history), () -> all.remove(table)));
    return new NameState(all, given);
  }

  /** The same with some grants by id as they are now, or gone. */
  NameState withGrants(Map<String, Optional<Long>> changed) {
    Map<String, Long> all = new HashMap<>(given);
    changed.forEach(
        (id, now) -> now.ifPresentOrElse(version -> all.put(id, version), () -> all.remove(id)));
    return new NameState(histories, all);
  }
}
