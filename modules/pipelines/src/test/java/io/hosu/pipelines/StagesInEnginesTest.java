package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.events.DeadLetter;
import io.hosu.events.Schedule;
import io.hosu.events.ScheduleRule.CatchUp;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.Target.Mode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Stages over real objects, engines and tables. */
class StagesInEnginesTest {
  private static final Trigger FLIGHTS = new Trigger.Objects(List.of("raw/aviation/flights/*.csv"));
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss");
  private static final String TABLE = "aviation.stage.flights";
  private static final String SELECT =
      "SELECT id, day::DATE AS day, delay::INTEGER AS delay FROM input";

  private static final Retry AT_ONCE = new Retry(4, Duration.ofMillis(10), BigDecimal.ONE);

  private Lake lake;

  @BeforeEach
  void open(@TempDir Path directory) throws IOException {
    lake = new Lake(directory);
  }

  @AfterEach
  void close() {
    lake.close();
  }

  private static StageSpec flights(Mode mode, List<String> key, List<String> partitions) {
    return Lake.stage(
        "aviation.flights.clean", FLIGHTS, SELECT, Lake.into(TABLE, mode, key, partitions));
  }

  private static StageSpec flights(Retry retry) {
    StageSpec one = flights(Mode.APPEND, List.of(), List.of());
    return World.with(one, new Running(retry, Duration.ofMinutes(5), 1, true));
  }

  private List<String> rows() {
    return lake.query(TABLE, "SELECT id, day, delay FROM t ORDER BY id, delay");
  }

