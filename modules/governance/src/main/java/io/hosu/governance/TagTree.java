package io.hosu.governance;

import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is tagged, and what lies in what. Tags go down from the lake over domain, layer, dataset and
 * table to the column; where a key is on several of them, the nearest says its value. Immutable.
 */
final class TagTree {
  private static final SortedMap<String, String> UNTAGGED = new TreeMap<>();

  private final Map<Resource, SortedMap<String, String>> places;
  private final Map<TableName, Map<String, SortedMap<String, String>>> columns;
  private final Map<TableName, String> datasets;

  private TagTree(
      Map<Resource, SortedMap<String, String>> places,
      Map<TableName, Map<String, SortedMap<String, String>>> columns,
      Map<TableName, String> datasets) {
    this.places = places;
    this.columns = columns;
    this.datasets = datasets;
  }

  static TagTree empty() {
    return new TagTree(Map.of(), Map.of(), Map.of());
  }

  /** The same, with these tags and no others on {@code resource}. */
  TagTree with(Resource resource, SortedMap<String, String> tags) {
    return with(Map.of(resource, tags));
  }

  /** The same, with these tags and no others on these resources. */
  TagTree with(Map<Resource, SortedMap<String, String>> tagged) {
    var morePlaces = new HashMap<>(places);
    var moreColumns = new HashMap<>(columns);
    var fresh = new HashMap<TableName, Map<String, SortedMap<String, String>>>();
    tagged.forEach((resource, tags) -> {
      if (resource instanceof Resource.Column(TableName table, String column)) {
        set(
            fresh.computeIfAbsent(
                table, name -> new HashMap<>(moreColumns.getOrDefault(name, Map.of()))),
            column,
            tags);
      } else {
        set(morePlaces, resource, tags);
      }
    });
    moreColumns.putAll(fresh);
    return new TagTree(morePlaces, moreColumns, datasets);
  }

  private static <K> void set(
      Map<K, SortedMap<String, String>> all, K key, SortedMap<String, String> tags) {
    if (tags.isEmpty()) {
      all.remove(key);
    } else {
      all.put(key, tags);
    }
  }

  /** The same, with these tables in these datasets and no others; by table. */
  TagTree withDatasets(Map<TableName, String> others) {
    return new TagTree(places, columns, Map.copyOf(others));
  }

  /** What {@code resource} lies in, from the lake to itself. */
  List<Resource> around(Resource resource) {
    List<Resource> around = new ArrayList<>();
    around.add(new Resource.Lake());
    switch (resource) {
      case Resource.Lake _ -> {}
      case Resource.Domain _, Resource.Bucket _, Resource.Tagged _ -> around.add(resource);
      case Resource.Layer(String domain, _) -> inDomain(around, domain, resource);
      case Resource.Pipeline(String domain, _) -> inDomain(around, domain, resource);
      case Resource.Dataset(String domain, _) -> inDomain(around, domain, resource);
      case Resource.Table(TableName table) -> addTable(around, table);
      case Resource.Column(TableName table, _) -> {
        addTable(around, table);
        around.add(resource);
      }
      case Resource.ObjectKey(ObjectName name) -> addObject(around, name);
    }
    return around;
  }

  private static void inDomain(List<Resource> around, String domain, Resource resource) {
    around.add(new Resource.Domain(domain));
    around.add(resource);
  }

  private void addTable(List<Resource> around, TableName table) {
    around.add(new Resource.Domain(table.domain()));
    around.add(new Resource.Layer(table.domain(), table.layer()));
    String dataset = datasets.get(table);
    if (dataset != null) {
      around.add(new Resource.Dataset(table.domain(), dataset));
    }
    around.add(Resource.of(table));
  }

  private static void addObject(List<Resource> around, ObjectName name) {
    ResourceForm.domainOf(name.key())
        .ifPresent(domain -> {
          around.add(new Resource.Domain(domain));
          around.add(new Resource.Layer(domain, name.bucket()));
          ResourceForm.domainOf(name.key().substring(domain.length() + 1))
              .ifPresent(dataset -> around.add(new Resource.Dataset(domain, dataset)));
        });
    around.add(new Resource.Bucket(name.bucket()));
    String key = name.key();
    for (int slash = key.indexOf('/'); slash >= 0; slash = key.indexOf('/', slash + 1)) {
      around.add(Resource.of(new ObjectName(name.bucket(), key.substring(0, slash + 1))));
    }
    if (!key.endsWith("/")) {
      around.add(Resource.of(name));
    }
  }

  /** The tags that hold for {@code resource}. */
  SortedMap<String, String> tags(Resource resource) {
    SortedMap<String, String> all = null;
    for (Resource outer : around(resource)) {
      SortedMap<String, String> own = own(outer);
      if (!own.isEmpty()) {
        all = all == null ? new TreeMap<>() : all;
        all.putAll(own);
      }
    }
    return all == null ? UNTAGGED : all;
  }

  /** The tags that hold for a column of a table for which {@code ofTable} hold. */
  SortedMap<String, String> tags(
      TableName table, String column, SortedMap<String, String> ofTable) {
    Map<String, SortedMap<String, String>> tagged = columns.get(table);
    SortedMap<String, String> own = tagged == null ? null : tagged.get(Columns.small(column));
    if (own == null) {
      return ofTable;
    }
    SortedMap<String, String> all = new TreeMap<>(ofTable);
    all.putAll(own);
    return all;
  }

  /** The tags on columns of {@code table} themselves, by column. */
  Map<String, SortedMap<String, String>> ofColumns(TableName table) {
    return columns.getOrDefault(table, Map.of());
  }

  private SortedMap<String, String> own(Resource resource) {
    return resource instanceof Resource.Column(TableName table, String column)
        ? columns.getOrDefault(table, Map.of()).getOrDefault(column, UNTAGGED)
        : places.getOrDefault(resource, UNTAGGED);
  }

  /** The columns of {@code table} that have tags of their own. */
  Set<String> taggedColumns(TableName table) {
    return ofColumns(table).keySet();
  }

  /** All that has tags of its own, by the tags that hold for it. */
  Map<SortedMap<String, String>, Set<Resource>> byTags() {
    Map<SortedMap<String, String>, Set<Resource>> all = new LinkedHashMap<>();
    places.keySet().forEach(place -> group(all, tags(place), place));
    columns.forEach((table, tagged) -> {
      SortedMap<String, String> ofTable = tags(Resource.of(table));
      tagged
          .keySet()
          .forEach(column -> group(all, tags(table, column, ofTable), Resource.of(table)));
    });
    datasets.keySet().forEach(table -> group(all, tags(Resource.of(table)), Resource.of(table)));
    return all;
  }

  private static void group(
      Map<SortedMap<String, String>, Set<Resource>> all,
      SortedMap<String, String> tags,
      Resource resource) {
    all.computeIfAbsent(tags, _ -> new LinkedHashSet<>()).add(resource);
  }

  /** The names of all tags there are. */
  Set<String> keys() {
    Set<String> keys = new TreeSet<>();
    places.values().forEach(tags -> keys.addAll(tags.keySet()));
    columns.values().stream()
        .map(Map::values)
        .flatMap(Collection::stream)
        .forEach(tags -> keys.addAll(tags.keySet()));
    return keys;
  }
}
