package io.hosu.events;

import io.hosu.store.Transaction;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Who is told after a commit that something is there. May be used from any thread. */
final class Listeners {
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  void add(Runnable listener) {
    listeners.add(listener);
  }

  void tellAfter(Transaction tx) {
    tx.afterCommit(() -> listeners.forEach(Runnable::run));
  }
}
