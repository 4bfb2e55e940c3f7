package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.Target.Mode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Objects that are overwritten, where a stage adds rows to its table. */
class VersionsTest extends InLake {
  private static final Trigger ALL = new Trigger.Objects(List.of("raw/a/*.csv"));
  private static final String ROWS = "a.stage.rows";
  private static final String COUNT = "a.stage.count";

  private static StageSpec stage(Versions versions, BadRecords badRecords, Batch batch) {
    StageSpec plain =
        Lake.stage(
            "a.p.rows",
            ALL,
            "SELECT id::INTEGER AS id, v FROM input",
            Lake.into(ROWS, Mode.APPEND, List.of(), List.of()),
            badRecords);
    Input input = plain.input();
    return new StageSpec(
        plain.name(),
        plain.on(),
        batch,
        new Input(
            input.format(),
            badRecords,
            input.tolerance(),
            Reprocess.CHANGED,
            versions,
            input.maxRecordBytes()),
        plain.transform(),
        plain.into(),
        plain.running());
  }

  private static StageSpec replacing() {
    return stage(Versions.REPLACE, BadRecords.FAIL, Batch.STANDARD);
  }

  /** Three objects in one execution. */
  private void putThree() {
    for (int i = 1; i <= 3; i++) {
      lake.put("raw/a/%d.csv".formatted(i), "id,v\n%d,old\n".formatted(i));
    }
    lake.apply(replacing());
    lake.pipelines.run(replacing().name());
    lake.finish();
    assertThat(rows()).containsExactly("1,old", "2,old", "3,old");
  }

  private List<String> rows() {
    return lake.query(ROWS, "SELECT id, v FROM t ORDER BY id, v");
  }

  /** One that reads the table, one that reads another object, and one that reads its table. */
  private static StageSpec[] besides() {
    Mode over = Mode.OVERWRITE;
    return new StageSpec[] {
      Lake.stage(
          "a.p.count",
          new Trigger.Tables(List.of(TableName.parse(ROWS))),
          "SELECT v, count(*) AS n FROM stage.rows GROUP BY v",
          Lake.into(COUNT, over, List.of(), List.of())),
      Lake.stage(
          "a.p.other",
          new Trigger.Objects(List.of("raw/b/*.csv")),
          "SELECT id::INTEGER AS id FROM input",
          Lake.into("a.stage.other", over, List.of(), List.of())),
      Lake.stage(
          "a.p.behind",
          new Trigger.Tables(List.of(TableName.parse("a.stage.other"))),
          "SELECT count(*) AS n FROM stage.other",
          Lake.into("a.stage.behind", over, List.of(), List.of()))
    };
  }

  @Test
  void aStageReadsABranchByItsName() {
    lake.apply(replacing());
    lake.apply(
        Lake.stage(
            "a.p.count",
            new Trigger.Tables(List.of(TableName.parse(ROWS))),
            "SELECT v, count(*) AS n FROM stage.rows FOR VERSION AS OF 'main' GROUP BY v",
            Lake.into(COUNT, Mode.OVERWRITE, List.of(), List.of())));
    put("raw/a/1.csv", "id,v\n1,old\n");

    assertThat(lake.query(COUNT, "SELECT v, n FROM t")).containsExactly("old,1");
  }

  @Test
  void overwriteKeepsHistoryAndReRunsOnlyWhatDependsOnIt() {
    lake.apply(replacing());
    lake.apply(besides());
    put("raw/b/1.csv", "id\n7\n");
    put("raw/a/1.csv", "id,v\n1,old\n");
    put("raw/a/2.csv", "id,v\n2,old\n");
    long before = lake.tables.require(TableName.parse(ROWS)).snapshot().orElseThrow();
    List<Execution> earlier = lake.executions();
    assertThat(earlier).extracting(Execution::stage).contains(StageName.parse("a.p.behind"));

    put("raw/a/1.csv", "id,v\n1,new\n");

    assertThat(rows()).containsExactly("1,new", "2,old");
    assertThat(lake.query(COUNT, "SELECT v, n FROM t ORDER BY v"))
        .containsExactly("new,1", "old,1");
    assertThat(lake.query(lake.tables.planAt(TableName.parse(ROWS), before), "SELECT id, v FROM t"))
        .containsExactlyInAnyOrder("1,old", "2,old");
    List<Execution> later = new ArrayList<>(lake.executions());
    later.removeAll(earlier);
    assertThat(later)
        .extracting(execution -> execution.stage().toString())
        .containsExactly("a.p.count", "a.p.rows");
    ExecutionDetail last = lake.pipelines.executions().require(later.getLast().id());
    assertThat(last.inputs()).extracting(ExecutionInput::name).containsExactly("raw/a/1.csv");
    assertThat(last.outputs().getFirst().operation()).isEqualTo("replace");
  }

