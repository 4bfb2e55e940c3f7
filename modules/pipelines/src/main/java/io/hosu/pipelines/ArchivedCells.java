package io.hosu.pipelines;

import io.hosu.events.LeftOut;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.tables.Sql;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What may be seen of the cells of executions that have moved to the archive, as SQL. */
final class ArchivedCells {
  private final SeenRecords records;
  private final Collection<StageName> stages;

  /** The executions of {@code stages}, as {@code records} shows them. */
  ArchivedCells(SeenRecords records, Collection<StageName> stages) {
    this.records = records;
    this.stages = stages;
  }

  /**
   * By column, what may be seen in the place of it; nothing where all is seen.
   *
   * @param tables those that may be known by name; empty: all
   */
  Map<String, String> sql(Optional<List<TableName>> tables) {
    Map<String, String> cells = new HashMap<>();
    if (stages.stream().anyMatch(stage -> records.samples(stage).isPresent())) {
      cells.put("cause", sentence("cause", "cause_code", LeftOut::why));
      cells.put("remedy", sentence("remedy", "cause_code", LeftOut::remedy));
      cells.put("sample", "CASE WHEN %s THEN NULL ELSE sample END".formatted(hidden()));
      cells.put(
          "note",
          instead(
              "note",
              "note IS NOT NULL AND status = 'SUCCEEDED' AND origin <> 'rollback'",
              LeftOut::why));
      cells.put("attempts", attempts());
    }
    Lists lists = lists();
    cells.putAll(lists.counts());
    tables.ifPresentOrElse(
        named -> {
          cells.put(
              "inputs",
              "list_filter(%s, lambda i: i.kind <> 'table' OR %s)"
                  .formatted(lists.inputs(), isAmong("i.\"name\"", named)));
          cells.put(
              "outputs",
              "list_filter(%s, lambda o: %s)"
                  .formatted(lists.outputs(), isAmong("o.\"table\"", named)));
        },
        () -> {
          if (!lists.counts().isEmpty()) {
            cells.put("inputs", lists.inputs());
            cells.put("outputs", lists.outputs());
          }
        });
    return cells;
  }

  private static String isAmong(String name, List<TableName> tables) {
    return tables.isEmpty()
        ? "FALSE"
        : tables.stream()
            .map(table -> Sql.text(table.toString()))
            .collect(Collectors.joining(", ", name + " IN (", ")"));
  }

  /** How much was read and written: what may be told of it, by column, and in the lists. */
  private record Lists(Map<String, String> counts, String inputs, String outputs) {}

  private Lists lists() {
    Predicate<StageName> uncounted = stage -> !records.isCounted(stage);
    Predicate<StageName> unsized = uncounted.or(stage -> !records.isSized(stage));
    Map<String, String> counts = new HashMap<>();
    those(uncounted)
        .ifPresent(those ->
            SeenRecords.COUNTS.forEach(count ->
                counts.put(count, "CASE WHEN %s THEN NULL ELSE %s END".formatted(those, count))));
    those(unsized)
        .ifPresent(those ->
            counts.put(
                SeenRecords.SIZE,
                "CASE WHEN %s THEN NULL ELSE %s END".formatted(those, SeenRecords.SIZE)));
    return new Lists(
        counts,
        those(unsized).map(ArchivedCells::inputs).orElse("inputs"),
        those(uncounted).map(ArchivedCells::outputs).orElse("outputs"));
  }

  /** The condition that a row is of a stage of which this is so; empty: of none. */
  private Optional<String> those(Predicate<StageName> so) {
    List<StageName> those = stages.stream().filter(so).toList();
    return those.isEmpty() ? Optional.empty() : Optional.of(ExecutionsTable.ofStages(those));
  }

  /** The inputs without their sizes, of those stages. */
  private static String inputs(String those) {
    return """
    (CASE WHEN %s THEN list_transform(inputs, lambda i: struct_pack(kind := i.kind,
      "name" := i."name", "version" := i."version", bytes := NULL::BIGINT)) ELSE inputs END)\
    """
        .formatted(those);
  }

  /** The outputs without what tells how much was written, of those stages. */
  private static String outputs(String those) {
    return """
    (CASE WHEN %s THEN list_transform(outputs, lambda o: struct_pack("table" := o."table",
      snapshot := o.snapshot, operation := o.operation, "rows" := NULL::BIGINT,
      files := NULL::BIGINT, bytes := NULL::BIGINT, paths := o.paths)) ELSE outputs END)\
    """
        .formatted(those);
  }

  private String attempts() {
    return """
    list_transform(attempts, lambda a: struct_pack(attempt := a.attempt, outcome := a.outcome,
      server := a.server, started_at := a.started_at, ended_at := a.ended_at,
      duration_ms := a.duration_ms, cause_code := a.cause_code, cause := %s,
      cpu_ms := a.cpu_ms, steps := a.steps, log := %s))\
    """
        .formatted(
            sentence("a.cause", "a.cause_code", LeftOut::why),
            instead("a.log", "len(a.log) > 0", LeftOut::why, "[%s]"));
  }

  private String sentence(String cell, String code, Function<LeftOut, String> form) {
    String quiet =
        SeenRecords.QUOTING_NOTHING.stream()
            .sorted()
            .map(Sql::text)
            .collect(Collectors.joining(", "));
    return instead(cell, "%s NOT IN (%s)".formatted(code, quiet), form);
  }

  private String instead(String cell, String condition, Function<LeftOut, String> form) {
    return instead(cell, condition, form, "%s");
  }

  /** The cell, or what stands in its place: of each stage its own, as each names other tables. */
  private String instead(
      String cell, String condition, Function<LeftOut, String> form, String value) {
    StringBuilder cases = new StringBuilder("CASE");
    byLeftOut((leftOut, those) ->
        cases.append(
            " WHEN %s AND %s THEN %s"
                .formatted(
                    condition,
                    ExecutionsTable.ofStages(those),
                    value.formatted(Sql.text(form.apply(leftOut))))));
    return cases.append(" ELSE %s END".formatted(cell)).toString();
  }

  private String hidden() {
    return ExecutionsTable.ofStages(
        stages.stream().filter(stage -> records.samples(stage).isPresent()).toList());
  }

  private void byLeftOut(BiConsumer<LeftOut, List<StageName>> each) {
    Map<String, LeftOut> whys = new TreeMap<>();
    Map<String, List<StageName>> those =
        stages.stream()
            .filter(stage -> records.samples(stage).isPresent())
            .collect(
                Collectors.groupingBy(stage -> {
                  LeftOut leftOut = records.samples(stage).orElseThrow();
                  whys.put(leftOut.toString(), leftOut);
                  return leftOut.toString();
                }));
    whys.forEach((key, leftOut) -> each.accept(leftOut, those.getOrDefault(key, List.of())));
  }
}
