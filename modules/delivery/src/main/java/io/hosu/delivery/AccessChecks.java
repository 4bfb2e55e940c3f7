package io.hosu.delivery;

import static io.hosu.delivery.References.suggestion;

import io.hosu.delivery.YamlValue.Mapping;
import io.hosu.delivery.YamlValue.Scalar;
import io.hosu.kernel.TableName;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Checks that whom and what access refers to exists. */
final class AccessChecks {
  private final ProjectDraft draft;
  private final Mistakes mistakes;
  private final Set<String> principals;
  private final Set<TableName> tables;

  AccessChecks(ProjectDraft draft, Mistakes mistakes) {
    this.draft = draft;
    this.mistakes = mistakes;
    this.principals = draft.principals();
    this.tables = draft.knownTables();
  }

  void check() {
    draft
        .domains
        .values()
        .forEach(domain -> domain.flatMap(d -> d.scalar("owner")).ifPresent(this::owner));
    if (draft.incomplete) {
      return;
    }
    for (Mapping principal : draft.accessMappings("principals")) {
      principal.scalars("groups").forEach(this::group);
    }
    for (Mapping grant : draft.accessMappings("grants")) {
      grant.scalar("to").ifPresent(this::principal);
      grant.scalar("on").ifPresent(this::resource);
    }
  }

  private void owner(Scalar owner) {
    boolean known =
        principals.stream().anyMatch(p -> p.equals(owner.text()) || p.endsWith(":" + owner.text()));
    if (!known && !draft.incomplete) {
      mistakes.warning(
          owner.place(),
          "Nobody in access/ is called '%s'%s"
              .formatted(owner.text(), suggestion(owner.text(), bare())),
          "Declare it under groups, so that people can be told whom to ask.");
    }
  }

  private List<String> bare() {
    return principals.stream().map(p -> p.substring(p.indexOf(':') + 1)).toList();
  }

  private void group(Scalar group) {
    List<String> groups = draft.accessNames("groups").stream().map(Scalar::text).toList();
    if (!groups.contains(group.text())) {
      mistakes.error(
          group.place(),
          "There is no group '%s'%s".formatted(group.text(), suggestion(group.text(), groups)),
          "Declare it in a file of access/: groups: [%s]".formatted(group.text()));
    }
  }

  private void principal(Scalar to) {
    if (TextForm.PRINCIPAL.problem(to.text()).isEmpty() && !principals.contains(to.text())) {
      mistakes.error(
          to.place(),
          "There is no %s%s"
              .formatted(to.text().replaceFirst(":", " "), suggestion(to.text(), principals)),
          "Declare it in a file of access/, under principals, groups or roles.");
    }
  }

  private void resource(Scalar on) {
    if (TextForm.RESOURCE.problem(on.text()).isPresent() || on.text().equals("lake")) {
      return;
    }
    String[] parts = on.text().split("\\.");
    Set<String> domains = draft.domains.keySet();
    if (!domains.contains(parts[0])) {
      Set<String> known = new TreeSet<>(domains);
      known.add("lake");
      mistakes.error(
          on.place(),
          "There is no domain '%s'%s".formatted(parts[0], suggestion(parts[0], known)),
          "Domains: %s.".formatted(Mistakes.listed(domains)));
      return;
    }
    if (parts.length > 1 && NameChecks.requireLayer(draft, mistakes, parts[1], on.place())) {
      table(on, parts);
    }
  }

  private void table(Scalar on, String[] parts) {
    Optional<TableName> table =
        parts.length == 3 ? Optional.of(TableName.parse(on.text())) : Optional.empty();
    if (table.isPresent() && !tables.contains(table.get())) {
      List<String> names = tables.stream().map(TableName::toString).toList();
      mistakes.error(
          on.place(),
          "No stage and no dataset makes the table %s%s"
              .formatted(on.text(), suggestion(on.text(), names)),
          "Correct the name, or declare the table in a dataset.");
    }
  }
}
