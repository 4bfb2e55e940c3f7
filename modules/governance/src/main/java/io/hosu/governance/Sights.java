package io.hosu.governance;

import io.hosu.governance.Limits.Sight;
import io.hosu.kernel.TableName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Brings together what all grants of a principal show of a table: the union of what allows, less
 * all that denies. The rules are those of docs/reference/access-rules.md.
 */
final class Sights {
  /** Denies every row. */
  private static final String NEVER_FALSE = "NULL";

  private final Sheet sheet;
  private final Meaning meaning;
  private final SortedMap<String, String> ofTable;
  private final List<Grant> placed = new ArrayList<>();
  private final Map<String, List<Sight>> columns = new LinkedHashMap<>();
  private final Set<Grant> used = new LinkedHashSet<>();
  private final Set<Grant> taken = new LinkedHashSet<>();
  private final SortedSet<String> rows = new TreeSet<>();
  private final SortedSet<String> deniedRows = new TreeSet<>();
  private boolean allRows;
  private @Nullable Grant denied;
  private @Nullable Grant unclear;

  Sights(Sheet sheet, TagTree tags, Meaning meaning, TableName table, List<String> names) {
    this.sheet = sheet;
    this.meaning = meaning;
    this.ofTable = tags.tags(Resource.of(table));
    for (Grant grant : sheet.places(Resource.of(table))) {
      if (!grant.isAbout(Permission.SELECT)) {
        continue;
      }
      if (hidesRows(grant)) {
        hideRows(grant);
      } else {
        placed.add(grant);
      }
    }
    Map<SortedMap<String, String>, Alike> byTags = new HashMap<>();
    for (String name : names) {
      NameHistory.Identity who = meaning.identity(name);
      if (who == null) {
        SortedMap<String, String> its = tags.tags(table, name, ofTable);
        byTags.computeIfAbsent(its, same -> new Alike(holding(same))).add(name);
      } else {
        add(name, who, holding(Meaning.tags(tags.ofColumns(table), ofTable, who)));
      }
    }
  }

  /** What allows for all of these tags, and what denies for some of them. */
  private List<Grant> holding(List<SortedMap<String, String>> alternatives) {
    Set<Grant> some = new LinkedHashSet<>();
    Set<Grant> all = new LinkedHashSet<>(holding(alternatives.getFirst()));
    for (SortedMap<String, String> its : alternatives) {
      List<Grant> now = holding(its);
      some.addAll(now);
      all.retainAll(new HashSet<>(now));
    }
    return some.stream().filter(grant -> grant.denies() || all.contains(grant)).toList();
  }

  /** Columns with the same tags: those that no grant names are seen alike. */
  private final class Alike {
    private final List<Grant> grants;
    private final Set<String> named = new HashSet<>();
    private @Nullable String first;

    Alike(List<Grant> grants) {
      this.grants = grants;
      for (Grant grant : grants) {
        named.addAll(grant.terms().columns().names());
        named.addAll(grant.terms().masks().keySet());
      }
    }

    void add(String column) {
      String known = first;
      if (named.contains(Columns.small(column))) {
        Sights.this.add(column, null, grants);
      } else if (known == null) {
        first = column;
        Sights.this.add(column, null, grants);
      } else {
        List<Sight> same = columns.get(known);
        if (same != null) {
          columns.put(column, same);
        }
      }
    }
  }

  private List<Grant> holding(SortedMap<String, String> its) {
    return sheet.holding(placed, its).stream()
        .filter(grant -> grant.isAbout(Permission.SELECT))
        .toList();
  }

  /** A deny with rows that names neither columns nor tags is about rows, not about cells. */
  private static boolean hidesRows(Grant grant) {
    return grant.denies() && grant.terms().rows().isPresent() && grant.terms().columns().isAll();
  }

  private void hideRows(Grant grant) {
    if (sheet.isWhere(grant, ofTable)) {
      deniedRows.add(meaning.rows(grant).map(Condition::sql).orElse(NEVER_FALSE));
    }
  }

  private void add(String column, NameHistory.@Nullable Identity who, List<Grant> grants) {
    SortedSet<String> hidden = new TreeSet<>();
    List<Grant> allowing = new ArrayList<>();
    for (Grant grant : grants) {
      if (!meaning.isAbout(grant, column, who)) {
        continue;
      }
      if (!grant.denies()) {
        if (meaning.hasClearRows(grant)) {
          allowing.add(grant);
        } else {
          unclear = grant;
        }
      } else if (meaning.rows(grant).isEmpty()) {
        denied = grant;
        grants.stream()
            .filter(one -> !one.denies() && meaning.isAbout(one, column, who))
            .forEach(taken::add);
        return;
      } else {
        hidden.add(meaning.rows(grant).get().sql());
      }
    }
    if (!allowing.isEmpty()) {
      see(column, who, allowing, hidden);
    }
  }

