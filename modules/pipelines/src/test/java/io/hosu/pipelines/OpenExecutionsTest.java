package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.testing.TestDatabase;
import java.nio.file.Path;
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
}
