package io.hosu.query;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where SQL stands.
 *
 * @param domain the domain in which {@code layer.table} is looked up; null: tables have full names
 * @param layer the layer in which {@code table} is looked up; null outside of views
 * @param relations one-word relations that it may read beside tables
 */
public record Scope(@Nullable String domain, @Nullable String layer, Set<String> relations) {
  /** The relation of a stage's objects. */
  public static final String INPUT = "input";

  public Scope {
    relations = Set.copyOf(relations);
  }

  /** A query of somebody: full names only. */
  public static Scope query() {
    return new Scope(null, null, Set.of());
  }

  /** Whether it is one of {@link #query}. */
  boolean isQuery() {
    return domain == null && relations.isEmpty();
  }

  /** The text of a view in {@code domain}, whose tables are in {@code layer} unless they say. */
  static Scope view(String domain, String layer) {
    return new Scope(domain, layer, Set.of());
  }

  /** What {@link #domain} and the rest stand for, where something is for queries alone. */
  String kind() {
    return layer == null ? "a stage" : "a view";
  }

  /** A stage of {@code domain} over objects. */
  public static Scope overInput(String domain) {
    return new Scope(domain, null, Set.of(INPUT));
  }

  /** A stage of {@code domain} that reads tables only. */
  public static Scope overTables(String domain) {
    return new Scope(domain, null, Set.of());
  }
}
