package io.hosu.delivery;

import io.hosu.delivery.Change.Verb;
import io.hosu.delivery.Declared.Kind;
import io.hosu.events.Queues;
import io.hosu.kernel.StageName;
import io.hosu.pipelines.StageSpec;
import io.hosu.pipelines.Stages;
import io.hosu.store.Transaction;
import java.util.List;

/** Keeps stages. */
final class StageKeeper implements Keeper, Keeper.Work {
  private static final int COUNTED = 100_000;

  private final Stages stages;
  private final Queues queues;

  StageKeeper(Stages stages, Queues queues) {
    this.stages = stages;
    this.queues = queues;
  }

  @Override
  public Kind kind() {
    return Kind.STAGE;
  }

  @Override
  public List<Declared> list(Transaction tx) {
    return stages.list(tx).stream().<Declared>map(Declared.Stage::new).toList();
  }

  @Override
  public List<String> notes(Transaction tx, Diff.Step step) {
    if (step.verb() == Verb.CREATE || !(step.before().orElseThrow() instanceof Declared.Stage s)) {
      return List.of();
    }
    long waiting = waiting(tx, s.spec());
    if (waiting == 0) {
      return List.of();
    }
    String count = waiting == 1 ? "1 message waits" : waiting + " messages wait";
    return List.of(
        step.verb() == Verb.REMOVE
            ? count
                + " for it and will not be processed; objects and events stay."
                + " To keep them waiting, set enabled: false instead."
            : count + " for it and will be processed as it is declared now.");
  }

  private long waiting(Transaction tx, StageSpec stage) {
    String name = stage.name().toString();
    return queues.waitingQueues(tx).stream()
        .filter(queue -> queue.equals(name) || queue.startsWith(name + "."))
        .mapToLong(queue -> queues.waiting(tx, queue, COUNTED).count())
        .sum();
  }

  @Override
  public Work prepare(List<Diff.Step> steps, String principal) {
    return this;
  }

  @Override
  public void put(Transaction tx, Declared declared) {
    if (declared instanceof Declared.Stage(var spec)) {
      stages.put(tx, spec);
    }
  }

  @Override
  public void remove(Transaction tx, Declared declared) {
    stages.remove(tx, StageName.parse(declared.name()));
  }
}
