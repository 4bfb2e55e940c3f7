package io.hosu.delivery;

import static java.util.Objects.requireNonNull;

import io.hosu.delivery.FlowGraph.Edge;
import io.hosu.delivery.FlowGraph.Kind;
import io.hosu.delivery.FlowGraph.Node;
import io.hosu.delivery.FlowGraph.Relation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A {@link FlowGraph} as a picture (SVG 1.1): what flows goes from left to right. A node stands
 * behind all that leads to it, and in its column near what it is joined to.
 */
public final class GraphDrawing {
  private static final int ROW = 52;
  private static final int HEIGHT = 32;
  private static final int GAP = 70;
  private static final int MARGIN = 24;
  private static final double LETTER = 7.3;
  private static final int LONGEST_LABEL = 48;
  private static final int SWEEPS = 6;
  private static final String CYCLE = " cycle\" style=\"stroke: #b91c1c; stroke-width: 2.4";

  private final FlowGraph graph;
  private final Map<Node, Integer> columns = new HashMap<>();
  private final Map<Node, Double> rows = new HashMap<>();

  private GraphDrawing(FlowGraph graph) {
    this.graph = graph;
  }

  /** The picture as an XML document. */
  public static String svg(FlowGraph graph) {
    GraphDrawing drawing = new GraphDrawing(graph);
    List<List<Node>> placed = drawing.place();
    return drawing.draw(placed);
  }

  private List<List<Node>> place() {
    for (int round = 0; round < graph.nodes().size() && push(); round++) {
      // Each round moves what stands beside or before something that leads to it.
    }
    List<List<Node>> all = new ArrayList<>();
    for (Node node : graph.nodes()) {
      int column = columns.getOrDefault(node, 0);
      while (all.size() <= column) {
        all.add(new ArrayList<>());
      }
      all.get(column).add(node);
    }
    all.forEach(this::number);
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      all.forEach(column -> {
        column.sort(Comparator.comparingDouble(this::middle));
        number(column);
      });
    }
    return all;
  }

  /** Moves nodes behind those that lead to them by one round; false when none had to. */
  private boolean push() {
    boolean moved = false;
    for (Edge edge : graph.edges()) {
      int least = columns.getOrDefault(edge.from(), 0) + 1;
      if (edge.relation() != Relation.READS && columns.getOrDefault(edge.to(), 0) < least) {
        columns.put(edge.to(), least);
        moved = true;
      }
    }
    return moved;
  }

  private void number(List<Node> column) {
    for (int i = 0; i < column.size(); i++) {
      rows.put(column.get(i), i - (column.size() - 1) / 2.0);
    }
  }

  /** Where the nodes that a node is joined to stand on average. */
  private double middle(Node node) {
    return Stream.concat(
            graph.into(node).stream().map(Edge::from), graph.outOf(node).stream().map(Edge::to))
        .mapToDouble(this::row)
        .average()
        .orElseGet(() -> row(node));
  }

  private double row(Node node) {
    return requireNonNull(rows.get(node));
  }

  private static Box of(Map<Node, Box> boxes, Node node) {
    return requireNonNull(boxes.get(node));
  }

  private String draw(List<List<Node>> placed) {
    int most = placed.stream().mapToInt(List::size).max().orElse(0);
    Map<Node, Box> boxes = new HashMap<>();
    double x = MARGIN;
    for (List<Node> column : placed) {
      double width =
          column.stream().mapToDouble(node -> label(node).length() * LETTER + 24).max().orElse(0);
      for (Node node : column) {
        double y = MARGIN + (row(node) + (most - 1) / 2.0) * ROW;
        boxes.put(node, new Box(x, y, width));
      }
      x += width + GAP;
    }
    double width = Math.max(x - GAP, MARGIN) + MARGIN;
    double height = Math.max(most, 1) * ROW - (ROW - HEIGHT) + 2.0 * MARGIN;
    StringBuilder svg = new StringBuilder();
    svg.append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %s %s\" width=\"%s\" height=\"%s\">\n"
            .formatted(number(width), number(height), number(width), number(height)));
    svg.append(STYLE);
    graph.edges().forEach(edge -> svg.append(line(kind(edge), edge, boxes)));
    graph.nodes().forEach(node -> svg.append(box(node, of(boxes, node))));
    return svg.append("</svg>\n").toString();
  }

  private static final String STYLE =
      """
      <style>
        svg { background: #fff; font: 12px ui-monospace, monospace; }
        rect { stroke-width: 1.2; }
        .stage { fill: #dbeafe; stroke: #1d4ed8; }
        .table { fill: #dcfce7; stroke: #15803d; }
        .objects { fill: #fef9c3; stroke: #a16207; }
        .events { fill: #f3e8ff; stroke: #7e22ce; }
        .schedule { fill: #ffedd5; stroke: #c2410c; }
        path { fill: none; stroke: #64748b; stroke-width: 1.4; marker-end: url(#tip); }
        .reads { stroke-dasharray: 4 4; }
        text { fill: #0f172a; dominant-baseline: central; }
      </style>
      <defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" \
      orient="auto"><polygon points="0,0 8,4 0,8" fill="#64748b"/></marker></defs>
      """;

  /** Where a node is drawn. */
  private record Box(double x, double y, double width) {
    double centre() {
      return y + HEIGHT / 2.0;
    }
  }

  private String kind(Edge edge) {
    String kind = FlowGraph.word(edge.relation());
    return graph.isCyclic(edge) ? kind + CYCLE : kind;
  }

  private static String line(String kind, Edge edge, Map<Node, Box> boxes) {
    Box from = of(boxes, edge.from());
    Box to = of(boxes, edge.to());
    double begin = from.x() + from.width();
    double bend = Math.max(GAP / 2.0, Math.abs(to.x() - begin) / 2);
    return "<path class=\"%s\" d=\"M%s,%s C%s,%s %s,%s %s,%s\"/>\n"
        .formatted(
            kind,
            number(begin),
            number(from.centre()),
            number(begin + bend),
            number(from.centre()),
            number(to.x() - bend),
            number(to.centre()),
            number(to.x()),
            number(to.centre()));
  }

  private static String box(Node node, Box at) {
    return """
    <g><title>%s</title><rect class="%s" x="%s" y="%s" width="%s" height="%d" rx="%d"/>\
    <text x="%s" y="%s">%s</text></g>
    """
        .formatted(
            escaped(node.label()),
            FlowGraph.word(node.kind()),
            number(at.x()),
            number(at.y()),
            number(at.width()),
            HEIGHT,
            node.kind() == Kind.STAGE ? 4 : HEIGHT / 2,
            number(at.x() + 12),
            number(at.centre()),
            escaped(label(node)));
  }

  private static String label(Node node) {
    String label = node.label();
    return label.length() <= LONGEST_LABEL ? label : label.substring(0, LONGEST_LABEL - 1) + "…";
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
