package io.hosu.delivery;

import io.hosu.delivery.YamlValue.Mapping;
import io.hosu.delivery.YamlValue.Scalar;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.DeclaredCrawlers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What the files of a project declare, as far as it can be read, with its places: what the checks
 * look at. Filled by {@link ProjectReader}, then only read.
 */
final class ProjectDraft {
  /** The principal that every server has. */
  static final String ADMINISTRATOR = "admin";

  Optional<Mapping> lake = Optional.empty();
  final List<Scalar> layers = new ArrayList<>();
  final SortedMap<String, Optional<Mapping>> domains = new TreeMap<>();
  final List<TableDraft> tables = new ArrayList<>();
  private final Map<TableName, TableDraft> tablesByName = new HashMap<>();
  final List<StageDraft> stages = new ArrayList<>();
  final List<CrawlerDraft> crawlers = new ArrayList<>();
  final List<Mapping> access = new ArrayList<>();
  final List<Mapping> accessTests = new ArrayList<>();

  /** Paths of SQL files to their texts. */
  final SortedMap<String, String> sql = new TreeMap<>();

  /** Descriptions of pipelines by {@code domain.pipeline}. */
  final SortedMap<String, String> pipelines = new TreeMap<>();

  /** Whether a value of a file, and all that is in it, has its shape. */
  Predicate<YamlValue> sound = _ -> true;

  /** Whether a file could not be read at all, so that a name may be unknown for that reason. */
  boolean incomplete;

  /** The files of datasets by {@code domain.dataset}. */
  final SortedMap<String, Mapping> datasets = new TreeMap<>();

  /** A table of a dataset, which is named with its domain. */
  record TableDraft(TableName name, String dataset, Place place, Mapping yaml, boolean sound) {}

  /** A stage of a pipeline. */
  record StageDraft(StageName name, Place place, Mapping yaml, boolean sound) {

    /** The table that it writes, if that can be read. */
    Optional<TableName> target() {
      return targetPlace().flatMap(table -> tableName(name.domain(), table.text()));
    }

    Optional<Scalar> targetPlace() {
      return yaml.mapping("into").flatMap(into -> into.scalar("table"));
    }

    /** The tables that start it, as written. */
    List<Scalar> tables() {
      return yaml.mapping("on").map(on -> on.scalars("tables")).orElse(List.of());
    }

    String mode() {
      return yaml.mapping("into").flatMap(into -> into.text("mode")).orElse("append");
    }

    /** The path of its SQL file, if it names one. */
    Optional<String> sqlPath() {
      return yaml.text("sql").map(file -> pathOf(name.domain(), file));
    }
  }

  /** A crawler of a domain. */
  record CrawlerDraft(String domain, String name, Place place, Mapping yaml) {

    /** The stage that it is. */
    StageName stage() {
      return new StageName(domain, DeclaredCrawlers.PIPELINE, name);
    }

    /** The table that it makes, if that can be read. */
    Optional<TableName> target() {
      return yaml.text("into").flatMap(table -> tableName(domain, table));
    }

    /** Where it looks, as a folder. */
    String placeText() {
      String text = yaml.text("place").orElse("");
      return text.endsWith("/") ? text : text + "/";
    }
  }

  static String pathOf(String domain, String file) {
    return "domains/%s/transforms/%s".formatted(domain, file);
  }

  /** The full name of a table as it is written inside a domain; nothing when it is no name. */
  static Optional<TableName> tableName(String domain, String text) {
    return TextForm.TABLE.problem(text).isEmpty()
        ? Optional.of(TableName.parseIn(domain, text))
        : Optional.empty();
  }

  List<String> layerNames() {
    return layers.stream().map(Scalar::text).toList();
  }

  /** Every table that a dataset declares or a stage makes, quarantine tables included. */
  Set<TableName> knownTables() {
    Set<TableName> known = new TreeSet<>();
    tables.forEach(table -> known.add(table.name()));
    for (StageDraft stage : stages) {
      stage.target().ifPresent(known::add);
      if (stage.yaml().text("bad_records").equals(Optional.of("quarantine"))) {
        stage.target().flatMap(ProjectDraft::quarantine).ifPresent(known::add);
      }
    }
    for (CrawlerDraft crawler : crawlers) {
      crawler.target().ifPresent(known::add);
      crawler.target().flatMap(ProjectDraft::quarantine).ifPresent(known::add);
    }
    return known;
  }

  static Optional<TableName> quarantine(TableName target) {
    return tableName(target.domain(), target.layer() + "." + target.table() + "_quarantine");
  }

  void add(TableDraft table) {
    tables.add(table);
    tablesByName.putIfAbsent(table.name(), table);
  }

  Optional<TableDraft> declared(TableName name) {
    return Optional.ofNullable(tablesByName.get(name));
  }

  /** The mappings of one list of all access files: {@code grants}, for example. */
  List<Mapping> accessMappings(String list) {
    return access.stream()
        .flatMap(file -> file.find(list).stream())
        .flatMap(
            value -> value instanceof YamlValue.Sequence s ? s.items().stream() : Stream.empty())
        .flatMap(item -> item instanceof Mapping m ? Stream.of(m) : Stream.empty())
        .toList();
  }

  /** The names of all groups. */
  List<Scalar> groups() {
    return access.stream().flatMap(file -> file.scalars("groups").stream()).toList();
  }

  /** The names of all roles, those with more said about them too. */
  List<Scalar> roles() {
    List<Scalar> roles = new ArrayList<>();
    access.forEach(file -> roles.addAll(file.scalars("roles")));
    accessMappings("roles").forEach(role -> role.scalar("name").ifPresent(roles::add));
    return roles;
  }

  /** The sentences of all access tests. */
  List<Scalar> expectations() {
    return accessTests.stream().flatMap(file -> file.scalars("expect").stream()).toList();
  }

  /** The names of all users. */
  List<Scalar> users() {
    return accessMappings("principals").stream()
        .flatMap(principal -> principal.scalar("name").stream())
        .toList();
  }

  /** Every known principal as grants name it, for example {@code group:analysts}. */
  Set<String> principals() {
    Set<String> known = new TreeSet<>();
    known.add("user:" + ADMINISTRATOR);
    for (Mapping principal : accessMappings("principals")) {
      String kind = principal.text("kind").orElse("user");
      principal.text("name").ifPresent(name -> known.add(kind + ":" + name));
    }
    groups().forEach(group -> known.add("group:" + group.text()));
    roles().forEach(role -> known.add("role:" + role.text()));
    return known;
  }
}
