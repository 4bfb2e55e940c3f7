package io.hosu.pipelines;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.events.DeadLetter;
import io.hosu.events.EventFilter;
import io.hosu.events.Schedule;
import io.hosu.events.ScheduleRule;
import io.hosu.kernel.ErrorCode;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.Json;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.Backfill.Status;
import io.hosu.pipelines.Target.Mode;
import io.hosu.testing.Crash;
import io.hosu.testing.CrashPoints;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Objects that stages process again because a person wants it. */
class BackfillsTest extends InWorld {
  private static final Trigger ALL = new Trigger.Objects(List.of("raw/a/**"));

  private Instant begin;

  @BeforeEach
  void open() {
    begin = world.clock.instant();
  }

  private static StageSpec stage(Trigger on, Mode mode, int max, int concurrency) {
    StageSpec plain =
        World.stage(
            "a.p.rows",
            on,
            mode,
            new Batch(max, Duration.ZERO),
            World.TWO_RETRIES,
            Versions.REPLACE);
    return World.with(
        plain, new Running(World.TWO_RETRIES, Duration.ofHours(1), concurrency, true));
  }

  private Backfill.Wanted wanted(String stage, Optional<Integer> concurrency) {
    return new Backfill.Wanted(
        "a", "p", stage, begin, world.clock.instant().plusMillis(1), concurrency);
  }

  private Backfill begin() {
    return begin(wanted("", Optional.empty()));
  }

  private Backfill begin(Backfill.Wanted wanted) {
    return server.pipelines.backfills().begin(wanted, "user:ann", Seen.ALL).backfill();
  }

  private Backfills.Detail now(Backfill backfill) {
    return server.pipelines.backfills().require(backfill.id(), Seen.ALL);
  }

  private BackfillRows.Progress progress(Backfill backfill) {
    return now(backfill).stages().getFirst().progress();
  }

  private List<Execution> executions(Execution.By by) {
    return server.pipelines.executions().list(ExecutionFilter.ALL, 999, null).items().stream()
        .filter(execution -> execution.origin().by() == by)
        .toList()
        .reversed();
  }

  private List<String> read(Execution execution) {
    return server.pipelines.executions().require(execution.id()).inputs().stream()
        .map(ExecutionInput::name)
        .toList();
  }

  /** Puts objects at different times. */
  private void put(String... keys) {
    for (String key : keys) {
      world.clock.advance(Duration.ofSeconds(1));
      world.put(key, "good");
    }
    server.finish();
  }

  @Test
  void processesAgainWhatWasProcessedBeforeInTheOrderOfTime() {
    server.apply(stage(ALL, Mode.MERGE, 2, 1));
    put("a/3", "a/1", "a/2");

    Backfill backfill = begin();
    server.finish();

    assertThat(world.history("rows").subList(3, 6))
        .containsExactly("a/3=good", "a/1=good", "a/2=good");
    List<Execution> made = executions(Execution.By.BACKFILL);
    assertThat(made).hasSize(2).allMatch(one -> backfill.id().equals(one.origin().parent()));
    assertThat(now(backfill).backfill().status()).isEqualTo(Status.DONE);
    assertThat(now(backfill).backfill().madeBy()).isEqualTo("user:ann");
    assertThat(progress(backfill)).isEqualTo(new BackfillRows.Progress(3, 3, 3, 2, 0, 0));
    assertThat(server.pipelines.pending().isNone()).isTrue();
  }

  /** What the events of an execution are about. */
  private List<String> about(Execution execution) {
    return server
        .pipelines
        .executions()
        .events(execution.id(), 10, Optional.empty(), Seen.ALL)
        .items()
        .stream()
        .map(event -> event.at("/resources/0").asText("only " + event.path("id").asText()))
        .toList();
  }

  @Test
  void theEventsOfItsExecutionsTellTheObjectsBeforeAndAfterTheirEnd() {
    server.apply(stage(ALL, Mode.MERGE, 3, 1));
    put("a/1", "a/2.bad", "a/3");
    world.put("a/2.bad", "x");
    server.finish();

    begin();
    server.pipelines.feed();
    Execution open = executions(Execution.By.BACKFILL).getFirst();
    assertThat(open.status()).isEqualTo(ExecutionStatus.PENDING);
    assertThat(about(open)).hasSize(3).allMatch(one -> one.startsWith("raw/a/"));
    server.finish();

    Execution failed = executions(Execution.By.BACKFILL).getFirst();
    assertThat(failed.status()).isEqualTo(ExecutionStatus.FAILED);
    assertThat(about(failed)).containsExactlyInAnyOrder("raw/a/1", "raw/a/2.bad", "raw/a/3");
    assertThat(executions(Execution.By.SPLIT))
        .anyMatch(one ->
            one.status() == ExecutionStatus.SUCCEEDED
                && List.of("raw/a/1", "raw/a/3").equals(about(one)));
  }

