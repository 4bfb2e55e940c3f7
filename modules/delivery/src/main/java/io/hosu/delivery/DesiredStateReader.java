package io.hosu.delivery;

import io.hosu.delivery.ProjectDraft.StageDraft;
import io.hosu.delivery.ProjectDraft.TableDraft;
import io.hosu.delivery.YamlValue.Entry;
import io.hosu.delivery.YamlValue.Mapping;
import io.hosu.delivery.YamlValue.Scalar;
import io.hosu.governance.Grantee;
import io.hosu.pipelines.Transform;
import io.hosu.tables.Compatibility;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Makes the desired state of a draft that has no mistakes. */
final class DesiredStateReader {
  private final ProjectDraft draft;
  private final ReadTables reads;
  private final RuleChecks rules;
  private final List<Declared> declared = new ArrayList<>();

  private DesiredStateReader(ProjectDraft draft, ReadTables reads, RuleChecks rules) {
    this.draft = draft;
    this.reads = reads;
    this.rules = rules;
  }

  static DesiredState read(ProjectDraft draft, ReadTables reads, RuleChecks rules) {
    DesiredStateReader reader = new DesiredStateReader(draft, reads, rules);
    draft.layerNames().forEach(layer -> reader.declared.add(new Declared.Layer(layer)));
    draft.domains.forEach(reader::domain);
    TeamChecks.teams(draft).forEach(reader::team);
    draft.tables.forEach(reader::table);
    reader.datasets();
    draft.stages.forEach(reader::stage);
    draft.crawlers.stream()
        .map(CrawlerYaml::read)
        .map(Declared.Stage::new)
        .forEach(reader.declared::add);
    draft.groups().stream()
        .map(Scalar::text)
        .distinct()
        .forEach(group -> reader.declared.add(new Declared.Group(group)));
    reader.principals();
    DeclaredTags.of(draft)
        .forEach((on, tags) -> reader.declared.add(new Declared.Tags(on.toString(), tags)));
    reader.grants();
    return new DesiredState(reader.declared);
  }

  private void domain(String name, Optional<Mapping> file) {
    declared.add(
        new Declared.Domain(
            name,
            file.flatMap(domain -> domain.text("owner")).orElse(""),
            file.flatMap(domain -> domain.text("description")).orElse(""),
            file.map(domain -> texts(domain, "tags")).orElseGet(TreeMap::new)));
  }

  private void team(Entry team) {
    if (team.value() instanceof Mapping values) {
      declared.add(new Declared.TeamShare(TeamChecks.read(team.key(), values)));
    }
  }

  private void table(TableDraft table) {
    Mapping yaml = table.yaml();
    declared.add(
        new Declared.Table(
            table.name(),
            yaml.mapping("columns").orElseThrow().entries().stream()
                .map(DesiredStateReader::column)
                .toList(),
            new Declared.Layout(
                yaml.texts("key"),
                yaml.texts("partition_by"),
                yaml.texts("sort_by"),
                yaml.text("format_version")
                    .map(version -> OptionalInt.of(Integer.parseInt(version)))
                    .orElseGet(OptionalInt::empty)),
            yaml.text("compatibility").flatMap(Compatibility::of),
            TableUpkeepYaml.read(yaml),
            new TableAbout(
                yaml.text("description").orElse(""), owner(table), texts(yaml, "tags"))));
  }

  /** As the table says, or its dataset. */
  private String owner(TableDraft table) {
    return table
        .yaml()
        .text("owner")
        .or(() ->
            Optional.ofNullable(draft.datasets.get(table.dataset()))
                .flatMap(dataset -> dataset.text("owner")))
        .orElse("");
  }

  private static Declared.Column column(Entry column) {
    return switch (column.value()) {
      case Scalar type ->
          new Declared.Column(
              column.key(), type.text(), "", Declared.Evolving.NOT, new TreeMap<>());
      case Mapping full ->
          new Declared.Column(
              column.key(),
              full.text("type").orElseThrow(),
              full.text("description").orElse(""),
              new Declared.Evolving(
                  full.text("nullable").map(Boolean::parseBoolean),
                  full.text("was").orElse(""),
                  texts(full, "renames")),
              texts(full, "tags"));
      case YamlValue.Sequence _ -> throw new IllegalStateException("A column is no list.");
    };
  }

  private void stage(StageDraft stage) {
    Optional<TableDraft> table = stage.target().flatMap(draft::declared);
    String file = stage.sqlPath().orElseThrow();
    Transform.Sql plain =
        new Transform.Sql(file, draft.sql.getOrDefault(file, ""))
            .declassifying(texts(stage.yaml(), "declassify"));
    Transform.Sql sql = reads.of(stage).map(plain::reading).orElse(plain);
    declared.add(new Declared.Stage(StageReader.read(stage, sql, table, rules.of(stage))));
  }

  private void principals() {
    for (Mapping principal : draft.accessMappings("principals")) {
      declared.add(
          principal(
              principal.text("name").orElseThrow(),
              principal.text("kind").orElse("user"),
              Optional.of(principal)));
    }
    Map<String, Mapping> full = new HashMap<>();
    draft.accessMappings("roles").forEach(role -> full.put(role.text("name").orElseThrow(), role));
    for (Scalar role : draft.roles()) {
      declared.add(principal(role.text(), "role", Optional.ofNullable(full.get(role.text()))));
    }
  }

  private static Declared.Principal principal(String name, String kind, Optional<Mapping> said) {
    SortedSet<String> trust = new TreeSet<>();
    said.ifPresent(
        yaml -> yaml.texts("trust").forEach(who -> trust.add(Grantee.parse(who).toString())));
    return new Declared.Principal(
        name,
        kind,
        new TreeSet<>(said.map(yaml -> yaml.texts("groups")).orElse(List.of())),
        said.map(DesiredStateReader::attributes).orElseGet(TreeMap::new),
        trust,
        said.flatMap(yaml -> yaml.text("keeps_limits"))
            .filter("true"::equalsIgnoreCase)
            .isPresent());
  }

  /** Tags of a principal are attributes by another name. */
  private static SortedMap<String, String> attributes(Mapping principal) {
    SortedMap<String, String> all = texts(principal, "attributes");
    all.putAll(texts(principal, "tags"));
    return all;
  }

  private void datasets() {
    SortedMap<String, SortedSet<String>> all = new TreeMap<>();
    draft.tables.forEach(table ->
        all.computeIfAbsent(table.dataset(), _ -> new TreeSet<>()).add(table.name().toString()));
    all.forEach((name, tables) -> declared.add(new Declared.Dataset(name, tables)));
  }

  private void grants() {
    SortedMap<String, Declared.Grant> merged = new TreeMap<>();
    for (Mapping yaml : draft.accessMappings("grants")) {
      Declared.Grant grant = GrantKeeper.declared(GrantTerms.grant(yaml));
      merged.merge(grant.name(), grant, DesiredStateReader::both);
    }
    declared.addAll(merged.values());
  }

  private static Declared.Grant both(Declared.Grant one, Declared.Grant other) {
    SortedSet<String> permissions = new TreeSet<>(one.permissions());
    permissions.addAll(other.permissions());
    return new Declared.Grant(one.effect(), one.to(), one.on(), permissions, one.terms());
  }

  static SortedMap<String, String> texts(Mapping yaml, String key) {
    SortedMap<String, String> texts = new TreeMap<>();
    for (Entry entry : yaml.mapping(key).map(Mapping::entries).orElse(List.of())) {
      if (entry.value() instanceof Scalar value) {
        texts.put(entry.key(), value.text());
      }
    }
    return texts;
  }
}
