package io.hosu.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import io.hosu.kernel.Suggestions;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The tree of one SQL expression over the columns of a row and the attributes of a principal, such
 * as {@code region = principal.region}: without subqueries, aggregates, windows and stars.
 */
final class RowExpression {
  /** What stands before the expression in the text that is parsed, and behind it. */
  static final String BEFORE = "SELECT (";

  static final String AFTER = "\n)";

  /** What stands before it where nothing is behind it. */
  static final String BARE = "SELECT ";

  private static final String PRINCIPAL = "principal";
  private static final Set<String> OF_MANY_ROWS =
      Set.of("SUBQUERY", "WINDOW", "STAR", "POSITIONAL_REFERENCE", "LAMBDA", "LAMBDA_REF");
  private static final Set<String> PLAIN =
      Set.of("COLUMN_REF", "CONSTANT", "COMPARISON", "CONJUNCTION", "BETWEEN", "OPERATOR");
  private static final Set<String> PLAIN_OPERATORS =
      Set.of(
          "OPERATOR_NOT",
          "OPERATOR_IS_NULL",
          "OPERATOR_IS_NOT_NULL",
          "COMPARE_IN",
          "COMPARE_NOT_IN");

  private final SqlText sql;
  private final Map<String, String> types = new HashMap<>();
  private final Map<String, String> attributes;

  /**
   * An expression in {@code sql}, behind {@link #BEFORE}.
   *
   * @param types the columns by name, with their types; empty: any
   * @param attributes of the principal; what is not among them is NULL
   */
  RowExpression(SqlText sql, Map<String, String> types, Map<String, String> attributes) {
    this.sql = sql;
    types.forEach((name, type) -> this.types.put(name.toLowerCase(Locale.ROOT), type));
    this.attributes = attributes;
  }

  /** The one expression of a parsed text; refuses what reaches out of its brackets. */
  ArrayNode only(JsonNode tree) {
    JsonNode node = tree.path("statements").path(0).path("node");
    boolean alone =
        tree.path("statements").size() == 1
            && node.path("type").asText().equals("SELECT_NODE")
            && node.path("select_list").size() == 1
            && node.path("from_table").path("type").asText().equals("EMPTY")
            && node.path("modifiers").isEmpty()
            && node.path("cte_map").path("map").isEmpty()
            && node.path("group_expressions").isEmpty()
            && isNone(node.path("where_clause"))
            && isNone(node.path("having"))
            && isNone(node.path("qualify"))
            && isNone(node.path("sample"));
    if (!alone) {
      throw sql.refused("This is not one expression.", 0);
    }
    return (ArrayNode) node.path("select_list");
  }

  private static boolean isNone(JsonNode node) {
    return node.isNull() || node.isMissingNode();
  }

  /** Checks the expression and puts the principal's attributes into it. */
  void resolve(ArrayNode list) {
    list.set(0, resolved(list.get(0)));
  }

  private JsonNode resolved(JsonNode node) {
    if (node.isArray()) {
      ArrayNode array = (ArrayNode) node;
      for (int i = 0; i < array.size(); i++) {
        array.set(i, resolved(array.get(i)));
      }
      return array;
    }
    if (!node.isObject()) {
      return node;
    }
    check(node);
    if (node.path("class").asText().equals("COLUMN_REF")) {
      return column(node);
    }
    ObjectNode object = (ObjectNode) node;
    for (var field : Map.copyOf(fields(object)).entrySet()) {
      object.set(field.getKey(), resolved(field.getValue()));
    }
    return object;
  }

  private static Map<String, JsonNode> fields(ObjectNode node) {
    Map<String, JsonNode> fields = new HashMap<>();
    node.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
    return fields;
  }

  private void check(JsonNode node) {
    String kind = node.path("class").asText();
    if (OF_MANY_ROWS.contains(kind)) {
      throw refused("%s cannot be used: the expression is about one row.".formatted(kind), node);
    }
    if (kind.equals("FUNCTION")) {
      String name = node.path("function_name").asText().toLowerCase(Locale.ROOT);
      if (Functions.isAggregate(name)) {
        throw refused(
            "'%s' cannot be used: the expression is about one row.".formatted(name), node);
      }
    }
  }

