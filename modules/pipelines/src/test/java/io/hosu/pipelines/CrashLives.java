package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.events.DeadLetter;
import io.hosu.events.EventFilter;
import io.hosu.events.Replay;
import io.hosu.kernel.Event;
import io.hosu.kernel.HosuException.NotFound;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Lives over objects that arrive, and what people ask for besides. */
final class CrashLives {
  private static final StageSpec ADD =
      World.stage(
          "a.p.add",
          WorldLife.ALL,
          Target.Mode.APPEND,
          new Batch(3, Duration.ofSeconds(2)),
          WorldLife.TWICE);
  private static final StageSpec OVERWRITE =
      World.stage(
          "a.p.all",
          WorldLife.ALL,
          Target.Mode.OVERWRITE,
          new Batch(2, Duration.ZERO),
          WorldLife.TWICE);

  private CrashLives() {}

  /** Objects are good, bad, odd, or find the machine failing. */
  static final class Arrival extends WorldLife {
    Arrival(World world) {
      super(world, ADD, OVERWRITE);
      put("1.ok", "4.bad", "5.odd", "6.flaky", "2.ok");
      finish();
      outside(() ->
          assertThat(world.rows("add")).containsExactly("a/1.ok=x", "a/2.ok=x", "a/6.flaky=x"));
    }
  }

  /** The SQL is corrected, and the dead letters of an object redriven. */
  static final class Redrive extends WorldLife {
    private final List<String> letters;

    Redrive(World world) {
      super(world, ADD, OVERWRITE);
      processed("4.bad", "2.ok");
      letters = lettersAbout("4.bad").stream().map(DeadLetter::id).toList();
      assertThat(letters).hasSize(2);
      outside(() -> world.hasBetterSql = true);
      step(server -> server.redriving.redrive(letters, "user:ann"));
      finish();
      outside(() -> assertThat(world.rows("add")).containsExactly("a/2.ok=x", "a/4.bad=x"));
    }
  }

  /**
   * The event of a dead letter is corrected: it is about an object that was there before the stage
   * was.
   */
  static final class Edit extends WorldLife {
    private final DeadLetter letter;

    Edit(World world) {
      super(withAnObject(world), ADD);
      processed("4.bad");
      letter = lettersAbout("4.bad").getFirst();
      step(server -> server.redriving.edit(letter.id(), corrected(), "user:ann"));
      holds(CrashInvariant.EDITED_ONCE, this::checkEdited);
      step(server -> server.redriving.redrive(List.of(letter.id()), "user:ann"));
      finish();
      holds(
          CrashInvariant.EDITED_ONCE,
          () -> assertThat(world.history("add")).containsExactly("a/4.ok=x"));
    }

    private static World withAnObject(World world) {
      world.put("a/4.ok", "x");
      world.server().router.routeOnce();
      return world;
    }

    private Event corrected() {
      Event event = letter.event();
      ObjectNode detail = event.detail().deepCopy();
      InputObject other =
          world.objects().stream()
              .filter(object -> object.name().key().equals("a/4.ok"))
              .findFirst()
              .orElseThrow();
      detail.putObject("object").put("key", other.name().key()).put("version-id", other.version());
      return event.with(List.of(other.text()), detail);
    }

    private void checkEdited() {
      assertThat(world.deadLetters())
          .singleElement()
          .satisfies(now -> {
            assertThat(now.event()).isEqualTo(corrected());
            assertThat(now.edit().orElseThrow().original()).isEqualTo(letter.event());
          });
    }
  }

  /** What failed is retried, and fails again. */
  static final class RetryOfWhatFailed extends WorldLife {
    RetryOfWhatFailed(World world) {
      super(world, ADD);
      processed("5.odd", "2.ok");
      String execution = lettersAbout("5.odd").getFirst().cause().execution().orElseThrow();
      step(server -> server.pipelines.retrying().retry(execution, "user:ann", Seen.ALL));
      finish();
      holds(CrashInvariant.RETRIED_ONCE, () -> checkRetriedOnce(this, ADD));
    }
  }

  private static void checkRetriedOnce(WorldLife life, StageSpec stage) {
    assertThat(life.executions(stage))
        .filteredOn(one -> one.origin().by() == Execution.By.RETRY)
        .hasSize(1);
  }

  /** An execution is cancelled while its attempt waits for its turn, and then retried. */
  static final class Cancel extends WorldLife {
    private String execution = "";

    Cancel(World world) {
      super(world, ADD);
      put("7.ok");
      step(server -> server.router.routeOnce());
      outside(() -> world.clock.advance(Duration.ofSeconds(5)));
      step(server -> server.pipelines.beat());
      step(server -> server.pipelines.step());
      outside(() -> execution = executions(ADD).getFirst().id());
      step(server ->
          server
              .pipelines
              .cancelling()
              .cancel(execution, Cancelling.Messages.SET_ASIDE, "user:ann", Seen.ALL));
      finish();
      holds(CrashInvariant.CANCELLED, () -> assertThat(world.rows("add")).isEmpty());
      step(server -> server.pipelines.retrying().retry(execution, "user:ann", Seen.ALL));
      finish();
      holds(CrashInvariant.RETRIED_ONCE, () -> checkRetriedOnce(this, ADD));
      outside(() -> assertThat(world.rows("add")).containsExactly("a/7.ok=x"));
    }
  }

