package io.hosu.governance;

import io.hosu.kernel.HosuException.Unavailable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gathers audit records and has them written in batches, in order, by one thread. */
final class AuditQueue implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AuditQueue.class);
  private static final Duration GATHER = Duration.ofMillis(250);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int CAPACITY = 8192;
  private static final int BATCH = 1024;

  private final Consumer<List<Audit.Kept>> writer;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Audit.Kept> waiting = new ArrayDeque<>();
  private final Thread thread;
  private long added;
  private long kept;
  private boolean hurry;
  private boolean closed;

  AuditQueue(Consumer<List<Audit.Kept>> writer) {
    this.writer = writer;
    this.thread = Thread.ofVirtual().name("audit").start(this::run);
  }

  void add(Audit.Kept record) {
    lock.lock();
    try {
      await(() -> closed || waiting.size() < CAPACITY);
      if (closed) {
        throw unavailable("the server is stopping");
      }
      waiting.add(record);
      added++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void flush() {
    lock.lock();
    try {
      long wanted = added;
      hurry = true;
      changed.signalAll();
      await(() -> kept >= wanted);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      if (!thread.join(PATIENCE)) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      for (List<Audit.Kept> batch = next(); !batch.isEmpty(); batch = next()) {
        write(batch);
      }
    } catch (InterruptedException e) {
      log.atError().setMessage("audit records were lost").addKeyValue("records", waiting()).log();
    }
  }

  /** Tries until it is done: a record that was accepted is not given up while the server runs. */
  private void write(List<Audit.Kept> batch) throws InterruptedException {
    for (boolean done = false; !done; ) {
      try {
        writer.accept(batch);
        done = true;
      } catch (RuntimeException e) {
        log.atError().setMessage("audit records cannot be kept").setCause(e).log();
        TimeUnit.MILLISECONDS.sleep(GATHER.toMillis());
      }
    }
    lock.lock();
    try {
      kept += batch.size();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The next batch; empty when the queue is closed and nothing waits. */
  private List<Audit.Kept> next() throws InterruptedException {
    lock.lock();
    try {
      while (waiting.isEmpty() && !closed) {
        changed.await();
      }
      long left = GATHER.toNanos();
      while (left > 0 && waiting.size() < BATCH && !closed && !hurry) {
        left = changed.awaitNanos(left);
      }
      List<Audit.Kept> batch = new ArrayList<>();
      while (!waiting.isEmpty() && batch.size() < BATCH) {
        batch.add(waiting.remove());
      }
      hurry = hurry && !waiting.isEmpty();
      changed.signalAll();
      return batch;
    } finally {
      lock.unlock();
    }
  }

  private void await(java.util.function.BooleanSupplier condition) {
    try {
      long left = PATIENCE.toNanos();
      while (!condition.getAsBoolean()) {
        if (left <= 0) {
          throw unavailable("the state database does not take them");
        }
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable("the server is stopping");
    }
  }

  private int waiting() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  private static Unavailable unavailable(String why) {
    return new Unavailable(
        GovernanceError.AUDIT_UNAVAILABLE,
        "Audit records cannot be kept: %s.".formatted(why),
        "Try again later; look after the server with: hosu doctor");
  }
}
