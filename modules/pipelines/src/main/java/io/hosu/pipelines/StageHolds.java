package io.hosu.pipelines;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.hosu.events.EventLog;
import io.hosu.events.EventRouter;
import io.hosu.events.Queues;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.StageName;
import io.hosu.store.Database;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which stages people hold back: beside what is declared, so that applying a project, or a restart,
 * changes nothing of it. Each change moves the version of the stages on, so that no server starts
 * an execution by a hold that was changed since. May be used from any thread.
 */
final class StageHolds {
  private final Database database;
  private final Queues queues;
  private final EventRouter router;
  private final EventLog events;
  private final Stages stages;
  private final InstantSource clock;

  StageHolds(Pipelines.Parts parts, Stages stages) {
    this.database = parts.database();
    this.queues = parts.queues();
    this.router = parts.router();
    this.events = parts.events();
    this.clock = parts.clock();
    this.stages = stages;
  }

  /** What a person may tell a stage. */
  enum Verb {
    PAUSE,
    DRAIN,
    RESUME
  }

  /** What somebody tells stages, and why. */
  record Order(Verb verb, String by, String why) {}

  /** What an order came to. */
  record Obeyed(StageName stage, StageStatus status, boolean changed) {}

  /** The hold of a stage, if it is held back. */
  Optional<Hold> find(Transaction tx, StageName stage) {
    return tx.find("SELECT * FROM stage_holds WHERE stage = ?", StageHolds::hold, stage.toString());
  }

  /** Every hold, by stage; also those of stages that were removed and not dropped. */
  Map<StageName, Hold> all(Transaction tx) {
    Map<StageName, Hold> all = new HashMap<>();
    tx.list(
            "SELECT * FROM stage_holds",
            row -> Map.entry(StageName.parse(row.text("stage")), hold(row)))
        .forEach(one -> all.put(one.getKey(), one.getValue()));
    return all;
  }

  private static Hold hold(Row row) {
    return new Hold(
        Hold.Mode.valueOf(row.text("mode")),
        row.number("up_to"),
        row.instant("since"),
        row.text("by_whom"),
        row.text("why"));
  }

  /**
   * Refuses to start a stage by hand that is held back.
   *
   * @throws Conflict {@link PipelinesError#STAGE_PAUSED}
   */
  void requireNone(Transaction tx, StageName stage) {
    Optional<Hold> hold = find(tx, stage);
    if (hold.isPresent()) {
      throw new Conflict(
          PipelinesError.STAGE_PAUSED,
          "Stage %s is %s.".formatted(stage, hold.get().told()),
          "Let it go on first, with: hosu stages resume " + stage);
    }
  }

  /** Gives an order to all of the stages; a stage that is so already is left as it is. */
  List<Obeyed> obey(Order order, Collection<StageName> names) {
    return database.write(tx -> obey(tx, order, names));
  }

  private List<Obeyed> obey(Transaction tx, Order order, Collection<StageName> names) {
    List<Obeyed> all =
        names.stream()
            .flatMap(name -> stages.find(tx, name).stream())
            .map(stage -> obey(tx, order, stage))
            .toList();
    if (all.stream().anyMatch(Obeyed::changed)) {
      stages.changed(tx);
    }
    return all;
  }

  private Obeyed obey(Transaction tx, Order order, StageSpec stage) {
    Hold before = find(tx, stage.name()).orElse(null);
    Hold after = next(tx, order, stage, before);
    boolean changed = !Objects.equals(before, after);
    if (changed) {
      keep(tx, stage.name(), after);
      tell(tx, stage.name(), order, after);
    }
    return new Obeyed(stage.name(), StageStatus.of(stage, after), changed);
  }

  private @Nullable Hold next(Transaction tx, Order order, StageSpec stage, @Nullable Hold before) {
    return switch (order.verb()) {
      case RESUME -> null;
      case PAUSE -> before != null && before.isPaused() ? before : hold(Hold.Mode.PAUSED, 0, order);
      case DRAIN -> {
        Hold draining = hold(Hold.Mode.DRAINING, EventLog.newest(tx), order);
        if (before != null && !before.isPaused()) {
          yield before;
        }
        if (!isDrained(tx, stage, draining)) {
          yield draining;
        }
        yield before == null ? draining.drained() : before;
      }
    };
  }

  private Hold hold(Hold.Mode mode, long upTo, Order order) {
    return new Hold(mode, upTo, clock.instant(), order.by(), order.why());
  }

  private static void keep(Transaction tx, StageName stage, @Nullable Hold hold) {
    if (hold == null) {
      forget(tx, stage);
      return;
    }
    tx.update(
        """
        INSERT INTO stage_holds (stage, mode, up_to, since, by_whom, why)
        VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (stage) DO UPDATE SET mode = excluded.mode, up_to = excluded.up_to,
          since = excluded.since, by_whom = excluded.by_whom, why = excluded.why\
        """,
        stage.toString(),
        hold.mode().name(),
        hold.upTo(),
        hold.since(),
        hold.by(),
        hold.why());
  }

  /** Forgets the hold of a stage that is dropped. */
  static void forget(Transaction tx, StageName stage) {
    tx.update("DELETE FROM stage_holds WHERE stage = ?", stage.toString());
  }

  private void tell(Transaction tx, StageName stage, Order order, @Nullable Hold after) {
    StageEvents.held(events, tx, stage, after, order.by(), order.why());
  }

  /** Ends the draining of all stages that are done with it. */
  void endDrained() {
    Map<StageName, Hold> all = database.read(this::all);
    endDrained(
        all.entrySet().stream()
            .filter(one -> !one.getValue().isPaused())
            .map(Map.Entry::getKey)
            .toList());
  }

  /** Ends the draining of those of the stages that are done with it. */
  void endDrained(Collection<StageName> names) {
    List<StageName> done =
        names.isEmpty()
            ? List.of()
            : database.read(
                tx -> names.stream().filter(name -> drained(tx, name).isPresent()).toList());
    if (!done.isEmpty()) {
      database.perform(
          tx -> done.forEach(name -> drained(tx, name).ifPresent(hold -> end(tx, name, hold))));
    }
  }

  private void end(Transaction tx, StageName stage, Hold draining) {
    keep(tx, stage, draining.drained());
    StageEvents.held(events, tx, stage, draining.drained(), draining.by(), draining.why());
    stages.changed(tx);
  }

  private Optional<Hold> drained(Transaction tx, StageName name) {
    return find(tx, name)
        .filter(hold -> !hold.isPaused())
        .filter(
            hold -> stages.find(tx, name).filter(stage -> isDrained(tx, stage, hold)).isPresent());
  }

  /** Whether nothing of what was there when the stage was told to drain will move any more. */
  private boolean isDrained(Transaction tx, StageSpec stage, Hold draining) {
    return router.hasRouted(tx, draining.upTo())
        && !OpenExecutions.any(tx, stage.name())
        && !mayStart(tx, stage, draining);
  }

  /** What a stage waits for besides, such as another table or its moment, may come much later. */
  private boolean mayStart(Transaction tx, StageSpec stage, Hold draining) {
    Set<String> filled =
        StageSources.queues(stage).stream()
            .filter(queue -> queues.holdsAnyUpTo(tx, queue, draining.upTo()))
            .collect(toUnmodifiableSet());
    return stage.running().enabled() && StageSources.mayStart(stage, filled);
  }
}
