package io.hosu.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.kernel.Json;
import io.hosu.store.CrashingDatabase;
import io.hosu.store.Database;
import io.hosu.store.Databases;
import io.hosu.store.Transaction;
import io.hosu.testing.Crash;
import io.hosu.testing.CrashPoints;
import io.hosu.testing.ManualClock;
import io.hosu.testing.Seeds;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The whole life of messages while the process dies at random commits: every event that a rule
 * takes is done exactly once, or a dead letter, or waiting; never lost, never two of these.
 *
 * <p>What is done is written down in the transaction that deletes the message, as a stage publishes
 * its outcome.
 */
class EventsSimulationTest {
  private static final String QUEUE = "sales.orders.clean";
  private static final int STEPS = 60;

  @TempDir static Path directory;

  static LongStream seeds() {
    return Seeds.upTo(300);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void everyMatchedEventIsDoneOrDeadOrWaitingExactlyOnce(long seed) {
    Path home = directory.resolve("seed" + seed);
    try (Database database = Databases.temporary(home, EventsMigrations.all())) {
      new World(database, seed).live();
    }
  }

  /** One lake that outlives its processes. */
  private static final class World {
    private final Database database;
    private final Random random;
    private final ManualClock clock = new ManualClock();
    private final List<String> acknowledged = new ArrayList<>();
    private Bus bus;
    private int processes;

    World(Database database, long seed) {
      this.database = database;
      this.random = new Random(seed);
      this.bus = new Bus(database, clock, random.nextLong());
      bus.rule("rule", QUEUE, "order");
      bus.rule("twin", QUEUE, "order");
      startProcess();
    }

    void live() {
      for (int step = 0; step < STEPS; step++) {
        try {
          act();
        } catch (Crash crash) {
          startProcess();
        }
        checkNothingLostOrDoubled();
      }
      finish();
    }

    private void startProcess() {
      processes++;
      CrashPoints points = CrashPoints.at(random.nextInt(1, 25));
      Database mortal = new CrashingDatabase(database, points::pass);
      bus = new Bus(mortal, clock, random.nextLong());
    }

    private void act() {
      String receipt = "p" + processes + "-" + random.nextInt(4);
      switch (random.nextInt(9)) {
        case 0, 1 -> append(random.nextInt(4) == 0 ? "other" : "order");
        case 2 -> bus.router.routeOnce();
        case 3, 4 -> receive(receipt);
        case 5 -> complete(anyReceipt(receipt));
        case 6 -> failSoftly(anyReceipt(receipt));
        case 7 -> bury(anyReceipt(receipt));
        default -> redriveOrWait();
      }
    }

    /** Mostly one's own, sometimes that of a process before: a holder that came too late. */
    private String anyReceipt(String own) {
      return random.nextInt(4) > 0
          ? own
          : "p" + random.nextInt(processes + 1) + "-" + random.nextInt(4);
    }

    private void append(String kind) {
      acknowledged.add(bus.append(kind).id());
    }

    private void receive(String receipt) {
      bus.receive(QUEUE, 1 + random.nextInt(4), receipt);
    }

    private void complete(String receipt) {
      Bus now = bus;
      now.database.perform(tx -> {
        List<Message> held = now.queues.held(tx, receipt);
        held.forEach(message -> writeDone(now, tx, message));
        assertThat(now.queues.delete(tx, receipt)).isEqualTo(held.size());
      });
    }

    private static void writeDone(Bus bus, Transaction tx, Message message) {
      bus.log.append(tx, "done", "Done", "sales", List.of(message.event().id()), Json.object());
    }

    private void failSoftly(String receipt) {
      Bus now = bus;
      Instant later = clock.instant().plusSeconds(random.nextInt(20));
      now.database.perform(tx -> now.queues.release(tx, receipt, later));
    }

    private void bury(String receipt) {
      Bus now = bus;
      DeadLetterCause cause = DeadLetterCause.of("BROKEN", "It broke.", "Mend it.").in(receipt);
      now.database.perform(tx -> now.queues.bury(tx, receipt, cause));
    }

    private void redriveOrWait() {
      Bus now = bus;
      if (random.nextBoolean()) {
        now.database.perform(tx -> now.deadLetters.redrive(tx, someDeadLetters(tx), "ann"));
      } else {
        clock.advance(Duration.ofSeconds(random.nextInt(20)));
      }
    }

    private List<String> someDeadLetters(Transaction tx) {
      return bus.deadLetters.list(tx, DeadLetterFilter.ALL, 3).items().stream()
          .map(DeadLetter::id)
          .toList();
    }

    private void checkNothingLostOrDoubled() {
      List<String> expected = database.read(tx -> matched(tx, "matched > 0"));
      List<String> found = new ArrayList<>();
      database.<Boolean>read(tx -> {
        found.addAll(done(tx));
        found.addAll(events(tx, "messages"));
        return found.addAll(events(tx, "dead_letters"));
      });
      assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
    }

    private void finish() {
      bus = new Bus(database, clock, random.nextLong());
      bus.routeAll();
      bus.database.perform(tx -> bus.deadLetters.redrive(tx, all(tx), "ann"));
      bus.routeAll();
      clock.advance(Duration.ofMinutes(5));
      bus.receive(QUEUE, 1000, "last");
      complete("last");

      assertThat(bus.depth(QUEUE)).isEqualTo(QueueDepth.EMPTY);
      List<String> orders = database.read(tx -> matched(tx, "source = 'test'"));
      assertThat(orders).containsAll(acknowledged);
      checkNothingLostOrDoubled();
    }

    private List<String> all(Transaction tx) {
      return bus.deadLetters.list(tx, DeadLetterFilter.ALL, 1000).items().stream()
          .map(DeadLetter::id)
          .toList();
    }

    private static List<String> matched(Transaction tx, String condition) {
      return tx.list("SELECT id FROM events WHERE " + condition, row -> row.text("id"));
    }

    private static List<String> done(Transaction tx) {
      return tx.list(
          "SELECT resources FROM events WHERE source = 'done'",
          row -> Json.parse(row.text("resources")).path(0).asText());
    }

    private static List<String> events(Transaction tx, String table) {
      return tx.list(
          "SELECT event FROM " + table, row -> Json.parse(row.text("event")).path("id").asText());
    }
  }
}
