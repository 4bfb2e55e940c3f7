package io.hosu.pipelines;

import io.hosu.governance.Caller;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.tables.CommitContext;
import io.hosu.tables.InPlaceFile;
import io.hosu.tables.InPlacePlan;
import io.hosu.tables.InPlacePlanner;
import io.hosu.tables.PreparedCommit;
import io.hosu.tables.TablesError;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Makes objects files of tables where they lie. Each time is an execution of the pipeline {@code
 * imports} of the table's domain, in the transaction that publishes it. Decides nothing about who
 * may do what. May be used from any thread.
 */
public final class Imports {
  private static final String PIPELINE = "imports";
  private static final int MOST_ROUNDS = 20;

  private final Pipelines.Parts parts;
  private final Pipelines.Work work;
  private final InPlacePlanner planner;

  /** Imports into the tables of {@code work}. */
  public Imports(Pipelines.Parts parts, Pipelines.Work work) {
    this.parts = parts;
    this.work = work;
    this.planner = new InPlacePlanner(work.tables());
  }

  /**
   * What was done, or would be.
   *
   * @param execution that tells of it; empty when nothing was done
   */
  public record Done(InPlacePlan plan, Optional<String> execution) {}

  /** What {@link #add} would do; it throws the same. */
  public Done plan(TableName table, List<InPlaceFile> files, Map<String, String> types) {
    return new Done(planner.plan(table, files, types), Optional.empty());
  }

  /**
   * Makes files those of a table, all of them or none; those that are it already stay as they are.
   *
   * @param types of the columns that folders give, for those that the table does not have
   * @throws Invalid {@link TablesError#FILE_UNFIT} and what {@link InPlacePlanner#plan} throws
   * @throws Conflict when others do not stop to change the table or the objects
   */
  public Done add(
      Caller caller, TableName table, List<InPlaceFile> files, Map<String, String> types) {
    Instant startedAt = parts.clock().instant();
    String id = parts.ids().next();
    for (int round = 1; ; round++) {
      InPlacePlan plan = planner.plan(table, files, types);
      if (plan.isNothing()) {
        return new Done(plan, Optional.empty());
      }
      CommitContext context =
          CommitContext.of(caller.principal().name(), id, PIPELINE, plan.inputs());
      try (PreparedCommit commit = work.tables().prepare(context, List.of(plan.change()))) {
        planner.requireNew(plan);
        publish(caller, id, startedAt, plan, commit);
        return new Done(plan, Optional.of(id));
      } catch (Conflict e) {
        if (e.code() != TablesError.TABLE_CHANGED || round == MOST_ROUNDS) {
          throw e;
        }
      }
    }
  }

  private void publish(
      Caller caller, String id, Instant startedAt, InPlacePlan plan, PreparedCommit commit) {
    TableName table = plan.target().name();
    OptionalLong snapshot = commit.snapshot(table);
    ExecutionOutput output =
        new ExecutionOutput(
            table.toString(),
            snapshot.isPresent() ? Long.toString(snapshot.getAsLong()) : "",
            ExecutionOutput.APPEND,
            plan.added().rows(),
            plan.stored().size(),
            plan.bytes(),
            plan.added().locations());
    List<ExecutionInput> inputs =
        plan.inputs().stream()
            .map(one ->
                new ExecutionInput(ExecutionInput.Kind.OBJECT, one.input(), one.version(), 0))
            .toList();
    ExecutionRows.Start start =
        new ExecutionRows.Start(
            id, new StageName(table.domain(), PIPELINE, "add_files"), Execution.By.IMPORT, null);
    parts
        .database()
        .perform(tx -> {
          caller.trail().keepIn(tx);
          commit.publish(tx);
          plan.keep(tx);
          UpkeepRows.succeeded(
              tx,
              parts.events(),
              start,
              "%s made %d objects files of %s where they lie."
                  .formatted(caller.principal(), plan.stored().size(), table),
              output,
              startedAt,
              parts.clock().instant());
          ExecutionRecords.addInputs(tx, id, inputs);
        });
  }
}
