package io.hosu.query;

import static java.util.Objects.requireNonNull;

import io.hosu.kernel.TableName;
import io.hosu.tables.MetadataTable;
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
   * @param unit {@code VERSION}, a snapshot's id or a branch or tag, {@code TIMESTAMP}, {@code
   *     CHANGES} or {@code METADATA}
   * @param value the id, a point in time as SQL writes it, or what of the metadata; empty for
   *     changes
   */
  public record At(String unit, String value) {
    /** Not a state, but the rows that came since the stage read the table last. */
    public static final At CHANGES = new At("CHANGES", "");

    private static final String METADATA = "METADATA";

    /** Not a state, but what Iceberg keeps of the table: one of {@link MetadataTable#kinds}. */
    static At metadata(String kind) {
      return new At(METADATA, kind);
    }
  }

  /** Whether the rows that came are read, not those of a state. */
  public boolean isChanges() {
    return At.CHANGES.equals(at);
  }

  /** Whether not rows of the table are read, but what Iceberg keeps of it. */
  boolean isMetadata() {
    return at != null && at.unit().equals(At.METADATA);
  }

  /** What of it is read, when {@link #isMetadata}. */
  String metadataKind() {
    return requireNonNull(at).value();
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
