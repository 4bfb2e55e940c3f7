package io.hosu.governance;

import io.hosu.kernel.TableName;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which names the columns of tables bear and bore, so that grants and tags follow a column that is
 * renamed. Kept by the transaction that changes the table, and of those tables alone where a name
 * could mean another column than the one that has it.
 */
public final class ColumnNames {
  /** The parent of fields that lie in no other. */
  public static final int TOP = -1;

  static final long OPEN = Long.MAX_VALUE;

  private static final char GONE = '\0';
  private static final Pattern MARKED = Pattern.compile("\0[0-9]{1,9}\\z");

  private ColumnNames() {}

  /**
   * A field of a schema.
   *
   * @param id what it keeps when it is renamed
   * @param parent the id of the field that it lies in; {@link #TOP}: of none
   * @param name in small letters
   */
  public record Field(int id, int parent, String name) {
    public Field {
      name = Columns.small(name);
    }
  }

  /** Who changes a table. */
  public enum Writer {
    /**
     * An engine outside: a new column is another than the one that had its name, whatever it holds.
     */
    ENGINE,
    /** The lake: its stages know columns by their names, so that a new one continues the old. */
    LAKE
  }

  /**
   * What becomes of the names of a table.
   *
   * @param before the fields that it had; empty when it is new
   * @param now the fields that it has
   * @param known all fields that any schema has that is remembered of it, under each of their names
   */
  public record Naming(Set<Field> before, Set<Field> now, Set<Field> known, Writer writer) {
    public Naming {
      before = Set.copyOf(before);
      now = Set.copyOf(now);
      known =
          Stream.of(before, now, known)
              .flatMap(Set::stream)
              .collect(Collectors.toUnmodifiableSet());
    }
  }

  /** What stands for a column that a table has no more, where columns are asked for by name. */
  public static String gone(String name, int field) {
    return name + GONE + field;
  }

  /** Whether {@code column} is no name, but stands for a column that is there no more. */
  public static boolean isGone(String column) {
    return MARKED.matcher(column).find();
  }

  /** A column for people: its name, or that of one which is there no more. */
  public static String written(String column) {
    return isGone(column)
        ? "%s (dropped, field %d)".formatted(nameOf(column), fieldOf(column))
        : column;
  }

  /** The name that was given to {@link #gone}. */
  static String nameOf(String gone) {
    return gone.substring(0, gone.lastIndexOf(GONE));
  }

  /** The field that was given to {@link #gone}. */
  public static int fieldOf(String gone) {
    return Integer.parseInt(gone.substring(gone.lastIndexOf(GONE) + 1));
  }

  /** That a field bore a name from one version of the policy until another. */
  record Bearing(Field field, long since, long ended) {
    private static Bearing of(Row row) {
      Field field =
          new Field((int) row.number("field"), (int) row.number("parent"), row.text("name"));
      return new Bearing(field, row.number("since"), row.optionalNumber("ended").orElse(OPEN));
    }

    boolean isOpen() {
      return ended == OPEN;
    }
  }

  /** Keeps what becomes of the names of a table, as part of the transaction that changes it. */
  public static void keep(Transaction tx, TableName table, String id, Naming naming) {
    List<Bearing> kept = of(tx, id);
    Set<Integer> odd = odd(kept, naming);
    if (odd.isEmpty()) {
      return;
    }
    PolicyVersion.advance(tx, PolicyVersion.Kind.COLUMNS, table.toString());
    long version = PolicyVersion.current(tx);
    tx.update("UPDATE column_names SET table_name = ? WHERE table_id = ?", table.toString(), id);
    List<Bearing> fresh = new ArrayList<>();
    for (Bearing bearing : kept) {
      if (bearing.isOpen() && !naming.now().contains(bearing.field())) {
        end(tx, id, bearing, version);
      }
    }
    Set<Field> open = new HashSet<>();
    Set<Field> known = new HashSet<>();
    kept.forEach(bearing -> known.add(bearing.field()));
    kept.stream().filter(Bearing::isOpen).map(Bearing::field).forEach(open::add);
    for (Field field : naming.known()) {
      if (!odd.contains(field.id())) {
        continue;
      }
      boolean now = naming.now().contains(field);
      if (now && !open.contains(field)) {
        fresh.add(new Bearing(field, since(field, known, naming, version), OPEN));
      } else if (!now && !known.contains(field)) {
        long since = since(field, known, naming, version);
        fresh.add(new Bearing(field, since, naming.before().contains(field) ? version : since));
      }
    }
    fresh.forEach(one -> insert(tx, table, id, one));
    if (naming.writer() == Writer.LAKE) {
      fresh.stream()
          .filter(one -> one.isOpen() && one.since() == version)
          .forEach(one -> continueOld(tx, id, one, naming));
    }
  }

