package io.hosu.pipelines;

import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.StageName;
import io.hosu.kernel.Suggestions;
import io.hosu.pipelines.Backfill.Status;
import io.hosu.pipelines.Backfill.Wanted;
import io.hosu.pipelines.StageObjects.Dated;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Has stages process objects again, also bytes that they processed before: those whose current
 * version was made in a time, in the order of time. What was asked for is kept, and goes on after a
 * restart; each object is in exactly one execution of each backfill and stage. May be used from any
 * thread.
 */
final class Backfills {
  private static final long MOST_OBJECTS = 200_000;

  private final Pipelines.Parts parts;
  private final Stages stages;
  private final StageHolds holds;
  private final Standstill standstill;
  private final StageObjects objects;
  private final Runnable made;

  /**
   * Backfills.
   *
   * @param made is run after each commit that makes one; it must be quick
   */
  Backfills(
      Pipelines.Parts parts, Stages stages, StageHolds holds, StageObjects objects, Runnable made) {
    this.parts = parts;
    this.stages = stages;
    this.holds = holds;
    this.standstill = new Standstill(stages, holds);
    this.objects = objects;
    this.made = made;
  }

  /** A backfill, and how far each of its stages is. */
  record Detail(Backfill backfill, List<BackfillRows.StageProgress> stages) {}

  /**
   * Makes sure that what is wanted is there for who sees only some.
   *
   * @throws NotFound {@link PipelinesError#STAGE_NOT_FOUND}
   */
  void requireKnown(Wanted wanted, Seen seen) {
    parts.database().read(tx -> chosen(tx, wanted, seen));
  }

  /**
   * Begins a backfill of what there is now.
   *
   * @param by who asks
   * @throws NotFound {@link PipelinesError#STAGE_NOT_FOUND}
   * @throws Invalid {@link PipelinesError#BACKFILL_INVALID}
   * @throws Conflict {@link PipelinesError#BACKFILL_NOT_OVER_OBJECTS}, {@link
   *     PipelinesError#BACKFILL_WOULD_DOUBLE}, {@link PipelinesError#STAGE_DISABLED}, {@link
   *     PipelinesError#STAGE_PAUSED}
   */
  Detail begin(Wanted wanted, String by, Seen seen) {
    return begin(wanted, by, seen, _ -> {});
  }

  /**
   * The same.
   *
   * @param recorded keeps in the same transaction that it was allowed
   */
  Detail begin(Wanted wanted, String by, Seen seen, Consumer<Transaction> recorded) {
    List<BackfillPlan> plans = parts.database().read(tx -> plans(tx, wanted, seen));
    boolean nothing = plans.stream().allMatch(plan -> plan.objects() == 0);
    return parts
        .database()
        .write(tx -> {
          Instant now = parts.clock().instant();
          Backfill backfill =
              new Backfill(
                  parts.ids().next(),
                  wanted,
                  nothing ? Status.DONE : Status.RUNNING,
                  now,
                  by,
                  nothing ? Optional.of(now) : Optional.empty());
          BackfillRows.insert(tx, backfill, plans);
          recorded.accept(tx);
          tx.afterCommit(made);
          return detail(tx, backfill);
        });
  }

  /** What {@link #begin} would process, and nothing is. */
  List<BackfillEstimate> estimate(Wanted wanted, Seen seen) {
    return parts
        .database()
        .read(tx ->
            plans(tx, wanted, seen).stream().map(plan -> BackfillEstimate.of(tx, plan)).toList());
  }

  private List<BackfillPlan> plans(Transaction tx, Wanted wanted, Seen seen) {
    requireSound(wanted);
    List<StageSpec> chosen = chosen(tx, wanted, seen);
    List<StageSpec> overObjects = chosen.stream().filter(BackfillPlan::isOverObjects).toList();
    if (overObjects.isEmpty()) {
      throw BackfillRefusals.notOverObjects(wanted, chosen);
    }
    List<BackfillPlan> plans = new ArrayList<>();
    long all = 0;
    for (StageSpec stage : overObjects) {
      requireReady(tx, stage, wanted, seen);
      List<Dated> found =
          objects.madeBetween(tx, BackfillPlan.globs(stage), wanted.from(), wanted.to());
      all += found.size();
      if (all > MOST_OBJECTS) {
        throw BackfillRefusals.tooMany(all, MOST_OBJECTS);
      }
      plans.add(BackfillPlan.of(stage, found, ledger(tx, stage, found)));
    }
    return plans;
  }

