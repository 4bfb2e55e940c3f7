package io.hosu.governance;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a principal sees of a table. Conditions are SQL over the table's columns as they are stored,
 * before any mask; each stands in parentheses of its own, and may say {@code principal.ATTRIBUTE}
 * for an attribute of the principal, which is NULL when it has no such attribute.
 *
 * @param columns by column, in the order of the table, what is seen of a cell: the first sight
 *     whose condition is TRUE; none is: NULL. A column that is not here does not exist for the
 *     principal
 * @param rows conditions of which a row meets at least one, or it is not there; empty: all rows
 * @param deniedRows conditions that are all FALSE for a row, or it is not there, whatever else
 *     holds: NULL hides it
 */
public record Limits(Map<String, List<Sight>> columns, List<String> rows, List<String> deniedRows) {
  private static final Limits NONE = new Limits(Map.of(), List.of(), List.of());

  /**
   * How a cell may be seen.
   *
   * @param when the condition under which it is; null: always
   * @param mask what is seen in its place; null: the cell itself
   */
  public record Sight(@Nullable String when, @Nullable Mask mask) {
    /** Always, and as it is. */
    public static final Sight CLEAR = new Sight(null, null);

    /** For people: {@code hash}, or {@code clear when region = 'EU'}. */
    @Override
    public String toString() {
      String shown = mask == null ? "clear" : mask.toString();
      return when == null ? shown : shown + " when " + when;
    }

    private Sight resolved(UnaryOperator<String> form) {
      Mask masked =
          mask instanceof Mask.Sql(Condition sql)
              ? new Mask.Sql(new Condition(form.apply(sql.sql())))
              : mask;
      return new Sight(when == null ? null : form.apply(when), masked);
    }
  }

  public Limits {
    Map<String, List<Sight>> copy = new LinkedHashMap<>();
    columns.forEach((column, sights) -> copy.put(column, List.copyOf(sights)));
    columns = Collections.unmodifiableMap(copy);
    rows = List.copyOf(rows);
    deniedRows = List.copyOf(deniedRows);
  }

  /** No limits: all rows, and all columns as they are. */
  public static Limits none() {
    return NONE;
  }

  /** Whether all rows and all columns are there as they are. */
  public boolean isNone() {
    return equals(NONE);
  }

  /**
   * What is seen of a column in every row that is there, whatever the row holds: of the sights that
   * always hold there the most disclosing. Empty: nothing is for sure, or the column is not there.
   */
  public Optional<Sight> everywhere(String column) {
    List<Sight> sights = SightText.inRows(columns.getOrDefault(column, List.of()), rows);
    return sights.stream().filter(sight -> sight.when == null).findFirst();
  }

  /** The same limits with the attributes of {@code principal} in place of what asks for them. */
  public Limits resolved(Principal principal) {
    return resolved(principal.attributes());
  }

  /** Whether what is seen of a cell depends on what other cells of its row hold. */
  boolean looksAtRows() {
    return !rows.isEmpty()
        || !deniedRows.isEmpty()
        || columns.values().stream()
            .flatMap(List::stream)
            .anyMatch(sight -> sight.when() != null || sight.mask() instanceof Mask.Sql);
  }

  /**
   * What is seen by who is limited by both: nothing that one of them does not show. Nothing, when
   * they have no column in common.
   */
  Optional<Limits> and(Limits other) {
    if (isNone() || other.isNone()) {
      return Optional.of(isNone() ? other : this);
    }
    Map<String, List<Sight>> both = new LinkedHashMap<>();
    columns.forEach((column, sights) -> {
      List<Sight> others = other.columns.get(column);
      if (others != null) {
        both.put(column, and(sights, others));
      }
    });
    if (both.isEmpty()) {
      return Optional.empty();
    }
    List<String> eitherRows =
        rows.isEmpty() || other.rows.isEmpty()
            ? rows.isEmpty() ? other.rows : rows
            : pairs(rows, other.rows);
    NavigableSet<String> denied = new TreeSet<>(deniedRows);
    denied.addAll(other.deniedRows);
    return Optional.of(new Limits(both, eitherRows, List.copyOf(denied)));
  }

