package io.hosu.delivery;

import io.hosu.delivery.FlowGraph.Edge;
import io.hosu.delivery.FlowGraph.Kind;
import io.hosu.delivery.FlowGraph.Node;
import io.hosu.delivery.FlowGraph.Relation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A {@link FlowGraph} in languages that draw graphs, and in words. */
public final class GraphText {
  private GraphText() {}

  /** In the DOT language of Graphviz. */
  public static String dot(FlowGraph graph) {
    Map<Node, String> ids = ids(graph);
    StringBuilder text = new StringBuilder("digraph lake {\n  rankdir=LR;\n");
    for (Node node : graph.nodes()) {
      text.append(
          "  %s [label=%s, shape=%s];\n"
              .formatted(ids.get(node), quoted(node.label()), shape(node.kind())));
    }
    for (Edge edge : graph.edges()) {
      text.append(
          "  %s -> %s%s;\n"
              .formatted(ids.get(edge.from()), ids.get(edge.to()), style(graph, edge)));
    }
    return text.append("}\n").toString();
  }

  private static String style(FlowGraph graph, Edge edge) {
    if (graph.isCyclic(edge)) {
      return " [color=red, label=cycle]";
    }
    return edge.relation() == Relation.READS ? " [style=dashed]" : "";
  }

  private static String shape(Kind kind) {
    return switch (kind) {
      case OBJECTS -> "folder";
      case EVENTS -> "note";
      case SCHEDULE -> "circle";
      case TABLE -> "cylinder";
      case STAGE -> "box";
    };
  }

  /** A string of DOT: only the quote has to be written otherwise, and \ before it. */
  private static String quoted(String label) {
    return "\"" + label.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  /** In the language of Mermaid flowcharts. */
  public static String mermaid(FlowGraph graph) {
    Map<Node, String> ids = ids(graph);
    StringBuilder text = new StringBuilder("flowchart LR\n");
    for (Node node : graph.nodes()) {
      String label = "\"" + node.label().replace("&", "&amp;").replace("\"", "&quot;") + "\"";
      String drawn =
          switch (node.kind()) {
            case OBJECTS -> "[/" + label + "/]";
            case EVENTS -> ">" + label + "]";
            case SCHEDULE -> "((" + label + "))";
            case TABLE -> "[(" + label + ")]";
            case STAGE -> "[" + label + "]";
          };
      text.append("  ").append(ids.get(node)).append(drawn).append('\n');
    }
    for (Edge edge : graph.edges()) {
      text.append(
          "  %s %s %s\n".formatted(ids.get(edge.from()), arrow(graph, edge), ids.get(edge.to())));
    }
    return text.toString();
  }

  private static String arrow(FlowGraph graph, Edge edge) {
    if (graph.isCyclic(edge)) {
      return "==>|cycle|";
    }
    return edge.relation() == Relation.READS ? "-.->" : "-->";
  }

  /** A short name for each node. */
  private static Map<Node, String> ids(FlowGraph graph) {
    Map<Node, String> ids = new HashMap<>();
    graph.nodes().forEach(node -> ids.put(node, "n" + ids.size()));
    return ids;
  }

  /** In words: a paragraph for each stage. */
  public static String words(FlowGraph graph) {
    return graph.nodes().stream()
        .filter(node -> node.kind() == Kind.STAGE)
        .map(stage -> paragraph(graph, stage))
        .collect(Collectors.joining("\n"));
  }

  private static String paragraph(FlowGraph graph, Node stage) {
    StringBuilder text = new StringBuilder(stage.label()).append('\n');
    List<Edge> starts =
        graph.into(stage).stream().filter(e -> e.relation() == Relation.STARTS).toList();
    if (starts.isEmpty()) {
      text.append("  starts by hand\n");
    }
    for (Edge edge : graph.into(stage)) {
      String word = edge.relation() == Relation.STARTS ? "starts on" : "reads";
      text.append(line(word, edge.from()));
    }
    for (Edge edge : graph.outOf(stage)) {
      text.append(line("writes", edge.to()));
      for (Edge next : graph.outOf(edge.to())) {
        if (next.relation() == Relation.STARTS) {
          text.append(
              "    starts %s%s\n"
                  .formatted(next.to().label(), graph.isCyclic(next) ? "  (a cycle)" : ""));
        }
      }
    }
    return text.toString();
  }

  private static String line(String word, Node node) {
    return "  %-9s %s %s\n".formatted(word, FlowGraph.word(node.kind()), node.label());
  }
}
