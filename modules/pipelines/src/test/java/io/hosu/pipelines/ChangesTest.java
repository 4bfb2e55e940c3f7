package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.events.Schedule;
import io.hosu.events.ScheduleRule.CatchUp;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.Target.Mode;
import io.hosu.testing.Crash;
import io.hosu.testing.CrashPoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stages that read what came to a table since their last published execution. */
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

  private void put(String object, String text) {
    lake.put("raw/shop/" + object, text);
    lake.finish();
  }

  private List<String> notesOfCopy() {
    return ofCopy().reversed().stream().map(one -> String.valueOf(one.result().note())).toList();
  }

  @Test
  void anObjectThatComesAgainGivesItsNewRowsAlone() {
    lake.apply(copyOnCommit());
    put("1.csv", "id\n1\n2\n");
    put("1.csv", "id\n3\n2\n4\n");
    put("2.csv", "id\n5\n");

    assertThat(lake.deadLetters()).isEmpty();
    assertThat(copied()).containsExactly("1", "2", "3", "4", "5");
    assertThat(notesOfCopy())
        .containsExactly(
            "null",
            "1 of the rows of shop.stage.sales that were read before gave way, which changes() does"
                + " not show.",
            "null");
  }

  @Test
  void whatIsReadAgainBesideAnObjectThatComesAgainIsNoChangeNestedAndNullAsItMayBe() {
    String one = "{'id': 1, 'n': {'tags': ['a', null], 'at': null}}\n".replace('\'', '"');
    String two = "{'id': 2, 'n': {'tags': [], 'at': {'x': 1.5}}}\n".replace('\'', '"');
    lake.put("raw/shop/1.jsonl", one);
    lake.put("raw/shop/2.jsonl", two + two);
    StageSpec both =
        Lake.stage(
            "shop.p.both",
            new Trigger.Objects(List.of("raw/shop/*.jsonl")),
            "SELECT * FROM input",
            Lake.into(SALES.toString(), Mode.APPEND, List.of(), List.of()));
    lake.apply(
        both, copy(new Trigger.Tables(List.of(SALES)), "SELECT * FROM changes('stage.sales')"));
    lake.pipelines.run(both.name());
    lake.finish();
    assertThat(copied()).containsExactly("1", "2", "2");

    put("1.jsonl", one + two + "{\"id\": 3, \"new\": true}\n");

    assertThat(lake.deadLetters()).isEmpty();
    assertThat(copied()).containsExactly("1", "2", "2", "2", "3");
    assertThat(notesOfCopy()).containsExactly("null", "null");
  }

  @Test
  void ofAnOverwrittenTableTheRowsThatWereNotThereBeforeAreChanges() {
    lake.apply(load(Mode.OVERWRITE, List.of()), copyOnCommit());
    put(1);
    put(2);
    lake.delete("raw/shop/1.csv");
    lake.finish();
    put(1);

    assertThat(lake.deadLetters()).isEmpty();
    assertThat(copied()).containsExactly("1", "1", "2");
    assertThat(notesOfCopy().get(2)).startsWith("1 of the rows of shop.stage.sales");
  }

  @Test
  void ofAMergedTableTheRowsThatGotOtherValuesAreChanges() {
    lake.apply(
        Lake.stage(
            "shop.p.load",
            new Trigger.Objects(List.of("raw/shop/*.csv")),
            "SELECT id, v FROM input",
            Lake.into(SALES.toString(), Mode.MERGE, List.of("id"), List.of())),
        copy(new Trigger.Tables(List.of(SALES)), "SELECT id, v FROM changes('stage.sales')"));
    put("1.csv", "id,v\n1,a\n2,b\n3,c\n");
    put("2.csv", "id,v\n2,x\n3,c\n4,d\n");

    assertThat(lake.deadLetters()).isEmpty();
    assertThat(lake.query(COPY, "SELECT id, v FROM t ORDER BY id, v"))
        .containsExactly("1,a", "2,b", "2,x", "3,c", "4,d");
  }

  @Test
  void aTableThatWasMadeAnewIsNotReadAsIfItWereTheSame() {
    lake.apply(copyOnCommit());
    put(1);
    lake.database.perform(tx -> lake.tables.drop(tx, SALES));
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
    assertThat(copied()).containsExactly("1", "2");
  }

  @Test
  void changesOfReplacedRowsAreReadOnceWhereverAServerDies(@TempDir Path directory)
      throws IOException {
    boolean crashed = true;
    int runs = 0;
    for (; crashed; runs++) {
      CrashPoints points = CrashPoints.at(runs);
      copyAndDie(directory.resolve("at" + runs), points);
      crashed = points.crashed();
    }
    assertThat(runs).isGreaterThan(6);
  }

  private static void copyAndDie(Path directory, CrashPoints points) throws IOException {
    try (Lake lake = new Lake(Files.createDirectory(directory))) {
      lake.apply(
          load(Mode.APPEND, List.of()),
          copy(new Trigger.ByHand(), "SELECT id FROM changes('stage.sales')"));
      lake.put("raw/shop/1.csv", "id\n1\n2\n");
      lake.finish();
      lake.pipelines.run(STAGE);
      lake.finish();
      lake.put("raw/shop/1.csv", "id\n2\n3\n");
      lake.finish();
      lake.pipelines.close();
      try {
        runByHand(lake.life(new MortalDatabase(lake.database, points, () -> {})));
      } catch (Crash _) {
        // The next one goes on.
      }
      runByHand(lake.life(lake.database));

      assertThat(lake.query(COPY, "SELECT id FROM t ORDER BY id")).containsExactly("1", "2", "3");
      assertThat(lake.executions())
          .extracting(one -> one.result().note())
          .filteredOn(note -> note != null && note.contains("gave way"))
          .hasSize(1);
    }
  }

  private static void runByHand(Lake.Life life) {
    life.pipelines.begin();
    life.pipelines.run(STAGE);
    life.settle();
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
