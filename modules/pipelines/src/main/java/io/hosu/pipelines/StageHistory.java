package io.hosu.pipelines;

import io.hosu.kernel.Json;
import io.hosu.kernel.StageName;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The stages as they were declared at earlier times. */
final class StageHistory {
  private StageHistory() {}

  /** Keeps that a stage is declared so from now on. */
  static void declared(Transaction tx, StageSpec stage, Instant now) {
    add(tx, stage.name(), now, Json.print(stage.toJson()));
  }

  /** Keeps that a stage is part of the lake no more. */
  static void removed(Transaction tx, StageName stage, Instant now) {
    add(tx, stage, now, null);
  }

  private static void add(Transaction tx, StageName stage, Instant now, @Nullable String spec) {
    tx.update(
        "INSERT INTO stage_history (stage, number, since, spec) VALUES (?, (SELECT"
            + " COALESCE(MAX(number), 0) + 1 FROM stage_history WHERE stage = ?), ?, ?)",
        stage.toString(),
        stage.toString(),
        now,
        spec);
  }

  /** The stages that were part of the lake at a time, by name. */
  static List<StageSpec> at(Transaction tx, Instant time) {
    return tx.list(
        "SELECT spec FROM stage_history h WHERE spec IS NOT NULL AND number = (SELECT MAX(number)"
            + " FROM stage_history WHERE stage = h.stage AND since <= ?) ORDER BY stage",
        row -> StageSpec.fromJson(Json.parse(row.text("spec"))),
        time);
  }

  /** A stage as it was declared at a time; empty when it was not part of the lake. */
  static Optional<StageSpec> at(Transaction tx, StageName stage, Instant time) {
    return tx.find(
            "SELECT spec FROM stage_history WHERE stage = ? AND since <= ? ORDER BY number DESC"
                + " LIMIT 1",
            row -> row.optionalText("spec"),
            stage.toString(),
            time)
        .flatMap(spec -> spec)
        .map(spec -> StageSpec.fromJson(Json.parse(spec)));
  }
}
