package io.hosu.query.worker;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.query.engine.EngineView;
import io.hosu.query.engine.NamedColumns;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which of a session's views a SELECT reads, itself or beneath others, and what it says of each.
 */
final class Mentions {
  private static final Set<String> RELATIONS =
      Set.of("BASE_TABLE", "TABLE_FUNCTION", "EXPRESSION_LIST", "EMPTY");

  private final Sql sql;
  private final Map<List<String>, EngineView> views = new HashMap<>();
  private final Map<List<String>, Mention> found = new LinkedHashMap<>();
  private final Set<List<String>> entered = new HashSet<>();
  private boolean joins;

  /**
   * What is said of a view.
   *
   * @param columns those that could be read
   * @param selects the SELECTs that name it among what they read from, once for each time
   */
  record Mention(NamedColumns columns, List<JsonNode> selects) {
    private Mention and(Mention other) {
      List<JsonNode> both = new ArrayList<>(selects);
      both.addAll(other.selects);
      return new Mention(columns.and(other.columns), both);
    }
  }

  /** What a SELECT reads from. */
  private record Relation(JsonNode node, JsonNode select) {}

  private Mentions(Sql sql, Collection<EngineView> views) {
    this.sql = sql;
    views.forEach(view -> this.views.put(view.name(), view));
  }

  /** Those of {@code select}, where it or a view beneath it reads more than one relation. */
  static Map<List<String>, Mention> joined(Sql sql, Collection<EngineView> views, String select)
      throws SQLException {
    Mentions mentions = new Mentions(sql, views);
    mentions.text(SyntaxTrees.of(sql, select).path("statements"));
    return mentions.joins ? mentions.found : Map.of();
  }

  private void text(JsonNode tree) throws SQLException {
    List<Relation> relations = new ArrayList<>();
    collect(tree, tree, relations);
    joins |= relations.size() > 1;
    NamedColumns columns = NamedColumns.of(tree);
    for (Relation relation : relations) {
      EngineView view = views.get(path(relation.node()));
      if (view != null) {
        Mention mention = new Mention(columns, List.of(relation.select()));
        found.merge(view.name(), mention, Mention::and);
        enter(view);
      }
    }
  }

  private static void collect(JsonNode node, JsonNode select, List<Relation> relations) {
    String type = node.path("type").asText();
    JsonNode within = type.equals("SELECT_NODE") ? node : select;
    if (!node.has("class") && RELATIONS.contains(type)) {
      relations.add(new Relation(node, within));
    }
    node.forEach(child -> collect(child, within, relations));
  }

  /** The words of a relation's name. */
  static List<String> path(JsonNode relation) {
    List<String> path = new ArrayList<>();
    relation.path("qualified_name").path("path").forEach(word -> path.add(word.asText()));
    return path;
  }

  /** A view of the lake reads others, within what gives its columns their names. */
  private void enter(EngineView view) throws SQLException {
    boolean ofLake = view.files().isEmpty() && view.rows() == EngineView.Rows.OPEN;
    if (ofLake && entered.add(view.name())) {
      JsonNode named = SyntaxTrees.of(sql, view.sql()).path("statements").path(0).path("node");
      JsonNode inner = named.path("from_table").path("subquery");
      text(inner.isMissingNode() ? named : inner);
    }
  }
}
