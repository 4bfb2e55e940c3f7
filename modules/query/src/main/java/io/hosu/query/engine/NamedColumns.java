package io.hosu.query.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

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
  public static NamedColumns everything() {
    NamedColumns columns = new NamedColumns();
    columns.all = true;
    return columns;
  }

  /** Those of a tree, as the engine's parser writes it. */
  public static NamedColumns of(JsonNode tree) {
    NamedColumns columns = new NamedColumns();
    columns.walk(tree);
    // The name of a relation stands for its rows, with all columns.
    columns.all |= columns.references.stream().anyMatch(columns.rows::contains);
    return columns;
  }

  /** What either could read. */
  public NamedColumns and(NamedColumns other) {
    NamedColumns both = new NamedColumns();
    both.all = all || other.all;
    both.words.addAll(words);
    both.words.addAll(other.words);
    both.columns.addAll(columns);
    both.columns.addAll(other.columns);
    return both;
  }

  private void walk(JsonNode node) {
    all |= isAll(node);
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
    if (readsOwn(node.path("from_table"))) {
      select(node);
    } else if (node.path("subquery_type").asText().equals("EXISTS")
        && node.path("subquery").path("node").path("type").asText().equals("SELECT_NODE")) {
      select(node.path("subquery").path("node"));
      walk(node.path("child"));
    } else {
      node.forEach(this::walk);
    }
  }

  /** A SELECT of which a star stands for none of a table's columns. */
  private void select(JsonNode node) {
    for (var field : node.properties()) {
      if (field.getKey().equals("select_list")) {
        field
            .getValue()
            .forEach(
                one -> (isPlainStar(one) ? one.valueStream() : Stream.of(one)).forEach(this::walk));
      } else {
        walk(field.getValue());
      }
    }
  }

  /** Whether it is read from what is written there alone: other SELECTs, {@code VALUES}. */
  private static boolean readsOwn(JsonNode relation) {
    return switch (relation.path("type").asText()) {
      case "SUBQUERY", "EXPRESSION_LIST" -> true;
      case "JOIN" -> readsOwn(relation.path("left")) && readsOwn(relation.path("right"));
      default -> false;
    };
  }

  /** Not {@code COLUMNS('c.*')}, which has to find some. */
  private static boolean isPlainStar(JsonNode node) {
    return isStar(node) && !node.path("columns").asBoolean();
  }

  private static boolean isStar(JsonNode node) {
    return node.path("class").asText().equals("STAR");
  }

  /** What stands for columns without their names, or groups by those that are not named. */
  private static boolean isAll(JsonNode node) {
    return isStar(node)
        || node.path("class").asText().equals("POSITIONAL_REFERENCE")
        || node.path("type").asText().equals("PIVOT")
        || node.path("ref_type").asText().equals("NATURAL")
        || (node.path("type").asText().equals("BASE_TABLE")
            && !node.path("column_name_alias").isEmpty());
  }

  private static String lower(JsonNode text) {
    return text.asText().toLowerCase(Locale.ROOT);
  }

  /** Whether the statement could read a column of this name. */
  public boolean may(String column) {
    return all || words.contains(column.toLowerCase(Locale.ROOT));
  }

  /** Whether the statement says this name where a column is meant, and not {@code *} alone. */
  public boolean says(String column) {
    return columns.contains(column.toLowerCase(Locale.ROOT));
  }
}
