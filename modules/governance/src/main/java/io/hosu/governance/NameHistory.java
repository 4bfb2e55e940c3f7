package io.hosu.governance;

import io.hosu.governance.ColumnNames.Bearing;
import io.hosu.governance.ColumnNames.Field;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which names the columns of one table bear and bore. What hides goes by every name that a column
 * ever bore; what shows goes by the column that was meant when it was written. Immutable.
 */
final class NameHistory {
  private final List<Bearing> bearings;
  private final Map<String, List<Bearing>> byName = new HashMap<>();
  private final Map<Integer, List<Bearing>> byField = new HashMap<>();
  private final Map<String, Map<String, Long>> tagged;

  /**
   * A history.
   *
   * @param tagged the version at which each tag of a column came, by the column's name and its key
   */
  NameHistory(Collection<Bearing> bearings, Map<String, Map<String, Long>> tagged) {
    this.bearings = List.copyOf(bearings);
    this.tagged = tagged;
    for (Bearing bearing : bearings) {
      if (isTop(bearing)) {
        byName.computeIfAbsent(bearing.field().name(), _ -> new ArrayList<>()).add(bearing);
        byField.computeIfAbsent(bearing.field().id(), _ -> new ArrayList<>()).add(bearing);
      }
    }
  }

  private static boolean isTop(Bearing bearing) {
    return bearing.field().parent() == ColumnNames.TOP;
  }

  /** A column that has, or had, more than one name, or one that others had. */
  final class Identity {
    /** What it is; more than one when that cannot be told. */
    private final Set<Integer> fields;

    /** All its names. */
    private final SortedSet<String> ever = new TreeSet<>();

    private Identity(Set<Integer> fields, String name) {
      this.fields = fields;
      ever.add(name);
      fields.forEach(field ->
          byField.getOrDefault(field, List.of()).forEach(one -> ever.add(one.field().name())));
    }

    /** All names that it ever bore. */
    SortedSet<String> ever() {
      return ever;
    }

    /** Whether it is what was meant by {@code name} at {@code version}. */
    boolean isMeant(String name, long version) {
      OptionalInt meant = meant(byName.getOrDefault(name, List.of()), version);
      return fields.size() == 1 && meant.isPresent() && fields.contains(meant.getAsInt());
    }

    /** Whether it is meant by a tag that is on {@code name}. */
    boolean isMeantByTag(String name, String key) {
      return isMeant(name, tagged.getOrDefault(name, Map.of()).getOrDefault(key, 0L));
    }
  }

  /** Who {@code column} is, if its name alone does not tell it: a name, or what is gone. */
  Optional<Identity> identity(String column) {
    if (ColumnNames.isGone(column)) {
      String name = Columns.small(ColumnNames.nameOf(column));
      return Optional.of(new Identity(Set.of(ColumnNames.fieldOf(column)), name));
    }
    String name = Columns.small(column);
    List<Bearing> all = byName.getOrDefault(name, List.of());
    if (all.isEmpty()) {
      return Optional.empty();
    }
    List<Bearing> now = all.stream().filter(Bearing::isOpen).toList();
    return Optional.of(new Identity(fields(now.isEmpty() ? all : now), name));
  }

  private static Set<Integer> fields(List<Bearing> bearings) {
    Set<Integer> fields = new LinkedHashSet<>();
    bearings.forEach(one -> fields.add(one.field().id()));
    return fields;
  }

  /** What is asked for by each column that ever bore {@code name}; the name itself if none did. */
  Set<String> columns(String name) {
    Set<String> columns = new TreeSet<>();
    fields(byName.getOrDefault(Columns.small(name), List.of()))
        .forEach(field -> columns.add(column(field)));
    return columns.isEmpty() ? Set.of(name) : columns;
  }

  private String column(int field) {
    List<Bearing> its = Objects.requireNonNull(byField.get(field));
    return its.stream()
        .filter(Bearing::isOpen)
        .map(one -> one.field().name())
        .findFirst()
        .orElseGet(() -> ColumnNames.gone(last(its).field().name(), field));
  }

  private static Bearing last(List<Bearing> bearings) {
    return bearings.stream().max(Comparator.comparingLong(Bearing::ended)).orElseThrow();
  }

