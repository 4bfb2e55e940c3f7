package io.hosu.pipelines;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.TableName;
import io.hosu.query.engine.Column;
import io.hosu.query.engine.EngineSession;
import io.hosu.query.engine.Filled;
import io.hosu.tables.SqlColumn;
import io.hosu.tables.TableLayout;
import io.hosu.tables.Tables;
import io.hosu.tables.WriteTarget;
import java.util.List;

/**
 * Finds out how rows fit a table. What type a column without any value seems to have is chance: it
 * takes the table's. Only when rows do not fit as they are described is the engine asked which
 * columns hold a value.
 */
final class Fitting {
  private final Tables tables;
  private final TableName table;
  private final TableLayout layout;
  private final Tables.Columns meeting;
  private boolean withoutRows;

  Fitting(Tables tables, TableName table, TableLayout layout, Tables.Columns meeting) {
    this.tables = tables;
    this.table = table;
    this.layout = layout;
    this.meeting = meeting;
  }

  /**
   * The table as it takes the rows of {@code select}.
   *
   * @throws Invalid when rows that have values do not fit
   */
  WriteTarget target(EngineSession session, String select, List<Column> columns) {
    withoutRows = false;
    List<SqlColumn> described = described(columns);
    try {
      return target(described);
    } catch (Invalid e) {
      Filled filled = session.filled(select);
      if (filled.rows() == 0 && tables.find(table).isEmpty()) {
        withoutRows = true;
        return tables.target(table, asTexts(columns), TableLayout.standard(), meeting);
      }
      List<SqlColumn> known = withoutChance(described, filled);
      if (known.equals(described)) {
        throw e;
      }
      return target(known);
    }
  }

  /** Those of the columns that have no value in {@code select}; none when all fit as they are. */
  List<String> valueless(EngineSession session, String select, List<Column> columns) {
    try {
      target(described(columns));
      return List.of();
    } catch (Invalid _) {
      Filled filled = session.filled(select);
      return columns.stream()
          .map(Column::name)
          .filter(name -> !filled.columns().contains(name))
          .toList();
    }
  }

  private WriteTarget target(List<SqlColumn> columns) {
    return tables.target(table, columns, layout, meeting);
  }

  private static List<SqlColumn> described(List<Column> columns) {
    return columns.stream().map(column -> new SqlColumn(column.name(), column.type())).toList();
  }

  private static List<SqlColumn> withoutChance(List<SqlColumn> columns, Filled filled) {
    return columns.stream()
        .map(column -> filled.columns().contains(column.name()) ? column : column.withoutType())
        .toList();
  }

  private static List<SqlColumn> asTexts(List<Column> columns) {
    return columns.stream().map(column -> new SqlColumn(column.name(), "VARCHAR")).toList();
  }

  /** Whether there is neither a row nor a table yet, so that nothing is to be made. */
  boolean withoutRows() {
    return withoutRows;
  }
}