  @Test
  void takesTheObjectsWhoseCurrentVersionWasMadeInTheTime() {
    server.apply(stage(ALL, Mode.MERGE, 10, 1));
    put("a/1");
    begin = world.clock.instant();
    put("a/2", "a/3");
    Instant end = world.clock.instant();
    put("a/3", "a/4");

    begin(new Backfill.Wanted("a", "p", "", begin.plusMillis(1), end, Optional.empty()));
    server.finish();

    assertThat(executions(Execution.By.BACKFILL))
        .singleElement()
        .satisfies(one -> assertThat(read(one)).containsExactly("raw/a/2"));
  }

  @Test
  void rowsThatWereAppendedGiveWay() {
    server.apply(stage(ALL, Mode.APPEND, 10, 1));
    put("a/1", "a/2");

    begin();
    server.finish();

    assertThat(world.rows("rows")).containsExactly("a/1=good", "a/2=good");
    String made = executions(Execution.By.BACKFILL).getFirst().id();
    assertThat(world.published("rows"))
        .extracting(World.Published::execution)
        .containsExactly(made, made);
  }

  @Test
  void whatOneExecutionProcessedStaysTogetherWhereItsRowsGiveWay() {
    server.apply(stage(ALL, Mode.APPEND, 2, 1));
    world.put("a/1", "good");
    world.put("a/2", "good");
    server.finish();
    begin = world.clock.instant().plusSeconds(2);
    world.clock.advance(Duration.ofSeconds(5));
    world.put("a/1", "good1");
    world.put("a/3", "good");
    server.finish();
    world.clock.advance(Duration.ofSeconds(5));
    world.put("a/4", "good");
    world.put("a/5", "good");
    server.finish();

    begin();
    server.finish();

    // The rows of a/2 came with those of a/1 and a/3, in the execution that replaced the first.
    assertThat(executions(Execution.By.BACKFILL).stream().map(this::read))
        .containsExactly(List.of("raw/a/2", "raw/a/1", "raw/a/3"), List.of("raw/a/4", "raw/a/5"));
    assertThat(world.rows("rows"))
        .containsExactly("a/1=good1", "a/2=good", "a/3=good", "a/4=good", "a/5=good");
  }

  @Test
  void aTableThatIsOverwrittenIsWrittenOnce() {
    server.apply(stage(ALL, Mode.OVERWRITE, 1, 1));
    put("a/1", "a/2", "a/3");

    Backfill backfill = begin();
    server.finish();

    assertThat(executions(Execution.By.BACKFILL))
        .singleElement()
        .satisfies(one -> assertThat(read(one)).hasSize(3));
    assertThat(world.rows("rows")).containsExactly("a/1=good", "a/2=good", "a/3=good");
    assertThat(progress(backfill).done()).isEqualTo(3);
  }

  @Test
  void asManyPartsAreUnderWayAsMayBe() {
    server.apply(stage(ALL, Mode.MERGE, 1, 3));
    put("a/1", "a/2", "a/3", "a/4", "a/5");

    Backfill narrow = begin(wanted("rows", Optional.of(2)));
    while (server.pipelines.feed()) {}
    assertThat(progress(narrow).open()).isEqualTo(2);
    assertThat(server.pipelines.pending().messages()).isEqualTo(3);
    server.finish();
    assertThat(now(narrow).backfill().status()).isEqualTo(Status.DONE);

    Backfill wide = begin();
    while (server.pipelines.feed()) {}
    assertThat(progress(wide).open()).isEqualTo(3);
    server.finish();
    assertThat(progress(wide).done()).isEqualTo(5);
  }

  @Test
  void anObjectThatWasOverwrittenMeanwhileIsProcessedOnce() {
    server.apply(stage(ALL, Mode.MERGE, 10, 1));
    put("a/1");
    begin();

    world.put("a/1", "better");
    server.finish();

    assertThat(world.history("rows")).containsExactly("a/1=good", "a/1=better");
  }

