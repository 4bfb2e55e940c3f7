package io.hosu.pipelines;

import io.hosu.events.DeadLetters;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Page;
import io.hosu.store.Database;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The executions of all stages, as they can be looked at. May be used from any thread. */
public final class Executions {
  private static final int REMOVED_AT_ONCE = 500;

  private final Database database;

  /** The executions kept in {@code database}. */
  public Executions(Database database) {
    this.database = database;
  }

  /**
   * A page of executions, the newest first.
   *
   * @param limit at most how many
   * @param next what the page before this one said, or null for the first
   */
  public Page<Execution> list(ExecutionFilter filter, int limit, @Nullable String next) {
    List<String> conditions = new ArrayList<>();
    List<@Nullable Object> args = new ArrayList<>();
    choose(conditions, args, "domain = ?", filter.domain());
    choose(conditions, args, "pipeline = ?", filter.pipeline());
    choose(conditions, args, "stage = ?", filter.stage());
    choose(conditions, args, "status = ?", filter.status() == null ? null : filter.status().name());
    choose(conditions, args, "created_at >= ?", filter.since());
    choose(conditions, args, "id < ?", next);
    String where = conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
    args.add(limit + 1);
    List<Execution> found =
        database.read(tx ->
            tx.list(
                "SELECT * FROM executions" + where + " ORDER BY id DESC LIMIT ?",
                ExecutionRows::view,
                args.toArray()));
    return found.size() <= limit
        ? Page.last(found)
        : new Page<>(found.subList(0, limit), found.get(limit - 1).id());
  }

  private static void choose(
      List<String> conditions,
      List<@Nullable Object> args,
      String condition,
      @Nullable Object value) {
    if (value != null) {
      conditions.add(condition);
      args.add(value);
    }
  }

  /**
   * The execution with this id, or the only one whose id begins so.
   *
   * @throws Invalid {@link PipelinesError#EXECUTION_AMBIGUOUS} when several ids begin so
   */
  public Optional<Execution> find(String idOrBeginning) {
    return database.read(tx -> find(tx, idOrBeginning));
  }

  /**
   * All that is kept of the execution with this id, or of the only one whose id begins so.
   *
   * @throws NotFound {@link PipelinesError#EXECUTION_NOT_FOUND}
   * @throws Invalid {@link PipelinesError#EXECUTION_AMBIGUOUS} when several ids begin so
   */
  public ExecutionDetail require(String idOrBeginning) {
    return database.read(tx ->
        find(tx, idOrBeginning)
            .map(execution -> detail(tx, execution))
            .orElseThrow(() ->
                new NotFound(
                    PipelinesError.EXECUTION_NOT_FOUND,
                    "There is no execution '%s'.".formatted(idOrBeginning),
                    "See what ran with: hosu executions list")));
  }

  /**
   * Removes the executions that ended before {@code limit}, with their attempts, inputs and
   * outputs, but for those that a dead letter names. What stages have processed stays known: that
   * is kept by object, not by execution.
   *
   * @return how many were removed
   */
  public long removeBefore(Instant limit, DeadLetters deadLetters) {
    long all = 0;
    List<String> some;
    String last = "";
    do {
      String after = last;
      some = database.read(tx -> EndedExecutions.before(tx, limit, after, REMOVED_AT_ONCE));
      List<String> over = some;
      all +=
          database.write(tx -> {
            List<String> unnamed = new ArrayList<>(over);
            unnamed.removeAll(deadLetters.amongExecutions(tx, over));
            EndedExecutions.remove(tx, unnamed);
            return unnamed.size();
          });
      last = some.isEmpty() ? last : some.getLast();
    } while (some.size() == REMOVED_AT_ONCE);
    return all;
  }

  private static Optional<Execution> find(Transaction tx, String beginning) {
    List<Execution> found =
        tx.list(
            "SELECT * FROM executions WHERE id >= ? AND id < ? ORDER BY id LIMIT 2",
            ExecutionRows::view,
            beginning,
            beginning + "z".repeat(26));
    if (found.size() > 1 && !found.getFirst().id().equals(beginning)) {
      throw new Invalid(
          PipelinesError.EXECUTION_AMBIGUOUS,
          "The ids of several executions begin with '%s'.".formatted(beginning),
          "Give more of the id; see them with: hosu executions list");
    }
    return found.stream().findFirst();
  }

  private static ExecutionDetail detail(Transaction tx, Execution execution) {
    String id = execution.id();
    return new ExecutionDetail(
        execution,
        tx.list(
            "SELECT * FROM attempts WHERE execution = ? ORDER BY attempt", Executions::attempt, id),
        tx.list(
            "SELECT * FROM execution_inputs WHERE execution = ? ORDER BY position",
            Executions::input,
            id),
        tx.list(
            "SELECT * FROM execution_outputs WHERE execution = ? ORDER BY position",
            Executions::output,
            id),
        tx.list(
            "SELECT id FROM executions WHERE parent = ? ORDER BY id", row -> row.text("id"), id));
  }

  private static Attempt attempt(Row row) {
    return new Attempt(
        (int) row.number("attempt"),
        row.text("server"),
        row.instant("started_at"),
        row.instant("ended_at"),
        Attempt.Outcome.valueOf(row.text("outcome")),
        row.optionalText("code")
            .map(code -> new Attempt.Failure(code, row.text("what")))
            .orElse(null),
        Attempt.readSteps(row.text("steps")));
  }

  private static ExecutionInput input(Row row) {
    return new ExecutionInput(
        ExecutionInput.Kind.valueOf(row.text("kind")),
        row.text("name"),
        row.text("version"),
        row.number("bytes"));
  }

  private static ExecutionOutput output(Row row) {
    return new ExecutionOutput(
        row.text("name"),
        row.text("snapshot"),
        row.text("operation"),
        row.number("rows_added"),
        row.number("files"),
        row.number("bytes"));
  }
}
