package io.hosu.delivery;

import io.hosu.delivery.Change.Verb;
import io.hosu.delivery.Declared.Kind;
import io.hosu.kernel.StageName;
import io.hosu.pipelines.Stages;
import io.hosu.store.Transaction;
import java.util.List;

/** Keeps stages. */
final class StageKeeper implements Keeper, Keeper.Work {
  private final Stages stages;

  StageKeeper(Stages stages) {
    this.stages = stages;
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
    String name = step.thing().name();
    long waiting = stages.messages(tx, StageName.parse(name));
    if (waiting == 0) {
      return List.of();
    }
    String count = waiting == 1 ? "1 message waits" : waiting + " messages wait";
    return List.of(
        step.verb() == Verb.REMOVE
            ? count + " for it, and for its return. To throw them away: hosu stages drop " + name
            : count + " for it and will be processed as it is declared now.");
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
