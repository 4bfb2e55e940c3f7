package io.hosu.server;

import io.hosu.pipelines.Pipelines;
import io.hosu.pipelines.UpkeepConfig;
import io.hosu.pipelines.UpkeepPass;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has tables kept healthy from time to time, where that is not switched off: all of them, and each
 * minute those that get many commits.
 */
final class Upkeeping implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Upkeeping.class);

  private final UpkeepPass upkeep;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("upkeep").factory());

  @SuppressWarnings("FutureReturnValueIgnored") // a pass that fails is told and tried again
  Upkeeping(Pipelines.Parts parts, Pipelines.Work work, UpkeepConfig config) {
    this.upkeep = UpkeepPass.of(parts, work, config);
    if (!config.every().isZero()) {
      long every = Math.max(1, config.every().toMillis());
      timer.scheduleWithFixedDelay(() -> pass(upkeep::pass), every, every, TimeUnit.MILLISECONDS);
      timer.scheduleWithFixedDelay(() -> pass(upkeep::passBusy), 1, 1, TimeUnit.MINUTES);
    }
  }

  private static void pass(Supplier<UpkeepPass.Passed> pass) {
    try {
      UpkeepPass.Passed passed = pass.get();
      if (passed.executions() > 0) {
        log.atInfo().setMessage("tables kept up").addKeyValue("passed", passed).log();
      }
    } catch (RuntimeException e) {
      log.atWarn().setMessage("upkeep failed").setCause(e).log();
    }
  }

  /** Begins no pass any more; one that runs may be cut off, which loses nothing. */
  @Override
  public void close() {
    timer.shutdownNow();
  }
}
