package io.hosu.pipelines;

import io.hosu.governance.Principal;
import io.hosu.governance.Rights;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.store.Transaction;
import io.hosu.tables.CommitContext;
import io.hosu.tables.PreparedCommit;
import io.hosu.tables.TableChange;
import io.hosu.tables.TablePointer;
import io.hosu.tables.Tables;
import io.hosu.tables.TablesError;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Takes back what executions published: their tables go back to the snapshots before them, and what
 * their stages know to have processed goes back with them, in one transaction. Their messages stay
 * done: {@link Retrying} has them worked on again. May be used from any thread.
 */
public final class Rollbacks {
  private static final int MOST_ROUNDS = 20;
  private static final int NAMED = 10;

  private final Pipelines.Parts parts;
  private final Tables tables;
  private final EarlierReads.Source archive;

  /**
   * Rollbacks over these tables.
   *
   * @param archive where older executions are
   */
  Rollbacks(Pipelines.Parts parts, Tables tables, EarlierReads.Source archive) {
    this.parts = parts;
    this.tables = tables;
    this.archive = archive;
  }

  /** Whether those that stand on an execution are taken back with it. */
  public enum Reach {
    ALONE,
    CASCADE
  }

  /**
   * What is asked for.
   *
   * @param execution its id, or a unique beginning of it
   * @param principal who asks
   * @param seen the executions that are not seen are as good as not there
   */
  public record Request(String execution, String principal, Seen seen, Reach reach) {}

  /**
   * What a rollback would do.
   *
   * @throws NotFound {@link PipelinesError#EXECUTION_NOT_FOUND}
   * @throws Conflict {@link PipelinesError#NOTHING_TO_ROLL_BACK}; {@link
   *     PipelinesError#ROLLBACK_BLOCKED} when others stand on it and are not to go back with it
   */
  public RolledBack plan(Request request) {
    RollbackPlan plan = parts.database().read(tx -> planned(tx, request));
    return result(null, plan, changes(plan));
  }

  /**
   * Takes an execution back. When others commit at the same time, it begins again.
   *
   * @param allowed told what would go back before anything does; it throws when that may not be
   * @throws NotFound as {@link #plan}
   * @throws Conflict as {@link #plan}; {@link TablesError#TABLE_CHANGED} when others do not stop
   */
  public RolledBack rollback(Request request, Consumer<RolledBack> allowed) {
    for (int round = 1; ; round++) {
      RollbackPlan plan = parts.database().read(tx -> planned(tx, request));
      try {
        return rollback(request, plan, allowed);
      } catch (Conflict e) {
        if (e.code() != TablesError.TABLE_CHANGED || round == MOST_ROUNDS) {
          throw e;
        }
      }
    }
  }

  private RolledBack rollback(Request request, RollbackPlan plan, Consumer<RolledBack> allowed) {
    List<TableChange.Rollback> changes = changes(plan);
    allowed.accept(result(null, plan, changes));
    Optional<TablePointer> archived = parts.database().read(Rollbacks::archive);
    Map<StageName, EarlierReads> earlier = earlier(plan);
    String id = parts.ids().next();
    CommitContext context = CommitContext.of(request.principal(), id, "rollback", List.of());
    try (PreparedCommit commit = tables.prepare(context, List.copyOf(changes))) {
      return parts
          .database()
          .write(tx -> {
            if (!planned(tx, request).equals(plan) || !archive(tx).equals(archived)) {
              throw changed(plan);
            }
            commit.publish(tx);
            return result(publish(tx, request, plan, changes, earlier, id), plan, changes);
          });
    }
  }

  private Execution publish(
      Transaction tx,
      Request request,
      RollbackPlan plan,
      List<TableChange.Rollback> changes,
      Map<StageName, EarlierReads> earlier,
      String id) {
    Execution asked = Executions.require(tx, request.execution(), request.seen());
    Instant now = parts.clock().instant();
    ExecutionRows.insertPending(
        tx,
        new ExecutionRows.Start(id, asked.stage(), Execution.By.ROLLBACK, asked.id()),
        List.of(),
        0,
        0,
        now);
    tx.update(
        "UPDATE executions SET status = 'SUCCEEDED', next_attempt_at = NULL, started_at = ?,"
            + " ended_at = ?, note = ? WHERE id = ?",
        now,
        now,
        note(request, plan, asked),
        id);
    tx.updateAll(
        "UPDATE executions SET rolled_back_by = ? WHERE id = ?",
        plan.executions().stream().map(one -> List.<Object>of(id, one.id())).toList());
    LedgerBack ledger = new LedgerBack(tx, id, earlier);
    plan.executions().forEach(ledger::setBack);
    plan.executions().forEach(one -> RedriveRows.forgetSources(tx, one.id()));
    ExecutionRecords.addOutputs(tx, id, outputs(changes));
    Execution made = Executions.require(tx, id, Seen.ALL);
    plan.executions()
        .forEach(one -> ExecutionEvents.rolledBack(parts.events(), tx, one, made.id()));
    return made;
  }

  /** Where the archive is now: once more executions move to it, it is to be read again. */
  private static Optional<TablePointer> archive(Transaction tx) {
    return TablePointer.of(tx, ExecutionArchive.TABLE);
  }