  @Test
  void aBadObjectBecomesADeadLetterAndTheOthersGoOn() {
    server.apply(stage(ALL, Mode.MERGE, 10, 1));
    put("a/1", "a/2.bad", "a/3");
    put("a/3");
    world.put("a/2.bad", "worse");
    server.finish();
    assertThat(world.deadLetters()).hasSize(1);

    Backfill backfill = begin();
    server.finish();

    assertThat(world.deadLetters()).hasSize(1);
    assertThat(progress(backfill)).isEqualTo(new BackfillRows.Progress(3, 3, 2, 1, 0, 1));
    assertThat(world.history("rows")).endsWith("a/1=good", "a/3=good");

    world.put("a/2.bad", "good");
    server.finish();
    assertThat(world.rows("rows")).contains("a/2.bad=good");
  }

  @Test
  void theDeadLetterOfABackfillTakesThePlaceOfTheEarlierOneOfTheSameVersion() {
    server.apply(stage(ALL, Mode.MERGE, 10, 1));
    world.put("a/1.bad", "worse");
    world.put("a/2.bad", "worse");
    server.finish();
    List<String> first = world.deadLetters().stream().map(DeadLetter::id).toList();
    begin();
    server.finish();
    List<String> second = world.deadLetters().stream().map(DeadLetter::id).toList();
    begin();
    server.finish();

    assertThat(second).hasSize(2).doesNotContainAnyElementsOf(first);
    assertThat(world.deadLetters()).hasSize(2);
    assertThat(world.deadLetters())
        .extracting(letter -> letter.event().resources().getFirst())
        .containsExactlyInAnyOrder("raw/a/1.bad", "raw/a/2.bad");
    assertThat(world.events(EventFilter.ALL.detailType("Dead Letter Cleared"))).hasSize(4);
    world.redrive(world.deadLetters().stream().map(DeadLetter::id).toList());
    server.finish();
    assertThat(world.deadLetters()).hasSize(2);
  }

  @Test
  void aDeadLetterOfABackfillIsProcessedWhenItIsRedriven() {
    server.apply(stage(ALL, Mode.MERGE, 10, 1));
    put("a/1.flaky");
    world.faults.replaceAll((_, _) -> -5);

    begin();
    server.finish();
    assertThat(world.deadLetters()).hasSize(1);
    world.faults.replaceAll((_, _) -> 2);
    world.redrive(world.deadLetters().stream().map(DeadLetter::id).toList());
    server.finish();

    assertThat(world.history("rows")).containsExactly("a/1.flaky=good", "a/1.flaky=good");
  }

  @Test
  void oneThatIsCancelledSendsNoMore() {
    server.apply(stage(ALL, Mode.MERGE, 1, 1));
    put("a/1", "a/2", "a/3");
    Backfill backfill = begin();
    while (server.pipelines.feed()) {}

    Backfills.Detail cancelled = server.pipelines.backfills().cancel(backfill.id(), Seen.ALL);
    server.finish();

    assertThat(cancelled.backfill().status()).isEqualTo(Status.CANCELLED);
    assertThat(cancelled.backfill().endedAt()).contains(world.clock.instant());
    assertThat(executions(Execution.By.BACKFILL)).hasSize(1);
    refuses(
        PipelinesError.BACKFILL_ENDED,
        () -> server.pipelines.backfills().cancel(backfill.id(), Seen.ALL));
  }

  private void tell(StageHolds.Verb verb) {
    var order = new StageHolds.Order(verb, "user:ann", "the source is broken");
    server.pipelines.holds().obey(order, List.of(StageName.parse("a.p.rows")));
  }

  private Optional<String> waitsFor(Backfill backfill) {
    return now(backfill).stages().getFirst().waitsFor();
  }

  @Test
  void oneWhoseStageIsPausedWaitsAndSaysSoAndNobodyWaitsForIt() {
    server.apply(stage(ALL, Mode.MERGE, 1, 1));
    put("a/1", "a/2", "a/3");
    Backfill backfill = begin();
    assertThat(waitsFor(backfill)).isEmpty();

    tell(StageHolds.Verb.PAUSE);
    server.settle();
    assertThat(executions(Execution.By.BACKFILL)).isEmpty();
    assertThat(server.pipelines.pending().isNone()).isTrue();
    assertThat(waitsFor(backfill).orElseThrow())
        .contains("a.p.rows is paused since")
        .contains("the source is broken");

    tell(StageHolds.Verb.RESUME);
    assertThat(server.pipelines.pending().messages()).isEqualTo(3);
    server.finish();
    assertThat(now(backfill).backfill().status()).isEqualTo(Status.DONE);
    assertThat(waitsFor(backfill)).isEmpty();
  }

