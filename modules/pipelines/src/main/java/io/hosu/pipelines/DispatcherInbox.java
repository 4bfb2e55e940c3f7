package io.hosu.pipelines;

import io.hosu.kernel.StageName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What others have to tell the dispatcher: each report wakes it, and none is lost. May be used from
 * any thread.
 */
final class DispatcherInbox {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition told = lock.newCondition();
  private Reports reports = Reports.none();
  private int publishing;
  private boolean woken;

  /**
   * What was told since it was read last.
   *
   * @param stagesChanged whether stages may be others than before
   * @param arrived stages for which messages arrived
   * @param ended the stages of attempts that are over, one for each
   * @param waiting executions that wait for an attempt
   */
  record Reports(
      boolean stagesChanged,
      Set<StageName> arrived,
      List<StageName> ended,
      List<ExecutionRows.Waiting> waiting) {
    private static Reports none() {
      return new Reports(false, new HashSet<>(), new ArrayList<>(), new ArrayList<>());
    }

    private Reports withStagesChanged() {
      return new Reports(true, arrived, ended, waiting);
    }
  }

  /** Stages were declared or removed, here or on another server, or may have been. */
  void stagesChanged() {
    tell(() -> reports = reports.withStagesChanged());
  }

  /** Messages of a stage arrived, or may have. */
  void arrived(StageName stage) {
    tell(() -> reports.arrived().add(stage));
  }

  /** An execution waits for an attempt. */
  void waiting(ExecutionRows.Waiting execution) {
    tell(() -> reports.waiting().add(execution));
  }

  /** An attempt has transformed, and only publishes: another one may begin beside it. */
  void publishes() {
    tell(() -> publishing++);
  }

  /**
   * An attempt is over.
   *
   * @param published whether {@link #publishes} was told of it
   */
  void ended(StageName stage, boolean published) {
    tell(() -> {
      reports.ended().add(stage);
      publishing -= published ? 1 : 0;
    });
  }

  /** All that was told since the last call. */
  Reports read() {
    lock.lock();
    try {
      Reports read = reports;
      reports = Reports.none();
      return read;
    } finally {
      lock.unlock();
    }
  }

  /** How many attempts only publish. */
  int publishing() {
    lock.lock();
    try {
      return publishing;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the wait of the dispatcher. */
  void wake() {
    tell(() -> {});
  }

  private void tell(Runnable report) {
    lock.lock();
    try {
      report.run();
      woken = true;
      told.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until something is told, or for {@code atMost}. */
  void await(Duration atMost) throws InterruptedException {
    lock.lock();
    try {
      long nanos = atMost.toNanos();
      while (!woken && nanos > 0) {
        nanos = told.awaitNanos(nanos);
      }
      woken = false;
    } finally {
      lock.unlock();
    }
  }
}
