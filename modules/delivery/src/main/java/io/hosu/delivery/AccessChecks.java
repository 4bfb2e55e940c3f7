package io.hosu.delivery;

import static io.hosu.delivery.References.suggestion;

import io.hosu.delivery.YamlValue.Mapping;
import io.hosu.delivery.YamlValue.Scalar;
import io.hosu.governance.Permission;
import io.hosu.governance.Resource;
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
      permissions(grant);
    }
  }

  private void owner(Scalar owner) {
    if (owner.text().contains(":") && TextForm.PRINCIPAL.problem(owner.text()).isPresent()) {
      mistakes.error(
          owner.place(),
          "'%s' is not a principal.".formatted(owner.text()),
          TextForm.PRINCIPAL.remedy());
      return;
    }
    boolean known =
        principals.stream().anyMatch(p -> p.equals(owner.text()) || p.endsWith(":" + owner.text()));
    if (!known && !draft.incomplete) {
      mistakes.warning(
          owner.place(),
          "Nobody in access/ is called '%s'%s"
              .formatted(owner.text(), suggestion(owner.text(), bare())),
          "Declare it under groups, so that somebody owns the domain.");
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
    String text = on.text();
    if (TextForm.RESOURCE.problem(text).isPresent() || text.equals("lake")) {
      return;
    }
    if (text.startsWith("pipeline:")) {
      pipeline(on, text.substring("pipeline:".length()));
    } else if (text.contains("/")) {
      objects(on, text.split("/", 3));
    } else {
      table(on, text.split("\\."));
    }
  }

  private void pipeline(Scalar on, String name) {
    Set<String> known = draft.pipelines.keySet();
    if (!known.contains(name)) {
      mistakes.error(
          on.place(),
          "There is no pipeline '%s'%s".formatted(name, suggestion(name, known)),
          "Pipelines: %s.".formatted(Mistakes.listed(known)));
    }
  }

  private void objects(Scalar on, String[] parts) {
    if (NameChecks.requireLayer(draft, mistakes, parts[0], on.place()) && parts.length == 3) {
      domain(on, parts[1]);
    }
  }

  private boolean domain(Scalar on, String domain) {
    Set<String> domains = draft.domains.keySet();
    if (domains.contains(domain)) {
      return true;
    }
    Set<String> known = new TreeSet<>(domains);
    known.add("lake");
    mistakes.error(
        on.place(),
        "There is no domain '%s'%s".formatted(domain, suggestion(domain, known)),
        "Domains: %s.".formatted(Mistakes.listed(domains)));
    return false;
  }

  private void table(Scalar on, String[] parts) {
    boolean known =
        domain(on, parts[0])
            && parts.length > 1
            && NameChecks.requireLayer(draft, mistakes, parts[1], on.place());
    if (known && parts.length == 3 && !tables.contains(TableName.parse(on.text()))) {
      List<String> names = tables.stream().map(TableName::toString).toList();
      mistakes.error(
          on.place(),
          "No stage and no dataset makes the table %s%s"
              .formatted(on.text(), suggestion(on.text(), names)),
          "Correct the name, or declare the table in a dataset.");
    }
  }

  private void permissions(Mapping grant) {
    Optional<Scalar> on =
        grant.scalar("on").filter(text -> TextForm.RESOURCE.problem(text.text()).isEmpty());
    if (on.isEmpty()) {
      return;
    }
    Resource resource = Resource.parse(on.get().text());
    for (Scalar allow : grant.scalars("allow")) {
      if (AccessShape.PERMISSIONS.contains(allow.text())
          && !Permission.valueOf(allow.text()).appliesTo(resource)) {
        List<String> fitting =
            AccessShape.PERMISSIONS.stream()
                .filter(name -> Permission.valueOf(name).appliesTo(resource))
                .toList();
        mistakes.error(
            allow.place(),
            "%s means nothing on %s.".formatted(allow.text(), resource),
            "Permissions there: %s.".formatted(Mistakes.listed(fitting)));
      }
    }
  }
}
