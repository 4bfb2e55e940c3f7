package io.hosu.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Suggestions;
import io.hosu.query.engine.VaultSql;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** One walk over a tree: refuses what is unknown, collects tables, gives relations their names. */
final class GuardWalk {
  private static final String TRACED = "__input";
  private static final List<String> VIRTUAL = List.of("_object", "_line");

  private final SqlText sql;
  private final Scope scope;
  private final Set<String> virtualsUsed;
  private final LakeNames names;
  private final Set<TableRef> tables = new LinkedHashSet<>();
  private final Set<String> systemTables = new LinkedHashSet<>();
  private boolean readsInput;
  private boolean mayDetokenize;

  GuardWalk(SqlText sql, Scope scope, JsonNode tree) {
    this.sql = sql;
    this.scope = scope;
    this.names = new LakeNames(sql, scope);
    this.virtualsUsed = new HashSet<>();
    findVirtuals(tree);
  }

  Set<TableRef> tables() {
    return tables;
  }

  Set<String> systemTables() {
    return systemTables;
  }

  boolean readsInput() {
    return readsInput;
  }

  private void findVirtuals(JsonNode tree) {
    for (JsonNode name : tree.path("column_names")) {
      String word = name.asText().toLowerCase(Locale.ROOT);
      if (VIRTUAL.contains(word)) {
        virtualsUsed.add(word);
      }
    }
    tree.forEach(this::findVirtuals);
  }

  /** The one statement. */
  void statement(JsonNode statement) {
    if (!statement.path("named_param_map").isEmpty()) {
      throw sql.refused("Parameters cannot be used: write the values themselves.", 0);
    }
    mayDetokenize = scope.isQuery();
    query(statement.path("node"), Set.of());
  }

  /** Expressions that stand by themselves. */
  void expression(JsonNode expressions) {
    any(expressions, Set.of());
  }

  private Invalid refused(String what, JsonNode node) {
    JsonNode at = node.path("query_location");
    return sql.refused(what, at.canConvertToLong() ? at.asLong() : 0);
  }

  private void query(JsonNode node, Set<String> outer) {
    String type = node.path("type").asText();
    if (!KnownNodes.NODES.contains(type)) {
      throw refused("%s cannot be used.".formatted(type), node);
    }
    Set<String> known = new HashSet<>(outer);
    if (type.equals("RECURSIVE_CTE_NODE") || type.equals("CTE_NODE")) {
      known.add(lower(node.path("cte_name")));
    }
    for (JsonNode entry : node.path("cte_map").path("map")) {
      commonTable(entry, known);
    }
    if (type.equals("SELECT_NODE")) {
      hideVirtuals(node, known);
    }
    noSample(node);
    for (var field : node.properties()) {
      if (!field.getKey().equals("cte_map") && !field.getKey().equals("type")) {
        any(field.getValue(), known);
      }
    }
  }

  private void commonTable(JsonNode entry, Set<String> known) {
    String name = lower(entry.path("key"));
    JsonNode value = entry.path("value");
    Set<String> inside = new HashSet<>(known);
    for (var field : value.properties()) {
      if (field.getKey().equals("query_node") || field.getKey().equals("query")) {
        JsonNode body =
            field.getValue().has("node") ? field.getValue().path("node") : field.getValue();
        if (body.path("type").asText().equals("RECURSIVE_CTE_NODE")) {
          inside.add(name);
        }
        query(body, inside);
      } else {
        any(field.getValue(), inside);
      }
    }
    known.add(name);
  }

  private static String lower(JsonNode text) {
    return text.asText().toLowerCase(Locale.ROOT);
  }

  private void any(JsonNode node, Set<String> known) {
    if (node.isArray()) {
      node.forEach(item -> any(item, known));
    } else if (node.isObject()) {
      object(node, known);
    }
  }

  private void object(JsonNode node, Set<String> known) {
    String type = node.path("type").asText();
    if (node.has("class")) {
      expression(node, type, known);
    } else if (KnownNodes.NODES.contains(type)) {
      query(node, known);
    } else if (KnownNodes.RELATIONS.contains(type)) {
      relation(node, type, known);
    } else if (node.path("type").isTextual()
        && !KnownNodes.MODIFIERS.contains(type)
        && !KnownNodes.ORDERS.contains(type)) {
      throw refused(unknown(type), node);
    } else {
      children(node, known);
    }
  }

  private static String unknown(String type) {
    return switch (type) {
      case "SHOW_REF" ->
          "SHOW, DESCRIBE and SUMMARIZE are not queries: use `hosu tables list` and `hosu tables"
              + " describe`.";
      case "INSERT_QUERY_NODE", "DELETE_QUERY_NODE", "UPDATE_QUERY_NODE", "MERGE_QUERY_NODE" ->
          "SQL can only read: tables are written by stages.";
      default -> "%s cannot be used.".formatted(type);
    };
  }

  private void children(JsonNode node, Set<String> known) {
    for (var field : node.properties()) {
      if (!field.getKey().equals("type")) {
        any(field.getValue(), known);
      }
    }
  }

  private void expression(JsonNode node, String type, Set<String> known) {
    String kind = node.path("class").asText();
    if (!KnownNodes.EXPRESSIONS.getOrDefault(kind, Set.of()).contains(type)) {
      throw refused(
          kind.equals("PARAMETER")
              ? "Parameters cannot be used: write the values themselves."
              : "%s %s cannot be used.".formatted(kind, type),
          node);
    }
    switch (kind) {
      case "FUNCTION", "WINDOW" -> function(node);
      case "TYPE" -> unqualified(node, node.path("type_name").asText());
      default -> {}
    }
    children(node, known);
  }

