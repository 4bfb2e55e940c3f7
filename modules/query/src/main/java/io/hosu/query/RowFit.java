package io.hosu.query;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Suggestions;
import io.hosu.query.engine.SqlParser;
import io.hosu.tables.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Whether expressions over the columns of a row fit the columns of a table. */
final class RowFit {
  private static final String PRINCIPAL = "principal";

  /** What the engine calls the type of NULL. */
  private static final String NOTHING = "\"NULL\"";

  /** Places in the text that an engine was given, which nobody wrote, and all that it could be. */
  private static final Pattern REST =
      Pattern.compile(
          "\\s*(Candidate functions:.*|\\(line [0-9]+, column [0-9]+.*\\))$", Pattern.DOTALL);

  /** What an expression is for. */
  enum Use {
    /** It chooses rows. */
    CONDITION,
    /** It stands in the place of a cell. */
    CELL
  }

  private final Guard guard;
  private final SqlParser parser;

  RowFit(Guard guard, SqlParser parser) {
    this.guard = guard;
    this.parser = parser;
  }

  /**
   * All that does not fit, each in a sentence.
   *
   * @param types the columns by name, with their types
   * @param attributes of who is to see by it; any other is NULL
   */
  List<String> misfits(
      String expression, Map<String, String> types, Map<String, String> attributes, Use use) {
    List<String> unknown = unknown(expression, types);
    return unknown.isEmpty()
        ? bound(expression, types, attributes, use).stream().toList()
        : unknown;
  }

  /** NULL hides; an attribute alone is NULL as long as nobody asks, and then it is a text. */
  private static boolean isTruth(String type, String expression) {
    boolean asks = expression.toLowerCase(Locale.ROOT).contains(PRINCIPAL);
    return type.equals("BOOLEAN") || (type.equals(NOTHING) && !asks);
  }

  private static String noTruth(String type) {
    return "it gives %s, which is no truth value; compare it with something."
        .formatted(type.equals(NOTHING) ? "NULL or a text" : type);
  }

  private List<String> unknown(String expression, Map<String, String> types) {
    JsonNode tree = parser.parse(RowExpression.BEFORE + expression + RowExpression.AFTER);
    Set<String> named = new TreeSet<>();
    tree.findParents("column_names")
        .forEach(column -> {
          JsonNode names = column.path("column_names");
          String first = names.path(0).asText();
          if (names.size() != 2 || !first.toLowerCase(Locale.ROOT).equals(PRINCIPAL)) {
            named.add(first);
          }
        });
    List<String> unknown = new ArrayList<>();
    named.stream()
        .filter(name -> types.keySet().stream().noneMatch(name::equalsIgnoreCase))
        .forEach(name ->
            unknown.add(
                "'%s' is not a column of the table%s"
                    .formatted(name, Suggestions.ending(name, types.keySet()))));
    return unknown;
  }

  /** What an engine says of it that knows the types of the columns, and has no row. */
  private Optional<String> bound(
      String expression, Map<String, String> types, Map<String, String> attributes, Use use) {
    try {
      String checked = guard.expression(expression, types, attributes);
      String row =
          types.entrySet().stream()
              .map(column ->
                  "CAST(NULL AS %s) AS %s".formatted(column.getValue(), Sql.name(column.getKey())))
              .collect(Collectors.joining(", "));
      String type =
          parser
              .describe("SELECT %s AS one FROM (SELECT %s) t".formatted(checked, row))
              .getFirst()
              .type();
      return use == Use.CONDITION && !isTruth(type, expression)
          ? Optional.of(noTruth(type))
          : Optional.empty();
    } catch (Invalid e) {
      return Optional.of(REST.matcher(e.what()).replaceFirst(""));
    }
  }
}
