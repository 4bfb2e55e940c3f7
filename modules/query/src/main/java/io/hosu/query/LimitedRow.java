package io.hosu.query;

import io.hosu.governance.ColumnNames;
import io.hosu.tables.Sql;
import io.hosu.tables.SqlColumn;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The row that conditions and masks of grants look at: the columns that are read and those that the
 * table has, by today's names and by those which they had before.
 */
final class LimitedRow {
  private final List<Seen> read = new ArrayList<>();
  private final Map<String, String> types = new LinkedHashMap<>();
  private final Map<String, String> former = new LinkedHashMap<>();
  private final List<String> along = new ArrayList<>();

  /**
   * A column of the rows that are read.
   *
   * @param key how the limits call it
   * @param as what the row calls it
   */
  record Seen(SqlColumn column, String key, String as) {}

  /**
   * A row.
   *
   * @param now the columns that the table has
   * @param planned those that are read
   * @param keys how the limits call these, in the same order
   */
  LimitedRow(List<SqlColumn> now, List<SqlColumn> planned, List<String> keys) {
    now.forEach(column -> types.put(column.name(), column.type()));
    for (int i = 0; i < planned.size(); i++) {
      SqlColumn column = planned.get(i);
      String key = keys.get(i);
      String as = ColumnNames.isGone(key) ? free("dropped " + ColumnNames.fieldOf(key)) : key;
      types.put(as, column.type());
      read.add(new Seen(column, key, as));
    }
  }

  private String free(String name) {
    return known(name).isPresent() ? free(name + "_") : name;
  }

  private Optional<String> known(String name) {
    return types.keySet().stream().filter(name::equalsIgnoreCase).findFirst();
  }

  /** Has columns answer to their former names too; by name, which columns they are. */
  void alsoCalled(Map<String, String> names) {
    names.forEach((name, column) -> {
      Optional<String> same = ColumnNames.isGone(column) ? gone(column) : known(column);
      if (same.isPresent() && known(name).isEmpty()) {
        former.put(name, same.get());
      }
    });
    former.forEach((name, as) -> types.put(name, types.getOrDefault(as, "")));
  }

  private Optional<String> gone(String column) {
    return read.stream()
        .filter(seen -> ColumnNames.isGone(seen.key()))
        .filter(seen -> ColumnNames.fieldOf(seen.key()) == ColumnNames.fieldOf(column))
        .map(Seen::as)
        .findFirst();
  }

  /** Has columns of the rows come along that are none of the table's. */
  void alongWith(List<String> names) {
    along.addAll(names);
  }

  /** What comes along, each after a comma. */
  String along() {
    return along.stream().map(name -> ", " + Sql.name(name)).collect(Collectors.joining());
  }

  /** The columns that are read. */
  List<Seen> read() {
    return List.copyOf(read);
  }

  /** All names that a condition may use, with their types. */
  Map<String, String> types() {
    return types;
  }

  /** The SELECT of such rows out of {@code rows}; a column that came later is NULL. */
  String select(String rows) {
    Map<String, String> sources = new LinkedHashMap<>();
    types.forEach((name, type) -> sources.put(name, "NULL::" + type));
    boolean same = read.stream().allMatch(seen -> seen.as().equals(seen.column().name()));
    read.forEach(seen -> sources.put(seen.as(), Sql.name(seen.column().name())));
    former.forEach((name, as) -> sources.put(name, sources.getOrDefault(as, "NULL")));
    Set<String> others = new HashSet<>(types.keySet());
    read.forEach(seen -> others.remove(seen.as()));
    if (same && others.isEmpty()) {
      return rows;
    }
    List<String> columns = new ArrayList<>();
    sources.forEach((name, source) -> columns.add(source + " AS " + Sql.name(name)));
    return "SELECT %s%s FROM (%s)".formatted(String.join(", ", columns), along(), rows);
  }
}
