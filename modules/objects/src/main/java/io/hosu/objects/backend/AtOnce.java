package io.hosu.objects.backend;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Does the same with several files, some of them at a time. */
final class AtOnce {
  private static final int MOST = 32;

  private AtOnce() {}

  @FunctionalInterface
  interface Act {
    void on(Path file) throws IOException;
  }

  /** Returns when {@code act} is done with all, or has failed with one. */
  static void each(List<Path> files, Act act) throws IOException {
    try (ExecutorService threads =
        Executors.newFixedThreadPool(
            Math.min(MOST, files.size()), Thread.ofVirtual().name("disk").factory())) {
      List<Future<Boolean>> all =
          files.stream()
              .map(file ->
                  threads.submit(() -> {
                    act.on(file);
                    return true;
                  }))
              .toList();
      for (Future<Boolean> one : all) {
        await(one);
      }
    }
  }

  private static void await(Future<Boolean> one) throws IOException {
    try {
      one.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while files were forced to the disk.", e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException failure -> throw failure;
        case RuntimeException failure -> throw failure;
        case Error failure -> throw failure;
        case null, default -> throw new IOException(e);
      }
    }
  }
}
