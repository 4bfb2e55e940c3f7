package io.hosu.pipelines;

import io.hosu.governance.Resource;
import io.hosu.kernel.HosuException.Exhausted;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.StageName;
import io.hosu.kernel.Suggestions;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.ColumnEdge.End;
import io.hosu.pipelines.ColumnEdge.Kind;
import io.hosu.query.Guard;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Where columns come from and where they get, over all stages of the lake as they are or were
 * declared. What somebody may not know of is left out, with all that lies behind it. May be used
 * from any thread.
 */
final class ColumnLineage {
  static final int MOST_DEPTH = 50;
  static final int MOST_EDGES = 20_000;

  private final LineageState state;
  private final StageColumns columns;
  private final Map<StageSpec, SortedSet<ColumnEdge>> read = new HashMap<>();

  private final Outside outside;

  /** Over the lake at one time, with what was told of it. */
  ColumnLineage(LineageState state, Outside outside, Guard guard) {
    this.state = state;
    this.outside = outside;
    this.columns = new StageColumns(guard, state::columns);
  }

  /** What other systems told. */
  @FunctionalInterface
  interface Outside {
    /** Nothing. */
    Outside NOTHING = (_, _) -> List.of();

    /** The edges at these ends. */
    List<ColumnEdge> edges(Set<End> ends, Way way);
  }

  /** Which way edges are followed. */
  enum Way {
    UP,
    DOWN
  }

  /**
   * The columns of a table that somebody may know of, as they are written.
   *
   * @throws NotFound when there is none of this name among them
   */
  String requireColumn(TableName table, String column, LineageSight sight) {
    List<String> known =
        state.columns(table).stream().filter(one -> isSeen(table, one, sight)).toList();
    return known.stream()
        .filter(column::equalsIgnoreCase)
        .findFirst()
        .orElseThrow(() ->
            new NotFound(
                PipelinesError.LINEAGE_NOT_FOUND,
                "The table %s has no column '%s'%s"
                    .formatted(table, column, Suggestions.ending(column, known)),
                "See its columns with: hosu tables describe " + table));
  }

  /**
   * The edges that lead to a column, or from it.
   *
   * @param column its name, or {@link ColumnEdge#ALL}
   * @param depth over how many stages at most
   * @throws Exhausted when there are more than an answer can hold
   */
  SortedSet<ColumnEdge> edges(
      TableName table, String column, Way way, int depth, LineageSight sight) {
    List<StageSpec> all = state.stages();
    SortedSet<ColumnEdge> found = new TreeSet<>();
    Set<End> done = new HashSet<>();
    List<End> at = List.of(new End(Kind.TABLE, table.toString(), column));
    for (int step = 0; step < depth && !at.isEmpty(); step++) {
      List<End> next = new ArrayList<>();
      for (ColumnEdge edge : edges(all, at, way)) {
        if (isSeen(edge, sight)) {
          add(found, edge);
          End there = way == Way.UP ? edge.from() : edge.to();
          if (done.add(there)) {
            next.add(there);
          }
        }
      }
      at = next;
    }
    return found;
  }

  /** The edges at these ends, whoever sees them. */
  private List<ColumnEdge> edges(List<StageSpec> all, List<End> at, Way way) {
    List<ColumnEdge> edges = new ArrayList<>();
    for (StageSpec stage : all) {
      if (at.stream().anyMatch(end -> touches(stage, end, way))) {
        for (ColumnEdge edge : read.computeIfAbsent(stage, columns::of)) {
          End here = way == Way.UP ? edge.to() : edge.from();
          if (at.stream().anyMatch(here::meets)) {
            edges.add(edge);
          }
        }
      }
    }
    edges.addAll(outside.edges(new LinkedHashSet<>(at), way));
    return edges;
  }

  private static void add(Set<ColumnEdge> found, ColumnEdge edge) {
    if (found.size() == MOST_EDGES) {
      throw new Exhausted(
          PipelinesError.LINEAGE_TOO_WIDE,
          "The lineage has more than %d edges.".formatted(MOST_EDGES),
          "Ask for one column, or for less: hosu lineage TABLE.COLUMN --depth 1");
    }
    found.add(edge);
  }

  /** Whether the stage may have an edge at {@code end}, as far as that is known without its SQL. */
  private static boolean touches(StageSpec stage, End end, Way way) {
    if (end.kind() == Kind.OBJECTS) {
      return way == Way.DOWN
          && StageColumns.inputs(stage.on().source(), ColumnEdge.ALL).stream().anyMatch(end::meets);
    }
    return way == Way.UP
        ? stage.into().table().toString().equals(end.name())
            || stage.into().table().quarantine().toString().equals(end.name())
        : stage
            .tables()
            .map(read -> read.stream().anyMatch(table -> table.toString().equals(end.name())))
            .orElse(true);
  }

  private boolean isSeen(ColumnEdge edge, LineageSight sight) {
    return (!edge.isOwn() || sight.stages().test(StageName.parse(edge.by())))
        && isSeen(edge.to(), edge.from(), sight)
        && isSeen(edge.from(), edge.to(), sight);
  }

  private boolean isSeen(End end, End other, LineageSight sight) {
    return switch (end.kind()) {
      case TABLE -> {
        TableName table = TableName.parse(end.name());
        yield sight.named().test(Resource.of(table))
            && (end.column().equals(ColumnEdge.ALL) || isSeen(table, end.column(), sight));
      }
      case OBJECTS ->
          // Objects may hold nothing but rows that are hidden, and their columns tell of them.
          isWhole(other, sight) || sight.objects().test(end.name());
      case EVENTS -> isWhole(other, sight);
      case OUTSIDE -> other.kind() != Kind.TABLE || isWhole(other, sight);
    };
  }

  private static boolean isWhole(End end, LineageSight sight) {
    return end.kind() == Kind.TABLE && !sight.part().test(TableName.parse(end.name()));
  }

  private boolean isSeen(TableName table, String column, LineageSight sight) {
    return sight.named().test(new Resource.Column(table, state.today(table, column)));
  }
}
