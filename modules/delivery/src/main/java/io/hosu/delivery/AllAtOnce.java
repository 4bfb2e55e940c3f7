package io.hosu.delivery;

import io.hosu.store.Transaction;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Replaces all things of a kind with the first step, so that thousands of them cost one pass. */
final class AllAtOnce implements Keeper.Work {
  private final Keeper keeper;
  private final List<Diff.Step> steps;
  private final BiConsumer<Transaction, Collection<Declared>> replace;
  private @Nullable Transaction doneIn;

  AllAtOnce(
      Keeper keeper, List<Diff.Step> steps, BiConsumer<Transaction, Collection<Declared>> replace) {
    this.keeper = keeper;
    this.steps = steps;
    this.replace = replace;
  }

  @Override
  public void put(Transaction tx, Declared declared) {
    if (tx.equals(doneIn)) {
      return;
    }
    doneIn = tx;
    Map<String, Declared> all = new LinkedHashMap<>();
    keeper.list(tx).forEach(one -> all.put(one.name(), one));
    for (Diff.Step step : steps) {
      all.remove(step.thing().name());
      step.after().ifPresent(one -> all.put(one.name(), one));
    }
    replace.accept(tx, all.values());
  }

  @Override
  public void remove(Transaction tx, Declared declared) {
    put(tx, declared);
  }
}
