package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.events.DeadLetter;
import io.hosu.events.Replay;
import io.hosu.events.Schedule;
import io.hosu.events.ScheduleRule.CatchUp;
import io.hosu.testing.Crash;
import io.hosu.testing.CrashPoints;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A life with everything in it: objects that are good, bad, odd or find the machine failing; a
 * redrive, a retry, a cancellation, a replay, a moment of a schedule without work. When the server
 * dies, another starts, and who got no answer asks again.
 */
final class CrashScript {
  private static final Trigger ALL = new Trigger.Objects(List.of("raw/a/**"));
  private static final Retry TWICE = new Retry(2, Duration.ofSeconds(10), new BigDecimal("1.5"));
  private static final StageSpec ADD =
      World.stage("a.p.add", ALL, Target.Mode.APPEND, new Batch(3, Duration.ofSeconds(2)), TWICE);
  private static final StageSpec OVERWRITE =
      World.stage("a.p.all", ALL, Target.Mode.OVERWRITE, new Batch(2, Duration.ZERO), TWICE);

  private static final StageSpec IDLE =
      World.stage(
          "a.p.idle",
          new Trigger.Scheduled(
              Schedule.parse("rate(1 hour)", ZoneOffset.UTC, Schedule.Span.ALWAYS),
              Duration.ZERO,
              CatchUp.ONCE),
          Target.Mode.APPEND,
          Batch.STANDARD,
          TWICE);

  private final World world;
  private final List<Consumer<World.Server>> steps = new ArrayList<>();
  private List<String> letters = List.of();
  private String execution = "";

  CrashScript(World world) {
    this.world = world;
    step(server -> server.pipelines.begin());
    outside(() -> List.of("1.ok", "4.bad", "5.odd", "6.flaky", "2.ok").forEach(this::put));
    step(World.Server::finish);
    redriveOfWhatIsCorrected();
    retryOfWhatFailed();
    cancellation();
    replay();
    tick();
  }

  private void step(Consumer<World.Server> step) {
    steps.add(step);
  }

  /** What others do than the server. */
  private void outside(Runnable step) {
    steps.add(_ -> step.run());
  }

  private void put(String name) {
    world.put("a/" + name, "x");
  }

  private void redriveOfWhatIsCorrected() {
    outside(() -> {
      letters = lettersAbout("4.bad").stream().map(DeadLetter::id).toList();
      world.put("a/4.bad", "good");
    });
    step(server -> server.redrive(letters));
    step(World.Server::finish);
  }

  private void retryOfWhatFailed() {
    outside(() -> execution = failed("5.odd"));
    step(server -> server.pipelines.retrying().retry(execution, "user:ann", Seen.ALL));
    step(World.Server::finish);
  }

  private void cancellation() {
    step(server -> obey(server, OVERWRITE, StageHolds.Verb.PAUSE)); // one attempt, so one order
    outside(() -> put("7.ok"));
    step(server -> server.router.routeOnce());
    outside(() -> world.clock.advance(Duration.ofSeconds(5)));
    step(server -> server.pipelines.beat());
    step(server -> server.pipelines.step());
    outside(() -> execution = open());
    step(server ->
        server
            .pipelines
            .cancelling()
            .cancel(execution, Cancelling.Messages.SET_ASIDE, "user:ann", Seen.ALL));
    step(World.Server::finish);
    step(server -> obey(server, OVERWRITE, StageHolds.Verb.RESUME));
    step(World.Server::finish);
    outside(() ->
        assertThat(world.rows("add"))
            .as("a cancelled execution's rows")
            .doesNotContain("a/7.ok=x"));
    step(server -> server.pipelines.retrying().retry(execution, "user:ann", Seen.ALL));
    step(World.Server::finish);
  }

  private void replay() {
    step(server -> obey(server, ADD, StageHolds.Verb.PAUSE));
    step(this::beginReplay);
    step(server -> {
      while (server.replays.step()) {
        // Each part is a write of its own.
      }
    });
    outside(this::checkReplay);
    step(server -> obey(server, ADD, StageHolds.Verb.RESUME));
    step(World.Server::finish);
  }

  /** A moment of a schedule at which there is nothing to do. */
  private void tick() {
    outside(() -> world.tick(IDLE.name().toString()));
    step(World.Server::finish);
    outside(
        () -> assertThat(executions()).extracting(Execution::stage).doesNotContain(IDLE.name()));
  }

