package io.hosu.delivery;

import io.hosu.delivery.ProjectDraft.TableDraft;
import io.hosu.delivery.YamlValue.Entry;
import io.hosu.delivery.YamlValue.Mapping;
import io.hosu.delivery.YamlValue.Scalar;
import io.hosu.governance.Condition;
import io.hosu.governance.Mask;
import io.hosu.governance.Terms;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.TableName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Checks whether the conditions and masks of grants fit the columns of their table: those that it
 * has, and those that are declared.
 */
final class GrantFitChecks {
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

  /** Finds what does not fit of one grant on a table. */
  void check(Mapping grant, TableName table) {
    Optional<TableDraft> declared = draft.declared(table);
    Row row = new Row(new LinkedHashMap<>(sql.columns(table)), declared.isPresent());
    declared.ifPresent(draft -> declared(draft).forEach(row.types()::putIfAbsent));
    boolean isSound = declared.isEmpty() || declared.get().sound();
    if (row.types().isEmpty() || !isSound) {
      return;
    }
    if (declared.isEmpty()) {
      named(grant, table, row);
    }
    grant.scalar("rows").ifPresent(rows -> condition(rows, row));
    for (Entry mask : grant.mapping("masks").map(Mapping::entries).orElse(List.of())) {
      switch (mask.value()) {
        case Scalar scalar -> mask(scalar, row);
        case Mapping both -> {
          both.scalar("mask").ifPresent(scalar -> mask(scalar, row));
          both.scalar("when").ifPresent(when -> condition(when, row));
        }
        case YamlValue.Sequence _ -> {}
      }
    }
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

  private void condition(Scalar at, Row row) {
    tell(at, row, () -> sql.misfits(Condition.parse(at.text()), row.types()));
  }

  private void mask(Scalar at, Row row) {
    tell(at, row, () -> sql.misfits(Mask.parse(at.text()), row.types()));
  }

  private void tell(Scalar at, Row row, Supplier<List<String>> asked) {
    List<String> misfits;
    try {
      misfits = asked.get();
    } catch (Invalid _) {
      return; // that it cannot be read is told by now
    }
    for (String why : misfits) {
      String told = "The SQL '%s' does not fit the table: %s".formatted(at.text(), why);
      String columns = row.columns();
      if (row.isDeclared()) {
        mistakes.error(at.place(), told, "Columns: %s.".formatted(columns));
      } else {
        mistakes.warning(
            at.place(),
            told,
            "Columns now: %s. Until it fits, the grant shows nothing.".formatted(columns));
      }
    }
  }
}
