package io.hosu.pipelines;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Suggestions;
import io.hosu.kernel.TableName;
import io.hosu.query.Guard;
import io.hosu.query.Guarded;
import io.hosu.query.Scope;
import io.hosu.query.TableRef;
import io.hosu.query.engine.EngineView;
import io.hosu.tables.ScanPlan;
import io.hosu.tables.Sql;
import io.hosu.tables.SqlColumn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The SQL over quarantine tables. Those of earlier servers lack columns: they are NULL; and rows
 * without an id have one that is made of what tells them apart.
 */
final class QuarantineSql {
  /** What tells a row from every other, as long as it is in the table. */
  static final String ROW = "_row";

  /** The relation that is a quarantine table as it is now, with the file of each row. */
  static final String NOW = "quarantined";

  private static final Map<String, String> COLUMNS = new LinkedHashMap<>();

  static {
    COLUMNS.put("object", "VARCHAR");
    COLUMNS.put("line", "BIGINT");
    COLUMNS.put("text", "VARCHAR");
    COLUMNS.put("reason", "VARCHAR");
    COLUMNS.put("execution", "VARCHAR");
    COLUMNS.put("at", "TIMESTAMPTZ");
    COLUMNS.put("version", "VARCHAR");
    COLUMNS.put("cut", "BOOLEAN");
    COLUMNS.put("read_as", "VARCHAR");
    COLUMNS.put("stage", "VARCHAR");
  }

  private static final String ID = "concat_ws('/', \"execution\", \"object\", \"line\"::VARCHAR)";
  private static final Pattern CORRECTION =
      Pattern.compile("\\s*(\"?)(\\w+)\\1\\s*=(?!=)\\s*(.+)", Pattern.DOTALL);

  private static final Pattern PLACE = Pattern.compile(" \\(line \\d+, column \\d+[^)]*\\)?\\)$");

  private QuarantineSql() {}

  /** The table at a state, under its own name. */
  static EngineView view(ScanPlan plan) {
    return new EngineView(
        new TableRef(plan.table(), null).view(),
        columns(plan, "") + plan.sql() + ")",
        plan.paths(),
        EngineView.Rows.hiddenIf(plan.hidesRows()));
  }

  /** The table as it is now, as {@link #NOW}. */
  static EngineView now(ScanPlan plan) {
    return new EngineView(
        List.of(NOW),
        columns(plan, ", _file") + plan.sqlWithFile() + ")",
        plan.paths(),
        EngineView.Rows.hiddenIf(plan.hidesRows()));
  }

  private static String columns(ScanPlan plan, String more) {
    Set<String> has = plan.columns().stream().map(SqlColumn::name).collect(Collectors.toSet());
    List<String> columns = new ArrayList<>();
    COLUMNS.forEach((name, type) ->
        columns.add(
            has.contains(name)
                ? Sql.name(name)
                : "NULL::%s AS %s".formatted(type, Sql.name(name))));
    columns.add((has.contains("id") ? "coalesce(\"id\", " + ID + ")" : ID) + " AS " + ROW);
    return "SELECT %s%s FROM (".formatted(String.join(", ", columns), more);
  }

  /** The rows that stay of files that are rewritten, as rows of the table. */
  static String staying(List<String> files, String gone) {
    return "SELECT * EXCLUDE (%s, _file), %s AS id FROM %s WHERE _file IN (%s) AND NOT (%s)"
        .formatted(
            ROW, ROW, NOW, files.stream().map(Sql::text).collect(Collectors.joining(", ")), gone);
  }

  /**
   * The rows that somebody chose, with their texts corrected: what SQL the condition and the
   * corrections are, they read this table alone.
   */
  static Guarded chosen(Guard guard, TableName table, String condition, List<String> corrections) {
    String name =
        List.of(table.domain(), table.layer(), table.table()).stream()
            .map(Sql::name)
            .collect(Collectors.joining("."));
    String where = condition.isBlank() ? "" : " WHERE (%s\n)".formatted(condition);
    String select = "SELECT * FROM %s%s".formatted(name, where);
    for (String correction : corrections) {
      select = "SELECT * REPLACE ((%s\n) AS text) FROM (%s)".formatted(correction, select);
    }
    Guarded guarded = checked(guard, select);
    if (!guarded.tables().equals(Set.of(new TableRef(table, null)))) {
      throw invalid(
          "The condition or a correction reads another table than %s.".formatted(table),
          "Use the columns of this table alone: object, line, text, reason, execution, at, version,"
              + " read_as, stage.");
    }
    requireLasting(guard.changing(select));
    return guarded;
  }

  /** An answer tells what is chosen, and the execution, and each retry of it, chooses anew. */
  private static void requireLasting(SortedSet<String> changing) {
    if (!changing.isEmpty()) {
      throw invalid(
          "The condition or a correction asks for %s, which is something else each time: other"
                  .formatted(String.join(", ", changing))
              + " records would be taken than the answer tells.",
          "Choose by what the records hold; a time as a constant, for example \"at\" > TIMESTAMPTZ"
              + " '2026-11-25 17:00:00Z'.");
    }
  }

  private static Guarded checked(Guard guard, String select) {
    try {
      return guard.check(select, Scope.query());
    } catch (Invalid e) {
      throw explained(e);
    }
  }

  /** Where it is wrong in the SQL around it says nothing to who wrote a condition. */
  static Invalid explained(Invalid failure) {
    return new Invalid(
        failure.code(),
        PLACE.matcher(failure.what()).replaceFirst(""),
        "Correct the condition or the correction: SQL over the columns object, line, text, reason,"
            + " execution, at, version, cut, read_as and stage.");
  }

  /**
   * The expression of a correction that is written {@code text = EXPRESSION}.
   *
   * @throws Invalid {@link PipelinesError#REDRIVE_INVALID}
   */
  static String correction(String written) {
    Matcher form = CORRECTION.matcher(written);
    if (!form.matches()) {
      throw invalid(
          "'%s' is not a correction.".formatted(written),
          "Write it as text = EXPRESSION, for example text = replace(text, ';', ',')");
    }
    if (!form.group(2).equalsIgnoreCase("text")) {
      throw invalid(
          "'%s' cannot be corrected%s"
              .formatted(form.group(2), Suggestions.ending(form.group(2), List.of("text"))),
          "Only the text of a record can, for example text = replace(text, ';', ',')");
    }
    return form.group(3).strip();
  }

  static Invalid invalid(String what, String remedy) {
    return new Invalid(PipelinesError.REDRIVE_INVALID, what, remedy);
  }
}
