package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.Caller;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import io.hosu.kernel.TableName;
import io.hosu.query.RowSearch;
import io.hosu.tables.EarlierTables;
import io.hosu.tables.TableSnapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * From rows of a table to the commits that they came with, and along the chain of executions to the
 * objects that these read: exactly to one object where a column of the row carries its name. May be
 * used from any thread.
 */
final class ValueLineage {
  /** How many rows are followed. */
  static final int MOST_ROWS = 20;

  private final RowSearch search;
  private final EarlierTables earlier;
  private final LineageStates states;
  private final Tracing tracing;

  ValueLineage(RowSearch search, EarlierTables earlier, LineageStates states, Tracing tracing) {
    this.search = search;
    this.earlier = earlier;
    this.states = states;
    this.tracing = tracing;
  }

  /**
   * What is asked.
   *
   * @param column whose value is followed; empty: the whole row
   */
  record Question(TableName table, String where, String column) {}

  /**
   * Who asks.
   *
   * @param chain what is shown of executions and what they read
   * @param lineage what is shown of columns
   */
  record Asking(Caller caller, Tracing.Sight chain, LineageSight lineage) {}

  /** The rows that somebody sees and that the condition is true of, with where they came from. */
  ObjectNode of(Question question, Asking asking) {
    RowSearch.Result found =
        search.find(asking.caller(), question.table(), question.where(), MOST_ROWS);
    ObjectNode json = Json.object().put("table", question.table().toString());
    String column = column(question, asking);
    json.put("column", column.isEmpty() ? null : column);
    json.put(
        "snapshot",
        found.snapshot().isPresent() ? Long.toString(found.snapshot().getAsLong()) : null);
    ArrayNode rows = json.putArray("rows");
    Following following = new Following(question.table(), column, asking);
    for (RowSearch.Found row : found.rows()) {
      ObjectNode told = rows.addObject();
      told.set("row", row.values());
      if (!column.isEmpty()) {
        told.set("value", row.values().path(column));
      }
      if (found.whole()) {
        told.put("file", row.location());
      }
      following.follow(row, told);
    }
    return json.put("more", found.more());
  }

  private String column(Question question, Asking asking) {
    return question.column().isEmpty()
        ? question.column()
        : states.now().requireColumn(question.table(), question.column(), asking.lineage());
  }

  /** The way of the rows of one table; of rows that came together it is found once. */
  private final class Following {
    private final TableName table;
    private final String column;
    private final Asking asking;
    private final Map<Long, Optional<TableSnapshot>> commits = new HashMap<>();
    private final Map<String, List<TraceNode>> chains = new HashMap<>();
    private final Map<Long, RowSources> sources = new HashMap<>();

    Following(TableName table, String column, Asking asking) {
      this.table = table;
      this.column = column;
      this.asking = asking;
    }

    void follow(RowSearch.Found row, ObjectNode told) {
      Optional<TableSnapshot> commit =
          row.commit().isPresent()
              ? commits.computeIfAbsent(
                  row.commit().getAsLong(), number -> earlier.commit(table, number))
              : Optional.empty();
      told.put("snapshot", commit.map(made -> Long.toString(made.id())).orElse(null));
      told.put("committed_at", commit.map(made -> Instants.print(made.committedAt())).orElse(null));
      told.put("operation", commit.map(TableSnapshot::operation).orElse(null));
      told.put("principal", commit.map(TableSnapshot::principal).orElse(null));
      Optional<EarlierTables.Commit> origin = commit.map(made -> earlier.origin(table, made));
      List<TraceNode> chain =
          origin.flatMap(made -> made.made().execution()).map(this::chain).orElse(List.of());
      Optional<String> object = origin.flatMap(made -> sources(made).object(row.values()));
      List<TraceNode> its = origin.map(made -> sources(made).of(chain, object)).orElse(List.of());
      told.put("object", object.orElse(null));
      putObjects(told.putArray("objects"), its);
      its.stream().map(TraceNode::toJson).forEach(told.putArray("from")::add);
    }

    /** The execution with what it came from; nothing where it is not seen, or not kept. */
    private List<TraceNode> chain(String execution) {
      return chains.computeIfAbsent(
          execution,
          id -> {
            try {
              Trace trace = tracing.ofExecution(id, asking.chain());
              TraceNode of = trace.of();
              return List.of(
                  new TraceNode(
                      of.kind(), of.name(), of.version(), of.execution(), trace.from(), of.end()));
            } catch (NotFound _) {
              return List.of();
            }
          });
    }

    private RowSources sources(EarlierTables.Commit commit) {
      return sources.computeIfAbsent(
          commit.made().id(),
          id ->
              RowSources.of(
                  states.at(commit.table(), id), commit.table(), column, asking.lineage()));
    }
  }

  private static void putObjects(ArrayNode json, List<TraceNode> nodes) {
    List<ObjectNode> all = new ArrayList<>();
    nodes.forEach(node -> collectObjects(all, node));
    all.stream().distinct().forEach(json::add);
  }

  private static void collectObjects(List<ObjectNode> all, TraceNode node) {
    if (node.kind() == TraceNode.Kind.OBJECT) {
      all.add(Json.object().put("name", node.name()).put("version", node.version()));
    }
    node.next().forEach(next -> collectObjects(all, next));
  }
}
