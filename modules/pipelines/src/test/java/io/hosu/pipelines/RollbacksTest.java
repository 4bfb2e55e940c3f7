package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.events.DeadLetter;
import io.hosu.events.Redriving;
import io.hosu.kernel.ErrorCode;
import io.hosu.kernel.Event;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Json;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.Target.Mode;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What executions published is taken back. */
class RollbacksTest extends InLake {
  private static final String ROWS = "a.stage.rows";
  private static final String SUM = "a.analytics.sum";

  private static StageSpec rows(Mode mode) {
    return Lake.stage(
        "a.p.rows",
        new Trigger.Objects(List.of("raw/a/*.csv")),
        "SELECT id FROM input",
        Lake.into(ROWS, mode, List.of(), List.of()));
  }

  private static StageSpec sum() {
    return Lake.stage(
        "a.q.sum",
        new Trigger.Tables(List.of(TableName.parse(ROWS)), Trigger.Tables.When.ALL),
        "SELECT count(*) AS n FROM stage.rows",
        Lake.into(SUM, Mode.OVERWRITE, List.of(), List.of()));
  }

  private List<String> ids() {
    return lake.query(ROWS, "SELECT id FROM t ORDER BY id");
  }

  private List<String> counted() {
    return lake.query(SUM, "SELECT n FROM t");
  }

  private List<Execution> of(String stage) {
    return lake.executions().stream()
        .filter(execution -> execution.stage().toString().equals(stage))
        .toList();
  }

  private Execution newest(String stage) {
    return of(stage).getFirst();
  }

  private static Rollbacks.Request request(Execution execution, Rollbacks.Reach reach) {
    return new Rollbacks.Request(execution.id(), "user:ann", Seen.ALL, reach);
  }

  private RolledBack back(Execution execution, Rollbacks.Reach reach) {
    RolledBack done =
        lake.pipelines.rollbacks(lake.tables).rollback(request(execution, reach), _ -> {});
    lake.finish();
    return done;
  }

  private RolledBack back(Execution execution) {
    return back(execution, Rollbacks.Reach.ALONE);
  }

  private Conflict refuses(Execution execution, ErrorCode code) {
    try {
      back(execution);
    } catch (Conflict e) {
      assertThat(e.code()).isEqualTo(code);
      return e;
    }
    throw new AssertionError("It was not refused.");
  }

