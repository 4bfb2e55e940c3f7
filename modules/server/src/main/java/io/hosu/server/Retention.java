package io.hosu.server;

import io.hosu.events.EventLog;
import io.hosu.pipelines.ExecutionArchive;
import io.hosu.pipelines.OpenLineagePush;
import io.hosu.pipelines.OutsideRuns;
import io.hosu.query.AuditArchive;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Removes the history that is older than it is to be kept, and nothing that work still needs; audit
 * records and executions move to their archives; what other systems told of runs goes with both.
 */
final class Retention {
  private final EventLog events;
  private final AuditArchive audit;
  private final ExecutionArchive executions;
  private final OutsideRuns outside;
  private final OpenLineagePush openLineage;
  private final RetentionConfig config;
  private final InstantSource clock;

  Retention(
      EventLog events,
      AuditArchive audit,
      ExecutionArchive executions,
      OutsideRuns outside,
      OpenLineagePush openLineage,
      RetentionConfig config,
      InstantSource clock) {
    this.events = events;
    this.audit = audit;
    this.executions = executions;
    this.outside = outside;
    this.openLineage = openLineage;
    this.config = config;
    this.clock = clock;
  }

  /** What was removed, or moved. */
  record Removed(long events, long auditRecords, long executions, long outsideRuns) {}

  /** Removes or moves what is over now. */
  Removed sweep() {
    return new Removed(
        config.events().isZero() ? 0 : removeEvents(clock.instant().minus(config.events())),
        audit.sweep(config.auditLive(), config.audit()),
        config.executions().isZero() ? 0 : executions.sweep(config.executions()),
        outside.removeBefore(before(config.events()), before(config.executions())));
  }

  private long removeEvents(Instant limit) {
    openLineage.tellLost(limit);
    return events.removeBefore(limit);
  }

  /** Nothing is older where all is kept. */
  private Instant before(Duration kept) {
    return kept.isZero() ? Instant.EPOCH : clock.instant().minus(kept);
  }
}
