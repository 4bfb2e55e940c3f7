package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Prints answers in the format that was asked for. */
final class Answers {
  private static final int NAMES = 14;

  private final Terminal terminal;
  private final PrintStream out;

  Answers(Terminal terminal) {
    this.terminal = terminal;
    this.out = terminal.out();
  }

  /**
   * Prints a list.
   *
   * @param none what to say to a person when it is empty
   */
  void list(Iterator<JsonNode> items, Format format, String none, Column... columns) {
    switch (format) {
      case JSON -> jsonList(items);
      case CSV -> csv(items, columns);
      case TABLE -> table(items, none, columns);
    }
    if (items instanceof ItemList list && list.isCut() && terminal.screen().errors()) {
      terminal.note("There are more: see them with --limit 0.");
    }
  }

  /** Prints one value as JSON, a field a line. */
  void json(JsonNode value) {
    out.println(Json.pretty(value));
  }

  /** Nothing more is asked of the server for a reader that went away. */
  private boolean isWhole() {
    return terminal.outFailure().isEmpty();
  }

  /**
   * A list that cannot be had is told by its failure alone, so the first item is asked for first.
   */
  private void jsonList(Iterator<JsonNode> items) {
    boolean more = items.hasNext();
    out.print("[");
    String before = "\n  ";
    while (more && isWhole()) {
      out.print(before + Json.print(items.next()));
      before = ",\n  ";
      more = items.hasNext();
    }
    out.println(before.startsWith(",") ? "\n]" : "]");
  }

  private void csv(Iterator<JsonNode> items, Column[] columns) {
    boolean more = items.hasNext();
    out.println(Csv.line(Arrays.stream(columns).map(Column::field).toList()));
    while (more && isWhole()) {
      JsonNode item = items.next();
      out.println(Csv.line(Arrays.stream(columns).map(column -> column.value(item)).toList()));
      more = items.hasNext();
    }
  }

  private void table(Iterator<JsonNode> items, String none, Column[] columns) {
    if (!items.hasNext()) {
      out.println(none);
      return;
    }
    Grid grid = grid(columns);
    while (isWhole() && items.hasNext()) {
      JsonNode item = items.next();
      grid.add(
          Arrays.stream(columns).map(column -> column.text().apply(item)).toArray(String[]::new));
    }
    grid.end();
  }

  private Grid grid(Column[] columns) {
    List<String> headers = Arrays.stream(columns).map(Column::header).toList();
    boolean[] right = new boolean[columns.length];
    for (int i = 0; i < columns.length; i++) {
      right[i] = columns[i].right();
    }
    return new Grid(terminal, headers, right);
  }

  /** Prints a name and its value, values under each other; nothing when there is no value. */
  void fact(String name, String value) {
    facts(Map.of(name, value));
  }

  /** Prints names and their values, all values and their further lines under each other. */
  void facts(Map<String, String> facts) {
    int width = facts.keySet().stream().mapToInt(Width::of).reduce(NAMES, Math::max);
    facts.forEach((name, value) -> {
      String label = name;
      for (String line : value.lines().toList()) {
        String space = " ".repeat(width - Width.of(label) + 1);
        out.println((label + space + Width.printable(line)).stripTrailing());
        label = "";
      }
    });
  }

  /** Prints the fields of an object as facts, except those named. */
  void facts(JsonNode object, String... except) {
    List<String> left = List.of(except);
    Map<String, String> facts = new LinkedHashMap<>();
    object
        .properties()
        .forEach(field -> {
          if (!left.contains(field.getKey())) {
            facts.put(field.getKey(), Column.plain(field.getValue()));
          }
        });
    facts(facts);
  }
}
