package io.hosu.pipelines;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.pipelines.ColumnEdge.End;
import io.hosu.pipelines.ColumnEdge.Kind;
import io.hosu.pipelines.OutsideRun.Dataset;
import io.hosu.pipelines.OutsideRun.Field;
import io.hosu.query.ColumnFlow;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** What a job elsewhere makes of what, as far as the lake is at one end of it. */
final class OutsideEdges {
  private static final int MOST = 10_000;

  private final String job;
  private final String by;
  private final OutsideNames names;

  /** What {@code by} told of a job. */
  OutsideEdges(String job, String by, OutsideNames names) {
    this.job = job;
    this.by = by;
    this.names = names;
  }

  /**
   * Of the events of one run, each of which may name a part, the edges into each output.
   *
   * @throws Invalid {@link PipelinesError#OPENLINEAGE_INVALID} when they are too many
   */
  Map<End, SortedSet<ColumnEdge>> of(List<OutsideRun> told) {
    SortedSet<End> inputs = new TreeSet<>();
    Map<End, Set<Field>> outputs = new LinkedHashMap<>();
    for (OutsideRun one : told) {
      one.inputs().forEach(input -> inputs.add(names.of(input)));
      for (Dataset output : one.outputs()) {
        outputs.computeIfAbsent(names.of(output), _ -> new HashSet<>()).addAll(output.columns());
      }
    }
    Map<End, SortedSet<ColumnEdge>> edges = new LinkedHashMap<>();
    long all = 0;
    for (Map.Entry<End, Set<Field>> output : outputs.entrySet()) {
      SortedSet<ColumnEdge> its = into(output.getKey(), output.getValue(), inputs);
      edges.put(output.getKey(), its);
      all += its.size();
      if (all > MOST) {
        throw tooMany();
      }
    }
    return edges;
  }

  /** Where nothing is said of columns, each may come from all of each input. */
  private SortedSet<ColumnEdge> into(End output, Set<Field> fields, Collection<End> inputs) {
    SortedSet<ColumnEdge> edges = new TreeSet<>();
    for (Field field : fields) {
      End from = names.of(field.from());
      edges.add(
          edge(
              new End(from.kind(), from.name(), field.column()),
              new End(output.kind(), output.name(), field.to()),
              field.flow()));
    }
    if (fields.isEmpty()) {
      inputs.forEach(input -> edges.add(edge(input, output, ColumnFlow.UNKNOWN)));
    }
    edges.removeIf(edge -> !isOfTheLake(edge.from()) && !isOfTheLake(edge.to()));
    return edges;
  }

  private ColumnEdge edge(End from, End to, ColumnFlow flow) {
    return new ColumnEdge(from, to, flow, job, by);
  }

  private static boolean isOfTheLake(End end) {
    return end.kind() != Kind.OUTSIDE;
  }

  private static Invalid tooMany() {
    return new Invalid(
        PipelinesError.OPENLINEAGE_INVALID,
        "The run has more than %d edges between columns.".formatted(MOST),
        "Send it without the facet columnLineage.");
  }
}
