package io.hosu.query;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The relations of one FROM by their names, and the columns that its joins make one of two.
 *
 * <p>A name alone means the column of any table of the FROM that has one of that name: were it also
 * that of another relation, the engine would refuse the SQL as ambiguous.
 */
final class FromNames {
  private final List<List<String>> relations = new ArrayList<>();
  private final Set<String> merged = new HashSet<>();
  private boolean natural;

  static FromNames of(JsonNode from) {
    FromNames names = new FromNames();
    names.add(from);
    return names;
  }

  private void add(JsonNode node) {
    if (node.path("type").asText().equals("JOIN")) {
      natural |= node.path("ref_type").asText().equals("NATURAL");
      node.path("using_columns").forEach(name -> merged.add(lower(name)));
      add(node.path("left"));
      add(node.path("right"));
    } else {
      relations.add(path(node));
    }
  }

  /** The alias of a relation, or else the steps of its name. */
  private static List<String> path(JsonNode relation) {
    String alias = lower(relation.path("alias"));
    if (!alias.isEmpty()) {
      return List.of(alias);
    }
    List<String> path = new ArrayList<>();
    relation.path("qualified_name").path("path").forEach(step -> path.add(lower(step)));
    return path;
  }

  /** The column of {@code relation}, if it has one of that name, that a reference means. */
  Optional<String> column(JsonNode relation, JsonNode reference) {
    List<String> names = new ArrayList<>();
    reference.path("column_names").forEach(step -> names.add(lower(step)));
    if (names.isEmpty() || !relation.path("column_name_alias").isEmpty()) {
      return Optional.empty();
    }
    String column = names.removeLast();
    boolean its =
        names.isEmpty()
            ? !natural && !merged.contains(column)
            : isCalled(path(relation), names) && isOfOne(names);
    return its
        ? Optional.of(reference.path("column_names").path(names.size()).asText())
        : Optional.empty();
  }

  private boolean isOfOne(List<String> name) {
    return relations.stream().filter(relation -> isCalled(relation, name)).count() == 1;
  }

  private static boolean isCalled(List<String> path, List<String> name) {
    int from = path.size() - name.size();
    return from >= 0 && path.subList(from, path.size()).equals(name);
  }

  private static String lower(JsonNode text) {
    return text.asText().toLowerCase(Locale.ROOT);
  }
}
