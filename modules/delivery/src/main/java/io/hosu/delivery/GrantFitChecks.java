package io.hosu.delivery;

import io.hosu.delivery.ProjectDraft.TableDraft;
import io.hosu.delivery.YamlValue.Entry;
import io.hosu.delivery.YamlValue.Mapping;
import io.hosu.delivery.YamlValue.Scalar;
import io.hosu.governance.Condition;
import io.hosu.governance.Mask;
import io.hosu.governance.Resource;
import io.hosu.governance.Terms;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.TableName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Checks whether the conditions and masks of grants fit the columns of their table: those that it
 * has, and those that are declared.
 */
final class GrantFitChecks {
  private static final int MOST_COMPARED = 200;
  private static final int MOST_NAMED = 5;

  private final ProjectDraft draft;
  private final Mistakes mistakes;
  private final SqlCheck sql;

  GrantFitChecks(ProjectDraft draft, Mistakes mistakes, SqlCheck sql) {
    this.draft = draft;
    this.mistakes = mistakes;
    this.sql = sql;
  }

  /** The columns of a row; of one that is not declared, others may come by what is applied. */
  private record Row(Map<String, String> types, boolean isDeclared) {
    String columns() {
      return Mistakes.listed(
          types.entrySet().stream()
              .map(column -> column.getKey() + " " + column.getValue())
              .toList());
    }
  }

  /** An SQL text of a grant, and what of it does not fit columns. */
  private record Site(Scalar at, Function<Map<String, String>, List<String>> misfits) {
    /** That it cannot be read is told elsewhere. */
    List<String> misfits(Row row) {
      try {
        return misfits.apply(row.types());
      } catch (Invalid _) {
        return List.of();
      }
    }
  }

  /** Finds what does not fit of one grant on a table. */
  void check(Mapping grant, TableName table) {
    row(table)
        .ifPresent(row -> {
          if (!row.isDeclared()) {
            named(grant, table, row);
          }
          sites(grant).forEach(site -> tell(site, row));
        });
  }

  /**
   * Finds what does not fit the tables that a grant on more than one is about: it may be meant for
   * some of them.
   */
  void check(Mapping grant, Resource on) {
    Map<TableName, Row> rows = new LinkedHashMap<>();
    draft.knownTables().stream()
        .filter(table -> on.covers(Resource.of(table)))
        .sorted()
        .limit(MOST_COMPARED)
        .forEach(table -> row(table).ifPresent(row -> rows.put(table, row)));
    for (Site site : rows.isEmpty() ? List.<Site>of() : sites(grant)) {
      List<String> others = new ArrayList<>();
      rows.forEach((table, row) ->
          site.misfits(row).stream()
              .findFirst()
              .ifPresent(why -> others.add("%s (%s)".formatted(table, why))));
      if (!others.isEmpty()) {
        tell(site, on, others);
      }
    }
  }

  private void tell(Site site, Resource on, List<String> others) {
    int more = Math.max(0, others.size() - MOST_NAMED);
    mistakes.warning(
        site.at().place(),
        "'%s' does not fit %d of the tables in %s: %s%s"
            .formatted(
                site.at().text(),
                others.size(),
                on,
                String.join(", ", others.subList(0, others.size() - more)),
                more == 0 ? "." : ", and %d more.".formatted(more)),
        "Of these the grant shows nothing; where that is not meant, give one on each table.");
  }

  /** The columns of a table, as far as they are known. */
  private Optional<Row> row(TableName table) {
    Optional<TableDraft> declared = draft.declared(table);
    Row row = new Row(new LinkedHashMap<>(sql.columns(table)), declared.isPresent());
    declared.ifPresent(draft -> declared(draft).forEach(row.types()::putIfAbsent));
    boolean isSound = declared.isEmpty() || declared.get().sound();
    return row.types().isEmpty() || !isSound ? Optional.empty() : Optional.of(row);
  }

  private List<Site> sites(Mapping grant) {
    List<Site> sites = new ArrayList<>();
    grant.scalar("rows").ifPresent(rows -> sites.add(condition(rows)));
    for (Entry mask : grant.mapping("masks").map(Mapping::entries).orElse(List.of())) {
      switch (mask.value()) {
        case Scalar scalar -> sites.add(mask(mask.key(), scalar));
        case Mapping both -> {
          both.scalar("mask").ifPresent(scalar -> sites.add(mask(mask.key(), scalar)));
          both.scalar("when").ifPresent(when -> sites.add(condition(when)));
        }
        case YamlValue.Sequence _ -> {}
      }
    }
    return sites;
  }

  /** Columns that the lake's table does not have: the next apply, or a stage, may bring them. */
  private void named(Mapping grant, TableName table, Row row) {
    List<String> known = List.copyOf(row.types().keySet());
    Map<String, Place> names = new LinkedHashMap<>();
    grant
        .mapping("columns")
        .map(columns -> columns.scalars("except"))
        .orElseGet(() -> grant.scalars("columns"))
        .forEach(column -> names.put(column.text(), column.place()));
    grant.mapping("masks").map(Mapping::entries).orElse(List.of()).stream()
        .filter(mask -> !mask.key().equals(Terms.EVERY))
        .forEach(mask -> names.put(mask.key(), mask.place()));
    names.forEach((name, place) -> {
      if (!GrantChecks.has(known, name)) {
        mistakes.warning(
            place,
            "The table %s has no column '%s' now%s"
                .formatted(table, name, References.suggestion(name, known)),
            "Columns now: %s.".formatted(Mistakes.listed(known)));
      }
    });
  }

  private static Map<String, String> declared(TableDraft table) {
    Map<String, String> types = new LinkedHashMap<>();
    for (Entry column : table.yaml().mapping("columns").map(Mapping::entries).orElse(List.of())) {
      switch (column.value()) {
        case Scalar type -> types.put(column.key(), type.text());
        case Mapping more ->
            more.scalar("type").ifPresent(type -> types.put(column.key(), type.text()));
        case YamlValue.Sequence _ -> {}
      }
    }
    return types;
  }

  private Site condition(Scalar at) {
    return new Site(at, types -> sql.misfits(Condition.parse(at.text()), types));
  }

  private Site mask(String column, Scalar at) {
    return new Site(at, types -> sql.misfits(column, Mask.parse(at.text()), types));
  }

  private void tell(Site site, Row row) {
    for (String why : site.misfits(row)) {
      String told = "'%s' does not fit the table: %s".formatted(site.at().text(), why);
      String columns = row.columns();
      if (row.isDeclared()) {
        mistakes.error(site.at().place(), told, "Columns: %s.".formatted(columns));
      } else {
        mistakes.warning(
            site.at().place(),
            told,
            "Columns now: %s. Until it fits, the grant shows nothing.".formatted(columns));
      }
    }
  }
}
