package io.hosu.query;

import io.hosu.kernel.TableName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table that SQL reads, and at which of its states.
 *
 * @param table the table
 * @param at which state; null: the current one
 */
public record TableRef(TableName table, @Nullable At at) {

  /**
   * A state of a table, as SQL says it: {@code AT (VERSION => 123)}.
   *
   * @param unit {@code VERSION}, a snapshot's id, {@code TIMESTAMP}, or {@code CHANGES}
   * @param value the id, or a point in time as SQL writes it; empty for changes
   */
  public record At(String unit, String value) {
    /** Not a state, but the rows that came since the stage read the table last. */
    public static final At CHANGES = new At("CHANGES", "");
  }

  /** Whether the rows that came are read, not those of a state. */
  public boolean isChanges() {
    return At.CHANGES.equals(at);
  }

  /** The name of the view that stands for it in an engine. */
  public List<String> view() {
    At state = at;
    String name =
        state == null
            ? table.table()
            : "%s@%s=%s".formatted(table.table(), state.unit(), state.value());
    return List.of(catalog(table.domain()), table.layer(), name);
  }

  /** Some names are catalogs of every DuckDB. */
  private static String catalog(String domain) {
    return switch (domain) {
      case "memory", "system", "temp", "main" -> "domain_" + domain;
      default -> domain;
    };
  }
}
