package io.hosu.pipelines;

import io.hosu.kernel.Json;
import io.hosu.kernel.StageName;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rows of executions, and the only ways in which an execution passes from one status to
 * another:
 *
 * <pre>
 * PENDING -> RUNNING                   resume
 * RUNNING -> SUCCEEDED | FAILED        end
 * RUNNING -> PENDING                   postpone (retry, loss, stop of the server)
 * PENDING | RUNNING -> CANCELLED       cancel, cancelAll
 * </pre>
 *
 * <p>Each way out of RUNNING names the attempt and the server that hold the execution, and does
 * nothing when they hold it no longer: that is the fence which keeps a server that was silent for
 * too long from publishing what another has taken over.
 */
final class ExecutionRows {
  /**
   * Those that run. SQLite finds them by the index of what has not ended only when the query says
   * so in that index's own words; else it looks at everything that ever ran.
   */
  static final String RUNNING = " status IN ('PENDING', 'RUNNING') AND status = 'RUNNING' ";

  private static final String PENDING = " status IN ('PENDING', 'RUNNING') AND status = 'PENDING' ";
  private static final String NAME = " domain = ? AND pipeline = ? AND stage = ? ";

  private ExecutionRows() {}

  /** An execution to be made. */
  record Start(String id, StageName stage, Execution.By by, @Nullable String parent) {}

  /** What holds a running execution. */
  record Holder(String execution, int attempt, String server) {}

  /** Makes an execution whose first attempt is under way. */
  static Execution insertRunning(
      Transaction tx, Start start, List<String> events, String server, Instant now) {
    return insert(tx, start, events, new Execution.Tries(1, 0, 0, null), server, now);
  }

  /**
   * Makes an execution whose first attempt is due now.
   *
   * @param failures how many failures and losses it begins with, so that it is tried less often
   */
  static Execution insertPending(
      Transaction tx, Start start, List<String> events, int failures, int losses, Instant now) {
    return insert(tx, start, events, new Execution.Tries(0, failures, losses, now), null, now);
  }

  private static Execution insert(
      Transaction tx,
      Start start,
      List<String> events,
      Execution.Tries tries,
      @Nullable String server,
      Instant now) {
    ExecutionStatus status = server == null ? ExecutionStatus.PENDING : ExecutionStatus.RUNNING;
    Instant startedAt = server == null ? null : now;
    List<String> kept = events.subList(0, Math.min(events.size(), TriggerEvents.FIRST));
    TriggerEvents.addRest(tx, start.id(), events);
    tx.update(
        """
        INSERT INTO executions (id, domain, pipeline, stage, status, attempt, failures, losses,
          next_attempt_at, server, created_at, started_at, origin, parent, trigger_events, messages,
          rows_in, rows_out, rows_rejected, bytes_in, bytes_out, cpu_ms)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, 0)\
        """,
        start.id(),
        start.stage().domain(),
        start.stage().pipeline(),
        start.stage().stage(),
        status.name(),
        tries.attempt(),
        tries.failures(),
        tries.losses(),
        tries.nextAt(),
        server,
        now,
        startedAt,
        start.by().name(),
        start.parent(),
        Json.print(kept),
        events.size());
    return new Execution(
        start.id(),
        start.stage(),
        status,
        tries,
        new Execution.Times(now, startedAt, null),
        new Execution.Origin(start.by(), start.parent(), kept, events.size()),
        new Execution.Result(null, Figures.NONE, null, null));
  }

  /** Starts the next attempt of a pending execution, unless it is pending no longer. */
  static Optional<Execution> resume(Transaction tx, String id, String server, Instant now) {
    return tx.find(
        """
        UPDATE executions SET status = 'RUNNING', attempt = attempt + 1, server = ?,
          started_at = ?, next_attempt_at = NULL
        WHERE id = ? AND status = 'PENDING' RETURNING *\
        """,
        ExecutionView::view,
        server,
        now,
        id);
  }