  @Test
  void aStageThatDrainsBeginsNoMoreOfIt() {
    server.apply(stage(ALL, Mode.MERGE, 1, 1));
    put("a/1", "a/2", "a/3");
    Backfill backfill = begin();
    while (server.pipelines.feed()) {}

    tell(StageHolds.Verb.DRAIN);
    server.finish();
    assertThat(executions(Execution.By.BACKFILL)).hasSize(1);
    assertThat(waitsFor(backfill).orElseThrow()).contains("a.p.rows is paused since");
    assertThat(progress(backfill)).isEqualTo(new BackfillRows.Progress(3, 3, 1, 3, 0, 0));

    tell(StageHolds.Verb.RESUME);
    server.finish();
    assertThat(progress(backfill).done()).isEqualTo(3);
  }

  @Test
  void oneWhoseStageIsRemovedRunsNothingAndSaysSo() {
    server.apply(stage(ALL, Mode.MERGE, 1, 1));
    put("a/1", "a/2", "a/3");
    Backfill backfill = begin();
    while (server.pipelines.feed()) {}
    StageName name = StageName.parse("a.p.rows");
    world.database.perform(tx -> server.pipelines.stages().remove(tx, name));
    server.settle();

    assertThat(server.pipelines.pending().isNone()).isTrue();
    assertThat(progress(backfill).open()).isZero();
    assertThat(waitsFor(backfill)).contains("stage a.p.rows is no part of the lake any more");
    server.pipelines.backfills().cancel(backfill.id(), Seen.ALL);
    assertThat(progress(backfill).open()).isZero();
    assertThat(waitsFor(backfill)).isEmpty();
  }

  @Test
  void whatACancelledOneBeganIsCountedToItsEnd() {
    server.apply(stage(ALL, Mode.MERGE, 1, 1));
    put("a/1", "a/2");
    Backfill backfill = begin();
    while (server.pipelines.feed()) {}
    server.pipelines.backfills().cancel(backfill.id(), Seen.ALL);

    server.finish();

    assertThat(progress(backfill)).isEqualTo(new BackfillRows.Progress(2, 2, 1, 2, 0, 0));
  }

  @Test
  void messagesOfAGroupWaitForThoseBeforeThem() {
    Trigger keyed = new Trigger.Objects(List.of("raw/a/{key}/*"));
    StageSpec plain = stage(keyed, Mode.MERGE, 2, 2);
    Batch batch = new Batch(2, Duration.ZERO, 1, Optional.of(new GroupBy("key")));
    server.apply(
        new StageSpec(
            plain.name(),
            keyed,
            batch,
            plain.input(),
            plain.transform(),
            plain.into(),
            plain.running()));
    put("a/x/1", "a/y/1", "a/x/2", "a/x/3");

    Backfill backfill = begin();
    server.finish();

    assertThat(world.history("rows").subList(4, 8))
        .containsSubsequence("a/x/1=good", "a/x/2=good", "a/x/3=good")
        .contains("a/y/1=good");
    assertThat(progress(backfill).parts()).isEqualTo(3);
    assertThat(now(backfill).backfill().status()).isEqualTo(Status.DONE);
  }

  @Test
  void aSetIsProcessedAsAWhole() {
    Trigger sets = new Trigger.All(List.of("raw/a/{day}/x", "raw/a/{day}/y"), Patience.ENDLESS);
    server.apply(stage(sets, Mode.MERGE, 10, 1));
    put("a/1/x", "a/2/x", "a/1/y", "a/2/y");

    begin();
    server.finish();

    assertThat(world.history("rows").subList(4, 8))
        .containsExactly("a/1/x=good", "a/1/y=good", "a/2/x=good", "a/2/y=good");
  }

  /** What is not complete waits as it did before: nothing of it is pending, nor a backfill's. */
  @Test
  void aSetThatIsNotCompleteDoesNotHoldUpItsEnd() {
    Trigger sets = new Trigger.All(List.of("raw/a/{day}/x", "raw/a/{day}/y"), Patience.ENDLESS);
    server.apply(stage(sets, Mode.MERGE, 10, 1));
    put("a/1/x", "a/2/x", "a/1/y");

    Backfill backfill = begin();
    server.finish();

    assertThat(server.pipelines.pending().isNone()).isTrue();
    assertThat(now(backfill).backfill().status()).isEqualTo(Status.DONE);
    assertThat(world.history("rows").subList(2, 4)).containsExactly("a/1/x=good", "a/1/y=good");
    world.put("a/2/y", "good");
    server.finish();
    assertThat(world.history("rows").subList(4, 6)).containsExactly("a/2/x=good", "a/2/y=good");
  }

