package io.hosu.tables;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.Decision;
import io.hosu.governance.Domains;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Rights;
import io.hosu.governance.Tags;
import io.hosu.kernel.Json;
import io.hosu.kernel.TableName;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Finds tables by words: in their names, descriptions, columns, tags, datasets and owners. What
 * somebody may not see is not looked at, so that no answer tells of it. May be used from any
 * thread.
 */
final class CatalogSearch {
  private static final int MOST_MATCHES = 10;

  private final Database database;
  private final Tables tables;
  private final TableSight sight;
  private final Domains domains;
  private final Tags tags;

  CatalogSearch(Database database, Tables tables, TableSight sight, Domains domains, Tags tags) {
    this.database = database;
    this.tables = tables;
    this.sight = sight;
    this.domains = domains;
    this.tags = tags;
  }

  /** A place of a table where words are looked for. */
  private record Text(String what, String name, String text, int weight) {
    /** How well it matches a word; 0: not at all. */
    int score(String word) {
      String all = text.toLowerCase(Locale.ROOT);
      if (!all.contains(word)) {
        return 0;
      }
      boolean exact = all.equals(word) || List.of(all.split("[^\\p{L}\\p{N}]+", -1)).contains(word);
      return exact ? 2 * weight : weight;
    }
  }

  /**
   * A table that was found.
   *
   * @param matches where the words stand, the best first
   */
  record Found(TableName table, String description, String owner, int score, List<Text> matches) {
    ObjectNode toJson() {
      ObjectNode json =
          Json.object()
              .put("name", table.toString())
              .put("owner", owner)
              .put("description", description)
              .put("score", score);
      ArrayNode where = json.putArray("matches");
      for (Text one : matches) {
        ObjectNode match = where.addObject().put("in", one.what());
        if (!one.name().equals(one.text())) {
          match.put("name", one.name());
        }
        match.put("text", one.text());
      }
      return json;
    }

    /** Which of two comes first: the better one, and of equal ones that of the smaller name. */
    static Comparator<Found> order() {
      return Comparator.comparingInt(Found::score)
          .reversed()
          .thenComparing(found -> found.table().toString());
    }
  }

  /** What of the catalog is not kept with tables. */
  private record Around(
      Map<String, String> owners,
      Map<TableName, String> datasets,
      Map<String, List<Tags.Tag>> tags) {
    static Around of(Transaction tx, Domains domains, Tags tags) {
      Map<String, String> owners = new HashMap<>();
      domains.list(tx).forEach(domain -> owners.put(domain.name(), domain.owner()));
      Map<String, List<Tags.Tag>> on = new HashMap<>();
      tags.list(tx)
          .forEach(tag -> on.computeIfAbsent(tag.on().toString(), _ -> new ArrayList<>()).add(tag));
      return new Around(owners, tags.datasets(tx), on);
    }
  }

  /**
   * The tables that somebody may describe and in which each of {@code words} stands, the best
   * first.
   *
   * @param words in small letters
   */
  List<Found> find(Principal principal, Rights rights, List<String> words) {
    Around around = database.read(tx -> Around.of(tx, domains, tags));
    List<Found> found = new ArrayList<>();
    for (SchemaRows.Described table : database.read(SchemaRows::described)) {
      if (isDescribed(rights, principal, table.name())) {
        List<Text> texts = texts(table, around);
        if (matches(texts, words)) {
          add(found, table, seen(principal, table.name(), texts), around, words);
        }
      }
    }
    found.sort(Found.order());
    return found;
  }

  /** Whether somebody may know more of a table than its name. */
  private static boolean isDescribed(Rights rights, Principal principal, TableName table) {
    Resource resource = Resource.of(table);
    return rights.visible(principal, resource)
        && rights.decide(principal, Permission.DESCRIBE, resource) instanceof Decision.Allowed;
  }

  private static boolean matches(List<Text> texts, List<String> words) {
    return words.stream().allMatch(word -> texts.stream().anyMatch(text -> text.score(word) > 0));
  }

  private static void add(
      List<Found> found,
      SchemaRows.Described table,
      List<Text> texts,
      Around around,
      List<String> words) {
    if (!matches(texts, words)) {
      return;
    }
    Map<Text, Integer> scores = new LinkedHashMap<>();
    int score = 0;
    for (String word : words) {
      int best = 0;
      for (Text text : texts) {
        int one = text.score(word);
        if (one > 0) {
          scores.merge(text, one, Math::max);
        }
        best = Math.max(best, one);
      }
      score += best;
    }
    List<Text> matches =
        scores.entrySet().stream()
            .sorted(Map.Entry.<Text, Integer>comparingByValue().reversed())
            .limit(MOST_MATCHES)
            .map(Map.Entry::getKey)
            .toList();
    String owner = owner(table, around);
    found.add(new Found(table.name(), table.description(), owner, score, matches));
  }

  private List<Text> texts(SchemaRows.Described table, Around around) {
    TableName name = table.name();
    List<Text> texts = new ArrayList<>();
    texts.add(new Text("table", name.toString(), name.toString(), 8));
    texts.add(new Text("description", name.toString(), table.description(), 3));
    String owner = owner(table, around);
    texts.add(new Text("owner", name.domain(), owner, 3));
    String dataset = around.datasets().getOrDefault(name, "");
    texts.add(new Text("dataset", name.domain(), dataset, 3));
    tagTexts(texts, name.toString(), "tag", around);
    for (JsonNode column : columns(table)) {
      String path = column.path("name").asText();
      texts.add(new Text("column", path, path, 5));
      texts.add(new Text("column description", path, column.path("description").asText(), 2));
      List<Text> own = new ArrayList<>();
      tagTexts(own, name + "." + path, "column tag", around);
      own.forEach(text -> texts.add(new Text(text.what(), path, text.text(), text.weight())));
    }
    return texts;
  }

  /** Its own, or that of its domain. */
  private static String owner(SchemaRows.Described table, Around around) {
    return table.owner().isEmpty()
        ? around.owners().getOrDefault(table.name().domain(), "")
        : table.owner();
  }

  private static void tagTexts(List<Text> texts, String on, String what, Around around) {
    around
        .tags()
        .getOrDefault(on, List.of())
        .forEach(tag -> texts.add(new Text(what, on, tag.key() + " = " + tag.value(), 3)));
  }

  /** Of a table whose columns were never kept, they are read where that can be. */
  private JsonNode columns(SchemaRows.Described table) {
    if (!table.columns().isEmpty()) {
      return Json.parse(table.columns());
    }
    return SoundTables.find(tables, table.name())
        .map(found -> SchemaRows.columns(found.metadata().schema()))
        .orElseGet(Json::array);
  }

  /** Without what stands of columns that somebody does not see. */
  private List<Text> seen(Principal principal, TableName table, List<Text> texts) {
    Set<String> columns = new HashSet<>();
    texts.stream()
        .filter(text -> text.what().equals("column"))
        .forEach(text -> columns.add(text.name()));
    Set<String> hidden = sight.hidden(principal, table, columns);
    return texts.stream()
        .filter(text -> !text.what().startsWith("column") || !hidden.contains(text.name()))
        .toList();
  }
}