  @Test
  void itsTableGoesBackAndItsObjectCountsAsNotProcessed() {
    lake.apply(rows(Mode.APPEND));
    put("raw/a/1.csv", "id\n1\n");
    put("raw/a/2.csv", "id\n2\n");
    Execution second = newest("a.p.rows");

    RolledBack done = back(second);

    assertThat(ids()).containsExactly("1");
    assertThat(done.executions()).extracting(Execution::id).containsExactly(second.id());
    Execution by = newest("a.p.rows");
    assertThat(by.origin().by()).isEqualTo(Execution.By.ROLLBACK);
    assertThat(by.origin().parent()).isEqualTo(second.id());
    assertThat(by.status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    ExecutionDetail old = lake.pipelines.executions().require(second.id());
    assertThat(old.execution().result().rolledBackBy()).isEqualTo(by.id());
    assertThat(lake.pipelines.executions().require(by.id()).outputs())
        .singleElement()
        .extracting(ExecutionOutput::operation)
        .isEqualTo("rollback");
    lake.pipelines.run(second.stage());
    lake.finish();
    assertThat(ids()).containsExactly("1", "2");
  }

  @Test
  void itsEventsAreWorkedOnAnewByARetryOnly() {
    lake.apply(rows(Mode.APPEND));
    put("raw/a/1.csv", "id\n1\n");
    Execution first = newest("a.p.rows");
    back(first);
    assertThat(ids()).isEmpty();
    assertThat(lake.pipelines.pending().isNone()).isTrue();

    Execution again = lake.pipelines.retrying().retry(first.id(), "user:ann", Seen.ALL);
    lake.finish();

    assertThat(ids()).containsExactly("1");
    assertThat(again.origin().events()).isEqualTo(first.origin().events());
  }

  /** The log has the event as it was before a person corrected it, which could not be worked on. */
  @Test
  void aRetryWorksOnAnEventAsItWasCorrected() {
    lake.apply(
        Lake.stage(
            "a.p.rows",
            Trigger.Pattern.onBusOf(
                "a", (ObjectNode) Json.parse("{\"source\": [\"com.example\"]}")),
            "SELECT id::INTEGER AS id FROM input",
            Lake.into(ROWS, Mode.APPEND, List.of(), List.of())));
    lake.event("a", "com.example", "Order Placed", "{\"id\": \"one\"}");
    lake.finish();
    DeadLetter letter = lake.deadLetters().getFirst();
    Event corrected = letter.event().with(letter.event().resources(), Json.object().put("id", "1"));
    Redriving redriving = new Redriving(lake.database, lake.queues);
    redriving.edit(letter.id(), corrected, "user:ann");
    redriving.redrive(List.of(letter.id()), "user:ann");
    lake.finish();
    assertThat(ids()).containsExactly("1");
    Execution first = newest("a.p.rows");
    back(first);
    assertThat(ids()).isEmpty();

    Execution again = lake.pipelines.retrying().retry(first.id(), "user:ann", Seen.ALL);
    lake.finish();

    assertThat(ids()).containsExactly("1");
    assertThat(lake.deadLetters()).isEmpty();
    back(again);
    lake.pipelines.retrying().retry(again.id(), "user:ann", Seen.ALL);
    lake.finish();
    assertThat(ids()).as("and once more").containsExactly("1");
  }

  @Test
  void aRetryTakesAllEventsOfAnExecutionHoweverMany() {
    lake.apply(rows(Mode.APPEND));
    obey(StageHolds.Verb.PAUSE);
    for (int id = 1; id <= 150; id++) {
      lake.put("raw/a/%d.csv".formatted(id), "id\n%d\n".formatted(id));
    }
    lake.finish();
    obey(StageHolds.Verb.RESUME);
    lake.finish();
    Execution first = newest("a.p.rows");
    assertThat(first.origin().messages()).isEqualTo(150);
    back(first);
    assertThat(ids()).isEmpty();

    Execution again = lake.pipelines.retrying().retry(first.id(), "user:ann", Seen.ALL);
    lake.finish();

    assertThat(ids()).hasSize(150);
    assertThat(again.origin().messages()).isEqualTo(150);
    lake.database.perform(tx -> {
      assertThat(TriggerEvents.all(tx, again)).isEqualTo(TriggerEvents.all(tx, first)).hasSize(150);
      EndedExecutions.remove(tx, List.of(first.id(), again.id()));
      assertThat(tx.number("SELECT COUNT(*) FROM execution_events")).isZero();
    });
  }

  private void obey(StageHolds.Verb verb) {
    var order = new StageHolds.Order(verb, "user:ann", "");
    lake.pipelines.holds().obey(order, List.of(StageName.parse("a.p.rows")));
  }

  @Test
  void aRetryOfATablesExecutionFindsTheQueueOfItsTable() {
    lake.apply(rows(Mode.APPEND), sum());
    put("raw/a/1.csv", "id\n1\n");
    Execution sum = newest("a.q.sum");
    back(sum);
    assertThat(counted()).isEmpty();

    lake.pipelines.retrying().retry(sum.id(), "user:ann", Seen.ALL);
    lake.finish();

    assertThat(counted()).containsExactly("1");
  }

  @Test
  void anOverwrittenTableShowsWhatItShowedBefore() {
    lake.apply(rows(Mode.OVERWRITE));
    put("raw/a/1.csv", "id\n1\n");
    put("raw/a/2.csv", "id\n2\n");
    lake.delete("raw/a/1.csv");
    lake.finish();
    assertThat(ids()).containsExactly("2");

    back(newest("a.p.rows"));

    assertThat(ids()).containsExactly("1", "2");
    put("raw/a/3.csv", "id\n3\n");
    assertThat(ids()).containsExactly("2", "3");
  }

  @Test
  void itIsRefusedWhereALaterCommitStandsOnIt() {
    lake.apply(rows(Mode.APPEND));
    put("raw/a/1.csv", "id\n1\n");
    Execution first = newest("a.p.rows");
    put("raw/a/2.csv", "id\n2\n");
    Execution second = newest("a.p.rows");

    Conflict refusal = refuses(first, PipelinesError.ROLLBACK_BLOCKED);

    assertThat(refusal.what()).contains(second.id() + " of a.p.rows");
    assertThat(refusal.remedy()).contains("--cascade");
    assertThat(ids()).containsExactly("1", "2");
  }

  @Test
  void itIsRefusedWhereAnotherStageHasReadItAndWithCascadeThatGoesBackToo() {
    lake.apply(rows(Mode.APPEND), sum());
    put("raw/a/1.csv", "id\n1\n");
    put("raw/a/2.csv", "id\n2\n");
    Execution second = newest("a.p.rows");
    Execution counting = newest("a.q.sum");
    assertThat(counted()).containsExactly("2");

    assertThat(refuses(second, PipelinesError.ROLLBACK_BLOCKED).what())
        .contains(counting.id() + " of a.q.sum");
    RolledBack done = back(second, Rollbacks.Reach.CASCADE);

    assertThat(done.executions())
        .extracting(Execution::id)
        .containsExactly(counting.id(), second.id());
    assertThat(ids()).containsExactly("1");
    assertThat(counted()).containsExactly("1");
    assertThat(of("a.q.sum")).hasSize(2);
    put("raw/a/3.csv", "id\n3\n");
    assertThat(counted()).containsExactly("2");
  }

  @Test
  void aDryRunSaysWhatWouldGoBackAndChangesNothing() {
    lake.apply(rows(Mode.APPEND), sum());
    put("raw/a/1.csv", "id\n1\n");

    RolledBack plan =
        lake.pipelines
            .rollbacks(lake.tables)
            .plan(request(newest("a.p.rows"), Rollbacks.Reach.CASCADE));

    assertThat(plan.by()).isNull();
    assertThat(plan.executions()).hasSize(2);
    assertThat(plan.tables())
        .extracting(back -> back.table().toString())
        .containsExactlyInAnyOrder(ROWS, SUM);
    assertThat(ids()).containsExactly("1");
    assertThat(of("a.p.rows")).hasSize(1);
  }

  @Test
  void whatWasTakenBackOrPublishedNothingIsRefused() {
    lake.apply(rows(Mode.APPEND));
    put("raw/a/1.csv", "id\n1\n");
    Execution first = newest("a.p.rows");
    back(first);

    refuses(first, PipelinesError.NOTHING_TO_ROLL_BACK);
    refuses(newest("a.p.rows"), PipelinesError.NOTHING_TO_ROLL_BACK);
  }

  @Test
  void anExecutionThatIsNotSeenIsNotThereAndHiddenDependantsAreNotNamed() {
    lake.apply(rows(Mode.APPEND), sum());
    put("raw/a/1.csv", "id\n1\n");
    Execution first = newest("a.p.rows");
    Rollbacks rollbacks = lake.pipelines.rollbacks(lake.tables);
    Seen none = new Seen(_ -> false, _ -> false);
    Seen some = new Seen(stage -> stage.pipeline().equals("p"), _ -> false);

    assertThatExceptionOfType(NotFound.class)
        .isThrownBy(() ->
            rollbacks.plan(
                new Rollbacks.Request(first.id(), "user:ann", none, Rollbacks.Reach.CASCADE)));
    assertThatExceptionOfType(Conflict.class)
        .isThrownBy(() ->
            rollbacks.plan(
                new Rollbacks.Request(first.id(), "user:ann", some, Rollbacks.Reach.CASCADE)))
        .satisfies(e -> assertThat(e.what()).doesNotContain("a.q.sum"));
  }

  @Test
  void whoMayNotTakeATableBackChangesNothing() {
    lake.apply(rows(Mode.APPEND));
    put("raw/a/1.csv", "id\n1\n");

    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() ->
            lake.pipelines
                .rollbacks(lake.tables)
                .rollback(
                    request(newest("a.p.rows"), Rollbacks.Reach.ALONE),
                    _ -> {
                      throw new IllegalStateException("not allowed");
                    }));
    assertThat(ids()).containsExactly("1");
  }

