package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Collectors;

/** Shows rows with where each came from: its file, its commit, and the chain back to objects. */
final class ValueView {
  private final Terminal terminal;

  ValueView(Terminal terminal) {
    this.terminal = terminal;
  }

  void show(JsonNode answer) {
    JsonNode rows = answer.path("rows");
    if (rows.isEmpty()) {
      terminal.say("No row that you see is so.");
    }
    String column = answer.path("column").asText("");
    rows.forEach(row -> show(row, column));
    if (answer.path("more").asBoolean()) {
      terminal.say("");
      terminal.say("There are more rows than are shown: say more in --where.");
    }
  }

  private void show(JsonNode row, String column) {
    String values =
        row.path("row").properties().stream()
            .filter(field -> column.isEmpty() || field.getKey().equals(column))
            .map(field -> "%s = %s".formatted(field.getKey(), field.getValue()))
            .collect(Collectors.joining(", "));
    terminal.say(Width.printable(Colour.BOLD.of(values, terminal.screen())));
    if (row.has("file")) {
      terminal.say("  file      " + row.path("file").asText());
    }
    if (row.path("snapshot").isTextual()) {
      terminal.say(
          "  snapshot  %s  %s  %s by %s"
              .formatted(
                  row.path("snapshot").asText(),
                  row.path("committed_at").asText(),
                  row.path("operation").asText(),
                  row.path("principal").asText()));
    }
    if (row.path("object").isTextual()) {
      terminal.say(Width.printable("  object    " + row.path("object").asText()));
    }
    row.path("from").forEach(node -> new TraceView(terminal).branch("  ", node));
  }
}
