package io.hosu.query.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What a SELECT says of one of the relations alone that it joins: rows for which that is not true
 * cannot be in its result, nor be missed there.
 */
final class Narrowing {
  private static final Set<String> PLAIN =
      Set.of(
          "BETWEEN",
          "CASE",
          "CAST",
          "COLUMN_REF",
          "COMPARISON",
          "CONJUNCTION",
          "CONSTANT",
          "FUNCTION",
          "OPERATOR",
          "TYPE");

  /** Of one row, and the same each time. */
  private static final Set<String> FUNCTIONS =
      Set.of(
          "~~",
          "!~~",
          "~~*",
          "!~~*",
          "prefix",
          "suffix",
          "contains",
          "starts_with",
          "ends_with",
          "lower",
          "upper",
          "length",
          "left",
          "right",
          "substring",
          "trim",
          "+",
          "-",
          "*",
          "/",
          "%",
          "abs",
          "year",
          "month",
          "day",
          "date_part",
          "date_trunc");

  private final List<String> path;
  private final Set<String> columns = new HashSet<>();
  private String alias = "";
  private boolean plain = true;

  private Narrowing(List<String> path, List<String> columns) {
    this.path = path;
    columns.forEach(column -> this.columns.add(column.toLowerCase(Locale.ROOT)));
  }

  /**
   * A relation under its name in a SELECT.
   *
   * @param condition what is said of it
   */
  record Narrowed(String alias, JsonNode condition) {}

  /**
   * What {@code select} says of the relation at {@code path}.
   *
   * @param columns all that it has
   */
  static Optional<Narrowed> in(JsonNode select, List<String> path, List<String> columns) {
    Narrowing narrowing = new Narrowing(path, columns);
    List<JsonNode> all = new ArrayList<>();
    narrowing.from(select.path("from_table"), all);
    narrowing.conjuncts(select.path("where_clause"), all);
    if (!narrowing.plain || narrowing.alias.isEmpty()) {
      return Optional.empty();
    }
    List<JsonNode> own = all.stream().flatMap(one -> narrowing.own(one).stream()).toList();
    return own.isEmpty()
        ? Optional.empty()
        : Optional.of(new Narrowed(narrowing.alias, joined("CONJUNCTION_AND", own)));
  }

  /** Only of inner joins: others keep rows for which nothing is found on the other side. */
  private void from(JsonNode relation, List<JsonNode> conditions) {
    switch (relation.path("type").asText()) {
      case "BASE_TABLE" -> table(relation);
      case "JOIN" -> {
        plain &=
            relation.path("join_type").asText().equals("INNER")
                && Set.of("REGULAR", "CROSS").contains(relation.path("ref_type").asText())
                && relation.path("using_columns").isEmpty();
        from(relation.path("left"), conditions);
        from(relation.path("right"), conditions);
        conjuncts(relation.path("condition"), conditions);
      }
      case "SUBQUERY", "TABLE_FUNCTION", "EXPRESSION_LIST", "EMPTY" -> {}
      default -> plain = false;
    }
  }

  private void table(JsonNode table) {
    if (Mentions.path(table).equals(path)) {
      plain &= table.path("column_name_alias").isEmpty() && alias.isEmpty();
      String own = table.path("alias").asText();
      alias = own.isEmpty() ? path.getLast() : own;
    }
  }

  private void conjuncts(JsonNode condition, List<JsonNode> all) {
    if (condition.path("type").asText().equals("CONJUNCTION_AND")) {
      condition.path("children").forEach(child -> conjuncts(child, all));
    } else if (condition.isObject()) {
      all.add(condition);
    }
  }

  /** The condition where it is about the relation alone; or what all its alternatives say of it. */
  private Optional<JsonNode> own(JsonNode condition) {
    if (names(condition) && isPlain(condition)) {
      return Optional.of(condition);
    }
    if (!condition.path("type").asText().equals("CONJUNCTION_OR")) {
      return Optional.empty();
    }
    List<JsonNode> alternatives = new ArrayList<>();
    for (JsonNode alternative : condition.path("children")) {
      List<JsonNode> all = new ArrayList<>();
      conjuncts(alternative, all);
      List<JsonNode> own = all.stream().flatMap(one -> own(one).stream()).toList();
      if (own.isEmpty()) {
        return Optional.empty();
      }
      alternatives.add(joined("CONJUNCTION_AND", own));
    }
    return Optional.of(joined("CONJUNCTION_OR", alternatives));
  }

  private static JsonNode joined(String type, List<JsonNode> conditions) {
    if (conditions.size() == 1) {
      return conditions.getFirst();
    }
    ObjectNode node = Json.object().put("class", "CONJUNCTION").put("type", type).put("alias", "");
    ArrayNode children = node.putArray("children");
    conditions.forEach(children::add);
    return node;
  }

  private static boolean names(JsonNode node) {
    return node.path("class").asText().equals("COLUMN_REF")
        || node.valueStream().anyMatch(Narrowing::names);
  }

  private boolean isPlain(JsonNode node) {
    String kind = node.path("class").asText();
    boolean known =
        switch (kind) {
          case "" -> true;
          case "COLUMN_REF" -> isOwn(node.path("column_names"));
          case "FUNCTION" -> FUNCTIONS.contains(node.path("function_name").asText());
          default -> PLAIN.contains(kind);
        };
    return known && node.valueStream().allMatch(this::isPlain);
  }

  private boolean isOwn(JsonNode names) {
    String last = names.path(names.size() - 1).asText().toLowerCase(Locale.ROOT);
    return columns.contains(last)
        && (names.size() == 1
            || (names.size() == 2 && names.path(0).asText().equalsIgnoreCase(alias)));
  }
}
