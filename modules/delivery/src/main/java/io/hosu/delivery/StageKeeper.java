package io.hosu.delivery;

import io.hosu.delivery.Change.Verb;
import io.hosu.delivery.Declared.Kind;
import io.hosu.kernel.StageName;
import io.hosu.pipelines.CrawledStages;
import io.hosu.pipelines.DeclaredCrawlers;
import io.hosu.pipelines.PipelinesError;
import io.hosu.pipelines.StageSpec;
import io.hosu.pipelines.Stages;
import io.hosu.store.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

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
    Set<StageName> crawled = CrawledStages.names(tx);
    return stages.list(tx).stream()
        .filter(stage -> !crawled.contains(stage.name()) && !DeclaredCrawlers.isCrawler(stage))
        .<Declared>map(Declared.Stage::new)
        .toList();
  }

  @Override
  public List<String> notes(Transaction tx, Diff.Step step) {
    String name = step.thing().name();
    long waiting = stages.messages(tx, StageName.parse(name));
    if (waiting == 0) {
      return List.of();
    }
    if (step.verb() == Verb.REMOVE) {
      return List.of(
          count(waiting)
              + " for it, and for its return. To throw them away: hosu stages drop "
              + name);
    }
    return step.thing() instanceof Declared.Stage(var spec)
        ? notes(waiting, stages.messagesSetAside(tx, spec), spec)
        : List.of();
  }

  private static List<String> notes(long waiting, long aside, StageSpec stage) {
    List<String> notes = new ArrayList<>();
    if (aside > 0) {
      notes.add(
          "%s for it by its old trigger, which the new one does not take: %s (%s). See: hosu dlq list --stage %s"
              .formatted(
                  count(aside),
                  aside == 1 ? "it becomes a dead letter" : "they become dead letters",
                  PipelinesError.TRIGGER_CHANGED,
                  stage.name()));
    }
    if (waiting > aside) {
      notes.add(count(waiting - aside) + " for it and will be processed as it is declared now.");
    }
    return List.copyOf(notes);
  }

  private static String count(long messages) {
    return messages == 1 ? "1 message waits" : messages + " messages wait";
  }

  @Override
  public Work prepare(List<Diff.Step> steps, String principal) {
    return this;
  }

  @Override
  public void put(Transaction tx, Declared declared) {
    if (declared instanceof Declared.Stage(var spec)) {
      CrawledStages.forget(tx, spec.name());
      stages.put(tx, spec);
    }
  }

  @Override
  public void remove(Transaction tx, Declared declared) {
    stages.remove(tx, StageName.parse(declared.name()));
  }
}
