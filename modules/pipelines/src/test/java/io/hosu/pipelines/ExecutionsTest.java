package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hosu.events.DeadLetter;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Page;
import io.hosu.kernel.StageName;
import io.hosu.testing.CrashPoints;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExecutionsTest extends InWorld {
  private static final Trigger ALL = new Trigger.Objects(List.of("raw/a/**"));
  private static final StageName ADD = StageName.parse("a.p.add");

  private static StageSpec adding() {
    return World.stage("a.p.add", ALL, Target.Mode.APPEND, Batch.STANDARD, World.TWO_RETRIES);
  }

  private static StageSpec overwriting() {
    return World.stage("a.p.all", ALL, Target.Mode.OVERWRITE, Batch.STANDARD, World.TWO_RETRIES);
  }

  private List<ExecutionStatus> statuses() {
    return executions().stream().map(Execution::status).toList();
  }

  @Test
  void anObjectThatArrivesIsProcessedOnce() {
    server.apply(adding());
    world.put("a/1.ok", "x");

    server.settle();

    assertThat(world.rows("add")).containsExactly("a/1.ok=x");
    assertThat(statuses()).containsExactly(ExecutionStatus.SUCCEEDED);
    assertThat(server.pipelines.pending().isNone()).isTrue();
  }

  @Test
  void anExecutionShowsTheEventsThatStartedItAsFarAsTheyMayBeSeen() {
    server.apply(adding());
    world.put("a/1.ok", "x");
    server.settle();
    String id = executions().getFirst().id();

    assertThat(server.pipelines.executions().require(id).triggers())
        .extracting(logged -> logged.event().resources())
        .containsExactly(List.of("raw/a/1.ok"));
    assertThat(
            server.pipelines.executions().require(id, new Seen(_ -> true, _ -> false)).triggers())
        .isEmpty();
  }

  @Test
  void theSameBytesAgainAreNotProcessedButOtherBytesAre() {
    server.apply(adding());
    world.put("a/1.ok", "x");
    server.settle();
    world.put("a/1.ok", "x");
    server.settle();
    world.put("a/1.ok", "y");
    server.settle();
    world.put("a/1.ok", "x");
    server.settle();

    assertThat(world.rows("add")).containsExactly("a/1.ok=x", "a/1.ok=y", "a/1.ok=x");
  }

  @Test
  void aRecordThatNoDatabaseKeepsIsShownWithItsCharactersEscaped() {
    server.apply(adding());
    world.put("a/1.nul", "x");

    server.settle();

    assertThat(statuses()).containsExactly(ExecutionStatus.FAILED);
    DeadLetter letter = world.deadLetters().getFirst();
    assertThat(letter.cause().code()).isEqualTo("RECORD_BAD");
    assertThat(letter.cause().what()).isEqualTo("A record is x\\u0000y.");
    assertThat(letter.cause().sample()).contains("x\\u0000y\\ud83d");
  }

  @Test
  void aFailureThatCannotBeRecordedEndsItsExecutionAllTheSame() {
    server.apply(adding());
    world.put("a/1.refused", "x");

    server.settle();

    assertThat(statuses()).containsExactly(ExecutionStatus.FAILED);
    DeadLetter letter = world.deadLetters().getFirst();
    assertThat(letter.cause().code()).isEqualTo("SQL_ODD");
    assertThat(letter.cause().what()).contains("This cannot be kept.");
  }

  @Test
  void anObjectThatWasDeletedMeanwhileIsLeftOutWithANote() {
    server.apply(adding());
    world.put("a/1.ok", "x");
    world.delete("a/1.ok");

    server.settle();

    assertThat(world.rows("add")).isEmpty();
    assertThat(executions().getFirst().result().note()).contains("raw/a/1.ok was deleted");
  }

  @Test
  void aSoftFailureIsTriedAgainAfterTenFifteenAndTwentyTwoAndAHalfSeconds() {
    server.apply(World.stage("a.p.add", ALL, Target.Mode.APPEND, Batch.STANDARD, Retry.STANDARD));
    world.put("a/1.flaky", "x");
    List<Duration> waits = new ArrayList<>();
    world.faults.put(world.objects().getFirst().version(), -10);
    server.settle();
    for (int i = 0; i < 3; i++) {
      Instant at = executions().getFirst().tries().nextAt();
      assertThat(at).isNotNull();
      waits.add(Duration.between(world.clock.instant(), at));
      world.clock.advance(waits.getLast().minusMillis(1));
      server.settle();
      assertThat(executions().getFirst().tries().attempt()).isEqualTo(i + 1);
      world.clock.advance(Duration.ofMillis(1));
      server.settle();
    }

    assertThat(waits)
        .containsExactly(Duration.ofSeconds(10), Duration.ofSeconds(15), Duration.ofMillis(22_500));
    assertThat(statuses()).containsExactly(ExecutionStatus.FAILED);
    assertThat(world.deadLetters())
        .extracting(l -> l.cause().code())
        .containsExactly("MACHINE_FLAKY");
  }

  @Test
  void ofFourObjectsWithOneBadThreeArePublishedAndOneIsADeadLetterThatNamesTheRecord() {
    server.apply(adding());
    world.put("a/1.ok", "x");
    world.put("a/2.bad", "x");
    world.put("a/3.ok", "x");
    world.put("a/4.ok", "x");

    server.settle();

    assertThat(world.rows("add")).containsExactly("a/1.ok=x", "a/3.ok=x", "a/4.ok=x");
    assertThat(world.deadLetters()).hasSize(1);
    DeadLetter letter = world.deadLetters().getFirst();
    assertThat(letter.cause().object()).contains("raw/a/2.bad");
    assertThat(letter.cause().line()).contains(7L);
    assertThat(letter.cause().sample()).contains("x,y");
    assertThat(statuses()).containsExactly(ExecutionStatus.SUCCEEDED, ExecutionStatus.FAILED);
  }

  @Test
  void aGuiltyObjectThatNobodyNamesIsFoundByHalving() {
    server.apply(adding());
    for (int i = 0; i < 9; i++) {
      world.put("a/" + i + (i == 5 ? ".odd" : ".ok"), "x");
    }

    server.settle();

    assertThat(world.rows("add")).hasSize(8);
    assertThat(world.deadLetters())
        .extracting(letter -> EventObject.of(letter.event()).orElseThrow().name().key())
        .containsExactly("a/5.odd");
  }

  @Test
  void aRedrivenDeadLetterSucceedsOnceTheSqlIsCorrected() {
    server.apply(adding());
    world.put("a/2.bad", "x");
    server.settle();
    String letter = world.deadLetters().getFirst().id();
    world.hasBetterSql = true;
    server.settle();
    assertThat(world.rows("add")).isEmpty();

    world.redrive(List.of(letter));
    server.settle();

    assertThat(world.rows("add")).containsExactly("a/2.bad=x");
    assertThat(world.deadLetters()).isEmpty();
    assertThat(server.pipelines.pending().isNone()).isTrue();
  }

  @Test
  void anOverwriteReadsAllObjectsButThoseThatWereSetAside() {
    server.apply(overwriting());
    world.put("a/1.ok", "x");
    world.put("a/2.bad", "x");
    world.put("a/3.odd", "x");
    server.settle();
    world.put("a/4.ok", "x");
    server.settle();

    assertThat(world.rows("all")).containsExactly("a/1.ok=x", "a/4.ok=x");
    assertThat(world.deadLetters()).hasSize(2);
  }

  @Test
  void anObjectThatWasDeletedAndPutBackIsInTheOverwrittenTableAgain() {
    server.apply(overwriting());
    world.put("a/9.ok", "nine");
    server.settle();
    world.delete("a/9.ok");
    world.put("a/5.ok", "five");
    server.settle();
    assertThat(world.rows("all")).containsExactly("a/5.ok=five");

    world.put("a/9.ok", "nine");
    server.settle();

    assertThat(world.rows("all")).containsExactly("a/5.ok=five", "a/9.ok=nine");
  }

  @Test
  void bytesThatComeBackAfterBadOnesAreInTheOverwrittenTableAgain() {
    server.apply(overwriting());
    world.put("a/1.bad", "good");
    server.settle();
    world.put("a/1.bad", "x");
    server.settle();
    world.put("a/2.ok", "x");
    server.settle();
    assertThat(world.rows("all")).containsExactly("a/2.ok=x");

    world.put("a/1.bad", "good");
    server.settle();

    assertThat(world.rows("all")).containsExactly("a/1.bad=good", "a/2.ok=x");
  }

  @Test
  void aDeletionAloneMakesAnOverwrittenTableAnew() {
    server.apply(adding(), overwriting());
    world.put("a/1.ok", "x");
    world.put("a/2.ok", "y");
    server.settle();

    world.delete("a/1.ok");
    server.settle();
    assertThat(world.rows("all")).containsExactly("a/2.ok=y");

    world.delete("a/2.ok");
    server.settle();
    assertThat(world.rows("all")).isEmpty();
    assertThat(world.rows("add")).as("rows that were added stay").hasSize(2);
    assertThat(executions()).allMatch(it -> it.status() == ExecutionStatus.SUCCEEDED);
  }

  @Test
  void aDeletionStartsNoStageThatAddsRows() {
    server.apply(adding());
    world.put("a/1.ok", "x");
    server.settle();
    world.delete("a/1.ok");
    server.settle();

    assertThat(executions()).hasSize(1);
  }

  @Test
  void executionsAndWorkOfOthersLookAsIfTheyWereNotThere() {
    server.apply(
        adding(),
        World.stage(
            "b.p.s", new Trigger.ByHand(), Target.Mode.APPEND, Batch.STANDARD, Retry.STANDARD));
    for (int i = 0; i < 3; i++) {
      server.pipelines.run(StageName.parse("b.p.s"));
      world.put("a/%d.ok".formatted(i), "x");
      server.router.routeOnce();
      server.pipelines.step();
    }
    Executions executions = server.pipelines.executions();
    Seen seen = new Seen(stage -> stage.domain().equals("a"), domain -> domain.equals("a"));
    Seen nothing = new Seen(_ -> false, _ -> false);
    List<Execution> own =
        executions().stream().filter(one -> one.stage().domain().equals("a")).toList();
    String others =
        executions().stream()
            .filter(one -> one.stage().domain().equals("b"))
            .findFirst()
            .orElseThrow()
            .id();

    assertThat(executions.list(ExecutionFilter.ALL, 1, null, nothing))
        .isEqualTo(Page.last(List.of()));
    assertThat(executions.list(ExecutionFilter.ALL, 1, null, seen).items())
        .containsExactly(own.getFirst());
    assertThat(executions.list(ExecutionFilter.ALL, 3, null, seen)).isEqualTo(Page.last(own));
    for (String id : List.of(others, others.substring(0, 3), "zzz")) {
      assertThatExceptionOfType(NotFound.class).isThrownBy(() -> executions.require(id, nothing));
    }
    assertThatExceptionOfType(NotFound.class).isThrownBy(() -> executions.require(others, seen));
    assertThat(server.pipelines.pending().isNone()).isFalse();
    assertThat(server.pipelines.pending(nothing).isNone()).isTrue();
    assertThat(server.pipelines.pending(seen).executions()).isEqualTo(own.size());
  }

  @Test
  void anOverwriteFindsTheGuiltyAmongObjectsOfOtherBatches() {
    server.apply(
        World.stage(
            "a.p.all", ALL, Target.Mode.OVERWRITE, new Batch(1, Duration.ZERO), World.TWO_RETRIES));
    world.put("a/1.ok", "x");
    world.put("a/2.bad", "x");
    world.put("a/3.odd", "x");
    world.put("a/4.ok", "x");

    server.settle();

    assertThat(world.rows("all")).containsExactly("a/1.ok=x", "a/4.ok=x");
    assertThat(world.deadLetters())
        .extracting(letter -> EventObject.of(letter.event()).orElseThrow().name().key())
        .containsExactlyInAnyOrder("a/2.bad", "a/3.odd");
  }

  @Test
  void aStageThatWaitsForAnyOfSeveralTablesStartsOnceOneWasRefreshed() {
    Trigger either =
        new Trigger.Tables(
            List.of(
                io.hosu.kernel.TableName.parse("a.stage.x"),
                io.hosu.kernel.TableName.parse("a.stage.y")),
            Trigger.Tables.When.ANY);
    server.apply(
        World.stage("a.p.join", either, Target.Mode.OVERWRITE, Batch.STANDARD, World.TWO_RETRIES));
    world.commit("a.stage.y");
    server.settle();

    assertThat(statuses()).containsExactly(ExecutionStatus.SUCCEEDED);
    assertThat(server.pipelines.pending().isNone()).isTrue();
  }

  @Test
  void aStageThatWaitsForTablesStartsOnceEachWasRefreshed() {
    Trigger both =
        new Trigger.Tables(
            List.of(
                io.hosu.kernel.TableName.parse("a.stage.x"),
                io.hosu.kernel.TableName.parse("a.stage.y")));
    server.apply(
        World.stage("a.p.join", both, Target.Mode.OVERWRITE, Batch.STANDARD, World.TWO_RETRIES));
    world.commit("a.stage.x");
    world.commit("a.stage.x");
    server.settle();
    assertThat(executions()).isEmpty();
    assertThat(server.pipelines.pending().isNone()).isTrue();

    world.commit("a.stage.y");
    server.settle();
    assertThat(statuses()).containsExactly(ExecutionStatus.SUCCEEDED);
    assertThat(executions().getFirst().origin().messages()).isEqualTo(3);

    world.commit("a.stage.y");
    server.settle();
    assertThat(executions()).hasSize(1);
    world.commit("a.stage.x");
    server.settle();
    assertThat(executions()).hasSize(2);
  }

  @Test
  void aBatchWaitsForItsWindowOrUntilItIsFull() {
    server.apply(
        World.stage(
            "a.p.add",
            ALL,
            Target.Mode.APPEND,
            new Batch(3, Duration.ofSeconds(5)),
            World.TWO_RETRIES));
    world.put("a/1.ok", "x");
    server.settle();
    world.clock.advance(Duration.ofMillis(4999));
    server.settle();
    assertThat(executions()).isEmpty();
    world.clock.advance(Duration.ofMillis(1));
    server.settle();
    assertThat(executions()).hasSize(1);

    world.put("a/2.ok", "x");
    world.put("a/3.ok", "x");
    world.put("a/4.ok", "x");
    server.settle();
    assertThat(executions().getFirst().origin().messages()).isEqualTo(3);
  }

  @Test
  void aKeyThatThePatternTakesAndTheGlobDoesNotIsNoMessageAndItsEventIsUnmatched() {
    server.apply(
        World.stage(
            "a.p.add",
            new Trigger.Objects(List.of("raw/a/*.ok")),
            Target.Mode.APPEND,
            Batch.STANDARD,
            World.TWO_RETRIES));
    world.put("a/deep/1.ok", "x");

    server.settle();

    assertThat(executions()).isEmpty();
    assertThat(server.pipelines.pending().isNone()).isTrue();
    assertThat(world.unmatched()).containsExactly("raw/a/deep/1.ok");
  }

  @Test
  void aMessageOfGlobsThatTheStageHadBeforeIsLeftOutWithANote() {
    server.apply(adding());
    world.put("a/1.ok", "x");
    server.router.routeOnce();
    server.apply(
        World.stage(
            "a.p.add",
            new Trigger.Objects(List.of("raw/b/*")),
            Target.Mode.APPEND,
            Batch.STANDARD,
            World.TWO_RETRIES));

    server.settle();

    assertThat(world.rows("add")).isEmpty();
    assertThat(executions().getFirst().result().note()).contains("raw/a/1.ok is none of those");
  }

  @Test
  void aDisabledStageKeepsItsMessagesAndNothingIsPending() {
    StageSpec stage = adding();
    StageSpec disabled =
        World.with(stage, new Running(World.TWO_RETRIES, Duration.ofHours(1), 1, false));
    server.apply(disabled);
    world.put("a/1.ok", "x");
    server.settle();
    assertThat(executions()).isEmpty();
    assertThat(server.pipelines.pending().isNone()).isTrue();

    server.apply(stage);
    server.settle();
    assertThat(world.rows("add")).containsExactly("a/1.ok=x");
  }

  @Test
  void byHandWhatWasNotProcessedYetIsProcessed() {
    world.put("a/0.ok", "x");
    server.settle();
    server.apply(adding());
    world.put("a/1.ok", "x");
    server.settle();

    server.pipelines.run(ADD);
    server.settle();

    assertThat(world.rows("add")).containsExactly("a/0.ok=x", "a/1.ok=x");
  }

  @Test
  void aStoppedServerGivesBackWhatItWasDoing() {
    server.apply(adding());
    world.put("a/1.ok", "x");
    server.router.routeOnce();
    server.pipelines.beat();
    server.pipelines.step();
    server.pipelines.close();

    World.Server next = world.server();
    next.pipelines.begin();
    next.settle();
    server.attempts.remove().run();

    assertThat(world.rows("add")).containsExactly("a/1.ok=x");
    ExecutionDetail detail = next.pipelines.executions().require(executions().getFirst().id());
    assertThat(detail.attempts())
        .extracting(Attempt::outcome)
        .containsExactly(Attempt.Outcome.STOPPED, Attempt.Outcome.SUCCEEDED);
    assertThat(detail.execution().tries().failures()).isZero();
  }

  @Test
  void aServerLooksAgainAsSoonAsTheLeaseOfAnotherEnds() {
    server.pipelines.begin();
    Instant end = world.clock.instant().plusSeconds(30);
    World.Server other = world.server(CrashPoints.never(), false);
    world.clock.advance(Duration.ofSeconds(12));
    other.pipelines.begin();
    assertThat(other.pipelines.beat()).isEqualTo(world.clock.instant().plusSeconds(10));

    world.clock.advance(Duration.ofSeconds(12));

    assertThat(other.pipelines.beat()).isEqualTo(end);
    world.clock.advance(Duration.ofSeconds(6));
    assertThat(other.pipelines.beat()).isEqualTo(world.clock.instant().plusSeconds(10));
  }

  @Test
  void anExecutionThatEndsItsServerAgainAndAgainIsGivenUp() {
    server.apply(adding());
    world.put("a/1.ok", "x");
    for (int i = 0; i < Settlement.MOST_LOSSES; i++) {
      World.Server life = world.server();
      life.pipelines.begin();
      life.router.routeOnce();
      life.pipelines.beat();
      life.pipelines.step();
      assertThat(life.attempts).hasSize(1);
    }
    World.Server last = world.server();
    last.pipelines.begin();
    last.settle();

    assertThat(world.deadLetters())
        .extracting(l -> l.cause().code())
        .containsExactly("EXECUTION_LOST");
  }

  private void remove(StageName name) {
    world.database.perform(tx -> server.pipelines.stages().remove(tx, name));
  }

  @Test
  void messagesOfARemovedStageWaitForItsReturn() {
    server.apply(adding());
    world.put("a/1.ok", "x");
    server.router.routeOnce();
    remove(ADD);
    world.put("a/2.ok", "x");
    server.settle();
    assertThat(executions()).isEmpty();
    assertThat(server.pipelines.pending().isNone()).isTrue();
    assertThat(world.unmatched()).containsExactly("raw/a/2.ok");

    server.apply(adding());
    world.put("a/3.ok", "x");
    server.settle();

    assertThat(world.rows("add")).containsExactly("a/1.ok=x", "a/3.ok=x");
  }

  @Test
  void aStageThatReturnsKnowsWhatItHasProcessed() {
    server.apply(adding());
    world.put("a/1.ok", "x");
    server.settle();
    remove(ADD);
    server.apply(adding());

    world.put("a/1.ok", "x");
    server.settle();

    assertThat(world.rows("add")).containsExactly("a/1.ok=x");
  }

  @Test
  void anExecutionUnderWayOfARemovedStageIsCancelledAndItsMessagesWait() {
    server.apply(adding());
    world.put("a/1.ok", "x");
    server.router.routeOnce();
    server.pipelines.step();
    assertThat(server.attempts).hasSize(1);

    remove(ADD);
    server.settle();
    assertThat(world.rows("add")).isEmpty();
    assertThat(statuses()).containsExactly(ExecutionStatus.CANCELLED);
    assertThat(executions().getFirst().result().note()).contains("wait for the stage's return");

    server.apply(adding());
    server.settle();
    assertThat(world.rows("add")).containsExactly("a/1.ok=x");
    assertThat(statuses()).containsExactly(ExecutionStatus.SUCCEEDED, ExecutionStatus.CANCELLED);
  }

  @Test
  void anExecutionThatWaitsForItsNextAttemptGivesItsMessagesBackWhenItsStageIsRemoved() {
    server.apply(adding());
    world.put("a/1.flaky", "x");
    server.settle();
    assertThat(statuses()).containsExactly(ExecutionStatus.PENDING);

    remove(ADD);
    world.clock.advance(Duration.ofHours(1));
    server.settle();
    assertThat(statuses()).containsExactly(ExecutionStatus.CANCELLED);

    server.apply(adding());
    server.finish();
    assertThat(world.rows("add")).containsExactly("a/1.flaky=x");
  }

  @Test
  void aServerThatEndedKnowsAtItsNextStartWhatWaitsForARemovedStage() {
    server.apply(adding());
    world.put("a/1.ok", "x");
    server.router.routeOnce();
    server.pipelines.step();
    remove(ADD);

    World.Server next = world.server();
    next.pipelines.begin();
    next.settle();
    assertThat(world.rows("add")).isEmpty();

    next.apply(adding());
    next.settle();
    assertThat(world.rows("add")).containsExactly("a/1.ok=x");
  }

  @Test
  void aStageThatReturnsWhileItsCancelledAttemptStillRunsKeepsItsConcurrency() {
    server.apply(adding());
    world.put("a/1.ok", "x");
    server.router.routeOnce();
    server.pipelines.step();
    remove(ADD);
    server.pipelines.step();
    server.apply(adding());

    server.pipelines.step();
    assertThat(server.attempts).hasSize(1);

    server.settle();
    assertThat(world.rows("add")).containsExactly("a/1.ok=x");
  }

  @Test
  void aRemovedStageThatIsDroppedLeavesNothing() {
    server.apply(adding());
    world.put("a/0.ok", "x");
    server.settle();
    world.put("a/1.ok", "x");
    server.router.routeOnce();
    Stages stages = server.pipelines.stages();
    assertThatExceptionOfType(Conflict.class).isThrownBy(() -> stages.drop(ADD));
    remove(ADD);

    assertThat(stages.drop(ADD)).isEqualTo(1);

    assertThatExceptionOfType(NotFound.class).isThrownBy(() -> stages.drop(ADD));
    server.apply(adding());
    server.settle();
    assertThat(world.rows("add")).containsExactly("a/0.ok=x");
    world.put("a/0.ok", "x");
    server.settle();
    assertThat(world.rows("add")).containsExactly("a/0.ok=x", "a/0.ok=x");
  }

  // --- several servers on one database

  @Test
  void aStageThatAnotherServerAppliedIsTakenUpAtTheNextBeat() {
    World.Server other = world.server(CrashPoints.never(), false);
    other.pipelines.begin();
    other.pipelines.step();
    server.apply(adding());
    world.put("a/1.ok", "x");
    server.router.routeOnce();

    other.settle();

    assertThat(world.rows("add")).containsExactly("a/1.ok=x");
  }

  @Test
  void aServerStartsNothingByADeclarationThatAnotherServerChanged() {
    server.apply(adding());
    World.Server other = world.server(CrashPoints.never(), false);
    other.pipelines.begin();
    other.pipelines.step();
    server.apply(
        World.stage(
            "a.p.add", ALL, Target.Mode.APPEND, new Batch(1, Duration.ZERO), World.TWO_RETRIES));
    world.put("a/1.ok", "x");
    world.put("a/2.ok", "x");

    other.router.routeOnce();
    other.pipelines.step();

    assertThat(executions()).hasSize(1);
    assertThat(executions().getFirst().origin().messages()).isEqualTo(1);
  }

  @Test
  void aServerStartsNothingOfAStageThatAnotherServerRemoved() {
    server.apply(adding());
    World.Server other = world.server(CrashPoints.never(), false);
    other.pipelines.begin();
    other.pipelines.step();
    world.put("a/1.ok", "x");
    other.router.routeOnce();
    remove(ADD);

    other.pipelines.step();

    assertThat(other.attempts).isEmpty();
    assertThat(executions()).isEmpty();
  }
}
