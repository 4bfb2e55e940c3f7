package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.events.Schedule;
import io.hosu.events.ScheduleRule.CatchUp;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.Target.Mode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stages that read what was appended to a table since their last published execution. */
class ChangesTest {
  private static final TableName SALES = TableName.parse("shop.stage.sales");
  private static final String COPY = "shop.stage.copy";
  private static final StageName STAGE = StageName.parse("shop.p.copy");

  private Lake lake;

  @BeforeEach
  void open(@TempDir Path directory) throws IOException {
    lake = new Lake(directory);
    lake.apply(load(Mode.APPEND, List.of()));
  }

  @AfterEach
  void close() {
    lake.close();
  }

  private static StageSpec load(Mode mode, List<String> key) {
    return Lake.stage(
        "shop.p.load",
        new Trigger.Objects(List.of("raw/shop/*.csv")),
        "SELECT id FROM input",
        Lake.into(SALES.toString(), mode, key, List.of()));
  }

  private static StageSpec copy(Trigger on, String sql) {
    return Lake.stage(
        STAGE.toString(), on, sql, Lake.into(COPY, Mode.APPEND, List.of(), List.of()));
  }

  private static StageSpec copyOnCommit() {
    return copy(
        new Trigger.Tables(List.of(SALES)), "SELECT c.id AS id FROM changes('stage.sales') c");
  }

  private void put(int id) {
    lake.put("raw/shop/%d.csv".formatted(id), "id\n%d\n".formatted(id));
    lake.finish();
  }

  private List<String> copied() {
    return lake.query(COPY, "SELECT id FROM t ORDER BY id");
  }

  @Test
  void theFirstExecutionReadsAllRowsAndEachLaterOneThoseAppendedSince() {
    put(1);
    put(2);
    lake.apply(copyOnCommit());
    put(3);
    assertThat(copied()).containsExactly("1", "2", "3");

    put(4);
    put(5);

    assertThat(lake.deadLetters()).isEmpty();
    assertThat(copied()).containsExactly("1", "2", "3", "4", "5");
  }

  @Test
  void anExecutionWithoutAnythingNewAddsNothing() {
    lake.apply(copyOnCommit());
    put(1);
    lake.pipelines.run(STAGE);
    lake.finish();
    lake.pipelines.run(STAGE);
    lake.finish();

    assertThat(copied()).containsExactly("1");
  }

  private static StageSpec copyBySchedule(String sql) {
    return copy(
        new Trigger.Scheduled(
            Schedule.parse("rate(365 days)", ZoneOffset.UTC, Schedule.Span.ALWAYS),
            Duration.ZERO,
            CatchUp.ONCE),
        sql);
  }

  private static StageSpec copyBySchedule() {
    return copyBySchedule("SELECT c.id AS id FROM changes('stage.sales') c");
  }

  private void tick() {
    lake.tick(STAGE);
    lake.finish();
  }

  private List<Execution> ofCopy() {
    return lake.executions().stream().filter(one -> one.stage().equals(STAGE)).toList();
  }

  private void assertNothingWaits() {
    assertThat(lake.database.<Long>read(tx -> tx.number("SELECT COUNT(*) FROM messages"))).isZero();
  }

  @Test
  void aTickWithoutAnythingAppendedLeavesNoExecutionBehind() {
    lake.apply(copyBySchedule());
    put(1);
    tick();
    tick();
    tick();

    assertThat(ofCopy()).hasSize(1);
    assertNothingWaits();

    put(2);
    tick();

    assertThat(ofCopy()).hasSize(2);
    assertThat(copied()).containsExactly("1", "2");
  }

  @Test
  void aTickBeforeTheTableIsWrittenLeavesNeitherAnExecutionNorADeadLetter() {
    lake.apply(copyBySchedule());
    tick();
    tick();

    assertThat(lake.executions()).isEmpty();
    assertThat(lake.deadLetters()).isEmpty();
    assertNothingWaits();

    put(1);
    tick();

    assertThat(copied()).containsExactly("1");
  }

  @Test
  void aTickOverATableThatNobodyWritesIsAFailure() {
    lake.apply(copyBySchedule("SELECT c.id AS id FROM changes('stage.salse') c"));
    tick();

    assertThat(lake.deadLetters())
        .singleElement()
        .satisfies(letter -> assertThat(letter.cause().code()).isEqualTo("TABLE_NOT_FOUND"));
  }

  @Test
  void aTickIsWorkedOnWhenOneOfSeveralTablesHasMoved() {
    lake.apply(
        Lake.stage(
            "shop.p.other",
            new Trigger.Objects(List.of("raw/other/*.csv")),
            "SELECT id FROM input",
            Lake.into("shop.stage.other", Mode.APPEND, List.of(), List.of())),
        copyBySchedule(
            "SELECT id FROM changes('stage.sales') UNION ALL SELECT id FROM changes('stage.other')"));
    put(1);
    lake.put("raw/other/7.csv", "id\n7\n");
    lake.finish();
    tick();
    put(2);
    tick();
    tick();

    assertThat(ofCopy()).hasSize(2);
    assertThat(copied()).containsExactly("1", "2", "7");
  }

  @Test
  void aRunByHandWithoutAnythingAppendedIsSeen() {
    lake.apply(copyBySchedule());
    put(1);
    tick();
    lake.pipelines.run(STAGE);
    lake.finish();

    assertThat(ofCopy()).hasSize(2);
  }

  @Test
  void whatAFailedExecutionReadIsReadAgain() {
    lake.apply(copyOnCommit());
    put(1);
    lake.apply(
        copy(
            new Trigger.Tables(List.of(SALES)),
            "SELECT if(id = 2, 'no', id::VARCHAR)::BIGINT AS id FROM changes('stage.sales')"));
    put(2);
    assertThat(lake.deadLetters()).isNotEmpty();

    lake.apply(copyOnCommit());
    put(3);

    assertThat(copied()).containsExactly("1", "2", "3");
  }

  @Test
  void aTableWhoseRowsWereReplacedIsNotReadAsIfTheyWereAppended() {
    lake.apply(copyOnCommit());
    put(1);
    lake.apply(load(Mode.OVERWRITE, List.of()));
    put(2);

    assertThat(lake.deadLetters())
        .singleElement()
        .satisfies(letter -> {
          assertThat(letter.cause().code()).isEqualTo("CHANGES_UNKNOWN");
          assertThat(letter.cause().remedy()).contains("hosu stages reread");
        });
    assertThat(copied()).containsExactly("1");

    lake.database.perform(tx -> StageChanges.forget(tx, STAGE, SALES));
    lake.pipelines.run(STAGE);
    lake.finish();
    assertThat(copied()).containsExactly("1", "1", "2");
  }

  @Test
  void ofTwoExecutionsThatReadTheSameChangesOneBeginsAgain() {
    OptionalLong none = OptionalLong.empty();
    lake.database.perform(tx -> {
      assertThat(StageChanges.moveOn(tx, STAGE, SALES, none, 7, "one")).isTrue();
      assertThat(StageChanges.moveOn(tx, STAGE, SALES, none, 7, "two")).isFalse();
      assertThat(StageChanges.moveOn(tx, STAGE, SALES, OptionalLong.of(7), 8, "one")).isTrue();
      assertThat(StageChanges.moveOn(tx, STAGE, SALES, OptionalLong.of(7), 9, "two")).isFalse();
      assertThat(StageChanges.readUpTo(tx, STAGE, SALES)).hasValue(8);
    });
  }
}
