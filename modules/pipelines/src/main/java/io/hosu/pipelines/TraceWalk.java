package io.hosu.pipelines;

import io.hosu.governance.Resource;
import io.hosu.kernel.Event;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.TraceNode.End;
import io.hosu.pipelines.TraceNode.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/** One way along a chain, of bounded size: each execution is followed once. */
final class TraceWalk {
  private static final int NODES = 500;
  private static final int AT_ONCE = 50;

  private final TraceHistory history;
  private final Tracing.Sight sight;
  private final Set<String> shown = new HashSet<>();
  private int nodes;
  private int depth;
  private boolean hidesTables;

  TraceWalk(TraceHistory history, Tracing.Sight sight) {
    this.history = history;
    this.sight = sight;
  }

  static TraceNode object(String name, String version) {
    return leaf(Kind.OBJECT, name, version);
  }

  static TraceNode table(String name, String snapshot) {
    return leaf(Kind.TABLE, name, snapshot);
  }

  static TraceNode execution(Execution execution) {
    return new TraceNode(
        Kind.EXECUTION,
        execution.stage().toString(),
        execution.id(),
        execution,
        List.of(),
        End.WHOLE);
  }

  private static TraceNode leaf(Kind kind, String name, String version) {
    return new TraceNode(kind, name, version, null, List.of(), End.WHOLE);
  }

  /** A version of an object with what came of it; empty when it is not known of any execution. */
  Optional<TraceNode> ofObject(String name, String version) {
    List<Execution> readers = history.readersOfObject(name, version, AT_ONCE + 1);
    List<TraceNode> next = followed(readers, this::intoTables);
    return next.isEmpty()
        ? Optional.empty()
        : Optional.of(new TraceNode(Kind.OBJECT, name, version, null, next, end(readers.size())));
  }

  /** The tables that an execution published, each with who read it. */
  List<TraceNode> intoTables(Execution execution) {
    return intoTables(execution, history.work(execution, AT_ONCE + 1));
  }

  private List<TraceNode> intoTables(Execution execution, TraceHistory.Work work) {
    List<TraceNode> tables = new ArrayList<>();
    for (ExecutionOutput output : work.outputs()) {
      boolean seen = isSeen(output.table());
      hidesTables |= !seen;
      if (!output.snapshot().isEmpty() && seen && hasRoom()) {
        TraceRows.Published published =
            new TraceRows.Published(output.snapshot(), output.operation(), execution);
        tables.add(
            new TraceNode(
                Kind.TABLE,
                output.table(),
                output.snapshot(),
                null,
                intoReaders(output.table(), published),
                End.WHOLE));
      }
    }
    return tables;
  }

  /** Whether executions that are shown wrote tables that are not. */
  boolean hidesTables() {
    return hidesTables;
  }

  /** Of each stage the execution that first read what was published, with what came of it. */
  List<TraceNode> intoReaders(String table, TraceRows.Published published) {
    return followed(history.readersOfTable(table, published, AT_ONCE), this::intoTables);
  }

  /** The executions whose rows a snapshot holds, each with what it came from. */
  List<TraceNode> fromTable(String table, TraceRows.Published last) {
    List<Execution> makers = new ArrayList<>();
    String backTo = "";
    for (TraceRows.Published one : history.upTo(table, last, AT_ONCE)) {
      if (one.operation().equals(ExecutionOutput.ROLLBACK)) {
        backTo = backTo.isEmpty() ? one.snapshot() : backTo;
      } else if (backTo.isEmpty() || backTo.equals(one.snapshot())) {
        backTo = "";
        makers.add(one.execution());
        if (one.replacesAll()) {
          break;
        }
      }
    }
    return followed(makers, this::fromExecution);
  }

  /** What an execution read and what started it; tables with what they came from. */
  List<TraceNode> fromExecution(Execution execution) {
    return fromExecution(execution, history.work(execution, AT_ONCE + 1));
  }

  private List<TraceNode> fromExecution(Execution execution, TraceHistory.Work work) {
    List<ExecutionInput> inputs = work.inputs();
    List<TraceNode> from = new ArrayList<>();
    for (ExecutionInput input : inputs.subList(0, Math.min(inputs.size(), AT_ONCE))) {
      switch (input.kind()) {
        case OBJECT, RECORDS -> {
          if (sight.resources().test(new Resource.ObjectKey(ObjectName.parse(input.name())))) {
            add(from, object(input.name(), input.version()));
          }
        }
        case TABLE -> {
          if (isSeen(input.name())) {
            add(from, tableWithMakers(input.name(), input.version()));
          }
        }
        case EVENT -> {}
      }
    }
    execution.origin().events().stream()
        .limit(AT_ONCE)
        .flatMap(id -> history.event(id).stream())
        .filter(logged -> sight.seen().domains().test(logged.event().account()))
        .forEach(logged -> add(from, event(sight.records().event(logged.event()))));
    return from;
  }

  private TraceNode tableWithMakers(String table, String snapshot) {
    List<TraceNode> makers =
        history
            .publisher(table, snapshot)
            .map(published -> fromTable(table, published))
            .orElse(List.of());
    return new TraceNode(Kind.TABLE, table, snapshot, null, makers, End.WHOLE);
  }

  private static TraceNode event(Event event) {
    String about = event.resources().isEmpty() ? "" : " " + event.resources().getFirst();
    return leaf(Kind.EVENT, event.detailType() + about, event.id());
  }

  private void add(List<TraceNode> nodes, TraceNode node) {
    if (hasRoom()) {
      nodes.add(node);
      this.nodes++;
    }
  }

  private List<TraceNode> followed(
      List<Execution> executions,
      BiFunction<Execution, TraceHistory.Work, List<TraceNode>> following) {
    List<TraceNode> followed = new ArrayList<>();
    for (Execution execution : executions) {
      if (sight.seen().stages().test(execution.stage()) && hasRoom()) {
        nodes++;
        followed.add(followed(execution, following));
      }
    }
    return followed;
  }

  private TraceNode followed(
      Execution execution, BiFunction<Execution, TraceHistory.Work, List<TraceNode>> following) {
    TraceNode alone = execution(execution);
    if (!shown.add(execution.id())) {
      return with(alone, List.of(), End.SHOWN);
    }
    if (depth + 1 >= sight.depth() || !hasRoom()) {
      return with(alone, List.of(), End.CUT);
    }
    depth++;
    TraceHistory.Work work = history.work(execution, AT_ONCE + 1);
    List<TraceNode> next = following.apply(execution, work);
    depth--;
    boolean all = hasRoom() && work.inputs().size() <= AT_ONCE;
    return with(alone, next, all ? End.WHOLE : End.CUT);
  }

  private static TraceNode with(TraceNode node, List<TraceNode> next, End end) {
    return new TraceNode(node.kind(), node.name(), node.version(), node.execution(), next, end);
  }

  private boolean isSeen(String table) {
    return sight.resources().test(Resource.of(TableName.parse(table)));
  }

  private boolean hasRoom() {
    return nodes < NODES && !history.isSpent();
  }

  private static End end(int found) {
    return found > AT_ONCE ? End.CUT : End.WHOLE;
  }
}
