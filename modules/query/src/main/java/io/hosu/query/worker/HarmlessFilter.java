package io.hosu.query.worker;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/**
 * Filters, as the engine's plan writes them, that give a truth value for any row: they compare what
 * is of one type.
 */
final class HarmlessFilter {
  private static final Set<String> PLAIN =
      Set.of("COLUMN_REF", "CONSTANT", "COMPARISON", "CONJUNCTION", "BETWEEN", "OPERATOR");
  private static final Set<String> OPERATORS =
      Set.of(
          "OPERATOR_NOT",
          "OPERATOR_IS_NULL",
          "OPERATOR_IS_NOT_NULL",
          "COMPARE_IN",
          "COMPARE_NOT_IN");

  /** Of texts; and what became of rows before the filter, of which it sees no more than that. */
  private static final Set<String> FUNCTIONS =
      Set.of(
          "~~", "!~~", "prefix", "suffix", "contains", "sum", "min", "max", "count", "count_star");

  private HarmlessFilter() {}

  /** Whether {@code tree} is one SELECT of {@code count} such filters. */
  static boolean all(JsonNode tree, int count) {
    JsonNode list = tree.path("statements").path(0).path("node").path("select_list");
    return count == 0
        || (tree.path("statements").size() == 1
            && list.size() == count
            && list.valueStream().allMatch(HarmlessFilter::isHarmless));
  }

  private static boolean isHarmless(JsonNode node) {
    if (!node.has("class")) {
      return node.valueStream().allMatch(HarmlessFilter::isHarmless);
    }
    String kind = node.path("class").asText();
    return switch (kind) {
      case "CAST" -> isConstant(node.path("child"));
      case "FUNCTION" ->
          FUNCTIONS.contains(node.path("function_name").asText())
              && node.valueStream().allMatch(HarmlessFilter::isHarmless);
      case "OPERATOR" ->
          OPERATORS.contains(node.path("type").asText())
              && node.valueStream().allMatch(HarmlessFilter::isHarmless);
      default -> PLAIN.contains(kind) && node.valueStream().allMatch(HarmlessFilter::isHarmless);
    };
  }

  private static boolean isConstant(JsonNode node) {
    return node.path("class").asText().equals("CONSTANT");
  }
}
