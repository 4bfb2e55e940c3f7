package io.hosu.objects.backend;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Forces one directory to the disk for many threads at a time: whoever comes while one force runs
 * shares the next. May be used from any thread.
 */
final class DirectoryForce {
  private final Disk disk;
  private final Path directory;
  private long asked;
  private long done;
  private boolean running;

  DirectoryForce(Disk disk, Path directory) {
    this.disk = disk;
    this.directory = directory;
  }

  /** Returns when a force that began after this call has ended well. */
  void force() throws IOException {
    long upTo = takeTurn();
    if (upTo == 0) {
      return;
    }
    boolean well = false;
    try {
      disk.forceDirectory(directory);
      well = true;
    } finally {
      endTurn(well ? upTo : 0);
    }
  }

  /** Waits until another's force covers this call (0), or it is this thread's turn to force. */
  private synchronized long takeTurn() throws IOException {
    long mine = ++asked;
    while (running && done < mine) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("Interrupted while a directory was forced to the disk.", e);
      }
    }
    if (done >= mine) {
      return 0;
    }
    running = true;
    return asked;
  }

  private synchronized void endTurn(long upTo) {
    running = false;
    done = Math.max(done, upTo);
    notifyAll();
  }
}
