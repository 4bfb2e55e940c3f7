package io.hosu.pipelines.crawl;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.pipelines.DriftPolicy;
import io.hosu.tables.ColumnDrift;
import io.hosu.tables.LakeTable;
import io.hosu.tables.SchemaStep;
import io.hosu.tables.SqlColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What would have to become of a table's columns for it to take what was found.
 *
 * @param allowed what happens by itself
 * @param others what somebody has to decide
 * @param impossible why the table cannot become what was found at all, in sentences
 */
record Deviations(List<SqlColumn> allowed, List<SqlColumn> others, List<String> impossible) {
  private static final Set<String> CHANGES = Set.of("new", "wider", "incompatible");

  Deviations {
    allowed = List.copyOf(allowed);
    others = List.copyOf(others);
    impossible = List.copyOf(impossible);
  }

  /** None. */
  static final Deviations NONE = new Deviations(List.of(), List.of(), List.of());

  /** Column by column: a type that the table's takes in is none. */
  static Deviations of(LakeTable table, Map<String, String> found, DriftPolicy policy) {
    List<SqlColumn> columns =
        Drift.between(table.columns(), found).stream()
            .filter(difference -> CHANGES.contains(difference.change()))
            .map(difference -> new SqlColumn(difference.column(), difference.found()))
            .toList();
    return of(table, columns, policy);
  }

  /** The same of columns that differ. */
  static Deviations of(LakeTable table, List<SqlColumn> columns, DriftPolicy policy) {
    List<SqlColumn> allowed = new ArrayList<>();
    List<SqlColumn> others = new ArrayList<>();
    List<String> impossible = new ArrayList<>();
    for (SqlColumn column : columns) {
      try {
        List<SchemaStep> steps = steps(table, List.of(column));
        if (!steps.isEmpty()) {
          boolean all = steps.stream().allMatch(policy::allows) && isCompatible(table, column);
          (all ? allowed : others).add(column);
        }
      } catch (Invalid e) {
        impossible.add(e.what());
      }
    }
    return new Deviations(allowed, others, impossible);
  }

  private static boolean isCompatible(LakeTable table, SqlColumn column) {
    try {
      ColumnDrift.compatible(table, List.of(column));
      return true;
    } catch (Invalid _) {
      return false;
    }
  }

  /** What {@code columns} would make of the columns of a table. */
  static List<SchemaStep> steps(LakeTable table, List<SqlColumn> columns) {
    return columns.isEmpty() ? List.of() : ColumnDrift.of(table, columns).steps();
  }
}
