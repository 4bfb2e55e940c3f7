package io.hosu.query;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A SELECT with another domain where it names tables of one. All else stays as it was written: the
 * places are those that the parser tells, so that aliases, columns and texts of the same name are
 * left alone. Belongs to one thread.
 */
final class RenamedDomain {
  private static final int WORDS = 3;

  private final String text;
  private final String from;
  private final Set<List<String>> tables = new HashSet<>();
  private final SortedSet<Integer> places = new TreeSet<>();

  /** The {@code text} in which the domain {@code from} is to have another name. */
  RenamedDomain(String text, String from) {
    this.text = text;
    this.from = from;
  }

  /** The text with {@code to}; empty when a place is not where the parser says. */
  Optional<String> to(String to, JsonNode tree) {
    tables(tree);
    columns(tree);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    StringBuilder renamed = new StringBuilder();
    int done = 0;
    for (int place : places) {
      if (place >= bytes.length) {
        return Optional.empty();
      }
      String rest = new String(bytes, place, bytes.length - place, StandardCharsets.UTF_8);
      boolean quoted = rest.startsWith("\"");
      int word = place + (quoted ? 1 : 0);
      if (!rest.regionMatches(true, quoted ? 1 : 0, from, 0, from.length())) {
        return Optional.empty();
      }
      renamed.append(new String(bytes, done, word - done, StandardCharsets.UTF_8)).append(to);
      done = word + from.length();
    }
    renamed.append(new String(bytes, done, bytes.length - done, StandardCharsets.UTF_8));
    return Optional.of(renamed.toString());
  }

  /** Whether a tree names tables of the domain. */
  boolean isNamedIn(JsonNode tree) {
    tables(tree);
    return !places.isEmpty();
  }

  private void tables(JsonNode node) {
    if (node.path("type").asText().equals("BASE_TABLE")) {
      List<String> path = words(node.path("qualified_name").path("path"));
      if (path.size() == WORDS && path.getFirst().equals(from)) {
        tables.add(path);
        at(node);
      }
    }
    node.forEach(this::tables);
  }

  /** A column may be written with all words of its table before it. */
  private void columns(JsonNode node) {
    if (node.path("class").asText().equals("COLUMN_REF")) {
      List<String> path = words(node.path("column_names"));
      if (path.size() > WORDS && tables.contains(path.subList(0, WORDS))) {
        at(node);
      }
    }
    node.forEach(this::columns);
  }

  private void at(JsonNode node) {
    places.add(node.path("query_location").asInt(Integer.MAX_VALUE));
  }

  private static List<String> words(JsonNode path) {
    List<String> words = new ArrayList<>();
    path.forEach(word -> words.add(word.asText().toLowerCase(Locale.ROOT)));
    return words;
  }
}
