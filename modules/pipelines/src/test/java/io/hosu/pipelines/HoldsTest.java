package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hosu.events.EventFilter;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.testing.CrashPoints;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stages that people pause, drain and let go on. */
class HoldsTest extends InWorld {
  private static final StageName ADD = StageName.parse("a.p.add");
  private static final StageSpec ADDING =
      World.stage(
          "a.p.add",
          new Trigger.Objects(List.of("raw/a/**")),
          Target.Mode.APPEND,
          new Batch(2, Duration.ZERO),
          World.TWO_RETRIES);

  @BeforeEach
  void open() {
    server.apply(ADDING);
  }

  private StageHolds.Obeyed tell(StageHolds.Verb verb) {
    return tell(verb, "maintenance");
  }

  private StageHolds.Obeyed tell(StageHolds.Verb verb, String why) {
    var order = new StageHolds.Order(verb, "user:ann", why);
    return server.pipelines.holds().obey(order, List.of(ADD)).getFirst();
  }

  private Optional<Hold> hold() {
    return world.database.read(tx -> server.pipelines.holds().find(tx, ADD));
  }

  private List<String> told() {
    return world.events(EventFilter.ALL).stream()
        .filter(event -> event.detailType().startsWith("Stage "))
        .map(event ->
            "%s by %s: %s"
                .formatted(
                    event.detailType(),
                    event.detail().path("by").asText(),
                    event.detail().path("why").asText()))
        .sorted()
        .toList();
  }

  private void put(String... keys) {
    Arrays.stream(keys).forEach(key -> world.put(key, "x"));
  }

  @Test
  void aPausedStageStartsNothingAndKeepsWhatComes() {
    tell(StageHolds.Verb.PAUSE);
    put("a/1.ok", "a/2.ok", "a/3.ok");

    server.settle();
    world.clock.advance(Duration.ofDays(1));
    server.settle();

    assertThat(world.rows("add")).isEmpty();
    assertThat(world.count("messages")).isEqualTo(3);
    assertThat(world.count("executions")).isZero();
  }

  @Test
  void whatWaitsForAPausedStageIsNotPending() {
    tell(StageHolds.Verb.PAUSE);
    put("a/1.ok");
    server.settle();

    assertThat(server.pipelines.pending()).isEqualTo(new Pending(0, 0, 0));
  }

  @Test
  void aResumedStageGoesOnWithAllThatCameMeanwhile() {
    tell(StageHolds.Verb.PAUSE);
    put("a/1.ok", "a/2.ok", "a/3.ok");
    server.settle();

    tell(StageHolds.Verb.RESUME);
    assertThat(server.pipelines.pending().messages()).isEqualTo(3);
    server.settle();

    assertThat(world.rows("add")).containsExactly("a/1.ok=x", "a/2.ok=x", "a/3.ok=x");
  }

  @Test
  void whatRunsWhenItsStageIsPausedGoesOnToItsEnd() {
    put("a/1.ok");
    server.router.routeOnce();
    server.pipelines.step();
    tell(StageHolds.Verb.PAUSE);
    assertThat(server.pipelines.pending().executions()).isEqualTo(1);

    server.settle();

    assertThat(world.rows("add")).containsExactly("a/1.ok=x");
  }

  @Test
  void aRetryThatIsDueWaitsWhileItsStageIsPaused() {
    put("a/1.flaky");
    server.settle();
    tell(StageHolds.Verb.PAUSE);
    server.settle();
    assertThat(server.pipelines.pending().isNone()).isTrue();
    world.clock.advance(Duration.ofHours(1));
    server.settle();
    assertThat(world.count("attempts")).isEqualTo(1);

    tell(StageHolds.Verb.RESUME);
    server.finish();

    assertThat(world.rows("add")).containsExactly("a/1.flaky=x");
  }

  @Test
  void aPausedStageIsNotRunByHandAndTheRefusalSaysWhoPausedItAndWhatToDo() {
    tell(StageHolds.Verb.PAUSE, "the source is broken");

    assertThatExceptionOfType(Conflict.class)
        .isThrownBy(() -> server.pipelines.run(ADD))
        .satisfies(e -> {
          assertThat(e.code()).isEqualTo(PipelinesError.STAGE_PAUSED);
          assertThat(e.what())
              .contains("a.p.add is paused since")
              .contains("by user:ann: the source is broken");
          assertThat(e.remedy()).contains("hosu stages resume a.p.add");
        });
    assertThat(world.count("executions")).isZero();
  }

  @Test
  void whoPausedAStageWhenAndWhyIsKeptThroughARestartAndAnotherDeclaration() {
    tell(StageHolds.Verb.PAUSE, "the source is broken");
    Hold kept = hold().orElseThrow();
    assertThat(kept.by()).isEqualTo("user:ann");
    assertThat(kept.why()).isEqualTo("the source is broken");
    assertThat(kept.since()).isEqualTo(world.clock.instant());

    server.apply(
        World.stage("a.p.add", ADDING.on(), Target.Mode.APPEND, Batch.STANDARD, World.TWO_RETRIES));
    server.pipelines.close();
    World.Server next = world.server();
    next.pipelines.begin();
    put("a/1.ok");
    next.settle();

    assertThat(hold()).contains(kept);
    assertThat(world.rows("add")).isEmpty();
  }

