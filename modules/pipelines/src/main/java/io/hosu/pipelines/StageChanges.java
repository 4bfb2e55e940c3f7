package io.hosu.pipelines;

import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.store.Transaction;
import java.util.OptionalLong;

/**
 * The ledger of how far each stage has read the changes of each table: what {@code changes()} in
 * its SQL begins after. It moves on in the transaction that publishes what was made of them.
 */
final class StageChanges {
  private StageChanges() {}

  /** The snapshot up to which the stage has read the table; none when it never did. */
  static OptionalLong readUpTo(Transaction tx, StageName stage, TableName table) {
    return tx.find(
            "SELECT snapshot FROM stage_tables WHERE stage = ? AND table_name = ?",
            row -> OptionalLong.of(row.number("snapshot")),
            stage.toString(),
            table.toString())
        .orElseGet(OptionalLong::empty);
  }

  /**
   * Moves on from one snapshot to another.
   *
   * @return false when another execution has moved it since; the transaction must be given up
   */
  static boolean moveOn(
      Transaction tx,
      StageName stage,
      TableName table,
      OptionalLong from,
      long to,
      String execution) {
    if (from.isEmpty()) {
      return tx.update(
              """
              INSERT INTO stage_tables (stage, table_name, snapshot, before, execution)
              VALUES (?, ?, ?, NULL, ?) ON CONFLICT DO NOTHING\
              """,
              stage.toString(),
              table.toString(),
              to,
              execution)
          == 1;
    }
    return tx.update(
            """
            UPDATE stage_tables SET before = snapshot, snapshot = ?, execution = ?
            WHERE stage = ? AND table_name = ? AND snapshot = ?\
            """,
            to,
            execution,
            stage.toString(),
            table.toString(),
            from.getAsLong())
        == 1;
  }

  /** Has the stage read all rows of the table next; false when it had read none. */
  static boolean forget(Transaction tx, StageName stage, TableName table) {
    return tx.update(
            "DELETE FROM stage_tables WHERE stage = ? AND table_name = ?",
            stage.toString(),
            table.toString())
        == 1;
  }

  /** Forgets what the stage did. */
  static void deleteAll(Transaction tx, StageName stage) {
    tx.update("DELETE FROM stage_tables WHERE stage = ?", stage.toString());
  }
}
