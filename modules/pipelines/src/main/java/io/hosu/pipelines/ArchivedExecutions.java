package io.hosu.pipelines;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.events.EventLog;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Instants;
import io.hosu.kernel.StageName;
import io.hosu.query.ArchivedRows;
import io.hosu.query.engine.Engines;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import io.hosu.tables.Constant;
import io.hosu.tables.ScanPlan;
import io.hosu.tables.Sql;
import io.hosu.tables.TablePointer;
import io.hosu.tables.Tables;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The executions that {@link ExecutionArchive} has moved, one by one. May be used from any thread.
 */
public final class ArchivedExecutions implements History {
  private static final String LISTED =
      "WITH listed AS (SELECT * EXCLUDE (_file, attempts) REPLACE (inputs[1:100] AS inputs,"
          + " events[1:100] AS events) FROM archived) ";
  private static final String PAST_ALL = "z".repeat(26);
  private static final Set<String> TIMES =
      Set.of("next_attempt_at", "created_at", "started_at", "ended_at");

  private final Database database;
  private final EventLog events;
  private final Tables tables;
  private final ArchivedRows rows;

  /** Executions that are read with {@code engines}. */
  public ArchivedExecutions(Database database, EventLog events, Tables tables, Engines engines) {
    this.database = database;
    this.events = events;
    this.tables = tables;
    this.rows = new ArchivedRows(engines);
  }

  /** Where executions lie, and the condition that they are seen. */
  private record Place(TablePointer table, String seen) {}

  /**
   * {@inheritDoc}
   *
   * @throws Invalid {@link PipelinesError#EXECUTION_AMBIGUOUS} when several ids begin so
   */
  @Override
  public Optional<ObjectNode> find(String beginning, Seen seen) {
    List<ObjectNode> found =
        database.read(tx -> place(tx, seen)).map(place -> find(place, beginning)).orElse(List.of());
    if (found.size() > 1 && !found.getFirst().path("id").asText().equals(beginning)) {
      throw Executions.ambiguous(beginning);
    }
    return found.stream().findFirst().map(execution -> detailed(execution, seen));
  }

  private static Optional<Place> place(Transaction tx, Seen seen) {
    List<StageName> stages =
        EndedExecutions.notedStages(tx).stream().filter(seen.stages()).toList();
    return TablePointer.of(tx, ExecutionArchive.TABLE)
        .filter(_ -> !stages.isEmpty())
        .map(table -> new Place(table, ExecutionsTable.ofStages(stages)));
  }

  private List<ObjectNode> find(Place place, String beginning) {
    String end = beginning + PAST_ALL;
    ScanPlan plan =
        tables.plan(place.table(), "id", new Constant.Text(beginning), new Constant.Text(end));
    String sql =
        "SELECT * EXCLUDE (_file) FROM archived WHERE id >= %s AND id < %s AND %s ORDER BY id LIMIT 2"
            .formatted(Sql.text(beginning), Sql.text(end), place.seen());
    return rows.list(plan, sql);
  }

  @Override
  public TraceArchive.Lookup lookup() {
    return select -> {
      Optional<TablePointer> table =
          database.read(tx -> TablePointer.of(tx, ExecutionArchive.TABLE));
      List<ObjectNode> found =
          table.map(one -> rows.list(tables.plan(one), LISTED + select)).orElse(List.of());
      found.forEach(ArchivedExecutions::printTimes);
      return found;
    };
  }

  /** What the executions of {@code stage} that have moved, and still stand, read last. */
  EarlierReads reads(StageName stage, Collection<String> names) {
    Optional<Place> place = database.read(tx -> place(tx, stage));
    if (place.isEmpty() || names.isEmpty()) {
      return EarlierReads.NONE;
    }
    ScanPlan plan = tables.plan(place.get().table());
    String standing =
        "FROM archived WHERE %s AND status = 'SUCCEEDED' AND rolled_back_by IS NULL"
            .formatted(place.get().seen());
    String read =
        """
        SELECT i.kind AS kind, i."name" AS "name", arg_max(i."version", moment) AS "version",
          arg_max(id, moment) AS execution
        FROM (SELECT id, lpad(epoch_ms(ended_at)::VARCHAR, 20, '0') || id AS moment,
          unnest(inputs) AS i %s)
        WHERE i."name" IN (%s) GROUP BY ALL LIMIT %d\
        """
            .formatted(
                standing,
                names.stream().map(Sql::text).collect(Collectors.joining(", ")),
                names.size() * 4L);
    Map<String, EarlierReads.Read> reads = new HashMap<>();
    for (ObjectNode one : rows.list(plan, read)) {
      var kind = ExecutionInput.Kind.valueOf(one.path("kind").asText().toUpperCase(Locale.ROOT));
      reads.put(
          EarlierReads.key(kind, one.path("name").asText()),
          new EarlierReads.Read(one.path("execution").asText(), one.path("version").asText()));
    }
    String last =
        "SELECT id, outputs[1].operation AS operation %s AND len(outputs) > 0 ORDER BY ended_at DESC, id DESC LIMIT 1"
            .formatted(standing);
    Optional<String> replacing =
        rows.list(plan, last).stream()
            .filter(one -> one.path("operation").asText().equals(ExecutionOutput.OVERWRITE))
            .map(one -> one.path("id").asText())
            .findFirst();
    return new EarlierReads(reads, replacing);
  }

  private static Optional<Place> place(Transaction tx, StageName stage) {
    return TablePointer.of(tx, ExecutionArchive.TABLE)
        .map(table -> new Place(table, ExecutionsTable.ofStages(List.of(stage))));
  }

  private ObjectNode detailed(ObjectNode execution, Seen seen) {
    execution.path("attempts").forEach(attempt -> printTimes((ObjectNode) attempt));
    printTimes(execution);
    ArrayNode triggers = execution.putArray("trigger_events");
    ArrayNode children = execution.putArray("children");
    List<JsonNode> logged =
        database.read(tx ->
            execution
                .path("events")
                .valueStream()
                .limit(TriggerEvents.FIRST)
                .flatMap(event -> events.find(tx, event.asText()).stream())
                .filter(event -> seen.domains().test(event.event().account()))
                .<JsonNode>map(event -> event.toJson())
                .toList());
    triggers.addAll(logged);
    database
        .read(tx -> Executions.children(tx, execution.path("id").asText()))
        .forEach(children::add);
    return execution.put("archived", true);
  }

  /** An engine writes points in time in another form than the API. */
  private static void printTimes(ObjectNode json) {
    for (String field : TIMES) {
      String text = json.path(field).asText("");
      if (json.path(field).isTextual()) {
        OffsetDateTime time = OffsetDateTime.parse(text.replace(' ', 'T'));
        json.put(field, Instants.print(time.toInstant()));
      }
    }
  }
}
