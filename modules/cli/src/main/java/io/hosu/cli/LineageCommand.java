package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.delivery.FlowGraph;
import io.hosu.delivery.GraphDrawing;
import io.hosu.delivery.GraphText;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Follows columns through the SQL of stages. */
@Command(
    name = "lineage",
    description = {
      "Shows which columns a table or a column comes from, and which come from it.",
      "With --where, from which objects rows of the table came, through which executions."
    },
    footer = {
      "",
      "direct, derived and aggregated carry values; condition, filter, join, group, sort and"
          + " window",
      "decide on them; unknown may do either. The column * stands for all columns.",
      "",
      "  hosu lineage shop.analytics.sales",
      "  hosu lineage shop.analytics.sales.total --up -o json",
      "  hosu lineage shop.stage.orders.customer --down -o mermaid",
      "  hosu lineage shop.analytics.sales --up --at 2026-01-31T12:00:00Z",
      "  hosu lineage shop.stage.orders.amount --where \"id = 7\""
    })
final class LineageCommand implements Callable<Integer> {
  private static final int TABLE_WORDS = 3;
  private static final String OUTSIDE = "OUTSIDE";
  private static final Set<String> VALUES = Set.of("direct", "derived", "aggregated", "unknown");

  /** How it is shown. */
  enum Shown {
    TABLE,
    JSON,
    CSV,
    DOT,
    MERMAID,
    SVG;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Parameters(
      paramLabel = "TABLE[.COLUMN]",
      description = "DOMAIN.LAYER.TABLE, or DOMAIN.LAYER.TABLE.COLUMN.")
  String of = "";

  @Option(names = "--up", description = "Only what it comes from.")
  boolean up;

  @Option(names = "--down", description = "Only what comes from it.")
  boolean down;

  @Option(
      names = "--depth",
      paramLabel = "N",
      description = "How many stages far, from 1 to 50. Default: 10.")
  String depth = "";

  @Option(
      names = "--at",
      paramLabel = "WHEN",
      description =
          "As it was when a snapshot of the table (its id) was made, or at a time, or how long ago:"
              + " 2026-01-31T12:00:00Z, 2h.")
  String at = "";

  @Option(
      names = "--where",
      paramLabel = "SQL",
      description =
          "Follow the rows that this is true of, an expression over the columns that you see, back"
              + " to their objects; of a column, its value. At most 20 rows.")
  String where = "";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "table, json, csv, dot (Graphviz), mermaid or svg. Default: table.")
  Shown shown = Shown.TABLE;

  @Mixin ServerOptions server = new ServerOptions();
  private final Context context;

  LineageCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    return where.isEmpty() ? edges() : value();
  }

  private int edges() {
    ItemList edges = new ItemList(server.client(context), path(), 0);
    switch (shown) {
      case TABLE -> list(edges, Format.TABLE);
      case JSON -> list(edges, Format.JSON);
      case CSV -> list(edges, Format.CSV);
      case DOT -> context.terminal().out().print(GraphText.dot(graph(edges)));
      case MERMAID -> context.terminal().out().print(GraphText.mermaid(graph(edges)));
      case SVG -> context.terminal().out().print(GraphDrawing.svg(graph(edges)));
    }
    return Cli.OK;
  }

  private int value() {
    if (up || down || !at.isEmpty() || (shown != Shown.TABLE && shown != Shown.JSON)) {
      throw new Invalid(
          CliError.USAGE_WRONG,
          "--where follows rows back as they are: --up, --down and --at, and other forms than table"
              + " and json, do not go with it.",
          "Leave them out.");
    }
    ObjectNode question = Json.object().put("table", table()).put("where", where);
    if (!column().isEmpty()) {
      question.put("column", column());
    }
    if (!depth.isEmpty()) {
      question.put("depth", number());
    }
    JsonNode answer = server.client(context).post(ApiPath.of("/v1/lineage/value"), question);
    if (shown == Shown.JSON) {
      new Answers(context.terminal()).json(answer);
    } else {
      new ValueView(context.terminal()).show(answer);
    }
    return Cli.OK;
  }

  private int number() {
    if (!depth.matches("[0-9]{1,9}")) {
      throw new Invalid(
          CliError.USAGE_WRONG,
          "--depth is '%s', which is no number.".formatted(depth),
          "Give a number from 1 to 50.");
    }
    return Integer.parseInt(depth);
  }

  private String table() {
    List<String> words = words();
    return words.size() > TABLE_WORDS ? String.join(".", words.subList(0, TABLE_WORDS)) : of;
  }

  private String column() {
    List<String> words = words();
    return words.size() > TABLE_WORDS ? words.get(TABLE_WORDS) : "";
  }

  private List<String> words() {
    return List.of(of.split("\\.", TABLE_WORDS + 1));
  }

  private ApiPath path() {
    ApiPath path =
        ApiPath.of("/v1/lineage")
            .query("table", table())
            .query("column", column())
            .query("depth", depth)
            .query("at", at);
    if (up && down) {
      throw new Invalid(
          CliError.USAGE_WRONG,
          "--up and --down leave nothing out together.",
          "Give one of them, or none for both ways.");
    }
    return up || down ? path.query("way", up ? "up" : "down") : path;
  }

  private void list(ItemList edges, Format format) {
    new Answers(context.terminal())
        .list(
            edges,
            format,
            "No stage is known to read or write it.",
            new Column("to", "TO", false, edge -> end(edge, "to")),
            new Column("from", "FROM", false, edge -> end(edge, "from")),
            Column.text("flow"),
            new Column("by", "BY", false, LineageCommand::by));
  }

  private static String by(JsonNode edge) {
    String by = edge.path("by").asText();
    return edge.path("told_by").isTextual()
        ? "%s (told by %s)".formatted(by, edge.path("told_by").asText())
        : by;
  }

  private static String end(JsonNode edge, String end) {
    return edge.path(end).asText() + "." + edge.path(end + "_column").asText();
  }

  private static FlowGraph graph(ItemList items) {
    Set<FlowGraph.Edge> edges = new LinkedHashSet<>();
    items.forEachRemaining(edge ->
        edges.add(
            new FlowGraph.Edge(
                node(edge, "from"),
                node(edge, "to"),
                VALUES.contains(edge.path("flow").asText())
                    ? FlowGraph.Relation.WRITES
                    : FlowGraph.Relation.READS)));
    return FlowGraph.of(new ArrayList<>(edges));
  }

  private static FlowGraph.Node node(JsonNode edge, String end) {
    String kind = edge.path(end + "_kind").asText().toUpperCase(Locale.ROOT);
    return new FlowGraph.Node(
        kind.equals(OUTSIDE) ? FlowGraph.Kind.OBJECTS : FlowGraph.Kind.valueOf(kind),
        end(edge, end));
  }
}
