package io.hosu.delivery;

import io.hosu.delivery.ProjectDraft.TableDraft;
import io.hosu.delivery.YamlValue.Entry;
import io.hosu.delivery.YamlValue.Mapping;
import io.hosu.delivery.YamlValue.Scalar;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Checks the tables of datasets. */
final class DatasetChecks {
  private final ProjectDraft draft;
  private final Mistakes mistakes;
  private final StageChecks stages;

  DatasetChecks(ProjectDraft draft, Mistakes mistakes, StageChecks stages) {
    this.draft = draft;
    this.mistakes = mistakes;
    this.stages = stages;
  }

  void check() {
    draft.tables.forEach(this::table);
  }

  private void table(TableDraft table) {
    List<Entry> columns = table.yaml().mapping("columns").map(Mapping::entries).orElse(List.of());
    Map<String, String> seen = new HashMap<>();
    for (Entry column : columns) {
      String other = seen.put(column.key().toLowerCase(Locale.ROOT), column.key());
      if (other != null) {
        mistakes.error(
            column.place(),
            "The columns '%s' and '%s' differ in capitals alone.".formatted(other, column.key()),
            "SQL does not tell them apart: rename one.");
      }
      type(column.value());
    }
    columns.forEach(column -> renamed(column, seen));
    for (Scalar key : table.yaml().scalars("key")) {
      if (!seen.containsKey(key.text().toLowerCase(Locale.ROOT))) {
        mistakes.error(
            key.place(),
            "The table %s has no column '%s'%s"
                .formatted(
                    table.name(), key.text(), References.suggestion(key.text(), seen.values())),
            "Name columns that are declared under columns.");
      }
    }
    if (!table.yaml().text("format_version").equals(Optional.of("3"))) {
      columns.forEach(column -> typeOf(column.value()).ifPresent(this::requireOld));
    }
    table.yaml().scalars("partition_by").forEach(stages::partition);
    table.yaml().scalars("sort_by").forEach(stages::sort);
    TableUpkeepYaml.check(table.yaml(), mistakes);
  }

  /** Two columns that swap names could not be told from two that did so before. */
  private void renamed(Entry column, Map<String, String> declared) {
    if (column.value() instanceof Mapping full) {
      full.scalar("was")
          .filter(was -> declared.containsKey(was.text().toLowerCase(Locale.ROOT)))
          .ifPresent(was ->
              mistakes.error(
                  was.place(),
                  "The column '%s' cannot have been '%s', which is declared too."
                      .formatted(column.key(), was.text()),
                  "Remove was; to swap names, use a third one in between and apply twice."));
    }
  }

  private void requireOld(Scalar type) {
    if (ColumnTypes.isOfVersionThree(type.text())) {
      mistakes.error(
          type.place(),
          "Only tables of format version 3 keep the type '%s'.".formatted(type.text()),
          "Add format_version: 3 to the table.");
    }
  }

  private void type(YamlValue column) {
    typeOf(column)
        .ifPresent(type ->
            ColumnTypes.problem(type.text())
                .ifPresent(problem ->
                    mistakes.error(type.place(), problem, TextForm.COLUMN_TYPE.remedy())));
  }

  private static Optional<Scalar> typeOf(YamlValue column) {
    return column instanceof Mapping full
        ? full.scalar("type")
        : column instanceof Scalar brief ? Optional.of(brief) : Optional.empty();
  }
}