  @Test
  void anObjectBecomesRowsOfAGovernedTable() {
    lake.apply(flights(Mode.APPEND, List.of(), List.of()));
    lake.put("raw/aviation/flights/1.csv", "id,day,delay\n1,2026-01-05,7\n2,2026-01-06,\n");
    lake.finish();
    lake.put("raw/aviation/flights/2.csv", "id,day,delay\n3,2026-02-01,9\n");
    lake.put("raw/aviation/flights/2.csv", "id,day,delay\n3,2026-02-01,9\n");
    lake.finish();

    assertThat(rows()).containsExactly("1,2026-01-05,7", "2,2026-01-06,", "3,2026-02-01,9");
    ExecutionDetail first = lake.pipelines.executions().require(lake.executions().getLast().id());
    assertThat(first.execution().status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    assertThat(first.execution().result().figures().rowsOut()).isEqualTo(2);
    assertThat(first.inputs())
        .extracting(ExecutionInput::name)
        .containsExactly("raw/aviation/flights/1.csv");
    assertThat(first.outputs())
        .singleElement()
        .satisfies(output -> {
          assertThat(output.table()).isEqualTo(TABLE);
          assertThat(output.snapshot()).isNotEmpty();
          assertThat(output.rows()).isEqualTo(2);
        });
    assertThat(first.attempts().getFirst().course().steps())
        .extracting(Attempt.Step::name)
        .contains("read", "write", "prepare", "publish");
  }

  /** Kills the engines, as the machine does, under each of the first {@code most} attempts. */
  private void killEngines(int most) {
    AtomicInteger sessions = new AtomicInteger();
    lake.opened =
        () -> {
          if (sessions.incrementAndGet() <= most) {
            Lake.engines().pids().stream()
                .flatMap(pid -> ProcessHandle.of(pid).stream())
                .filter(ProcessHandle::destroyForcibly)
                .forEach(engine -> engine.onExit().join());
          }
        };
  }

  private List<String> failedAttempts() {
    return lake.executions().stream()
        .flatMap(one -> lake.pipelines.executions().require(one.id()).attempts().stream())
        .flatMap(attempt -> Optional.ofNullable(attempt.failure()).stream())
        .map(Attempt.Failure::code)
        .toList();
  }

  @Test
  void anAttemptWhoseEngineIsKilledFromOutsideIsMadeAgain() {
    killEngines(1);
    lake.apply(flights(AT_ONCE));
    lake.put("raw/aviation/flights/1.csv", "id,day,delay\n1,2026-01-05,7\n");

    lake.finish();

    assertThat(failedAttempts()).containsExactly("ENGINE_CRASHED");
    assertThat(lake.deadLetters()).isEmpty();
    assertThat(lake.executions())
        .singleElement()
        .satisfies(one -> {
          assertThat(one.status()).isEqualTo(ExecutionStatus.SUCCEEDED);
          assertThat(one.tries().failures()).isEqualTo(1);
        });
    assertThat(rows()).containsExactly("1,2026-01-05,7");
  }

  @Test
  void anObjectUnderWhichTwoEnginesInARowDieIsADeadLetter() {
    killEngines(2);
    lake.apply(flights(AT_ONCE));
    lake.put("raw/aviation/flights/1.csv", "id,day,delay\n1,2026-01-05,7\n");

    lake.finish();

    assertThat(failedAttempts()).containsExactly("ENGINE_CRASHED", "ENGINE_CRASHED");
    assertThat(lake.deadLetters())
        .singleElement()
        .satisfies(letter -> assertThat(letter.cause().code()).isEqualTo("ENGINE_CRASHED"));
  }

  @Test
  void anExecutionTellsWhatWasReadWhereItsFilesAreAndWhatItsEngineSaid() {
    lake.apply(
        Lake.stage(
            "aviation.flights.load",
            FLIGHTS,
            "SELECT id, delay FROM input WHERE delay > 7",
            Lake.into(TABLE, Mode.APPEND, List.of(), List.of())));
    lake.put("raw/aviation/flights/1.csv", "id,delay\n1,7\n2,9\n3,5\n");
    lake.finish();

    ExecutionDetail only = lake.pipelines.executions().require(lake.executions().getFirst().id());
    assertThat(only.execution().result().figures().rowsIn()).isEqualTo(3);
    assertThat(only.execution().result().figures().rowsOut()).isEqualTo(1);
    assertThat(only.outputs().getFirst().paths())
        .singleElement()
        .asString()
        .startsWith("s3://stage/")
        .endsWith(".parquet");
    Course course = only.attempts().getFirst().course();
    assertThat(course.cpu().toMillis())
        .isEqualTo(only.execution().result().figures().cpuMillis())
        .isPositive();
    assertThat(course.log()).hasSize(2);
    assertThat(course.log().get(0))
        .endsWith(
            "reads raw/aviation/flights/1.csv as CSV with the delimiter ',': id BIGINT, delay"
                + " BIGINT");
    assertThat(course.log().get(1))
        .contains("read 3 rows of objects and tables; wrote 1 rows in 1 files, ");
  }

  @Test
  void anAttemptThatFailsTellsWhatItsEngineSaidAndUsed() {
    lake.apply(flights(Mode.APPEND, List.of(), List.of()));
    lake.put(
        "raw/aviation/flights/1.csv", "id,day,delay\n" + "1,2026-01-05,7\n".repeat(50_000) + "2\n");
    lake.finish();

    ExecutionDetail only = lake.pipelines.executions().require(lake.executions().getFirst().id());
    assertThat(only.execution().status()).isEqualTo(ExecutionStatus.FAILED);
    Course course = only.attempts().getFirst().course();
    assertThat(course.log()).anyMatch(line -> line.contains("the engine says: "));
    assertThat(course.log().getLast()).contains("failed with BAD_RECORD: ");
    assertThat(course.cpu()).isPositive();
    assertThat(only.execution().result().figures().cpuMillis()).isEqualTo(course.cpu().toMillis());
  }

  @Test
  void rowsInCountRejectedRecordsAndNotTheRowsThatAreMergedInto() {
    lake.apply(
        Lake.stage(
            "aviation.flights.clean",
            FLIGHTS,
            SELECT,
            Lake.into(TABLE, Mode.MERGE, List.of("id"), List.of()),
            BadRecords.QUARANTINE));
    lake.put("raw/aviation/flights/1.csv", "id,day,delay\n1,2026-01-05,7\n2,2026-01-06,8\n");
    lake.finish();
    lake.put("raw/aviation/flights/2.csv", "id,day,delay\n2,2026-01-06,80\nbad\n");
    lake.finish();

    assertThat(lake.executions())
        .extracting(execution -> execution.result().figures().rowsIn())
        .containsExactly(2L, 2L);
    assertThat(lake.executions().getFirst().result().figures().rowsRejected()).isEqualTo(1);
  }

  @Test
  void aScheduledStageRunsOverTheTablesItReadsAtItsMoment() {
    lake.apply(flights(Mode.APPEND, List.of(), List.of()));
    lake.put("raw/aviation/flights/1.csv", "id,day,delay\n1,2026-01-05,7\n2,2026-01-06,8\n");
    lake.finish();
    LocalDateTime soon = LocalDateTime.now(ZoneOffset.UTC).plusSeconds(2).withNano(0);
    Schedule schedule =
        Schedule.parse("at(%s)".formatted(TIME.format(soon)), ZoneOffset.UTC, Schedule.Span.ALWAYS);
    lake.apply(
        Lake.stage(
            "aviation.flights.count",
            new Trigger.Scheduled(schedule, Duration.ZERO, CatchUp.ONCE),
            "SELECT count(*) AS n FROM stage.flights",
            Lake.into("aviation.stage.counts", Mode.OVERWRITE, List.of(), List.of())));
    while (lake.executions().size() < 2) {
      Thread.onSpinWait();
    }
    lake.finish();

    assertThat(lake.deadLetters()).isEmpty();
    assertThat(lake.query("aviation.stage.counts", "SELECT n FROM t")).containsExactly("2");
    assertThat(lake.executions()).hasSize(2);
  }

  @Test
  void rowsAreMergedByTheirKeyAndTheLastOneWins() {
    lake.apply(flights(Mode.MERGE, List.of("id"), List.of()));
    lake.put("raw/aviation/flights/1.csv", "id,day,delay\n1,2026-01-05,7\n2,2026-01-06,8\n");
    lake.finish();
    lake.put(
        "raw/aviation/flights/2.csv",
        "id,day,delay\n2,2026-01-06,80\n3,2026-01-07,9\n3,2026-01-07,90\n");
    lake.finish();
    lake.put("raw/aviation/flights/3.csv", "id,day,delay\n4,2026-01-08,1\n");
    lake.finish();

    assertThat(lake.deadLetters()).isEmpty();
    assertThat(rows())
        .containsExactly("1,2026-01-05,7", "2,2026-01-06,80", "3,2026-01-07,90", "4,2026-01-08,1");
  }

  @Test
  void anOverwrittenTableHoldsWhatAllObjectsHoldNow() {
    lake.apply(flights(Mode.OVERWRITE, List.of(), List.of("month(day)")));
    lake.put("raw/aviation/flights/1.csv", "id,day,delay\n1,2026-01-05,7\n");
    lake.finish();
    lake.put("raw/aviation/flights/2.csv", "id,day,delay\n2,2026-02-05,8\n");
    lake.finish();
    lake.put("raw/aviation/flights/1.csv", "id,day,delay\n1,2026-01-05,70\n");
    lake.finish();

    assertThat(lake.deadLetters()).isEmpty();
    assertThat(rows()).containsExactly("1,2026-01-05,70", "2,2026-02-05,8");
    assertThat(lake.tables.plan(TableName.parse(TABLE)).files()).hasSize(2);
  }

  @Test
  void anOverwrittenTableIsEmptyOnceNoObjectIsLeftAndKeepsItsColumns() {
    lake.apply(flights(Mode.OVERWRITE, List.of(), List.of("month(day)")));
    lake.put("raw/aviation/flights/1.csv", "id,day,delay\n1,2026-01-05,7\n");
    lake.finish();
    assertThat(rows()).hasSize(1);

    lake.delete("raw/aviation/flights/1.csv");
    lake.finish();

    assertThat(rows()).isEmpty();
    assertThat(lake.executions())
        .allMatch(it -> it.status() == ExecutionStatus.SUCCEEDED)
        .anyMatch(it -> String.valueOf(it.result().note()).contains("No object is left"));
  }

  @Test
  void aBadRecordBecomesADeadLetterThatNamesItsLineAndTheOthersArePublished() {
    lake.apply(flights(Mode.APPEND, List.of(), List.of()));
    lake.put("raw/aviation/flights/1.csv", "id,day,delay\n1,2026-01-05,7\n");
    lake.put("raw/aviation/flights/2.csv", "id,day,delay\n2,2026-01-05,7\n3,2026-01-05,8,oops\n");
    lake.put("raw/aviation/flights/3.csv", "id,day,delay\n4,2026-01-06,9\n");
    lake.finish();

    assertThat(lake.deadLetters()).hasSize(1);
    DeadLetter letter = lake.deadLetters().getFirst();
    assertThat(letter.cause().code()).isEqualTo("BAD_RECORD");
    assertThat(letter.cause().object()).contains("raw/aviation/flights/2.csv");
    assertThat(letter.cause().line()).contains(3L);
    assertThat(letter.cause().sample().orElse("")).contains("oops");
    assertThat(rows()).containsExactly("1,2026-01-05,7", "4,2026-01-06,9");
  }

  @Test
  void badRecordsAreKeptInTheQuarantineTableOfTheSameExecution() {
    lake.apply(
        Lake.stage(
            "aviation.flights.clean",
            FLIGHTS,
            SELECT,
            Lake.into(TABLE, Mode.APPEND, List.of(), List.of()),
            BadRecords.QUARANTINE));
    lake.put("raw/aviation/flights/2.csv", "id,day,delay\n2,2026-01-05,7\n3,2026-01-05,8,oops\n");
    lake.finish();

    assertThat(lake.deadLetters()).isEmpty();
    assertThat(rows()).containsExactly("2,2026-01-05,7");
    assertThat(
            lake.query(
                TABLE + "_quarantine",
                "SELECT object, line, text LIKE '%oops%' AS text, execution, \"at\" IS NOT NULL"
                    + " FROM t"))
        .containsExactly(
            "raw/aviation/flights/2.csv,3,true," + lake.executions().getFirst().id() + ",true");
    assertThat(lake.executions().getFirst().result().figures().rowsRejected()).isEqualTo(1);
  }

  @Test
  void aStageStartsWhenTheTablesThatItWaitsForWereRefreshed() {
    lake.apply(
        flights(Mode.APPEND, List.of(), List.of()),
        Lake.stage(
            "aviation.flights.delays",
            new Trigger.Tables(List.of(TableName.parse(TABLE))),
            "SELECT count(*) AS flights, sum(delay) AS delay FROM stage.flights",
            Lake.into("aviation.analytics.delays", Mode.OVERWRITE, List.of(), List.of())));
    lake.put("raw/aviation/flights/1.csv", "id,day,delay\n1,2026-01-05,7\n2,2026-01-06,8\n");
    lake.finish();

    assertThat(lake.deadLetters()).isEmpty();
    assertThat(lake.query("aviation.analytics.delays", "SELECT flights, delay FROM t"))
        .containsExactly("2,15");
  }

  @Test
  void aStageMayNotReadTheTablesOfAnotherDomain() {
    lake.apply(
        flights(Mode.APPEND, List.of(), List.of()),
        Lake.stage(
            "sales.spy.look",
            new Trigger.Tables(List.of(TableName.parse("sales.stage.orders"))),
            "SELECT * FROM aviation.stage.flights",
            Lake.into("sales.stage.copy", Mode.APPEND, List.of(), List.of())));
    lake.put("raw/aviation/flights/1.csv", "id,day,delay\n1,2026-01-05,7\n");
    lake.finish();

    lake.pipelines.run(io.hosu.kernel.StageName.parse("sales.spy.look"));
    lake.finish();

    Execution execution = lake.executions().getFirst();
    assertThat(execution.status()).isEqualTo(ExecutionStatus.FAILED);
    assertThat(execution.toJson().path("cause_code").asText()).isEqualTo("PERMISSION_DENIED");
  }

  private static StageSpec plain(Mode mode, List<String> partitions, BadRecords badRecords) {
    return Lake.stage(
        "aviation.flights.clean",
        new Trigger.Objects(List.of("raw/aviation/flights/*")),
        "SELECT * FROM input",
        Lake.into(TABLE, mode, mode == Mode.MERGE ? List.of("id") : List.of(), partitions),
        badRecords);
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void aColumnWithoutAValueTakesTheTypeThatTheTableHas(Mode mode) {
    lake.apply(plain(mode, List.of(), BadRecords.FAIL));
    lake.put("raw/aviation/flights/1.csv", "id,day,delay\n1,2026-01-05,7\n");
    lake.finish();
    lake.put("raw/aviation/flights/2.csv", "id,day,delay\n2,2026-01-06,\n3,,\n");
    lake.put("raw/aviation/flights/3.json", "[{\"id\": 4, \"day\": null, \"delay\": null}]");
    lake.finish();
    lake.put("raw/aviation/flights/4.csv", "id,day,delay\n1,,\n");
    lake.finish();

    assertThat(lake.deadLetters()).isEmpty();
    assertThat(lake.query(TABLE, "SELECT typeof(id), typeof(delay) FROM t LIMIT 1"))
        .containsExactly("BIGINT,BIGINT");
    assertThat(rows()).contains("2,2026-01-06,", "3,,", "4,,", "1,,");
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void aHeaderAloneChangesNoColumn(Mode mode) {
    lake.apply(plain(mode, List.of("day(day)"), BadRecords.FAIL));
    lake.put("raw/aviation/flights/0.csv", "id,day,delay\n");
    lake.finish();
    assertThat(lake.executions().getFirst().result().figures().rowsOut()).isZero();
    lake.put("raw/aviation/flights/1.csv", "id,day,delay\n1,2026-01-05,7\n");
    lake.finish();
    lake.put("raw/aviation/flights/2.csv", "id,day,delay\n");
    lake.finish();

    assertThat(lake.deadLetters()).isEmpty();
    assertThat(lake.executions())
        .extracting(Execution::status)
        .containsOnly(ExecutionStatus.SUCCEEDED);
    assertThat(rows()).containsExactly("1,2026-01-05,7");
  }

  @Test
  void aQuarantineMayTakeEveryRecord() {
    lake.apply(plain(Mode.APPEND, List.of(), BadRecords.QUARANTINE));
    lake.put("raw/aviation/flights/1.csv", "id,day,delay\n1,2026-01-05,7\n");
    lake.finish();
    lake.put("raw/aviation/flights/2.csv", "id,day,delay\n2,2026-01-06,7,oops\n3,2026-01-06\n");
    lake.finish();

    assertThat(lake.deadLetters()).isEmpty();
    assertThat(rows()).containsExactly("1,2026-01-05,7");
    assertThat(lake.executions().getFirst().result().figures().rowsRejected()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"NULL", "CAST(NULL AS VARCHAR)", "[]", "json_extract('{}', '$.a')"})
  void nothingFitsAColumnOfAnyTypeHoweverTheSqlSaysIt(String nothing) {
    lake.apply(flights(Mode.APPEND, List.of(), List.of()));
    lake.put("raw/aviation/flights/1.csv", "id,day,delay\n1,2026-01-05,7\n");
    lake.finish();
    lake.apply(
        Lake.stage(
            "aviation.flights.clean",
            FLIGHTS,
            "SELECT id, day, NULLIF(%s, %s) AS delay FROM input".formatted(nothing, nothing),
            Lake.into(TABLE, Mode.APPEND, List.of(), List.of())));
    lake.put("raw/aviation/flights/2.csv", "id,day,delay\n2,2026-01-05,7\n");
    lake.finish();

    assertThat(lake.deadLetters()).isEmpty();
    assertThat(rows()).containsExactly("1,2026-01-05,7", "2,2026-01-05,");
  }

  @Test
  void aNewColumnComesWithItsFirstValueAndTheExecutionSaysSo() {
    lake.apply(plain(Mode.APPEND, List.of(), BadRecords.FAIL));
    lake.put("raw/aviation/flights/1.csv", "id,day,delay\n1,2026-01-05,\n");
    lake.finish();
    assertThat(lake.executions().getFirst().result().note())
        .contains("Columns without any value", "delay");
    lake.put("raw/aviation/flights/2.csv", "id,day,delay\n2,2026-01-06,8\n");
    lake.finish();

    assertThat(lake.deadLetters()).isEmpty();
    assertThat(rows()).containsExactly("1,2026-01-05,", "2,2026-01-06,8");
  }

  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"APPEND", "MERGE"})
  void namesOfDigitsAndWholeAmountsJoinATableOfTextsAndFractions(Mode mode) {
    lake.apply(
        Lake.stage(
            "aviation.flights.clean",
            new Trigger.Objects(List.of("raw/aviation/flights/*")),
            "SELECT name, amount FROM input",
            Lake.into(TABLE, mode, mode == Mode.MERGE ? List.of("name") : List.of(), List.of())));
    lake.put("raw/aviation/flights/1.csv", "name,amount\nbolt,1.5\n");
    lake.finish();
    lake.put("raw/aviation/flights/2.csv", "name,amount\n007,2\n");
    lake.put("raw/aviation/flights/3.json", "[{\"name\":8,\"amount\":3}]");
    lake.finish();

    assertThat(lake.deadLetters()).isEmpty();
    assertThat(lake.query(TABLE, "SELECT name, amount FROM t ORDER BY name"))
        .containsExactly("007,2.0", "8,3.0", "bolt,1.5");
  }

  @Test
  void anObjectWithoutAByteIsNamedInTheNoteOfItsExecution() {
    StageSpec stage = plain(Mode.OVERWRITE, List.of(), BadRecords.FAIL);
    lake.apply(stage);
    lake.put("raw/aviation/flights/1.csv", "id,day,delay\n1,2026-01-05,7\n");
    lake.finish();
    lake.put("raw/aviation/flights/2.csv", "");
    lake.finish();

    assertThat(lake.deadLetters()).isEmpty();
    assertThat(rows()).containsExactly("1,2026-01-05,7");
    assertThat(lake.executions().getFirst().result().note())
        .isEqualTo("Without a record: raw/aviation/flights/2.csv.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT nothing FROM input",
        "SELECT id FROM inputs",
        "SELECT id FROM input WHERE",
        "SELECT upper(5) FROM input"
      })
  void sqlThatIsWrongForEveryInputFailsOnceForAllMessages(String sql) {
    StageSpec right = flights(Mode.APPEND, List.of(), List.of());
    lake.apply(
        new StageSpec(
            right.name(),
            right.on(),
            new Batch(8, Duration.ofSeconds(30)),
            right.input(),
            new Transform.Sql("q.sql", sql),
            right.into(),
            right.running()));
    for (int i = 0; i < 8; i++) {
      lake.put("raw/aviation/flights/%d.csv".formatted(i), "id,day,delay\n1,2026-01-05,7\n");
    }
    lake.finish();

    assertThat(lake.executions()).hasSize(1);
    assertThat(lake.deadLetters()).hasSize(8);
    assertThat(lake.deadLetters())
        .extracting(letter -> letter.cause().code())
        .containsOnly(sql.contains("nothing") ? "COLUMN_NOT_IN_RECORDS" : "SQL_INVALID");
  }

  @Test
  void anObjectWhoseColumnsDoNotFitTheSqlIsSetAsideAndTheOthersArePublished() {
    lake.apply(
        Lake.stage(
            "aviation.flights.clean",
            FLIGHTS,
            "SELECT id, date_trunc('day', day) AS day, delay + 0 AS delay FROM input",
            Lake.into(TABLE, Mode.APPEND, List.of(), List.of())));
    lake.put("raw/aviation/flights/1.csv", "id,day,delay\n1,2026-01-05,7\n");
    lake.put("raw/aviation/flights/2.csv", "id,delay\n2,8\n");
    lake.put("raw/aviation/flights/3.csv", "id,day,delay,x\n3,someday,7,1\n");
    lake.put("raw/aviation/flights/4.csv", "id,day,delay\n4,2026-01-06,9\n");
    lake.finish();

    assertThat(lake.deadLetters())
        .extracting(letter -> letter.cause().object().orElse(""))
        .contains("raw/aviation/flights/3.csv");
    assertThat(lake.query(TABLE, "SELECT id FROM t ORDER BY id")).contains("1", "4");
  }

  @ParameterizedTest
  @ValueSource(strings = {"csv", "jsonl"})
  void aRecordThatIsTooLongSaysWhichKeyOfTheStageAllowsIt(String format) {
    String text = "x".repeat(5000);
    String record = format.equals("csv") ? "id,t\n1,%s\n" : "{\"id\": 1, \"t\": \"%s\"}\n";
    lake.apply(withRecordsOf(1000));
    lake.put("raw/aviation/flights/1." + format, record.formatted(text));
    lake.finish();
    assertThat(lake.deadLetters())
        .singleElement()
        .satisfies(letter -> {
          assertThat(letter.cause().code()).isEqualTo("BAD_RECORD");
          assertThat(letter.cause().remedy()).contains("max_record_bytes in the stage");
        });

    lake.apply(withRecordsOf(10_000));
    lake.put("raw/aviation/flights/2." + format, record.formatted(text));
    lake.finish();
    assertThat(lake.deadLetters()).hasSize(1);
    assertThat(lake.query(TABLE, "SELECT id, length(t) FROM t")).containsExactly("1,5000");
  }

  private static StageSpec withRecordsOf(long bytes) {
    StageSpec stage = plain(Mode.APPEND, List.of(), BadRecords.FAIL);
    return new StageSpec(
        stage.name(),
        stage.on(),
        stage.batch(),
        new Input(FormatSpec.BY_ENDING, BadRecords.FAIL, Reprocess.CHANGED, bytes),
        stage.transform(),
        stage.into(),
        stage.running());
  }

  /** Tried once. */
  private static StageSpec within(Duration timeout, @Nullable Long memory, String sql) {
    StageSpec stage =
        Lake.stage(
            "aviation.flights.heavy",
            FLIGHTS,
            sql,
            Lake.into(TABLE, Mode.OVERWRITE, List.of(), List.of()));
    return World.with(
        stage,
        new Running(
            new Retry(1, Duration.ofSeconds(1), BigDecimal.ONE), timeout, 1, true, memory, null));
  }

  private void failsWith(String code, StageSpec stage) {
    lake.apply(stage);
    lake.put("raw/aviation/flights/1.csv", "id\n1\n");
    lake.finish();
    assertThat(lake.executions().getFirst().result().cause())
        .isNotNull()
        .satisfies(cause -> assertThat(cause.code()).isEqualTo(code));
  }

  @Test
  void anAttemptThatTakesLongerThanItsStageAllowsIsEnded() {
    String sql = "SELECT sum(a.range * b.range) AS s FROM range(100000000) a, range(100000000) b";

    failsWith("EXECUTION_TIMED_OUT", within(Duration.ofSeconds(2), null, sql));

    lake.apply(within(Duration.ofMinutes(1), null, "SELECT 1 AS s"));
    lake.put("raw/aviation/flights/2.csv", "id\n2\n");
    lake.finish();
    assertThat(lake.query(TABLE, "SELECT s FROM t")).containsExactly("1");
  }

  @Test
  void aStageGetsNoMoreMemoryThanItSays() {
    String sql = "SELECT length(list(repeat('x', 1000) || range)) AS s FROM range(100000)";

    failsWith("MEMORY_EXCEEDED", within(Duration.ofMinutes(1), 64L << 20, sql));

    lake.apply(within(Duration.ofMinutes(1), null, sql));
    lake.put("raw/aviation/flights/2.csv", "id\n2\n");
    lake.finish();
    assertThat(lake.query(TABLE, "SELECT s FROM t")).containsExactly("100000");
  }

  @Test
  void aValueThatCannotBeConvertedSetsItsObjectAside() {
    lake.apply(flights(Mode.APPEND, List.of(), List.of()));
    lake.put("raw/aviation/flights/1.csv", "id,day,delay\n1,2026-01-05,7\n");
    lake.put("raw/aviation/flights/2.csv", "id,day,delay\n2,someday,7\n");
    lake.put("raw/aviation/flights/3.csv", "id,day,delay\n4,2026-01-06,9\n");
    lake.finish();

    assertThat(rows()).containsExactly("1,2026-01-05,7", "4,2026-01-06,9");
    assertThat(lake.deadLetters())
        .extracting(letter -> letter.cause().code())
        .containsExactly("SQL_FAILED");
  }
}
