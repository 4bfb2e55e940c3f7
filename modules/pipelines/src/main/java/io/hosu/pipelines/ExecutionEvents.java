package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.events.EventLog;
import io.hosu.kernel.Json;
import io.hosu.store.Transaction;
import java.util.List;

/** The events that tell what became of executions: source {@value #SOURCE}. */
final class ExecutionEvents {
  static final String SOURCE = "hosu.pipelines";

  private ExecutionEvents() {}

  static void succeeded(EventLog events, Transaction tx, Execution execution, Figures figures) {
    ObjectNode detail = detail(execution, ExecutionStatus.SUCCEEDED);
    detail.put("rows_in", figures.rowsIn());
    detail.put("rows_out", figures.rowsOut());
    detail.put("rows_rejected", figures.rowsRejected());
    append(events, tx, "Execution Succeeded", execution, detail);
  }

  static void failed(EventLog events, Transaction tx, Execution execution) {
    ObjectNode detail = detail(execution, ExecutionStatus.FAILED);
    Cause cause = execution.result().cause();
    if (cause != null) {
      cause.addTo(detail);
    }
    append(events, tx, "Execution Failed", execution, detail);
  }

  static void recovered(
      EventLog events, Transaction tx, Execution execution, StageFailures.Failing failing) {
    ObjectNode detail = Json.object();
    detail.put("execution", execution.id());
    detail.put("pipeline", execution.stage().pipeline());
    detail.put("stage", execution.stage().stage());
    failing.addTo(detail);
    detail.put("failed_execution", failing.execution());
    append(events, tx, "Stage Recovered", execution, detail);
  }

  static void cancelled(EventLog events, Transaction tx, Execution execution, String by) {
    ObjectNode detail = detail(execution, ExecutionStatus.CANCELLED);
    detail.put("by", by);
    append(events, tx, "Execution Cancelled", execution, detail);
  }

  static void circuit(
      EventLog events, Transaction tx, String type, Execution execution, ObjectNode circuit) {
    ObjectNode detail = Json.object();
    detail.put("execution", execution.id());
    detail.put("pipeline", execution.stage().pipeline());
    detail.put("stage", execution.stage().stage());
    detail.set("circuit", circuit);
    append(events, tx, type, execution, detail);
  }

  static void rolledBack(EventLog events, Transaction tx, Execution execution, String by) {
    ObjectNode detail = detail(execution, execution.status());
    detail.put("rolled_back_by", by);
    append(events, tx, "Execution Rolled Back", execution, detail);
  }

  private static ObjectNode detail(Execution execution, ExecutionStatus status) {
    ObjectNode detail = Json.object();
    detail.put("execution", execution.id());
    detail.put("pipeline", execution.stage().pipeline());
    detail.put("stage", execution.stage().stage());
    detail.put("status", status.name());
    detail.put("attempt", execution.tries().attempt());
    return detail;
  }

  private static void append(
      EventLog events, Transaction tx, String type, Execution execution, ObjectNode detail) {
    events.append(
        tx,
        SOURCE,
        type,
        execution.stage().domain(),
        List.of(execution.stage().toString()),
        detail);
  }
}
