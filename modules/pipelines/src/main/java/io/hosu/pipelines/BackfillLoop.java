package io.hosu.pipelines;

import io.hosu.events.Loop;
import java.time.Duration;

/** Goes on with the backfills that somebody asked for, on a thread of its own, until closed. */
final class BackfillLoop {
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  private final BackfillFeeder feeder;
  private final Loop loop =
      new Loop(
          new Loop.Task("backfills", "a backfill could not go on; it is tried again", LOOK_AGAIN),
          this::step);
  private volatile boolean waiting;

  BackfillLoop(BackfillFeeder feeder) {
    this.feeder = feeder;
  }

  void start() {
    loop.start();
  }

  /** A backfill was made. */
  void made() {
    loop.wake();
  }

  /** An execution ended: what waited for that may go on. */
  void executionEnded() {
    if (waiting) {
      loop.wake();
    }
  }

  private Duration step() {
    // What ends during a step, or before one that failed is made again, must not be missed.
    waiting = true;
    BackfillFeeder.Looked looked = feeder.step();
    waiting = looked != BackfillFeeder.Looked.IDLE;
    return looked == BackfillFeeder.Looked.MOVED ? Duration.ZERO : LOOK_AGAIN;
  }

  /** Ends after the step under way. */
  void close() {
    loop.close();
  }
}
