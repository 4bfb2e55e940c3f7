package io.hosu.governance;

import io.hosu.governance.ColumnNames.Bearing;
import io.hosu.governance.ColumnNames.Field;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The names that the columns of one table have and had, all of them written down, version by
 * version, and when grants were given: rules 46 to 49 of docs/reference/access-rules.md.
 */
final class NaiveNames {
  /** Where each name means the column that has it. */
  static final NaiveNames PLAIN = new NaiveNames(List.of(), Map.of());

  private static final Pattern NAME = Pattern.compile("\\b[a-e]\\b");

  private final List<Map<String, Integer>> versions;
  private final Map<String, Integer> given;

  /**
   * The names.
   *
   * @param versions the fields by their names
   * @param given by the id of a grant, the version at which it came
   */
  NaiveNames(List<Map<String, Integer>> versions, Map<String, Integer> given) {
    this.versions = versions;
    this.given = given;
  }

  /** The columns that there are. */
  List<String> columns() {
    return List.copyOf(versions.getLast().keySet());
  }

  private Set<String> ever(String column) {
    Set<String> ever = new TreeSet<>(List.of(column));
    Integer field = versions.getLast().get(column);
    versions.forEach(names ->
        names.forEach((name, its) -> {
          if (its.equals(field)) {
            ever.add(name);
          }
        }));
    return ever;
  }

  /** The field that a name meant at a version; null: that cannot be told. */
  private @Nullable Integer meant(String name, int version) {
    for (int at = version; at >= 0; at--) {
      Integer field = versions.get(at).get(name);
      if (field != null) {
        return field;
      }
    }
    for (int at = version + 1; at < versions.size(); at++) {
      Integer field = versions.get(at).get(name);
      if (field != null) {
        return versions.subList(0, at).stream().anyMatch(names -> names.containsValue(field))
            ? null
            : field;
      }
    }
    return null;
  }

  private int given(Grant grant) {
    return given.getOrDefault(grant.id(), versions.size() - 1);
  }

  private boolean isMeant(String name, String column, Grant grant) {
    Integer field = meant(name, given(grant));
    return field != null && field.equals(versions.getLast().get(column));
  }

  /** Whether a grant is about a column. */
  boolean isAbout(Grant grant, String column) {
    Columns columns = grant.terms().columns();
    if (versions.isEmpty() || columns.isAll()) {
      return columns.has(column);
    }
    Set<String> names = columns.names();
    boolean hides = columns.except() != grant.denies();
    boolean named =
        ever(column).stream()
            .filter(names::contains)
            .anyMatch(name -> hides || isMeant(name, column, grant));
    return named != columns.except();
  }

  /** All masks that a grant has for a column, under whichever of its names, in their order. */
  List<Terms.Masking> masks(Grant grant, String column) {
    Map<String, Terms.Masking> masks = grant.terms().masks();
    Set<String> names = versions.isEmpty() ? Set.of(column) : ever(column);
    List<Terms.Masking> all = new ArrayList<>();
    boolean own = false;
    for (String name : names) {
      Terms.Masking masking = masks.get(name);
      if (masking != null) {
        all.add(masking);
        own |= versions.isEmpty() || isMeant(name, column, grant);
      }
    }
    Terms.Masking every = masks.get(Terms.EVERY);
    if (every != null && !own) {
      all.addFirst(every);
    }
    return all;
  }

  /** Whether each name in SQL that a column ever had means what it meant. */
  boolean isClear(Grant grant, String sql) {
    return names(sql).stream()
        .filter(name -> versions.stream().anyMatch(names -> names.containsKey(name)))
        .allMatch(name -> {
          Integer then = meant(name, given(grant));
          return then != null && then.equals(meant(name, versions.size() - 1));
        });
  }

  /** The SQL with the names that columns have now; nothing, when it does not fit. */
  Optional<String> now(Grant grant, String sql) {
    if (!RandomPolicies.fits(sql) || !isClear(grant, sql)) {
      return Optional.empty();
    }
    if (versions.isEmpty()) {
      return Optional.of(sql);
    }
    Map<String, String> current = new HashMap<>();
    for (String name : names(sql)) {
      Integer field = meant(name, versions.size() - 1);
      versions
          .getLast()
          .forEach((its, of) -> {
            if (of.equals(field)) {
              current.put(name, its);
            }
          });
    }
    return current.keySet().containsAll(names(sql))
        ? Optional.of(
            NAME.matcher(sql).replaceAll(found -> current.getOrDefault(found.group(), "")))
        : Optional.empty();
  }

  private static Set<String> names(String sql) {
    Set<String> names = new LinkedHashSet<>();
    for (Matcher found = NAME.matcher(sql); found.find(); ) {
      names.add(found.group());
    }
    return names;
  }

  /** The same, as decisions are made from it. */
  NameHistory history() {
    Map<Field, Long> open = new HashMap<>();
    List<Bearing> all = new ArrayList<>();
    for (int at = 0; at < versions.size(); at++) {
      Set<Field> now = new LinkedHashSet<>();
      versions.get(at).forEach((name, id) -> now.add(new Field(id, ColumnNames.TOP, name)));
      long version = at;
      open.entrySet()
          .removeIf(before -> {
            boolean ends = !now.contains(before.getKey());
            if (ends) {
              all.add(new Bearing(before.getKey(), before.getValue(), version));
            }
            return ends;
          });
      now.forEach(field -> open.putIfAbsent(field, version));
    }
    open.forEach((field, since) -> all.add(new Bearing(field, since, ColumnNames.OPEN)));
    return new NameHistory(all, Map.of());
  }

  /** When grants came, as decisions are made from it. */
  Map<String, Long> versionsOfGrants() {
    Map<String, Long> all = new HashMap<>();
    given.forEach((id, version) -> all.put(id, (long) version));
    return all;
  }
}
