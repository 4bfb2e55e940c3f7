package io.hosu.governance;

import io.hosu.governance.Limits.Sight;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is seen of tables, in words for people. */
final class SightText {
  /** The name that stands for all columns of which nothing is said. */
  static final String OTHERS = "";

  /** What a cell is that is seen as it is. */
  static final String CLEAR = "in the clear";

  private SightText() {}

  /**
   * What is seen of a cell of a row that is there: {@code last(2) where quantity > 1, else NULL}.
   *
   * @param rows the conditions of which each row meets one; empty: all rows are there
   */
  static String cell(@Nullable List<Sight> sights, List<String> rows) {
    if (sights == null) {
      return AccessChange.NOTHING;
    }
    List<String> parts = new ArrayList<>();
    for (Sight sight : inRows(sights, rows)) {
      String shown = sight.mask() == null ? CLEAR : sight.mask().toString();
      if (sight.when() == null) {
        parts.add(shown);
        return String.join(", else ", parts);
      }
      parts.add(shown + " where " + sight.when());
    }
    parts.add("NULL");
    return String.join(", else ", parts);
  }

  /** What limits show of a column; empty: it is not there. */
  static Optional<List<Sight>> cells(Limits limits, String name) {
    return limits.isNone()
        ? Optional.of(List.of(Sight.CLEAR))
        : Optional.ofNullable(limits.columns().get(name));
  }

  /** The same sights for rows that are there: up to the first that holds of each, without it. */
  static List<Sight> inRows(List<Sight> sights, List<String> rows) {
    List<Sight> needed = new ArrayList<>();
    for (int i = 0; i < sights.size(); i++) {
      Sight sight = sights.get(i);
      if (sight.when() == null || areAll(sights.subList(i, sights.size()), sight.mask(), rows)) {
        needed.add(new Sight(null, sight.mask()));
        return needed;
      }
      needed.add(sight);
    }
    return needed;
  }

  /** Whether each row that is there meets one of these conditions, which show all the same. */
  private static boolean areAll(List<Sight> left, @Nullable Mask mask, List<String> rows) {
    Set<String> same = new HashSet<>();
    left.stream()
        .filter(sight -> Objects.equals(sight.mask(), mask) && sight.when() != null)
        .forEach(sight -> same.add(String.valueOf(sight.when())));
    return !rows.isEmpty() && same.containsAll(rows);
  }

  /** Whether a cell may be seen as it is. */
  static boolean isClear(@Nullable List<Sight> sights) {
    return sights != null && sights.stream().anyMatch(sight -> sight.mask() == null);
  }

  /** Which rows are there: {@code rows where a or b, but not where c}. */
  static String rows(Limits limits) {
    if (!limits.isFiltered()) {
      return "all rows";
    }
    String some =
        limits.rows().isEmpty()
            ? "all rows"
            : "rows where " + String.join(" or ", parenthesised(limits.rows()));
    return limits.deniedRows().isEmpty()
        ? some
        : some + ", but not where " + String.join(" or ", parenthesised(limits.deniedRows()));
  }

  private static List<String> parenthesised(List<String> conditions) {
    return conditions.size() == 1
        ? conditions
        : conditions.stream().map(condition -> "(" + condition + ")").toList();
  }

  /**
   * What is seen of a table as a whole.
   *
   * @param names the columns of which something is said, and {@link #OTHERS}
   */
  static String table(Limits limits, Collection<String> names) {
    if (limits.isNone()) {
      return "all of it";
    }
    List<String> parts = new ArrayList<>();
    if (limits.isFiltered()) {
      parts.add(rows(limits));
    }
    Set<String> seen = limits.columns().keySet();
    boolean others = seen.contains(OTHERS);
    Set<String> absent = new TreeSet<>(names);
    absent.removeAll(seen);
    absent.remove(OTHERS);
    if (!others) {
      parts.add("only " + listed(new TreeSet<>(seen)));
    } else if (!absent.isEmpty()) {
      parts.add("without " + listed(absent));
    }
    limits
        .columns()
        .forEach((name, sights) -> {
          String shown = cell(sights, limits.rows());
          if (!shown.equals(CLEAR)) {
            parts.add(column(name) + " as " + shown);
          }
        });
    return String.join("; ", parts);
  }

  private static String listed(Set<String> columns) {
    return columns.stream().map(ColumnNames::written).collect(Collectors.joining(", "));
  }

  /** A column by name, or all of which nothing is said. */
  static String column(String name) {
    return name.equals(OTHERS) ? "other columns" : ColumnNames.written(name);
  }
}