  private void see(
      String column,
      NameHistory.@Nullable Identity who,
      List<Grant> allowing,
      SortedSet<String> hidden) {
    TreeMap<Shown, Set<String>> shown = new TreeMap<>();
    for (Grant grant : allowing) {
      used.add(grant);
      Optional<Condition> row = grant.terms().rows();
      row.ifPresentOrElse(condition -> rows.add(condition.sql()), () -> allRows = true);
      show(shown, meaning.mask(grant, column, who), row.map(Condition::sql).orElse(null));
    }
    columns.put(column, sights(shown, hidden));
  }

  /** One for each condition, so that one which fails for a row takes nothing from the others. */
  private static List<Sight> sights(NavigableMap<Shown, Set<String>> shown, Set<String> hidden) {
    List<Sight> sights = new ArrayList<>();
    for (var one : shown.descendingMap().entrySet()) {
      Mask mask = one.getKey().mask;
      if (one.getValue().contains("")) {
        sights.add(new Sight(unlessHidden(null, hidden), mask));
        if (mask == null || !mask.mayNotFit()) {
          break;
        }
        continue; // It may not fit the table: then what others show is seen.
      }
      one.getValue().forEach(when -> sights.add(new Sight(unlessHidden(when, hidden), mask)));
    }
    return sights;
  }

  /**
   * A condition that does not hold where a cell is denied: a denial that fails, or is NULL, makes
   * all of it NULL.
   */
  private static @Nullable String unlessHidden(@Nullable String when, Set<String> hidden) {
    List<String> all = new ArrayList<>();
    if (when != null) {
      all.add(hidden.isEmpty() ? when : "(" + when + ")");
    }
    hidden.forEach(denied -> all.add("(" + denied + ") IS FALSE"));
    return all.isEmpty() ? null : String.join(" AND ", all);
  }

  /** What is seen of a cell, in the order of how much that discloses. */
  private record Shown(@Nullable Mask mask) implements Comparable<Shown> {
    @Override
    public int compareTo(Shown other) {
      Mask its = other.mask;
      if (mask == null || its == null) {
        return Boolean.compare(mask == null, its == null);
      }
      return mask.compareTo(its);
    }
  }

  private static void show(
      Map<Shown, Set<String>> shown, Optional<Terms.Masking> masking, @Nullable String row) {
    if (masking.isEmpty()) {
      add(shown, new Shown(null), row);
      return;
    }
    add(shown, new Shown(masking.get().mask()), row);
    masking
        .get()
        .when()
        .ifPresent(when -> {
          String clear = "NOT " + unlessFalse(when.sql());
          add(shown, new Shown(null), row == null ? clear : "(" + row + ") AND " + clear);
        });
  }

  /** An empty text stands for: always. */
  private static void add(Map<Shown, Set<String>> shown, Shown what, @Nullable String when) {
    shown.computeIfAbsent(what, _ -> new TreeSet<>()).add(when == null ? "" : when);
  }

  /** Whether a condition that denies does so: where it is NULL, too. */
  private static String unlessFalse(String sql) {
    return "coalesce((" + sql + "), TRUE)";
  }

  /** Whether some column is there. */
  boolean isAny() {
    return !columns.isEmpty();
  }

  /** A grant that denies what would be there without it, if there is such. */
  @Nullable Grant denied() {
    return denied;
  }

  /** A grant that shows nothing, as its condition names columns that are others now. */
  @Nullable Grant unclear() {
    return unclear;
  }

  /** The grants that show something. */
  List<Grant> used() {
    return List.copyOf(used);
  }

  /** The grants that would show something, of which all is denied. */
  Set<Grant> taken() {
    Set<Grant> wholly = new LinkedHashSet<>(taken);
    wholly.removeAll(used);
    return wholly;
  }

  /** All that is to be kept to; none, when all of {@code names} are there as they are. */
  Limits limits(List<String> names) {
    List<String> either = allRows ? List.of() : List.copyOf(rows);
    boolean clear =
        columns.size() == names.size()
            && columns.values().stream().allMatch(List.of(Sight.CLEAR)::equals)
            && either.isEmpty()
            && deniedRows.isEmpty();
    return clear ? Limits.none() : new Limits(columns, either, List.copyOf(deniedRows));
  }
}
