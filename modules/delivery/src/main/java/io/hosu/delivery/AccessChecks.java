package io.hosu.delivery;

import static io.hosu.delivery.References.suggestion;
import static java.util.stream.Collectors.toSet;

import io.hosu.delivery.YamlValue.Entry;
import io.hosu.delivery.YamlValue.Mapping;
import io.hosu.delivery.YamlValue.Scalar;
import io.hosu.governance.Grantee;
import io.hosu.governance.Permission;
import io.hosu.governance.Resource;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;

/** Checks that whom and what access refers to exists. */
final class AccessChecks {
  private final ProjectDraft draft;
  private final Mistakes mistakes;
  private final Set<String> principals;
  private final Set<TableName> tables;
  private final GrantChecks grants;
  private final TagChecks tags;

  AccessChecks(ProjectDraft draft, Mistakes mistakes, SqlCheck sql) {
    this.draft = draft;
    this.mistakes = mistakes;
    this.principals = draft.principals();
    this.tables = draft.knownTables();
    this.grants = new GrantChecks(draft, mistakes, sql);
    this.tags = new TagChecks(draft, mistakes);
  }

  void check() {
    draft
        .domains
        .values()
        .forEach(domain -> domain.flatMap(d -> d.scalar("owner")).ifPresent(this::owner));
    draft.tables.forEach(table -> table.yaml().scalar("owner").ifPresent(this::tableOwner));
    draft.datasets.values().forEach(dataset -> dataset.scalar("owner").ifPresent(this::tableOwner));
    tags.check();
    if (draft.incomplete) {
      return;
    }
    for (Mapping principal : draft.accessMappings("principals")) {
      principal.scalars("groups").forEach(this::group);
      attributes(principal);
      if (!principal.text("kind").orElse("user").equals("service")) {
        principal
            .scalar("keeps_limits")
            .filter(flag -> flag.text().equalsIgnoreCase("true"))
            .ifPresent(this::keepsLimits);
      }
    }
    for (Mapping role : draft.accessMappings("roles")) {
      role.scalar("name").filter(name -> name.text().contains(".")).ifPresent(this::ofStage);
      role.scalars("groups").forEach(this::group);
      role.scalars("trust").forEach(this::trusted);
      attributes(role);
    }
    for (Mapping grant : draft.accessMappings("grants")) {
      int before = mistakes.count();
      grant.scalar("to").ifPresent(this::principal);
      grant
          .scalar("on")
          .filter(on -> TextForm.RESOURCE.problem(on.text()).isEmpty())
          .flatMap(on -> grants.resource(on).filter(resource -> resource(on, resource)))
          .ifPresent(on -> {
            if (permissions(grant, on) && draft.sound.test(grant)) {
              grants.check(grant, on);
              if (mistakes.count() == before) {
                grants.whole(grant);
              }
            }
          });
    }
    for (Mapping tag : draft.accessMappings("tags")) {
      tag.scalar("on").ifPresent(on -> grants.resource(on).ifPresent(it -> resource(on, it)));
    }
    new ExpectationChecks(draft, mistakes, this).check();
  }

  /**
   * Tags are attributes by another name, so what one of them says the other does not contradict.
   */
  private void attributes(Mapping principal) {
    SortedMap<String, String> said = DesiredStateReader.texts(principal, "attributes");
    for (Entry tag : principal.mapping("tags").map(Mapping::entries).orElse(List.of())) {
      String other = said.get(tag.key());
      if (other != null && tag.value() instanceof Scalar value && !other.equals(value.text())) {
        mistakes.error(
            value.place(),
            "'%s' is '%s' here, and '%s' among the attributes, which are the same."
                .formatted(tag.key(), value.text(), other),
            "Give it once.");
      }
    }
  }

  private void ofStage(Scalar name) {
    mistakes.error(
        name.place(),
        "'%s' cannot name a role: names with a dot are those of the roles of stages."
            .formatted(name.text()),
        "Name it without a dot; grants to the role of a stage need no role here.");
  }

  private void keepsLimits(Scalar flag) {
    mistakes.error(
        flag.place(),
        "Only a service keeps limits: people do not, and stages read whole tables.",
        "Say kind: service, or remove keeps_limits.");
  }

  private void owner(Scalar owner) {
    owner(owner, "Declare it under groups, so that somebody owns the domain.");
  }

  private void tableOwner(Scalar owner) {
    owner(owner, "Declare it under groups, so that somebody answers for the table.");
  }

