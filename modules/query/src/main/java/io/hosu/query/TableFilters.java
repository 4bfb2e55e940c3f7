package io.hosu.query;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.tables.FileFilter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the rows of each table have in common that a statement needs: without the others it gives
 * the same answer. It is read from the conditions of the SELECT whose FROM names the table. One
 * that is named several times needs what any of these needs.
 */
final class TableFilters {
  private static final Set<String> LEFT_STAYS = Set.of("INNER", "LEFT", "SEMI", "ANTI");
  private static final Set<String> RIGHT_STAYS = Set.of("INNER", "RIGHT");
  private static final Set<String> LEFT_MUST_MATCH = Set.of("INNER", "RIGHT", "SEMI");
  private static final Set<String> RIGHT_MUST_MATCH = Set.of("INNER", "LEFT", "SEMI", "ANTI");

  /** Joins that pair rows by their conditions alone. */
  private static final Set<String> PLAIN = Set.of("REGULAR", "CROSS", "NATURAL");

  private final Map<List<String>, TableRef> views = new HashMap<>();
  private final Set<List<String>> several = new HashSet<>();
  private final Map<TableRef, FileFilter> filters = new HashMap<>();

  private TableFilters(Collection<TableRef> tables) {
    for (TableRef table : tables) {
      if (views.put(table.view(), table) != null) {
        several.add(table.view());
      }
    }
  }

  /**
   * Of a tree that the guard let pass, in which tables have the names of their views.
   *
   * @return by table; one that is not there may be needed wholly
   */
  static Map<TableRef, FileFilter> of(JsonNode tree, Collection<TableRef> tables) {
    if (tables.isEmpty()) {
      return Map.of();
    }
    TableFilters found = new TableFilters(tables);
    found.any(tree.path("statements"));
    found.filters.values().removeIf(FileFilter::isEvery);
    return Map.copyOf(found.filters);
  }

  /** A condition that holds of all rows that a FROM, or a part of it, gives on. */
  private record Condition(JsonNode expression, FromNames names) {
    FileFilter of(JsonNode relation) {
      return FilterTruth.of(expression, reference -> names.column(relation, reference)).isTrue();
    }
  }

  private void any(JsonNode node) {
    switch (node.path("type").asText()) {
      case "SELECT_NODE" -> select(node);
      case "BASE_TABLE" -> table(node, List.of());
      default -> node.forEach(this::any);
    }
  }

  private void select(JsonNode node) {
    for (var field : node.properties()) {
      if (!field.getKey().equals("from_table")) {
        any(field.getValue());
      }
    }
    JsonNode from = node.path("from_table");
    from(from, List.of(new Condition(node.path("where_clause"), FromNames.of(from))));
  }

  private void from(JsonNode node, List<Condition> conditions) {
    switch (node.path("type").asText()) {
      case "BASE_TABLE" -> table(node, conditions);
      case "JOIN" -> join(node, conditions);
      default -> node.forEach(this::any);
    }
  }

  private void join(JsonNode node, List<Condition> conditions) {
    any(node.path("condition"));
    String type = node.path("join_type").asText();
    List<Condition> left = new ArrayList<>();
    List<Condition> right = new ArrayList<>();
    if (PLAIN.contains(node.path("ref_type").asText())) {
      List<Condition> match = List.of(new Condition(node.path("condition"), FromNames.of(node)));
      left.addAll(LEFT_STAYS.contains(type) ? conditions : List.of());
      left.addAll(LEFT_MUST_MATCH.contains(type) ? match : List.of());
      right.addAll(RIGHT_STAYS.contains(type) ? conditions : List.of());
      right.addAll(RIGHT_MUST_MATCH.contains(type) ? match : List.of());
    }
    from(node.path("left"), left);
    from(node.path("right"), right);
  }

  private void table(JsonNode node, List<Condition> conditions) {
    List<String> path = new ArrayList<>();
    node.path("qualified_name").path("path").forEach(step -> path.add(step.asText()));
    TableRef table = views.get(path);
    if (table == null || several.contains(path)) {
      return;
    }
    FileFilter filter =
        conditions.stream()
            .map(condition -> condition.of(node))
            .reduce(FileFilter.every(), FileFilter::and);
    filters.merge(table, filter, FileFilter::or);
  }
}
