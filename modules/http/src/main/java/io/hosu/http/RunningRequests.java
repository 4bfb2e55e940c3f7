package io.hosu.http;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.io.EndPoint;

/** The connections on which a request runs: one at a time, as HTTP/1.1 has it. */
final class RunningRequests {
  private final Set<EndPoint> connections = new HashSet<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition none = lock.newCondition();
  private boolean stopping;

  /** Whether the connection may serve another request after this one. */
  boolean begin(EndPoint connection) {
    lock.lock();
    try {
      connections.add(connection);
      return !stopping;
    } finally {
      lock.unlock();
    }
  }

  void end(EndPoint connection) {
    lock.lock();
    try {
      connections.remove(connection);
      if (connections.isEmpty()) {
        none.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  boolean has(EndPoint connection) {
    lock.lock();
    try {
      return connections.contains(connection);
    } finally {
      lock.unlock();
    }
  }

  void stop() {
    lock.lock();
    try {
      stopping = true;
    } finally {
      lock.unlock();
    }
  }

  /** Whether the last one ended in time. */
  boolean awaitNone(Duration most) {
    lock.lock();
    try {
      long left = most.toNanos();
      while (!connections.isEmpty() && left > 0) {
        left = none.awaitNanos(left);
      }
      return connections.isEmpty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }
}
