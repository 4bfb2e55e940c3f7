package io.hosu.tables;

import java.util.Locale;
import java.util.Optional;

/** Which changes of a table's columns its contract lets through. */
public enum Compatibility {
  /** Rows that are there stay rows of the table: no value of theirs is lost to another type. */
  BACKWARD,
  /** Who reads the table by the columns that it has goes on doing so. */
  FORWARD,
  /** Both. */
  FULL,
  /** Every change that the format of tables knows. */
  NONE;

  /** The property of a table that says which contract it has. */
  static final String PROPERTY = "hosu.compatibility";

  /** Whether it does not let {@code step} through. */
  public boolean refuses(SchemaStep step) {
    return switch (this) {
      case BACKWARD -> losesValues(step.kind());
      case FORWARD -> losesReaders(step.kind());
      case FULL -> losesValues(step.kind()) || losesReaders(step.kind());
      case NONE -> false;
    };
  }

  private static boolean losesValues(SchemaStep.Kind kind) {
    return switch (kind) {
      case RETYPE, REQUIRE -> true;
      case ADD, DROP, RENAME, WIDEN, LOOSEN, REORDER, DESCRIBE -> false;
    };
  }

  private static boolean losesReaders(SchemaStep.Kind kind) {
    return switch (kind) {
      case DROP, RENAME, WIDEN, RETYPE, LOOSEN -> true;
      case ADD, REQUIRE, REORDER, DESCRIBE -> false;
    };
  }

  /** As lake projects write it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The one of this {@link #word}; none when there is none. */
  public static Optional<Compatibility> of(String word) {
    for (Compatibility one : values()) {
      if (one.word().equals(word)) {
        return Optional.of(one);
      }
    }
    return Optional.empty();
  }
}