  /** What the stages had read before, by executions that have moved to the archive. */
  private Map<StageName, EarlierReads> earlier(RollbackPlan plan) {
    Map<StageName, Set<String>> names =
        parts
            .database()
            .read(tx -> {
              Set<StageName> moved = Set.copyOf(EndedExecutions.notedStages(tx));
              Map<StageName, Set<String>> read = new HashMap<>();
              plan.executions().stream()
                  .filter(one -> moved.contains(one.stage()))
                  .forEach(one ->
                      ExecutionRecords.inputs(tx, one.id())
                          .forEach(input ->
                              read.computeIfAbsent(one.stage(), _ -> new HashSet<>())
                                  .add(input.name())));
              return read;
            });
    Map<StageName, EarlierReads> earlier = new HashMap<>();
    names.forEach((stage, some) -> earlier.put(stage, archive.of(stage, some)));
    return earlier;
  }

  private static String note(Request request, RollbackPlan plan, Execution asked) {
    int others = plan.executions().size() - 1;
    return "%s took back %s%s."
        .formatted(
            request.principal(),
            asked.id(),
            others == 0 ? "" : " and %d that stood on it".formatted(others));
  }

  private static List<ExecutionOutput> outputs(List<TableChange.Rollback> changes) {
    return changes.stream()
        .map(change ->
            ExecutionOutput.withoutFiles(
                change.table().toString(),
                change.to().isPresent() ? Long.toString(change.to().getAsLong()) : "",
                ExecutionOutput.ROLLBACK))
        .toList();
  }

  private RollbackPlan planned(Transaction tx, Request request) {
    Execution asked = Executions.require(tx, request.execution(), request.seen());
    if (asked.result().rolledBackBy() != null || RollbackPlan.published(tx, asked).isEmpty()) {
      throw nothing(asked);
    }
    RollbackPlan plan = RollbackPlan.of(tx, asked);
    List<Execution> others = withoutUpkeep(plan.dependants(asked));
    boolean allSeen = others.stream().map(Execution::stage).allMatch(request.seen().stages());
    boolean blocked =
        !others.isEmpty()
            && (request.reach() == Reach.ALONE || !allSeen || others.size() > RollbackPlan.MOST);
    if (blocked) {
      throw blocked(request, asked, others);
    }
    return plan;
  }

  /** Upkeep holds nothing of its own: it goes back with what it was done to. */
  private static List<Execution> withoutUpkeep(List<Execution> executions) {
    return executions.stream().filter(one -> one.origin().by() != Execution.By.UPKEEP).toList();
  }

  private static Conflict nothing(Execution asked) {
    String by = asked.result().rolledBackBy();
    return new Conflict(
        PipelinesError.NOTHING_TO_ROLL_BACK,
        by == null
            ? "Execution %s published no rows that could be taken back.".formatted(asked.id())
            : "Execution %s was taken back by %s.".formatted(asked.id(), by),
        "Look at what it did: hosu executions show " + asked.id());
  }

  private static Conflict blocked(Request request, Execution asked, List<Execution> others) {
    List<Execution> seen =
        others.stream().filter(one -> request.seen().stages().test(one.stage())).toList();
    String named =
        seen.stream()
            .limit(NAMED)
            .map(one -> "%s of %s".formatted(one.id(), one.stage()))
            .collect(Collectors.joining(", "));
    boolean all = seen.size() == others.size() && others.size() <= RollbackPlan.MOST;
    String more = seen.size() > NAMED ? " and %d more".formatted(seen.size() - NAMED) : "";
    return new Conflict(
        PipelinesError.ROLLBACK_BLOCKED,
        "What execution %s published cannot be taken back alone: others committed after it or read it%s%s."
            .formatted(asked.id(), named.isEmpty() ? "" : ": " + named, more),
        all
            ? "See what goes back with it: hosu rollback %s --cascade --dry-run; then without --dry-run."
                .formatted(asked.id())
            : "Ask an administrator: there are more, or such that you may not see.");
  }

  private List<TableChange.Rollback> changes(RollbackPlan plan) {
    List<TableChange.Rollback> changes = new ArrayList<>();
    for (Map.Entry<TableName, Set<Long>> table : plan.tables().entrySet()) {
      changes.add(tables.rollback(table.getKey(), table.getValue()));
    }
    return changes;
  }

  private static Conflict changed(RollbackPlan plan) {
    return new Conflict(
        TablesError.TABLE_CHANGED,
        "Others committed to %s at the same time.".formatted(plan.tables().keySet()),
        "Try again.");
  }

  private static RolledBack result(
      @Nullable Execution by, RollbackPlan plan, List<TableChange.Rollback> changes) {
    return new RolledBack(
        by,
        plan.executions(),
        changes.stream()
            .map(change -> new RolledBack.TableBack(change.table(), change.from(), change.to()))
            .toList());
  }

  /** Whether what an execution read still stands: nobody has taken it back meanwhile. */
  static boolean stand(Transaction tx, List<ExecutionInput> inputs) {
    return inputs.stream()
        .filter(input -> input.kind() == ExecutionInput.Kind.TABLE && !input.version().isEmpty())
        .allMatch(input ->
            tx.number(
                    "SELECT COUNT(*) FROM execution_outputs o JOIN executions e"
                        + " ON e.id = o.execution WHERE o.name = ? AND o.snapshot = ?"
                        + " AND o.operation <> 'rollback' AND e.rolled_back_by IS NOT NULL",
                    input.name(),
                    input.version())
                == 0);
  }

  /** What {@code principal} may see by {@code rights} of what is told of stages. */
  SeenRecords seenRecords(Rights rights, Principal principal) {
    return SeenRecords.of(parts.database(), rights, principal);
  }
}
