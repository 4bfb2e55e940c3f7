package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.kernel.StageName;
import io.hosu.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What stages are allowed and refused is on record. */
@ParameterizedClass(name = "{0}")
@EnumSource(TestDatabase.class)
class StageAuditTest {
  private final Lake lake;

  StageAuditTest(TestDatabase kind, @TempDir Path directory) throws IOException {
    lake = new Lake(directory, kind);
  }

  @AfterEach
  void close() {
    lake.close();
  }

  private static StageSpec copying(String name, String from, String into) {
    return Lake.stage(
        name,
        new Trigger.ByHand(),
        "SELECT * FROM " + from,
        Lake.into(into, Target.Mode.OVERWRITE, List.of(), List.of()));
  }

  /** What is in the state database now, of the door of stages, oldest first. */
  private List<String> recorded() {
    return lake.database.read(tx ->
        tx.list(
            "SELECT * FROM audit_records WHERE door = 'STAGE' ORDER BY seq",
            row ->
                "%s %s %s"
                    .formatted(row.text("principal"), row.text("resource"), row.text("decision"))));
  }

  @Test
  void whatAStageReadsIsOnRecordBeforeItsEngineIsOpened() {
    List<List<String>> known = new ArrayList<>();
    lake.apply(
        Lake.stage(
            "a.p.orders",
            new Trigger.Objects(List.of("raw/a/*.csv")),
            "SELECT * FROM input",
            Lake.into("a.stage.orders", Target.Mode.APPEND, List.of(), List.of())),
        copying("a.p.copy", "stage.orders", "a.stage.copy"));
    lake.put("raw/a/1.csv", "id\n1\n");
    lake.finish();
    lake.opening = _ -> known.add(recorded());

    lake.pipelines.run(StageName.parse("a.p.copy"));
    lake.finish();

    assertThat(known).containsExactly(List.of("role:a.p.copy a.stage.orders ALLOWED"));
  }

  @Test
  void whatAStageMayNotReadIsOnRecordWhenItsExecutionHasFailed() {
    lake.apply(copying("a.p.copy", "b.stage.orders", "a.stage.copy"));

    lake.pipelines.run(StageName.parse("a.p.copy"));
    lake.finish();

    assertThat(recorded()).containsExactly("role:a.p.copy b.stage.orders DENIED");
  }
}
