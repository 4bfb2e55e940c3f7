package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.events.EventLog;
import io.hosu.events.LoggedEvent;
import io.hosu.events.Message;
import io.hosu.events.Queues;
import io.hosu.http.HttpError;
import io.hosu.kernel.Event;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Json;
import io.hosu.kernel.Page;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The executions of all stages, as they can be looked at. May be used from any thread. */
public final class Executions {
  private static final int AT_ONCE = 100;
  private static final String PAST_ALL = "z".repeat(26);

  private final Database database;
  private final EventLog events;
  private final Queues queues;

  /**
   * The executions kept in {@code database}, which the events of {@code events} started, or
   * messages of {@code queues} whose events are in no log.
   */
  Executions(Database database, EventLog events, Queues queues) {
    this.database = database;
    this.events = events;
    this.queues = queues;
  }

  /**
   * A page of executions, the newest first.
   *
   * @param limit at most how many
   * @param next what the page before this one said, or null for the first
   */
  public Page<Execution> list(ExecutionFilter filter, int limit, @Nullable String next) {
    return list(filter, limit, next, Seen.ALL);
  }

  /** The same page for who sees only some: the others are as good as not there. */
  public Page<Execution> list(ExecutionFilter filter, int limit, @Nullable String next, Seen seen) {
    List<String> conditions = new ArrayList<>();
    List<@Nullable Object> args = new ArrayList<>();
    choose(conditions, args, "domain = ?", filter.domain());
    choose(conditions, args, "pipeline = ?", filter.pipeline());
    choose(conditions, args, "stage = ?", filter.stage());
    choose(conditions, args, "status = ?", filter.status() == null ? null : filter.status().name());
    choose(conditions, args, "created_at >= ?", filter.since());
    choose(conditions, args, "id < ?", next == null ? PAST_ALL : next);
    String sql =
        "SELECT * FROM executions WHERE %s ORDER BY id DESC LIMIT %d"
            .formatted(String.join(" AND ", conditions), limit + 1);
    List<Execution> found = new ArrayList<>();
    database.read(tx -> {
      List<Execution> part;
      do {
        part = tx.list(sql, ExecutionView::view, args.toArray());
        part.stream().filter(one -> seen.stages().test(one.stage())).forEach(found::add);
        if (!part.isEmpty()) {
          args.set(args.size() - 1, part.getLast().id());
        }
      } while (found.size() <= limit && part.size() > limit);
      return found;
    });
    return found.size() <= limit
        ? Page.last(found)
        : new Page<>(found.subList(0, limit), found.get(limit - 1).id());
  }

  private static void choose(
      List<String> conditions,
      List<@Nullable Object> args,
      String condition,
      @Nullable Object value) {
    if (value != null) {
      conditions.add(condition);
      args.add(value);
    }
  }

  /**
   * The execution with this id, or the only one whose id begins so.
   *
   * @throws Invalid {@link PipelinesError#EXECUTION_AMBIGUOUS} when several ids begin so
   */
  public Optional<Execution> find(String idOrBeginning) {
    return database.read(tx -> find(tx, idOrBeginning, Seen.ALL));
  }

  /**
   * All that is kept of the execution with this id, or of the only one whose id begins so.
   *
   * @throws NotFound {@link PipelinesError#EXECUTION_NOT_FOUND}
   * @throws Invalid {@link PipelinesError#EXECUTION_AMBIGUOUS} when several ids begin so
   */
  public ExecutionDetail require(String idOrBeginning) {
    return require(idOrBeginning, Seen.ALL);
  }

  /** The same for who sees only some: the others are as good as not there. */
  public ExecutionDetail require(String idOrBeginning, Seen seen) {
    return database.read(tx -> detail(tx, require(tx, idOrBeginning, seen), seen));
  }