  @Test
  void eachObjectIsInOneExecutionWhereverAServerDies() {
    StageSpec stage = stage(ALL, Mode.MERGE, 2, 1);
    server.apply(stage);
    put("a/1", "a/2", "a/3", "a/4", "a/5");
    int before = world.history("rows").size();
    boolean crashed = true;
    int runs = 0;
    for (int n = 0; crashed; n++) {
      CrashPoints points = CrashPoints.at(n);
      Backfill backfill = begin();
      try {
        World.Server mortal = world.server(points, true);
        mortal.pipelines.begin();
        mortal.finish();
      } catch (Crash _) {
        // The next one goes on.
      }
      crashed = points.crashed();
      server = world.server();
      server.pipelines.begin();
      server.finish();
      runs++;

      assertThat(now(backfill).backfill().status()).as("write %s", n).isEqualTo(Status.DONE);
      assertThat(world.history("rows").subList(before, before + 5))
          .as("write %s", n)
          .containsExactly("a/1=good", "a/2=good", "a/3=good", "a/4=good", "a/5=good");
      before += 5;
      assertThat(world.history("rows")).hasSize(before);
    }
    assertThat(runs).isGreaterThan(10);
    assertThat(world.deadLetters()).isEmpty();
  }

  @Test
  void whereNothingWasMadeThereIsNothingToDo() {
    server.apply(stage(ALL, Mode.MERGE, 10, 1));

    Backfill backfill = begin();

    assertThat(backfill.status()).isEqualTo(Status.DONE);
    assertThat(now(backfill).stages()).isEmpty();
  }

  private BackfillEstimate estimate() {
    return server
        .pipelines
        .backfills()
        .estimate(wanted("rows", Optional.empty()), Seen.ALL)
        .getFirst();
  }

  private static BackfillEstimate.Amount amount(long objects, long rows, boolean estimated) {
    return new BackfillEstimate.Amount(
        objects, objects, Optional.of(new BackfillEstimate.Rows(rows, estimated)));
  }

  @Test
  void aDryRunListsPartitionsWithTheirRowsAndDividesThoseOfAnExecutionOverSeveral() {
    server.apply(stage(new Trigger.Objects(List.of("raw/a/{day}/*")), Mode.MERGE, 10, 1));
    put("a/1/x", "a/1/y");
    world.put("a/2/x", "good");
    world.put("a/3/x", "good");
    server.finish();

    assertThat(estimate().executions()).isEqualTo(1);
    assertThat(estimate().all()).isEqualTo(amount(4, 4, false));
    assertThat(estimate().partitions())
        .containsExactly(
            Map.entry("day=1", amount(2, 2, false)),
            Map.entry("day=2", amount(1, 1, true)),
            Map.entry("day=3", amount(1, 1, true)));
    assertThat(world.count("backfills")).isZero();
  }

  @Test
  void whereAnObjectWasNeverProcessedTheRowsAreNotGuessed() {
    server.apply(stage(new Trigger.Objects(List.of("raw/a/{day}/*")), Mode.MERGE, 10, 1));
    put("a/1/x", "a/2/x");
    world.put("a/2/y", "good");

    assertThat(estimate().partitions().get("day=1")).isEqualTo(amount(1, 1, true));
    assertThat(requireNonNull(estimate().partitions().get("day=2")).rows()).isEmpty();
    assertThat(estimate().all().rows()).isEmpty();
  }

  @Test
  void withoutCapturesPartitionsAreDays() {
    server.apply(stage(ALL, Mode.MERGE, 10, 1));
    put("a/1");
    world.clock.advance(Duration.ofDays(1));
    world.put("a/2", "good");

    BackfillEstimate estimate =
        server.pipelines.backfills().estimate(wanted("", Optional.empty()), Seen.ALL).getFirst();

    assertThat(estimate.partitions()).hasSize(2);
    assertThat(estimate.partitions().keySet()).allMatch(day -> day.matches("\\d{4}-\\d\\d-\\d\\d"));
    assertThat(estimate.all().rows()).isEmpty();
  }

