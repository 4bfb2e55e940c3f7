package io.hosu.pipelines;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.ColumnEdge.End;
import io.hosu.pipelines.ColumnEdge.Kind;
import io.hosu.query.ColumnFlow;
import io.hosu.query.ColumnSource;
import io.hosu.query.Guard;
import io.hosu.query.Scope;
import io.hosu.query.SqlLineage;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;

/** What the SQL of stages makes of which columns. May be used from any thread. */
public final class StageColumns {
  private final Guard guard;
  private final Function<TableName, List<String>> columns;

  /**
   * Over the tables of a lake.
   *
   * @param columns those of a table; none: they are not known
   */
  public StageColumns(Guard guard, Function<TableName, List<String>> columns) {
    this.guard = guard;
    this.columns = columns;
  }

  /**
   * All edges into the table that {@code stage} writes. What decides which rows there are gets into
   * {@link ColumnEdge#ALL} of its columns.
   */
  public SortedSet<ColumnEdge> of(StageSpec stage) {
    SortedSet<ColumnEdge> edges = new TreeSet<>();
    String target = stage.into().table().toString();
    if (stage.transform() instanceof Transform.Crawl) {
      add(edges, stage, all(Scope.INPUT), new End(Kind.TABLE, target, ColumnEdge.ALL));
      return edges;
    }
    try {
      SqlLineage lineage = lineage(stage);
      for (String column : given(stage, lineage)) {
        lineage
            .sources(column)
            .ifPresent(sources -> add(edges, stage, sources, new End(Kind.TABLE, target, column)));
      }
      add(edges, stage, lineage.rows(), new End(Kind.TABLE, target, ColumnEdge.ALL));
      if (columns.apply(stage.into().table()).isEmpty()) {
        add(edges, stage, others(lineage), new End(Kind.TABLE, target, ColumnEdge.ALL));
      }
    } catch (Invalid _) {
      unread(edges, stage, target);
    }
    if (stage.input().badRecords() == BadRecords.QUARANTINE) {
      String quarantine = stage.into().table().quarantine().toString();
      add(edges, stage, all(Scope.INPUT), new End(Kind.TABLE, quarantine, ColumnEdge.ALL));
    }
    return edges;
  }

  /** The columns that the SQL of {@code stage} gives; none: not all of them are known. */
  public List<String> given(StageSpec stage) {
    if (stage.transform() instanceof Transform.Crawl) {
      return List.of();
    }
    try {
      SqlLineage lineage = lineage(stage);
      return lineage.rest().isEmpty()
          ? lineage.columns().stream().map(SqlLineage.Column::name).distinct().toList()
          : List.of();
    } catch (Invalid _) {
      return List.of();
    }
  }

  private SqlLineage lineage(StageSpec stage) {
    Transform.Sql sql = stage.sql();
    String domain = stage.name().domain();
    return guard.lineage(
        sql.text(),
        stage.readsTablesAlone() ? Scope.overTables(domain) : Scope.overInput(domain),
        relation ->
            relation.equals(Scope.INPUT) ? List.of() : columns.apply(TableName.parse(relation)));
  }

  /** The columns of the table as it is, or else as the SQL would make it. */
  private Collection<String> given(StageSpec stage, SqlLineage lineage) {
    List<String> known = columns.apply(stage.into().table());
    return known.isEmpty()
        ? lineage.columns().stream().map(SqlLineage.Column::name).distinct().toList()
        : known;
  }

  private static Set<ColumnSource> others(SqlLineage lineage) {
    Set<ColumnSource> all = new TreeSet<>();
    for (SqlLineage.Rest rest : lineage.rest()) {
      switch (rest) {
        case SqlLineage.Rest.Same(var relation, _) -> all.addAll(all(relation));
        case SqlLineage.Rest.Any(var sources) -> all.addAll(sources);
      }
    }
    return all;
  }

  private static Set<ColumnSource> all(String relation) {
    return Set.of(new ColumnSource(relation, ColumnSource.ALL, ColumnFlow.UNKNOWN));
  }

  /** Of SQL that the guard does not let pass any more, only what it read is known. */
  private static void unread(Set<ColumnEdge> edges, StageSpec stage, String target) {
    End to = new End(Kind.TABLE, target, ColumnEdge.ALL);
    stage
        .tables()
        .ifPresent(tables ->
            tables.stream()
                .filter(table -> !table.equals(stage.into().table()))
                .forEach(table -> add(edges, stage, all(table.toString()), to)));
    add(edges, stage, all(Scope.INPUT), to);
  }

  private static void add(
      Set<ColumnEdge> edges, StageSpec stage, Collection<ColumnSource> sources, End to) {
    for (ColumnSource source : sources) {
      if (source.relation().equals(Scope.INPUT)) {
        inputs(stage.on().source(), source.column())
            .forEach(from ->
                edges.add(new ColumnEdge(from, to, source.flow(), stage.name().toString())));
      } else {
        End from = new End(Kind.TABLE, source.relation(), source.column());
        edges.add(new ColumnEdge(from, to, source.flow(), stage.name().toString()));
      }
    }
  }

  /** What {@code input} is where a stage is started so, as far as lineage knows it. */
  static List<End> inputs(Trigger source, String column) {
    return switch (source) {
      case Trigger.Objects(var globs) -> objects(globs, column);
      case Trigger.All(var globs, _) -> objects(globs, column);
      case Trigger.Manifest(var glob, _) -> objects(List.of(glob), column);
      case Trigger.Pattern pattern ->
          List.of(new End(Kind.EVENTS, Json.print(pattern.pattern()), column));
      case Trigger.Tables _, Trigger.Scheduled _, Trigger.Gathered _, Trigger.ByHand _ -> List.of();
    };
  }

  private static List<End> objects(List<String> globs, String column) {
    return globs.stream().map(glob -> new End(Kind.OBJECTS, glob, column)).toList();
  }
}
