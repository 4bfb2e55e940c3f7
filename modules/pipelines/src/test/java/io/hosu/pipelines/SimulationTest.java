package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.events.DeadLetter;
import io.hosu.governance.Domains;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.StageName;
import io.hosu.testing.Crash;
import io.hosu.testing.CrashPoints;
import io.hosu.testing.Seeds;
import io.hosu.testing.TestDatabase;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Servers that die at any durable write, go silent past their lease and come back, over objects
 * that are good, bad or odd, whose events come late or twice, while the clock jumps ahead and back:
 * whatever happens, nothing is lost and nothing is doubled.
 */
class SimulationTest {
  private static final Trigger ALL = new Trigger.Objects(List.of("raw/a/**"));
  private static final StageSpec ADD =
      breaking(
          World.stage(
              "a.p.add",
              ALL,
              Target.Mode.APPEND,
              new Batch(3, Duration.ofSeconds(2)),
              new Retry(
                  3,
                  new Retry.Waits(
                      Duration.ofSeconds(10),
                      new BigDecimal("1.5"),
                      Duration.ofSeconds(12),
                      Retry.Jitter.FULL),
                  Duration.ofSeconds(20),
                  Faults.BY_DEFINITION)));
  private static final StageSpec OVERWRITE =
      World.stage(
          "a.p.all", ALL, Target.Mode.OVERWRITE, new Batch(2, Duration.ZERO), World.TWO_RETRIES);
  private static final StageSpec LAST =
      World.stage(
          "a.p.last",
          ALL,
          Target.Mode.APPEND,
          new Batch(3, Duration.ofSeconds(1)),
          World.TWO_RETRIES,
          Versions.REPLACE);
  private static final List<String> KEYS =
      List.of("a/1.ok", "a/2.ok", "a/3.ok", "a/4.bad", "a/5.odd", "a/6.flaky", "a/7.ok", "a/8.bad");

  /** The same with a circuit that opens at the second failure in a row. */
  private static StageSpec breaking(StageSpec stage) {
    Running running = stage.running();
    return World.with(
        stage,
        new Running(
            running.retry(),
            running.timeout(),
            2,
            true,
            null,
            new Breaker(2, Duration.ofSeconds(40))));
  }

  @TempDir Path directory;

