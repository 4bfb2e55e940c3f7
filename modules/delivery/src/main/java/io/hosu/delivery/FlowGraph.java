package io.hosu.delivery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.StageSpec;
import io.hosu.pipelines.Transform;
import io.hosu.pipelines.Trigger;
import io.hosu.query.Scope;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What flows where in a lake project: what starts each stage, what it reads and what it writes. */
public final class FlowGraph {
  private static final Comparator<Node> ORDER =
      Comparator.comparing(Node::kind).thenComparing(Node::label);

  private final List<Node> nodes;
  private final List<Edge> edges;
  private final Map<Node, List<Edge>> into;
  private final Map<Node, List<Edge>> outOf;
  private final Set<Edge> cyclic;

  private FlowGraph(Collection<Node> nodes, List<Edge> edges) {
    this.nodes = List.copyOf(nodes);
    this.edges = List.copyOf(edges);
    this.into = edges.stream().collect(Collectors.groupingBy(Edge::to));
    this.outOf = edges.stream().collect(Collectors.groupingBy(Edge::from));
    this.cyclic = cyclic();
  }

  /** What there is, by kind, then by label. */
  public List<Node> nodes() {
    return nodes;
  }

  /** What has to do with what, stage by stage. */
  public List<Edge> edges() {
    return edges;
  }

  /** What a node stands for. */
  public enum Kind {
    OBJECTS,
    EVENTS,
    SCHEDULE,
    TABLE,
    STAGE
  }

  /** What an edge says. */
  public enum Relation {
    /** The one starts the other. */
    STARTS,
    /** The other reads the one, which does not start it. */
    READS,
    /** The one writes the other. */
    WRITES
  }

  /**
   * A thing of the project.
   *
   * @param kind what it is
   * @param label what people call it: unique among those of its kind
   */
  public record Node(Kind kind, String label) {}

  /** That two nodes have to do with each other. */
  public record Edge(Node from, Node to, Relation relation) {}

  /**
   * The graph of the stages of {@code project} that {@code wanted} lets through, with all that they
   * touch.
   *
   * <p>What their SQL reads is known where the project was read with a check of SQL.
   */
  public static FlowGraph of(LakeProject project, Predicate<StageName> wanted) {
    Building building = new Building(project);
    for (Declared declared : project.desired().declared()) {
      if (declared instanceof Declared.Stage stage && wanted.test(stage.spec().name())) {
        building.add(stage.spec());
      }
    }
    return building.done();
  }

  /** The graph of these edges and what they join. */
  public static FlowGraph of(Collection<Edge> edges) {
    Set<Node> all = new TreeSet<>(ORDER);
    edges.forEach(edge -> all.addAll(List.of(edge.from(), edge.to())));
    return new FlowGraph(all, List.copyOf(edges));
  }

  /** The fields as scripts read them. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object();
    var things = json.putArray("nodes");
    nodes.forEach(
        node -> things.addObject().put("kind", word(node.kind())).put("name", node.label()));
    var relations = json.putArray("edges");
    for (Edge edge : edges) {
      ObjectNode relation = relations.addObject();
      relation.put("from", edge.from().label()).put("to", edge.to().label());
      relation.put("relation", word(edge.relation()));
      if (isCyclic(edge)) {
        relation.put("cycle", true);
      }
    }
    return json;
  }

  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** Whether an edge is part of a way on which stages start each other without end. */
  boolean isCyclic(Edge edge) {
    return cyclic.contains(edge);
  }

