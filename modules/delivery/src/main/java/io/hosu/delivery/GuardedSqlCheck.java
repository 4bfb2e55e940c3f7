package io.hosu.delivery;

import io.hosu.governance.Condition;
import io.hosu.governance.Mask;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.ColumnEdge;
import io.hosu.pipelines.StageColumns;
import io.hosu.pipelines.StageSpec;
import io.hosu.query.Guard;
import io.hosu.query.Scope;
import io.hosu.query.TableRef;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.Function;

/** Checks SQL files by the guard that every stage's SQL must pass. */
public final class GuardedSqlCheck implements SqlCheck {
  private final Guard guard;
  private final Function<TableName, Map<String, String>> columns;

  /** Where nobody knows what tables there are. */
  public GuardedSqlCheck(Guard guard) {
    this(guard, _ -> Map.of());
  }

  /**
   * Checks beside a lake.
   *
   * @param columns of a table by name, with their types; none when it is not there
   */
  public GuardedSqlCheck(Guard guard, Function<TableName, Map<String, String>> columns) {
    this.guard = guard;
    this.columns = columns;
  }

  @Override
  public Map<String, String> columns(TableName table) {
    return columns.apply(table);
  }

  @Override
  public SortedSet<ColumnEdge> edges(StageSpec stage, Function<TableName, List<String>> known) {
    return new StageColumns(guard, known).of(stage);
  }

  @Override
  public List<String> given(StageSpec stage, Function<TableName, List<String>> known) {
    return new StageColumns(guard, known).given(stage);
  }

  @Override
  public List<String> misfits(Condition condition, Map<String, String> types) {
    return guard.misfits(condition, types);
  }

  @Override
  public List<String> misfits(String column, Mask mask, Map<String, String> types) {
    return guard.misfits(column, mask, types);
  }

  @Override
  public Verdict check(String domain, String text) {
    try {
      Guard.Reads reads = guard.reads(text, Scope.overInput(domain));
      Set<String> tables = new HashSet<>();
      reads.tables().forEach(read -> tables.add(read.table().toString()));
      if (reads.input()) {
        tables.add(Scope.INPUT);
      }
      Set<String> changes = new HashSet<>();
      reads.tables().stream()
          .filter(TableRef::isChanges)
          .forEach(read -> changes.add(read.table().toString()));
      return new Verdict.Reads(tables, changes);
    } catch (Invalid e) {
      return e.place()
          .<Verdict>map(
              place -> new Verdict.Wrong((int) place.line(), place.column(), e.what(), e.remedy()))
          .orElseGet(() -> new Verdict.Wrong(0, 0, e.what(), e.remedy()));
    }
  }
}
