package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.events.EventFilter;
import io.hosu.events.Schedule;
import io.hosu.events.ScheduleRule.CatchUp;
import io.hosu.events.Schedules;
import io.hosu.kernel.TableName;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/** Lives of stages that start by time, by sets of objects, by tables, and by backfills. */
final class TriggerLives {
  private TriggerLives() {}

  private static StageSpec stage(String name, Trigger on, Target.Mode mode, Batch batch) {
    return World.stage(name, on, mode, batch, WorldLife.TWICE);
  }

  private static Trigger.Scheduled hourly(CatchUp catchUp) {
    return new Trigger.Scheduled(
        Schedule.parse("rate(1 hour)", ZoneOffset.UTC, Schedule.Span.ALWAYS),
        Duration.ZERO,
        catchUp);
  }

  /** A life with a schedule. */
  abstract static class Timed extends WorldLife {
    Timed(World world, StageSpec... stages) {
      super(world, stages);
    }

    /** Time passes, and the schedules fire. */
    final void pass(Duration time) {
      outside(() -> world.clock.advance(time));
      step(server -> {
        while (server.scheduleClock.step().isZero()) {
          // What is due fires, some at a time.
        }
      });
    }
  }

  /** Moments of schedules come, at which one stage has work and another has none. */
  static final class Scheduled extends Timed {
    private static final StageSpec REPORT =
        stage("a.p.report", hourly(CatchUp.ALL), Target.Mode.APPEND, Batch.STANDARD);
    private static final StageSpec IDLE =
        stage("a.p.idle", hourly(CatchUp.ONCE), Target.Mode.APPEND, Batch.STANDARD);

    Scheduled(World world) {
      super(world, REPORT, IDLE);
      pass(Duration.ofMinutes(61));
      finish();
      pass(Duration.ofHours(2));
      finish();
      holds(CrashInvariant.IDLE_MOMENT, () -> assertThat(executions(IDLE)).isEmpty());
      holds(
          CrashInvariant.MOMENT,
          () -> {
            assertThat(moments(REPORT)).doesNotHaveDuplicates().hasSize(3);
            assertThat(moments(IDLE)).doesNotHaveDuplicates().hasSize(2);
            assertThat(executions(REPORT))
                .hasSize(3)
                .allMatch(one -> one.status() == ExecutionStatus.SUCCEEDED);
          });
    }

    private List<String> moments(StageSpec stage) {
      return world.events(EventFilter.ALL.detailType(Schedules.DETAIL_TYPE)).stream()
          .filter(event -> event.resources().contains(stage.name().toString()))
          .map(event -> event.detail().path("scheduled_at").asText())
          .toList();
    }
  }

  /** Objects wait for the moment of a schedule. */
  static final class Gathered extends Timed {
    private static final StageSpec GATHER =
        stage(
            "a.p.gather",
            new Trigger.Gathered(WorldLife.ALL, hourly(CatchUp.ONCE)),
            Target.Mode.APPEND,
            new Batch(2, Duration.ZERO));

    Gathered(World world) {
      super(world, GATHER);
      put("1.ok", "2.flaky", "3.ok");
      finish();
      holds(CrashInvariant.GATHERED, () -> assertThat(executions(GATHER)).isEmpty());
      pass(Duration.ofMinutes(61));
      finish();
      holds(
          CrashInvariant.GATHERED,
          () -> {
            assertThat(world.rows("gather")).containsExactly("a/1.ok=x", "a/2.flaky=x", "a/3.ok=x");
            assertThat(succeeded(GATHER)).isEqualTo(2);
          });
    }
  }

  /** Sets of objects become complete: by globs, and by a manifest. */
  static final class OfSets extends WorldLife {
    private static final StageSpec JOIN =
        stage(
            "a.p.join",
            new Trigger.All(List.of("raw/a/{day}/x.ok", "raw/a/{day}/y.ok"), Patience.ENDLESS),
            Target.Mode.APPEND,
            Batch.STANDARD);
    private static final StageSpec LISTED =
        stage(
            "a.p.listed",
            new Trigger.Manifest("raw/a/*.manifest", Patience.ENDLESS),
            Target.Mode.APPEND,
            Batch.STANDARD);

