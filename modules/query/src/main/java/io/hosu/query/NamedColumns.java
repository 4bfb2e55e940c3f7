package io.hosu.query;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Which columns a statement could read, whatever its relations are: those whose names occur in it
 * anywhere, or all, when it could read some without their names.
 */
public final class NamedColumns {
  private final Set<String> words = new HashSet<>();
  private final Set<String> rows = new HashSet<>();
  private final Set<String> references = new HashSet<>();
  private final Set<String> columns = new HashSet<>();
  private boolean all;

  private NamedColumns() {}

  /** All of them. */
  static NamedColumns everything() {
    NamedColumns columns = new NamedColumns();
    columns.all = true;
    return columns;
  }

  static NamedColumns of(JsonNode tree) {
    NamedColumns columns = new NamedColumns();
    columns.walk(tree);
    // The name of a relation stands for its rows, with all columns.
    columns.all |= columns.references.stream().anyMatch(columns.rows::contains);
    return columns;
  }

  /** What either could read. */
  NamedColumns and(NamedColumns other) {
    NamedColumns both = new NamedColumns();
    both.all = all || other.all;
    both.words.addAll(words);
    both.words.addAll(other.words);
    both.columns.addAll(columns);
    both.columns.addAll(other.columns);
    return both;
  }

  private void walk(JsonNode node) {
    all |= node.path("class").asText().equals("STAR");
    all |= node.path("ref_type").asText().equals("NATURAL");
    JsonNode names = node.path("column_names");
    if (names.size() == 1) {
      references.add(lower(names.get(0)));
    }
    names.forEach(name -> columns.add(lower(name)));
    if (node.has("qualified_name") || node.has("table_name") || node.has("subquery")) {
      rows.add(lower(node.path("table_name")));
      node.path("qualified_name").path("path").forEach(step -> rows.add(lower(step)));
    }
    if (node.path("key").isTextual() && node.has("value")) { // a common table
      rows.add(lower(node.path("key")));
    }
    if (node.path("alias").isTextual() && !node.has("class")) {
      rows.add(lower(node.path("alias")));
    }
    if (node.isTextual()) {
      words.add(lower(node));
    }
    node.forEach(this::walk);
  }

  private static String lower(JsonNode text) {
    return text.asText().toLowerCase(Locale.ROOT);
  }

  /** Whether the statement could read a column of this name. */
  boolean may(String column) {
    return all || words.contains(column.toLowerCase(Locale.ROOT));
  }

  /** Whether the statement says this name where a column is meant, and not {@code *} alone. */
  boolean says(String column) {
    return columns.contains(column.toLowerCase(Locale.ROOT));
  }
}
