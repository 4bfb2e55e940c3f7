package io.hosu.query;

import static io.hosu.query.LineageWalk.lower;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What the value of an expression comes from. */
final class LineageExpressions {
  private static final Set<String> AGGREGATES =
      Set.of(
          "any_value",
          "approx_count_distinct",
          "approx_quantile",
          "arbitrary",
          "arg_max",
          "arg_max_null",
          "arg_min",
          "arg_min_null",
          "argmax",
          "argmin",
          "array_agg",
          "avg",
          "bit_and",
          "bit_or",
          "bit_xor",
          "bitstring_agg",
          "bool_and",
          "bool_or",
          "corr",
          "count",
          "count_if",
          "countif",
          "covar_pop",
          "covar_samp",
          "entropy",
          "favg",
          "first",
          "fsum",
          "geomean",
          "group_concat",
          "histogram",
          "kurtosis",
          "kurtosis_pop",
          "last",
          "list",
          "listagg",
          "mad",
          "max",
          "max_by",
          "mean",
          "median",
          "min",
          "min_by",
          "mode",
          "product",
          "quantile",
          "quantile_cont",
          "quantile_disc",
          "regr_avgx",
          "regr_avgy",
          "regr_count",
          "regr_intercept",
          "regr_r2",
          "regr_slope",
          "regr_sxx",
          "regr_sxy",
          "regr_syy",
          "reservoir_quantile",
          "sem",
          "skewness",
          "stddev",
          "stddev_pop",
          "stddev_samp",
          "string_agg",
          "sum",
          "sumkahan",
          "var_pop",
          "var_samp",
          "variance");

  private final LineageWalk walk;

  LineageExpressions(LineageWalk walk) {
    this.walk = walk;
  }

  /** Whether an expression stands for several columns, by {@code COLUMNS}. */
  static boolean expands(JsonNode expression) {
    String kind = expression.path("class").asText();
    if (kind.equals("SUBQUERY") || expression.path("type").asText().equals("OPERATOR_UNPACK")) {
      return false;
    }
    if (kind.equals("STAR")) {
      return expression.path("columns").asBoolean();
    }
    for (JsonNode child : expression) {
      if (expands(child)) {
        return true;
      }
    }
    return false;
  }

  /** What {@code expression} comes from. */
  Set<ColumnSource> of(JsonNode expression, LineageScope names) {
    return of(expression, names, Set.of());
  }

  private Set<ColumnSource> of(JsonNode node, LineageScope names, Set<String> bound) {
    return switch (node.path("class").asText()) {
      case "COLUMN_REF", "LAMBDA_REF" -> column(node, names, bound);
      case "CAST" -> of(node.path("child"), names, bound);
      case "COLLATE" -> children(node, ColumnFlow.DIRECT, names, bound);
      case "SUBQUERY" -> subquery(node, names, bound);
      case "CASE" -> choice(node, names, bound);
      case "WINDOW" -> window(node, names, bound);
      case "FUNCTION" -> function(node, names, bound);
      case "LAMBDA" -> lambda(node, names, bound);
      case "STAR" -> ColumnSource.then(names.everything(), ColumnFlow.DERIVED);
      case "OPERATOR" -> operator(node, names, bound);
      case "CONSTANT", "TYPE" -> Set.of();
      case "BETWEEN", "COMPARISON", "CONJUNCTION" ->
          children(node, ColumnFlow.DERIVED, names, bound);
      case "POSITIONAL_REFERENCE" -> ColumnSource.then(names.everything(), ColumnFlow.UNKNOWN);
      case "" -> children(node, ColumnFlow.DIRECT, names, bound);
      default -> children(node, ColumnFlow.UNKNOWN, names, bound);
    };
  }

  private Set<ColumnSource> children(
      JsonNode node, ColumnFlow flow, LineageScope names, Set<String> bound) {
    Set<ColumnSource> all = new TreeSet<>();
    if (KnownNodes.NODES.contains(node.path("type").asText())) {
      return ColumnSource.then(
          walk.query(node, names, names.common()).everything(), ColumnFlow.UNKNOWN);
    }
    node.forEach(child -> all.addAll(of(child, names, bound)));
    return ColumnSource.then(all, flow);
  }

