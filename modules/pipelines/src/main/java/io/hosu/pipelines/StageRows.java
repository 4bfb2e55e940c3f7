package io.hosu.pipelines;

import io.hosu.kernel.Json;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.store.Transaction;
import java.util.List;
import java.util.Optional;

/** Reads the rows of stages, those too that were removed and not dropped. */
final class StageRows {
  private StageRows() {}

  /** The stage of this name, declared or removed and not dropped. */
  static Optional<Stages.Kept> findKept(Transaction tx, StageName name) {
    return tx.find(
        "SELECT spec, removed_at FROM stages WHERE name = ?", Stages.Kept::of, name.toString());
  }

  /** The stage of this name, also when it was removed and not dropped. */
  static Optional<StageSpec> findAny(Transaction tx, StageName name) {
    return findKept(tx, name).map(Stages.Kept::stage);
  }

  /** Every stage, also those that were removed and not dropped. */
  static List<StageSpec> all(Transaction tx) {
    return tx.list("SELECT spec, removed_at FROM stages", Stages.Kept::of).stream()
        .map(Stages.Kept::stage)
        .toList();
  }

  /** The stages whose records are events, also those that were removed and not dropped. */
  static List<StageSpec> readersOfEvents(Transaction tx) {
    return tx
        .list(
            "SELECT spec, removed_at FROM stages WHERE spec LIKE '%\"pattern\"%'", Stages.Kept::of)
        .stream()
        .map(Stages.Kept::stage)
        .filter(StageSpec::readsEvents)
        .toList();
  }

  /** The number of changes that stages have seen. */
  static long version(Transaction tx) {
    return tx.number("SELECT version FROM stages_version");
  }

  /** Whether a declared stage writes this table. */
  static boolean isWritten(Transaction tx, TableName table) {
    return tx
        .list(
            "SELECT spec FROM stages WHERE removed_at IS NULL AND spec LIKE ?",
            row -> row.text("spec"),
            "%" + table + "%")
        .stream()
        .anyMatch(spec -> StageJson.read(Json.parse(spec)).into().table().equals(table));
  }
}
