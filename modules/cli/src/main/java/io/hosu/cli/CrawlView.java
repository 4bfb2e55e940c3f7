package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import io.hosu.kernel.Sizes;
import java.util.ArrayList;
import java.util.List;

/** Shows the tables that a crawl found. */
final class CrawlView {
  private static final Column[] COLUMNS = {
    Column.text("table"),
    Column.text("name"),
    Column.text("type"),
    Column.text("nullable"),
    Column.text("evidence")
  };

  private final Terminal terminal;

  CrawlView(Terminal terminal) {
    this.terminal = terminal;
  }

  /** The tables, in the format that was asked for; what is in none, beside it. */
  void show(JsonNode answer, Format format) {
    JsonNode tables = answer.path("tables");
    switch (format) {
      case JSON -> new Answers(terminal).list(tables.iterator(), format, "", COLUMNS);
      case CSV -> new Answers(terminal).list(columns(tables).iterator(), format, "", COLUMNS);
      case TABLE -> tables.forEach(this::table);
    }
    for (JsonNode one : answer.path("left_out")) {
      terminal.note(
          "left out: %s: %s".formatted(one.path("object").asText(), one.path("reason").asText()));
    }
    long more = answer.path("left_out_count").asLong() - answer.path("left_out").size();
    if (more > 0) {
      terminal.note("left out: %d more".formatted(more));
    }
  }

  private static List<JsonNode> columns(JsonNode tables) {
    List<JsonNode> rows = new ArrayList<>();
    for (JsonNode table : tables) {
      for (String kind : List.of("columns", "partitions")) {
        for (JsonNode column : table.path(kind)) {
          ObjectNode row = Json.object().put("table", table.path("name").asText());
          rows.add(row.setAll((ObjectNode) column));
        }
      }
    }
    return rows;
  }

  private void table(JsonNode table) {
    var out = terminal.out();
    out.println(Colour.BOLD.of(table.path("name").asText(), terminal.screen()));
    out.println("  " + how(table));
    out.println("  " + howMuch(table));
    Grid grid = new Grid(terminal, List.of("  COLUMN", "TYPE", "EVIDENCE"), new boolean[3]);
    table.path("columns").forEach(column -> row(grid, column, ""));
    table.path("partitions").forEach(column -> row(grid, column, "partition, "));
    grid.end();
    for (JsonNode one : table.path("drift")) {
      out.println("  " + drift(one));
    }
    table.path("warnings").forEach(warning -> out.println("  warning: " + warning.asText()));
    if (table.has("in_place")) {
      out.println("  " + AddFilesCommand.told(table.path("name").asText(), table.path("in_place")));
    }
    if (table.has("execution")) {
      out.println(
          "  stage %s loads it: execution %s"
              .formatted(table.path("stage").asText(), table.path("execution").asText()));
    }
    out.println();
  }

  private static void row(Grid grid, JsonNode column, String kind) {
    grid.add(
        "  " + column.path("name").asText(),
        column.path("type").asText(),
        kind + column.path("evidence").asText());
  }

  private static String how(JsonNode table) {
    StringBuilder how = new StringBuilder(table.path("format").asText());
    if (table.has("delimiter")) {
      String delimiter = table.path("delimiter").asText();
      how.append(delimiter.equals("\t") ? ", tabs" : ", delimiter " + delimiter);
      how.append(table.path("header").asBoolean() ? ", a header" : ", no header");
    }
    if (!table.path("encoding").asText().isEmpty()) {
      how.append(", ").append(table.path("encoding").asText());
    }
    return how.append(", in ").append(table.path("location").asText()).toString();
  }

  private static String howMuch(JsonNode table) {
    return "%s, %s; looked at %s of %s%s"
        .formatted(
            count(table.path("objects").asLong(), "object"),
            Sizes.print(table.path("bytes").asLong()),
            count(table.path("records_looked_at").asLong(), "record"),
            count(table.path("objects_looked_at").asLong(), "object"),
            table.path("whole").asBoolean() ? ": all there are" : "");
  }

  private static String count(long number, String what) {
    return "%,d %s%s".formatted(number, what, number == 1 ? "" : "s");
  }

  private static String drift(JsonNode one) {
    String column = one.path("column").asText();
    String found = one.path("found_type").asText();
    String has = one.path("table_type").asText();
    return switch (one.path("change").asText()) {
      case "new" -> "+ %s %s: the table does not have it yet".formatted(column, found);
      case "missing" -> "- %s %s: no object has it".formatted(column, has);
      case "wider" -> "~ %s: %s in the table, %s in the objects".formatted(column, has, found);
      case "fits" -> "  %s: %s, which goes into %s of the table".formatted(column, found, has);
      default -> "! %s: %s in the table does not take %s".formatted(column, has, found);
    };
  }
}
