package io.hosu.objects;

import io.hosu.kernel.Ids;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
    /** Of what nobody has to know. */
    Reading UNKNOWN =
        new Reading() {
          @Override
          public void stopWith(Runnable stop) {}

          @Override
          public void close() {}
        };

    /** Has {@code stop} run when what is read must go; at once, when that has come already. */
    void stopWith(Runnable stop);

    @Override
    void close();
  }

  private final class Running implements Reading {
    private final Instant began;
    private final Supplier<Stream<Path>> files;
    private boolean stopped; // guarded by Readers.this, as the next one is
    private @Nullable Runnable stop;

    Running(Instant began, Supplier<Stream<Path>> files) {
      this.began = began;
      this.files = files;
    }

    @Override
    public void stopWith(Runnable its) {
      boolean now;
      synchronized (Readers.this) {
        stop = its;
        now = stopped;
      }
      if (now) {
        its.run();
      }
    }

    @Override
    public void close() {
      synchronized (Readers.this) {
        running.remove(this);
        Readers.this.notifyAll();
      }
    }
  }

  /**
   * From now on, and a moment before, no file goes that a table needs, but those that must: see
   * {@link #awaitEnd}. To be called when it is known which files are to be read, or before.
   *
   * @param files what is read, to be told again and again
   */
  public Reading begin(Supplier<Stream<Path>> files) {
    Instant now = clock.instant();
    Running reading = new Running(now, files);
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

  /**
   * Waits until nobody on this server reads one of {@code files}, which must go. Who still does
   * after {@code patience} is stopped, and has as long again to end.
   *
   * @return how many were stopped
   */
  int awaitEnd(Set<Path> files, Duration patience) {
    List<Running> those;
    synchronized (this) {
      those = List.copyOf(running);
    }
    List<Running> reading =
        those.stream().filter(one -> one.files.get().anyMatch(files::contains)).toList();
    if (awaitClosed(reading, patience)) {
      return 0;
    }
    List<Runnable> stops = new ArrayList<>();
    synchronized (this) {
      for (Running one : reading) {
        if (running.contains(one)) {
          one.stopped = true;
          stops.add(one.stop == null ? () -> {} : one.stop);
        }
      }
    }
    stops.forEach(Runnable::run);
    awaitClosed(reading, patience);
    return stops.size();
  }

  private synchronized boolean awaitClosed(List<Running> some, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (some.stream().anyMatch(running::contains)) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
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
