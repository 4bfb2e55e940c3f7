package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.store.Transaction;
import io.hosu.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OpenExecutionsTest {
  @TempDir private Path directory;

  @Test
  void whatRunsIsFoundWithoutLookingAtAllThatEverRan() {
    try (World world = new World(TestDatabase.SQLITE, directory, 1)) {
      String plan =
          world.database.read(tx ->
              tx.list(
                      "EXPLAIN QUERY PLAN SELECT count(*) FROM executions WHERE"
                          + ExecutionRows.RUNNING
                          + "AND domain = ? AND pipeline = ? AND stage = ?",
                      row -> row.text("detail"),
                      "a",
                      "b",
                      "c")
                  .toString());
      assertThat(plan).contains("executions_open");
    }
  }

  @Test
  void ofWhatWaitsOnlySomeOfEachStageAreTakenIntoMemory() {
    try (World world = new World(TestDatabase.SQLITE, directory, 1)) {
      Instant now = world.clock.instant();
      world.database.perform(tx -> {
        for (int i = 0; i < 30; i++) {
          pending(tx, "many", "m%02d".formatted(i), now.plusSeconds(30 - i));
        }
        pending(tx, "few", "f", now.plusSeconds(100));
      });
      List<ExecutionRows.Waiting> some = world.database.read(tx -> ExecutionRows.waiting(tx, 3));
      assertThat(some)
          .extracting(ExecutionRows.Waiting::id)
          .containsExactly("m29", "m28", "m27", "f");
    }
  }

  private static void pending(Transaction tx, String stage, String id, Instant dueAt) {
    tx.update(
        """
        INSERT INTO executions (id, domain, pipeline, stage, status, attempt, failures, losses,
          next_attempt_at, created_at, origin, trigger_events, messages, rows_in, rows_out,
          rows_rejected, bytes_in, bytes_out, cpu_ms)
        VALUES (?, 'a', 'b', ?, 'PENDING', 1, 0, 0, ?, ?, 'HAND', '[]', 0, 0, 0, 0, 0, 0, 0)\
        """,
        id,
        stage,
        dueAt,
        dueAt);
  }
}
