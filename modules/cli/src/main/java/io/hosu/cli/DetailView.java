package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Shows one thing with everything that is known of it: facts first, then its lists as grids. */
final class DetailView {
  private static final int MOST_LINES = 20;

  private final Terminal terminal;
  private final Answers answers;
  private final Format format;

  DetailView(Terminal terminal, Format format) {
    this.terminal = terminal;
    this.answers = new Answers(terminal);
    this.format = format;
  }

  /** Shows {@code thing}, an object of the API. */
  void show(JsonNode thing) {
    List<String> lists = new ArrayList<>();
    thing
        .properties()
        .forEach(field -> {
          if (isGrid(field.getValue())) {
            lists.add(field.getKey());
          }
        });
    Map<String, String> facts = new LinkedHashMap<>();
    collect(facts, "", thing, lists);
    answers.facts(facts);
    for (String name : lists) {
      terminal.out().println();
      terminal.out().println(Colour.BOLD.of(title(name), terminal.screen()));
      answers.list(thing.path(name).iterator(), format, "none", columns(thing.path(name)));
      if (format == Format.TABLE) {
        lines(name, thing.path(name));
      }
    }
  }

  /** The lists of texts that the items of a grid have, such as a log, below it. */
  private void lines(String grid, JsonNode items) {
    for (int i = 0; i < items.size(); i++) {
      for (var field : items.get(i).properties()) {
        if (isLines(field.getValue()) && !field.getValue().isEmpty()) {
          String of = items.size() == 1 ? "" : " %d".formatted(i + 1);
          lines(
              "%s of %s%s".formatted(title(field.getKey()), title(grid), of),
              field.getValue().valueStream().toList());
        }
      }
    }
  }

  private void lines(String title, List<JsonNode> lines) {
    terminal.out().println();
    terminal.out().println(Colour.BOLD.of(title, terminal.screen()));
    lines.stream().limit(MOST_LINES).forEach(line -> terminal.out().println(line.asText()));
    if (lines.size() > MOST_LINES) {
      terminal.out().println("and %d more: -o json".formatted(lines.size() - MOST_LINES));
    }
  }

  private static boolean isLines(JsonNode value) {
    return value.isArray() && value.valueStream().allMatch(JsonNode::isTextual);
  }

  private static void collect(
      Map<String, String> facts, String prefix, JsonNode object, List<String> except) {
    for (var field : object.properties()) {
      JsonNode value = field.getValue();
      if (except.contains(field.getKey())) {
        continue;
      }
      if (value.isObject()) {
        collect(facts, prefix + field.getKey() + ".", value, List.of());
      } else {
        facts.put(prefix + field.getKey(), shown(field.getKey(), value));
      }
    }
  }

  private static String shown(String name, JsonNode value) {
    if (name.endsWith("_ms") && value.isNumber()) {
      return Column.millis(value.asLong());
    }
    return Column.plain(value);
  }

  private static boolean isGrid(JsonNode value) {
    return value.isArray() && !value.isEmpty() && value.get(0).isObject();
  }

  private static Column[] columns(JsonNode items) {
    Set<String> names = new LinkedHashSet<>();
    for (JsonNode item : items) {
      item.properties().stream()
          .filter(field -> !isLines(field.getValue()))
          .forEach(field -> names.add(field.getKey()));
    }
    return names.stream().map(name -> column(name, items)).toArray(Column[]::new);
  }

  private static Column column(String name, JsonNode items) {
    if (name.endsWith("_ms")) {
      return Column.millis(name);
    }
    if (name.equals("size") || name.endsWith("bytes")) {
      return Column.size(name);
    }
    boolean number = items.valueStream().allMatch(item -> numberOrNothing(item.path(name)));
    return number ? Column.number(name) : Column.text(name);
  }

  private static boolean numberOrNothing(JsonNode value) {
    return value.isNumber() || value.isNull() || value.isMissingNode();
  }

  private static String title(String name) {
    return name.replace('_', ' ');
  }
}