  /** Ends an execution well; false when {@code holder} holds it no longer. */
  static boolean succeed(
      Transaction tx,
      Holder holder,
      Figures figures,
      @Nullable String fingerprint,
      @Nullable String note,
      Instant now) {
    return tx.update(
            """
            UPDATE executions SET status = 'SUCCEEDED', ended_at = ?, fingerprint = ?, note = ?,
              rows_in = ?, rows_out = ?, rows_rejected = ?, bytes_in = ?, bytes_out = ?,
              cpu_ms = cpu_ms + ?,
              cause_code = NULL, cause = NULL, remedy = NULL, cause_object = NULL,
              cause_line = NULL, cause_sample = NULL
            WHERE id = ? AND status = 'RUNNING' AND attempt = ? AND server = ?\
            """,
            now,
            fingerprint,
            note,
            figures.rowsIn(),
            figures.rowsOut(),
            figures.rowsRejected(),
            figures.bytesIn(),
            figures.bytesOut(),
            figures.cpuMillis(),
            holder.execution(),
            holder.attempt(),
            holder.server())
        == 1;
  }

  /**
   * Adds to what the attempts of an execution have used, and says how many bytes of objects the
   * last one was to read.
   */
  static void used(Transaction tx, String execution, Course course) {
    long bytes =
        course.reads().stream()
            .filter(input -> input.kind() == ExecutionInput.Kind.OBJECT)
            .mapToLong(ExecutionInput::bytes)
            .sum();
    if (!course.cpu().isZero() || bytes > 0) {
      tx.update(
          "UPDATE executions SET cpu_ms = cpu_ms + ?, bytes_in = ? WHERE id = ?",
          course.cpu().toMillis(),
          bytes,
          execution);
    }
  }

  /** Ends an execution badly; empty when {@code holder} holds it no longer. */
  static Optional<Execution> fail(
      Transaction tx, Holder holder, Cause cause, @Nullable String note, Instant now) {
    return leave(
        tx,
        holder,
        cause,
        "status = 'FAILED', failures = failures + 1, ended_at = ?, note = ?",
        now,
        note);
  }

  /** Has an execution tried again at {@code nextAt}; empty when it is no longer held. */
  static Optional<Execution> retryAt(Transaction tx, Holder holder, Cause cause, Instant nextAt) {
    return leave(
        tx,
        holder,
        cause,
        "status = 'PENDING', failures = failures + 1, server = NULL, next_attempt_at = ?",
        nextAt);
  }

  /** Has an execution tried again at {@code nextAt}, as if this attempt had not been. */
  static Optional<Execution> postpone(Transaction tx, Holder holder, Cause cause, Instant nextAt) {
    return leave(
        tx, holder, cause, "status = 'PENDING', server = NULL, next_attempt_at = ?", nextAt);
  }

  private static Optional<Execution> leave(
      Transaction tx, Holder holder, Cause cause, String changes, @Nullable Object... args) {
    List<@Nullable Object> all = new ArrayList<>();
    Collections.addAll(all, args);
    all.addAll(
        Arrays.asList(
            cause.code(),
            cause.what(),
            cause.remedy(),
            cause.place().object(),
            cause.place().line(),
            cause.place().sample(),
            holder.execution(),
            holder.attempt(),
            holder.server()));
    return tx.find(
        "UPDATE executions SET "
            + changes
            + ", cause_code = ?, cause = ?, remedy = ?, cause_object = ?, cause_line = ?,"
            + " cause_sample = ? WHERE id = ? AND status = 'RUNNING' AND attempt = ?"
            + " AND server = ? RETURNING *",
        ExecutionView::view,
        all.toArray());
  }

  /** Gives an execution back that was not brought to an end; false when it is no longer held. */
  static boolean giveBack(Transaction tx, Holder holder, int lost, Instant now) {
    return tx.update(
            """
            UPDATE executions SET status = 'PENDING', losses = losses + ?, server = NULL,
              next_attempt_at = ?
            WHERE id = ? AND status = 'RUNNING' AND attempt = ? AND server = ?\
            """,
            lost,
            now,
            holder.execution(),
            holder.attempt(),
            holder.server())
        == 1;
  }