  /** The events of the log are sent once more to a stage. */
  static final class Replaying extends WorldLife {
    Replaying(World world) {
      super(world, ADD);
      processed("1.ok", "2.ok", "3.ok", "6.flaky");
      step(server -> server.tell(StageHolds.Verb.PAUSE, ADD.name()));
      step(this::beginReplay);
      step(server -> {
        while (server.replays.step()) {
          // Each part is a write of its own.
        }
      });
      holds(CrashInvariant.REPLAYED_ONCE, this::checkReplay);
      step(server -> server.tell(StageHolds.Verb.RESUME, ADD.name()));
      finish();
    }

    /** Who got no answer looks whether there is one. */
    private void beginReplay(World.Server server) {
      if (replayed().isEmpty()) {
        var wanted =
            new Replay.Wanted(
                "", "a.p.add", Instant.EPOCH, world.clock.instant(), Optional.empty());
        server.replays.begin(wanted, "user:ann");
      }
    }

    private List<Replay> replayed() {
      return world.database.read(tx -> process().replays.list(tx));
    }

    private void checkReplay() {
      assertThat(replayed())
          .singleElement()
          .satisfies(replay -> {
            assertThat(replay.status()).isEqualTo(Replay.Status.DONE);
            assertThat(replay.place().messages()).isEqualTo(4);
          });
      assertThat(world.count("messages")).as("messages that the replay sent").isEqualTo(4);
    }
  }

  /** A stage is paused, let go on, drained, and let go on. */
  static final class Holding extends WorldLife {
    Holding(World world) {
      super(world, ADD);
      tell(StageHolds.Verb.PAUSE);
      put("1.ok", "2.ok");
      finish();
      holds(CrashInvariant.HELD, () -> assertThat(executions(ADD)).isEmpty());
      tell(StageHolds.Verb.RESUME);
      finish();
      put("3.ok");
      step(server -> server.router.routeOnce());
      tell(StageHolds.Verb.DRAIN);
      put("4.ok");
      finish();
      holds(
          CrashInvariant.HELD,
          () -> {
            assertThat(world.rows("add")).containsExactly("a/1.ok=x", "a/2.ok=x", "a/3.ok=x");
            assertThat(world.database.read(process().pipelines.holds()::all).values())
                .singleElement()
                .matches(Hold::isPaused);
          });
      tell(StageHolds.Verb.RESUME);
      finish();
      holds(
          CrashInvariant.HELD,
          () ->
              assertThat(changes())
                  .containsExactly(
                      "Stage Paused",
                      "Stage Resumed",
                      "Stage Draining",
                      "Stage Paused",
                      "Stage Resumed"));
    }

    private void tell(StageHolds.Verb verb) {
      step(server -> server.tell(verb, ADD.name()));
    }

    private List<String> changes() {
      return world.events(EventFilter.ALL).reversed().stream()
          .map(Event::detailType)
          .filter(type -> type.startsWith("Stage "))
          .toList();
    }
  }

  /** A stage that left the lake is dropped while messages wait for it, and declared again. */
  static final class Drop extends WorldLife {
    private boolean dropping;

    Drop(World world) {
      super(world, ADD);
      processed("1.ok");
      step(server -> server.tell(StageHolds.Verb.PAUSE, ADD.name()));
      put("2.ok", "3.ok");
      step(server -> server.router.routeOnce());
      outside(() -> {
        world.database.perform(tx -> process().pipelines.stages().remove(tx, ADD.name()));
        dropping = true;
      });
      step(this::drop);
      outside(() -> dropping = false);
      holds(CrashInvariant.DROPPED, () -> assertThat(left()).containsExactly(0L, 0L, 0L, 0L));
      outside(() -> process().apply(ADD));
      put("4.ok");
      finish();
      holds(
          CrashInvariant.DROPPED,
          () -> assertThat(world.rows("add")).containsExactly("a/1.ok=x", "a/4.ok=x"));
    }

    /** Who got no answer may be told that there is none. */
    private void drop(World.Server server) {
      try {
        assertThat(server.pipelines.stages().drop(ADD.name())).isEqualTo(2);
      } catch (NotFound e) {
        assertThat(e.code()).isEqualTo(PipelinesError.STAGE_NOT_FOUND);
      }
    }

    @Override
    void died() {
      if (dropping) {
        check(
            CrashInvariant.DROPPED,
            () -> assertThat(left().stream().map(count -> count == 0).distinct()).hasSize(1));
      }
    }

    /** What there is of the stage: itself, its hold, its messages, what counts as processed. */
    private List<Long> left() {
      return List.of(
          world.count("stages"),
          world.count("stage_holds"),
          world.count("messages"),
          world.count("stage_inputs WHERE earlier_life = 0"));
    }
  }
}
