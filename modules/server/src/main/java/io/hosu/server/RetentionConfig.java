package io.hosu.server;

import io.hosu.kernel.Settings;
import java.time.Duration;

/**
 * How long what grows with everything that happens is kept; zero keeps it for ever.
 *
 * @param events of the event log
 * @param auditLive of audit records in the state database
 * @param audit of audit records
 * @param executions of executions that have ended
 */
record RetentionConfig(Duration events, Duration auditLive, Duration audit, Duration executions) {

  static RetentionConfig from(Settings settings) {
    return new RetentionConfig(
        settings.duration(
            "events.retention",
            Duration.ofDays(30),
            "How long the event log keeps an event; 0s keeps all. Messages and dead letters keep"
                + " theirs."),
        settings.duration(
            "audit.archive-after",
            Duration.ofDays(1),
            Duration.ofMinutes(1),
            "How long an audit record stays in the state database before it moves to an Iceberg"
                + " table; SQL finds it in system.lake.audit before and after. A few wait until"
                + " they are many, for a day at most."),
        settings.duration(
            "audit.retention",
            Duration.ofDays(365),
            "How long an audit record is kept at all; 0s keeps all. They go by the file, when"
                + " the newest record of one is over."),
        settings.duration(
            "executions.retention",
            Duration.ofDays(90),
            "How long an execution that has ended stays in the state database, with its attempts,"
                + " inputs and outputs, before it moves to an Iceberg table; SQL finds it in"
                + " system.executions before and after. 0s keeps all there. Those that a dead"
                + " letter names stay with it."));
  }
}
