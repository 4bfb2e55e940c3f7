package io.hosu.pipelines;

import io.hosu.events.EventPatterns;
import io.hosu.events.Queues;
import io.hosu.events.Rules;
import io.hosu.governance.Grant;
import io.hosu.governance.Grants;
import io.hosu.governance.Permission;
import io.hosu.governance.Resource;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Json;
import io.hosu.kernel.StageName;
import io.hosu.kernel.Suggestions;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The stages of the lake as they are declared, each with the queues and rules that feed it. May be
 * used from any thread.
 */
public final class Stages {
  private static final String NAME = " WHERE name = ?";

  private final Database database;
  private final Queues queues;
  private final Rules rules;
  private final Grants grants;
  private final DispatcherInbox inbox;
  private final InstantSource clock;

  Stages(
      Database database,
      Queues queues,
      Rules rules,
      Grants grants,
      DispatcherInbox inbox,
      InstantSource clock) {
    this.database = database;
    this.queues = queues;
    this.rules = rules;
    this.grants = grants;
    this.inbox = inbox;
    this.clock = clock;
  }

  /**
   * Makes {@code stage} part of the lake, or puts it in the place of the one of its name; what
   * waits in its queues, and what it has processed, stays.
   *
   * @return whether anything changed
   */
  public boolean put(Transaction tx, StageSpec stage) {
    Optional<StageSpec> before = find(tx, stage.name());
    if (before.filter(stage::equals).isPresent()) {
      return false;
    }
    List<StageSources.Source> sources = StageSources.of(stage);
    sources.forEach(source -> EventPatterns.check(source.pattern()));
    Set<String> obsolete = new HashSet<>();
    before.ifPresent(old -> StageSources.of(old).forEach(source -> obsolete.add(source.queue())));
    for (StageSources.Source source : sources) {
      if (!obsolete.remove(source.queue())) {
        queues.create(tx, source.queue());
      }
      rules.put(tx, source.rule(stage.name()));
    }
    obsolete.forEach(queue -> removeQueue(tx, queue));
    String name = stage.name().toString();
    grants.replace(tx, Grant.sourceOfStage(name), rights(stage));
    tx.update(
        """
        INSERT INTO stages (name, domain, pipeline, stage, spec, updated_at)
        VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET spec = excluded.spec, updated_at = excluded.updated_at\
        """,
        stage.name().toString(),
        stage.name().domain(),
        stage.name().pipeline(),
        stage.name().stage(),
        Json.print(stage.toJson()),
        clock.instant());
    tx.afterCommit(() -> inbox.declared(stage.name(), Optional.of(stage)));
    return true;
  }

  /** What the stage's role may do: read its domain and what it waits for, write its target. */
  private static List<Grant> rights(StageSpec stage) {
    String name = stage.name().toString();
    List<Grant> rights = new ArrayList<>();
    rights.add(
        Grant.ofStage(name, Set.of(Permission.SELECT), new Resource.Domain(stage.name().domain())));
    if (stage.on() instanceof Trigger.Tables(var tables)) {
      tables.forEach(
          table -> rights.add(Grant.ofStage(name, Set.of(Permission.SELECT), Resource.of(table))));
    }
    rights.add(
        Grant.ofStage(
            name,
            Set.of(Permission.INSERT, Permission.DELETE, Permission.ALTER),
            Resource.of(stage.into().table())));
    return rights;
  }

  private void removeQueue(Transaction tx, String queue) {
    rules.remove(tx, queue);
    queues.remove(tx, queue);
  }

  /**
   * Takes a stage out of the lake: its queues go, what it was working on is cancelled, and what it
   * processed is forgotten. Its executions stay to be looked at.
   *
   * @return whether there was one
   */
  public boolean remove(Transaction tx, StageName name) {
    Optional<StageSpec> stage = find(tx, name);
    if (stage.isEmpty()) {
      return false;
    }
    StageSources.of(stage.get()).forEach(source -> removeQueue(tx, source.queue()));
    grants.replace(tx, Grant.sourceOfStage(name.toString()), List.of());
    ExecutionRows.cancelAll(tx, name, clock.instant());
    StageInputs.deleteAll(tx, name);
    tx.update("DELETE FROM stages" + NAME, name.toString());
    tx.afterCommit(() -> inbox.declared(name, Optional.empty()));
    return true;
  }

  /** Every stage, by name. */
  public List<StageSpec> list() {
    return database.read(this::list);
  }

  /** Every stage as this transaction sees it, by name. */
  public List<StageSpec> list(Transaction tx) {
    return tx.list(
        "SELECT spec FROM stages ORDER BY name",
        row -> StageSpec.fromJson(Json.parse(row.text("spec"))));
  }

  /** The stage of this name. */
  public Optional<StageSpec> find(StageName name) {
    return database.read(tx -> find(tx, name));
  }

  /** The stage of this name as this transaction sees it. */
  public Optional<StageSpec> find(Transaction tx, StageName name) {
    return tx.find(
        "SELECT spec FROM stages" + NAME,
        row -> StageSpec.fromJson(Json.parse(row.text("spec"))),
        name.toString());
  }

  /**
   * The stage of this name as this transaction sees it.
   *
   * @throws NotFound {@link PipelinesError#STAGE_NOT_FOUND}
   */
  public StageSpec require(Transaction tx, StageName name) {
    return find(tx, name)
        .orElseThrow(() -> {
          List<String> known =
              tx.list("SELECT name FROM stages ORDER BY name", row -> row.text("name"));
          return new NotFound(
              PipelinesError.STAGE_NOT_FOUND,
              "There is no stage '%s'%s."
                  .formatted(name, Suggestions.didYouMean(name.toString(), known).replace("?", "")),
              known.isEmpty()
                  ? "Apply a project first, with: hosu apply"
                  : "Write it as DOMAIN.PIPELINE.STAGE; see the stages with: hosu status");
        });
  }
}
