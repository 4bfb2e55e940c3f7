package io.hosu.pipelines;

import io.hosu.kernel.StageName;
import io.hosu.store.Transaction;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * How many executions of stages and teams may start beside those that run, on this server or on
 * others. Counts in one transaction, each stage and each team once.
 */
final class Room {
  private final Transaction tx;
  private final Function<StageName, Teams.Owning> teams;
  private final Map<StageName, Long> stages = new HashMap<>();
  private final Map<String, Long> running = new HashMap<>();

  Room(Transaction tx, Function<StageName, Teams.Owning> teams) {
    this.tx = tx;
    this.teams = teams;
  }

  /** Whether one more execution of the stage may start. */
  boolean isFor(StageSpec stage) {
    return ofStage(stage.name()) < most(stage) && isForTeam(teams.apply(stage.name()));
  }

  private static int most(StageSpec stage) {
    boolean exclusive = stage.into().mode() == Target.Mode.OVERWRITE;
    return exclusive ? 1 : stage.running().concurrency();
  }

  private boolean isForTeam(Teams.Owning owning) {
    Team team = owning.team();
    return team.concurrency().isEmpty() || ofTeam(owning) < team.concurrency().getAsInt();
  }

  private long ofStage(StageName stage) {
    return stages.computeIfAbsent(stage, _ -> OpenExecutions.running(tx, stage));
  }

  private long ofTeam(Teams.Owning owning) {
    return running.computeIfAbsent(
        owning.team().name(), _ -> OpenExecutions.running(tx, owning.domains()));
  }

  /** An execution of the stage was started. */
  void started(StageName stage) {
    stages.computeIfPresent(stage, (_, count) -> count + 1);
    running.computeIfPresent(teams.apply(stage).team().name(), (_, count) -> count + 1);
  }
}
