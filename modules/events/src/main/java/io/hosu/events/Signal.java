package io.hosu.events;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Wakes who waits for work in this process. It is a hint, never the work itself: who is woken looks
 * into the state database. May be used from any thread; one waits.
 */
final class Signal {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean raised;

  /** Wakes who waits, or lets the next wait end at once. */
  void raise() {
    lock.lock();
    try {
      raised = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until raised since the last wait, or until {@code atMost} is over; an interrupt ends the
   * wait and stays set.
   */
  void await(Duration atMost) {
    lock.lock();
    try {
      long rest = atMost.toNanos();
      while (!raised && rest > 0) {
        rest = changed.awaitNanos(rest);
      }
      raised = false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }
}
