package io.hosu.governance;

import io.hosu.kernel.HosuException.Unavailable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers audit records and has them written in batches, in order, by one thread: at once when
 * somebody waits for theirs, within a quarter of a second otherwise.
 */
final class AuditQueue implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AuditQueue.class);
  private static final Duration GATHER = Duration.ofMillis(250);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int CAPACITY = 8192;
  private static final int BATCH = 1024;

  private final Consumer<List<AuditRecord>> writer;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<AuditRecord> waiting = new ArrayDeque<>();
  private final Thread thread;
  private long added;
  private long kept;
  private long wanted;
  private long failures;
  private boolean closed;

  AuditQueue(Consumer<List<AuditRecord>> writer) {
    this.writer = writer;
    this.thread = Thread.ofVirtual().name("audit").start(this::run);
  }

  /**
   * Takes records, as soon as there is room.
   *
   * @return what {@link #await} takes
   * @throws Unavailable when there is none for long, or while nothing can be written
   */
  long add(List<AuditRecord> records) {
    lock.lock();
    try {
      await(() -> closed || waiting.size() < CAPACITY);
      if (closed) {
        throw unavailable("the server is stopping");
      }
      return take(records);
    } finally {
      lock.unlock();
    }
  }

  /** Takes records if there is room; otherwise they are lost, and the log tells how many. */
  long offer(List<AuditRecord> records) {
    lock.lock();
    try {
      if (!closed && waiting.size() < CAPACITY) {
        return take(records);
      }
      log.atError()
          .setMessage("audit records were lost")
          .addKeyValue("records", records.size())
          .log();
      return added;
    } finally {
      lock.unlock();
    }
  }

  private long take(List<AuditRecord> records) {
    waiting.addAll(records);
    added += records.size();
    changed.signalAll();
    return added;
  }

  /**
   * Waits until all up to {@code ticket} is durable.
   *
   * @throws Unavailable when writing fails meanwhile; what was taken is tried again all the same
   */
  void await(long ticket) {
    lock.lock();
    try {
      wanted = Math.max(wanted, ticket);
      changed.signalAll();
      await(() -> kept >= ticket);
    } finally {
      lock.unlock();
    }
  }

  /** Waits until all that was taken before is durable. */
  void flush() {
    lock.lock();
    try {
      await(added);
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
      for (List<AuditRecord> batch = next(); !batch.isEmpty(); batch = next()) {
        write(batch);
      }
    } catch (InterruptedException e) {
      log.atError().setMessage("audit records were lost").addKeyValue("records", waiting()).log();
    }
  }

  /** Tries until it is done: a record that was accepted is not given up while the server runs. */
  private void write(List<AuditRecord> batch) throws InterruptedException {
    for (boolean done = false; !done; ) {
      try {
        writer.accept(batch);
        done = true;
        count(batch.size(), 0);
      } catch (RuntimeException e) {
        log.atError().setMessage("audit records cannot be kept").setCause(e).log();
        count(0, 1);
        TimeUnit.MILLISECONDS.sleep(GATHER.toMillis());
      }
    }
  }

  private void count(int written, int failed) {
    lock.lock();
    try {
      kept += written;
      failures += failed;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The next batch; empty when the queue is closed and nothing waits. */
  private List<AuditRecord> next() throws InterruptedException {
    lock.lock();
    try {
      while (waiting.isEmpty() && !closed) {
        changed.await();
      }
      long left = GATHER.toNanos();
      while (left > 0 && waiting.size() < BATCH && !closed && wanted <= kept) {
        left = changed.awaitNanos(left);
      }
      List<AuditRecord> batch = new ArrayList<>();
      while (!waiting.isEmpty() && batch.size() < BATCH) {
        batch.add(waiting.remove());
      }
      changed.signalAll();
      return batch;
    } finally {
      lock.unlock();
    }
  }

  private void await(BooleanSupplier condition) {
    long before = failures;
    try {
      long left = PATIENCE.toNanos();
      while (!condition.getAsBoolean()) {
        if (left <= 0 || failures > before) {
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
