package io.hosu.delivery;

import io.hosu.delivery.ProjectDraft.TableDraft;
import io.hosu.delivery.YamlValue.Scalar;
import io.hosu.kernel.TableName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks names: those that are taken by the lake itself, and those that are given twice. */
final class NameChecks {
  private static final Set<String> RESERVED_DOMAINS = Set.of("system", "temp", "memory", "lake");
  private static final Set<String> RESERVED_LAYERS =
      Set.of("system", "main", "temp", "information_schema", "pg_catalog");
  private static final Set<String> RESERVED_TABLES = Set.of("input", "rejects");

  private final ProjectDraft draft;
  private final Mistakes mistakes;

  NameChecks(ProjectDraft draft, Mistakes mistakes) {
    this.draft = draft;
    this.mistakes = mistakes;
  }

  void check() {
    draft.domains.keySet().stream()
        .filter(RESERVED_DOMAINS::contains)
        .forEach(domain ->
            reserved(Place.of("domains/%s/domain.yaml".formatted(domain)), "domain", domain));
    for (Scalar layer : draft.layers) {
      if (RESERVED_LAYERS.contains(layer.text())) {
        reserved(layer.place(), "layer", layer.text());
      }
    }
    twice("layer", draft.layers);
    twice("principal", draft.users());
    twice("group", draft.groups());
    twice("role", draft.roles());
    principals();
    tables();
  }

  private void reserved(Place place, String what, String name) {
    mistakes.error(
        place,
        "'%s' cannot name a %s: the lake uses the name itself.".formatted(name, what),
        "Choose another name.");
  }

  private void twice(String what, List<Scalar> names) {
    Map<String, Place> seen = new HashMap<>();
    for (Scalar name : names) {
      Place first = seen.putIfAbsent(name.text(), name.place());
      if (first != null) {
        mistakes.error(
            name.place(),
            "The %s '%s' is declared twice; the first time at %s."
                .formatted(what, name.text(), first),
            "Keep one of the two.");
      }
    }
  }

  private void principals() {
    Map<String, Place> principals = new HashMap<>();
    draft.users().forEach(user -> principals.putIfAbsent(user.text(), user.place()));
    for (Scalar role : draft.roles()) {
      Place user = principals.putIfAbsent(role.text(), role.place());
      if (user != null && draft.users().stream().anyMatch(u -> u.text().equals(role.text()))) {
        mistakes.error(
            role.place(),
            "'%s' is also a principal of %s.".formatted(role.text(), user),
            "Principals and roles need different names.");
      }
    }
    Place administrator = principals.get(ProjectDraft.ADMINISTRATOR);
    if (administrator != null) {
      reserved(administrator, "principal", ProjectDraft.ADMINISTRATOR);
    }
  }

  private void tables() {
    Map<TableName, Place> seen = new HashMap<>();
    for (TableDraft table : draft.tables) {
      Place first = seen.putIfAbsent(table.name(), table.place());
      if (first != null) {
        mistakes.error(
            table.place(),
            "The table %s is declared twice; the first time at %s.".formatted(table.name(), first),
            "Keep one of the two.");
      }
      requireTableName(table.name(), table.place());
    }
    draft.stages.forEach(stage ->
        stage
            .target()
            .ifPresent(name -> requireTableName(name, stage.targetPlace().orElseThrow().place())));
  }

  private void requireTableName(TableName name, Place place) {
    if (RESERVED_TABLES.contains(name.table())) {
      reserved(place, "table", name.table());
    }
    requireLayer(draft, mistakes, name.layer(), place);
  }

  /** Says so when {@code layer} is none of the lake's layers. */
  static boolean requireLayer(ProjectDraft draft, Mistakes mistakes, String layer, Place place) {
    List<String> layers = draft.layerNames();
    if (layers.contains(layer) || draft.lake.isEmpty()) {
      return true;
    }
    mistakes.error(
        place,
        "The lake has no layer '%s'%s".formatted(layer, References.suggestion(layer, layers)),
        "Layers: %s. More can be added in lake.yaml.".formatted(Mistakes.listed(layers)));
    return false;
  }
}
