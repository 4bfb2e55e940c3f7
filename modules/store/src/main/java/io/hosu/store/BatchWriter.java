package io.hosu.store;

import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.store.Backend.Trouble;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes batches of works, each batch in one transaction, each work in a savepoint of its own.
 * Belongs to the writer thread.
 */
final class BatchWriter implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(BatchWriter.class);

  private final Backend backend;
  private final Backoff backoff;
  private @Nullable Session session;

  BatchWriter(Backend backend, Backoff backoff) {
    this.backend = backend;
    this.backoff = backoff;
  }

  /** Sees to it that every work of {@code batch} gets its outcome. */
  void write(List<Pending<?>> batch) {
    try {
      writeWithRepeats(batch);
      batch.forEach(Pending::complete);
    } catch (RuntimeException | Error e) {
      discardSession();
      batch.forEach(pending -> pending.fail(e));
    }
  }

  private void writeWithRepeats(List<Pending<?>> batch) {
    for (int attempt = 1; ; attempt++) {
      try {
        writeOnce(batch);
        return;
      } catch (SQLException e) {
        discardSession();
        if (!worthRepeating(e) || backoff.isLast(attempt)) {
          throw Failures.unavailable(backend, e);
        }
        log.atWarn().setMessage("a batch of writes is repeated").setCause(e).log();
        backoff.pause(attempt);
      }
    }
  }

  private boolean worthRepeating(SQLException e) {
    Trouble trouble = backend.trouble(e);
    return trouble == Trouble.REPEAT || trouble == Trouble.LOST;
  }

  private void writeOnce(List<Pending<?>> batch) throws SQLException {
    Session writer = session();
    String begun = backend.begin(writer);
    boolean some =
        batch.size() == 1 ? succeeds(batch.getFirst(), writer) : writeEach(batch, writer);
    if (some) {
      commit(writer, begun);
    } else {
      writer.rollback();
    }
  }

  private boolean writeEach(List<Pending<?>> batch, Session writer) throws SQLException {
    boolean some = false;
    for (Pending<?> pending : batch) {
      writer.execute("SAVEPOINT work");
      if (succeeds(pending, writer)) {
        some = true;
      } else {
        writer.execute("ROLLBACK TO SAVEPOINT work");
      }
      writer.execute("RELEASE SAVEPOINT work");
    }
    return some;
  }

  private boolean succeeds(Pending<?> pending, Session writer) throws SQLException {
    JdbcTransaction tx = new JdbcTransaction(writer);
    boolean returned = pending.run(tx);
    Optional<SQLException> failure = tx.failure();
    if (failure.isEmpty()) {
      return returned;
    }
    if (backend.trouble(failure.get()) != Trouble.STATEMENT) {
      throw failure.get();
    }
    if (returned) {
      pending.reject(new IllegalStateException("A statement of the work failed.", failure.get()));
    }
    return false;
  }

  private void commit(Session writer, String begun) throws SQLException {
    try {
      writer.commit();
    } catch (SQLException e) {
      if (backend.trouble(e) != Trouble.LOST || !happened(begun, e)) {
        throw e;
      }
    }
  }

  /**
   * Whether a commit without an answer happened.
   *
   * @throws Unavailable {@link StoreError#COMMIT_UNKNOWN} when nobody can tell
   */
  private boolean happened(String begun, SQLException lost) {
    for (int attempt = 1; attempt <= backoff.attempts(); attempt++) {
      discardSession();
      try {
        Optional<Boolean> fate = backend.committed(session(), begun);
        session().rollback();
        if (fate.isPresent()) {
          return fate.get();
        }
      } catch (SQLException e) {
        lost.addSuppressed(e);
      }
      backoff.pause(attempt);
    }
    throw Failures.commitUnknown(backend, lost);
  }

  private Session session() throws SQLException {
    if (session == null) {
      session = new Session(backend.openWriter());
    }
    return session;
  }

  private void discardSession() {
    if (session != null) {
      session.close();
      session = null;
    }
  }

  @Override
  public void close() {
    discardSession();
  }
}
