package io.hosu.store;

import io.hosu.kernel.HosuException.Unavailable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Works that wait for the writer, in their order; bounded. May be used from any thread. */
final class Arrivals implements AutoCloseable {
  private static final int LIMIT = 8192;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition some = lock.newCondition();
  private final Condition room = lock.newCondition();
  private final Queue<Pending<?>> waiting = new ArrayDeque<>();
  private boolean closed;

  /**
   * Adds a work, once there is room.
   *
   * @throws Unavailable when closed
   */
  void add(Pending<?> pending) {
    lock.lock();
    try {
      while (waiting.size() >= LIMIT && !closed) {
        room.awaitUninterruptibly();
      }
      if (closed) {
        throw Failures.closed();
      }
      waiting.add(pending);
      some.signal();
    } finally {
      lock.unlock();
    }
  }

  /** All works that wait, at most {@code max}, at least one; none when closed and all are taken. */
  List<Pending<?>> take(int max) {
    lock.lock();
    try {
      while (waiting.isEmpty() && !closed) {
        some.awaitUninterruptibly();
      }
      List<Pending<?>> taken = new ArrayList<>();
      while (taken.size() < max && !waiting.isEmpty()) {
        taken.add(waiting.remove());
      }
      room.signalAll();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** Lets nobody in any more; who waits is still taken. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      some.signalAll();
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