  /**
   * The same limits for who sees nothing of {@code hidden}.
   *
   * @param all every column, of which no limits show all
   */
  Limits without(Set<String> hidden, List<String> all) {
    Map<String, List<Sight>> left = new LinkedHashMap<>();
    if (isNone()) {
      all.forEach(column -> left.put(column, List.of(Sight.CLEAR)));
    } else {
      left.putAll(columns);
    }
    left.keySet().removeAll(hidden);
    boolean same = isNone() && left.size() == all.size();
    return same ? this : new Limits(left, rows, deniedRows);
  }

  /** The first of each that are TRUE are the first pair that is TRUE. */
  private static List<Sight> and(List<Sight> ones, List<Sight> others) {
    List<Sight> pairs = new ArrayList<>();
    for (Sight one : ones) {
      for (Sight other : others) {
        String when =
            one.when == null || other.when == null
                ? one.when == null ? other.when : one.when
                : and(one.when, other.when);
        pairs.add(new Sight(when, Masks.and(one.mask, other.mask)));
      }
    }
    return pairs;
  }

  private static String and(String one, String other) {
    return one.equals(other) ? one : "(%s) AND (%s)".formatted(one, other);
  }

  /** A row meets one of these if it meets one of each, also where others fail for it. */
  private static List<String> pairs(List<String> ones, List<String> others) {
    return ones.stream()
        .flatMap(one -> others.stream().map(other -> and(one, other)))
        .distinct()
        .toList();
  }

  /** Whether what limits say can be computed over the columns of a table. */
  public interface Fit {
    boolean fits(String condition);

    boolean fits(String column, Mask mask);
  }

  /**
   * What is seen of a table that some of it does not fit: what would show something shows nothing
   * of this table, what would hide something hides all that it is about. So a grant more takes
   * nothing from the others, and a denial that cannot be computed lets nothing through. Nothing,
   * when no column or no row is left.
   */
  public Optional<Limits> fitting(Fit fit) {
    List<String> some = rows.stream().filter(fit::fits).toList();
    if ((some.isEmpty() && !rows.isEmpty()) || !deniedRows.stream().allMatch(fit::fits)) {
      return Optional.empty();
    }
    Map<String, List<Sight>> left = new LinkedHashMap<>();
    columns.forEach((column, sights) -> {
      List<Sight> its =
          sights.stream().filter(sight -> sight.when == null || fit.fits(sight.when)).toList();
      if (!its.isEmpty()) {
        // A mask that does not fit shows NULL, as does what no sight shows.
        left.put(
            column,
            reached(
                its.stream()
                    .filter(sight -> sight.mask == null || fit.fits(column, sight.mask))
                    .toList()));
      }
    });
    return left.isEmpty() && !isNone()
        ? Optional.empty()
        : Optional.of(new Limits(left, some, deniedRows));
  }

  /** Up to the first that always holds: what comes after it is never seen. */
  private static List<Sight> reached(List<Sight> sights) {
    for (int i = 0; i < sights.size(); i++) {
      if (sights.get(i).when == null) {
        return sights.subList(0, i + 1);
      }
    }
    return sights;
  }

  /** The same limits with these attributes in the place of {@code principal.ATTRIBUTE}. */
  Limits resolved(Map<String, String> attributes) {
    UnaryOperator<String> form = sql -> Attributes.resolved(sql, attributes);
    Map<String, List<Sight>> all = new LinkedHashMap<>();
    columns.forEach((column, sights) ->
        all.put(column, sights.stream().map(sight -> sight.resolved(form)).toList()));
    return new Limits(
        all, rows.stream().map(form).toList(), deniedRows.stream().map(form).toList());
  }

  /** Whether rows may be missing. */
  public boolean isFiltered() {
    return !rows.isEmpty() || !deniedRows.isEmpty();
  }

  /** The condition that all rows meet which are there, for people; empty: all rows are. */
  Optional<String> filter() {
    List<String> all = new ArrayList<>();
    if (!rows.isEmpty()) {
      all.add(rows.stream().collect(Collectors.joining(") OR (", "((", "))")));
    }
    deniedRows.forEach(denied -> all.add("(%s) IS FALSE".formatted(denied)));
    return isFiltered() ? Optional.of(String.join(" AND ", all)) : Optional.empty();
  }
}
