package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class CancelInEnginesTest {
  private static final String ENDLESS =
      "SELECT sum(a.range * b.range) AS s FROM range(100000000) a, range(100000000) b";

  private static StageSpec stage(String name, String sql) {
    return Lake.stage(
        "shop.p." + name,
        new Trigger.ByHand(),
        sql,
        Lake.into("shop.stage." + name, Target.Mode.OVERWRITE, List.of(), List.of()));
  }

  /** The lake has two engines, and runs two attempts at a time. */
  @Test
  @Timeout(100)
  void theEnginesOfCancelledExecutionsAreFreeForOthersAtOnce(@TempDir Path directory)
      throws IOException {
    try (Lake lake = new Lake(directory)) {
      List<StageSpec> stages =
          List.of(stage("one", ENDLESS), stage("two", ENDLESS), stage("quick", "SELECT 1 AS a"));
      stages.forEach(lake::apply);
      stages.forEach(stage -> lake.pipelines.run(stage.name()));
      List<Execution> endless = lake.executions().subList(1, 3);
      endless.forEach(execution -> awaitRunning(lake, execution));

      for (Execution execution : endless) {
        lake.pipelines
            .cancelling()
            .cancel(execution.id(), Cancelling.Messages.SET_ASIDE, "user:ann", Seen.ALL);
      }
      lake.finish();

      assertThat(lake.executions())
          .extracting(Execution::status)
          .containsExactly(
              ExecutionStatus.SUCCEEDED, ExecutionStatus.CANCELLED, ExecutionStatus.CANCELLED);
      assertThat(lake.tables.find(stages.getFirst().into().table())).isEmpty();
      for (Execution execution : endless) {
        Course course = awaitCourse(lake, execution);
        assertThat(course.steps()).extracting(Attempt.Step::name).contains("read", "open");
      }
    }
  }

  /** What the only attempt did, once it has ended: it ends soon after it was told to. */
  private static Course awaitCourse(Lake lake, Execution execution) {
    while (true) {
      Attempt only = lake.pipelines.executions().require(execution.id()).attempts().getFirst();
      if (!only.course().steps().isEmpty()) {
        return only.course();
      }
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }

  private static void awaitRunning(Lake lake, Execution execution) {
    while (lake.pipelines.executions().require(execution.id()).execution().status()
        != ExecutionStatus.RUNNING) {
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }
}
