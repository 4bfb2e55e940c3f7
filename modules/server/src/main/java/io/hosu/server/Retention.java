package io.hosu.server;

import io.hosu.events.DeadLetters;
import io.hosu.events.EventLog;
import io.hosu.governance.Audit;
import io.hosu.pipelines.Executions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.ToLongFunction;

/** Removes the history that is older than it is to be kept, and nothing that work still needs. */
final class Retention {
  private final EventLog events;
  private final DeadLetters deadLetters;
  private final Audit audit;
  private final Executions executions;
  private final RetentionConfig config;
  private final InstantSource clock;

  Retention(
      EventLog events,
      DeadLetters deadLetters,
      Audit audit,
      Executions executions,
      RetentionConfig config,
      InstantSource clock) {
    this.events = events;
    this.deadLetters = deadLetters;
    this.audit = audit;
    this.executions = executions;
    this.config = config;
    this.clock = clock;
  }

  /** What was removed. */
  record Removed(long events, long auditRecords, long executions) {}

  /** Removes what is over now. */
  Removed sweep() {
    return new Removed(
        remove(config.events(), events::removeBefore),
        remove(config.audit(), audit::removeBefore),
        remove(config.executions(), limit -> executions.removeBefore(limit, deadLetters)));
  }

  private long remove(Duration kept, ToLongFunction<Instant> removal) {
    return kept.isZero() ? 0 : removal.applyAsLong(clock.instant().minus(kept));
  }
}
