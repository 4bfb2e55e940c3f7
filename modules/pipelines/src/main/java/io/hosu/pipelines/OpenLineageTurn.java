package io.hosu.pipelines;

import io.hosu.events.EventLog;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Up to where runs were sent, and which server sends them: one at a time. What a server marks while
 * another has the turn is not kept.
 */
final class OpenLineageTurn {
  /** Longer than one run takes to be sent. */
  private static final Duration LEASE = Duration.ofMinutes(2);

  private final Database database;
  private final InstantSource clock;
  private final String server;

  OpenLineageTurn(Database database, InstantSource clock, String server) {
    this.database = database;
    this.clock = clock;
    this.server = server;
  }

  /** Takes the turn or keeps it; the place in the event log up to which all was sent. */
  OptionalLong take() {
    return database.write(this::take);
  }

  private OptionalLong take(Transaction tx) {
    Instant now = clock.instant();
    tx.update(
        "INSERT INTO openlineage_sent (id, seq, server, until) VALUES (1, ?, '', 0) ON CONFLICT"
            + " (id) DO NOTHING",
        EventLog.newest(tx));
    int mine =
        tx.update(
            "UPDATE openlineage_sent SET server = ?, until = ? WHERE id = 1 AND (server = ? OR"
                + " until < ?)",
            server,
            now.plus(LEASE),
            server,
            now);
    return mine == 0
        ? OptionalLong.empty()
        : OptionalLong.of(tx.number("SELECT seq FROM openlineage_sent WHERE id = 1"));
  }

  /** The place in the event log up to which all was sent; empty before anybody was to be told. */
  static OptionalLong place(Transaction tx) {
    return tx.find("SELECT seq FROM openlineage_sent WHERE id = 1", row -> row.number("seq"))
        .map(OptionalLong::of)
        .orElse(OptionalLong.empty());
  }

  /** Whether the beginning of an execution was sent before it ended. */
  boolean isStartSent(String execution) {
    Optional<String> found =
        database.read(tx ->
            tx.find(
                "SELECT execution FROM openlineage_started WHERE execution = ?",
                row -> row.text("execution"),
                execution));
    return found.isPresent();
  }

  /** Keeps that all up to a place was sent; false when another server has the turn by now. */
  boolean mark(OpenLineageFeed.Ended ended) {
    return database.<Boolean>write(tx -> {
      tx.update("DELETE FROM openlineage_started WHERE execution = ?", ended.execution());
      return move(tx, ended.seq());
    });
  }

  /** The same where nothing was to be sent up to there. */
  boolean mark(long seq) {
    return database.<Boolean>write(tx -> move(tx, seq));
  }

  private boolean move(Transaction tx, long seq) {
    return tx.update(
            "UPDATE openlineage_sent SET seq = ?, until = ? WHERE id = 1 AND server = ? AND seq <= ?",
            seq,
            clock.instant().plus(LEASE),
            server,
            seq)
        == 1;
  }

  /** Executions under way whose beginning was not sent yet. */
  List<String> started(int most) {
    return database.read(tx ->
        tx.list(
            "SELECT id FROM executions WHERE status = 'RUNNING' AND id NOT IN (SELECT execution"
                + " FROM openlineage_started) ORDER BY id LIMIT ?",
            row -> row.text("id"),
            most));
  }

  /** Keeps that the beginning of an execution was sent. */
  void markStart(String execution) {
    database.perform(tx ->
        tx.update(
            "INSERT INTO openlineage_started (execution) VALUES (?) ON CONFLICT (execution) DO"
                + " NOTHING",
            execution));
  }

  /** Lets another server have the turn. */
  void leave() {
    database.perform(tx ->
        tx.update("UPDATE openlineage_sent SET until = 0 WHERE id = 1 AND server = ?", server));
  }
}
