package io.hosu.pipelines;

import io.hosu.kernel.StageName;
import io.hosu.pipelines.EarlierReads.Read;
import io.hosu.store.Transaction;
import java.util.List;
import java.util.Map;
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
  private final Map<StageName, EarlierReads> archived;

  /**
   * The ledgers as {@code tx} sees them, where the executions are marked as taken back by {@code
   * by}.
   *
   * @param archived what executions of these stages read that are not in the database any more
   */
  LedgerBack(Transaction tx, String by, Map<StageName, EarlierReads> archived) {
    this.tx = tx;
    this.by = by;
    this.archived = Map.copyOf(archived);
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
    Optional<Optional<String>> last =
        tx.find(
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
            stage.stage());
    return last.orElseGet(() -> earlier(stage).replacing());
  }

  private EarlierReads earlier(StageName stage) {
    return archived.getOrDefault(stage, EarlierReads.NONE);
  }

  private Optional<Read> read(StageName stage, ExecutionInput.Kind kind, String name) {
    Optional<Read> live =
        tx.find(
            "SELECT i.execution, i.version FROM execution_inputs i JOIN executions e"
                + " ON e.id = i.execution WHERE i.name = ? AND i.kind = ?"
                + STANDING
                + STAGE
                + LATEST,
            row -> new Read(row.text("execution"), row.text("version")),
            name,
            kind.name(),
            stage.domain(),
            stage.pipeline(),
            stage.stage());
    return live.or(() -> earlier(stage).find(kind, name));
  }
}
