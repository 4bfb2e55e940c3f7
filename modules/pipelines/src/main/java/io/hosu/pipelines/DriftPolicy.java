package io.hosu.pipelines;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.tables.SchemaStep;
import io.hosu.tables.WriteTarget;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What may become of the columns of a table by itself, when objects come that have others. */
public enum DriftPolicy {
  /** Nothing: the table stays as it is. */
  NEVER,
  /** Columns are added. */
  ADD_COLUMNS,
  /** Columns are added, and get a type that holds more. */
  WIDEN,
  /**
   * The same, and where no type holds the values of both, the column begins anew in the other type,
   * without the values that are there.
   */
  ALL;

  /** Whether it lets {@code step} happen. */
  public boolean allows(SchemaStep step) {
    return switch (step.kind()) {
      case ADD -> this != NEVER;
      case WIDEN, LOOSEN -> this == WIDEN || this == ALL;
      case RETYPE, REORDER, DESCRIBE -> this == ALL;
      case DROP, RENAME, REQUIRE -> false;
    };
  }

  /** As people write it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Returns when rows may be written to {@code target}.
   *
   * @throws Invalid {@link PipelinesError#DRIFT_REFUSED}
   */
  void require(WriteTarget target) {
    List<SchemaStep> refused = target.steps().stream().filter(step -> !allows(step)).toList();
    if (!refused.isEmpty()) {
      throw new Invalid(
          PipelinesError.DRIFT_REFUSED,
          "The rows are not as table %s is, and nobody let it %s."
              .formatted(
                  target.name(),
                  refused.stream()
                      .limit(5)
                      .map(SchemaStep::toString)
                      .collect(Collectors.joining(", "))),
          "See what is proposed with: hosu crawlers proposals; apply it, then put the dead letter"
              + " back with: hosu dlq redrive");
    }
  }
}
