package io.hosu.pipelines;

import io.hosu.governance.Caller;
import io.hosu.governance.Decision;
import io.hosu.governance.Door;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.StageName;
import io.hosu.query.Guarded;
import io.hosu.query.TableRef;
import io.hosu.query.engine.EngineSession;
import io.hosu.query.engine.EngineView;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import io.hosu.tables.FileFilter;
import io.hosu.tables.LakeTable;
import io.hosu.tables.ScanPlan;
import io.hosu.tables.Sql;
import io.hosu.tables.TableChanges;
import io.hosu.tables.Tables;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The tables that the SQL of a stage reads, as far as the stage's role may. */
final class StageTables {
  private final Database database;
  private final Tables tables;
  private final Policy policy;

  StageTables(Database database, Tables tables, Policy policy) {
    this.database = database;
    this.tables = tables;
    this.policy = policy;
  }

  /** Tables that are read, as they are kept of an execution. */
  static List<ExecutionInput> inputs(List<ReadTable> read) {
    return read.stream()
        .map(table ->
            new ExecutionInput(
                ExecutionInput.Kind.TABLE,
                table.ref().table().toString(),
                table.snapshot(),
                table.rows().bytes()))
        .toList();
  }

  /**
   * A table that is read, and how.
   *
   * @param rows those of a state, or those that came since {@code since}
   * @param since of changes: the snapshot after which they begin; else none
   */
  record ReadTable(TableRef ref, TableChanges rows, OptionalLong since) {
    EngineView view() {
      return new EngineView(
          ref.view(), rows.sql(), rows.paths(), EngineView.Rows.hiddenIf(rows.hidesRows()));
    }

    String snapshot() {
      return rows.snapshot().isPresent() ? Long.toString(rows.snapshot().getAsLong()) : "";
    }

    /** Notes that these changes were read; false when another execution read them first. */
    boolean moveOn(Transaction tx, StageName stage, String execution) {
      OptionalLong to = rows.snapshot();
      return !ref.isChanges()
          || to.isEmpty()
          || StageChanges.moveOn(tx, stage, ref.table(), since, to.getAsLong(), execution);
    }

    /**
     * Of changes: how many rows that were there before are there no more, which they do not say.
     */
    long rowsGone(EngineSession session) {
      return rows.rowsGone().orElseGet(() -> count(session));
    }

    private long count(EngineSession session) {
      String view = ref.view().stream().map(Sql::name).collect(Collectors.joining("."));
      return EngineRows.of(session, rows.rowsGone(view)).getFirst().path("rows").asLong();
    }
  }

  /** The role that a stage acts as: it bears the stage's name. */
  static Principal role(StageSpec stage) {
    return Principal.role(stage.name().toString());
  }

  /**
   * Plans what the SQL reads, without files of which it needs no row.
   *
   * @throws Denied when the stage's role may not read one of the tables
   */
  List<ReadTable> plan(StageSpec stage, String execution, Guarded sql) {
    return plan(stage, execution, List.of(sql), _ -> Optional.empty());
  }

  /**
   * The same of several, where some tables are read as they are not yet.
   *
   * @param staged their rows; empty for what is read as it is
   */
  List<ReadTable> plan(
      StageSpec stage,
      String execution,
      Collection<Guarded> sqls,
      Function<TableRef, Optional<ScanPlan>> staged) {
    Map<TableRef, FileFilter> filters = new HashMap<>();
    for (Guarded sql : sqls) {
      sql.tables().forEach(ref -> filters.merge(ref, sql.filter(ref), FileFilter::or));
    }
    Caller role = policy.caller(role(stage), Door.STAGE, execution);
    List<TableRef> sorted =
        filters.keySet().stream()
            .sorted(Comparator.comparing(ref -> String.join(".", ref.view())))
            .toList();
    require(role, sorted);
    return sorted.stream()
        .map(ref ->
            ref.isChanges()
                ? changes(stage, ref)
                : state(ref, staged.apply(ref).orElseGet(() -> plan(ref)), filters))
        .toList();
  }

  /** What was decided is on record before anything is read, whatever becomes of the execution. */
  private void require(Caller role, List<TableRef> refs) {
    if (refs.isEmpty()) {
      return;
    }
    try {
      refs.forEach(ref -> policy.require(role, Permission.SELECT, Resource.of(ref.table())));
    } finally {
      role.trail().keep();
    }
  }

  /**
   * Whether reading these tables gives nothing that the stage has not read: one of them is not
   * there yet, which another stage will make; or it reads changes, and none of those tables has
   * moved since it did. What the stage's role may not read, planning refuses.
   */
  boolean haveNothingNew(StageSpec stage, Collection<TableRef> refs) {
    return refs.stream().allMatch(ref -> mayRead(stage, ref))
        && (refs.stream().anyMatch(this::isToBeMade)
            || (refs.stream().anyMatch(TableRef::isChanges)
                && refs.stream()
                    .filter(TableRef::isChanges)
                    .allMatch(ref -> hasNotMoved(stage, ref))));
  }

  private boolean mayRead(StageSpec stage, TableRef ref) {
    return policy.decide(role(stage), Permission.SELECT, Resource.of(ref.table()))
        instanceof Decision.Allowed;
  }

  private boolean isToBeMade(TableRef ref) {
    return tables.find(ref.table()).isEmpty()
        && database.read(tx -> StageRows.isWritten(tx, ref.table()));
  }

  private boolean hasNotMoved(StageSpec stage, TableRef ref) {
    Optional<LakeTable> table = tables.find(ref.table());
    return table.isPresent()
        && database
            .read(tx -> StageChanges.readUpTo(tx, stage.name(), ref.table()))
            .equals(table.get().snapshot());
  }

  private static ReadTable state(TableRef ref, ScanPlan all, Map<TableRef, FileFilter> filters) {
    ScanPlan rows = all.where(filters.getOrDefault(ref, FileFilter.every()));
    return new ReadTable(ref, TableChanges.ofAll(rows), OptionalLong.empty());
  }

  private ReadTable changes(StageSpec stage, TableRef ref) {
    OptionalLong since = database.read(tx -> StageChanges.readUpTo(tx, stage.name(), ref.table()));
    TableChanges rows =
        since.isEmpty()
            ? TableChanges.ofAll(tables.plan(ref.table()))
            : tables.changesSince(ref.table(), since.getAsLong());
    return new ReadTable(ref, rows, since);
  }

  private ScanPlan plan(TableRef ref) {
    TableRef.At at = ref.at();
    if (at == null) {
      return tables.plan(ref.table());
    }
    if (!at.unit().equals("VERSION")) {
      throw StageSpec.invalid(
          "A stage cannot read %s as of a point in time.".formatted(ref.table()),
          "Name a snapshot, a branch or a tag: %s AT (VERSION => ...).".formatted(ref.table()));
    }
    return tables.planAt(tables.require(ref.table()), at.value());
  }
}
