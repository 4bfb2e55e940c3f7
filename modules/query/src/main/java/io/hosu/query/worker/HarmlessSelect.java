package io.hosu.query.worker;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import io.hosu.query.engine.EngineView;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Whether a SELECT fails with no value of a row that views leave out, even when the engine filters
 * by it before it leaves the row out.
 *
 * <p>Of views that leave rows out the engine keeps apart whatever could fail; but it also loses
 * what it knows of their rows there, and then joins tables in the order in which they are written.
 * A SELECT of which no filter can fail needs none of that. The engine itself says, in its plan,
 * what it would filter by: all its conversions are written out there, so what is compared is of one
 * type.
 */
final class HarmlessSelect {
  /** Of the plan: what computes rows of which the filters are told, and nothing else. */
  private static final Set<String> KNOWN =
      Set.of(
          "AGGREGATE",
          "CHUNK_GET",
          "COMPARISON_JOIN",
          "CROSS_PRODUCT",
          "CTE",
          "CTE_SCAN",
          "DISTINCT",
          "DUMMY_SCAN",
          "EMPTY_RESULT",
          "FILTER",
          "LIMIT",
          "ORDER_BY",
          "PROJECTION",
          "READ_PARQUET",
          "SECURE_VIEW",
          "TOP_N",
          "UNION",
          "WINDOW");

  /** How plans write columns that have no name. */
  private static final Pattern UNNAMED = Pattern.compile("#(\\d+|\\[\\d+\\.\\d+\\])");

  private static final int MAX_PLAN = 1 << 20;

  private final Sql sql;
  private final Collection<EngineView> views;
  private final List<String> filters = new ArrayList<>();

  /**
   * A SELECT over these.
   *
   * @param sql of the instance that has them, each as one that hides its rows if it does
   */
  HarmlessSelect(Sql sql, Collection<EngineView> views) {
    this.sql = sql;
    this.views = views;
  }

  /** Has plans told as they are needed here; to be said before settings are locked. */
  static void prepare(Sql sql) throws SQLException {
    sql.run("SET explain_output = 'optimized_only'");
  }

  /** Whether {@code select} is one; not so, when that is not certain. */
  boolean is(String select) {
    try {
      return PlainWords.only(select)
          && views.stream().allMatch(HarmlessSelect::isPlain)
          && collect(plan(select))
          && HarmlessFilter.all(tree(), filters.size());
    } catch (SQLException e) {
      return false; // whoever runs the SELECT is told why
    }
  }

  /** Text of other engines may name columns by anything; that of tables names them in quotes. */
  private static boolean isPlain(EngineView view) {
    return view.files().isEmpty() ? PlainWords.only(view.sql()) : PlainWords.onlyNames(view.sql());
  }

  private JsonNode plan(String select) throws SQLException {
    String plan =
        String.join("", sql.list("EXPLAIN (FORMAT json) " + select, row -> row.getString(2)));
    return plan.length() > MAX_PLAN ? Json.object() : Json.parse(plan);
  }

  private boolean collect(JsonNode operators) {
    if (!operators.isArray()) {
      return false;
    }
    for (JsonNode operator : operators) {
      if (!KNOWN.contains(operator.path("name").asText())) {
        return false;
      }
      add(operator, operator.path("extra_info"));
      if (!collect(operator.path("children"))) {
        return false;
      }
    }
    return true;
  }

  private void add(JsonNode operator, JsonNode told) {
    switch (operator.path("name").asText()) {
      case "SECURE_VIEW" -> add(told.path("Filters"));
      case "FILTER" -> {
        if (!readsFilesAlone(operator)) {
          add(told.path("Expressions"));
        }
      }
      // What compares two tables; but what is left there of one alone may be put before any join.
      case "COMPARISON_JOIN" -> add(told.path("Conditions"));
      default -> {}
    }
  }

  private void add(JsonNode texts) {
    if (texts.isTextual()) {
      filters.add(texts.asText());
    }
    texts.forEach(text -> filters.add(text.asText()));
  }

  private static boolean readsFilesAlone(JsonNode operator) {
    JsonNode children = operator.path("children");
    return children.isEmpty()
        ? operator.path("name").asText().equals("READ_PARQUET")
        : children.valueStream().allMatch(HarmlessSelect::readsFilesAlone);
  }

  private JsonNode tree() throws SQLException {
    if (filters.isEmpty()) {
      return Json.object();
    }
    String all = "SELECT " + UNNAMED.matcher(String.join(", ", filters)).replaceAll("unnamed");
    String tree =
        sql.list(
                "SELECT json_serialize_sql(%s)".formatted(Quote.text(all)), row -> row.getString(1))
            .getFirst();
    return Json.parse(tree);
  }
}
