package io.hosu.pipelines;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.hosu.kernel.Json;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is kept beside the row of an execution: its attempts, what it read, what it published. */
final class ExecutionRecords {
  private ExecutionRecords() {}

  /** Keeps an attempt that has ended. */
  static void addAttempt(Transaction tx, ExecutionRows.Holder holder, Attempt attempt) {
    Attempt.Failure failure = attempt.failure();
    tx.update(
        """
        INSERT INTO attempts (execution, attempt, server, started_at, ended_at, outcome, code, what,
          steps, cpu_ms, log) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)\
        """,
        holder.execution(),
        attempt.number(),
        attempt.server(),
        attempt.startedAt(),
        attempt.endedAt(),
        attempt.outcome().name(),
        failure == null ? null : failure.code(),
        failure == null ? null : failure.what(),
        Attempt.steps(attempt.course().steps()),
        attempt.course().cpu().toMillis(),
        String.join("\n", attempt.course().log()));
  }

  /** When the execution failed for the first time. */
  static Optional<Instant> firstFailure(Transaction tx, String execution) {
    return tx.find(
            "SELECT MIN(ended_at) AS first FROM attempts WHERE execution = ? AND outcome = ?",
            row -> row.optionalInstant("first"),
            execution,
            Attempt.Outcome.FAILED.name())
        .flatMap(first -> first);
  }

  /**
   * Completes the record of an attempt that was cancelled, once it has ended; false when there is
   * no such attempt.
   */
  static boolean completeCancelled(Transaction tx, ExecutionRows.Holder holder, Course course) {
    return tx.update(
            """
            UPDATE attempts SET steps = ?, cpu_ms = ?, log = ?
            WHERE execution = ? AND attempt = ? AND server = ? AND outcome = ?\
            """,
            Attempt.steps(course.steps()),
            course.cpu().toMillis(),
            String.join("\n", course.log()),
            holder.execution(),
            holder.attempt(),
            holder.server(),
            Attempt.Outcome.CANCELLED.name())
        == 1;
  }

  /** Keeps what the execution read; what an earlier attempt read is forgotten. */
  static void replaceInputs(
      Transaction tx, ExecutionRows.Holder holder, List<ExecutionInput> inputs) {
    String execution = holder.execution();
    if (holder.attempt() > 1) {
      tx.update("DELETE FROM execution_inputs WHERE execution = ?", execution);
    }
    addInputs(tx, execution, inputs);
  }

  /** Keeps what an execution read of which nothing is kept yet. */
  static void addInputs(Transaction tx, String execution, List<ExecutionInput> inputs) {
    List<List<Object>> rows = new ArrayList<>(inputs.size());
    for (ExecutionInput input : inputs) {
      rows.add(
          List.of(
              execution,
              rows.size(),
              input.kind().name(),
              input.name(),
              input.version(),
              input.bytes()));
    }
    if (!rows.isEmpty()) {
      tx.updateAll(
          """
          INSERT INTO execution_inputs (execution, position, kind, name, version, bytes)
          VALUES (?, ?, ?, ?, ?, ?)\
          """,
          rows);
    }
  }

  /** Keeps what the execution published. */
  static void addOutputs(Transaction tx, String execution, List<ExecutionOutput> outputs) {
    List<List<Object>> rows = new ArrayList<>(outputs.size());
    for (ExecutionOutput output : outputs) {
      rows.add(
          List.of(
              execution,
              rows.size(),
              output.table(),
              output.snapshot(),
              output.operation(),
              output.rows(),
              output.files(),
              output.bytes(),
              Json.print(texts(output.paths()))));
    }
    if (!rows.isEmpty()) {
      tx.updateAll(
          """
          INSERT INTO execution_outputs (execution, position, name, snapshot, operation, rows_added,
            files, bytes, paths) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)\
          """,
          rows);
    }
  }

  private static ArrayNode texts(List<String> paths) {
    ArrayNode json = Json.array();
    paths.forEach(json::add);
    return json;
  }

  /** The attempts of an execution that ended, in order. */
  static List<Attempt> attempts(Transaction tx, String execution) {
    return tx.list(
        "SELECT * FROM attempts WHERE execution = ? ORDER BY attempt",
        ExecutionRecords::attempt,
        execution);
  }

  /** What an execution read, in order. */
  static List<ExecutionInput> inputs(Transaction tx, String execution) {
    return inputs(tx, execution, Integer.MAX_VALUE);
  }

  /** The first of what an execution read. */
  static List<ExecutionInput> inputs(Transaction tx, String execution, int most) {
    return tx.list(
        "SELECT * FROM execution_inputs WHERE execution = ? ORDER BY position LIMIT ?",
        ExecutionRecords::input,
        execution,
        most);
  }

  /** What an execution published, in order. */
  static List<ExecutionOutput> outputs(Transaction tx, String execution) {
    return tx.list(
        "SELECT * FROM execution_outputs WHERE execution = ? ORDER BY position",
        ExecutionRecords::output,
        execution);
  }

  static Attempt attempt(Row row) {
    return new Attempt(
        (int) row.number("attempt"),
        row.text("server"),
        row.instant("started_at"),
        row.instant("ended_at"),
        Attempt.Outcome.valueOf(row.text("outcome")),
        row.optionalText("code")
            .map(code -> new Attempt.Failure(code, row.text("what")))
            .orElse(null),
        new Course(
            Attempt.readSteps(row.text("steps")),
            Duration.ofMillis(row.number("cpu_ms")),
            row.text("log").lines().toList()));
  }

  static ExecutionInput input(Row row) {
    return new ExecutionInput(
        ExecutionInput.Kind.valueOf(row.text("kind")),
        row.text("name"),
        row.text("version"),
        row.number("bytes"));
  }

  static ExecutionOutput output(Row row) {
    return new ExecutionOutput(
        row.text("name"),
        row.text("snapshot"),
        row.text("operation"),
        row.number("rows_added"),
        row.number("files"),
        row.number("bytes"),
        Json.parse(row.text("paths")).valueStream().map(JsonNode::asText).toList());
  }
}
