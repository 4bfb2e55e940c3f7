package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.events.Schedule;
import io.hosu.events.ScheduleRule.CatchUp;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.testing.Crash;
import io.hosu.testing.CrashPoints;
import io.hosu.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stages that gather messages until a moment of a schedule. */
class GatheringTest {
  private static final String STAGE = "a.p.add";
  private static final Trigger HOURLY =
      new Trigger.Gathered(
          new Trigger.Objects(List.of("raw/a/**")),
          new Trigger.Scheduled(
              Schedule.parse("rate(1 hour)", ZoneOffset.UTC, Schedule.Span.ALWAYS),
              Duration.ZERO,
              CatchUp.ONCE));

  @TempDir Path directory;
  private World world;
  private World.Server server;

  @BeforeEach
  void open() {
    world = new World(TestDatabase.SQLITE, directory, 1);
    server = world.server();
    server.pipelines.begin();
  }

  @AfterEach
  void close() {
    world.close();
  }

  private static StageSpec gathering(Batch batch) {
    return World.stage(STAGE, HOURLY, Target.Mode.APPEND, batch, World.TWO_RETRIES);
  }

  private List<Execution> executions() {
    return server.pipelines.executions().list(ExecutionFilter.ALL, 100, null).items();
  }

  private void put(String... keys) {
    List.of(keys).forEach(key -> world.put(key, "x"));
  }

  private void tick() {
    world.tick(STAGE);
    server.settle();
  }

  @Test
  void nothingStartsBeforeAMomentOfTheScheduleThenAllThatWaitsDoes() {
    server.apply(gathering(Batch.STANDARD));
    put("a/1.ok", "a/2.ok");
    server.settle();
    assertThat(executions()).isEmpty();
    assertThat(server.pipelines.pending().isNone()).isTrue();

    tick();

    assertThat(executions()).hasSize(1);
    assertThat(executions().getFirst().origin().messages()).isEqualTo(2);
    assertThat(world.rows("add")).containsExactly("a/1.ok=x", "a/2.ok=x");
  }

  @Test
  void aMomentWithNothingToDoLeavesNoExecutionBehindAndDoesNotWaitForWork() {
    server.apply(gathering(Batch.STANDARD));
    tick();
    assertThat(executions()).isEmpty();

    put("a/1.ok");
    server.settle();

    assertThat(executions()).isEmpty();
    assertThat(world.rows("add")).isEmpty();
  }

  @Test
  void whatComesAfterAMomentWaitsForTheNext() {
    server.apply(gathering(Batch.STANDARD));
    put("a/1.ok");
    world.tick(STAGE);
    put("a/2.ok");
    server.settle();
    assertThat(world.rows("add")).containsExactly("a/1.ok=x");

    tick();

    assertThat(world.rows("add")).containsExactly("a/1.ok=x", "a/2.ok=x");
  }

  @Test
  void moreThanOneBatchHoldsGoesInSeveralAtTheSameMoment() {
    server.apply(gathering(new Batch(2, Duration.ZERO)));
    put("a/1.ok", "a/2.ok", "a/3.ok", "a/4.ok", "a/5.ok");

    tick();

    assertThat(executions()).hasSize(3);
    assertThat(world.rows("add")).hasSize(5);
  }

  @Test
  void fewerThanTheLeastWaitForALaterMoment() {
    server.apply(gathering(new Batch(10, Duration.ZERO, 3)));
    put("a/1.ok", "a/2.ok");
    tick();
    assertThat(executions()).isEmpty();
    assertThat(server.pipelines.pending().isNone()).isTrue();

    put("a/3.ok");
    tick();

    assertThat(executions()).hasSize(1);
    assertThat(world.rows("add")).hasSize(3);
  }

  @Test
  void fewerThanTheLeastGoOnceOneHasWaitedForTheWindow() {
    server.apply(gathering(new Batch(10, Duration.ofHours(2), 3)));
    put("a/1.ok");
    tick();
    world.clock.advance(Duration.ofHours(1));
    tick();
    assertThat(executions()).isEmpty();

    world.clock.advance(Duration.ofHours(1));
    tick();

    assertThat(world.rows("add")).containsExactly("a/1.ok=x");
  }

  @Test
  void aBadObjectIsSetApartAndTheOthersOfItsMomentGoOn() {
    server.apply(gathering(Batch.STANDARD));
    put("a/1.ok", "a/2.bad", "a/3.odd");

    tick();

    assertThat(world.rows("add")).containsExactly("a/1.ok=x");
    assertThat(world.deadLetters()).hasSize(2);
  }

  @Test
  void aServerThatDiesAtAnyWriteLosesAndDoublesNothing() throws IOException {
    int points = script(CrashPoints.never(), "never");
    assertThat(points).isGreaterThan(10);
    for (int n = 0; n < points; n++) {
      script(CrashPoints.at(n), "at" + n);
    }
  }

  private int script(CrashPoints points, String name) throws IOException {
    Path own = Files.createDirectory(directory.resolve(name));
    try (World another = new World(TestDatabase.SQLITE, own, 7)) {
      World.Server first = another.server(CrashPoints.never(), true);
      first.apply(gathering(new Batch(2, Duration.ZERO, 2)));
      List.of("a/1.ok", "a/2.flaky", "a/3.ok", "a/4.ok").forEach(key -> another.put(key, "x"));
      another.tick(STAGE);
      World.Server mortal = another.server(points, true);
      try {
        mortal.pipelines.begin();
        mortal.finish();
      } catch (Crash _) {
        // What follows is another process.
      }
      World.Server next = another.server();
      next.pipelines.begin();
      next.finish();
      another.tick(STAGE);
      next.finish();
      assertThat(another.rows("add"))
          .containsExactly("a/1.ok=x", "a/2.flaky=x", "a/3.ok=x", "a/4.ok=x");
      return points.passed().size();
    }
  }

  @Test
  void tablesCannotBeGathered() {
    Trigger.Scheduled at = ((Trigger.Gathered) HOURLY).at();
    Assertions.assertThatThrownBy(() -> new Trigger.Gathered(new Trigger.ByHand(), at))
        .isInstanceOf(Invalid.class);
  }
}
