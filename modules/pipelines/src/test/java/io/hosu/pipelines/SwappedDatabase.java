package io.hosu.pipelines;

import io.hosu.store.Database;

/** A database in whose place another can come. */
final class SwappedDatabase implements Database {
  private volatile Database now;

  SwappedDatabase(Database first) {
    this.now = first;
  }

  /** Closes the one that was, and is another from now on. */
  void swap(Database other) {
    now.close();
    now = other;
  }

  @Override
  public <T> T read(Database.Work<T> work) {
    return now.read(work);
  }

  @Override
  public <T> T write(Database.Work<T> work) {
    return now.write(work);
  }

  @Override
  public void close() {
    now.close();
  }
}
