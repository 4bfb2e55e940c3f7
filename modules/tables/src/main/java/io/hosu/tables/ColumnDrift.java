package io.hosu.tables;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.iceberg.TableMetadata;

/** What becomes of a table's columns where the rows that come have others than it. */
public final class ColumnDrift {
  private ColumnDrift() {}

  /**
   * The table as it takes {@code columns}: those that it has not are added; the others are widened
   * where one type holds the values of both, and else begin anew without the values that are there.
   * {@link WriteTarget#steps} says which of these it is. Columns that are not named stay. The
   * contract of the table is not asked.
   *
   * @throws io.hosu.kernel.HosuException.Invalid when the table cannot become that, whatever its
   *     contract says
   */
  public static WriteTarget of(LakeTable table, List<SqlColumn> columns) {
    TableMetadata base = table.metadata();
    SchemaChange change =
        SchemaChange.replace(base.schema(), base.lastColumnId(), merged(table.columns(), columns));
    TableDefinitions.requireUnused(base, change.schema(), TableLayout.standard());
    TableMetadata changed = Evolution.extend(base, change, TableLayout.standard());
    return new WriteTarget(
        table.name(), base, changed, WriteTarget.names(changed.schema()), List.of());
  }

  /**
   * The same, held to the contract of the table.
   *
   * @throws io.hosu.kernel.HosuException.Invalid {@link TablesError#CONTRACT_BROKEN}
   */
  public static WriteTarget compatible(LakeTable table, List<SqlColumn> columns) {
    WriteTarget target = of(table, columns);
    ContractGuard.requireCompatible(table.name(), table.metadata(), target.changed());
    return target;
  }

  private static List<SqlColumn> merged(List<SqlColumn> there, List<SqlColumn> columns) {
    Map<String, SqlColumn> wanted = new HashMap<>();
    columns.forEach(column -> wanted.put(small(column), column));
    List<SqlColumn> all = new ArrayList<>();
    for (SqlColumn column : there) {
      SqlColumn other = wanted.remove(small(column));
      all.add(other == null ? column : new SqlColumn(column.name(), other.type()));
    }
    columns.stream().filter(column -> wanted.containsKey(small(column))).forEach(all::add);
    return all;
  }

  private static String small(SqlColumn column) {
    return column.name().toLowerCase(Locale.ROOT);
  }
}
