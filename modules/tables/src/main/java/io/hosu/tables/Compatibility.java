package io.hosu.tables;

import java.util.Arrays;
import java.util.List;
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
  /** As {@link #BACKWARD}, of all columns that the table ever had. */
  BACKWARD_TRANSITIVE,
  /** As {@link #FORWARD}, of all columns that the table ever had. */
  FORWARD_TRANSITIVE,
  /** As {@link #FULL}, of all columns that the table ever had. */
  FULL_TRANSITIVE,
  /** Every change that the format of tables knows. */
  NONE;

  /** The property of a table that says which contract it has. */
  static final String PROPERTY = "hosu.compatibility";

  /** Whether it does not let {@code step} through. */
  public boolean refuses(SchemaStep step) {
    return switch (this) {
      case BACKWARD, BACKWARD_TRANSITIVE -> losesValues(step.kind());
      case FORWARD, FORWARD_TRANSITIVE -> losesReaders(step.kind());
      case FULL, FULL_TRANSITIVE -> losesValues(step.kind()) || losesReaders(step.kind());
      case NONE -> false;
    };
  }

  /** Whether a change is asked about from each of the columns that the table ever had. */
  public boolean isTransitive() {
    return this != lastOnly();
  }

  /** The same of the columns alone that the table has. */
  public Compatibility lastOnly() {
    return switch (this) {
      case BACKWARD, BACKWARD_TRANSITIVE -> BACKWARD;
      case FORWARD, FORWARD_TRANSITIVE -> FORWARD;
      case FULL, FULL_TRANSITIVE -> FULL;
      case NONE -> NONE;
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
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** All of these words. */
  public static List<String> words() {
    return Arrays.stream(values()).map(Compatibility::word).toList();
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
