package io.hosu.pipelines;

import io.hosu.kernel.TableName;
import io.hosu.query.engine.EngineSession;
import io.hosu.query.engine.EngineView;
import io.hosu.tables.ScanPlan;
import io.hosu.tables.Sql;
import io.hosu.tables.Tables;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The rows that leave a quarantine table with what an execution publishes: those that it took out,
 * or those of what it replaces.
 *
 * @param plan the table as it is now; empty when no row leaves it
 * @param condition is true of them, over the relation {@link QuarantineSql#NOW}
 * @param views the relations that are needed to find them
 */
record Leaving(Optional<ScanPlan> plan, String condition, List<EngineView> views) {
  private static final Leaving NOTHING = new Leaving(Optional.empty(), "false", List.of());

  Leaving {
    views = List.copyOf(views);
  }

  static Leaving of(Tables tables, Transforming.Work work, Optional<ChosenRecords> records) {
    if (records.isPresent()) {
      ScanPlan plan = records.get().now();
      return new Leaving(
          Optional.of(plan),
          ChosenRecords.leaving(),
          List.of(QuarantineSql.now(plan), records.get().view()));
    }
    TableName table = work.stage().into().table().quarantine();
    if (tables.published(table, work.replaces()).isEmpty()) {
      return NOTHING;
    }
    ScanPlan plan = tables.plan(table);
    String executions = work.replaces().stream().map(Sql::text).collect(Collectors.joining(", "));
    return new Leaving(
        Optional.of(plan),
        "execution IN (%s)".formatted(executions),
        List.of(QuarantineSql.now(plan)));
  }

  /** The files that hold such rows. */
  List<String> files(EngineSession session) {
    return plan.isEmpty()
        ? List.of()
        : EngineRows.of(
                session,
                "SELECT DISTINCT _file FROM %s WHERE %s ORDER BY _file"
                    .formatted(QuarantineSql.NOW, condition))
            .stream()
            .map(row -> row.path("_file").asText())
            .toList();
  }
}
