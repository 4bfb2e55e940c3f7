package io.hosu.governance;

import java.util.Collection;
import java.util.Collections;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Columns by name, whatever the case of their letters: only these, or all but these.
 *
 * @param except whether the names are those that are left out
 * @param names in small letters
 */
public record Columns(boolean except, SortedSet<String> names) {
  private static final Columns ALL = new Columns(true, new TreeSet<>());

  public Columns {
    TreeSet<String> small = new TreeSet<>();
    names.forEach(name -> small.add(small(name)));
    names = Collections.unmodifiableSortedSet(small);
  }

  /** All columns. */
  public static Columns all() {
    return ALL;
  }

  /** These columns. */
  public static Columns only(Collection<String> names) {
    return new Columns(false, new TreeSet<>(names));
  }

  /** All columns but these. */
  public static Columns allBut(Collection<String> names) {
    return new Columns(true, new TreeSet<>(names));
  }

  /** Whether this leaves nothing out. */
  public boolean isAll() {
    return except && names.isEmpty();
  }

  /** Whether {@code column} is among them. */
  public boolean has(String column) {
    return names.contains(small(column)) != except;
  }

  /** A column's name as it is compared. */
  static String small(String column) {
    return column.toLowerCase(Locale.ROOT);
  }
}
