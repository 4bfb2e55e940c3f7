package io.hosu.delivery;

import io.hosu.kernel.TableName;
import io.hosu.pipelines.StageSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The columns that tables have or will have: those of the lake, those that are declared, or else
 * those that the SQL of the stages gives which write them.
 */
final class ProjectColumns {
  private final ProjectDraft draft;
  private final DesiredState desired;
  private final SqlCheck sql;
  private final Map<TableName, List<String>> known = new HashMap<>();

  ProjectColumns(ProjectDraft draft, DesiredState desired, SqlCheck sql) {
    this.draft = draft;
    this.desired = desired;
    this.sql = sql;
  }

  /** The columns of a table; none: they are not known. */
  List<String> of(TableName table) {
    List<String> found = known.get(table);
    if (found == null) {
      known.put(table, List.of()); // Where tables are made of each other.
      found = declared(table);
      if (found.isEmpty()) {
        found = given(table);
      }
      known.put(table, found);
    }
    return found;
  }

  private List<String> declared(TableName table) {
    List<String> all = new ArrayList<>(sql.columns(table).keySet());
    draft
        .declared(table)
        .flatMap(declared -> declared.yaml().mapping("columns"))
        .ifPresent(columns -> columns.entries().forEach(column -> add(all, column.key())));
    return all;
  }

  private List<String> given(TableName table) {
    List<String> all = new ArrayList<>();
    for (Declared declared : desired.declared()) {
      if (declared instanceof Declared.Stage(StageSpec stage)
          && stage.into().table().equals(table)) {
        List<String> its = sql.given(stage, this::of);
        if (its.isEmpty()) {
          return List.of();
        }
        its.forEach(column -> add(all, column));
      }
    }
    return all;
  }

  private static void add(List<String> all, String column) {
    if (all.stream().noneMatch(column::equalsIgnoreCase)) {
      all.add(column);
    }
  }
}