  @Test
  void onesThatEndedLongAgoAreForgotten() {
    server.apply(stage(ALL, Mode.MERGE, 10, 1));
    put("a/1");
    begin();
    server.finish();
    world.clock.advance(Duration.ofDays(1));
    Backfill going = begin(wanted("", Optional.empty()));

    server.archive().sweep(Duration.ZERO);

    assertThat(server.pipelines.backfills().list(Seen.ALL))
        .extracting(detail -> detail.backfill().id())
        .containsExactly(going.id());
    assertThat(world.count("backfill_items")).isEqualTo(1);
    assertThat(world.count("backfill_parts")).isEqualTo(1);
  }

  @Test
  void aStageThatNoObjectsStartIsRefused() {
    Trigger tables = new Trigger.Tables(List.of(TableName.parse("a.stage.t")));
    ObjectNode pattern = (ObjectNode) Json.parse("{\"source\": [\"x\"]}");
    server.apply(stage(tables, Mode.MERGE, 10, 1));
    assertThat(refuses(PipelinesError.BACKFILL_NOT_OVER_OBJECTS, this::begin).remedy())
        .contains("hosu run a.p.rows");
    server.apply(stage(new Trigger.Pattern(pattern), Mode.MERGE, 10, 1));
    assertThat(refuses(PipelinesError.BACKFILL_NOT_OVER_OBJECTS, this::begin).remedy())
        .contains("hosu replay a.p.rows");
    Schedule hourly = Schedule.parse("rate(1 hour)", ZoneOffset.UTC, Schedule.Span.ALWAYS);
    server.apply(
        stage(
            new Trigger.Scheduled(hourly, Duration.ZERO, ScheduleRule.CatchUp.SKIP),
            Mode.MERGE,
            10,
            1));
    assertThat(refuses(PipelinesError.BACKFILL_NOT_OVER_OBJECTS, this::begin).what())
        .contains("started by a schedule");
  }

  @Test
  void whatCannotBeIsRefused() {
    server.apply(stage(ALL, Mode.MERGE, 10, 1));
    assertThat(
            refuses(PipelinesError.STAGE_NOT_FOUND, () -> begin(wanted("row", Optional.empty())))
                .what())
        .contains("did you mean 'a.p.rows'");
    Instant now = world.clock.instant();
    refuses(
        PipelinesError.BACKFILL_INVALID,
        () -> begin(new Backfill.Wanted("a", "p", "", now, now, Optional.empty())));
    refuses(PipelinesError.BACKFILL_INVALID, () -> begin(wanted("", Optional.of(0))));
    refuses(
        PipelinesError.STAGE_NOT_FOUND,
        () ->
            server
                .pipelines
                .backfills()
                .requireKnown(wanted("", Optional.empty()), new Seen(_ -> false, _ -> false)));

    server.apply(World.stage("a.p.rows", ALL, Mode.APPEND, Batch.STANDARD, World.TWO_RETRIES));
    assertThat(refuses(PipelinesError.BACKFILL_WOULD_DOUBLE, this::begin).remedy())
        .contains("'versions: replace' in stage rows", "hosu run a.p.rows", "--stage STAGE");
    StageSpec plain = stage(ALL, Mode.MERGE, 10, 1);
    server.apply(World.with(plain, new Running(World.TWO_RETRIES, Duration.ofHours(1), 1, false)));
    refuses(PipelinesError.STAGE_DISABLED, this::begin);
  }

  @Test
  void aStageThatIsRemovedMeanwhileIsWaitedFor() {
    StageSpec stage = stage(ALL, Mode.MERGE, 1, 1);
    server.apply(stage);
    put("a/1", "a/2");
    Backfill backfill = begin();
    StageName name = stage.name();
    world.database.perform(tx -> server.pipelines.stages().remove(tx, name));
    server.settle();
    assertThat(executions(Execution.By.BACKFILL)).isEmpty();

    server.apply(stage);
    server.finish();

    assertThat(now(backfill).backfill().status()).isEqualTo(Status.DONE);
    assertThat(executions(Execution.By.BACKFILL)).hasSize(2);
  }

  private static HosuException refuses(ErrorCode code, Runnable asked) {
    try {
      asked.run();
    } catch (HosuException e) {
      assertThat(e.code()).isEqualTo(code);
      return e;
    }
    throw new AssertionError("Not refused: " + code);
  }
}
