package io.hosu.query;

import io.hosu.query.SqlLineage.Column;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the names in one SELECT can mean: columns of its relations, of what it gives itself, and,
 * where none is meant, those of the SELECT around it. Names are looked up as DuckDB does.
 */
final class LineageScope {
  private final @Nullable LineageScope outer;
  private final Map<String, SqlLineage> common;
  private final List<Relation> relations = new ArrayList<>();
  private final Map<String, Set<ColumnSource>> merged = new HashMap<>();
  private final List<Column> given = new ArrayList<>();
  private final Set<ColumnSource> rows = new TreeSet<>();

  LineageScope(@Nullable LineageScope outer, Map<String, SqlLineage> common) {
    this.outer = outer;
    this.common = common;
  }

  /**
   * A relation.
   *
   * @param path its alias, or else the steps of its name, in small letters
   */
  record Relation(List<String> path, SqlLineage lineage) {
    boolean isCalled(List<String> name) {
      int from = path.size() - name.size();
      return from >= 0 && path.subList(from, path.size()).equals(name);
    }
  }

  Map<String, SqlLineage> common() {
    return common;
  }

  List<Relation> relations() {
    return relations;
  }

  /** What decides which rows there are. */
  Set<ColumnSource> rows() {
    return rows;
  }

  void add(Relation relation) {
    relations.add(relation);
    rows.addAll(relation.lineage.rows());
  }

  /** From now on the column is that of both sides of a join. */
  void merge(String column, Set<ColumnSource> sources) {
    merged.put(column, sources);
  }

  Map<String, Set<ColumnSource>> merged() {
    return merged;
  }

  /** What the SELECT gives can be named in what follows. */
  void give(Column column) {
    given.add(column);
  }

  List<Column> given() {
    return given;
  }

  /** What {@code names}, the steps of a column's name, mean. */
  Set<ColumnSource> resolve(List<String> names) {
    Set<ColumnSource> possible = new TreeSet<>();
    int open = 0;
    for (LineageScope scope = this; scope != null; scope = scope.outer) {
      Optional<Set<ColumnSource>> found = scope.own(names);
      if (found.isPresent()) {
        return open == 0 ? found.get() : unknown(possible, found.get());
      }
      for (Relation relation : scope.relations) {
        if (relation.lineage.isOpen()) {
          open++;
          relation.lineage.sources(names.getFirst()).ifPresent(possible::addAll);
        }
      }
      Optional<Set<ColumnSource>> itself = scope.given(names.getFirst());
      if (itself.isPresent() && open == 0) {
        return itself.get();
      }
      if (itself.filter(sources -> !areOf(sources, possible)).isPresent()) {
        return unknown(possible, itself.get());
      }
    }
    if (open == 0) {
      return ColumnSource.then(everything(), ColumnFlow.UNKNOWN);
    }
    return open == 1 ? possible : ColumnSource.then(possible, ColumnFlow.UNKNOWN);
  }

  /** Whether one of the columns is known to be there because the other was made of it. */
  private static boolean areOf(Set<ColumnSource> sources, Set<ColumnSource> columns) {
    return columns.stream()
        .anyMatch(column ->
            sources.stream()
                .anyMatch(source ->
                    source.relation().equals(column.relation())
                        && source.column().equals(column.column())));
  }

  private static Set<ColumnSource> unknown(Set<ColumnSource> some, Set<ColumnSource> others) {
    Set<ColumnSource> all = ColumnSource.then(some, ColumnFlow.UNKNOWN);
    all.addAll(ColumnSource.then(others, ColumnFlow.UNKNOWN));
    return all;
  }

  private Optional<Set<ColumnSource>> own(List<String> names) {
    for (int steps = names.size() - 1; steps > 0; steps--) {
      List<String> name = names.subList(0, steps);
      for (Relation relation : relations) {
        if (relation.isCalled(name)) {
          Optional<Set<ColumnSource>> found = relation.lineage.sources(names.get(steps));
          if (found.isPresent()) {
            return found;
          }
        }
      }
    }
    return column(names.getFirst()).or(() -> row(names.getFirst()));
  }

  private Optional<Set<ColumnSource>> column(String name) {
    Set<ColumnSource> both = merged.get(name);
    if (both != null) {
      return Optional.of(both);
    }
    return relations.stream()
        .flatMap(relation -> relation.lineage.named(name).stream())
        .findFirst();
  }

  /** The name of a relation stands for its rows. */
  private Optional<Set<ColumnSource>> row(String name) {
    return relations.stream()
        .filter(relation -> relation.isCalled(List.of(name)))
        .map(relation -> {
          Set<ColumnSource> all =
              ColumnSource.then(relation.lineage.everything(), ColumnFlow.DERIVED);
          if (relation.lineage.isOpen()) {
            relation.lineage.sources(name).ifPresent(all::addAll);
          }
          return all;
        })
        .findFirst();
  }

  /** What the SELECT gives under this name. */
  Optional<Set<ColumnSource>> given(String name) {
    return given.stream().filter(column -> column.is(name)).map(Column::sources).findFirst();
  }

  /** What all columns of all relations come from. */
  Set<ColumnSource> everything() {
    Set<ColumnSource> all = new TreeSet<>();
    relations.forEach(relation -> all.addAll(relation.lineage.everything()));
    return all;
  }

  static String small(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
