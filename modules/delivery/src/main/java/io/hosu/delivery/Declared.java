package io.hosu.delivery;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.DeclaredCrawlers;
import io.hosu.pipelines.StageSpec;
import io.hosu.pipelines.Team;
import io.hosu.tables.Compatibility;
import io.hosu.tables.UpkeepRules;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** One thing that a lake project declares and a server keeps. */
public sealed interface Declared {

  /** The kinds of things, in the order in which they are made. */
  enum Kind {
    LAYER,
    DOMAIN,
    TEAM,
    TABLE,
    DATASET,
    STAGE,
    CRAWLER,
    GROUP,
    PRINCIPAL,
    TAG,
    GRANT;

    /** The kind as people and scripts see it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What kind of thing it is. */
  Kind kind();

  /** Its full name, unique within its kind. */
  String name();

  /** All that is declared of it, without its name: two that are equal here need no change. */
  ObjectNode toJson();

  /** A layer: a bucket, and a schema in every domain. */
  record Layer(String name) implements Declared {
    @Override
    public Kind kind() {
      return Kind.LAYER;
    }

    @Override
    public ObjectNode toJson() {
      return Json.object();
    }
  }

  /**
   * A domain.
   *
   * @param owner who answers for it; empty when nobody is named
   */
  record Domain(String name, String owner, String description, SortedMap<String, String> tags)
      implements Declared {
    public Domain {
      tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
    }

    @Override
    public Kind kind() {
      return Kind.DOMAIN;
    }

    @Override
    public ObjectNode toJson() {
      ObjectNode json = Json.object().put("owner", owner).put("description", description);
      json.set("tags", map(tags));
      return json;
    }
  }

  /** What the owner of domains may take of the servers. */
  record TeamShare(Team team) implements Declared {
    @Override
    public Kind kind() {
      return Kind.TEAM;
    }

    @Override
    public String name() {
      return team.name();
    }

    @Override
    public ObjectNode toJson() {
      ObjectNode json = Json.object().put("weight", team.weight());
      team.concurrency().ifPresent(most -> json.put("concurrency", most));
      return json;
    }
  }

  /**
   * A table of a dataset.
   *
   * @param compatibility of its contract; empty: it has none
   * @param upkeep what it says of its own upkeep
   */
  record Table(
      TableName table,
      List<Column> columns,
      Layout layout,
      Optional<Compatibility> compatibility,
      UpkeepRules upkeep,
      TableAbout about)
      implements Declared {
    public Table {
      columns = List.copyOf(columns);
    }

    @Override
    public Kind kind() {
      return Kind.TABLE;
    }

    @Override
    public String name() {
      return table.toString();
    }

    @Override
    public ObjectNode toJson() {
      ObjectNode json = Json.object();
      ArrayNode array = json.putArray("columns");
      columns.forEach(column -> array.add(column.toJson()));
      json.set("key", list(layout.key()));
      json.set("partition_by", list(layout.partitionBy()));
      json.set("sort_by", list(layout.sortBy()));
      layout.formatVersion().ifPresent(version -> json.put("format_version", version));
      compatibility.ifPresent(mode -> json.put("compatibility", mode.word()));
      TableUpkeepYaml.toJson(upkeep).ifPresent(said -> json.set("upkeep", said));
      about.addTo(json);
      return json;
    }
  }

  /**
   * A column of a table.
   *
   * @param type in the words of SQL
   */
  record Column(
      String name,
      String type,
      String description,
      Evolving evolving,
      SortedMap<String, String> tags) {
    public Column {
      tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
    }

    ObjectNode toJson() {
      ObjectNode json = Json.object();
      json.put("name", name).put("type", type);
      json.put("description", description);
      evolving.putInto(json);
      json.set("tags", map(tags));
      return json;
    }
  }

  /**
   * What of a column changes with it.
   *
   * @param nullable whether rows may lack it; empty: nothing is said
   * @param was the name that it had; empty: nothing is said
   * @param renames fields inside it, by the path that they had
   */
  record Evolving(Optional<Boolean> nullable, String was, SortedMap<String, String> renames) {
    /** Nothing is said. */
    static final Evolving NOT = new Evolving(Optional.empty(), "", new TreeMap<>());

    public Evolving {
      renames = Collections.unmodifiableSortedMap(new TreeMap<>(renames));
    }

    private void putInto(ObjectNode json) {
      nullable.ifPresent(may -> json.put("nullable", may));
      if (!was.isEmpty()) {
        json.put("was", was);
      }
      if (!renames.isEmpty()) {
        json.set("renames", map(renames));
      }
    }
  }

