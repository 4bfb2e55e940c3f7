package io.hosu.benchmarks;

import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;

/** Hands the moments at which attempts start to who waits for them, one by one. */
final class Starts {
  private final SynchronousQueue<Long> moments = new SynchronousQueue<>();

  /** An attempt starts now; waits a while until somebody has heard of it. */
  void tell() {
    try {
      moments.offer(System.nanoTime(), 10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** When the next one started, in the nanoseconds of {@link System#nanoTime}. */
  long next() throws InterruptedException {
    Long at = moments.poll(60, TimeUnit.SECONDS);
    if (at == null) {
      throw new IllegalStateException("Nothing started within a minute.");
    }
    return at;
  }
}