  @Test
  void reUploadOfOneOfThreeInputsKeepsTheJoinComplete() {
    putThree();

    put("raw/a/2.csv", "id,v\n2,new\n");

    assertThat(rows()).containsExactly("1,old", "2,new", "3,old");
    put("raw/a/3.csv", "id,v\n3,newer\n");
    assertThat(rows()).containsExactly("1,old", "2,new", "3,newer");
  }

  /** The stage is gone for good, and one of its name comes. */
  private void again() {
    lake.database.perform(tx -> lake.pipelines.stages().remove(tx, replacing().name()));
    lake.pipelines.stages().drop(replacing().name());
    lake.apply(replacing());
  }

  private void run() {
    lake.pipelines.run(replacing().name());
    lake.finish();
  }

  @Test
  void rowsOfAStageThatWasDroppedGiveWayToThoseOfTheNextOneOfItsName() {
    putThree();

    again();
    assertThat(rows()).containsExactly("1,old", "2,old", "3,old");
    put("raw/a/2.csv", "id,v\n2,new\n");
    assertThat(rows()).containsExactly("1,old", "2,new", "3,old");
    again();
    run();

    assertThat(rows()).containsExactly("1,old", "2,new", "3,old");
    run();
    assertThat(rows()).containsExactly("1,old", "2,new", "3,old");
  }

  @Test
  void whereTheTableWasDroppedTooOnlyWhatComesIsReadAgain() {
    putThree();

    again();
    lake.database.perform(tx -> lake.tables.drop(tx, TableName.parse(ROWS)));
    lake.delete("raw/a/3.csv");
    put("raw/a/2.csv", "id,v\n2,new\n");

    assertThat(rows()).containsExactly("2,new");
    run();
    assertThat(rows()).containsExactly("1,old", "2,new");
  }

  @Test
  void rowsOfAStageThatWasDroppedStayWhereTheNextOneKeepsVersions() {
    putThree();
    lake.database.perform(tx -> lake.pipelines.stages().remove(tx, replacing().name()));
    lake.pipelines.stages().drop(replacing().name());
    lake.apply(stage(Versions.KEEP, BadRecords.FAIL, Batch.STANDARD));

    put("raw/a/2.csv", "id,v\n2,new\n");

    assertThat(rows()).containsExactly("1,old", "2,new", "2,old", "3,old");
  }

  @Test
  void anObjectThatIsDeletedLeavesItsRowsAlsoWhereAnotherIsReplaced() {
    putThree();
    lake.delete("raw/a/1.csv");
    lake.finish();

    put("raw/a/2.csv", "id,v\n2,new\n");

    assertThat(rows()).containsExactly("1,old", "2,new", "3,old");
  }

  @Test
  void twoThatAreOverwrittenAtOnceBothWin() {
    putThree();
    lake.apply(stage(Versions.REPLACE, BadRecords.FAIL, new Batch(1, Duration.ZERO)));
    lake.put("raw/a/2.csv", "id,v\n2,new\n");
    lake.put("raw/a/3.csv", "id,v\n3,new\n");
    lake.finish();

    assertThat(rows()).containsExactly("1,old", "2,new", "3,new");
  }

  @Test
  void twoThatReplaceTheRowsOfOneExecutionAtTheSameTimeBothWin() {
    putThree();
    StageSpec one = stage(Versions.REPLACE, BadRecords.FAIL, new Batch(1, Duration.ZERO));
    var beside = new Running(Retry.STANDARD, Duration.ofHours(1), 2, true);
    lake.apply(
        new StageSpec(
            one.name(), one.on(), one.batch(), one.input(), one.transform(), one.into(), beside));
    int before = lake.executions().size();
    AtomicBoolean first = new AtomicBoolean(true);
    lake.preparing =
        _ -> {
          if (first.getAndSet(false)) {
            awaitAnotherThatPublished(before);
          }
        };
    lake.put("raw/a/2.csv", "id,v\n2,new\n");
    lake.put("raw/a/3.csv", "id,v\n3,new\n");
    lake.finish();

    assertThat(lake.deadLetters()).isEmpty();
    assertThat(rows()).containsExactly("1,old", "2,new", "3,new");
  }

