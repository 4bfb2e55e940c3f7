package io.hosu.pipelines;

import io.hosu.events.EventLog;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.store.Transaction;
import io.hosu.tables.PreparedUpkeep;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What is kept of upkeep in the state database: whose turn it is, which snapshots stages have yet
 * to read from, and the executions that tell of it.
 */
final class UpkeepRows {
  /** What upkeep is among the pipelines of a domain. */
  static final String PIPELINE = "upkeep";

  private UpkeepRows() {}

  /** What an execution of upkeep does; its name in small letters is that of its stage. */
  enum Kind {
    COMPACT,
    MANIFESTS,
    EXPIRE,
    ORPHANS
  }

  /** Takes the turn or keeps it; false when another server has it. */
  static boolean take(Transaction tx, String server, Instant now, Duration lease) {
    return tx.update(
            "UPDATE upkeep_turn SET server = ?, until = ? WHERE id = 1 AND (server = ? OR until"
                + " < ?)",
            server,
            now.plus(lease),
            server,
            now)
        == 1;
  }

  /** Lets another server have the turn. */
  static void leave(Transaction tx, String server, Instant now) {
    tx.update("UPDATE upkeep_turn SET until = ? WHERE id = 1 AND server = ?", now, server);
  }

  /** The snapshots up to which stages have read a table's changes: they go on from there. */
  static Set<Long> held(Transaction tx, TableName table) {
    return new HashSet<>(
        tx.list(
            "SELECT t.snapshot FROM stage_tables t JOIN stages s ON s.name = t.stage"
                + " WHERE t.table_name = ? AND s.removed_at IS NULL",
            row -> row.number("snapshot"),
            table.toString()));
  }

  /** The name under which executions of upkeep are listed. */
  static StageName stage(TableName table, Kind kind) {
    return stage(table, kind.name().toLowerCase(Locale.ROOT));
  }

  /** The same for what a person alone does. */
  static StageName stage(TableName table, String what) {
    return new StageName(table.domain(), PIPELINE, what);
  }

  /** An execution that has ended well, with what it did. */
  static void succeeded(
      Transaction tx,
      EventLog events,
      ExecutionRows.Start start,
      String note,
      ExecutionOutput output,
      Instant startedAt,
      Instant now) {
    insert(tx, start, startedAt);
    tx.update(
        "UPDATE executions SET status = 'SUCCEEDED', attempt = 1, next_attempt_at = NULL,"
            + " started_at = ?, ended_at = ?, note = ?, rows_in = ?, rows_out = ?, bytes_out = ?"
            + " WHERE id = ?",
        startedAt,
        now,
        note,
        output.rows(),
        output.rows(),
        output.bytes(),
        start.id());
    ExecutionRecords.addOutputs(tx, start.id(), List.of(output));
    ExecutionEvents.succeeded(
        events,
        tx,
        Executions.require(tx, start.id(), Seen.ALL),
        new Figures(output.rows(), output.rows(), 0, 0, output.bytes(), 0));
  }

  /** An execution that has come to nothing. */
  static void failed(
      Transaction tx,
      EventLog events,
      ExecutionRows.Start start,
      HosuException cause,
      TableName table,
      Instant startedAt,
      Instant now) {
    insert(tx, start, startedAt);
    tx.update(
        "UPDATE executions SET status = 'FAILED', attempt = 1, failures = 1, next_attempt_at ="
            + " NULL, started_at = ?, ended_at = ?, note = ?, cause_code = ?, cause = ?, remedy ="
            + " ? WHERE id = ?",
        startedAt,
        now,
        "Table %s is as it was.".formatted(table),
        cause.code().name(),
        cause.what(),
        cause.remedy(),
        start.id());
    ExecutionEvents.failed(events, tx, Executions.require(tx, start.id(), Seen.ALL));
  }

  private static void insert(Transaction tx, ExecutionRows.Start start, Instant startedAt) {
    ExecutionRows.insertPending(tx, start, List.of(), 0, 0, startedAt);
  }

  /** What was done, in a sentence. */
  static String note(TableName table, Kind kind, PreparedUpkeep.Done done) {
    return switch (kind) {
      case COMPACT ->
          "%d files of %s became %d.".formatted(done.filesBefore(), table, done.filesAfter());
      case MANIFESTS ->
          "%d manifests of %s became %d.".formatted(done.filesBefore(), table, done.filesAfter());
      case EXPIRE ->
          "%d snapshots and %d branches or tags of %s expired, and with them %d files."
              .formatted(done.snapshots(), done.refs(), table, done.filesBefore());
      case ORPHANS -> "%d files of %s that nothing knew went.".formatted(done.filesBefore(), table);
    };
  }
}