  @Test
  void aStageThatIsDroppedIsNotPausedWhenItIsDeclaredAgain() {
    tell(StageHolds.Verb.PAUSE);
    world.database.perform(tx -> server.pipelines.stages().remove(tx, ADD));
    server.pipelines.stages().drop(ADD);
    server.apply(ADDING);
    put("a/1.ok");

    server.settle();

    assertThat(world.rows("add")).hasSize(1);
  }

  @Test
  void anOrderThatChangesNothingSaysSoAndLeavesTheFirstReason() {
    assertThat(tell(StageHolds.Verb.RESUME).changed()).isFalse();
    assertThat(tell(StageHolds.Verb.PAUSE, "first").changed()).isTrue();
    assertThat(tell(StageHolds.Verb.PAUSE, "second").changed()).isFalse();
    assertThat(hold().orElseThrow().why()).isEqualTo("first");
    server.settle();
    assertThat(tell(StageHolds.Verb.DRAIN, "third").changed()).isFalse();
    assertThat(tell(StageHolds.Verb.RESUME, "done").changed()).isTrue();

    assertThat(told())
        .containsExactly("Stage Paused by user:ann: first", "Stage Resumed by user:ann: done");
  }

  @Test
  void aDrainingStageWorksOffWhatIsThereAndNothingThatComesLater() {
    put("a/1.ok", "a/2.ok");
    server.router.routeOnce();
    put("a/3.ok");
    assertThat(tell(StageHolds.Verb.DRAIN).status()).isEqualTo(StageStatus.DRAINING);
    put("a/4.ok", "a/5.ok");

    server.settle();

    assertThat(world.rows("add")).containsExactly("a/1.ok=x", "a/2.ok=x", "a/3.ok=x");
    assertThat(world.count("messages")).isEqualTo(2);
    assertThat(hold().orElseThrow().mode()).isEqualTo(Hold.Mode.PAUSED);
    assertThat(server.pipelines.pending().isNone()).isTrue();
    assertThat(told())
        .containsExactly(
            "Stage Draining by user:ann: maintenance", "Stage Paused by user:ann: maintenance");

    tell(StageHolds.Verb.RESUME);
    server.settle();
    assertThat(world.rows("add")).hasSize(5);
  }

  @Test
  void aDrainingStageIsPausedOnlyAfterItsLastRetry() {
    put("a/1.flaky");
    server.settle();
    tell(StageHolds.Verb.DRAIN);
    put("a/2.ok");
    server.settle();
    assertThat(hold().orElseThrow().mode()).isEqualTo(Hold.Mode.DRAINING);

    server.finish();

    assertThat(world.rows("add")).containsExactly("a/1.flaky=x");
    assertThat(hold().orElseThrow().mode()).isEqualTo(Hold.Mode.PAUSED);
  }

  @Test
  void theGoodHalfOfABatchThatFailsWhileItsStageDrainsIsWorkedOffToo() {
    put("a/1.odd", "a/2.ok");
    server.router.routeOnce();
    tell(StageHolds.Verb.DRAIN);

    server.settle();

    assertThat(world.rows("add")).containsExactly("a/2.ok=x");
    assertThat(world.deadLetters()).hasSize(1);
    assertThat(hold().orElseThrow().mode()).isEqualTo(Hold.Mode.PAUSED);
  }

  @Test
  void aStageForWhichNothingWaitsIsDrainedAtOnce() {
    assertThat(tell(StageHolds.Verb.DRAIN).status()).isEqualTo(StageStatus.PAUSED);
    put("a/1.ok");
    server.settle();

    assertThat(world.rows("add")).isEmpty();
  }

  @Test
  void aStageThatWaitsForAnotherTableIsDrainedWhatWaitsForItStays() {
    StageSpec both =
        World.stage(
            "a.p.add",
            new Trigger.Tables(List.of(TableName.parse("a.stage.x"), TableName.parse("a.stage.y"))),
            Target.Mode.OVERWRITE,
            Batch.STANDARD,
            World.TWO_RETRIES);
    server.apply(both);
    world.commit("a.stage.x");
    server.settle();

    assertThat(tell(StageHolds.Verb.DRAIN).status()).isEqualTo(StageStatus.PAUSED);
    world.commit("a.stage.y");
    server.settle();
    assertThat(world.count("executions")).isZero();
    assertThat(world.count("messages")).isEqualTo(2);
  }

  @Test
  void aServerStartsNothingOfAStageThatAnotherServerPaused() {
    World.Server other = world.server(CrashPoints.never(), false);
    other.pipelines.begin();
    other.pipelines.step();
    put("a/1.ok");
    other.router.routeOnce();
    tell(StageHolds.Verb.PAUSE);

    other.pipelines.step();

    assertThat(other.attempts).isEmpty();
    assertThat(world.count("executions")).isZero();
  }

  @Test
  void aStageThatAnotherServerResumedIsTakenUpAtTheNextBeat() {
    tell(StageHolds.Verb.PAUSE);
    World.Server other = world.server(CrashPoints.never(), false);
    other.pipelines.begin();
    put("a/1.ok");
    other.settle();
    tell(StageHolds.Verb.RESUME);

    other.settle();

    assertThat(world.rows("add")).containsExactly("a/1.ok=x");
  }
}
