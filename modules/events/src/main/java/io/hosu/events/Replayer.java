package io.hosu.events;

import java.time.Duration;

/** Does the replays that somebody asked for, part by part, until closed. */
public final class Replayer implements AutoCloseable {
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  private final Loop loop;

  public Replayer(Replays replays) {
    this.loop =
        new Loop(
            new Loop.Task(
                "hosu-replays", "a replay could not go on; it is tried again", LOOK_AGAIN),
            () -> replays.step() ? Duration.ZERO : LOOK_AGAIN);
    replays.onMade(loop::wake);
  }

  /** Goes on with what was begun. */
  public void start() {
    loop.start();
  }

  /** Ends after the part under way. */
  @Override
  public void close() {
    loop.close();
  }
}
