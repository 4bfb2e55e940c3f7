package io.hosu.delivery;

import io.hosu.delivery.ProjectDraft.StageDraft;
import io.hosu.delivery.YamlValue.Scalar;
import io.hosu.governance.AccessState;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.kernel.TableName;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Warns of stages that read a table of another domain which nothing in the project lets them read.
 * A grant by command may do so; the project cannot know.
 */
final class ForeignTables {
  private final ProjectDraft draft;
  private final Mistakes mistakes;
  private final AccessState access;

  ForeignTables(ProjectDraft draft, Mistakes mistakes, AccessState access) {
    this.draft = draft;
    this.mistakes = mistakes;
    this.access = access;
  }

  void check(ReadTables reads) {
    for (StageDraft stage : draft.stages) {
      Set<TableName> all = new TreeSet<>(reads.of(stage).orElse(Set.of()));
      for (Scalar table : stage.tables()) {
        ProjectDraft.tableName(stage.name().domain(), table.text()).ifPresent(all::add);
      }
      all.stream()
          .filter(table -> !table.domain().equals(stage.name().domain()))
          .filter(table -> isDenied(stage, table))
          .forEach(table -> warn(stage, table));
    }
  }

  private boolean isDenied(StageDraft stage, TableName table) {
    Principal role = Principal.role(stage.name().toString());
    return access.ask(role, Permission.SELECT, Resource.of(table)).decision().equals("denied");
  }

  private void warn(StageDraft stage, TableName table) {
    Optional<Place> named =
        stage.tables().stream()
            .filter(scalar -> scalar.text().equals(table.toString()))
            .map(Scalar::place)
            .findFirst();
    mistakes.warning(
        named.or(() -> stage.yaml().scalar("sql").map(Scalar::place)).orElse(stage.place()),
        "The stage %s reads %s of another domain, and nothing in access/ lets it."
            .formatted(stage.name(), table),
        "Have the owner of %s add to grants: { to: domain:%s, allow: [SELECT], on: %s }"
            .formatted(table.domain(), stage.name().domain(), table));
  }
}