  /**
   * How the rows of a table are told apart and laid out; each list may be empty.
   *
   * @param formatVersion the version of Iceberg's format that is asked for
   */
  record Layout(
      List<String> key, List<String> partitionBy, List<String> sortBy, OptionalInt formatVersion) {
    public Layout {
      key = List.copyOf(key);
      partitionBy = List.copyOf(partitionBy);
      sortBy = List.copyOf(sortBy);
    }
  }

  /**
   * A dataset.
   *
   * @param name with its domain: {@code shop.orders}
   * @param tables the full names of its tables, at least one
   */
  record Dataset(String name, SortedSet<String> tables) implements Declared {
    public Dataset {
      tables = Collections.unmodifiableSortedSet(new TreeSet<>(tables));
    }

    @Override
    public Kind kind() {
      return Kind.DATASET;
    }

    @Override
    public ObjectNode toJson() {
      ObjectNode json = Json.object();
      json.set("tables", list(tables));
      return json;
    }
  }

  /**
   * The tags on something.
   *
   * @param name what they are on, for example {@code shop.stage.orders.customer}
   */
  record Tags(String name, SortedMap<String, String> tags) implements Declared {
    public Tags {
      tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
    }

    @Override
    public Kind kind() {
      return Kind.TAG;
    }

    @Override
    public ObjectNode toJson() {
      return map(tags);
    }
  }

  /** A stage of a pipeline, or a crawler. */
  record Stage(StageSpec spec) implements Declared {
    @Override
    public Kind kind() {
      return DeclaredCrawlers.isCrawler(spec) ? Kind.CRAWLER : Kind.STAGE;
    }

    @Override
    public String name() {
      return spec.name().toString();
    }

    @Override
    public ObjectNode toJson() {
      ObjectNode json = spec.toJson();
      json.remove("name");
      return json;
    }
  }

  /** A group that principals may belong to. */
  record Group(String name) implements Declared {
    @Override
    public Kind kind() {
      return Kind.GROUP;
    }

    @Override
    public ObjectNode toJson() {
      return Json.object();
    }
  }

  /**
   * Who acts.
   *
   * @param type {@code user}, {@code role} or {@code service}
   * @param groups those it belongs to
   * @param attributes what grants may ask about it
   * @param trust who may act as it, as grantees; only of roles
   * @param keepsLimits whether it is an engine that keeps to limits of tables; only of services
   */
  record Principal(
      String name,
      String type,
      SortedSet<String> groups,
      SortedMap<String, String> attributes,
      SortedSet<String> trust,
      boolean keepsLimits)
      implements Declared {
    public Principal {
      trust = Collections.unmodifiableSortedSet(new TreeSet<>(trust));
      attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
      groups = Collections.unmodifiableSortedSet(new TreeSet<>(groups));
    }

    @Override
    public Kind kind() {
      return Kind.PRINCIPAL;
    }

    @Override
    public ObjectNode toJson() {
      ObjectNode json = Json.object().put("kind", type);
      json.set("groups", list(groups));
      json.set("attributes", map(attributes));
      if (type.equals("role")) {
        json.set("trust", list(trust));
      }
      if (type.equals("service")) {
        json.put("keeps_limits", keepsLimits);
      }
      return json;
    }
  }

  /**
   * What someone is allowed or denied.
   *
   * @param effect {@code allow} or {@code deny}
   * @param to a grantee, for example {@code group:analysts}
   * @param on a resource, for example {@code shop.analytics}
   * @param permissions grants that are equal but for these are one
   * @param terms what narrows it, as grants write it
   */
  record Grant(String effect, String to, String on, SortedSet<String> permissions, ObjectNode terms)
      implements Declared {
    public Grant {
      permissions = Collections.unmodifiableSortedSet(new TreeSet<>(permissions));
    }

    @Override
    public Kind kind() {
      return Kind.GRANT;
    }

    @Override
    public String name() {
      String plain = effect.equals("allow") ? to + " on " + on : "deny " + to + " on " + on;
      return terms.isEmpty() ? plain : plain + " " + Json.print(terms);
    }

    @Override
    public ObjectNode toJson() {
      ObjectNode json = Json.object();
      json.set(effect, list(permissions));
      return json;
    }
  }

  private static ArrayNode list(Collection<String> texts) {
    ArrayNode json = Json.array();
    texts.forEach(json::add);
    return json;
  }

  private static ObjectNode map(Map<String, String> texts) {
    ObjectNode json = Json.object();
    new LinkedHashMap<>(texts).forEach(json::put);
    return json;
  }
}