  @Test
  void anExecutionThatReadWhatIsTakenBackMeanwhileReadsAgain() {
    lake.apply(rows(Mode.APPEND), sum());
    put("raw/a/1.csv", "id\n1\n");
    AtomicInteger counts = new AtomicInteger();
    lake.prepared =
        work -> {
          if (work.stage().name().toString().equals("a.q.sum") && counts.incrementAndGet() == 1) {
            Execution second = newest("a.p.rows");
            lake.pipelines
                .rollbacks(lake.tables)
                .rollback(request(second, Rollbacks.Reach.ALONE), _ -> {});
          }
        };
    put("raw/a/2.csv", "id\n2\n");

    assertThat(ids()).containsExactly("1");
    assertThat(counts.get()).isEqualTo(2);
    assertThat(counted()).containsExactly("1");
  }

  @Test
  void anExecutionUnderWayAppendsToTheTableAsItIsAfterTheRollback() {
    lake.apply(rows(Mode.APPEND));
    put("raw/a/1.csv", "id\n1\n");
    Execution first = newest("a.p.rows");
    lake.apply(
        Lake.stage(
            "a.p.more",
            new Trigger.Objects(List.of("raw/b/*.csv")),
            "SELECT id FROM input",
            Lake.into("a.stage.more", Mode.APPEND, List.of(), List.of())));
    lake.prepared =
        work -> {
          if (work.stage().name().toString().equals("a.p.more")) {
            lake.pipelines
                .rollbacks(lake.tables)
                .rollback(request(first, Rollbacks.Reach.ALONE), _ -> {});
          }
        };
    put("raw/b/1.csv", "id\n7\n");

    assertThat(ids()).isEmpty();
    assertThat(lake.query("a.stage.more", "SELECT id FROM t")).containsExactly("7");
    put("raw/a/2.csv", "id\n2\n");
    assertThat(ids()).containsExactly("2");
  }