  private void function(JsonNode node) {
    String name = lower(node.path("function_name"));
    unqualified(node, name);
    if (name.equals(VaultSql.DETOKENIZE)) {
      detokenize(node);
    } else if (!Functions.mayBeUsed(name)) {
      throw refused(
          "The function '%s' cannot be used%s"
              .formatted(
                  name,
                  Functions.denied().contains(name)
                      ? "."
                      : Suggestions.ending(name, Functions.allowed())),
          node);
    }
    if (node.path("export_state").asBoolean()) {
      throw refused("EXPORT_STATE cannot be used.", node);
    }
  }

  /** It asks with the rights of who sent the query, which nothing else has. */
  private void detokenize(JsonNode node) {
    if (!mayDetokenize) {
      throw refused(
          "'detokenize' can be used in queries alone: not in stages, nor in the conditions and"
              + " masks of grants.",
          node);
    }
  }

  private void unqualified(JsonNode node, String name) {
    JsonNode path = node.path("qualified_name").path("path");
    boolean plain =
        path.size() <= 1
            && (path.isEmpty() || path.get(0).asText().equalsIgnoreCase(name))
            && node.path("schema").asText().isEmpty()
            && node.path("catalog").asText().isEmpty();
    if (!plain) {
      throw refused("'%s' must be written without a schema.".formatted(name), node);
    }
  }

  private void noSample(JsonNode node) {
    if (node.path("sample").isObject()) {
      throw refused("Samples cannot be taken: write ORDER BY random() LIMIT ... instead.", node);
    }
  }

  private void relation(JsonNode node, String type, Set<String> known) {
    noSample(node);
    switch (type) {
      case "BASE_TABLE" -> table((ObjectNode) node, known);
      case "TABLE_FUNCTION" -> tableFunction((ObjectNode) node, known);
      case "PIVOT" -> pivot(node, known);
      default -> children(node, known);
    }
  }

  private void pivot(JsonNode node, Set<String> known) {
    for (JsonNode pivot : node.path("pivots")) {
      if (!pivot.path("pivot_enum").asText().isEmpty()) {
        throw refused("A PIVOT needs its values: IN (...).", node);
      }
    }
    children(node, known);
  }

  private void tableFunction(ObjectNode node, Set<String> known) {
    JsonNode function = node.path("function");
    String name = lower(function.path("function_name"));
    unqualified(function, name);
    if (name.equals(LakeNames.CHANGES)) {
      tables.add(names.changes(node));
      return;
    }
    if (!Functions.TABLE_FUNCTIONS.contains(name)) {
      throw refused("The table function '%s' cannot be used.".formatted(name), node);
    }
    for (var field : function.properties()) {
      if (!field.getKey().equals("type") && !field.getKey().equals("class")) {
        any(field.getValue(), known);
      }
    }
    for (var field : node.properties()) {
      if (!field.getKey().equals("type") && !field.getKey().equals("function")) {
        any(field.getValue(), known);
      }
    }
  }

  private void table(ObjectNode node, Set<String> known) {
    List<String> path = new ArrayList<>();
    node.path("qualified_name").path("path").forEach(step -> path.add(lower(step)));
    boolean current = node.path("at_clause").isNull() || node.path("at_clause").isMissingNode();
    String only = path.size() == 1 ? path.getFirst() : "";
    if (known.contains(only) && current) {
      return;
    }
    if (scope.relations().contains(only) && current) {
      input(node, only);
    } else if (LakeNames.isOfSystem(path)) {
      systemTables.add(names.system(node, path));
    } else {
      tables.add(names.table(node, path));
    }
  }

  private void input(ObjectNode node, String name) {
    readsInput = true;
    if (!virtualsUsed.isEmpty() && name.equals(Scope.INPUT)) {
      LakeNames.rename(node, List.of(TRACED), name);
    }
  }

  /** {@code *} does not mean the columns that are only there when they are asked for. */
  private void hideVirtuals(JsonNode select, Set<String> known) {
    if (virtualsUsed.isEmpty()
        || !scope.relations().contains(Scope.INPUT)
        || known.contains(Scope.INPUT)) {
      return;
    }
    Set<String> aliases = new HashSet<>();
    inputAliases(select.path("from_table"), aliases);
    if (!aliases.isEmpty()) {
      exclude(select.path("select_list"), aliases);
    }
  }

  private static void inputAliases(JsonNode relation, Set<String> aliases) {
    String type = relation.path("type").asText();
    if (type.equals("BASE_TABLE")) {
      JsonNode path = relation.path("qualified_name").path("path");
      if (path.size() == 1 && lower(path.get(0)).equals(Scope.INPUT)) {
        String alias = lower(relation.path("alias"));
        aliases.add(alias.isEmpty() ? Scope.INPUT : alias);
      }
    } else if (type.equals("JOIN")) {
      inputAliases(relation.path("left"), aliases);
      inputAliases(relation.path("right"), aliases);
    }
  }

  private static void exclude(JsonNode expression, Set<String> aliases) {
    if (expression.path("class").asText().equals("SUBQUERY")) {
      return;
    }
    if (expression.path("class").asText().equals("STAR")) {
      String of = lower(expression.path("relation_name"));
      if (of.isEmpty() || aliases.contains(of)) {
        ArrayNode excluded = (ArrayNode) expression.path("exclude_list");
        Set<String> already = new HashSet<>();
        excluded.forEach(name -> already.add(lower(name)));
        VIRTUAL.stream().filter(name -> !already.contains(name)).forEach(excluded::add);
      }
    }
    expression.forEach(child -> exclude(child, aliases));
  }
}
