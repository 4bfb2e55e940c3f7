package io.hosu.pipelines;

import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.query.Guard;
import io.hosu.store.Database;
import io.hosu.tables.EarlierTables;
import io.hosu.tables.LakeTable;
import io.hosu.tables.SoundTables;
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
    return SoundTables.find(tables, table).map(LakeTable::columns).orElse(List.of()).stream()
        .map(one -> new EarlierTables.Column(one.name(), one.type(), one.name()))
        .toList();
  }

  /**
   * As stages were declared and tables were at a time, with what other systems had told of then.
   */
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
    OutsidePast told = new OutsidePast(database, time);
    return new ColumnLineage(
        new LineageState(
            database.read(tx -> StageHistory.at(tx, declared)),
            table -> earlier.columns(table, time, execution)),
        told::edges,
        guard);
  }

  /** One execution: its stage as it was declared when it began, over the tables as it left them. */
  record Run(StageName stage, Instant began, Instant left, String execution) {}

  /** What the SQL of an execution made of what; nothing, when its stage was not declared then. */
  ColumnLineage of(Run run) {
    return new ColumnLineage(
        new LineageState(
            database.read(tx -> StageHistory.at(tx, run.stage(), run.began())).stream().toList(),
            table -> columns(table, run)),
        ColumnLineage.Outside.NOTHING,
        guard);
  }

  /** The columns that a table had when an execution had ended; none: they are not known. */
  List<EarlierTables.Column> columns(TableName table, Run run) {
    return earlier.columns(table, run.left(), run.execution());
  }

  /** When a snapshot of a table was made; empty when the table of this name never had it. */
  Optional<Instant> madeAt(TableName table, long snapshot) {
    try {
      return Optional.of(earlier.snapshot(table, snapshot).committedAt());
    } catch (NotFound _) {
      return Optional.empty();
    }
  }
}
