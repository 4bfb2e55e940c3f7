package io.hosu.pipelines.crawl;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.hosu.kernel.Json;
import io.hosu.query.engine.Tally;
import io.hosu.tables.SqlColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** How the columns that a crawl found differ from those of the table that they go to. */
final class Drift {
  private static final List<String> INTEGERS = List.of("TINYINT", "SMALLINT", "INTEGER", "BIGINT");
  private static final Set<String> FRACTIONS = Set.of("FLOAT", "DOUBLE");

  /** What differs about one column; a type is empty where there is none. */
  record Difference(String column, String change, String table, String found) {}

  private Drift() {}

  /** Column by column, whatever the case of letters. */
  static List<Difference> between(List<SqlColumn> table, Map<String, String> found) {
    Map<String, String> left = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    found.forEach(left::put);
    List<Difference> differences = new ArrayList<>();
    for (SqlColumn column : table) {
      String now = left.remove(column.name());
      if (now == null) {
        differences.add(new Difference(column.name(), "missing", column.type(), ""));
      } else if (!plain(now).equals(plain(column.type()))) {
        String change = change(plain(column.type()), plain(now));
        differences.add(new Difference(column.name(), change, column.type(), now));
      }
    }
    left.forEach((name, type) -> differences.add(new Difference(name, "new", "", type)));
    return differences;
  }

  private static String change(String table, String found) {
    if (fits(found, table)) {
      return "fits";
    }
    // A table can be widened among numbers; what is not text in it cannot become text.
    return !found.equals(Tally.TEXT) && fits(table, found) ? "wider" : "incompatible";
  }

  /** Whether the values of one type are among those of the other. */
  private static boolean fits(String one, String other) {
    int from = INTEGERS.indexOf(one);
    int to = INTEGERS.indexOf(other);
    boolean integers = from >= 0 && to >= from;
    boolean fraction = FRACTIONS.contains(other) && (from >= 0 || one.equals("FLOAT"));
    return integers || fraction || other.equals(Tally.TEXT);
  }

  private static String plain(String type) {
    return type.toUpperCase(Locale.ROOT)
        .replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ")
        .replaceAll("[\" ]", "");
  }

  static ArrayNode toJson(List<Difference> differences) {
    ArrayNode json = Json.array();
    for (Difference one : differences) {
      json.addObject()
          .put("column", one.column())
          .put("change", one.change())
          .put("table_type", one.table())
          .put("found_type", one.found());
    }
    return json;
  }
}
