package io.hosu.query;

import io.hosu.store.Transaction;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Prepares that something becomes rows of a table in which the lake keeps itself; nothing of it is
 * visible until it is published. May be used from any thread.
 */
public interface Archiving {
  /** The longest {@link #patience}. */
  Duration DAY = Duration.ofDays(1);

  /**
   * How long a few rows wait beyond their retention until they are many, as each move makes a file
   * and a snapshot: a day, and a 24th of a retention that is shorter.
   */
  static Duration patience(Duration retention) {
    Duration part = retention.dividedBy(24);
    return part.compareTo(DAY) < 0 ? part : DAY;
  }

  /** Prepares the rows of the file that {@code writing} makes, as {@link JsonLines} has them. */
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
