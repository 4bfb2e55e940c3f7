package io.hosu.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where the columns of what a SELECT gives come from.
 *
 * @param columns those that are known by name
 * @param rest what is known of the others: there are some where {@code *} stands for the columns of
 *     something of which they are not known
 * @param rows what decides which rows there are, and so comes into all columns
 */
public record SqlLineage(List<Column> columns, List<Rest> rest, Set<ColumnSource> rows) {
  static final SqlLineage NOTHING = new SqlLineage(List.of(), List.of(), Set.of());

  public SqlLineage {
    columns = List.copyOf(columns);
    rest = List.copyOf(rest);
    rows = Set.copyOf(rows);
  }

  /**
   * A column.
   *
   * @param name as the SQL has it
   */
  public record Column(String name, Set<ColumnSource> sources) {
    public Column {
      sources = Set.copyOf(sources);
    }

    boolean is(String other) {
      return name.equalsIgnoreCase(other);
    }
  }

  /** Columns that are not known by name. */
  public sealed interface Rest {
    /** The columns of a relation under their own names, without some. */
    record Same(String relation, Set<String> except) implements Rest {
      public Same {
        except = Set.copyOf(except);
      }
    }

    /** Columns that come from these, nobody knows how. */
    record Any(Set<ColumnSource> sources) implements Rest {
      public Any {
        sources = Set.copyOf(sources);
      }
    }

    /** What a column of this name comes from if it is one of them. */
    private Optional<Set<ColumnSource>> sources(String name) {
      return switch (this) {
        case Same(var relation, var except) ->
            except.contains(name)
                ? Optional.empty()
                : Optional.of(Set.of(new ColumnSource(relation, name, ColumnFlow.DIRECT)));
        case Any(var sources) -> Optional.of(sources);
      };
    }
  }

  /** What the column of this name comes from; empty where there is none, as far as is known. */
  public Optional<Set<ColumnSource>> sources(String column) {
    return named(column).or(() -> ofRest(column.toLowerCase(Locale.ROOT)));
  }

  /** The same, of those alone that are known by name. */
  Optional<Set<ColumnSource>> named(String column) {
    return columns.stream()
        .filter(one -> one.is(column))
        .map(Column::sources)
        .reduce((one, other) -> {
          Set<ColumnSource> both = new TreeSet<>(one);
          both.addAll(other);
          return both;
        });
  }

  private Optional<Set<ColumnSource>> ofRest(String column) {
    List<Set<ColumnSource>> found = new ArrayList<>();
    rest.forEach(some -> some.sources(column).ifPresent(found::add));
    if (found.size() < 2) {
      return found.stream().findFirst();
    }
    Set<ColumnSource> all = new TreeSet<>();
    found.forEach(some -> all.addAll(ColumnSource.then(some, ColumnFlow.UNKNOWN)));
    return Optional.of(all);
  }

  /** Whether it has columns that are not known by name. */
  boolean isOpen() {
    return !rest.isEmpty();
  }

  /** What all columns together come from. */
  Set<ColumnSource> everything() {
    Set<ColumnSource> all = new TreeSet<>();
    columns.forEach(column -> all.addAll(column.sources));
    for (Rest some : rest) {
      switch (some) {
        case Rest.Same(var relation, _) ->
            all.add(new ColumnSource(relation, ColumnSource.ALL, ColumnFlow.UNKNOWN));
        case Rest.Any(var sources) -> all.addAll(sources);
      }
    }
    return all;
  }

  /** The same columns under these names, in their order, as {@code AS t(a, b)} gives them. */
  SqlLineage renamed(List<String> names) {
    if (names.isEmpty()) {
      return this;
    }
    List<Column> others = new ArrayList<>();
    for (int i = 0; i < Math.max(names.size(), columns.size()); i++) {
      if (i >= names.size()) {
        others.add(columns.get(i));
      } else if (isOpen() || i >= columns.size()) {
        others.add(new Column(names.get(i), ColumnSource.then(everything(), ColumnFlow.UNKNOWN)));
      } else {
        others.add(new Column(names.get(i), columns.get(i).sources));
      }
    }
    return new SqlLineage(others, rest, rows);
  }
}
