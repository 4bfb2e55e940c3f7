package io.hosu.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import io.hosu.kernel.Names;
import io.hosu.kernel.Suggestions;
import io.hosu.kernel.TableName;
import io.hosu.query.TableRef.At;
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
  private final Set<TableRef> tables = new LinkedHashSet<>();
  private boolean readsInput;

  GuardWalk(SqlText sql, Scope scope, JsonNode tree) {
    this.sql = sql;
    this.scope = scope;
    this.virtualsUsed = new HashSet<>();
    findVirtuals(tree);
  }

  Set<TableRef> tables() {
    return tables;
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
    query(statement.path("node"), Set.of());
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
    if (!Functions.mayBeUsed(name)) {
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
      case "TABLE_FUNCTION" -> tableFunction(node, known);
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

  private void tableFunction(JsonNode node, Set<String> known) {
    JsonNode function = node.path("function");
    String name = lower(function.path("function_name"));
    unqualified(function, name);
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
    } else {
      lakeTable(node, path);
    }
  }

  private void input(ObjectNode node, String name) {
    readsInput = true;
    if (!virtualsUsed.isEmpty() && name.equals(Scope.INPUT)) {
      rename(node, List.of(TRACED), name);
    }
  }

  private void lakeTable(ObjectNode node, List<String> path) {
    List<String> full = new ArrayList<>(path);
    if (full.size() == 2 && scope.domain() != null) {
      full.addFirst(scope.domain());
    }
    if (full.size() == 3 && KnownNodes.ENGINE_SCHEMAS.contains(full.get(1))) {
      throw refused(
          "'%s' belongs to the engine: see the tables with `hosu tables list`."
              .formatted(String.join(".", path)),
          node);
    }
    if (full.size() != 3 || !full.stream().allMatch(Names::isName)) {
      throw notTable(node, path);
    }
    TableName name = new TableName(full.get(0), full.get(1), full.get(2));
    TableRef ref = new TableRef(name, at(node));
    tables.add(ref);
    rename(node, ref.view(), ref.at() == null ? "" : name.table());
    node.putNull("at_clause");
  }

  private @org.jspecify.annotations.Nullable At at(JsonNode node) {
    JsonNode clause = node.path("at_clause");
    if (!clause.isObject()) {
      return null;
    }
    JsonNode value = clause.path("expr");
    while (value.path("class").asText().equals("CAST")) {
      value = value.path("child");
    }
    if (!value.path("class").asText().equals("CONSTANT")) {
      throw refused("AT takes a snapshot's id or a point in time, written as a constant.", node);
    }
    return new At(
        clause.path("unit").asText().toUpperCase(Locale.ROOT),
        value.path("literal").path("text").asText());
  }

  private Invalid notTable(JsonNode node, List<String> path) {
    String name = String.join(".", path);
    boolean file =
        name.contains("/") || name.matches(".*\\.(csv|tsv|json|jsonl|parquet|gz|zst|db)");
    return file
        ? refused(
            "A query cannot read the file '%s', only tables of the lake.".formatted(name), node)
        : sql.invalid(
            "'%s' is not a table or a relation here%s Write a table as domain.layer.table."
                .formatted(name, Suggestions.ending(name, scope.relations())),
            node.path("query_location").canConvertToLong()
                ? node.path("query_location").asLong()
                : 0);
  }

  private static void rename(ObjectNode node, List<String> path, String alias) {
    node.put("catalog_name", path.size() == 3 ? path.get(0) : "");
    node.put("schema_name", path.size() == 3 ? path.get(1) : "");
    node.put("table_name", path.getLast());
    ArrayNode steps = Json.array();
    path.forEach(steps::add);
    ObjectNode qualified = Json.object();
    qualified.set("path", steps);
    node.set("qualified_name", qualified);
    if (!alias.isEmpty() && node.path("alias").asText().isEmpty()) {
      node.put("alias", alias);
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
