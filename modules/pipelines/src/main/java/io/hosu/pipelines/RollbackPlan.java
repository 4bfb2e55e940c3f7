package io.hosu.pipelines;

import io.hosu.kernel.TableName;
import io.hosu.store.Transaction;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What has to be taken back for one execution: itself, every later commit to its tables, every
 * execution that read one of these, and so on.
 *
 * @param executions the newest first
 * @param tables the snapshots that each table loses
 */
record RollbackPlan(List<Execution> executions, Map<TableName, Set<Long>> tables) {
  /** More than this is no slip that a rollback mends. */
  static final int MOST = 500;

  private static final String LATER =
      """
      SELECT DISTINCT e.* FROM execution_outputs o JOIN executions e ON e.id = o.execution
      WHERE o.name = ? AND o.snapshot <> '' AND o.operation <> 'rollback'
        AND e.rolled_back_by IS NULL AND (e.ended_at > ? OR (e.ended_at = ? AND e.id > ?))
      ORDER BY e.id LIMIT ?\
      """;
  private static final String READERS =
      """
      SELECT DISTINCT e.* FROM execution_inputs i JOIN executions e ON e.id = i.execution
        JOIN execution_outputs o ON o.name = i.name AND o.snapshot = i.version
          AND o.operation <> 'rollback'
        JOIN executions p ON p.id = o.execution
      WHERE i.name = ? AND i.kind = 'TABLE' AND e.rolled_back_by IS NULL
        AND (p.ended_at > ? OR (p.ended_at = ? AND p.id >= ?))
        AND EXISTS (SELECT 1 FROM execution_outputs w
          WHERE w.execution = e.id AND w.snapshot <> '')
      ORDER BY e.id LIMIT ?\
      """;

  /** The plan for {@code execution}; cut where it needs more than {@link #MOST}. */
  static RollbackPlan of(Transaction tx, Execution execution) {
    Map<String, Execution> all = new TreeMap<>(Comparator.reverseOrder());
    Map<TableName, Set<Long>> tables = new TreeMap<>();
    Deque<Execution> open = new ArrayDeque<>(List.of(execution));
    all.put(execution.id(), execution);
    while (!open.isEmpty() && all.size() <= MOST) {
      Execution one = open.remove();
      for (ExecutionOutput output : published(tx, one)) {
        tables
            .computeIfAbsent(TableName.parse(output.table()), _ -> new HashSet<>())
            .add(Long.valueOf(output.snapshot()));
        standingOn(tx, one, output.table())
            .filter(other -> all.putIfAbsent(other.id(), other) == null)
            .forEach(open::add);
      }
    }
    return new RollbackPlan(List.copyOf(all.values()), tables);
  }

  /** The snapshots that an execution made. */
  static List<ExecutionOutput> published(Transaction tx, Execution execution) {
    return ExecutionRecords.outputs(tx, execution.id()).stream()
        .filter(output -> !output.snapshot().isEmpty())
        .filter(output -> !output.operation().equals(ExecutionOutput.ROLLBACK))
        .toList();
  }

  /** Who committed to a table after an execution, or read it then. */
  private static Stream<Execution> standingOn(Transaction tx, Execution one, String table) {
    long at = TraceRows.endOf(one);
    return Stream.of(LATER, READERS)
        .flatMap(
            sql -> tx.list(sql, ExecutionView::view, table, at, at, one.id(), MOST + 1).stream());
  }

  /** Those that stand on the one that was asked for. */
  List<Execution> dependants(Execution asked) {
    return executions.stream().filter(other -> !other.id().equals(asked.id())).toList();
  }
}