  private void owner(Scalar owner, String remedy) {
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
          remedy);
    }
  }

  private List<String> bare() {
    return principals.stream().map(p -> p.substring(p.indexOf(':') + 1)).toList();
  }

  private void group(Scalar group) {
    List<String> groups = draft.groups().stream().map(Scalar::text).toList();
    if (!groups.contains(group.text())) {
      mistakes.error(
          group.place(),
          "There is no group '%s'%s".formatted(group.text(), suggestion(group.text(), groups)),
          "Declare it in a file of access/: groups: [%s]".formatted(group.text()));
    }
  }

  private void principal(Scalar to) {
    if (to.text().startsWith("principal:")) {
      such(to);
    } else if (to.text().startsWith("domain:")) {
      domain(to, to.text().substring("domain:".length()));
    } else if (to.text().startsWith("role:") && stages().contains(to.text().substring(5))) {
      return;
    } else if (TextForm.PRINCIPAL.problem(to.text()).isEmpty() && !principals.contains(to.text())) {
      mistakes.error(
          to.place(),
          "There is no %s%s"
              .formatted(to.text().replaceFirst(":", " "), suggestion(to.text(), principals)),
          "Declare it in a file of access/, under principals, groups or roles.");
    }
  }

  /** The names of all stages, which are those of their roles. */
  private Set<String> stages() {
    return draft.stages.stream().map(stage -> stage.name().toString()).collect(toSet());
  }

  private void trusted(Scalar who) {
    if (who.text().startsWith("role:") || who.text().startsWith("domain:")) {
      mistakes.error(
          who.place(),
          "A role cannot trust %s: roles do not act as roles.".formatted(who.text()),
          "Trust the user, service or group that acts.");
    } else {
      principal(who);
    }
  }

  private void such(Scalar to) {
    try {
      Grantee.parse(to.text());
    } catch (Invalid e) {
      mistakes.error(to.place(), e.what(), e.remedy());
    }
  }

  /** Whether it exists; if not, that is told. */
  boolean resource(Scalar on, Resource resource) {
    int before = mistakes.count();
    String text = on.text();
    switch (resource) {
      case Resource.Lake _, Resource.Tagged _ -> {}
      case Resource.Pipeline _ -> pipeline(on, text.substring("pipeline:".length()));
      case Resource.Dataset _ -> dataset(on, text.substring("dataset:".length()));
      case Resource.Bucket _, Resource.ObjectKey _ -> objects(on, text.split("/", 3));
      case Resource.Domain(String name) -> domain(on, name);
      case Resource.Layer _, Resource.Table _ -> table(on, text, text.split("\\."));
      case Resource.Column column -> {
        table(on, column.table().toString(), column.table().toString().split("\\."));
        tags.column(on, column);
      }
    }
    return mistakes.count() == before;
  }

  private void dataset(Scalar on, String name) {
    Set<String> known = draft.datasets.keySet();
    if (!known.contains(name)) {
      mistakes.error(
          on.place(),
          "There is no dataset '%s'%s".formatted(name, suggestion(name, known)),
          "Datasets: %s.".formatted(Mistakes.listed(known)));
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

  private void table(Scalar on, String name, String[] parts) {
    boolean known =
        domain(on, parts[0])
            && parts.length > 1
            && NameChecks.requireLayer(draft, mistakes, parts[1], on.place());
    if (known && parts.length == 3 && !tables.contains(TableName.parse(name))) {
      List<String> names = tables.stream().map(TableName::toString).toList();
      mistakes.error(
          on.place(),
          "No stage and no dataset makes the table %s%s".formatted(name, suggestion(name, names)),
          "Correct the name, or declare the table in a dataset.");
    }
  }

  /** Whether all permissions mean something on {@code resource}; if not, that is told. */
  private boolean permissions(Mapping grant, Resource resource) {
    boolean fit = true;
    List<Scalar> all = new ArrayList<>(grant.scalars("allow"));
    all.addAll(grant.scalars("deny"));
    for (Scalar permission : all) {
      if (AccessShape.PERMISSIONS.contains(permission.text())
          && !Permission.valueOf(permission.text()).appliesTo(resource)) {
        List<String> fitting =
            AccessShape.PERMISSIONS.stream()
                .filter(name -> Permission.valueOf(name).appliesTo(resource))
                .toList();
        mistakes.error(
            permission.place(),
            "%s means nothing on %s.".formatted(permission.text(), resource),
            "Permissions there: %s.".formatted(Mistakes.listed(fitting)));
        fit = false;
      }
    }
    return fit;
  }
}
