package io.hosu.cli;

import java.time.Duration;
import java.time.InstantSource;

/**
 * What every command is made with.
 *
 * @param terminal where it reads and prints
 * @param local what this process can do without a server that runs already
 * @param clock the time
 * @param pause how it waits
 */
record Context(Terminal terminal, LocalServer local, InstantSource clock, Pause pause) {

  /** Waiting, so that a test need not. */
  @FunctionalInterface
  interface Pause {
    /** Waits; ends early, with the thread's mark kept, when the thread is interrupted. */
    void pause(Duration duration);
  }

  /** The context of this process. */
  static Context ofProcess(LocalServer local) {
    return new Context(Terminal.ofProcess(), local, InstantSource.system(), Context::sleep);
  }

  private static void sleep(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
