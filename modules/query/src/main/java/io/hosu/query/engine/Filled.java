package io.hosu.query.engine;

import java.util.Set;

/**
 * What the rows of a SELECT hold.
 *
 * @param rows how many they are
 * @param columns the columns of which at least one row has a value
 */
public record Filled(long rows, Set<String> columns) {
  public Filled {
    columns = Set.copyOf(columns);
  }
}
