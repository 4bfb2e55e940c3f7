package io.hosu.query;

import static io.hosu.query.LineageWalk.lower;
import static io.hosu.query.LineageWalk.texts;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.query.LineageScope.Relation;
import io.hosu.query.SqlLineage.Column;
import io.hosu.query.SqlLineage.Rest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What the list of a SELECT gives, and what the rest of it decides. */
final class LineageList {
  private final LineageExpressions expressions;
  private final Function<JsonNode, String> names;

  LineageList(LineageExpressions expressions, Function<JsonNode, String> names) {
    this.expressions = expressions;
    this.names = names;
  }

  /** The columns; from then on {@code scope} knows them. */
  SqlLineage of(JsonNode items, LineageScope scope) {
    List<Column> columns = new ArrayList<>();
    List<Rest> rest = new ArrayList<>();
    for (JsonNode item : items) {
      int before = columns.size();
      if (isStar(item)) {
        star(item, scope, columns, rest);
      } else if (LineageExpressions.expands(item)) {
        expanded(item, scope, columns, rest);
      } else {
        columns.add(new Column(name(item), expressions.of(item, scope)));
        if (lower(item.path("function_name")).equals("unnest")) {
          // Of a struct it gives a column for each field.
          rest.add(
              new Rest.Any(ColumnSource.then(columns.getLast().sources(), ColumnFlow.UNKNOWN)));
        }
      }
      columns.subList(before, columns.size()).forEach(scope::give);
    }
    return new SqlLineage(columns, rest, Set.of());
  }

  private String name(JsonNode item) {
    String alias = item.path("alias").asText();
    if (!alias.isEmpty()) {
      return alias;
    }
    JsonNode steps = item.path("column_names");
    return steps.isEmpty() ? names.apply(item) : steps.get(steps.size() - 1).asText();
  }

  private static boolean isStar(JsonNode item) {
    return item.path("class").asText().equals("STAR") && !item.path("columns").asBoolean();
  }

  /** {@code COLUMNS(...)}, alone or in an expression: a column for each that it means. */
  private void expanded(JsonNode item, LineageScope scope, List<Column> columns, List<Rest> rest) {
    Set<ColumnSource> others = expressions.of(item, scope);
    for (Relation relation : scope.relations()) {
      for (Column column : relation.lineage().columns()) {
        Set<ColumnSource> sources =
            new TreeSet<>(ColumnSource.then(column.sources(), ColumnFlow.UNKNOWN));
        columns.add(new Column(column.name(), sources));
      }
    }
    rest.add(new Rest.Any(ColumnSource.then(others, ColumnFlow.UNKNOWN)));
  }

  private void star(JsonNode star, LineageScope scope, List<Column> columns, List<Rest> rest) {
    String of = lower(star.path("relation_name"));
    Star changes = Star.of(star);
    Set<String> already = new HashSet<>();
    boolean found = false;
    for (Relation relation : scope.relations()) {
      if (of.isEmpty() || relation.isCalled(List.of(of))) {
        found = true;
        of(relation, of.isEmpty() ? scope.merged() : Map.of(), already, changes, columns, rest);
      }
    }
    if (!found && !of.isEmpty()) {
      // The fields of a struct.
      Set<ColumnSource> struct = scope.resolve(List.of(of));
      rest.add(new Rest.Any(ColumnSource.then(struct, ColumnFlow.UNKNOWN)));
    }
    changes.replaced.forEach(
        (name, expression) -> columns.add(new Column(name, expressions.of(expression, scope))));
    changes.renamed.forEach(
        (from, to) -> columns.add(new Column(to, scope.resolve(List.of(from)))));
  }

