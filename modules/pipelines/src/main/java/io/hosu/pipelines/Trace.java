package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.SequencedSet;
import java.util.TreeSet;

/**
 * What something came from, and what came of it.
 *
 * @param of whose chain it is: an object, a table or an execution
 * @param from what it came from, back to objects and the events that started its executions
 * @param into what came of it, as far as it went
 * @param hidesTables whether it went into tables besides that the caller may not see
 */
public record Trace(TraceNode of, List<TraceNode> from, List<TraceNode> into, boolean hidesTables) {
  public Trace {
    from = List.copyOf(from);
    into = List.copyOf(into);
  }

  /** Whether there is more than is shown. */
  public boolean isCut() {
    return isCut(of)
        || from.stream().anyMatch(Trace::isCut)
        || into.stream().anyMatch(Trace::isCut);
  }

  private static boolean isCut(TraceNode node) {
    return node.end() == TraceNode.End.CUT || node.next().stream().anyMatch(Trace::isCut);
  }

  /** The fields as the API has them: the names at both ends first, then the chains. */
  public ObjectNode toJson() {
    ObjectNode json = of.toJson();
    json.remove(List.of("next", "end"));
    json.put("cut", isCut());
    json.put("hides_tables", hidesTables);
    names(json.putArray("from_objects"), from, TraceNode.Kind.OBJECT);
    names(json.putArray("from_tables"), from, TraceNode.Kind.TABLE);
    names(json.putArray("into_tables"), into, TraceNode.Kind.TABLE);
    from.stream().map(TraceNode::toJson).forEach(json.putArray("from")::add);
    into.stream().map(TraceNode::toJson).forEach(json.putArray("into")::add);
    return json;
  }

  private static void names(ArrayNode into, List<TraceNode> chains, TraceNode.Kind kind) {
    SequencedSet<String> names = new TreeSet<>();
    chains.forEach(node -> collect(names, node, kind));
    names.forEach(into::add);
  }

  private static void collect(SequencedSet<String> names, TraceNode node, TraceNode.Kind kind) {
    if (node.kind() == kind) {
      names.add(node.name());
    }
    node.next().forEach(next -> collect(names, next, kind));
  }
}