  private void obey(World.Server server, StageSpec stage, StageHolds.Verb verb) {
    var order = new StageHolds.Order(verb, "user:ann", "");
    world.database.perform(tx -> server.pipelines.holds().obey(tx, order, List.of(stage.name())));
  }

  /** Who got no answer looks whether there is one. */
  private void beginReplay(World.Server server) {
    if (replayed().isEmpty()) {
      var wanted =
          new Replay.Wanted("", "a.p.add", Instant.EPOCH, world.clock.instant(), Optional.empty());
      server.replays.begin(wanted, "user:ann");
    }
  }

  private List<Replay> replayed() {
    return world.database.read(tx -> world.server().replays.list(tx));
  }

  private void checkReplay() {
    long about =
        world.database.read(
            tx -> tx.number("SELECT COUNT(*) FROM events WHERE source = 'hosu.objects'"));
    assertThat(replayed())
        .as("replays")
        .singleElement()
        .satisfies(replay -> {
          assertThat(replay.status()).isEqualTo(Replay.Status.DONE);
          assertThat(replay.place().messages()).isEqualTo(about);
        });
    assertThat(world.count("messages")).as("messages that the replay sent").isEqualTo(about);
  }

  private List<DeadLetter> lettersAbout(String name) {
    return world.deadLetters().stream()
        .filter(
            letter -> EventObject.of(letter.event()).orElseThrow().name().key().equals("a/" + name))
        .toList();
  }

  private String failed(String name) {
    return lettersAbout(name).stream()
        .filter(letter -> letter.queue().equals(ADD.name().toString()))
        .flatMap(letter -> letter.cause().execution().stream())
        .findFirst()
        .orElseThrow();
  }

  private String open() {
    return executions().stream()
        .filter(one -> one.stage().equals(ADD.name()) && !one.status().ended())
        .map(Execution::id)
        .findFirst()
        .orElseThrow();
  }

  List<Execution> executions() {
    return world.server().pipelines.executions().list(ExecutionFilter.ALL, 1000, null).items();
  }

  /** Plays it on a server that may die at one of the points; returns what came of it. */
  Outcome play(CrashPoints points) {
    World.Server server = world.server(points, true);
    server.apply(ADD, OVERWRITE, IDLE);
    for (Consumer<World.Server> step : steps) {
      try {
        step.accept(server);
      } catch (Crash _) {
        server = world.server(CrashPoints.never(), true);
        server.pipelines.begin();
        step.accept(server);
      }
    }
    return outcome(server);
  }

  /**
   * What is there at the end.
   *
   * @param pending what would still move
   * @param rows of each table
   * @param deadLetters queue and object of each
   * @param retries how many executions are retries of others
   * @param open executions that have not ended
   * @param twice executions with another number of publishing attempts than they should have
   * @param messages left in queues
   * @param lost attempts that ended with their server
   */
  record Outcome(
      Pending pending,
      Map<String, List<String>> rows,
      List<String> deadLetters,
      long retries,
      List<String> open,
      List<String> twice,
      long messages,
      long lost) {}

  private Outcome outcome(World.Server server) {
    Map<String, List<String>> rows = new LinkedHashMap<>();
    List.of("add", "all").forEach(table -> rows.put(table, world.rows(table)));
    return new Outcome(
        server.pipelines.pending(),
        rows,
        world.deadLetters().stream()
            .map(letter ->
                letter.queue() + " " + EventObject.of(letter.event()).orElseThrow().name())
            .sorted()
            .toList(),
        executions().stream().filter(one -> one.origin().by() == Execution.By.RETRY).count(),
        ids("SELECT id FROM executions WHERE status IN ('PENDING', 'RUNNING')"),
        ids(
            """
            SELECT id FROM executions e WHERE (CASE status WHEN 'SUCCEEDED' THEN 1 ELSE 0 END) <>
              (SELECT COUNT(*) FROM attempts a WHERE a.execution = e.id AND a.outcome = 'SUCCEEDED')\
            """),
        world.count("messages"),
        world.count("attempts WHERE outcome = 'LOST'"));
  }

  private List<String> ids(String sql) {
    return world.database.read(tx -> tx.list(sql, row -> row.text("id")));
  }
}
