package io.hosu.pipelines;

import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.TableName;
import io.hosu.query.Guard;
import io.hosu.store.Database;
import io.hosu.tables.EarlierTables;
import io.hosu.tables.LakeTable;
import io.hosu.tables.SqlColumn;
import io.hosu.tables.TableSnapshot;
import io.hosu.tables.Tables;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The lineage of columns as it is, and as it was. May be used from any thread. */
final class LineageStates {
  private final Database database;
  private final Stages stages;
  private final Tables tables;
  private final EarlierTables earlier;
  private final Guard guard;
  private final ClonedColumns cloned;

  LineageStates(Database database, Stages stages, Tables tables, Guard guard) {
    this.database = database;
    this.stages = stages;
    this.tables = tables;
    this.earlier = new EarlierTables(database, tables);
    this.guard = guard;
    this.cloned = new ClonedColumns(database, tables);
  }

  /** As stages are declared and tables are now, with what other systems told last. */
  ColumnLineage now() {
    return new ColumnLineage(
        new LineageState(stages.list(), this::columns),
        (ends, way) -> {
          List<ColumnEdge> told =
              database.read(tx -> OutsideRuns.edges(tx, ends, way, ColumnLineage.MOST_EDGES));
          return Stream.concat(told.stream(), cloned.edges(ends, way).stream()).toList();
        },
        guard);
  }

  private List<EarlierTables.Column> columns(TableName table) {
    return tables.find(table).map(LakeTable::columns).orElse(List.of()).stream()
        .map(SqlColumn::name)
        .map(name -> new EarlierTables.Column(name, name))
        .toList();
  }

  /** As stages were declared and tables were at a time; what others told is not known so. */
  ColumnLineage at(Instant time) {
    return at(time, time, "");
  }

  /**
   * As it was when a snapshot of a table was made: by the stages as they were declared when its
   * execution began.
   *
   * @throws NotFound when the table never had that snapshot
   */
  ColumnLineage at(TableName table, long snapshot) {
    TableSnapshot made = earlier.snapshot(table, snapshot);
    Optional<Instant> began =
        made.execution()
            .flatMap(id -> database.read(tx -> ExecutionRows.find(tx, id)))
            .map(execution -> execution.times().startedAt());
    return at(began.orElse(made.committedAt()), made.committedAt(), made.execution().orElse(""));
  }

  private ColumnLineage at(Instant declared, Instant time, String execution) {
    return new ColumnLineage(
        new LineageState(
            database.read(tx -> StageHistory.at(tx, declared)),
            table -> earlier.columns(table, time, execution)),
        ColumnLineage.Outside.NOTHING,
        guard);
  }
}
