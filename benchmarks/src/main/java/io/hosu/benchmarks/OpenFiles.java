package io.hosu.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Looks at how many files a server has open, twenty times a second, until closed. */
final class OpenFiles implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final Thread thread;
  private volatile int most;

  OpenFiles(Server server) {
    thread =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              while (!Thread.currentThread().isInterrupted()) {
                look(server);
                LockSupport.parkNanos(PAUSE.toNanos());
              }
            });
  }

  private void look(Server server) {
    try {
      most = Math.max(most, server.openFiles());
    } catch (IOException e) {
      Thread.currentThread().interrupt(); // the server has ended
    }
  }

  /** The most that were seen. */
  int most() {
    return most;
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
