package io.hosu.pipelines;

import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Rights;
import io.hosu.kernel.HosuException.Exhausted;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.StageName;
import io.hosu.kernel.Suggestions;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.ColumnEdge.End;
import io.hosu.pipelines.ColumnEdge.Kind;
import io.hosu.query.Guard;
import io.hosu.tables.LakeTable;
import io.hosu.tables.SqlColumn;
import io.hosu.tables.Tables;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Where columns come from and where they get, over all stages of the lake as they are declared.
 * What somebody may not know of is left out, with all that lies behind it. May be used from any
 * thread.
 */
final class ColumnLineage {
  static final int MOST_DEPTH = 50;
  private static final int MOST_EDGES = 20_000;

  private final Stages stages;
  private final Tables tables;
  private final StageColumns columns;

  ColumnLineage(Stages stages, Tables tables, Guard guard) {
    this.stages = stages;
    this.tables = tables;
    this.columns = new StageColumns(guard, this::columns);
  }

  /** Which way edges are followed. */
  enum Way {
    UP,
    DOWN
  }

  private List<String> columns(TableName table) {
    return tables.find(table).map(LakeTable::columns).orElse(List.of()).stream()
        .map(SqlColumn::name)
        .toList();
  }

  /**
   * The columns of a table that somebody may know of, as they are written.
   *
   * @throws NotFound when there is none of this name among them
   */
  String requireColumn(TableName table, String column, Rights rights, Principal principal) {
    List<String> known =
        columns(table).stream()
            .filter(one -> rights.visible(principal, new Resource.Column(table, one)))
            .toList();
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
      TableName table, String column, Way way, int depth, Rights rights, Principal principal) {
    List<StageSpec> all = stages.list();
    SortedSet<ColumnEdge> found = new TreeSet<>();
    Set<End> done = new HashSet<>();
    List<End> at = List.of(new End(Kind.TABLE, table.toString(), column));
    for (int step = 0; step < depth && !at.isEmpty(); step++) {
      List<End> next = new ArrayList<>();
      for (StageSpec stage : all) {
        if (at.stream().anyMatch(end -> touches(stage, end, way))) {
          for (ColumnEdge edge : columns.of(stage)) {
            End here = way == Way.UP ? edge.to() : edge.from();
            if (at.stream().anyMatch(here::meets) && isSeen(edge, rights, principal)) {
              add(found, edge);
              End there = way == Way.UP ? edge.from() : edge.to();
              if (there.kind() == Kind.TABLE && done.add(there)) {
                next.add(there);
              }
            }
          }
        }
      }
      at = next;
    }
    return found;
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
    return way == Way.UP
        ? stage.into().table().toString().equals(end.name())
            || stage.into().table().quarantine().toString().equals(end.name())
        : stage
            .tables()
            .map(read -> read.stream().anyMatch(table -> table.toString().equals(end.name())))
            .orElse(true);
  }

  private static boolean isSeen(ColumnEdge edge, Rights rights, Principal principal) {
    StageName stage = StageName.parse(edge.by());
    return rights.visible(principal, Seen.pipeline(stage))
        && isSeen(edge.to(), edge.to(), rights, principal)
        && isSeen(edge.from(), edge.to(), rights, principal);
  }

  private static boolean isSeen(End end, End to, Rights rights, Principal principal) {
    return switch (end.kind()) {
      case TABLE -> {
        TableName table = TableName.parse(end.name());
        yield rights.visible(principal, Resource.of(table))
            && (end.column().equals(ColumnEdge.ALL)
                || rights.visible(principal, new Resource.Column(table, end.column())));
      }
      case OBJECTS ->
          // Objects may hold nothing but rows that are hidden, and their columns tell of them.
          !rights.seesPart(principal, TableName.parse(to.name()))
              || mayRead(end.name(), rights, principal);
      case EVENTS -> !rights.seesPart(principal, TableName.parse(to.name()));
    };
  }

  private static boolean mayRead(String glob, Rights rights, Principal principal) {
    int wild = 0;
    while (wild < glob.length() && "*?{[".indexOf(glob.charAt(wild)) < 0) {
      wild++;
    }
    String prefix = glob.substring(0, wild);
    int slash = prefix.indexOf('/');
    return slash > 0
        && rights.reaches(
            principal,
            Permission.READ_OBJECTS,
            prefix.substring(0, slash),
            prefix.substring(slash + 1));
  }
}