  /** The column that {@code name} stands for in SQL: the one that has it, or else had it last. */
  Optional<String> inSql(String name) {
    List<Bearing> all = byName.getOrDefault(Columns.small(name), List.of());
    OptionalInt field = meant(all, ColumnNames.OPEN - 1);
    return field.isPresent() ? Optional.of(column(field.getAsInt())) : Optional.empty();
  }

  /** All names that no column has any more, each with the column that had it last, if one did. */
  Map<String, String> former() {
    Map<String, String> former = new HashMap<>();
    byName.forEach((name, all) -> {
      if (all.stream().noneMatch(Bearing::isOpen)) {
        inSql(name).ifPresent(column -> former.put(name, column));
      }
    });
    return former;
  }

  /** What {@code name}, written at {@code version}, means now, if that is another column. */
  Optional<String> moved(String name, long version) {
    String small = Columns.small(name);
    List<Bearing> all = byName.getOrDefault(small, List.of());
    OptionalInt field = meant(all, version);
    return field.isPresent()
        ? Optional.of(column(field.getAsInt())).filter(column -> !column.equals(small))
        : Optional.empty();
  }

  /** Whether another column than was meant by {@code name} at {@code version} has that name now. */
  boolean isTaken(String name, long version) {
    List<Bearing> all = byName.getOrDefault(Columns.small(name), List.of());
    return all.stream().anyMatch(Bearing::isOpen)
        && !meant(all, version).equals(meant(all, ColumnNames.OPEN - 1));
  }

  /**
   * Whether each name in {@code sql}, which was written at {@code version}, stands for what was
   * meant by it. A word that could be such a name counts as one.
   */
  boolean isClear(String sql, long version) {
    String small = Columns.small(sql);
    Map<Field, List<Bearing>> names = new HashMap<>(); // of field 0: whoever bears the name
    for (Bearing one : bearings) {
      Field field = one.field();
      if (mentions(small, field.name())) {
        names
            .computeIfAbsent(new Field(0, field.parent(), field.name()), _ -> new ArrayList<>())
            .add(one);
      }
    }
    return names.values().stream()
        .allMatch(all -> {
          OptionalInt meant = meant(all, version);
          return meant.isPresent() && meant.equals(meant(all, ColumnNames.OPEN - 1));
        });
  }

  /** A name is a word of its own, or in quotes, in which quotes are doubled. */
  private static boolean mentions(String sql, String name) {
    String quoted = name.replace("\"", "\"\"");
    for (int at = sql.indexOf(quoted); at >= 0; at = sql.indexOf(quoted, at + 1)) {
      if (isEdge(sql, at - 1, quoted, 0)
          && isEdge(sql, at + quoted.length(), quoted, quoted.length() - 1)) {
        return true;
      }
    }
    return false;
  }

  /** Whether the character of the SQL beside a name does not go on with its word. */
  private static boolean isEdge(String sql, int beside, String name, int end) {
    return name.isEmpty()
        || beside < 0
        || beside >= sql.length()
        || !Character.isJavaIdentifierPart(sql.charAt(beside))
        || !Character.isJavaIdentifierPart(name.charAt(end));
  }

  /**
   * The field that a name meant at {@code version}: the one that bore it; or else bore it last; or
   * else was made with it later. None, when that cannot be told, or the next to bear it had another
   * name before.
   */
  private OptionalInt meant(List<Bearing> named, long version) {
    List<Bearing> at =
        named.stream().filter(one -> one.since() <= version && version < one.ended()).toList();
    if (!at.isEmpty()) {
      return only(at);
    }
    List<Bearing> before = named.stream().filter(one -> one.ended() <= version).toList();
    if (!before.isEmpty()) {
      long end = last(before).ended();
      return only(before.stream().filter(one -> one.ended() == end).toList());
    }
    long first = named.stream().mapToLong(Bearing::since).min().orElse(0);
    return only(named.stream().filter(one -> one.since() == first).filter(this::isFirst).toList());
  }

  private static OptionalInt only(List<Bearing> bearings) {
    Set<Integer> fields = fields(bearings);
    return fields.size() == 1 ? OptionalInt.of(fields.iterator().next()) : OptionalInt.empty();
  }

  /** Whether a field had no other name before. */
  private boolean isFirst(Bearing bearing) {
    return bearings.stream()
        .filter(one -> one.field().id() == bearing.field().id())
        .allMatch(one -> one.since() >= bearing.since());
  }
}
