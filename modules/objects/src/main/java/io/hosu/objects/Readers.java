package io.hosu.objects;

import io.hosu.kernel.Ids;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;

/**
 * Who reads files of tables on this server. What a table needed when somebody began to read stays
 * until all have ended who began so early, on every server: the sweepers of all keep to it.
 *
 * <p>A server says from time to time ({@link #tell}) when the first of its readers began. Until it
 * says so anew, that holds for whoever begins later, so that a reader costs the database nothing.
 * Of a server that is gone it holds for ten minutes. May be used from any thread.
 */
public final class Readers implements AutoCloseable {
  private static final Duration LEASE = Duration.ofMinutes(10);

  /** For what is planned before it is read, and for clocks that differ. */
  private static final Duration GRACE = Duration.ofMinutes(2);

  private final Database database;
  private final InstantSource clock;
  private final String server;
  private final Set<Running> running = new HashSet<>();
  private Instant until = Instant.EPOCH;
  private boolean closed;

  /** The readers of a server that has just started. */
  public Readers(Database database, InstantSource clock, Ids ids) {
    this.database = database;
    this.clock = clock;
    this.server = ids.next();
  }

  /** Somebody reads until it is closed. */
  public interface Reading extends AutoCloseable {
    @Override
    void close();
  }

  private final class Running implements Reading {
    private final Instant began;

    Running(Instant began) {
      this.began = began;
    }

    @Override
    public void close() {
      synchronized (Readers.this) {
        running.remove(this);
      }
    }
  }

  /**
   * From now on, and a moment before, no file goes that a table needs. To be called when it is
   * known which files are to be read, or before.
   */
  public Reading begin() {
    Instant now = clock.instant();
    Running reading = new Running(now);
    boolean told;
    synchronized (this) {
      running.add(reading);
      told = now.plus(LEASE.dividedBy(2)).isBefore(until);
    }
    if (!told) {
      try {
        tell();
      } catch (RuntimeException e) {
        reading.close();
        throw e;
      }
    }
    return reading;
  }

  /** Says to all servers when the first of those began who read here. */
  public void tell() {
    Instant now = clock.instant();
    Instant oldest;
    synchronized (this) {
      if (closed) {
        return;
      }
      oldest =
          running.stream().map(one -> one.began).min(Instant::compareTo).orElse(now).minus(GRACE);
    }
    database.perform(tx -> put(tx, oldest, now.plus(LEASE)));
    synchronized (this) {
      until = now.plus(LEASE);
    }
  }

  private void put(Transaction tx, Instant oldest, Instant end) {
    int known =
        tx.update(
            "UPDATE file_readers SET oldest = ?, until = ? WHERE server = ?", oldest, end, server);
    if (known == 0) {
      tx.update(
          "INSERT INTO file_readers (server, oldest, until) VALUES (?, ?, ?)", server, oldest, end);
    }
  }

  /**
   * What was needed at this time may be read by somebody still, and nothing that was needed only
   * earlier is; servers that are gone are forgotten.
   */
  static Instant oldest(Transaction tx, Instant now) {
    tx.update("DELETE FROM file_readers WHERE until < ?", now);
    return tx.list("SELECT oldest FROM file_readers", row -> row.instant("oldest")).stream()
        .min(Instant::compareTo)
        .orElse(now);
  }

  /** Nobody reads here any more. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    database.perform(tx -> tx.update("DELETE FROM file_readers WHERE server = ?", server));
  }
}
