package io.hosu.pipelines;

import io.hosu.events.EventRouter;
import io.hosu.events.Queues;
import io.hosu.kernel.StageName;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import java.time.Duration;
import java.time.InstantSource;
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
  private final StageHolds holds;
  private final Standstill standstill;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private long changes;

  PendingWork(
      Database database,
      EventRouter router,
      Queues queues,
      Stages stages,
      StageHolds holds,
      InstantSource clock) {
    this.database = database;
    this.router = router;
    this.queues = queues;
    this.stages = stages;
    this.holds = holds;
    this.standstill = new Standstill(stages, holds);
    this.clock = clock;
  }

  /** What is pending of what is seen, on one state of the lake. */
  Pending count(Seen seen) {
    return database.read(tx ->
        new Pending(
            router.waiting(tx, seen.domains()),
            messages(tx, seen) + BackfillRows.unfinished(tx, seen, standstill, clock.instant()),
            executions(tx, seen)));
  }

  private long messages(Transaction tx, Seen seen) {
    Map<StageName, Set<String>> waiting = new HashMap<>();
    for (String queue : queues.waitingQueues(tx)) {
      waiting.computeIfAbsent(StageSources.stageOf(queue), _ -> new HashSet<>()).add(queue);
    }
    long messages = 0;
    for (Map.Entry<StageName, Set<String>> one : waiting.entrySet()) {
      Optional<StageSpec> stage = stages.find(tx, one.getKey()).filter(PendingWork::isEnabled);
      if (seen.stages().test(one.getKey()) && stage.isPresent()) {
        messages += messages(tx, stage.get(), one.getValue());
      }
    }
    return messages;
  }

  /** Those of a stage that will start it. */
  private long messages(Transaction tx, StageSpec stage, Set<String> waiting) {
    long upTo = holds.find(tx, stage.name()).map(Hold::upTo).orElse(Long.MAX_VALUE);
    Map<String, Integer> counts = new HashMap<>();
    for (String queue : waiting) {
      int count = queues.countUpTo(tx, queue, upTo, MESSAGES_COUNTED);
      if (count > 0) {
        counts.put(queue, count);
      }
    }
    return StageSources.mayStart(stage, counts.keySet())
        ? counts.values().stream().mapToLong(Integer::longValue).sum()
        : 0;
  }

  private static boolean isEnabled(StageSpec stage) {
    return stage.running().enabled();
  }

  /** What runs goes on, whatever was said of its stage since. */
  private long executions(Transaction tx, Seen seen) {
    return OpenExecutions.byStage(tx).entrySet().stream()
        .filter(one -> seen.stages().test(one.getKey()))
        .mapToLong(one -> {
          OpenExecutions.Counts counts = one.getValue();
          return counts.running() + (mayStart(tx, one.getKey()) ? counts.pending() : 0);
        })
        .sum();
  }

  private boolean mayStart(Transaction tx, StageName stage) {
    return stages.find(tx, stage).filter(PendingWork::isEnabled).isPresent()
        && holds.find(tx, stage).filter(Hold::isPaused).isEmpty();
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
