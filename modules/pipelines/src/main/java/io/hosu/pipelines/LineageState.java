package io.hosu.pipelines;

import io.hosu.kernel.TableName;
import io.hosu.tables.EarlierTables.Column;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The stages and the columns of a lake at one time. For one thread. */
final class LineageState {
  private final List<StageSpec> stages;
  private final Function<TableName, List<Column>> source;
  private final Map<TableName, List<Column>> known = new HashMap<>();

  /**
   * These stages over these tables.
   *
   * @param columns those of a table; none: they are not known
   */
  LineageState(List<StageSpec> stages, Function<TableName, List<Column>> columns) {
    this.stages = List.copyOf(stages);
    this.source = columns;
  }

  List<StageSpec> stages() {
    return stages;
  }

  /** The names of the columns of a table; none: they are not known. */
  List<String> columns(TableName table) {
    return of(table).stream().map(Column::name).toList();
  }

  /** How the policy calls a column today that has this name in this state. */
  String today(TableName table, String column) {
    return of(table).stream()
        .filter(one -> one.name().equalsIgnoreCase(column))
        .findFirst()
        .map(Column::today)
        .orElse(column);
  }

  private List<Column> of(TableName table) {
    return known.computeIfAbsent(table, source);
  }
}
