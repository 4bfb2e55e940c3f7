package io.hosu.pipelines;

import io.hosu.events.EventRouter;
import io.hosu.events.Queues;
import io.hosu.kernel.StageName;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Counts the work that will move by itself, and waits until none is left. */
final class PendingWork {
  private static final int MESSAGES_COUNTED = 100_000;
  private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

  private final Database database;
  private final EventRouter router;
  private final Queues queues;
  private final Stages stages;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private long changes;

  PendingWork(Database database, EventRouter router, Queues queues, Stages stages) {
    this.database = database;
    this.router = router;
    this.queues = queues;
    this.stages = stages;
  }

  /** What is pending of what is seen, on one state of the lake. */
  Pending count(Seen seen) {
    return database.read(tx ->
        new Pending(router.waiting(tx, seen.domains()), messages(tx, seen), executions(tx, seen)));
  }

  private long messages(Transaction tx, Seen seen) {
    Map<StageName, Set<String>> waiting = new HashMap<>();
    for (String queue : queues.waitingQueues(tx)) {
      waiting.computeIfAbsent(StageSources.stageOf(queue), _ -> new HashSet<>()).add(queue);
    }
    long messages = 0;
    for (Map.Entry<StageName, Set<String>> one : waiting.entrySet()) {
      Optional<StageSpec> stage = stages.find(tx, one.getKey());
      if (seen.stages().test(one.getKey())
          && stage.isPresent()
          && willStart(stage.get(), one.getValue())) {
        for (String queue : one.getValue()) {
          messages += queues.waiting(tx, queue, MESSAGES_COUNTED).count();
        }
      }
    }
    return messages;
  }

  private static boolean willStart(StageSpec stage, Set<String> waiting) {
    return stage.running().enabled() && StageSources.mayStart(stage, waiting);
  }

  private long executions(Transaction tx, Seen seen) {
    Map<StageName, Long> open = new HashMap<>();
    tx.list(
            """
            SELECT domain, pipeline, stage, count(*) AS n FROM executions
            WHERE status IN ('PENDING', 'RUNNING') GROUP BY domain, pipeline, stage\
            """,
            row -> Map.entry(ExecutionRows.stage(row), row.number("n")))
        .forEach(one -> open.put(one.getKey(), one.getValue()));
    return open.entrySet().stream()
        .filter(one -> seen.stages().test(one.getKey()))
        .filter(one -> stages.find(tx, one.getKey()).filter(s -> s.running().enabled()).isPresent())
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** Waits until nothing seen is pending, at most for {@code timeout}; returns what is then. */
  Pending await(Duration timeout, Seen seen) {
    long end = System.nanoTime() + timeout.toNanos();
    Pending pending = count(seen);
    while (!pending.isNone() && System.nanoTime() < end) {
      if (!waitForChange(Math.min(end - System.nanoTime(), LOOK_AGAIN.toNanos()))) {
        return pending;
      }
      pending = count(seen);
    }
    return pending;
  }

  /** Something ended: who waits looks again. */
  void changed() {
    lock.lock();
    try {
      changes++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** False when the waiting thread was interrupted. */
  private boolean waitForChange(long atMostNanos) {
    lock.lock();
    try {
      long seen = changes;
      long rest = atMostNanos;
      while (changes == seen && rest > 0) {
        rest = changed.awaitNanos(rest);
      }
      return true;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }
}
