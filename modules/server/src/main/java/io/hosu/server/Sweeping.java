package io.hosu.server;

import io.hosu.objects.Sweeper;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has bytes that nothing names removed, a minute after the start and every hour. */
final class Sweeping implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Sweeping.class);

  private final Sweeper sweeper;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("sweeping").factory());

  @SuppressWarnings("FutureReturnValueIgnored") // a sweep that fails is told and tried again
  Sweeping(Sweeper sweeper) {
    this.sweeper = sweeper;
    timer.scheduleWithFixedDelay(this::sweep, 1, 60, TimeUnit.MINUTES);
  }

  private void sweep() {
    try {
      log.atInfo().setMessage("swept").addKeyValue("swept", sweeper.sweep()).log();
    } catch (RuntimeException e) {
      log.atWarn().setMessage("sweep failed").setCause(e).log();
    }
  }

  /** Begins no sweep any more; one that runs may be cut off, which loses nothing. */
  @Override
  public void close() {
    timer.shutdownNow();
  }
}
