package io.hosu.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import io.hosu.kernel.Names;
import io.hosu.kernel.Suggestions;
import io.hosu.kernel.TableName;
import io.hosu.query.TableRef.At;
import io.hosu.tables.MetadataTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds which table of the lake a relation of a tree means, and gives it the name of its view. */
final class LakeNames {
  /** The table function of the rows that came since a stage read a table last. */
  static final String CHANGES = "changes";

  private static final Set<String> UNITS = Set.of("VERSION", "TIMESTAMP");

  private final SqlText sql;
  private final Scope scope;

  LakeNames(SqlText sql, Scope scope) {
    this.sql = sql;
    this.scope = scope;
  }

  private Invalid refused(String what, JsonNode node) {
    JsonNode at = node.path("query_location");
    return sql.refused(what, at.canConvertToLong() ? at.asLong() : 0);
  }

  /** The table that {@code node}, a BASE_TABLE, means by the words of {@code path}. */
  TableRef table(ObjectNode node, List<String> path) {
    if (path.getLast().indexOf('$') > 0) {
      return metadata(node, path);
    }
    TableName name = name(node, path);
    TableRef ref = new TableRef(name, at(node));
    rename(node, ref.view(), ref.at() == null ? "" : name.table());
    node.putNull("at_clause");
    return ref;
  }

  /** The table of {@code "orders$snapshots"}; the node becomes the view of its snapshots. */
  private TableRef metadata(ObjectNode node, List<String> path) {
    String word = path.getLast();
    String table = word.substring(0, word.indexOf('$'));
    String kind = word.substring(table.length() + 1);
    List<String> base = new ArrayList<>(path.subList(0, path.size() - 1));
    base.add(table);
    TableName name = name(node, base);
    if (scope.domain() != null) {
      throw refused(
          "'%s' is for queries: %s cannot read the metadata of tables."
              .formatted(word, scope.kind()),
          node);
    }
    if (at(node) != null) {
      throw refused("'%s' is read as it is, without AT.".formatted(word), node);
    }
    if (!MetadataTable.kinds().contains(kind)) {
      throw refused(
          "A table has no '%s'%s It has %s."
              .formatted(
                  kind,
                  Suggestions.ending(kind, MetadataTable.kinds()),
                  String.join(", ", MetadataTable.kinds())),
          node);
    }
    TableRef ref = new TableRef(name, At.metadata(kind));
    rename(node, ref.view(), word);
    return ref;
  }

  /** Whether the words of a name are those of a system table. */
  static boolean isOfSystem(List<String> path) {
    return path.size() > 1 && path.size() < 4 && path.getFirst().equals(Names.SYSTEM);
  }

  /** The system table that {@code node}, a BASE_TABLE, means; the node becomes its view. */
  String system(ObjectNode node, List<String> path) {
    requireNotOfEngine(node, path, path.get(1));
    String name = String.join(".", path);
    if (scope.domain() != null) {
      throw refused(
          "'%s' is for queries: %s cannot read what the lake keeps of itself."
              .formatted(name, scope.kind()),
          node);
    }
    if (at(node) != null) {
      throw refused(
          "'%s' has no snapshots: it is read as it is, without AT.".formatted(name), node);
    }
    if (!path.stream().allMatch(Names::isName)) {
      throw notTable(node, path);
    }
    rename(node, SystemTables.view(name), "");
    return name;
  }

  /** The table that {@code node}, a call of {@link #CHANGES}, means; the node becomes its view. */
  TableRef changes(ObjectNode node) {
    if (scope.domain() == null || scope.layer() != null) {
      throw refused("changes() is for stages: a query has not read the table before.", node);
    }
    JsonNode arguments = node.path("function").path("arguments");
    JsonNode only = arguments.path(0).path("expression");
    if (arguments.size() != 1
        || !only.path("literal").path("kind").asText().equals("STRING")
        || !node.path("with_ordinality").asText().equals("WITHOUT_ORDINALITY")) {
      throw refused("changes() takes the name of one table: changes('layer.table').", node);
    }
    String text = only.path("literal").path("text").asText().toLowerCase(Locale.ROOT);
    TableName name = name(node, List.of(text.split("\\.", -1)));
    TableRef ref = new TableRef(name, At.CHANGES);
    node.remove(List.of("function", "with_ordinality"));
    node.put("type", "BASE_TABLE");
    node.putNull("at_clause");
    rename(node, ref.view(), name.table());
    return ref;
  }

  private TableName name(JsonNode node, List<String> path) {
    List<String> full = new ArrayList<>(path);
    if (full.size() == 1 && scope.layer() != null) {
      full.addFirst(scope.layer());
    }
    if (full.size() == 2 && scope.domain() != null) {
      full.addFirst(scope.domain());
    }
    if (full.size() == 3) {
      requireNotOfEngine(node, path, full.get(1));
    }
    if (full.size() != 3 || !full.stream().allMatch(Names::isName)) {
      throw notTable(node, path);
    }
    return new TableName(full.get(0), full.get(1), full.get(2));
  }

  private void requireNotOfEngine(JsonNode node, List<String> path, String schema) {
    if (KnownNodes.ENGINE_SCHEMAS.contains(schema)) {
      throw refused(
          "'%s' belongs to the engine: see the tables with `hosu tables list`."
              .formatted(String.join(".", path)),
          node);
    }
  }

  private @Nullable At at(JsonNode node) {
    JsonNode clause = node.path("at_clause");
    if (!clause.isObject()) {
      return null;
    }
    JsonNode value = clause.path("expr");
    while (value.path("class").asText().equals("CAST")) {
      value = value.path("child");
    }
    if (!value.path("class").asText().equals("CONSTANT")) {
      throw refused("AT takes a snapshot's id or a point in time, written as a constant.", node);
    }
    String unit = clause.path("unit").asText().toUpperCase(Locale.ROOT);
    if (!UNITS.contains(unit)) {
      throw refused("AT takes VERSION or TIMESTAMP, not %s.".formatted(unit), node);
    }
    return new At(unit, value.path("literal").path("text").asText());
  }

  private Invalid notTable(JsonNode node, List<String> path) {
    String name = String.join(".", path);
    boolean file =
        name.contains("/") || name.matches(".*\\.(csv|tsv|json|jsonl|parquet|gz|zst|db)");
    return file
        ? refused(
            "A query cannot read the file '%s', only tables of the lake.".formatted(name), node)
        : sql.invalid(
            "'%s' is not a table or a relation here%s Write a table as domain.layer.table."
                .formatted(name, Suggestions.ending(name, scope.relations())),
            node.path("query_location").canConvertToLong()
                ? node.path("query_location").asLong()
                : 0);
  }

  /** Gives a relation another name, and the old one, {@code alias}, where it had no alias. */
  static void rename(ObjectNode node, List<String> path, String alias) {
    node.put("catalog_name", path.size() == 3 ? path.get(0) : "");
    node.put("schema_name", path.size() == 3 ? path.get(1) : "");
    node.put("table_name", path.getLast());
    ArrayNode steps = Json.array();
    path.forEach(steps::add);
    ObjectNode qualified = Json.object();
    qualified.set("path", steps);
    node.set("qualified_name", qualified);
    if (!alias.isEmpty() && node.path("alias").asText().isEmpty()) {
      node.put("alias", alias);
    }
  }
}
