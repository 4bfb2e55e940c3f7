package io.hosu.tables;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.io.FileIO;
import org.jspecify.annotations.Nullable;

/**
 * Keeps small commits on the thread that makes them. Iceberg hands manifests to other threads, and
 * looks every 10 ms whether they are done: two or three times for a commit, which takes less when
 * nobody is asked.
 */
final class SmallCommits {
  /** With more, several threads are worth the wait. */
  private static final int MANIFESTS = 200;

  private SmallCommits() {}

  /** Has {@code update} to a table at {@code now} made by one thread when there is little to do. */
  static void prepare(SnapshotUpdate<?> update, @Nullable Snapshot now, FileIO io) {
    if (now == null || now.allManifests(io).size() <= MANIFESTS) {
      update.scanManifestsWith(new CallingThread());
    }
  }

  private static final class CallingThread extends AbstractExecutorService {
    private boolean shut;

    @Override
    public void execute(Runnable command) {
      command.run();
    }

    @Override
    public void shutdown() {
      shut = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
      shut = true;
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return shut;
    }

    @Override
    public boolean isTerminated() {
      return shut;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return shut;
    }
  }
}
