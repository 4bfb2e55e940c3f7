package io.hosu.query.worker;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Place;
import io.hosu.query.engine.QueryError;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Which columns an object may have. */
final class ColumnNames {
  /** So many columns an object may have: an engine needs memory for each. */
  static final int MAX = 2_000;

  private static final Set<String> RESERVED = Set.of("_object", "_line", "__file", "__line");

  private ColumnNames() {}

  /** A name among {@code names} that stands for where a record is from. */
  static Optional<String> reserved(Collection<String> names) {
    return names.stream()
        .filter(name -> RESERVED.contains(name.toLowerCase(Locale.ROOT)))
        .findFirst();
  }

  /**
   * Refuses an object with other columns than it may have.
   *
   * @throws Invalid {@link QueryError#COLUMN_RESERVED} or {@link QueryError#TOO_MANY_COLUMNS}
   */
  static void check(Collection<String> names, String object) {
    if (names.size() > MAX) {
      throw new Invalid(
          QueryError.TOO_MANY_COLUMNS,
          "Object %s has %,d columns, more than the %,d that can be read."
              .formatted(object, names.size(), MAX),
          "Put it in parts with fewer columns each, or as a table of names and values.",
          Place.inObject(object, 0, ""));
    }
    Optional<String> reserved = reserved(names);
    if (reserved.isPresent()) {
      throw new Invalid(
          QueryError.COLUMN_RESERVED,
          "Object %s has a column '%s' of its own: that name says where a record is from."
              .formatted(object, reserved.get()),
          "Give the column another name in the object, and put it again.",
          Place.inObject(object, 0, ""));
    }
  }
}
