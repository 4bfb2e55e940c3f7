package io.hosu.delivery;

import io.hosu.delivery.Change.Verb;
import io.hosu.delivery.Declared.Kind;
import io.hosu.kernel.StageName;
import io.hosu.pipelines.DeclaredCrawlers;
import io.hosu.store.Transaction;
import java.util.List;

/** Keeps crawlers. */
final class CrawlerKeeper implements Keeper, Keeper.Work {
  private final DeclaredCrawlers crawlers;

  CrawlerKeeper(DeclaredCrawlers crawlers) {
    this.crawlers = crawlers;
  }

  @Override
  public Kind kind() {
    return Kind.CRAWLER;
  }

  @Override
  public List<Declared> list(Transaction tx) {
    return crawlers.list(tx).stream().<Declared>map(Declared.Stage::new).toList();
  }

  @Override
  public List<String> notes(Transaction tx, Diff.Step step) {
    return step.verb() == Verb.REMOVE
        ? List.of("Its table stays with its rows; what comes is looked at and loaded no longer.")
        : List.of();
  }

  @Override
  public Work prepare(List<Diff.Step> steps, String principal) {
    return this;
  }

  @Override
  public void put(Transaction tx, Declared declared) {
    if (declared instanceof Declared.Stage(var spec)) {
      crawlers.put(tx, spec);
    }
  }

  @Override
  public void remove(Transaction tx, Declared declared) {
    crawlers.remove(tx, StageName.parse(declared.name()));
  }
}