  /** Whether there are executions that {@link #lost} would give. */
  static boolean anyLost(Transaction tx, String self, Instant now) {
    return !lost(tx, self, now).isEmpty();
  }

  /** The executions that run on servers whose lease is over or that are gone; at most a hundred. */
  static List<Held> lost(Transaction tx, String self, Instant now) {
    return tx.list(
        "SELECT * FROM executions e WHERE"
            + RUNNING
            + "AND server <> ? AND NOT EXISTS"
            + " (SELECT 1 FROM servers s WHERE s.id = e.server AND s.lease_until > ?)"
            + " ORDER BY id LIMIT 100",
        Held::of,
        self,
        now);
  }

  /** The executions that run on this server, as the database has it. */
  static List<Held> heldBy(Transaction tx, String server) {
    return tx.list(
        "SELECT * FROM executions WHERE" + RUNNING + "AND server = ? ORDER BY id",
        Held::of,
        server);
  }

  /** A running execution and what holds it. */
  record Held(Execution execution, Holder holder) {
    static Held of(Row row) {
      Execution execution = ExecutionView.view(row);
      return new Held(
          execution, new Holder(execution.id(), execution.tries().attempt(), row.text("server")));
    }
  }

  /** An execution that waits for an attempt. */
  record Waiting(String id, StageName stage, Instant dueAt) {}

  /**
   * Of each stage the executions whose attempt is due first, by the time when it is due: none hides
   * another stage's, and those behind them come when these have been worked on.
   *
   * @param most of one stage
   */
  static List<Waiting> waiting(Transaction tx, int most) {
    return tx.list(
        "SELECT id, domain, pipeline, stage, next_attempt_at FROM (SELECT id, domain, pipeline,"
            + " stage, next_attempt_at, row_number() OVER (PARTITION BY domain, pipeline, stage"
            + " ORDER BY next_attempt_at, id) AS place FROM executions WHERE"
            + PENDING
            + ") AS waiting WHERE place <= ? ORDER BY next_attempt_at, id",
        row ->
            new Waiting(row.text("id"), ExecutionView.stage(row), row.instant("next_attempt_at")),
        most);
  }

  /** The execution with this id. */
  static Optional<Execution> find(Transaction tx, String id) {
    return tx.find("SELECT * FROM executions WHERE id = ?", ExecutionView::view, id);
  }

  /** Whether this execution is running, here or on another server. */
  static boolean isRunning(Transaction tx, String execution) {
    return tx.find(
            "SELECT id FROM executions WHERE id = ? AND status = 'RUNNING'",
            row -> row.text("id"),
            execution)
        .isPresent();
  }

  /** An execution that is running, and what holds it; empty when it is not. */
  static Optional<Held> held(Transaction tx, String execution) {
    return tx.find(
        "SELECT * FROM executions WHERE id = ? AND status = 'RUNNING'", Held::of, execution);
  }

  /** Whether an attempt still holds its execution. */
  static boolean isHeld(Transaction tx, Holder holder) {
    return held(tx, holder.execution()).filter(held -> held.holder().equals(holder)).isPresent();
  }

  /** Ends an execution that has not ended. */
  static Execution cancel(Transaction tx, String execution, String note, Instant now) {
    return tx.find(
            "UPDATE executions SET status = 'CANCELLED', ended_at = ?, next_attempt_at = NULL,"
                + " note = ? WHERE id = ? AND status IN ('PENDING', 'RUNNING') RETURNING *",
            ExecutionView::view,
            now,
            note,
            execution)
        .orElseThrow();
  }

  /** Ends all executions of a stage that have not ended; returns their ids. */
  static List<String> cancelAll(Transaction tx, StageName stage, Instant now) {
    return tx.list(
        "UPDATE executions SET status = 'CANCELLED', ended_at = ?, next_attempt_at = NULL, note = ?"
            + " WHERE status IN ('PENDING', 'RUNNING') AND"
            + NAME
            + "RETURNING id",
        row -> row.text("id"),
        now,
        "Its stage was removed; its messages wait for the stage's return.",
        stage.domain(),
        stage.pipeline(),
        stage.stage());
  }
}
