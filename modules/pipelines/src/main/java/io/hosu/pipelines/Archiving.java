package io.hosu.pipelines;

import io.hosu.store.Transaction;
import java.io.IOException;
import java.nio.file.Path;

/** Prepares that executions become rows of a table, of which nothing is visible until later. */
interface Archiving {

  /**
   * Prepares the rows of the file that {@code writing} makes, as {@link ExecutionLines} has them.
   */
  Prepared prepare(Writing writing) throws IOException;

  /** Makes a file of rows, and tells how many bytes its longest line has. */
  @FunctionalInterface
  interface Writing {
    int write(Path file) throws IOException;
  }

  /** Rows that can be published; to be closed, whether they were or not. */
  interface Prepared extends AutoCloseable {
    /** Makes them rows of the table with {@code tx}. */
    void publish(Transaction tx);

    @Override
    void close();
  }
}
