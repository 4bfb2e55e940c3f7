package io.hosu.pipelines;

import io.hosu.kernel.Discreet;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the dispatcher on a thread of its own: when something is told, and when something is due.
 */
final class DispatcherLoop {
  private static final Logger log = LoggerFactory.getLogger(DispatcherLoop.class);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

  private final Dispatcher dispatcher;
  private final Sweep sweep;
  private final DispatcherInbox inbox;
  private final InstantSource clock;
  private final Thread thread;
  private volatile boolean closed;

  DispatcherLoop(Dispatcher dispatcher, Sweep sweep, DispatcherInbox inbox, InstantSource clock) {
    this.dispatcher = dispatcher;
    this.sweep = sweep;
    this.inbox = inbox;
    this.clock = clock;
    this.thread = Thread.ofVirtual().name("dispatcher").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    Instant nextSweep = clock.instant();
    while (!closed) {
      try {
        Duration wait = AFTER_FAILURE;
        try {
          if (!clock.instant().isBefore(nextSweep)) {
            nextSweep = sweep.sweep();
          }
          wait = until(dispatcher.step(), nextSweep);
        } catch (RuntimeException e) {
          log.atError().setMessage("dispatcher failed; it goes on").setCause(Discreet.of(e)).log();
        }
        inbox.await(wait);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private Duration until(Optional<Instant> due, Instant nextSweep) {
    Instant next = due.filter(nextSweep::isAfter).orElse(nextSweep);
    return Duration.between(clock.instant(), next).plusMillis(1);
  }

  /** Starts nothing more; returns when the step under way is over. */
  void close() {
    closed = true;
    inbox.wake();
    if (!thread.isAlive()) {
      return;
    }
    try {
      thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
