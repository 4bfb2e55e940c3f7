package io.hosu.pipelines;

import io.hosu.kernel.StageName;
import io.hosu.store.Transaction;
import java.util.Optional;

/** Whether stages go on with backfills by themselves. May be used from any thread. */
final class Standstill {
  private final Stages stages;
  private final StageHolds holds;

  Standstill(Stages stages, StageHolds holds) {
    this.stages = stages;
    this.holds = holds;
  }

  /**
   * What has to happen before a stage begins more of a backfill; empty when it does by itself. One
   * that drains ends what it has begun, and what is left of a backfill comes after that.
   */
  Optional<String> of(Transaction tx, StageName name) {
    Optional<StageSpec> stage = stages.find(tx, name);
    if (stage.isEmpty()) {
      return Optional.of("stage %s is no part of the lake any more".formatted(name));
    }
    if (!BackfillPlan.isOverObjects(stage.get())) {
      return Optional.of("stage %s is not started by objects any more".formatted(name));
    }
    if (!stage.get().running().enabled()) {
      return Optional.of("stage %s is declared with enabled: false".formatted(name));
    }
    return holds.find(tx, name).map(hold -> "stage %s is %s".formatted(name, hold.told()));
  }
}
