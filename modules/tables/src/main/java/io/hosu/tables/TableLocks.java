package io.hosu.tables;

import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.TableName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Has commits to one table follow one another in this process, so that none of them is prepared in
 * vain. Other servers are kept apart by the compare-and-set of publishing. May be used from any
 * thread.
 */
final class TableLocks {
  private final Map<TableName, Semaphore> semaphores = new ConcurrentHashMap<>();
  private final Duration wait;

  TableLocks(Duration wait) {
    this.wait = wait;
  }

  /** Tables that one commit holds; any thread may let them go. */
  static final class Held implements AutoCloseable {
    private final List<Semaphore> semaphores = new ArrayList<>();

    private Held() {}

    /** No table, where somebody else holds those that matter. */
    static Held nothing() {
      return new Held();
    }

    @Override
    public synchronized void close() {
      semaphores.forEach(Semaphore::release);
      semaphores.clear();
    }
  }

  /**
   * Holds all of {@code tables}, taken in the order of their names so that two commits never wait
   * for one another.
   *
   * @throws Conflict {@link TablesError#TABLE_BUSY}
   */
  Held hold(Collection<TableName> tables) {
    Held held = new Held();
    try {
      for (TableName table : new TreeSet<>(tables)) {
        Semaphore semaphore = semaphores.computeIfAbsent(table, _ -> new Semaphore(1, true));
        acquire(semaphore, table);
        held.semaphores.add(semaphore);
      }
      return held;
    } catch (RuntimeException e) {
      held.close();
      throw e;
    }
  }

  private void acquire(Semaphore semaphore, TableName table) {
    try {
      if (semaphore.tryAcquire(wait.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new Conflict(
        TablesError.TABLE_BUSY,
        "Other commits to table %s did not end in %s.".formatted(table, wait),
        "Try again; if it lasts, raise tables.lock-wait.");
  }
}
