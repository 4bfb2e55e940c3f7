package io.hosu.query;

import static io.hosu.query.LineageWalk.lower;
import static io.hosu.query.LineageWalk.texts;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.query.LineageScope.Relation;
import io.hosu.query.SqlLineage.Column;
import io.hosu.query.SqlLineage.Rest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What the relations of a FROM give. */
final class LineageRelations {
  private static final Map<String, List<String>> GIVEN =
      Map.of(
          "unnest", List.of("unnest"),
          "range", List.of("range"),
          "generate_series", List.of("generate_series"),
          "repeat", List.of("repeat"),
          "json_each", List.of("key", "value", "type", "atom", "id", "parent", "fullkey", "path"),
          "json_tree", List.of("key", "value", "type", "atom", "id", "parent", "fullkey", "path"));

  private final LineageWalk walk;
  private final LineageExpressions expressions;

  LineageRelations(LineageWalk walk, LineageExpressions expressions) {
    this.walk = walk;
    this.expressions = expressions;
  }

  /** Adds what a relation gives to the names. */
  void from(JsonNode node, LineageScope names) {
    switch (node.path("type").asText()) {
      case "", "EMPTY" -> {}
      case "BASE_TABLE" -> table(node, names);
      case "SUBQUERY" -> add(node, walk.query(node.path("subquery"), names, names.common()), names);
      case "JOIN" -> join(node, names);
      case "TABLE_FUNCTION" -> function(node, names);
      case "EXPRESSION_LIST" -> values(node, names);
      case "PIVOT" -> pivot(node, names);
      default -> add(node, unknown(expressions.of(node, names)), names);
    }
  }

  private static SqlLineage unknown(Set<ColumnSource> sources) {
    return new SqlLineage(
        List.of(), List.of(new Rest.Any(ColumnSource.then(sources, ColumnFlow.UNKNOWN))), Set.of());
  }

  private static void add(JsonNode node, SqlLineage lineage, LineageScope names) {
    String alias = lower(node.path("alias"));
    names.add(
        new Relation(
            alias.isEmpty() ? List.of() : List.of(alias),
            lineage.renamed(texts(node.path("column_name_alias")))));
  }

  private void table(JsonNode node, LineageScope names) {
    List<String> path = new ArrayList<>();
    node.path("qualified_name").path("path").forEach(step -> path.add(lower(step)));
    Relation relation = walk.named(path, names);
    String alias = lower(node.path("alias"));
    names.add(
        new Relation(
            alias.isEmpty() ? relation.path() : List.of(alias),
            relation.lineage().renamed(texts(node.path("column_name_alias")))));
  }

  private void join(JsonNode node, LineageScope names) {
    int before = names.relations().size();
    from(node.path("left"), names);
    int between = names.relations().size();
    from(node.path("right"), names);
    List<Relation> left = List.copyOf(names.relations().subList(before, between));
    List<Relation> right =
        List.copyOf(names.relations().subList(between, names.relations().size()));
    Set<ColumnSource> rows = new TreeSet<>();
    boolean natural = node.path("ref_type").asText().equals("NATURAL");
    List<String> using = natural ? shared(left, right) : texts(node.path("using_columns"));
    for (String column : using) {
      rows.addAll(merge(column, node.path("join_type").asText(), left, right, names));
    }
    if (natural && isOpen(left, right)) {
      rows.addAll(ColumnSource.then(everything(left), ColumnFlow.UNKNOWN));
      rows.addAll(ColumnSource.then(everything(right), ColumnFlow.UNKNOWN));
    }
    rows.addAll(expressions.of(node.path("condition"), names));
    names.rows().addAll(ColumnSource.then(rows, ColumnFlow.JOIN));
    if (Set.of("SEMI", "ANTI").contains(node.path("join_type").asText())) {
      names.relations().subList(between, names.relations().size()).clear();
    }
  }

