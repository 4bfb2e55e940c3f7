package io.hosu.pipelines;

import io.hosu.kernel.TableName;
import io.hosu.pipelines.ColumnEdge.End;
import io.hosu.pipelines.ColumnEdge.Kind;
import io.hosu.pipelines.ColumnLineage.Way;
import io.hosu.query.ColumnFlow;
import io.hosu.store.Database;
import io.hosu.tables.Clones;
import io.hosu.tables.Clones.Origin;
import io.hosu.tables.LakeTable;
import io.hosu.tables.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What columns of clones are from: the columns of the table that was cloned which have the same
 * field ids, by their names of now. May be used from any thread.
 */
final class ClonedColumns {
  private static final String BY = "hosu clone";

  private final Database database;
  private final Tables tables;

  ClonedColumns(Database database, Tables tables) {
    this.database = database;
    this.tables = tables;
  }

  /** The edges at these ends; none, where the table that was cloned is no more. */
  List<ColumnEdge> edges(Set<End> ends, Way way) {
    List<ColumnEdge> found = new ArrayList<>();
    for (Origin origin : database.read(Clones::origins)) {
      TableName here = way == Way.UP ? origin.table() : origin.source();
      if (ends.stream().anyMatch(end -> isAt(end, here))) {
        edges(origin).stream()
            .filter(
                edge -> ends.stream().anyMatch((way == Way.UP ? edge.to() : edge.from())::meets))
            .forEach(found::add);
      }
    }
    return found;
  }

  private static boolean isAt(End end, TableName table) {
    return end.kind() == Kind.TABLE && end.name().equals(table.toString());
  }

  private List<ColumnEdge> edges(Origin origin) {
    Optional<LakeTable> source = tables.find(origin.source());
    Optional<LakeTable> clone = tables.find(origin.table());
    if (source.isEmpty() || clone.isEmpty()) {
      return List.of();
    }
    List<ColumnEdge> edges = new ArrayList<>();
    Map<Integer, String> from = source.get().columnsById();
    clone
        .get()
        .columnsById()
        .forEach((id, name) -> {
          if (from.containsKey(id)) {
            edges.add(edge(origin, from.get(id), name));
          }
        });
    return edges;
  }

  private static ColumnEdge edge(Origin origin, String from, String to) {
    return new ColumnEdge(
        new End(Kind.TABLE, origin.source().toString(), from),
        new End(Kind.TABLE, origin.table().toString(), to),
        ColumnFlow.DIRECT,
        BY,
        origin.principal());
  }
}
