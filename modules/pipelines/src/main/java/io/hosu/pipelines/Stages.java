package io.hosu.pipelines;

import io.hosu.events.EventPatterns;
import io.hosu.events.Queues;
import io.hosu.events.Rules;
import io.hosu.events.ScheduleRule;
import io.hosu.events.Schedules;
import io.hosu.governance.Grant;
import io.hosu.governance.Grants;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Ids;
import io.hosu.kernel.Json;
import io.hosu.kernel.Page;
import io.hosu.kernel.StageName;
import io.hosu.kernel.Suggestions;
import io.hosu.store.Database;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The stages of the lake as they are declared, each with the queues and rules that feed it. May be
 * used from any thread.
 */
public final class Stages {
  private static final String NAME = " WHERE name = ?";

  private final Database database;
  private final Queues queues;
  private final Rules rules;
  private final Schedules schedules;
  private final Grants grants;
  private final DispatcherInbox inbox;
  private final InstantSource clock;
  private final ChangedTrigger changedTrigger;
  private final ReadSpecs specs = new ReadSpecs();
  private final DeclaredCrawlers crawlers;

  Stages(
      Database database,
      Queues queues,
      Rules rules,
      Schedules schedules,
      Grants grants,
      DispatcherInbox inbox,
      InstantSource clock,
      Ids ids) {
    this.database = database;
    this.queues = queues;
    this.rules = rules;
    this.schedules = schedules;
    this.grants = grants;
    this.inbox = inbox;
    this.clock = clock;
    this.crawlers = new DeclaredCrawlers(this, inbox, clock, ids);
    this.changedTrigger = new ChangedTrigger(queues);
  }

  /** Those of them that are crawlers. */
  public DeclaredCrawlers crawlers() {
    return crawlers;
  }

  /**
   * A stage, and when it was taken out of the lake.
   *
   * @param removedAt empty for one that is part of the lake
   */
  public record Kept(StageSpec stage, Optional<Instant> removedAt) {
    static Kept of(Row row) {
      return new Kept(
          StageSpec.fromJson(Json.parse(row.text("spec"))), row.optionalInstant("removed_at"));
    }

    boolean isDeclared() {
      return removedAt.isEmpty();
    }
  }

  /**
   * Makes {@code stage} part of the lake, or puts it in the place of the one of its name; what
   * waits in its queues, and what it has processed, stays, also from before it was removed. Only
   * messages that another trigger does not take become dead letters ({@link
   * PipelinesError#TRIGGER_CHANGED}).
   *
   * @return whether anything changed
   */
  public boolean put(Transaction tx, StageSpec stage) {
    Optional<Kept> before = StageRows.findKept(tx, stage.name());
    if (before.filter(Kept::isDeclared).map(Kept::stage).filter(stage::equals).isPresent()) {
      return false;
    }
    List<StageSources.Source> sources = StageSources.of(stage);
    sources.forEach(source -> EventPatterns.check(source.pattern()));
    Set<String> obsolete = new HashSet<>();
    before.ifPresent(kept -> {
      obsolete.addAll(StageSources.queues(kept.stage()));
      changedTrigger.setAside(tx, kept.stage(), stage, clock.instant());
    });
    for (StageSources.Source source : sources) {
      if (!obsolete.remove(source.queue())) {
        queues.create(tx, source.queue());
      }
      rules.put(tx, source.rule(stage.name()));
    }
    obsolete.forEach(queue -> removeQueue(tx, queue));
    schedule(tx, stage);
    grants.replace(tx, Grant.sourceOfStage(stage.name().toString()), StageRights.of(stage));
    tx.update(
        """
        INSERT INTO stages (name, domain, pipeline, stage, spec, updated_at)
        VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (name) DO UPDATE
        SET spec = excluded.spec, updated_at = excluded.updated_at, removed_at = NULL\
        """,
        stage.name().toString(),
        stage.name().domain(),
        stage.name().pipeline(),
        stage.name().stage(),
        Json.print(stage.toJson()),
        clock.instant());
    StageHistory.declared(tx, stage, clock.instant());
    changed(tx);
    return true;
  }

  /** Stages are others than before, or are held back otherwise: every server looks again. */
  void changed(Transaction tx) {
    tx.update("UPDATE stages_version SET version = version + 1");
    tx.afterCommit(inbox::stagesChanged);
  }