  private static Map<String, StageInputs.Entry> ledger(
      Transaction tx, StageSpec stage, List<Dated> found) {
    return StageInputs.find(
        tx,
        stage.name(),
        found.stream().map(dated -> dated.object().text()).collect(Collectors.toSet()));
  }

  private static void requireSound(Wanted wanted) {
    if (!wanted.from().isBefore(wanted.to())) {
      throw BackfillRefusals.noTime(wanted);
    }
    if (wanted.concurrency().filter(number -> number < 1).isPresent()) {
      throw BackfillRefusals.noConcurrency(wanted);
    }
  }

  private void requireReady(Transaction tx, StageSpec stage, Wanted wanted, Seen seen) {
    stages.requireEnabled(tx, stage.name(), seen);
    holds.requireNone(tx, stage.name());
    if (stage.into().mode() == Target.Mode.APPEND && stage.input().versions() == Versions.KEEP) {
      throw BackfillRefusals.wouldDouble(stage, wanted);
    }
  }

  private List<StageSpec> chosen(Transaction tx, Wanted wanted, Seen seen) {
    List<StageSpec> known =
        stages.list(tx).stream().filter(stage -> seen.stages().test(stage.name())).toList();
    List<StageSpec> chosen = known.stream().filter(stage -> wanted.isFor(stage.name())).toList();
    if (chosen.isEmpty()) {
      throw notFound(wanted, known.stream().map(StageSpec::name).toList());
    }
    return chosen;
  }

  private static NotFound notFound(Wanted wanted, List<StageName> known) {
    boolean pipeline = wanted.stage().isEmpty();
    List<String> names =
        known.stream()
            .map(name -> pipeline ? name.domain() + "." + name.pipeline() : name.toString())
            .distinct()
            .toList();
    return new NotFound(
        PipelinesError.STAGE_NOT_FOUND,
        "There is no %s '%s'%s"
            .formatted(
                pipeline ? "pipeline" : "stage",
                wanted.target(),
                Suggestions.ending(wanted.target(), names)),
        "See the stages with: hosu stages list");
  }

  /** All backfills that are seen, the newest first. */
  List<Detail> list(Seen seen) {
    return parts
        .database()
        .read(tx ->
            BackfillRows.list(tx).stream()
                .filter(backfill -> BackfillRows.isSeen(backfill, seen))
                .map(backfill -> detail(tx, backfill))
                .toList());
  }

  /**
   * The backfill of this id.
   *
   * @throws NotFound {@link PipelinesError#BACKFILL_NOT_FOUND}
   */
  Detail require(String id, Seen seen) {
    return parts.database().read(tx -> detail(tx, BackfillRows.require(tx, id, seen)));
  }

  /**
   * Ends a backfill before its end; the executions that it has begun go on.
   *
   * @throws NotFound {@link PipelinesError#BACKFILL_NOT_FOUND}
   * @throws Conflict {@link PipelinesError#BACKFILL_ENDED}
   */
  Detail cancel(String id, Seen seen) {
    return cancel(id, seen, _ -> {});
  }

  /**
   * The same.
   *
   * @param recorded keeps in the same transaction that it was allowed
   */
  Detail cancel(String id, Seen seen, Consumer<Transaction> recorded) {
    return parts
        .database()
        .write(tx -> {
          Backfill backfill = BackfillRows.require(tx, id, seen);
          if (backfill.status() != Status.RUNNING) {
            throw BackfillRefusals.ended(backfill);
          }
          BackfillRows.end(tx, backfill.id(), Status.CANCELLED, parts.clock().instant());
          recorded.accept(tx);
          return detail(tx, BackfillRows.require(tx, backfill.id(), seen));
        });
  }

  private Detail detail(Transaction tx, Backfill backfill) {
    return new Detail(
        backfill,
        BackfillRows.progress(tx, backfill.id()).stream()
            .map(one -> backfill.status() == Status.DONE ? one : standing(tx, backfill, one))
            .toList());
  }

  /** What was sent to a stage that stands still is worked on as far as its executions run. */
  private BackfillRows.StageProgress standing(
      Transaction tx, Backfill backfill, BackfillRows.StageProgress one) {
    Optional<String> why =
        one.progress().isOver() ? Optional.empty() : standstill.of(tx, one.stage());
    return why.isEmpty()
        ? one
        : new BackfillRows.StageProgress(
            one.stage(),
            one.progress().openAtMost(OpenExecutions.running(tx, one.stage())),
            why.filter(_ -> backfill.status() == Status.RUNNING));
  }
}
