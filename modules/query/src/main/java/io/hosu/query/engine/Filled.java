package io.hosu.query.engine;

import java.time.Duration;
import java.util.Set;

/**
 * What the rows of a SELECT hold.
 *
 * @param rows how many they are
 * @param columns the columns of which at least one row has a value
 * @param cpu the processor time it took to find out
 */
public record Filled(long rows, Set<String> columns, Duration cpu) {
  public Filled {
    columns = Set.copyOf(columns);
  }
}