  private static void of(
      Relation relation,
      Map<String, Set<ColumnSource>> merged,
      Set<String> already,
      Star changes,
      List<Column> columns,
      List<Rest> rest) {
    Set<String> except = changes.except(relation);
    for (Column column : relation.lineage().columns()) {
      String small = LineageScope.small(column.name());
      Set<ColumnSource> both = merged.get(small);
      boolean isShown = !except.contains(small) && (both == null || already.add(small));
      if (isShown) {
        columns.add(both == null ? column : new Column(column.name(), both));
      }
    }
    for (Rest some : relation.lineage().rest()) {
      switch (some) {
        case Rest.Same(var name, var without) -> {
          Set<String> all = new HashSet<>(without);
          all.addAll(except);
          merged.forEach((column, sources) -> {
            if (!except.contains(column) && already.add(column)) {
              columns.add(new Column(column, sources));
            }
          });
          all.addAll(merged.keySet());
          rest.add(new Rest.Same(name, all));
        }
        case Rest.Any any -> rest.add(any);
      }
    }
  }

  /** What {@code EXCLUDE}, {@code REPLACE} and {@code RENAME} make of a star. */
  private record Star(
      Set<String> excluded,
      Map<String, Set<String>> excludedOf,
      Map<String, JsonNode> replaced,
      Map<String, String> renamed) {

    static Star of(JsonNode star) {
      Map<String, Set<String>> of = new HashMap<>();
      star.path("qualified_exclude_list")
          .forEach(one ->
              of.computeIfAbsent(lower(one.path("table")), _ -> new HashSet<>())
                  .add(lower(one.path("column"))));
      Map<String, JsonNode> replaced = new HashMap<>();
      star.path("replace_list")
          .forEach(one -> replaced.put(lower(one.path("key")), one.path("value")));
      Map<String, String> renamed = new HashMap<>();
      star.path("rename_list")
          .forEach(one ->
              renamed.put(lower(one.path("key").path("column")), one.path("value").asText()));
      return new Star(
          texts(star.path("exclude_list")).stream()
              .map(LineageScope::small)
              .collect(Collectors.toSet()),
          of,
          replaced,
          renamed);
    }

    Set<String> except(Relation relation) {
      Set<String> all = new HashSet<>(excluded);
      excludedOf.forEach((table, its) -> {
        if (relation.isCalled(List.of(table))) {
          all.addAll(its);
        }
      });
      all.addAll(replaced.keySet());
      all.addAll(renamed.keySet());
      return all;
    }
  }

  /** What an expression decides. */
  Set<ColumnSource> influences(JsonNode expression, LineageScope scope, ColumnFlow flow) {
    return ColumnSource.then(expressions.of(expression, scope), flow);
  }

  /** The same of several, which may be the numbers of columns. */
  Set<ColumnSource> places(JsonNode all, SqlLineage given, LineageScope scope, ColumnFlow flow) {
    Set<ColumnSource> found = new TreeSet<>();
    all.forEach(one -> found.addAll(place(one, given, scope, flow)));
    return found;
  }

  /** The same of one. */
  Set<ColumnSource> place(
      JsonNode expression, SqlLineage given, LineageScope scope, ColumnFlow flow) {
    JsonNode literal = expression.path("literal");
    if (expression.path("class").asText().equals("STAR")) {
      return ColumnSource.then(given.everything(), flow);
    }
    if (!literal.path("kind").asText().equals("INTEGER")) {
      return influences(expression, scope, flow);
    }
    int number = literal.path("text").asInt();
    boolean isKnown = !given.isOpen() && number > 0 && number <= given.columns().size();
    return ColumnSource.then(
        isKnown ? given.columns().get(number - 1).sources() : given.everything(), flow);
  }

  /** GROUP BY ALL: by what is not computed of many rows. */
  static Set<ColumnSource> notAggregated(SqlLineage given) {
    Set<ColumnSource> all = new TreeSet<>();
    for (Column column : given.columns()) {
      if (column.sources().stream().noneMatch(one -> one.flow() == ColumnFlow.AGGREGATED)) {
        all.addAll(ColumnSource.then(column.sources(), ColumnFlow.GROUP));
      }
    }
    return all;
  }
}