  /** Makes columns of one name one column; returns what is compared. */
  private static Set<ColumnSource> merge(
      String column, String type, List<Relation> left, List<Relation> right, LineageScope names) {
    String name = LineageScope.small(column);
    Set<ColumnSource> both = sources(left, name);
    Set<ColumnSource> other = sources(right, name);
    Set<ColumnSource> compared = new TreeSet<>(both);
    compared.addAll(other);
    switch (type) {
      case "RIGHT" -> names.merge(name, other);
      case "OUTER", "FULL" -> names.merge(name, ColumnSource.then(compared, ColumnFlow.DERIVED));
      default -> names.merge(name, both);
    }
    return compared;
  }

  private static Set<ColumnSource> sources(List<Relation> relations, String column) {
    Set<ColumnSource> all = new TreeSet<>();
    for (Relation relation : relations) {
      relation.lineage().sources(column).ifPresent(all::addAll);
    }
    return all;
  }

  private static List<String> shared(List<Relation> left, List<Relation> right) {
    return left.stream()
        .flatMap(relation -> relation.lineage().columns().stream())
        .map(Column::name)
        .filter(
            name -> right.stream().anyMatch(relation -> relation.lineage().named(name).isPresent()))
        .toList();
  }

  private static boolean isOpen(List<Relation> left, List<Relation> right) {
    return left.stream().anyMatch(relation -> relation.lineage().isOpen())
        || right.stream().anyMatch(relation -> relation.lineage().isOpen());
  }

  private static Set<ColumnSource> everything(List<Relation> relations) {
    Set<ColumnSource> all = new TreeSet<>();
    relations.forEach(relation -> all.addAll(relation.lineage().everything()));
    return all;
  }

  private void function(JsonNode node, LineageScope names) {
    JsonNode function = node.path("function");
    String name = lower(function.path("function_name"));
    if (name.equals(LakeNames.CHANGES) && walk.changed(function).isPresent()) {
      changes(node, names);
      return;
    }
    Set<ColumnSource> sources =
        ColumnSource.then(expressions.of(function, names), ColumnFlow.DERIVED);
    String alias = node.path("alias").asText();
    List<Column> columns = new ArrayList<>();
    GIVEN.getOrDefault(name, List.of()).forEach(each -> columns.add(new Column(each, sources)));
    if (columns.size() == 1 && !alias.isEmpty()) {
      columns.set(0, new Column(alias, sources));
    }
    boolean isKnown = columns.size() > 1 || function.path("arguments").size() == 1;
    SqlLineage given =
        isKnown
            ? new SqlLineage(columns, List.of(), Set.of())
            : new SqlLineage(columns, unknown(sources).rest(), Set.of());
    // How many rows there are comes from the arguments too.
    names.rows().addAll(ColumnSource.then(sources, ColumnFlow.FILTER));
    add(node, given, names);
  }

  private void changes(JsonNode node, LineageScope names) {
    var table = walk.changed(node.path("function")).orElseThrow();
    Relation relation = walk.named(List.of(table.domain(), table.layer(), table.table()), names);
    String alias = lower(node.path("alias"));
    names.add(
        new Relation(
            List.of(alias.isEmpty() ? table.table() : alias),
            relation.lineage().renamed(texts(node.path("column_name_alias")))));
  }

  private void values(JsonNode node, LineageScope names) {
    List<Set<ColumnSource>> sources = new ArrayList<>();
    for (JsonNode row : node.path("values")) {
      for (int i = 0; i < row.size(); i++) {
        if (i == sources.size()) {
          sources.add(new TreeSet<>());
        }
        sources.get(i).addAll(expressions.of(row.get(i), names));
      }
    }
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < sources.size(); i++) {
      columns.add(new Column("col" + i, sources.get(i)));
    }
    add(node, new SqlLineage(columns, List.of(), Set.of()), names);
  }

  /**
   * Which columns there are hangs on values: each may come of all, unless it is one of GROUP BY.
   */
  private void pivot(JsonNode node, LineageScope names) {
    LineageScope inside = new LineageScope(names, names.common());
    from(node.path("source"), inside);
    List<Column> groups = new ArrayList<>();
    for (String group : texts(node.path("groups"))) {
      groups.add(new Column(group, inside.resolve(List.of(LineageScope.small(group)))));
    }
    SqlLineage any = unknown(inside.everything());
    add(node, new SqlLineage(groups, any.rest(), inside.rows()), names);
  }
}