  private JsonNode column(JsonNode node) {
    JsonNode names = node.path("column_names");
    String first = names.path(0).asText();
    if (first.equalsIgnoreCase(PRINCIPAL) && names.size() == 2) {
      return constant(attributes.get(names.get(1).asText()));
    }
    if (!types.isEmpty() && !types.containsKey(first.toLowerCase(Locale.ROOT))) {
      throw sql.invalid(
          "'%s' is not a column of the table%s"
              .formatted(first, Suggestions.ending(first, types.keySet())),
          location(node));
    }
    return node;
  }

  private static JsonNode constant(@org.jspecify.annotations.Nullable String text) {
    ObjectNode constant = Json.object();
    constant.put("class", "CONSTANT").put("type", "VALUE_CONSTANT").put("alias", "");
    constant.put("query_location", 0).put("query_location_length", 0);
    constant
        .putObject("literal")
        .put("kind", text == null ? "NULL_LITERAL" : "STRING")
        .put("text", text == null ? "" : text);
    return constant;
  }

  /**
   * Whether no value of a row can make it fail, so that it needs no TRY, which the engine does not
   * look through when it picks files.
   */
  boolean neverFails(JsonNode node) {
    if (node.isArray()) {
      return node.valueStream().allMatch(this::neverFails);
    }
    if (!node.isObject() || !node.has("class")) {
      return !node.isObject() || node.valueStream().allMatch(this::neverFails);
    }
    String kind = node.path("class").asText();
    boolean plain =
        PLAIN.contains(kind)
            && (!kind.equals("OPERATOR") || PLAIN_OPERATORS.contains(node.path("type").asText()))
            && (!kind.equals("COLUMN_REF") || node.path("column_names").size() == 1);
    boolean compares =
        kind.equals("COMPARISON") || kind.equals("BETWEEN") || kind.equals("OPERATOR");
    return plain
        && (!compares || convertsNothing(node))
        && node.valueStream().allMatch(this::neverFails);
  }

  /**
   * A text that is compared to anything else is converted, which may fail: that of a column for a
   * row, and that of a constant or an attribute for the whole query, before there is any row.
   */
  private boolean convertsNothing(JsonNode comparison) {
    Collection<JsonNode> parts = comparison.findParents("class");
    List<JsonNode> others = parts.stream().filter(this::isOtherThanText).toList();
    if (others.isEmpty()) {
      return true;
    }
    return parts.stream().noneMatch(this::isText)
        && parts.stream()
            .filter(RowExpression::isConstantText)
            .map(constant -> constant.path("literal").path("text").asText())
            .allMatch(text -> others.stream().allMatch(other -> isCertain(text, other)));
  }

  private boolean isCertain(String text, JsonNode other) {
    return other.path("class").asText().equals("COLUMN_REF")
        && Conversions.isCertain(text, type(other));
  }

  private static boolean isConstantText(JsonNode node) {
    return node.path("class").asText().equals("CONSTANT")
        && node.path("literal").path("kind").asText().equals("STRING");
  }

  private boolean isText(JsonNode node) {
    return node.path("class").asText().equals("COLUMN_REF") && type(node).equals("VARCHAR");
  }

  private boolean isOtherThanText(JsonNode node) {
    return switch (node.path("class").asText()) {
      case "COLUMN_REF" -> !type(node).equals("VARCHAR");
      case "CONSTANT" -> !node.path("literal").path("kind").asText().matches("STRING|NULL_LITERAL");
      default -> false;
    };
  }

  private String type(JsonNode column) {
    String name = column.path("column_names").path(0).asText().toLowerCase(Locale.ROOT);
    return types.getOrDefault(name, "");
  }

  private Invalid refused(String what, JsonNode node) {
    return sql.refused(what, location(node));
  }

  private static long location(JsonNode node) {
    JsonNode at = node.path("query_location");
    return at.canConvertToLong() ? at.asLong() : 0;
  }
}
