package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Shows a chain as a tree: the answer in one line first, then what it came from and went into. */
final class TraceView {
  private static final int NAMED = 3;

  private final Terminal terminal;

  TraceView(Terminal terminal) {
    this.terminal = terminal;
  }

  void show(JsonNode trace) {
    terminal.say(answer(trace));
    tree("from", trace.path("from"));
    tree("into", trace.path("into"));
    if (trace.path("cut").asBoolean()) {
      terminal.say("");
      terminal.say("There is more than is shown, at ...: trace from there, or see --depth.");
    }
  }

  private static String answer(JsonNode trace) {
    List<String> parts = new ArrayList<>();
    List<String> from = new ArrayList<>();
    some(from, trace.path("from_objects"), "object");
    some(from, trace.path("from_tables"), "table");
    if (!from.isEmpty()) {
      parts.add("came from " + String.join(" and ", from));
    }
    List<String> into = new ArrayList<>();
    some(into, trace.path("into_tables"), "table");
    parts.add(into(into, trace.path("hides_tables").asBoolean()));
    return trace.path("name").asText() + " " + String.join("; ", parts);
  }

  private static String into(List<String> tables, boolean hidden) {
    if (tables.isEmpty()) {
      return hidden ? "went into tables that you may not see" : "went into no table";
    }
    return "went into " + String.join("", tables) + (hidden ? ", and some you may not see" : "");
  }

  private static void some(List<String> parts, JsonNode names, String what) {
    int all = names.size();
    if (all > 0) {
      String first =
          names.valueStream().limit(NAMED).map(JsonNode::asText).collect(Collectors.joining(", "));
      parts.add(
          "%d %s%s (%s%s)"
              .formatted(all, what, all == 1 ? "" : "s", first, all > NAMED ? ", ..." : ""));
    }
  }

  private void tree(String title, JsonNode nodes) {
    if (!nodes.isEmpty()) {
      terminal.say("");
      terminal.say(Colour.BOLD.of(title, terminal.screen()));
      nodes.forEach(node -> branch("  ", node));
    }
  }

  void branch(String indent, JsonNode node) {
    terminal.say(Width.printable(indent + line(node)));
    node.path("next").forEach(next -> branch(indent + "  ", next));
    if (node.path("end").asText().equals("cut")) {
      terminal.say(indent + "  ...");
    }
  }

  private static String line(JsonNode node) {
    String name = node.path("name").asText();
    String version = node.path("version").asText();
    return switch (node.path("kind").asText()) {
      case "execution" ->
          "%s  %s  %s%s%s"
              .formatted(
                  version,
                  name,
                  node.path("status").asText(),
                  node.has("rows_out") ? "  %d rows".formatted(node.path("rows_out").asLong()) : "",
                  node.path("end").asText().equals("shown") ? "  (above)" : "");
      case "event" -> "event %s  %s".formatted(version, name);
      case "table" -> "%s  snapshot %s".formatted(name, version);
      default -> version.isEmpty() ? name : "%s  version %s".formatted(name, version);
    };
  }
}
