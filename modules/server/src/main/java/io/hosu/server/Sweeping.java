package io.hosu.server;

import io.hosu.objects.Readers;
import io.hosu.objects.Sweeper;
import io.hosu.tables.Clones;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has bytes that nothing names and history that is over removed, a minute after the start and every
 * hour; and says each minute who reads here, so that no server removes what is read.
 */
final class Sweeping implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Sweeping.class);

  private final Sweeper sweeper;
  private final Retention retention;
  private final Readers readers;
  private final Clones clones;

  /** Two, as readers are to be told of while a sweep takes long. */
  private final ScheduledExecutorService timer =
      Executors.newScheduledThreadPool(
          2, Thread.ofPlatform().daemon().name("sweeping-", 1).factory());

  @SuppressWarnings("FutureReturnValueIgnored") // a sweep that fails is told and tried again
  Sweeping(Sweeper sweeper, Retention retention, Readers readers, Clones clones) {
    this.clones = clones;
    this.sweeper = sweeper;
    this.readers = readers;
    this.retention = retention;
    timer.scheduleWithFixedDelay(this::sweepAll, 1, 60, TimeUnit.MINUTES);
    timer.scheduleWithFixedDelay(this::tellReaders, 1, 1, TimeUnit.MINUTES);
  }

  private void tellReaders() {
    try {
      readers.tell();
    } catch (RuntimeException e) {
      log.atWarn().setMessage("readers cannot be told of").setCause(e).log();
    }
  }

  private void sweepAll() {
    sweep(sweeper::sweep);
    sweep(clones::forget);
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
