package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.kernel.HosuException;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.Target.Mode;
import io.hosu.query.engine.QueryError;
import io.hosu.query.engine.SessionRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Records that are taken out of quarantine, corrected, and worked on once more. */
class RedrivesTest extends InLake {
  private static final Trigger CSV = new Trigger.Objects(List.of("raw/a/*.csv"));
  private static final String ROWS = "a.stage.rows";
  private static final String QUARANTINE = ROWS + "_quarantine";
  private static final String GOOD = "id,v\n1,a\n2,b\n3,c\n4,d\n5,e\n6,f\n7,g\n8,h\n9,i\n";

  private static StageSpec stage(Mode mode, List<String> key) {
    return stage("a.p.rows", CSV, mode, key);
  }

  private static StageSpec stage(String name, Trigger on, Mode mode, List<String> key) {
    StageSpec plain =
        Lake.stage(
            name,
            on,
            "SELECT id::INTEGER AS id, v FROM input",
            Lake.into(ROWS, mode, key, List.of()),
            BadRecords.QUARANTINE);
    return World.with(plain, new Running(Retry.STANDARD, Duration.ofHours(1), 2, true));
  }

  /** Whether the records are chosen, and are about to be read. */
  private static boolean takesRecordsOut(SessionRequest request) {
    return request.input() != null
        && request.views().stream().anyMatch(view -> view.name().equals(List.of("redriven")));
  }

  private void awaitSucceeded(int count) {
    while (lake.executions().stream()
            .filter(one -> one.status() == ExecutionStatus.SUCCEEDED)
            .count()
        < count) {
      Thread.onSpinWait();
    }
  }

  private List<String> rows() {
    return lake.query(ROWS, "SELECT id, v FROM t ORDER BY id, v");
  }

  private List<String> quarantine() {
    return lake.query(QUARANTINE, "SELECT object, line, text FROM t ORDER BY object, line, text");
  }

  private static Redrives.Request all(String... corrections) {
    return where("", corrections);
  }

  private static Redrives.Request where(String condition, String... corrections) {
    return new Redrives.Request(
        TableName.parse(QUARANTINE), Optional.empty(), condition, List.of(corrections), "user:ann");
  }

  private ExecutionDetail redrive(Redrives.Request request) {
    Execution begun = lake.redrives.begin(request).execution().orElseThrow();
    lake.finish();
    return lake.pipelines.executions().require(begun.id());
  }

  @Test
  void correctedRecordsArePublishedAndLeaveTheQuarantine() {
    lake.apply(stage(Mode.APPEND, List.of()));
    put("raw/a/1.csv", GOOD + "10;j\nx,k\n12,\"l,\"\"m\",n\n");
    assertThat(quarantine())
        .containsExactly(
            "raw/a/1.csv,11,10;j",
            "raw/a/1.csv,12,\"x,k\"",
            "raw/a/1.csv,13,\"12,\"\"l,\"\"\"\"m\"\",n\"");

    ExecutionDetail made = redrive(where("line = 11", "text = replace(text, ';', ',')"));

    assertThat(made.execution().status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    assertThat(made.execution().origin().by()).isEqualTo(Execution.By.REDRIVE);
    assertThat(made.execution().result().figures().rowsOut()).isEqualTo(1);
    assertThat(made.execution().result().note()).contains("raw/a/1.csv (line 11)", "user:ann");
    assertThat(made.inputs())
        .extracting(ExecutionInput::kind, ExecutionInput::name)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(ExecutionInput.Kind.TABLE, QUARANTINE),
            org.assertj.core.groups.Tuple.tuple(ExecutionInput.Kind.RECORDS, "raw/a/1.csv"));
    assertThat(rows()).hasSize(10).contains("10,j");
    assertThat(quarantine()).hasSize(2);

    redrive(all("text = replace(text, 'x', '11')", "text = replace(text, ',n', '')"));

    assertThat(rows()).hasSize(12).contains("11,k", "12,\"l,\"\"m\"");
    assertThat(quarantine()).isEmpty();
  }

