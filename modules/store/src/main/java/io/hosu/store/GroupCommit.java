package io.hosu.store;

import io.hosu.store.Database.Work;
import java.util.List;

/**
 * The one writer: a thread that takes all works that wait and gives them one durable commit, so
 * that many small writes cost one wait for the disk. May be used from any thread.
 */
final class GroupCommit implements AutoCloseable {
  private static final int BATCH = 512;

  private final Arrivals arrivals = new Arrivals();
  private final BatchWriter batches;
  private final Thread thread;

  GroupCommit(Backend backend, Backoff backoff) {
    this.batches = new BatchWriter(backend, backoff);
    this.thread = Thread.ofPlatform().name("hosu-store-writer").daemon().unstarted(this::work);
    thread.start();
  }

  /** Waits until {@code work} is durable or refused; its actions run on this thread. */
  <T> T write(Work<T> work) {
    Pending<T> pending = new Pending<>(work);
    arrivals.add(pending);
    return pending.await();
  }

  boolean isCurrentThread() {
    return Thread.currentThread().equals(thread);
  }

  private void work() {
    try (batches) {
      for (List<Pending<?>> batch = arrivals.take(BATCH);
          !batch.isEmpty();
          batch = arrivals.take(BATCH)) {
        batches.write(batch);
      }
    }
  }

  /** Finishes what waits, then ends. */
  @Override
  public void close() {
    arrivals.close();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
