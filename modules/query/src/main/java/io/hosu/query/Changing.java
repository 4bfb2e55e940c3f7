package io.hosu.query;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** What SQL asks for that has another value each time it runs, whatever its tables hold. */
final class Changing {
  /** Those of the engine's functions that its catalog does not call {@code CONSISTENT}. */
  static final Set<String> FUNCTIONS =
      Set.of(
          "current_date",
          "gen_random_uuid",
          "get_current_time",
          "get_current_timestamp",
          "now",
          "random",
          "today",
          "transaction_timestamp",
          "uuid",
          "uuidv4",
          "uuidv7");

  /** Names that stand for a moment where no column is called so. */
  private static final Set<String> MOMENTS =
      Set.of("current_date", "current_time", "current_timestamp", "localtime", "localtimestamp");

  private Changing() {}

  /** The functions and names of that kind in a tree. */
  static SortedSet<String> in(JsonNode tree) {
    SortedSet<String> found = new TreeSet<>();
    collect(tree, found);
    return found;
  }

  private static void collect(JsonNode node, SortedSet<String> found) {
    String function = node.path("function_name").asText("").toLowerCase(Locale.ROOT);
    // With one argument, the time from then to today.
    boolean age = function.equals("age") && node.path("arguments").size() == 1;
    if (age || FUNCTIONS.contains(function)) {
      found.add(function);
    }
    JsonNode names = node.path("column_names");
    if (names.size() == 1) {
      String name = names.path(0).asText().toLowerCase(Locale.ROOT);
      if (MOMENTS.contains(name)) {
        found.add(name);
      }
    }
    node.forEach(child -> collect(child, found));
  }
}
