package io.hosu.store;

/** A database behind JDBC: one writer with group commit, and a few readers. */
final class JdbcDatabase implements Database {
  private final Backend backend;
  private final GroupCommit writer;
  private final Readers readers;

  JdbcDatabase(Backend backend, int readers, Backoff backoff) {
    this.backend = backend;
    this.writer = new GroupCommit(backend, backoff);
    this.readers = new Readers(backend, readers, backoff);
  }

  @Override
  public <T> T read(Work<T> work) {
    requireOutside();
    return readers.read(work);
  }

  @Override
  public <T> T write(Work<T> work) {
    requireOutside();
    return writer.write(work);
  }

  /** A work inside a work would wait for itself, or see another state than the one around it. */
  private void requireOutside() {
    if (writer.isCurrentThread() || readers.isReading()) {
      throw new IllegalStateException(
          "A work on the state database runs inside another one: pass on its Transaction.");
    }
  }

  @Override
  public void close() {
    writer.close();
    readers.close();
    backend.close();
  }
}
