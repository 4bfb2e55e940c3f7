package io.hosu.query;

/** In which way something gets from one column into another. */
public enum ColumnFlow {
  /** The value itself, perhaps as another type or a part of it. */
  DIRECT,
  /** The value is computed from it, row by row. */
  DERIVED,
  /** The value is computed from it, of many rows. */
  AGGREGATED,
  /** It may be in there, in a way that the SQL does not tell. */
  UNKNOWN,
  /** It decides which of several values is taken. */
  CONDITION,
  /** It decides which rows there are. */
  FILTER,
  /** It decides which rows are joined. */
  JOIN,
  /** It decides which rows are taken together. */
  GROUP,
  /** It decides the order of the rows. */
  SORT,
  /** It decides over which rows beside its own a value is computed. */
  WINDOW;

  /** Whether a value is, or may be, carried along, and not only decided upon. */
  public boolean carriesValue() {
    return compareTo(UNKNOWN) <= 0;
  }

  /** What it is to go this way and then {@code next}. */
  public ColumnFlow then(ColumnFlow next) {
    if (!next.carriesValue()) {
      return next;
    }
    return carriesValue() && compareTo(next) < 0 ? next : this;
  }
}