  private void awaitAnotherThatPublished(int before) {
    Instant end = Instant.now().plusSeconds(30);
    while (lake.executions().stream()
            .filter(execution -> execution.status() == ExecutionStatus.SUCCEEDED)
            .count()
        == before) {
      assertThat(Instant.now()).isBefore(end);
      Thread.onSpinWait();
    }
  }

  @Test
  void oneThatOthersReplaceMeanwhileIsReplacedAsItIsThen() {
    putThree();
    AtomicBoolean first = new AtomicBoolean(true);
    lake.prepared =
        _ -> {
          if (first.getAndSet(false)) {
            lake.put("raw/a/2.csv", "id,v\n2,newer\n");
          }
        };
    put("raw/a/2.csv", "id,v\n2,new\n");

    assertThat(rows()).containsExactly("1,old", "2,newer", "3,old");
  }

  @Test
  void anObjectWithoutRowsTakesTheOldOnesAway() {
    lake.apply(replacing());
    put("raw/a/1.csv", "id,v\n1,old\n");

    put("raw/a/1.csv", "id,v\n");

    assertThat(rows()).isEmpty();
    put("raw/a/1.csv", "id,v\n1,new\n");
    assertThat(rows()).containsExactly("1,new");
  }

  @Test
  void recordsInQuarantineAreReplacedToo() {
    lake.apply(stage(Versions.REPLACE, BadRecords.QUARANTINE, Batch.STANDARD));
    put("raw/a/1.csv", "id,v\n1,old\n2,x,y\n");
    assertThat(lake.query(ROWS + "_quarantine", "SELECT line FROM t")).hasSize(1);

    put("raw/a/1.csv", "id,v\n1,new\n2,mended\n");

    assertThat(rows()).containsExactly("1,new", "2,mended");
    assertThat(lake.query(ROWS + "_quarantine", "SELECT line FROM t")).isEmpty();
  }

  @Test
  void versionsThatAreKeptStayBesideOneAnother() {
    lake.apply(stage(Versions.KEEP, BadRecords.FAIL, Batch.STANDARD));
    put("raw/a/1.csv", "id,v\n1,old\n");
    put("raw/a/1.csv", "id,v\n1,new\n");

    assertThat(rows()).containsExactly("1,new", "1,old");
  }

  @Test
  void rowsThatAnotherStageOverwroteCannotBeReplaced() {
    lake.apply(
        replacing(),
        Lake.stage(
            "a.p.over",
            new Trigger.Objects(List.of("raw/b/*.csv")),
            "SELECT id::INTEGER AS id, v FROM input",
            Lake.into(ROWS, Mode.OVERWRITE, List.of(), List.of())));
    put("raw/a/1.csv", "id,v\n1,old\n");
    put("raw/b/1.csv", "id,v\n7,over\n");

    put("raw/a/1.csv", "id,v\n1,new\n");

    assertThat(rows()).containsExactly("7,over");
    assertThat(lake.deadLetters())
        .singleElement()
        .satisfies(letter -> assertThat(letter.cause().code()).isEqualTo("ROWS_GONE"));
  }

  @Test
  void aRollbackBringsTheEarlierVersionBackAndTheNextOneReplacesThat() {
    putThree();
    put("raw/a/2.csv", "id,v\n2,wrong\n");
    lake.pipelines
        .rollbacks(lake.tables)
        .rollback(
            new Rollbacks.Request(
                lake.executions().getFirst().id(), "user:ann", Seen.ALL, Rollbacks.Reach.ALONE),
            _ -> {});
    assertThat(rows()).containsExactly("1,old", "2,old", "3,old");

    put("raw/a/2.csv", "id,v\n2,right\n");

    assertThat(rows()).containsExactly("1,old", "2,right", "3,old");
  }
}
