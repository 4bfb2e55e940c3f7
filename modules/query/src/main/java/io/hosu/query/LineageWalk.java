package io.hosu.query;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.TableName;
import io.hosu.query.LineageScope.Relation;
import io.hosu.query.SqlLineage.Column;
import io.hosu.query.SqlLineage.Rest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One walk over the tree of SQL that the guard let pass: finds out where the columns come from.
 * What it does not know becomes {@link ColumnFlow#UNKNOWN}, never nothing.
 */
final class LineageWalk {
  private static final int ROUNDS = 10;

  private final Scope scope;
  private final Function<String, List<String>> columns;
  private final LineageList list;
  private final LineageRelations relations;

  /**
   * A walk.
   *
   * @param columns those of a relation, by its full name or {@code input}; none: not known
   * @param names what DuckDB calls an expression without a name
   */
  LineageWalk(
      Scope scope, Function<String, List<String>> columns, Function<JsonNode, String> names) {
    this.scope = scope;
    this.columns = columns;
    LineageExpressions expressions = new LineageExpressions(this);
    this.list = new LineageList(expressions, names);
    this.relations = new LineageRelations(this, expressions);
  }

  /** What a query gives, where {@code outer} is around it. */
  SqlLineage query(JsonNode query, @Nullable LineageScope outer, Map<String, SqlLineage> common) {
    JsonNode node = query.has("node") ? query.path("node") : query;
    Map<String, SqlLineage> known = new HashMap<>(common);
    for (JsonNode entry : node.path("cte_map").path("map")) {
      commonTable(entry, outer, known);
    }
    return switch (node.path("type").asText()) {
      case "SELECT_NODE" -> select(node, outer, known);
      case "SET_OPERATION_NODE" -> setOperation(node, outer, known);
      case "RECURSIVE_CTE_NODE" -> recursive(node, outer, known);
      default -> anything(node, outer, known);
    };
  }

  private void commonTable(
      JsonNode entry, @Nullable LineageScope outer, Map<String, SqlLineage> known) {
    JsonNode value = entry.path("value");
    JsonNode body = value.has("query_node") ? value.path("query_node") : value.path("query");
    SqlLineage lineage = query(body, outer, known).renamed(texts(value.path("aliases")));
    known.put(lower(entry.path("key")), lineage);
  }

  private SqlLineage select(
      JsonNode node, @Nullable LineageScope outer, Map<String, SqlLineage> known) {
    LineageScope names = new LineageScope(outer, known);
    relations.from(node.path("from_table"), names);
    SqlLineage given = list.of(node.path("select_list"), names);
    Set<ColumnSource> rows = names.rows();
    rows.addAll(list.influences(node.path("where_clause"), names, ColumnFlow.FILTER));
    rows.addAll(list.influences(node.path("having"), names, ColumnFlow.FILTER));
    rows.addAll(list.influences(node.path("qualify"), names, ColumnFlow.FILTER));
    rows.addAll(list.places(node.path("group_expressions"), given, names, ColumnFlow.GROUP));
    if (node.path("aggregate_handling").asText().equals("FORCE_AGGREGATES")) {
      rows.addAll(LineageList.notAggregated(given));
    }
    rows.addAll(modifiers(node, given, names));
    return new SqlLineage(given.columns(), given.rest(), rows);
  }

  private Set<ColumnSource> modifiers(JsonNode node, SqlLineage given, LineageScope names) {
    Set<ColumnSource> rows = new TreeSet<>();
    for (JsonNode modifier : node.path("modifiers")) {
      for (JsonNode order : modifier.path("orders")) {
        rows.addAll(list.place(order.path("expression"), given, names, ColumnFlow.SORT));
      }
      rows.addAll(
          list.places(modifier.path("distinct_on_targets"), given, names, ColumnFlow.GROUP));
      rows.addAll(list.influences(modifier.path("limit"), names, ColumnFlow.FILTER));
      rows.addAll(list.influences(modifier.path("offset"), names, ColumnFlow.FILTER));
    }
    return rows;
  }

  private SqlLineage setOperation(
      JsonNode node, @Nullable LineageScope outer, Map<String, SqlLineage> known) {
    List<JsonNode> branches = new ArrayList<>();
    node.path("children").forEach(branches::add);
    if (branches.isEmpty()) {
      branches.add(node.path("left"));
      branches.add(node.path("right"));
    }
    List<SqlLineage> all = branches.stream().map(branch -> query(branch, outer, known)).toList();
    SqlLineage united =
        switch (node.path("setop_type").asText()) {
          case "UNION" -> LineageUnion.byPlace(all);
          case "UNION_BY_NAME" -> LineageUnion.byName(all);
          default -> LineageUnion.filtered(all);
        };
    LineageScope names = new LineageScope(outer, known);
    united.columns().forEach(names::give);
    Set<ColumnSource> rows = new TreeSet<>(united.rows());
    rows.addAll(modifiers(node, united, names));
    return new SqlLineage(united.columns(), united.rest(), rows);
  }

  /** What such a query reads of itself is what it gave before: until nothing new comes. */
  private SqlLineage recursive(
      JsonNode node, @Nullable LineageScope outer, Map<String, SqlLineage> known) {
    List<String> aliases = texts(node.path("aliases"));
    String itself = lower(node.path("cte_name"));
    SqlLineage first = query(node.path("left"), outer, known).renamed(aliases);
    SqlLineage all = first;
    for (int round = 0; round < ROUNDS; round++) {
      Map<String, SqlLineage> more = new HashMap<>(known);
      more.put(itself, all);
      SqlLineage next =
          LineageUnion.byPlace(List.of(first, query(node.path("right"), outer, more)));
      if (next.equals(all)) {
        break;
      }
      all = next;
    }
    return all;
  }

  /** Of a query of a kind that is not known: all that it reads may be in all that it gives. */
  private SqlLineage anything(
      JsonNode node, @Nullable LineageScope outer, Map<String, SqlLineage> known) {
    Set<ColumnSource> all = new TreeSet<>();
    node.forEach(child -> collect(child, outer, known, all));
    return new SqlLineage(
        List.of(), List.of(new Rest.Any(ColumnSource.then(all, ColumnFlow.UNKNOWN))), Set.of());
  }

  private void collect(
      JsonNode node,
      @Nullable LineageScope outer,
      Map<String, SqlLineage> known,
      Set<ColumnSource> all) {
    if (KnownNodes.NODES.contains(node.path("type").asText())) {
      SqlLineage inner = query(node, outer, known);
      all.addAll(inner.everything());
      all.addAll(inner.rows());
    } else {
      node.forEach(child -> collect(child, outer, known, all));
    }
  }

  /** The relation that the steps of a name mean. */
  Relation named(List<String> path, LineageScope names) {
    String only = path.size() == 1 ? path.getFirst() : "";
    SqlLineage common = names.common().get(only);
    if (common != null) {
      return new Relation(path, common);
    }
    if (scope.relations().contains(only)) {
      return new Relation(path, ofRelation(only));
    }
    List<String> full = new ArrayList<>(path);
    String domain = scope.domain();
    if (full.size() == 2 && domain != null) {
      full.addFirst(domain);
    }
    return new Relation(full, ofRelation(String.join(".", full)));
  }

  private SqlLineage ofRelation(String relation) {
    List<String> its = columns.apply(relation);
    if (its.isEmpty()) {
      return new SqlLineage(List.of(), List.of(new Rest.Same(relation, Set.of())), Set.of());
    }
    List<Column> all = new ArrayList<>();
    for (String column : its) {
      String small = LineageScope.small(column);
      all.add(new Column(column, Set.of(new ColumnSource(relation, small, ColumnFlow.DIRECT))));
    }
    return new SqlLineage(all, List.of(), Set.of());
  }

  /** The table of {@code changes('layer.table')}. */
  Optional<TableName> changed(JsonNode function) {
    String text =
        lower(function.path("arguments").path(0).path("expression").path("literal").path("text"));
    String domain = scope.domain();
    return domain == null ? Optional.empty() : Optional.of(TableName.parseIn(domain, text));
  }

  static String lower(JsonNode text) {
    return LineageScope.small(text.asText());
  }

  static List<String> texts(JsonNode array) {
    return array.valueStream().map(JsonNode::asText).toList();
  }
}
