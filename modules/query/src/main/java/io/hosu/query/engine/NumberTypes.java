package io.hosu.query.engine;

import java.util.List;
import java.util.Optional;

/** Which declared types go into which without loss. */
final class NumberTypes {
  private static final List<String> INTEGERS = List.of("TINYINT", "SMALLINT", "INTEGER", "BIGINT");
  private static final List<String> SMALL = List.of("TINYINT", "SMALLINT", "INTEGER", "FLOAT");
  private static final List<String> MOMENTS = List.of("DATE", "TIMESTAMP");

  private NumberTypes() {}

  /** The type that takes the values of both; empty when none does without loss. */
  static Optional<String> wider(String one, String other) {
    Optional<String> ordered = later(INTEGERS, one, other).or(() -> later(MOMENTS, one, other));
    return ordered.or(() ->
        isDouble(one, other)
                || isDouble(other, one)
                || (SMALL.contains(one) && SMALL.contains(other))
            ? Optional.of("DOUBLE")
            : Optional.empty());
  }

  private static boolean isDouble(String one, String other) {
    return one.equals("DOUBLE") && SMALL.contains(other);
  }

  private static Optional<String> later(List<String> order, String one, String other) {
    int first = order.indexOf(one);
    int second = order.indexOf(other);
    return first < 0 || second < 0
        ? Optional.empty()
        : Optional.of(order.get(Math.max(first, second)));
  }
}