    OfSets(World world) {
      super(world, JOIN, LISTED);
      put("1/x.ok");
      outside(() ->
          world.put(
              "a/1.manifest", "{\"entries\": [{\"url\": \"l/1.ok\"}, {\"url\": \"l/2.ok\"}]}"));
      put("l/1.ok");
      finish();
      holds(
          CrashInvariant.SETS,
          () -> {
            assertThat(world.rows("join")).isEmpty();
            assertThat(world.rows("listed")).isEmpty();
          });
      put("1/y.ok", "l/2.ok");
      finish();
      holds(
          CrashInvariant.SETS,
          () -> {
            assertThat(world.history("join")).containsExactly("a/1/x.ok=x", "a/1/y.ok=x");
            assertThat(world.history("listed")).containsExactly("a/l/1.ok=x", "a/l/2.ok=x");
            assertThat(succeeded(JOIN)).isEqualTo(1);
            assertThat(succeeded(LISTED)).isEqualTo(1);
          });
    }
  }

  /** Tables are committed to that stages wait for: for each of them, or for any. */
  static final class OnTables extends WorldLife {
    private static final List<TableName> TABLES =
        List.of(TableName.parse("a.stage.x"), TableName.parse("a.stage.y"));
    private static final StageSpec EACH =
        stage(
            "a.p.each",
            new Trigger.Tables(TABLES, Trigger.Tables.When.ALL),
            Target.Mode.OVERWRITE,
            Batch.STANDARD);
    private static final StageSpec ANY =
        stage(
            "a.p.any",
            new Trigger.Tables(TABLES, Trigger.Tables.When.ANY),
            Target.Mode.APPEND,
            Batch.STANDARD);

    OnTables(World world) {
      super(world, EACH, ANY);
      outside(() -> world.commit("a.stage.x"));
      finish();
      holds(CrashInvariant.TABLES, () -> starts(0, 1));
      outside(() -> world.commit("a.stage.y"));
      finish();
      holds(CrashInvariant.TABLES, () -> starts(1, 2));
    }

    private void starts(int each, int any) {
      assertThat(succeeded(EACH)).isEqualTo(each);
      assertThat(succeeded(ANY)).isEqualTo(any);
    }
  }

  /** A backfill is fed in order, part by part; another is cancelled under way. */
  static final class Backfilled extends WorldLife {
    private static final StageSpec MERGE =
        stage("a.p.merge", WorldLife.ALL, Target.Mode.MERGE, new Batch(2, Duration.ZERO));

    Backfilled(World world) {
      super(world, MERGE);
      for (String name : List.of("3.ok", "1.ok", "2.ok")) {
        world.clock.advance(Duration.ofSeconds(1));
        processed(name);
      }
      step(server -> begin(server, 1));
      finish();
      holds(
          CrashInvariant.BACKFILLED_ONCE,
          () -> {
            assertThat(statuses()).containsExactly(Backfill.Status.DONE);
            assertThat(again()).containsExactly("a/3.ok=x", "a/1.ok=x", "a/2.ok=x");
          });
      outside(() -> world.clock.advance(Duration.ofSeconds(1)));
      step(server -> begin(server, 2));
      step(server -> server.pipelines.feed());
      step(this::cancel);
      finish();
      holds(
          CrashInvariant.BACKFILLED_ONCE,
          () -> {
            assertThat(statuses()).containsExactly(Backfill.Status.CANCELLED, Backfill.Status.DONE);
            assertThat(again().subList(3, again().size())).containsExactly("a/3.ok=x", "a/1.ok=x");
          });
    }

    /** Who got no answer looks whether there is one. */
    private void begin(World.Server server, int number) {
      if (statuses().size() < number) {
        server
            .pipelines
            .backfills()
            .begin(
                new Backfill.Wanted(
                    "a",
                    "p",
                    "",
                    Instant.EPOCH,
                    world.clock.instant().plusMillis(1),
                    Optional.of(1)),
                "user:ann",
                Seen.ALL);
      }
    }

    private void cancel(World.Server server) {
      Backfill newest = server.pipelines.backfills().list(Seen.ALL).getFirst().backfill();
      if (newest.status() == Backfill.Status.RUNNING) {
        server.pipelines.backfills().cancel(newest.id(), Seen.ALL);
      }
    }

    private List<Backfill.Status> statuses() {
      return process().pipelines.backfills().list(Seen.ALL).stream()
          .map(detail -> detail.backfill().status())
          .toList();
    }

    /** What came after the three rows of the first time. */
    private List<String> again() {
      List<String> all = world.history("merge");
      return all.subList(3, all.size());
    }
  }
}
