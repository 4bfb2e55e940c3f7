package io.hosu.pipelines;

import io.hosu.kernel.StageName;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.util.List;
import java.util.Optional;

/**
 * Sets back what the ledgers say that executions which were taken back have read: to what the last
 * execution read that still stands, or to nothing, so that it is read again.
 */
final class LedgerBack {
  private static final String STAGE = " AND e.domain = ? AND e.pipeline = ? AND e.stage = ?";
  private static final String STANDING = " AND e.status = 'SUCCEEDED' AND e.rolled_back_by IS NULL";
  private static final String LATEST = " ORDER BY e.ended_at DESC, e.id DESC LIMIT 1";

  private final Transaction tx;
  private final String by;

  /**
   * The ledgers as {@code tx} sees them, where the executions are marked as taken back by {@code
   * by}.
   */
  LedgerBack(Transaction tx, String by) {
    this.tx = tx;
    this.by = by;
  }

  /** What a standing execution has read. */
  private record Read(String execution, String version) {
    static Read of(Row row) {
      return new Read(row.text("execution"), row.text("version"));
    }
  }

  /** Sets back what the ledgers say that {@code execution} read. */
  void setBack(Execution execution) {
    StageName stage = execution.stage();
    Optional<String> onlyBy = replacing(stage);
    for (String object : objects(stage, execution.id())) {
      Optional<Read> before =
          read(stage, ExecutionInput.Kind.OBJECT, object)
              .filter(read -> onlyBy.isEmpty() || onlyBy.get().equals(read.execution()));
      tx.update(
          "UPDATE stage_inputs SET version = ?, sha256 = '', execution = ?"
              + " WHERE domain = ? AND pipeline = ? AND stage = ? AND object = ?",
          before.map(Read::version).orElse(""),
          before.map(Read::execution).orElse(by),
          stage.domain(),
          stage.pipeline(),
          stage.stage(),
          object);
    }
    for (String table : tables(stage, execution.id())) {
      setBackTable(stage, table);
    }
  }

  private List<String> objects(StageName stage, String execution) {
    return tx.list(
        "SELECT object FROM stage_inputs"
            + " WHERE domain = ? AND pipeline = ? AND stage = ? AND execution = ?",
        row -> row.text("object"),
        stage.domain(),
        stage.pipeline(),
        stage.stage(),
        execution);
  }

  private List<String> tables(StageName stage, String execution) {
    return tx.list(
        "SELECT table_name FROM stage_tables WHERE stage = ? AND execution = ?",
        row -> row.text("table_name"),
        stage.toString(),
        execution);
  }

  private void setBackTable(StageName stage, String table) {
    Optional<Read> before =
        read(stage, ExecutionInput.Kind.TABLE, table).filter(read -> !read.version().isEmpty());
    if (before.isEmpty()) {
      tx.update(
          "DELETE FROM stage_tables WHERE stage = ? AND table_name = ?", stage.toString(), table);
    } else {
      tx.update(
          "UPDATE stage_tables SET snapshot = ?, before = NULL, execution = ?"
              + " WHERE stage = ? AND table_name = ?",
          Long.valueOf(before.get().version()),
          before.get().execution(),
          stage.toString(),
          table);
    }
  }

  /** The execution whose rows alone are in the stage's table, where it replaces all of them. */
  private Optional<String> replacing(StageName stage) {
    return tx.find(
            "SELECT e.id, o.operation FROM executions e JOIN execution_outputs o"
                + " ON o.execution = e.id WHERE o.snapshot <> '' AND o.operation <> 'rollback'"
                + STANDING
                + STAGE
                + LATEST,
            row ->
                row.text("operation").equals(ExecutionOutput.OVERWRITE)
                    ? Optional.of(row.text("id"))
                    : Optional.<String>empty(),
            stage.domain(),
            stage.pipeline(),
            stage.stage())
        .flatMap(found -> found);
  }

  private Optional<Read> read(StageName stage, ExecutionInput.Kind kind, String name) {
    return tx.find(
        "SELECT i.execution, i.version FROM execution_inputs i JOIN executions e"
            + " ON e.id = i.execution WHERE i.name = ? AND i.kind = ?"
            + STANDING
            + STAGE
            + LATEST,
        Read::of,
        name,
        kind.name(),
        stage.domain(),
        stage.pipeline(),
        stage.stage());
  }
}
