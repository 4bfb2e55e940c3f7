package io.hosu.events;

import io.hosu.kernel.Discreet;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that does what is due, step by step, until closed; a step that fails is logged and made
 * again. May be used from any thread.
 */
public final class Loop implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Loop.class);

  private final Task task;
  private final Step step;
  private final Signal woken = new Signal();
  private final Thread thread;
  private volatile boolean closed;

  /**
   * What a loop is for.
   *
   * @param thread the name of its thread
   * @param failure what to log when a step fails, one sentence
   * @param afterFailure how long it waits then
   */
  public record Task(String thread, String failure, Duration afterFailure) {}

  /** What is done again and again. */
  @FunctionalInterface
  public interface Step {
    /** Does what is due; returns how long nothing will be, unless the loop is woken. */
    Duration step();
  }

  /** A loop that does nothing until it is started. */
  public Loop(Task task, Step step) {
    this.task = task;
    this.step = step;
    this.thread = Thread.ofVirtual().name(task.thread()).unstarted(this::run);
  }

  /** Begins. */
  public void start() {
    thread.start();
  }

  /** Something may be due now. */
  public void wake() {
    woken.raise();
  }

  private void run() {
    while (!closed) {
      Duration wait = task.afterFailure();
      try {
        wait = step.step();
      } catch (RuntimeException e) {
        log.atError().setMessage(task.failure()).setCause(Discreet.of(e)).log();
      }
      woken.await(wait);
    }
  }

  /** Ends after the step under way. */
  @Override
  public void close() {
    closed = true;
    woken.raise();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