  /** What nothing outside of itself starts, or starts nothing else, is taken away first. */
  private Set<Edge> cyclic() {
    Set<Edge> left = new LinkedHashSet<>(edges);
    left.removeIf(edge -> !isPassedOn(edge));
    int before;
    do {
      before = left.size();
      Set<Node> from = left.stream().map(Edge::from).collect(Collectors.toSet());
      Set<Node> to = left.stream().map(Edge::to).collect(Collectors.toSet());
      left.removeIf(edge -> !to.contains(edge.from()) || !from.contains(edge.to()));
    } while (left.size() < before);
    Map<Node, List<Edge>> ways = left.stream().collect(Collectors.groupingBy(Edge::from));
    return left.stream()
        .filter(edge -> leads(ways, edge.to(), edge.from()))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Whether an edge takes part in a stage starting another one. */
  private static boolean isPassedOn(Edge edge) {
    return edge.relation() == Relation.STARTS
        || (edge.relation() == Relation.WRITES && edge.from().kind() == Kind.STAGE);
  }

  private static boolean leads(Map<Node, List<Edge>> ways, Node from, Node to) {
    Set<Node> seen = new HashSet<>(Set.of(from));
    Deque<Node> open = new ArrayDeque<>(seen);
    while (!open.isEmpty() && !seen.contains(to)) {
      for (Edge edge : ways.getOrDefault(open.pop(), List.of())) {
        if (seen.add(edge.to())) {
          open.push(edge.to());
        }
      }
    }
    return seen.contains(to);
  }

  /** What leads to {@code node}. */
  List<Edge> into(Node node) {
    return into.getOrDefault(node, List.of());
  }

  /** What {@code node} leads to. */
  List<Edge> outOf(Node node) {
    return outOf.getOrDefault(node, List.of());
  }

  /** A graph under way. */
  private static final class Building {
    private final LakeProject project;
    private final Set<Node> nodes = new TreeSet<>(ORDER);
    private final List<Edge> edges = new ArrayList<>();

    Building(LakeProject project) {
      this.project = project;
    }

    void add(StageSpec spec) {
      Node stage = new Node(Kind.STAGE, spec.name().toString());
      nodes.add(stage);
      List<Node> starts = starts(spec.on());
      starts.forEach(from -> edge(from, stage, Relation.STARTS));
      for (String read : reads(spec)) {
        Node table = new Node(Kind.TABLE, read);
        if (!starts.contains(table)) {
          edge(table, stage, Relation.READS);
        }
      }
      edge(stage, new Node(Kind.TABLE, spec.into().table().toString()), Relation.WRITES);
    }

    private void edge(Node from, Node to, Relation relation) {
      nodes.add(from);
      nodes.add(to);
      edges.add(new Edge(from, to, relation));
    }

    private static List<Node> starts(Trigger on) {
      return switch (on) {
        case Trigger.Objects(var globs) -> nodes(Kind.OBJECTS, globs);
        case Trigger.All(var globs, _) -> nodes(Kind.OBJECTS, globs);
        case Trigger.Manifest(var glob, _) -> nodes(Kind.OBJECTS, List.of(glob));
        case Trigger.Tables(var tables, _) ->
            nodes(Kind.TABLE, tables.stream().map(TableName::toString).toList());
        case Trigger.Pattern pattern ->
            List.of(new Node(Kind.EVENTS, Json.print(pattern.pattern())));
        case Trigger.Scheduled at -> List.of(schedule(at));
        case Trigger.Gathered(var source, var at) -> {
          List<Node> both = new ArrayList<>(starts(source));
          both.add(schedule(at));
          yield both;
        }
        case Trigger.ByHand() -> List.of();
      };
    }

    private static List<Node> nodes(Kind kind, List<String> labels) {
      return labels.stream().distinct().map(label -> new Node(kind, label)).toList();
    }

    private static Node schedule(Trigger.Scheduled at) {
      return new Node(Kind.SCHEDULE, at.schedule().expression());
    }

    private List<String> reads(StageSpec spec) {
      return switch (spec.transform()) {
        case Transform.Sql sql ->
            project.readBy(sql.file()).stream()
                .filter(table -> !table.equals(Scope.INPUT))
                .sorted()
                .toList();
        case Transform.Crawl _ -> List.of();
      };
    }

    FlowGraph done() {
      return new FlowGraph(nodes, edges);
    }
  }
}
