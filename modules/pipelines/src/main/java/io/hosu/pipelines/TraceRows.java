package io.hosu.pipelines;

import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Who read and who published what, as the state database has it. */
final class TraceRows {
  private static final String NEWEST_FIRST = " ORDER BY e.ended_at DESC, e.id DESC LIMIT ?";

  private static final String FIRST_OF_STAGE =
      "GROUP BY r.domain, r.pipeline, r.stage, CASE r.status WHEN 'SUCCEEDED' THEN 1 ELSE 0 END";

  private TraceRows() {}

  /** A snapshot that an execution published, and how. */
  record Published(String snapshot, String operation, Execution execution) {
    static Published of(Row row) {
      return new Published(row.text("snapshot"), row.text("operation"), ExecutionView.view(row));
    }

    /** Whether no row that was there before is left in it. */
    boolean replacesAll() {
      return operation.equals(ExecutionOutput.OVERWRITE);
    }
  }

  /** The versions of an object that were read, the latest first. */
  static List<String> versions(Transaction tx, String object, int most) {
    return tx.list(
        "SELECT DISTINCT version FROM execution_inputs WHERE name = ? AND kind IN ('OBJECT',"
            + " 'RECORDS') ORDER BY version DESC LIMIT ?",
        row -> row.text("version"),
        object,
        most);
  }

  /** The executions that read this version of an object, the oldest first. */
  static List<Execution> readersOfObject(Transaction tx, String object, String version, int most) {
    return tx.list(
        "SELECT e.* FROM execution_inputs i JOIN executions e ON e.id = i.execution WHERE i.name ="
            + " ? AND i.kind IN ('OBJECT', 'RECORDS') AND i.version = ? ORDER BY e.id LIMIT ?",
        ExecutionView::view,
        object,
        version,
        most);
  }

  /**
   * Of each stage the first execution that succeeded, and the first that did not, which read what
   * others that are here published to a table in this time.
   */
  static List<Execution> readersOfTable(
      Transaction tx, String table, TraceArchive.Span span, int most) {
    long at = endOf(span.first());
    return tx.list(
        """
        SELECT * FROM executions WHERE id IN (SELECT MIN(r.id) FROM execution_inputs i
          JOIN executions r ON r.id = i.execution
          JOIN execution_outputs o ON o.name = i.name AND o.snapshot = i.version
            AND o.operation <> 'rollback'
          JOIN executions p ON p.id = o.execution
          WHERE i.name = ? AND i.kind = 'TABLE' AND p.ended_at < ?
            AND (p.ended_at > ? OR (p.ended_at = ? AND p.id >= ?))
          %s)
        ORDER BY id LIMIT ?\
        """
            .formatted(FIRST_OF_STAGE),
        ExecutionView::view,
        table,
        span.until(),
        at,
        at,
        span.first().id(),
        most);
  }

  /** The same of those that read one of these snapshots. */
  static List<Execution> readersOf(Transaction tx, String table, List<String> snapshots, int most) {
    List<Object> args = new ArrayList<>(List.of(table));
    args.addAll(snapshots);
    args.add(most);
    return tx.list(
        """
        SELECT * FROM executions WHERE id IN (SELECT MIN(r.id) FROM execution_inputs i
          JOIN executions r ON r.id = i.execution
          WHERE i.name = ? AND i.kind = 'TABLE' AND i.version IN (%s) %s)
        ORDER BY id LIMIT ?\
        """
            .formatted(
                String.join(", ", Collections.nCopies(snapshots.size(), "?")), FIRST_OF_STAGE),
        ExecutionView::view,
        args.toArray());
  }

  /** What was published to a table, the latest first. */
  static List<Published> newest(Transaction tx, String table, int most) {
    return tx.list(
        "SELECT e.*, o.snapshot, o.operation FROM execution_outputs o"
            + " JOIN executions e ON e.id = o.execution"
            + " WHERE o.name = ? AND o.snapshot <> ''"
            + NEWEST_FIRST,
        Published::of,
        table,
        most);
  }

  /** What was published to a table up to {@code last} and with it, the latest first. */
  static List<Published> upTo(Transaction tx, String table, Published last, int most) {
    long at = endOf(last.execution());
    return tx.list(
        "SELECT e.*, o.snapshot, o.operation FROM execution_outputs o"
            + " JOIN executions e ON e.id = o.execution"
            + " WHERE o.name = ? AND o.snapshot <> ''"
            + " AND (e.ended_at < ? OR (e.ended_at = ? AND e.id <= ?))"
            + NEWEST_FIRST,
        Published::of,
        table,
        at,
        at,
        last.execution().id(),
        most);
  }

  /** Who made this snapshot of a table. */
  static Optional<Published> publisher(Transaction tx, String table, String snapshot) {
    return tx.find(
        "SELECT e.*, o.snapshot, o.operation FROM execution_outputs o"
            + " JOIN executions e ON e.id = o.execution"
            + " WHERE o.name = ? AND o.snapshot = ? AND o.operation <> 'rollback' LIMIT 1",
        Published::of,
        table,
        snapshot);
  }

  static long endOf(Execution execution) {
    var end = execution.times().endedAt();
    return end == null ? Long.MAX_VALUE : end.toEpochMilli();
  }
}
