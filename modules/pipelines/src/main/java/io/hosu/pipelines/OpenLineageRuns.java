package io.hosu.pipelines;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Rights;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.store.Database;
import io.hosu.tables.SqlColumn;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Executions as OpenLineage tells them, as somebody may see them. For one thread. */
final class OpenLineageRuns {
  private final Lake lake;
  private final Sight sight;

  /**
   * Of executions of {@code lake}.
   *
   * @param sight what is told of them
   */
  OpenLineageRuns(Lake lake, Sight sight) {
    this.lake = lake;
    this.sight = sight;
  }

  /**
   * Where executions and what they wrote are found.
   *
   * @param history the executions that are in the state database no more
   */
  record Lake(Database database, Executions executions, History history, LineageStates states) {}

  /** What somebody may see. */
  interface Sight {
    Seen seen();

    LineageSight lineage();

    /** An execution, as the API has it, without what may not be seen. */
    ObjectNode seen(ObjectNode execution);
  }

  /** What {@code principal} may see by {@code rights}. */
  static Sight sight(Rights rights, Principal principal, SeenRecords records) {
    Seen seen = Seen.of(rights, principal);
    LineageSight lineage = LineageSight.of(rights, principal);
    return new Sight() {
      @Override
      public Seen seen() {
        return seen;
      }

      @Override
      public LineageSight lineage() {
        return lineage;
      }

      @Override
      public ObjectNode seen(ObjectNode execution) {
        return records.seen(execution);
      }
    };
  }

  /** All executions, but nothing that may quote a record: for a system that keeps what it gets. */
  static Sight withoutRecords() {
    return new Sight() {
      @Override
      public Seen seen() {
        return Seen.ALL;
      }

      @Override
      public LineageSight lineage() {
        return LineageSight.ALL;
      }

      @Override
      public ObjectNode seen(ObjectNode execution) {
        String code = execution.path("cause_code").asText();
        if (execution.hasNonNull("cause") && !SeenRecords.QUOTING_NOTHING.contains(code)) {
          execution.put(
              "cause",
              "%s: see why with: hosu executions show %s"
                  .formatted(code, execution.path("id").asText()));
        }
        return execution;
      }
    };
  }

  /**
   * The run events of an execution.
   *
   * @param start its beginning; empty before that
   * @param end its end; empty before that
   */
  record Run(Optional<ObjectNode> start, Optional<ObjectNode> end) {}

  /**
   * An execution that there is, or was.
   *
   * @throws NotFound {@link PipelinesError#EXECUTION_NOT_FOUND}
   */
  Run run(String id) {
    ObjectNode execution = sight.seen(find(id));
    Map<String, OpenLineage.Written> written = new HashMap<>();
    for (JsonNode output : execution.path("outputs")) {
      TableName table = TableName.parse(output.path("table").asText());
      if (sight.lineage().named().test(Resource.of(table))) {
        written.put(table.toString(), written(table, output, execution));
      }
    }
    OpenLineage run = new OpenLineage(execution, parent(execution));
    return new Run(run.start(written), run.end(written));
  }

  private ObjectNode find(String id) {
    try {
      return lake.executions().require(id, sight.seen()).toJson();
    } catch (NotFound e) {
      return lake.history().find(id, sight.seen()).orElseThrow(() -> e);
    }
  }

  private Optional<OpenLineage.Parent> parent(ObjectNode execution) {
    return Optional.ofNullable(execution.path("parent").textValue())
        .flatMap(lake.executions()::find)
        .filter(parent -> sight.seen().stages().test(parent.stage()))
        .map(parent -> new OpenLineage.Parent(parent.id(), parent.stage().toString()));
  }

  /** A table with the columns that the run left it with, and by which SQL they were made then. */
  private OpenLineage.Written written(TableName table, JsonNode output, ObjectNode execution) {
    StageName stage = SeenRecords.stage(execution);
    if (!execution.hasNonNull("started_at")) {
      return new OpenLineage.Written(List.of(), new TreeSet<>(), Map.of());
    }
    Instant began = Instant.parse(execution.path("started_at").asText());
    Optional<Instant> left = left(table, output.path("snapshot").asText(), execution, began);
    if (left.isEmpty()) {
      return new OpenLineage.Written(List.of(), new TreeSet<>(), rules(table, stage, execution));
    }
    LineageStates.Run run =
        new LineageStates.Run(stage, began, left.get(), execution.path("id").asText());
    List<SqlColumn> columns =
        lake.states().columns(table, run).stream()
            .filter(one -> sight.lineage().named().test(new Resource.Column(table, one.today())))
            .map(one -> new SqlColumn(one.name(), one.type()))
            .toList();
    SortedSet<ColumnEdge> edges =
        lake.states()
            .of(run)
            .edges(table, ColumnEdge.ALL, ColumnLineage.Way.UP, 1, sight.lineage());
    return new OpenLineage.Written(columns, edges, rules(table, stage, execution));
  }

  /** When the table was as the run left it; empty when another one has its name by now. */
  private Optional<Instant> left(
      TableName table, String snapshot, ObjectNode execution, Instant began) {
    if (!snapshot.isEmpty()) {
      return lake.states().madeAt(table, Long.parseLong(snapshot));
    }
    return Optional.of(
        execution.hasNonNull("ended_at")
            ? Instant.parse(execution.path("ended_at").asText())
            : began);
  }

  /** The rules that all had to hold before the execution was published. */
  private Map<String, Boolean> rules(TableName table, StageName stage, ObjectNode execution) {
    Map<String, Boolean> held = new LinkedHashMap<>();
    if (execution.path("status").asText().equals(ExecutionStatus.SUCCEEDED.name())
        && execution.hasNonNull("started_at")) {
      Instant began = Instant.parse(execution.path("started_at").asText());
      lake.database()
          .read(tx -> StageHistory.at(tx, stage, began))
          .filter(spec -> spec.into().table().equals(table))
          .ifPresent(spec ->
              spec.audit().rules().stream()
                  .filter(rule -> rule.severity() == AuditRule.Severity.ERROR)
                  .forEach(rule -> held.put(rule.name(), true)));
    }
    return held;
  }
}