  private void schedule(Transaction tx, StageSpec stage) {
    String name = stage.name().toString();
    stage
        .schedule()
        .ifPresentOrElse(
            at ->
                schedules.put(
                    tx,
                    new ScheduleRule(
                        name, stage.name().domain(), at.schedule(), at.jitter(), at.catchUp())),
            () -> schedules.remove(tx, name));
  }

  private void removeQueue(Transaction tx, String queue) {
    rules.remove(tx, queue);
    queues.remove(tx, queue);
  }

  /**
   * Takes a stage out of the lake. No event becomes a message for it any more; what it was working
   * on is cancelled. The messages that wait for it, those of its cancelled executions too, and what
   * it has processed, wait for its return ({@link #put}) or its end ({@link #drop}).
   *
   * @return whether there was one
   */
  public boolean remove(Transaction tx, StageName name) {
    Optional<StageSpec> stage = find(tx, name);
    if (stage.isEmpty()) {
      return false;
    }
    Instant now = clock.instant();
    StageSources.queues(stage.get()).forEach(queue -> rules.remove(tx, queue));
    grants.replace(tx, Grant.sourceOfStage(name.toString()), List.of());
    schedules.remove(tx, name.toString());
    ExecutionRows.cancelAll(tx, name, now).forEach(id -> queues.release(tx, id, now));
    tx.update("UPDATE stages SET removed_at = ?" + NAME, now, name.toString());
    StageHistory.removed(tx, name, now);
    changed(tx);
    return true;
  }

  /**
   * Forgets a stage that was removed: the messages that wait for its return, and what it has
   * processed. Its executions and dead letters stay to be looked at, and its rows stay where they
   * are; those of objects give way where a stage of its name processes these objects again.
   *
   * @return how many messages there were
   * @throws NotFound {@link PipelinesError#STAGE_NOT_FOUND}
   * @throws Conflict {@link PipelinesError#STAGE_DECLARED} when it is part of the lake
   */
  public long drop(StageName name) {
    return drop(name, _ -> {});
  }

  /**
   * The same.
   *
   * @param recorded keeps in the same transaction that it was allowed
   */
  long drop(StageName name, Consumer<Transaction> recorded) {
    return database.write(tx -> {
      long messages = drop(tx, name);
      recorded.accept(tx);
      return messages;
    });
  }

  private long drop(Transaction tx, StageName name) {
    Kept kept = StageRows.findKept(tx, name).orElseThrow(() -> notFound(tx, name, Seen.ALL));
    if (kept.isDeclared()) {
      throw new Conflict(
          PipelinesError.STAGE_DECLARED,
          "Stage %s is part of the lake project.".formatted(name),
          "Remove it from its pipeline, then: hosu apply; then: hosu stages drop " + name);
    }
    long messages = messages(tx, kept.stage());
    StageSources.queues(kept.stage()).forEach(queue -> queues.remove(tx, queue));
    if (kept.stage().into().mode() == Target.Mode.APPEND) {
      StageInputs.leaveBehind(tx, name);
    } else {
      StageInputs.deleteAll(tx, name);
    }
    StageFailures.forget(tx, name);
    Circuit.remove(tx, name);
    StageHolds.forget(tx, name);
    StageChanges.deleteAll(tx, name);
    tx.update("DELETE FROM stages" + NAME, name.toString());
    return messages;
  }

  /**
   * How many messages there are for the stage of this name, declared or removed, also those of
   * executions that have not ended.
   */
  public long messages(Transaction tx, StageName name) {
    return StageRows.findKept(tx, name).map(kept -> messages(tx, kept.stage())).orElse(0L);
  }

  /**
   * How many of the {@link #messages} of the stage of this name become dead letters when {@code
   * stage} is {@link #put} in its place.
   */
  public long messagesSetAside(Transaction tx, StageSpec stage) {
    return StageRows.findKept(tx, stage.name())
        .map(kept -> ChangedTrigger.count(tx, kept.stage(), stage))
        .orElse(0L);
  }

  /** How many messages wait for the return of stages that were removed, of those seen. */
  public long messagesOfRemoved(Transaction tx, Seen seen) {
    return kept(tx).stream()
        .filter(kept -> !kept.isDeclared() && seen.stages().test(kept.stage().name()))
        .mapToLong(kept -> messages(tx, kept.stage()))
        .sum();
  }

