package io.hosu.pipelines;

import io.hosu.events.Signal;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Goes on with the backfills that somebody asked for, on a thread of its own, until closed. */
final class BackfillLoop {
  private static final Logger log = LoggerFactory.getLogger(BackfillLoop.class);
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  private final BackfillFeeder feeder;
  private final Signal signal = new Signal();
  private final Thread thread = Thread.ofVirtual().name("backfills").unstarted(this::run);
  private volatile boolean waiting;
  private volatile boolean closed;

  BackfillLoop(BackfillFeeder feeder) {
    this.feeder = feeder;
  }

  void start() {
    thread.start();
  }

  /** A backfill was made. */
  void made() {
    signal.raise();
  }

  /** An execution ended: what waited for that may go on. */
  void executionEnded() {
    if (waiting) {
      signal.raise();
    }
  }

  private void run() {
    while (!closed) {
      BackfillFeeder.Looked looked = BackfillFeeder.Looked.WAITING;
      waiting = true;
      try {
        looked = feeder.step();
      } catch (RuntimeException e) {
        log.atError().setMessage("a backfill could not go on; it is tried again").setCause(e).log();
      }
      waiting = looked != BackfillFeeder.Looked.IDLE;
      if (looked != BackfillFeeder.Looked.MOVED) {
        signal.await(LOOK_AGAIN);
      }
    }
  }

  /** Ends after the step under way. */
  void close() {
    closed = true;
    signal.raise();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
