package io.hosu.query;

import io.hosu.query.SqlLineage.Column;
import io.hosu.query.SqlLineage.Rest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What becomes of columns where several queries are made one. */
final class LineageUnion {
  private LineageUnion() {}

  /** UNION: the first columns of all are the first column, and so on, named as the first has it. */
  static SqlLineage byPlace(List<SqlLineage> all) {
    if (all.stream().anyMatch(SqlLineage::isOpen)) {
      return guessed(all);
    }
    SqlLineage first = all.getFirst();
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < first.columns().size(); i++) {
      Set<ColumnSource> sources = new TreeSet<>();
      for (SqlLineage one : all) {
        if (i < one.columns().size()) {
          sources.addAll(one.columns().get(i).sources());
        }
      }
      columns.add(new Column(first.columns().get(i).name(), sources));
    }
    return new SqlLineage(columns, List.of(), rows(all));
  }

  /** Which column stands where is not known: those of one name are likely the same. */
  private static SqlLineage guessed(List<SqlLineage> all) {
    SqlLineage united = byName(all);
    List<Column> columns =
        united.columns().stream()
            .map(column ->
                new Column(column.name(), ColumnSource.then(column.sources(), ColumnFlow.UNKNOWN)))
            .toList();
    return new SqlLineage(columns, united.rest(), united.rows());
  }

  /** UNION BY NAME. */
  static SqlLineage byName(List<SqlLineage> all) {
    Map<String, String> names = new LinkedHashMap<>();
    for (SqlLineage one : all) {
      one.columns()
          .forEach(column -> names.putIfAbsent(LineageScope.small(column.name()), column.name()));
    }
    List<Column> columns = new ArrayList<>();
    names
        .values()
        .forEach(name -> {
          Set<ColumnSource> sources = new TreeSet<>();
          all.forEach(one -> one.sources(name).ifPresent(sources::addAll));
          columns.add(new Column(name, sources));
        });
    List<Rest> rest = new ArrayList<>();
    all.forEach(one -> rest.addAll(one.rest()));
    return new SqlLineage(columns, rest, rows(all));
  }

  /** EXCEPT and INTERSECT: the others only decide which rows of the first there are. */
  static SqlLineage filtered(List<SqlLineage> all) {
    SqlLineage first = all.getFirst();
    Set<ColumnSource> rows = rows(all);
    all.forEach(one -> rows.addAll(ColumnSource.then(one.everything(), ColumnFlow.FILTER)));
    return new SqlLineage(first.columns(), first.rest(), rows);
  }

  private static Set<ColumnSource> rows(List<SqlLineage> all) {
    Set<ColumnSource> rows = new TreeSet<>();
    all.forEach(one -> rows.addAll(one.rows()));
    return rows;
  }
}
