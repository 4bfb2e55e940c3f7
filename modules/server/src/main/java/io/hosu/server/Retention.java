package io.hosu.server;

import io.hosu.events.EventLog;
import io.hosu.governance.Audit;
import io.hosu.pipelines.ExecutionArchive;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.ToLongFunction;

/**
 * Removes the history that is older than it is to be kept, and nothing that work still needs;
 * executions move to their archive.
 */
final class Retention {
  private final EventLog events;
  private final Audit audit;
  private final ExecutionArchive executions;
  private final RetentionConfig config;
  private final InstantSource clock;

  Retention(
      EventLog events,
      Audit audit,
      ExecutionArchive executions,
      RetentionConfig config,
      InstantSource clock) {
    this.events = events;
    this.audit = audit;
    this.executions = executions;
    this.config = config;
    this.clock = clock;
  }

  /** What was removed, or moved. */
  record Removed(long events, long auditRecords, long executions) {}

  /** Removes or moves what is over now. */
  Removed sweep() {
    return new Removed(
        remove(config.events(), events::removeBefore),
        remove(config.audit(), audit::removeBefore),
        config.executions().isZero() ? 0 : executions.sweep(config.executions()));
  }

  private long remove(Duration kept, ToLongFunction<Instant> removal) {
    return kept.isZero() ? 0 : removal.applyAsLong(clock.instant().minus(kept));
  }
}
