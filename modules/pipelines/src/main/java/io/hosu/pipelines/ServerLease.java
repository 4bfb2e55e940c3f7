package io.hosu.pipelines;

import io.hosu.kernel.StageName;
import io.hosu.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The sign of life of this server: while its lease runs, its executions are its own; when it ran
 * out, any server may take them over. One lease stands for all executions of a server, so that a
 * heartbeat is one small write, however many run.
 *
 * <p>Belongs to the thread of the dispatcher.
 */
final class ServerLease {
  private final String id;
  private final Duration length;
  private Instant keepAt = Instant.MIN;

  ServerLease(String id, Duration length) {
    this.id = id;
    this.length = length;
  }

  /** The id of this server, made afresh each time it starts. */
  String id() {
    return id;
  }

  /** How often it must be kept. */
  Duration beat() {
    return length.dividedBy(3);
  }

  /**
   * Takes the lease.
   *
   * @param alone whether no other server can be running on this database, so that every other lease
   *     is void
   */
  void begin(Transaction tx, boolean alone, Instant now) {
    if (alone) {
      tx.update("DELETE FROM servers WHERE id <> ?", id);
    }
    tx.update(
        """
        INSERT INTO servers (id, started_at, lease_until) VALUES (?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET lease_until = excluded.lease_until\
        """,
        id,
        now,
        now.plus(length));
  }

  /** Keeps the lease, if a third of it is over. */
  void keep(Transaction tx, Instant now) {
    if (now.isBefore(keepAt)) {
      return;
    }
    tx.update("UPDATE servers SET lease_until = ? WHERE id = ?", now.plus(length), id);
    tx.afterCommit(() -> keepAt = now.plus(beat()));
  }

  /** When the lease of another server ends next, unless that server keeps it. */
  Optional<Instant> nextToEnd(Transaction tx, Instant now) {
    return tx
        .list(
            """
            SELECT lease_until FROM servers WHERE id <> ? AND lease_until > ?
            ORDER BY lease_until LIMIT 1
            """,
            row -> row.instant("lease_until"),
            id,
            now)
        .stream()
        .findFirst();
  }

  /** When the first lease runs out under which an execution of a stage runs. */
  static Optional<Instant> earliest(Transaction tx, StageName stage) {
    return tx
        .list(
            """
            SELECT s.lease_until FROM executions e JOIN servers s ON s.id = e.server
            WHERE e.status IN ('PENDING', 'RUNNING') AND e.status = 'RUNNING'
              AND e.domain = ? AND e.pipeline = ? AND e.stage = ?
            ORDER BY s.lease_until LIMIT 1
            """,
            row -> row.instant("lease_until"),
            stage.domain(),
            stage.pipeline(),
            stage.stage())
        .stream()
        .findFirst();
  }

  /** Gives the lease up. */
  void end(Transaction tx) {
    tx.update("DELETE FROM servers WHERE id = ?", id);
  }
}