  /**
   * A page of the events that started an execution, in order, as the API has events: of those of a
   * backfill, which are in no log, without a place in it; of those that the log has no more, or
   * that are not seen, the {@code id} alone.
   *
   * @param next what the page before this one said; empty for the first
   * @throws NotFound {@link PipelinesError#EXECUTION_NOT_FOUND}
   */
  Page<ObjectNode> events(String idOrBeginning, int limit, Optional<String> next, Seen seen) {
    int from = next.map(Executions::position).orElse(0);
    return database.read(tx -> {
      Execution execution = require(tx, idOrBeginning, seen);
      List<String> ids = TriggerEvents.some(tx, execution, from, limit + 1);
      Map<String, Event> unlogged = unlogged(tx, execution.id());
      List<ObjectNode> items =
          ids.stream().limit(limit).map(id -> event(tx, id, unlogged, seen)).toList();
      return ids.size() <= limit
          ? Page.last(items)
          : new Page<>(items, Integer.toString(from + limit));
    });
  }

  private static int position(String next) {
    if (!next.matches("[0-9]{1,9}")) {
      throw new Invalid(
          HttpError.PARAMETER_INVALID,
          "'next' is '%s', which no page gave.".formatted(next),
          "Begin again with the first page.");
    }
    return Integer.parseInt(next);
  }

  private Map<String, Event> unlogged(Transaction tx, String execution) {
    Map<String, Event> all = CorrectedEvents.byId(tx, execution);
    queues.held(tx, execution).stream()
        .map(Message::event)
        .filter(Again::isOneOf)
        .forEach(event -> all.putIfAbsent(event.id(), event));
    return all;
  }

  private ObjectNode event(Transaction tx, String id, Map<String, Event> unlogged, Seen seen) {
    return events
        .find(tx, id)
        .filter(logged -> seen.domains().test(logged.event().account()))
        .map(LoggedEvent::toJson)
        .or(() ->
            Optional.ofNullable(unlogged.get(id))
                .filter(event -> seen.domains().test(event.account()))
                .map(Event::toJson))
        .orElseGet(() -> Json.object().put("id", id));
  }

  /** The execution alone, as this transaction sees it. */
  static Execution require(Transaction tx, String idOrBeginning, Seen seen) {
    return find(tx, idOrBeginning, seen)
        .orElseThrow(() ->
            new NotFound(
                PipelinesError.EXECUTION_NOT_FOUND,
                "There is no execution '%s'.".formatted(idOrBeginning),
                "See what ran with: hosu executions list; what is older than"
                    + " executions.retention: hosu sql -c \"SELECT * FROM system.executions\""));
  }

  private static Optional<Execution> find(Transaction tx, String beginning, Seen seen) {
    List<Execution> found = new ArrayList<>();
    List<Execution> part = List.of();
    do {
      part =
          tx.list(
              "SELECT * FROM executions WHERE id >= ? AND id < ? ORDER BY id LIMIT " + AT_ONCE,
              ExecutionView::view,
              part.isEmpty() ? beginning : part.getLast().id() + " ",
              beginning + PAST_ALL);
      part.stream().filter(one -> seen.stages().test(one.stage())).forEach(found::add);
    } while (found.size() < 2 && part.size() == AT_ONCE);
    if (found.size() > 1 && !found.getFirst().id().equals(beginning)) {
      throw ambiguous(beginning);
    }
    return found.stream().findFirst();
  }

  static Invalid ambiguous(String beginning) {
    return new Invalid(
        PipelinesError.EXECUTION_AMBIGUOUS,
        "The ids of several executions begin with '%s'.".formatted(beginning),
        "Give more of the id; see them with: hosu executions list");
  }

  private ExecutionDetail detail(Transaction tx, Execution execution, Seen seen) {
    String id = execution.id();
    return new ExecutionDetail(
        execution,
        execution.origin().events().stream()
            .flatMap(event -> events.find(tx, event).stream())
            .filter(logged -> seen.domains().test(logged.event().account()))
            .toList(),
        ExecutionRecords.attempts(tx, id),
        ExecutionRecords.inputs(tx, id),
        ExecutionRecords.outputs(tx, id),
        children(tx, id));
  }

  /** The ids of the executions that went on from one. */
  static List<String> children(Transaction tx, String id) {
    return tx.list(
        "SELECT id FROM executions WHERE parent = ? ORDER BY id", row -> row.text("id"), id);
  }
}
