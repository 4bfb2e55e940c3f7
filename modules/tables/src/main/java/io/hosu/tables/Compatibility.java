package io.hosu.tables;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Which changes of a table's columns its contract lets through. */
public enum Compatibility {
  /** Rows that are there stay rows of the table: no value of theirs is lost to another type. */
  BACKWARD(Set.of(SchemaStep.Kind.RETYPE, SchemaStep.Kind.REQUIRE)),
  /** Who reads the table by the columns that it has goes on doing so. */
  FORWARD(
      Set.of(
          SchemaStep.Kind.DROP,
          SchemaStep.Kind.RENAME,
          SchemaStep.Kind.WIDEN,
          SchemaStep.Kind.RETYPE,
          SchemaStep.Kind.LOOSEN)),
  /** Both. */
  FULL(
      Set.of(
          SchemaStep.Kind.DROP,
          SchemaStep.Kind.RENAME,
          SchemaStep.Kind.WIDEN,
          SchemaStep.Kind.RETYPE,
          SchemaStep.Kind.REQUIRE,
          SchemaStep.Kind.LOOSEN)),
  /** Every change that the format of tables knows. */
  NONE(Set.of());

  /** The property of a table that says which contract it has. */
  static final String PROPERTY = "hosu.compatibility";

  private final Set<SchemaStep.Kind> refused;

  Compatibility(Set<SchemaStep.Kind> refused) {
    this.refused = refused;
  }

  /** Whether it does not let {@code step} through. */
  public boolean refuses(SchemaStep step) {
    return refused.contains(step.kind());
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