  static LongStream seeds() {
    return Seeds.upTo(300);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void nothingIsLostAndNothingIsDoubled(long seed) {
    try (World world = new World(TestDatabase.SQLITE, directory, seed)) {
      new Run(world, 1 + world.random.nextInt(2)).run();
    }
  }

  static LongStream fewSeeds() {
    return Seeds.upTo(15);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("fewSeeds")
  void norWhereSeveralServersShareOnePostgres(long seed) {
    try (World world = new World(TestDatabase.POSTGRES, directory, seed)) {
      new Run(world, 2).run();
    }
  }

  /** The life of one world. */
  private static final class Run {
    private final World world;
    private final List<World.Server> servers = new ArrayList<>();
    private final Map<String, List<String>> puts = new LinkedHashMap<>();
    private final boolean alone;
    private long limit = Long.MAX_VALUE;
    private Duration behind = Duration.ZERO;

    Run(World world, int servers) {
      this.world = world;
      this.alone = servers == 1;
      World.Server first = world.server(CrashPoints.never(), alone);
      first.apply(ADD, OVERWRITE, LAST);
      for (int i = 0; i < servers; i++) {
        this.servers.add(start());
      }
    }

    private World.Server start() {
      boolean mortal = world.random.nextInt(4) > 0;
      CrashPoints points = mortal ? CrashPoints.at(world.random.nextInt(80)) : CrashPoints.never();
      World.Server server = world.server(points, alone);
      try {
        server.pipelines.begin();
        return server;
      } catch (Crash _) {
        return start();
      }
    }

    void put(String key, String content) {
      world.put(key, content);
      puts.computeIfAbsent(key, _ -> new ArrayList<>()).add(content);
    }

    void run() {
      for (int i = 0; i < 150; i++) {
        int which = world.random.nextInt(servers.size());
        try {
          act(servers.get(which));
        } catch (Crash _) {
          servers.set(which, start());
        }
      }
      finishAndCheck();
    }

    private void act(World.Server server) {
      switch (world.random.nextInt(19)) {
        case 16 -> world.tellAgain(any(KEYS));
        case 17 -> jump();
        case 18 -> silence(server);
        case 15 -> cancel(server);
        case 11 -> retry(server);
        case 13 -> hold(server);
        case 14 -> declareTeam(server);
        case 10 -> world.delete(any(KEYS));
        case 0, 1 -> put(any(KEYS), any(List.of("x", "y", "good")));
        case 2, 3 -> server.router.routeOnce();
        case 4, 5, 12 -> stepAndCheck(server);
        case 6 -> runAttempt(server);
        case 7 -> server.pipelines.beat();
        case 8 -> world.clock.advance(Duration.ofMillis(world.random.nextInt(20_000)));
        default -> {
          List<DeadLetter> letters = world.deadLetters();
          if (!letters.isEmpty()) {
            world.redrive(List.of(any(letters).id()));
          }
        }
      }
    }

    /** The machine's clock is set, ahead or back; at the end it will have caught up. */
    private void jump() {
      Duration by = Duration.ofMinutes(10L * (world.random.nextInt(4) - 1));
      world.clock.advance(by);
      behind = by.isNegative() ? behind.minus(by) : behind;
    }

    /** A server says nothing until others may take over what it holds; then it goes on. */
    private void silence(World.Server silent) {
      world.clock.advance(Duration.ofSeconds(31));
      servers.stream().filter(other -> other != silent).forEach(other -> other.pipelines.beat());
      runAttempt(silent);
    }

    private void retry(World.Server server) {
      List<Execution> failed =
          server
              .pipelines
              .executions()
              .list(new ExecutionFilter(null, null, null, ExecutionStatus.FAILED, null), 50, null)
              .items();
      if (!failed.isEmpty()) {
        try {
          server.pipelines.retrying().retry(any(failed).id(), "user:ann", Seen.ALL);
        } catch (Conflict _) {
          // Nothing of it is left.
        }
      }
    }

    private void hold(World.Server server) {
      StageHolds.Verb verb = any(List.of(StageHolds.Verb.values()));
      server.tell(verb, any(List.of(ADD, OVERWRITE)).name());
    }

    /** Whatever a server knew of its stages, it starts nothing of those that are paused. */
    private void stepAndCheck(World.Server server) {
      Map<StageName, List<String>> before = new HashMap<>();
      world.database.perform(tx ->
          server
              .pipelines
              .holds()
              .all(tx)
              .forEach((stage, hold) -> {
                if (hold.isPaused()) {
                  before.put(stage, world.attempts(tx, stage));
                }
              }));
      long running = running();
      server.pipelines.step();
      assertThat(running()).as("running").isLessThanOrEqualTo(Math.max(running, limit));
      before.forEach((stage, attempts) ->
          assertThat(world.database.<List<String>>read(tx -> world.attempts(tx, stage)))
              .as("attempts of the paused %s", stage)
              .isEqualTo(attempts));
    }

    private void cancel(World.Server server) {
      List<Execution> open =
          server.pipelines.executions().list(ExecutionFilter.ALL, 1000, null).items().stream()
              .filter(execution -> !execution.status().ended())
              .toList();
      if (!open.isEmpty()) {
        server
            .pipelines
            .cancelling()
            .cancel(
                any(open).id(),
                any(List.of(Cancelling.Messages.values())),
                "user:tester",
                Seen.ALL);
      }
    }

    /** The domain gets an owner who may run so many executions, or another number of them. */
    private void declareTeam(World.Server server) {
      limit = 1L + world.random.nextInt(3);
      Team team = new Team("ann", 1 + world.random.nextInt(5), OptionalInt.of((int) limit));
      world.database.perform(tx -> {
        new Domains(world.database).put(tx, new Domains.Domain("a", "ann", ""));
        server.pipelines.teams().put(tx, team);
      });
    }

    private long running() {
      return world.database.<Long>read(
          tx -> tx.number("SELECT COUNT(*) FROM executions WHERE status = 'RUNNING'"));
    }

    private void runAttempt(World.Server server) {
      if (!server.attempts.isEmpty()) {
        server.attempts.remove().run();
      }
    }

    private <T> T any(List<T> all) {
      return all.get(world.random.nextInt(all.size()));
    }

    void finishAndCheck() {
      world.clock.advance(Duration.ofMinutes(5).plus(behind));
      World.Server last = world.server(CrashPoints.never(), true);
      last.pipelines.begin();
      last.finish();
      resumeAll(last);
      last.finish();
      // Attempts of servers that came back after others had taken over: they must change nothing.
      servers.forEach(server -> server.attempts.forEach(SimulationTest::runDead));
      world.faults.replaceAll((_, _) -> 2);
      for (int i = 0; i < 2; i++) {
        world.redrive(world.deadLetters().stream().map(DeadLetter::id).toList());
        last.finish();
      }
      assertThat(last.pipelines.pending()).isEqualTo(new Pending(0, 0, 0));
      checkRows();
      checkDeadLetters();
      checkExecutions(last);
    }

    private void resumeAll(World.Server server) {
      assertThat(server.pipelines.pending())
          .as("pending beside holds")
          .isEqualTo(new Pending(0, 0, 0));
      assertThat(world.database.read(server.pipelines.holds()::all).values())
          .as("holds")
          .allMatch(Hold::isPaused);
      server.tell(StageHolds.Verb.RESUME, ADD.name(), OVERWRITE.name());
    }

    private void checkRows() {
      Map<String, String> current = new HashMap<>();
      world.objects().forEach(object -> current.put(object.name().key(), object.sha256()));
      List<String> good =
          current.entrySet().stream()
              .filter(one -> !isGuilty(one.getKey(), one.getValue()))
              .map(one -> one.getKey() + "=" + one.getValue())
              .sorted()
              .toList();
      assertThat(world.rows("all")).as("overwritten rows").isEqualTo(good);
      assertThat(world.rows("add")).as("added rows").containsAll(good);
      assertThat(world.rows("last")).as("rows of last versions").containsAll(good);
      assertThat(world.rows("last"))
          .as("objects of last versions")
          .extracting(row -> row.substring(0, row.indexOf('=')))
          .doesNotHaveDuplicates();
      current.keySet().forEach(this::checkHistory);
    }

    /** The rows of an object are some of its puts, in order, none doubled. */
    private void checkHistory(String key) {
      List<String> rows =
          world.rows("add").stream()
              .filter(row -> row.startsWith(key + "="))
              .map(row -> row.substring(key.length() + 1))
              .toList();
      List<String> history = puts.getOrDefault(key, List.of());
      int at = 0;
      for (int i = 0; i < rows.size(); i++) {
        assertThat(isGuilty(key, rows.get(i))).as("row of %s", key).isFalse();
        if (i > 0) {
          assertThat(rows.get(i)).as("row of %s after the same", key).isNotEqualTo(rows.get(i - 1));
        }
        while (at < history.size() && !history.get(at).equals(rows.get(i))) {
          at++;
        }
        assertThat(at)
            .as("place of row %s of %s in %s", i, key, history)
            .isLessThan(history.size());
        at++;
      }
    }

    private void checkDeadLetters() {
      List<String> expected = new ArrayList<>();
      for (InputObject object : world.objects()) {
        if (isGuilty(object.name().key(), object.sha256())) {
          expected.add("a.p.add " + object.text());
          expected.add("a.p.all " + object.text());
          expected.add("a.p.last " + object.text());
        }
      }
      assertThat(world.deadLetters())
          .extracting(l -> l.queue() + " " + l.event().id())
          .doesNotHaveDuplicates();
      assertThat(
              world.deadLetters().stream()
                  .map(l -> l.queue() + " " + EventObject.of(l.event()).orElseThrow().name())
                  .distinct())
          .containsExactlyInAnyOrderElementsOf(expected);
    }

    private static void checkExecutions(World.Server last) {
      assertThat(last.pipelines.executions().list(ExecutionFilter.ALL, 1000, null).items())
          .allMatch(execution -> execution.status().ended());
    }

    private static boolean isGuilty(String key, String content) {
      return (key.endsWith(".bad") || key.endsWith(".odd")) && !content.startsWith("good");
    }
  }

  private static void runDead(Runnable attempt) {
    try {
      attempt.run();
    } catch (Crash _) {
      // It was dead before.
    }
  }
}