  private static Set<ColumnSource> column(JsonNode node, LineageScope names, Set<String> bound) {
    List<String> steps = new ArrayList<>();
    node.path("column_names").forEach(step -> steps.add(lower(step)));
    return steps.isEmpty() || bound.contains(steps.getFirst()) ? Set.of() : names.resolve(steps);
  }

  private Set<ColumnSource> subquery(JsonNode node, LineageScope names, Set<String> bound) {
    SqlLineage inner = walk.query(node.path("subquery"), names, names.common());
    boolean exists = node.path("subquery_type").asText().contains("EXISTS");
    Set<ColumnSource> all = new TreeSet<>(inner.rows());
    if (!exists) {
      all.addAll(ColumnSource.then(inner.everything(), ColumnFlow.DERIVED));
      all.addAll(ColumnSource.then(of(node.path("child"), names, bound), ColumnFlow.DERIVED));
    }
    return all;
  }

  private Set<ColumnSource> choice(JsonNode node, LineageScope names, Set<String> bound) {
    Set<ColumnSource> all = new TreeSet<>();
    for (JsonNode check : node.path("case_checks")) {
      all.addAll(then(check.path("when_expr"), ColumnFlow.CONDITION, names, bound));
      all.addAll(then(check.path("then_expr"), ColumnFlow.DERIVED, names, bound));
    }
    all.addAll(then(node.path("else_expr"), ColumnFlow.DERIVED, names, bound));
    return all;
  }

  private Set<ColumnSource> then(
      JsonNode node, ColumnFlow flow, LineageScope names, Set<String> bound) {
    return ColumnSource.then(of(node, names, bound), flow);
  }

  private Set<ColumnSource> window(JsonNode node, LineageScope names, Set<String> bound) {
    boolean one = !node.path("type").asText().equals("WINDOW_AGGREGATE");
    Set<ColumnSource> all = new TreeSet<>();
    for (var field : node.properties()) {
      ColumnFlow flow =
          switch (field.getKey()) {
            case "arguments", "children", "offset_expr", "default_expr" ->
                one ? ColumnFlow.DERIVED : ColumnFlow.AGGREGATED;
            case "filter_expr" -> ColumnFlow.CONDITION;
            default -> ColumnFlow.WINDOW;
          };
      all.addAll(then(field.getValue(), flow, names, bound));
    }
    return all;
  }

  private Set<ColumnSource> function(JsonNode node, LineageScope names, Set<String> bound) {
    String name = lower(node.path("function_name"));
    ColumnFlow flow = AGGREGATES.contains(name) ? ColumnFlow.AGGREGATED : ColumnFlow.DERIVED;
    Set<ColumnSource> all = new TreeSet<>();
    for (var field : node.properties()) {
      ColumnFlow its =
          switch (field.getKey()) {
            case "filter" -> ColumnFlow.CONDITION;
            case "order_bys" -> ColumnFlow.SORT;
            default -> flow;
          };
      all.addAll(then(field.getValue(), its, names, bound));
    }
    return all;
  }

  private Set<ColumnSource> lambda(JsonNode node, LineageScope names, Set<String> bound) {
    Set<String> inside = new HashSet<>(bound);
    parameters(node.path("lhs"), inside);
    return then(node.path("expr"), ColumnFlow.DERIVED, names, inside);
  }

  private static void parameters(JsonNode node, Set<String> bound) {
    node.path("column_names").forEach(name -> bound.add(lower(name)));
    node.forEach(child -> parameters(child, bound));
  }

  /** A field of a struct, or an element of a list, is a part of the value. */
  private Set<ColumnSource> operator(JsonNode node, LineageScope names, Set<String> bound) {
    String type = node.path("type").asText();
    if (!Set.of("STRUCT_EXTRACT", "ARRAY_EXTRACT", "ARRAY_SLICE").contains(type)) {
      return children(node, ColumnFlow.DERIVED, names, bound);
    }
    Set<ColumnSource> all = new TreeSet<>();
    boolean first = true;
    for (JsonNode child : node.path("children")) {
      all.addAll(then(child, first ? ColumnFlow.DIRECT : ColumnFlow.CONDITION, names, bound));
      first = false;
    }
    return all;
  }
}