  /** A name that was there before anybody looked was there from the beginning. */
  private static long since(Field field, Set<Field> known, Naming naming, long version) {
    boolean old =
        !known.contains(field)
            && (naming.before().isEmpty()
                || naming.before().contains(field)
                || !naming.now().contains(field));
    return old ? 0 : version;
  }

  /** Those fields whose names alone do not tell what is meant by them. */
  private static Set<Integer> odd(List<Bearing> kept, Naming naming) {
    Set<Field> all = new HashSet<>(naming.known());
    kept.forEach(bearing -> all.add(bearing.field()));
    Map<Integer, Set<String>> names = new HashMap<>();
    Map<List<Object>, Set<Integer>> bearers = new HashMap<>();
    for (Field field : all) {
      names.computeIfAbsent(field.id(), _ -> new HashSet<>()).add(field.name());
      bearers
          .computeIfAbsent(List.of(field.parent(), field.name()), _ -> new HashSet<>())
          .add(field.id());
    }
    Set<Integer> odd = new LinkedHashSet<>();
    for (Field field : all) {
      if (!naming.now().contains(field)
          || Objects.requireNonNull(names.get(field.id())).size() > 1
          || Objects.requireNonNull(bearers.get(List.of(field.parent(), field.name()))).size()
              > 1) {
        odd.add(field.id());
      }
    }
    return odd;
  }

  /**
   * A column that the lake makes anew under the name of one that is gone is what grants mean by it
   * that were given before.
   */
  private static void continueOld(Transaction tx, String id, Bearing made, Naming naming) {
    Field field = made.field();
    Set<Integer> present = new HashSet<>();
    naming.now().forEach(one -> present.add(one.id()));
    Optional<Bearing> old =
        of(tx, id).stream()
            .filter(one -> !one.isOpen() && !present.contains(one.field().id()))
            .filter(one -> one.field().parent() == field.parent())
            .filter(one -> one.field().name().equals(field.name()))
            .max(Comparator.comparingLong(Bearing::ended));
    if (old.isEmpty()) {
      return;
    }
    long since = old.get().since();
    String row = " WHERE table_id = ? AND field = ? AND name = ? AND since = ?";
    tx.update("DELETE FROM column_names" + row, id, field.id(), field.name(), since);
    tx.update(
        "UPDATE column_names SET ended = since" + row,
        id,
        old.get().field().id(),
        field.name(),
        since);
    tx.update(
        "UPDATE column_names SET since = ?" + row,
        since,
        id,
        field.id(),
        field.name(),
        made.since());
  }

  private static void end(Transaction tx, String id, Bearing bearing, long version) {
    tx.update(
        "UPDATE column_names SET ended = ? WHERE table_id = ? AND field = ? AND name = ? AND"
            + " ended IS NULL",
        version,
        id,
        bearing.field().id(),
        bearing.field().name());
  }

  private static void insert(Transaction tx, TableName table, String id, Bearing one) {
    tx.update(
        "INSERT INTO column_names (table_id, table_name, field, parent, name, since)"
            + " VALUES (?, ?, ?, ?, ?, ?)",
        id,
        table.toString(),
        one.field().id(),
        one.field().parent(),
        one.field().name(),
        one.since());
    if (!one.isOpen()) {
      end(tx, id, one, one.ended());
    }
  }

  /** Keeps that a table has another name, or none any more: empty. */
  public static void move(Transaction tx, String id, TableName from, Optional<TableName> to) {
    int moved =
        tx.update(
            "UPDATE column_names SET table_name = ? WHERE table_id = ?",
            to.map(TableName::toString).orElse(""),
            id);
    if (moved > 0) {
      PolicyVersion.advance(tx, PolicyVersion.Kind.COLUMNS, from.toString());
      to.ifPresent(name -> PolicyVersion.advance(tx, PolicyVersion.Kind.COLUMNS, name.toString()));
    }
  }

  private static List<Bearing> of(Transaction tx, String id) {
    return tx.list(
        "SELECT field, parent, name, since, ended FROM column_names WHERE table_id = ?",
        Bearing::of,
        id);
  }

  /** Of each table that has such names, what it is called and what they are. */
  static Map<TableName, NameHistory> all(Transaction tx) {
    Map<TableName, NameHistory> all = new LinkedHashMap<>();
    tx.list(
            "SELECT DISTINCT table_name FROM column_names WHERE table_name <> ?",
            row -> TableName.parse(row.text("table_name")),
            "")
        .forEach(table -> find(tx, table).ifPresent(history -> all.put(table, history)));
    return all;
  }

  /** The names of the columns of a table, if they are not just those that they have. */
  static Optional<NameHistory> find(Transaction tx, TableName table) {
    List<Bearing> bearings =
        tx.list(
            "SELECT field, parent, name, since, ended FROM column_names WHERE table_name = ?",
            Bearing::of,
            table.toString());
    return bearings.isEmpty()
        ? Optional.empty()
        : Optional.of(new NameHistory(bearings, Tags.given(tx, table)));
  }
}
