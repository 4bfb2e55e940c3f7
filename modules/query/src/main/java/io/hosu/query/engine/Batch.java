package io.hosu.query.engine;

import java.time.Duration;
import java.util.List;

/**
 * The rows that SQL made of a batch, kept in the session as the relation {@code batch}.
 *
 * @param columns what it has
 * @param rows how many
 * @param scanned how many rows the engine read for them, of objects and tables
 * @param reading what reading the objects showed
 * @param cpu the processor time it took
 */
public record Batch(List<Column> columns, long rows, long scanned, Reading reading, Duration cpu) {
  public Batch {
    columns = List.copyOf(columns);
  }
}
