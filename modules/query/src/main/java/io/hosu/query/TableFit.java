package io.hosu.query;

import io.hosu.governance.Grant;
import io.hosu.governance.GrantFit;
import io.hosu.governance.Resource;
import io.hosu.governance.Terms;
import io.hosu.kernel.Suggestions;
import io.hosu.kernel.TableName;
import io.hosu.tables.SoundTables;
import io.hosu.tables.Tables;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Whether grants fit the columns that tables have now. May be used from any thread. */
public final class TableFit implements GrantFit {
  private final Guard guard;
  private final Tables tables;

  public TableFit(Guard guard, Tables tables) {
    this.guard = guard;
    this.tables = tables;
  }

  @Override
  public boolean isWithoutTables(Resource on) {
    return switch (on) {
      case Resource.Domain _, Resource.Layer _, Resource.Table _ ->
          tables.list().stream().noneMatch(table -> on.covers(Resource.of(table)));
      case Resource.Lake _,
          Resource.Dataset _,
          Resource.Pipeline _,
          Resource.Bucket _,
          Resource.ObjectKey _,
          Resource.Column _,
          Resource.Tagged _ ->
          false;
    };
  }

  @Override
  public boolean isThere(TableName table) {
    return tables.list().contains(table);
  }

  @Override
  public List<TableName> tables() {
    return tables.list();
  }

  @Override
  public Map<String, String> columns(TableName table) {
    Map<String, String> types = new LinkedHashMap<>();
    SoundTables.find(tables, table)
        .ifPresent(
            found -> found.columns().forEach(column -> types.put(column.name(), column.type())));
    return types;
  }

  @Override
  public List<String> misfits(Grant grant) {
    return grant.on() instanceof Resource.Table(TableName table)
        ? misfits(grant, table)
        : List.of();
  }

  @Override
  public List<String> misfits(Grant grant, TableName table) {
    Map<String, String> types = columns(table);
    if (types.isEmpty()) {
      return List.of();
    }
    Terms terms = grant.terms();
    List<String> all = new ArrayList<>(unknown(terms, types.keySet()));
    terms
        .rows()
        .ifPresent(rows ->
            guard
                .misfits(rows, types)
                .forEach(why -> all.add("rows '%s': %s".formatted(rows, why))));
    terms
        .masks()
        .forEach((column, masking) -> {
          String where = "the mask of %s: ".formatted(column);
          guard.misfits(column, masking.mask(), types).forEach(why -> all.add(where + why));
          masking
              .when()
              .ifPresent(when ->
                  guard
                      .misfits(when, types)
                      .forEach(why -> all.add("%swhen '%s': %s".formatted(where, when, why))));
        });
    return all;
  }

  private static List<String> unknown(Terms terms, Set<String> columns) {
    Set<String> named = new TreeSet<>(terms.columns().names());
    named.addAll(terms.masks().keySet());
    named.remove(Terms.EVERY);
    return named.stream()
        .filter(name -> columns.stream().noneMatch(name::equalsIgnoreCase))
        .map(name ->
            "'%s' is not a column of the table%s"
                .formatted(name, Suggestions.ending(name, columns)))
        .toList();
  }
}
