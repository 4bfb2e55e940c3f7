package io.hosu.store;

import io.hosu.store.Backend.Trouble;
import io.hosu.store.Database.Work;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;

/** A bounded number of sessions that read. May be used from any thread. */
final class Readers implements AutoCloseable {
  private final Backend backend;
  private final Backoff backoff;
  private final int limit;
  private final Semaphore permits;
  private final ConcurrentLinkedDeque<Session> idle = new ConcurrentLinkedDeque<>();
  private final ThreadLocal<Boolean> reading = ThreadLocal.withInitial(() -> false);
  private volatile boolean closed;

  Readers(Backend backend, int limit, Backoff backoff) {
    this.backend = backend;
    this.backoff = backoff;
    this.limit = limit;
    this.permits = new Semaphore(limit);
  }

  boolean isReading() {
    return reading.get();
  }

  <T> T read(Work<T> work) {
    permits.acquireUninterruptibly();
    reading.set(true);
    try {
      return readWithRepeats(work);
    } finally {
      reading.remove();
      permits.release();
    }
  }

  private <T> T readWithRepeats(Work<T> work) {
    for (int attempt = 1; ; attempt++) {
      if (closed) {
        throw Failures.closed();
      }
      try {
        return readOnce(work);
      } catch (SQLException e) {
        closeIdle();
        if (backend.trouble(e) == Trouble.DOWN || backoff.isLast(attempt)) {
          throw Failures.unavailable(backend, e);
        }
        backoff.pause(attempt);
      }
    }
  }

  private <T> T readOnce(Work<T> work) throws SQLException {
    Session session = takeSession();
    JdbcTransaction tx = new JdbcTransaction(session);
    try {
      T value = work.in(tx);
      requireSound(tx);
      giveBack(session);
      return value;
    } catch (RuntimeException | Error e) {
      SQLException trouble = trouble(tx).orElse(null);
      if (trouble != null) {
        session.close();
        throw trouble;
      }
      giveBack(session);
      throw e;
    } finally {
      tx.end();
    }
  }

  private static void requireSound(JdbcTransaction tx) {
    if (tx.failure().isPresent()) {
      throw new IllegalStateException("A statement of the work failed.", tx.failure().get());
    }
  }

  private Optional<SQLException> trouble(JdbcTransaction tx) {
    return tx.failure().filter(failure -> backend.trouble(failure) != Trouble.STATEMENT);
  }

  private Session takeSession() throws SQLException {
    Session session = idle.pollFirst();
    return session == null ? new Session(backend.openReader()) : session;
  }

  private void giveBack(Session session) {
    try {
      session.rollback();
      idle.addFirst(session);
    } catch (SQLException e) {
      session.close();
    }
  }

  private void closeIdle() {
    for (Session session = idle.pollFirst(); session != null; session = idle.pollFirst()) {
      session.close();
    }
  }

  /** Waits for the reads under way, then ends. */
  @Override
  public void close() {
    closed = true;
    permits.acquireUninterruptibly(limit);
    closeIdle();
    permits.release(limit);
  }
}
