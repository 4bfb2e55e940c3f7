package io.hosu.query.engine;

import java.io.IOException;
import java.util.List;

/** Where a result goes, while it is made. A sink that is slow slows its query down. */
public interface ResultSink {

  /** The columns: once, before any bytes. */
  void columns(List<Column> columns) throws IOException;

  /** The next bytes of the result. */
  void bytes(byte[] chunk) throws IOException;

  /**
   * Frees who waits in {@link #bytes}, from another thread: the query has ended, and nobody takes
   * what it gave.
   */
  default void cutOff() {}
}
