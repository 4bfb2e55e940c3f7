package io.hosu.pipelines;

import io.hosu.kernel.StageName;
import io.hosu.store.Transaction;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** How many executions have not ended. */
final class OpenExecutions {
  private OpenExecutions() {}

  /**
   * Those of one stage.
   *
   * @param running those with an attempt under way
   * @param pending those that wait for an attempt
   * @param retrying those of them that wait because an attempt failed
   */
  record Counts(long running, long pending, long retrying) {
    static final Counts NONE = new Counts(0, 0, 0);
  }

  /** Those of each stage that has any. */
  static Map<StageName, Counts> byStage(Transaction tx) {
    Map<StageName, Counts> all = new HashMap<>();
    tx.list(
            """
            SELECT domain, pipeline, stage,
              SUM(CASE WHEN status = 'RUNNING' THEN 1 ELSE 0 END) AS running,
              SUM(CASE WHEN status = 'PENDING' THEN 1 ELSE 0 END) AS pending,
              SUM(CASE WHEN status = 'PENDING' AND failures > 0 THEN 1 ELSE 0 END) AS retrying
            FROM executions WHERE status IN ('PENDING', 'RUNNING')
            GROUP BY domain, pipeline, stage\
            """,
            row ->
                Map.entry(
                    ExecutionView.stage(row),
                    new Counts(
                        row.number("running"), row.number("pending"), row.number("retrying"))))
        .forEach(one -> all.put(one.getKey(), one.getValue()));
    return all;
  }

  /** How many run of a stage, here or on another server. */
  static long running(Transaction tx, StageName stage) {
    return tx.number(
        "SELECT count(*) FROM executions WHERE"
            + ExecutionRows.RUNNING
            + "AND domain = ? AND pipeline = ? AND stage = ?",
        stage.domain(),
        stage.pipeline(),
        stage.stage());
  }

  /** How many run of the stages of some domains, here or on another server. */
  static long running(Transaction tx, Collection<String> domains) {
    return domains.stream()
        .mapToLong(domain ->
            tx.number(
                "SELECT count(*) FROM executions WHERE" + ExecutionRows.RUNNING + "AND domain = ?",
                domain))
        .sum();
  }

  /** Whether the stage has any. */
  static boolean any(Transaction tx, StageName stage) {
    return tx.find(
            """
            SELECT id FROM executions WHERE status IN ('PENDING', 'RUNNING')
              AND domain = ? AND pipeline = ? AND stage = ? LIMIT 1\
            """,
            row -> row.text("id"),
            stage.domain(),
            stage.pipeline(),
            stage.stage())
        .isPresent();
  }
}
