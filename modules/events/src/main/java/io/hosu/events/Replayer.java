package io.hosu.events;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does the replays that somebody asked for, part by part, until closed. */
public final class Replayer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Replayer.class);
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  private final Replays replays;
  private final Signal made = new Signal();
  private final Thread thread = Thread.ofVirtual().name("hosu-replays").unstarted(this::run);
  private volatile boolean closed;

  public Replayer(Replays replays) {
    this.replays = replays;
    replays.onMade(made::raise);
  }

  /** Goes on with what was begun. */
  public void start() {
    thread.start();
  }

  private void run() {
    while (!closed) {
      boolean more = false;
      try {
        more = replays.step();
      } catch (RuntimeException e) {
        log.atError().setMessage("a replay could not go on; it is tried again").setCause(e).log();
      }
      if (!more) {
        made.await(LOOK_AGAIN);
      }
    }
  }

  /** Ends after the part under way. */
  @Override
  public void close() {
    closed = true;
    made.raise();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
