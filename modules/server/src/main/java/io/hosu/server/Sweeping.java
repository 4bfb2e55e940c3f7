package io.hosu.server;

import io.hosu.objects.Sweeper;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has bytes that nothing names and history that is over removed, a minute after the start and every
 * hour.
 */
final class Sweeping implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Sweeping.class);

  private final Sweeper sweeper;
  private final Retention retention;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("sweeping").factory());

  @SuppressWarnings("FutureReturnValueIgnored") // a sweep that fails is told and tried again
  Sweeping(Sweeper sweeper, Retention retention) {
    this.sweeper = sweeper;
    this.retention = retention;
    timer.scheduleWithFixedDelay(this::sweepAll, 1, 60, TimeUnit.MINUTES);
  }

  private void sweepAll() {
    sweep(sweeper::sweep);
    sweep(retention::sweep);
  }

  private static void sweep(Supplier<?> sweep) {
    try {
      log.atInfo().setMessage("swept").addKeyValue("swept", sweep.get()).log();
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