  private long messages(Transaction tx, StageSpec stage) {
    return StageSources.queues(stage).stream()
        .map(queue -> queues.depth(tx, queue))
        .mapToLong(depth -> depth.visible() + depth.inFlight() + depth.delayed())
        .sum();
  }

  /** Every stage, also those that were removed and not dropped, by name. */
  public List<Kept> kept(Transaction tx) {
    return tx.list("SELECT spec, removed_at FROM stages ORDER BY name", Kept::of);
  }

  /**
   * Those seen that were declared, removed or held back since, by name; also those that were
   * removed and not dropped.
   *
   * @param after the name of the last one before the page; empty at the beginning
   */
  Page<Kept> page(Transaction tx, Instant since, String after, int limit, Seen seen) {
    List<Kept> found = new ArrayList<>();
    String last = after;
    while (true) {
      List<Kept> some =
          tx.list(
              """
              SELECT spec, removed_at FROM stages s LEFT JOIN stage_holds h ON h.stage = s.name
              WHERE s.name > ? AND (updated_at >= ? OR removed_at >= ? OR since >= ?)
              ORDER BY s.name LIMIT ?\
              """,
              Kept::of,
              last,
              since,
              since,
              since,
              limit + 1);
      for (Kept kept : some) {
        if (found.size() == limit) {
          return new Page<>(found, found.getLast().stage().name().toString());
        }
        if (seen.stages().test(kept.stage().name())) {
          found.add(kept);
        }
        last = kept.stage().name().toString();
      }
      if (some.size() <= limit) {
        return Page.last(found);
      }
    }
  }

  /** Every stage, by name. */
  public List<StageSpec> list() {
    return database.read(this::list);
  }

  /** Every stage as this transaction sees it, by name. */
  public List<StageSpec> list(Transaction tx) {
    return specs.read(
        tx.list(
            "SELECT spec FROM stages WHERE removed_at IS NULL ORDER BY name",
            row -> row.text("spec")));
  }

  /** The stage of this name. */
  public Optional<StageSpec> find(StageName name) {
    return database.read(tx -> find(tx, name));
  }

  /** The stage of this name as this transaction sees it. */
  public Optional<StageSpec> find(Transaction tx, StageName name) {
    return StageRows.findKept(tx, name).filter(Kept::isDeclared).map(Kept::stage);
  }

  /**
   * The stage of this name as this transaction sees it.
   *
   * @throws NotFound {@link PipelinesError#STAGE_NOT_FOUND}
   */
  public StageSpec require(Transaction tx, StageName name) {
    return require(tx, name, Seen.ALL);
  }

  /** The same, where nothing is told of stages that are not seen. */
  StageSpec require(Transaction tx, StageName name, Seen seen) {
    return find(tx, name).orElseThrow(() -> notFound(tx, name, seen));
  }

  /**
   * The same, unless it is disabled.
   *
   * @throws Conflict {@link PipelinesError#STAGE_DISABLED}
   */
  StageSpec requireEnabled(Transaction tx, StageName name, Seen seen) {
    StageSpec stage = require(tx, name, seen);
    if (!stage.running().enabled()) {
      throw new Conflict(
          PipelinesError.STAGE_DISABLED,
          "Stage %s is disabled.".formatted(name),
          "Remove 'enabled: false' from its pipeline, then: hosu apply");
    }
    return stage;
  }

  /** The stage of this name, also when it was removed and not dropped, if it is seen. */
  Kept requireKept(Transaction tx, StageName name, Seen seen) {
    return Optional.of(name)
        .filter(seen.stages())
        .flatMap(one -> StageRows.findKept(tx, one))
        .orElseThrow(() -> notFound(tx, name, seen));
  }

  private NotFound notFound(Transaction tx, StageName name, Seen seen) {
    List<String> known =
        list(tx).stream()
            .map(StageSpec::name)
            .filter(seen.stages())
            .map(StageName::toString)
            .toList();
    return new NotFound(
        PipelinesError.STAGE_NOT_FOUND,
        "There is no stage '%s'%s".formatted(name, Suggestions.ending(name.toString(), known)),
        known.isEmpty()
            ? "Apply a project first, with: hosu apply"
            : "Write it as DOMAIN.PIPELINE.STAGE; see the stages with: hosu stages list");
  }
}