  @Test
  void changesThatAStageReadAreReadAgain() {
    lake.apply(
        rows(Mode.APPEND),
        Lake.stage(
            "a.q.more",
            new Trigger.Tables(List.of(TableName.parse(ROWS)), Trigger.Tables.When.ALL),
            "SELECT id * 10 AS id FROM changes('stage.rows')",
            Lake.into("a.analytics.more", Mode.APPEND, List.of(), List.of())));
    put("raw/a/1.csv", "id\n1\n");
    put("raw/a/2.csv", "id\n2\n");
    back(newest("a.p.rows"), Rollbacks.Reach.CASCADE);
    assertThat(lake.query("a.analytics.more", "SELECT id FROM t")).containsExactly("10");

    put("raw/a/3.csv", "id\n3\n");

    assertThat(lake.query("a.analytics.more", "SELECT id FROM t ORDER BY id"))
        .containsExactly("10", "30");
  }

  @Test
  void aTraceLeavesOutWhatWasTakenBack() {
    lake.apply(rows(Mode.APPEND), sum());
    put("raw/a/1.csv", "id\n1\n");
    put("raw/a/2.csv", "id\n2\n");
    back(newest("a.p.rows"), Rollbacks.Reach.CASCADE);

    Trace trace = lake.tracing().ofTable(TableName.parse(ROWS), "", Tracing.Sight.ALL);

    assertThat(trace.toJson().path("from_objects").toString()).isEqualTo("[\"raw/a/1.csv\"]");
  }
}
