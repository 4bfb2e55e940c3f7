package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Glob;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.ColumnEdge.End;
import io.hosu.pipelines.ColumnEdge.Kind;
import io.hosu.query.ColumnFlow;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;

/**
 * What the rows of a commit came from, by the SQL that made them: which columns carry the name of
 * the object that the row was in, and from which tables and objects one column has its values.
 */
final class RowSources {
  private final Set<String> carriers;
  private final Optional<Set<End>> ends;

  private RowSources(Set<String> carriers, Optional<Set<End>> ends) {
    this.carriers = carriers;
    this.ends = ends;
  }

  /** Of the rows of a table, or of one column; empty: all. */
  static RowSources of(ColumnLineage lineage, TableName table, String column, LineageSight sight) {
    SortedSet<ColumnEdge> all =
        lineage.edges(table, ColumnEdge.ALL, ColumnLineage.Way.UP, ColumnLineage.MOST_DEPTH, sight);
    Set<String> carriers = new HashSet<>();
    for (ColumnEdge edge : all) {
      if (edge.to().name().equals(table.toString()) && carriesObject(all, edge, new HashSet<>())) {
        carriers.add(edge.to().column().toLowerCase(Locale.ROOT));
      }
    }
    if (column.isEmpty()) {
      return new RowSources(carriers, Optional.empty());
    }
    Set<End> ends = new HashSet<>();
    all.stream()
        .filter(edge -> edge.to().meets(new End(Kind.TABLE, table.toString(), column)))
        .filter(edge -> edge.flow().carriesValue())
        .forEach(edge -> ends.add(edge.from()));
    return new RowSources(carriers, ends.isEmpty() ? Optional.empty() : Optional.of(ends));
  }

  /** Whether an edge hands on, as it is, the name of the object that a record was in. */
  private static boolean carriesObject(Set<ColumnEdge> all, ColumnEdge edge, Set<End> seen) {
    if (edge.flow() != ColumnFlow.DIRECT || !seen.add(edge.from())) {
      return false;
    }
    return isObject(edge.from())
        || all.stream()
            .filter(next -> isSame(next.to(), edge.from()))
            .anyMatch(next -> carriesObject(all, next, seen));
  }

  /** Whether it is the column in which records say which object they were in. */
  private static boolean isObject(End end) {
    return end.kind() == Kind.OBJECTS && end.column().equalsIgnoreCase("_object");
  }

  private static boolean isSame(End one, End other) {
    return one.kind() == other.kind()
        && one.name().equals(other.name())
        && one.column().equalsIgnoreCase(other.column());
  }

  /** The object that a row was in, where one of its values says so. */
  Optional<String> object(ObjectNode row) {
    return row.properties().stream()
        .filter(field -> carriers.contains(field.getKey().toLowerCase(Locale.ROOT)))
        .map(field -> field.getValue())
        .filter(value -> value.isTextual() && value.asText().indexOf('/') > 0)
        .map(value -> value.asText())
        .findFirst();
  }

  /** What of the chain of an execution leads to where the row, or its column, is from. */
  List<TraceNode> of(List<TraceNode> chain, Optional<String> object) {
    List<TraceNode> left = new ArrayList<>();
    for (TraceNode execution : chain) {
      List<TraceNode> next = execution.next().stream().filter(this::isMeant).toList();
      TraceNode its = with(execution, next);
      left.add(object.flatMap(name -> to(its, name)).orElse(its));
    }
    return left;
  }

  private boolean isMeant(TraceNode node) {
    return ends.isEmpty()
        || switch (node.kind()) {
          case TABLE ->
              ends.get().stream()
                  .anyMatch(end -> end.kind() == Kind.TABLE && end.name().equals(node.name()));
          case OBJECT ->
              ends.get().stream()
                  .anyMatch(end ->
                      end.kind() == Kind.OBJECTS && Glob.of(end.name()).matches(node.name()));
          case EXECUTION, EVENT -> true;
        };
  }

  /** A chain without what does not lead to an object; empty when nothing does. */
  private static Optional<TraceNode> to(TraceNode node, String object) {
    if (node.kind() == TraceNode.Kind.OBJECT) {
      return node.name().equals(object) ? Optional.of(node) : Optional.empty();
    }
    List<TraceNode> next = node.next().stream().flatMap(one -> to(one, object).stream()).toList();
    return next.isEmpty() ? Optional.empty() : Optional.of(with(node, next));
  }

  private static TraceNode with(TraceNode node, List<TraceNode> next) {
    return new TraceNode(
        node.kind(), node.name(), node.version(), node.execution(), next, node.end());
  }
}
