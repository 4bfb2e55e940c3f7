package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import io.hosu.kernel.StageName;
import io.hosu.testing.Crash;
import io.hosu.testing.CrashPoints;
import io.hosu.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of executions whose retention is over. */
class ExecutionArchiveTest {
  private static final StageName ADD = StageName.parse("a.p.add");
  private static final Trigger ALL = new Trigger.Objects(List.of("raw/a/**"));
  private static final Duration WEEK = Duration.ofDays(7);

  @TempDir Path directory;

  private static StageSpec adding(int most) {
    return World.stage(
        ADD.toString(), ALL, Target.Mode.APPEND, new Batch(most, Duration.ZERO), World.TWO_RETRIES);
  }

  private World world(TestDatabase kind, String name) throws IOException {
    return new World(kind, Files.createDirectories(directory.resolve(name)), 7);
  }

  private static List<Execution> live(World.Server server) {
    return server.pipelines.executions().list(ExecutionFilter.ALL, 10_000, null).items();
  }

  private static List<String> archivedIds(World world) {
    return world.archive.archived().stream().map(one -> one.path("id").asText()).toList();
  }

  @ParameterizedTest
  @EnumSource(TestDatabase.class)
  void oldExecutionsMoveWithAllThatIsKeptOfThemButForThoseThatDeadLettersName(TestDatabase kind)
      throws IOException {
    try (World world = world(kind, "w")) {
      World.Server server = world.server();
      server.apply(adding(1));
      world.put("a/1.ok", "x");
      server.settle();
      world.put("a/2.bad", "x");
      server.settle();
      world.clock.advance(Duration.ofDays(90));
      world.put("a/3.ok", "x");
      server.settle();
      ExecutionDetail first = server.pipelines.executions().require(live(server).getLast().id());

      assertThat(server.archive().sweep(WEEK)).isEqualTo(1);

      assertThat(live(server))
          .extracting(Execution::status)
          .containsExactly(ExecutionStatus.SUCCEEDED, ExecutionStatus.FAILED);
      assertThat(world.count("attempts")).isEqualTo(2);
      assertThat(world.count("execution_outputs")).isEqualTo(1);
      JsonNode shown =
          Json.parse(Json.print(first.toJson().without(List.of("trigger_events", "children"))));
      assertThat(world.archive.archived()).containsExactly(shown);
      assertThat(shown.path("inputs")).hasSize(1);
      assertThat(shown.path("outputs")).hasSize(1);
      assertThat(shown.path("attempts")).hasSize(1);
      assertThat(server.archive().sweep(WEEK)).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(TestDatabase.class)
  void whatWasProcessedStaysKnownWhenItsExecutionHasMoved(TestDatabase kind) throws IOException {
    try (World world = world(kind, "w")) {
      World.Server server = world.server();
      server.apply(adding(1));
      world.put("a/1.ok", "x");
      server.settle();
      world.clock.advance(Duration.ofDays(1));
      assertThat(server.archive().sweep(Duration.ofHours(1))).isEqualTo(1);

      world.put("a/1.ok", "x");
      server.settle();
      server.pipelines.run(ADD);
      server.settle();

      assertThat(world.rows("add")).containsExactly("a/1.ok=x");
    }
  }

  @ParameterizedTest
  @EnumSource(TestDatabase.class)
  void anExecutionThatHasNotEndedNeverMoves(TestDatabase kind) throws IOException {
    try (World world = world(kind, "w")) {
      World.Server server = world.server();
      server.apply(adding(1));
      world.put("a/1.flaky", "x");
      server.settle();
      world.clock.advance(Duration.ofDays(1000));

      assertThat(server.archive().sweep(WEEK)).isZero();

      server.finish();
      assertThat(world.rows("add")).containsExactly("a/1.flaky=x");
    }
  }

  @ParameterizedTest
  @EnumSource(TestDatabase.class)
  void fewWaitForADaySoThatAMoveIsWorthItsFile(TestDatabase kind) throws IOException {
    try (World world = world(kind, "w")) {
      World.Server server = world.server();
      server.apply(adding(1));
      world.put("a/1.ok", "x");
      server.settle();
      world.clock.advance(Duration.ofDays(60).plusHours(1));

      assertThat(server.archive().sweep(Duration.ofDays(60))).isZero();
      world.clock.advance(Duration.ofHours(24));
      assertThat(server.archive().sweep(Duration.ofDays(60))).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(TestDatabase.class)
  void manyMoveInPartsAndNoneIsLeftOrDoubled(TestDatabase kind) throws IOException {
    try (World world = world(kind, "w")) {
      World.Server server = world.server();
      List<String> made = executions(world, 2345);
      world.clock.advance(Duration.ofDays(8));

      assertThat(server.archive().sweep(WEEK)).isEqualTo(2345);

      assertThat(archivedIds(world)).isEqualTo(made);
      assertThat(live(server)).isEmpty();
      for (JsonNode one : world.archive.archived()) {
        assertThat(one.path("inputs")).hasSize(one.path("rows_in").asInt());
      }
    }
  }

  /** Ended executions of which number n read n % 7 objects, and one of them very many. */
  private static List<String> executions(World world, int count) {
    List<String> ids = new ArrayList<>();
    world.database.perform(tx -> {
      ids.clear();
      for (int n = 0; n < count; n++) {
        int inputs = n == 100 ? 2500 : n % 7;
        String id = world.ids.next();
        ids.add(id);
        var start = new ExecutionRows.Start(id, ADD, Execution.By.EVENTS, null);
        ExecutionRows.insertRunning(tx, start, List.of(), "s", world.clock.instant());
        tx.update(
            "UPDATE executions SET status = 'SUCCEEDED', ended_at = ?, rows_in = ? WHERE id = ?",
            world.clock.instant(),
            inputs,
            id);
        ExecutionRecords.replaceInputs(
            tx,
            new ExecutionRows.Holder(id, 1, ""),
            IntStream.range(0, inputs)
                .mapToObj(i -> new ExecutionInput(ExecutionInput.Kind.OBJECT, "o" + i, "v", i))
                .toList());
      }
    });
    return ids;
  }

  @ParameterizedTest
  @EnumSource(TestDatabase.class)
  void anExecutionMovesWithTheIdsOfAllEventsThatStartedIt(TestDatabase kind) throws IOException {
    try (World world = world(kind, "w")) {
      List<String> events = IntStream.range(0, 600).mapToObj(_ -> world.ids.next()).toList();
      List<List<String>> each =
          List.of(events, events.subList(0, 100), events.subList(50, 151), List.of());
      world.database.perform(tx ->
          each.forEach(some -> {
            var start = new ExecutionRows.Start(world.ids.next(), ADD, Execution.By.EVENTS, null);
            ExecutionRows.insertRunning(tx, start, some, "s", world.clock.instant());
            tx.update(
                "UPDATE executions SET status = 'SUCCEEDED', ended_at = ? WHERE id = ?",
                world.clock.instant(),
                start.id());
          }));
      world.clock.advance(Duration.ofDays(8));

      assertThat(world.server().archive().sweep(WEEK)).isEqualTo(4);

      assertThat(world.archive.archived())
          .extracting(one -> one.path("events").valueStream().map(JsonNode::asText).toList())
          .containsExactlyElementsOf(each);
    }
  }

  @ParameterizedTest
  @EnumSource(TestDatabase.class)
  void whateverWriteTheServerDiesAtEachExecutionIsInOnePlace(TestDatabase kind) throws IOException {
    CrashPoints never = CrashPoints.never();
    archiveAndDie(kind, never, "never");
    assertThat(never.passed())
        .containsExactly(
            "before ExecutionArchive.move",
            "after ExecutionArchive.move",
            "before ExecutionArchive.sweep",
            "after ExecutionArchive.sweep");
    for (int n = 0; n < never.passed().size(); n++) {
      archiveAndDie(kind, CrashPoints.at(n), "at" + n);
    }
  }

  private void archiveAndDie(TestDatabase kind, CrashPoints points, String name)
      throws IOException {
    try (World world = world(kind, name)) {
      List<String> made = executions(world, 20);
      world.clock.advance(Duration.ofDays(8));
      World.Server mortal = world.server(points, true);
      try {
        mortal.archive().sweep(WEEK);
      } catch (Crash _) {
        // Another server sweeps later.
      }
      World.Server next = world.server();
      List<String> all = new ArrayList<>(archivedIds(world));
      live(next).forEach(one -> all.add(one.id()));
      assertThat(all).containsExactlyInAnyOrderElementsOf(made);

      next.archive().sweep(WEEK);

      assertThat(archivedIds(world)).isEqualTo(made);
      assertThat(live(next)).isEmpty();
      assertThat(world.count("execution_inputs")).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(TestDatabase.class)
  void whatAnotherServerMovesMeanwhileIsMovedOnce(TestDatabase kind) throws IOException {
    try (World world = world(kind, "w")) {
      List<String> made = executions(world, 5);
      world.clock.advance(Duration.ofDays(8));
      World.Server other = world.server();
      world.archive.whileArchiving =
          () -> {
            world.archive.whileArchiving = () -> {};
            other.archive().sweep(WEEK);
          };

      assertThat(world.server().archive().sweep(WEEK)).isZero();

      assertThat(archivedIds(world)).isEqualTo(made);
    }
  }

  @ParameterizedTest
  @EnumSource(TestDatabase.class)
  void whatIsTakenBackMeanwhileMovesAsTakenBack(TestDatabase kind) throws IOException {
    try (World world = world(kind, "w")) {
      List<String> made = executions(world, 3);
      world.clock.advance(Duration.ofDays(8));
      world.archive.whileArchiving =
          () -> {
            world.archive.whileArchiving = () -> {};
            world.database.perform(tx ->
                tx.update("UPDATE executions SET rolled_back_by = 'r' WHERE id = ?", made.get(1)));
          };

      assertThat(world.server().archive().sweep(WEEK)).isEqualTo(3);

      assertThat(world.archive.archived())
          .extracting(one -> one.path("rolled_back_by"))
          .containsExactly(Json.parse("null"), Json.parse("\"r\""), Json.parse("null"));
    }
  }
}
