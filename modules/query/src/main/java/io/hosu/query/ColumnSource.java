package io.hosu.query;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/**
 * A column that something comes from.
 *
 * @param relation the full name of a table, or {@code input}
 * @param column its name in small letters; {@link #ALL} where any of them may be meant
 * @param flow in which way
 */
public record ColumnSource(String relation, String column, ColumnFlow flow)
    implements Comparable<ColumnSource> {
  /** Instead of a column: which one is not known. */
  public static final String ALL = "*";

  @Override
  public int compareTo(ColumnSource other) {
    int relations = relation.compareTo(other.relation);
    int columns = relations == 0 ? column.compareTo(other.column) : relations;
    return columns == 0 ? flow.compareTo(other.flow) : columns;
  }

  /** The same sources of something that is one flow further. */
  static Set<ColumnSource> then(Collection<ColumnSource> sources, ColumnFlow next) {
    Set<ColumnSource> all = new TreeSet<>();
    sources.forEach(source ->
        all.add(new ColumnSource(source.relation, source.column, source.flow.then(next))));
    return all;
  }
}