  @Test
  void whatIsStillBadGoesBackWithItsNewReasonAndItsOldPlace() {
    lake.apply(stage(Mode.APPEND, List.of()));
    put("raw/a/1.csv", GOOD + "10;j\nx,k\n");

    ExecutionDetail made = redrive(all("text = replace(text, ';', ',,')"));

    assertThat(made.execution().status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    assertThat(made.execution().result().figures().rowsRejected()).isEqualTo(2);
    assertThat(rows()).hasSize(9);
    assertThat(quarantine()).containsExactly("raw/a/1.csv,11,\"10,,j\"", "raw/a/1.csv,12,\"x,k\"");
    assertThat(
            lake.query(QUARANTINE, "SELECT DISTINCT execution, version IS NOT NULL, stage FROM t"))
        .containsExactly(made.execution().id() + ",true,a.p.rows");

    redrive(all("text = replace(replace(text, ',,', ','), 'x', '11')"));

    assertThat(rows()).hasSize(11).contains("10,j", "11,k");
    assertThat(quarantine()).isEmpty();
  }

  @Test
  void recordsOfJsonLinesKeepTheirLines() {
    lake.apply(
        stage("a.p.rows", new Trigger.Objects(List.of("raw/a/*.jsonl")), Mode.APPEND, List.of()));
    put(
        "raw/a/1.jsonl",
        "{\"id\":1,\"v\":\"a\"}\n{\"id\":2,\"v\":\"b\"\n\n{\"id\":3 \"v\":\"c\"}\n");
    assertThat(lake.query(QUARANTINE, "SELECT line FROM t ORDER BY line"))
        .containsExactly("2", "4");

    redrive(all("text = CASE WHEN line = 2 THEN text || '}' ELSE text END"));

    assertThat(rows()).containsExactly("1,a", "2,b");
    assertThat(lake.query(QUARANTINE, "SELECT line FROM t")).containsExactly("4");
    redrive(all("text = replace(text, ' ', ',')"));
    assertThat(rows()).containsExactly("1,a", "2,b", "3,c");
  }

  @Test
  void aQuoteThatDoesNotEndTakesNoOtherRecordWithIt() {
    lake.apply(stage(Mode.APPEND, List.of()));
    put("raw/a/1.csv", GOOD + "10;j\n11,k,k\n");

    redrive(all("text = CASE WHEN line = 11 THEN '10,\"j' ELSE replace(text, ',k,k', ',k') END"));

    assertThat(rows()).hasSize(10).contains("11,k");
    assertThat(quarantine()).containsExactly("raw/a/1.csv,11,\"10,\"\"j\"");
  }

  @Test
  void whatNobodyChoseStartsNothing() {
    lake.apply(stage(Mode.APPEND, List.of()));
    put("raw/a/1.csv", GOOD + "10;j\n");

    assertThat(lake.redrives.begin(where("line = 7")).execution()).isEmpty();
    Redrives.Plan plan = lake.redrives.plan(all("text = replace(text, ';', ',')"));

    assertThat(plan.records()).isEqualTo(1);
    assertThat(plan.parts())
        .singleElement()
        .satisfies(part -> {
          assertThat(part.path("object").asText()).isEqualTo("raw/a/1.csv");
          assertThat(part.path("records").asLong()).isEqualTo(1);
        });
    assertThat(plan.samples().getFirst().path("text").asText()).isEqualTo("10,j");
    assertThat(lake.executions()).hasSize(1);
    assertThat(quarantine()).hasSize(1);
  }

  @Test
  void ofTwoThatChooseTheSameAtOnceOneFindsThemGone() {
    lake.apply(stage(Mode.APPEND, List.of()));
    put("raw/a/1.csv", GOOD + "10;j\n11;k\n");

    Execution one =
        lake.redrives.begin(all("text = replace(text, ';', ',')")).execution().orElseThrow();
    Execution two =
        lake.redrives.begin(all("text = replace(text, ';', ',')")).execution().orElseThrow();
    lake.finish();

    assertThat(rows()).hasSize(11).contains("10,j", "11,k");
    assertThat(quarantine()).isEmpty();
    assertThat(
            List.of(one, two).stream()
                .map(made -> lake.pipelines.executions().require(made.id()).execution())
                .map(made -> made.status() + " " + made.result().figures().rowsOut()))
        .containsExactlyInAnyOrder("SUCCEEDED 2", "SUCCEEDED 0");
  }

  @Test
  void whatIsSetAsideMeanwhileStays() {
    lake.apply(stage(Mode.APPEND, List.of()));
    put("raw/a/1.csv", GOOD + "10;j\n");
    AtomicBoolean first = new AtomicBoolean(true);
    lake.opening =
        request -> {
          if (takesRecordsOut(request) && first.getAndSet(false)) {
            lake.put("raw/a/2.csv", "id,v\n20,t\n21;u\n");
            awaitSucceeded(2);
          }
        };

    redrive(all("text = replace(text, ';', ',')"));

    assertThat(rows()).hasSize(11).contains("10,j", "20,t");
    assertThat(quarantine()).containsExactly("raw/a/2.csv,3,21;u");
  }

  @Test
  void aLaterVersionOfTheObjectReplacesWhatWasRedrivenToo() {
    lake.apply(stage(Mode.APPEND, List.of()));
    put("raw/a/1.csv", "id,v\n1,a\n2;b\n3;c\n");
    put("raw/a/2.csv", "id,v\n7,x\n8;y\n");
    redrive(where("object <> '' AND text <> '3;c'", "text = replace(text, ';', ',')"));
    assertThat(rows()).containsExactly("1,a", "2,b", "7,x", "8,y");

    put("raw/a/1.csv", "id,v\n1,new\n2,new\n3,new\n");

    // The records of 2.csv went together with them: they are set aside anew.
    assertThat(rows()).containsExactly("1,new", "2,new", "3,new", "7,x");
    assertThat(quarantine()).containsExactly("raw/a/2.csv,3,8;y");
    redrive(all("text = replace(text, ';', ',')"));
    assertThat(rows()).containsExactly("1,new", "2,new", "3,new", "7,x", "8,y");
    assertThat(quarantine()).isEmpty();
    assertThat(lake.deadLetters()).isEmpty();
  }

  @Test
  void aVersionThatComesWhileItsRecordsAreRedrivenWins() {
    lake.apply(stage(Mode.APPEND, List.of()));
    put("raw/a/1.csv", "id,v\n1,a\n2;b\n");
    AtomicBoolean first = new AtomicBoolean(true);
    lake.opening =
        request -> {
          if (takesRecordsOut(request) && first.getAndSet(false)) {
            lake.put("raw/a/1.csv", "id,v\n1,new\n2,new\n");
            awaitSucceeded(2);
          }
        };

    redrive(all("text = replace(text, ';', ',')"));

    assertThat(rows()).containsExactly("1,new", "2,new");
    assertThat(quarantine()).isEmpty();
  }

  @Test
  void keysMergeWhereTheStageMerges() {
    lake.apply(stage(Mode.MERGE, List.of("id")));
    put("raw/a/1.csv", "id,v\n1,a\n2,b\n1;late\n");

    redrive(all("text = replace(text, ';', ',')"));

    assertThat(rows()).containsExactly("1,late", "2,b");
    assertThat(quarantine()).isEmpty();
  }

  @Test
  void aRedriveThatFailsLeavesTheRecordsAndIsRetried() {
    lake.apply(stage(Mode.APPEND, List.of()));
    put("raw/a/1.csv", GOOD + "10;j\n");
    StageSpec good = stage(Mode.APPEND, List.of());
    lake.apply(
        Lake.stage(
            "a.p.rows",
            CSV,
            "SELECT error('no')::INTEGER AS id, v FROM input",
            good.into(),
            BadRecords.QUARANTINE));

    ExecutionDetail failed = redrive(all("text = replace(text, ';', ',')"));

    assertThat(failed.execution().status()).isEqualTo(ExecutionStatus.FAILED);
    assertThat(failed.execution().result().note())
        .isEqualTo("The records stay in quarantine as they were.");
    assertThat(quarantine()).hasSize(1);
    lake.apply(good);
    Execution again =
        lake.pipelines.retrying().retry(failed.execution().id(), "user:ann", Seen.ALL);
    lake.finish();
    assertThat(lake.pipelines.executions().require(again.id()).execution().status())
        .isEqualTo(ExecutionStatus.SUCCEEDED);
    assertThat(rows()).hasSize(10).contains("10,j");
    assertThat(quarantine()).isEmpty();
  }

  @Test
  void aRollbackPutsTheRecordsBack() {
    lake.apply(stage(Mode.APPEND, List.of()));
    put("raw/a/1.csv", "id,v\n1,a\n2;b\n");
    ExecutionDetail made = redrive(all("text = replace(text, ';', ',')"));
    assertThat(rows()).containsExactly("1,a", "2,b");

    lake.pipelines
        .rollbacks(lake.tables)
        .rollback(
            new Rollbacks.Request(
                made.execution().id(), "user:ann", Seen.ALL, Rollbacks.Reach.ALONE),
            _ -> {});

    assertThat(rows()).containsExactly("1,a");
    assertThat(quarantine()).containsExactly("raw/a/1.csv,3,2;b");
    put("raw/a/1.csv", "id,v\n1,a\n2,new\n");
    assertThat(rows()).containsExactly("1,a", "2,new");
    assertThat(quarantine()).isEmpty();
  }

  @Test
  void aStageThatCannotTakeRecordsByThemselvesSaysWhy() {
    lake.apply(stage(Mode.APPEND, List.of()));
    put("raw/a/1.csv", GOOD + "10;j\n");

    lake.apply(stage(Mode.OVERWRITE, List.of()));
    assertRefused(all(), PipelinesError.REDRIVE_REFUSED, "overwrites");
    lake.database.perform(
        tx -> lake.pipelines.stages().remove(tx, io.hosu.kernel.StageName.parse("a.p.rows")));
    assertRefused(all(), PipelinesError.REDRIVE_REFUSED, "No stage writes to a.stage.rows");
    lake.apply(
        stage("a.p.one", CSV, Mode.APPEND, List.of()),
        stage("a.p.two", CSV, Mode.APPEND, List.of()));
    assertRefused(all(), PipelinesError.REDRIVE_INVALID, "Several stages");
  }

  @Test
  void onlyExpressionsOverTheTableItselfAreLetPass() {
    lake.apply(stage(Mode.APPEND, List.of()));
    put("raw/a/1.csv", GOOD + "10;j\n");

    assertRefused(
        where("line IN (SELECT id FROM a.stage.rows)"),
        PipelinesError.REDRIVE_INVALID,
        "another table");
    assertRefused(
        where("text = (SELECT content FROM read_text('/etc/passwd'))"),
        QueryError.SQL_REFUSED,
        "read_text");
    assertRefused(where("lines = 3"), QueryError.SQL_INVALID, "lines");
    assertRefused(all("line = 4"), PipelinesError.REDRIVE_INVALID, "'line' cannot be corrected");
    assertRefused(all("text"), PipelinesError.REDRIVE_INVALID, "not a correction");
    assertRefused(
        where("true) UNION ALL SELECT * FROM a.stage.rows_quarantine WHERE (true"),
        PipelinesError.REDRIVE_INVALID,
        "more than once");
    assertRefused(all("text = ''"), PipelinesError.RECORD_INCOMPLETE, "no text");
    assertThat(quarantine()).hasSize(1);
    assertThat(lake.executions()).hasSize(1);
  }

  @Test
  void whatIsSomethingElseEachTimeIsNoConditionAndNoCorrection() {
    lake.apply(stage(Mode.APPEND, List.of()));
    put("raw/a/1.csv", GOOD + "10;j\n");

    for (String changing :
        List.of("random() > 0.5", "now() > TIMESTAMP '2026-01-01'", "CURRENT_DATE IS NOT NULL")) {
      assertRefused(where(changing), PipelinesError.REDRIVE_INVALID, "something else each time");
    }
    assertRefused(all("text = '9,' || uuid()"), PipelinesError.REDRIVE_INVALID, "asks for uuid");
    assertThat(quarantine()).hasSize(1);
  }

  @Test
  void aCorrectionMakesOneRecordOfOne() {
    lake.apply(stage(Mode.APPEND, List.of()));
    put("raw/a/1.csv", GOOD + "10;j\n");

    assertRefused(
        all("text = '10,j' || chr(10) || '11,k'"),
        PipelinesError.REDRIVE_INVALID,
        "1 of the chosen records in a.stage.rows_quarantine would be more than one record");
    assertThat(rows()).hasSize(9);

    redrive(all("text = '10,\"j' || chr(10) || 'k\"' || chr(10)"));
    assertThat(lake.query("a.stage.rows", "SELECT count(*) FROM t")).containsExactly("10");
    assertThat(quarantine()).isEmpty();
  }

  @Test
  void aCorrectionMakesOneJsonValueOfOne() {
    lake.apply(
        stage("a.p.rows", new Trigger.Objects(List.of("raw/a/*.jsonl")), Mode.APPEND, List.of()));
    put("raw/a/1.jsonl", "{\"id\":1,\"v\":\"a\"}\n{\"id\":2,\"v\":}\n");

    assertRefused(
        all("text = '{\"id\":2}' || chr(10) || '{\"id\":3}'"),
        PipelinesError.REDRIVE_INVALID,
        "more than one record");
    redrive(all("text = '{\"id\":2,' || chr(10) || '\"v\":\"}{\"}'"));
    assertThat(rows()).containsExactly("1,a", "2,}{");
  }

  private void assertRefused(Redrives.Request request, io.hosu.kernel.ErrorCode code, String what) {
    assertThatThrownBy(() -> lake.redrives.begin(request))
        .isInstanceOfSatisfying(
            HosuException.class,
            refused -> {
              assertThat(refused.code()).isEqualTo(code);
              assertThat(refused.what()).contains(what);
            });
  }
}
