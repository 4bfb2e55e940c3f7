package io.hosu.query;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where SQL stands.
 *
 * @param domain the domain in which {@code layer.table} is looked up; null: tables have full names
 * @param relations one-word relations that it may read beside tables
 */
public record Scope(@Nullable String domain, Set<String> relations) {
  /** The relation of a stage's objects. */
  public static final String INPUT = "input";

  public Scope {
    relations = Set.copyOf(relations);
  }

  /** A query of somebody: full names only. */
  public static Scope query() {
    return new Scope(null, Set.of());
  }

  /** Whether it is one of {@link #query}. */
  boolean isQuery() {
    return domain == null && relations.isEmpty();
  }

  /** A stage of {@code domain} over objects. */
  public static Scope overInput(String domain) {
    return new Scope(domain, Set.of(INPUT));
  }

  /** A stage of {@code domain} that reads tables only. */
  public static Scope overTables(String domain) {
    return new Scope(domain, Set.of());
  }
}
