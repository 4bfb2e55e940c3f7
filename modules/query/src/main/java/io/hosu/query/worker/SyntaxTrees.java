package io.hosu.query.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import java.sql.SQLException;

/** The trees of SQL, as the engine's own parser writes them. */
final class SyntaxTrees {
  private static final String SELECT = "SELECT ";

  private SyntaxTrees() {}

  /** The tree of a text; one that says so when the text is no SELECT. */
  static JsonNode of(Sql sql, String text) throws SQLException {
    return Json.parse(call(sql, "json_serialize_sql(%s)".formatted(Quote.text(text))));
  }

  /** An expression as text. */
  static String print(Sql sql, JsonNode expression) throws SQLException {
    JsonNode tree = of(sql, SELECT + "1");
    if (tree.path("statements").path(0).path("node") instanceof ObjectNode select) {
      select.set("select_list", Json.array().add(expression));
    }
    String json = Quote.text(tree.toString());
    return call(sql, "json_deserialize_sql(%s::JSON)".formatted(json)).substring(SELECT.length());
  }

  private static String call(Sql sql, String function) throws SQLException {
    return sql.list(SELECT + function, row -> row.getString(1)).getFirst();
  }
}
