package io.hosu.pipelines;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Glob;
import io.hosu.kernel.Json;
import io.hosu.kernel.Sha256;
import io.hosu.pipelines.ColumnEdge.End;
import io.hosu.pipelines.ColumnEdge.Kind;
import io.hosu.query.ColumnFlow;
import io.hosu.store.Database;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.Collectors;

/**
 * What other systems told of their runs: the events as they came, and of each job what it last made
 * of what. May be used from any thread.
 */
public final class OutsideRuns {
  private static final int MOST_OF_A_RUN = 100;

  private final Database database;

  /** What is kept in {@code database}. */
  public OutsideRuns(Database database) {
    this.database = database;
  }

  /**
   * Forgets events and jobs that were told last before these times.
   *
   * @return how many
   */
  public long removeBefore(Instant events, Instant jobs) {
    return database.<Long>write(tx -> {
      tx.update(
          "DELETE FROM outside_edges WHERE output IN (SELECT id FROM outside_outputs WHERE told_at"
              + " < ?)",
          jobs);
      return (long) tx.update("DELETE FROM outside_outputs WHERE told_at < ?", jobs)
          + tx.update("DELETE FROM outside_events WHERE told_at < ?", events);
    });
  }

  /** Keeps an event; the same one again changes nothing. */
  static void keep(Transaction tx, OutsideRun run, JsonNode event, String by, Instant now) {
    String text = Json.print(event);
    tx.update(
        "INSERT INTO outside_events (id, run, told_at, told_by, event) VALUES (?, ?, ?, ?, ?) ON"
            + " CONFLICT (id) DO NOTHING",
        Sha256.hex(by + "\n" + text),
        key(run),
        now,
        by,
        text);
  }

  private static String key(OutsideRun run) {
    return Sha256.hex(run.job() + "\n" + run.run());
  }

  /**
   * Keeps what a run made of what, by all that {@code by} told of it: each event may name a part.
   * Of a job's outputs that a later run made, that stays.
   *
   * @return how many edges that are
   */
  static int replaceEdges(
      Transaction tx, OutsideRun run, OutsideNames names, String by, Instant now) {
    OutsideEdges edges = new OutsideEdges(run.job().toString(), by, names);
    int all = 0;
    for (Map.Entry<End, SortedSet<ColumnEdge>> output : edges.of(told(tx, run, by)).entrySet()) {
      String id = id(run, output.getKey(), by);
      if (isNewest(tx, id, run)) {
        replace(tx, id, run, by, now, output.getValue());
        all += output.getValue().size();
      }
    }
    return all;
  }

  private static String id(OutsideRun run, End output, String by) {
    return Sha256.hex(
        String.join("\n", by, run.job().toString(), output.kind().name(), output.name()));
  }

  private static boolean isNewest(Transaction tx, String id, OutsideRun run) {
    return tx.find(
            "SELECT run FROM outside_outputs WHERE id = ? AND run <> ? AND event_time > ?",
            row -> row.text("run"),
            id,
            run.run(),
            run.time())
        .isEmpty();
  }

  private static void replace(
      Transaction tx,
      String id,
      OutsideRun run,
      String by,
      Instant now,
      SortedSet<ColumnEdge> edges) {
    tx.update("DELETE FROM outside_edges WHERE output = ?", id);
    tx.update("DELETE FROM outside_outputs WHERE id = ?", id);
    tx.update(
        "INSERT INTO outside_outputs (id, job, run, event_time, told_at, told_by) VALUES (?, ?, ?,"
            + " ?, ?, ?)",
        id,
        run.job().toString(),
        run.run(),
        run.time(),
        now,
        by);
    List<List<Object>> rows = new ArrayList<>();
    for (ColumnEdge edge : edges) {
      rows.add(
          List.of(
              id,
              rows.size(),
              edge.from().kind().name(),
              edge.from().name(),
              edge.from().column(),
              edge.to().kind().name(),
              edge.to().name(),
              edge.to().column(),
              edge.flow().name()));
    }
    tx.updateAll(
        "INSERT INTO outside_edges (output, position, from_kind, from_name, from_column, to_kind,"
            + " to_name, to_column, flow) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows);
  }

  /** All that is kept of a run that somebody told, the event that just came too. */
  private static List<OutsideRun> told(Transaction tx, OutsideRun run, String by) {
    return tx
        .list(
            "SELECT event FROM outside_events WHERE run = ? AND told_by = ? ORDER BY told_at DESC,"
                + " id LIMIT ?",
            row -> row.text("event"),
            key(run),
            by,
            MOST_OF_A_RUN)
        .stream()
        .map(event -> OutsideRun.of(Json.parse(event)))
        .toList();
  }

  /** The edges at {@code ends} that others told of; of each end, as far as {@code most} go. */
  static List<ColumnEdge> edges(Transaction tx, Set<End> ends, ColumnLineage.Way way, int most) {
    if (tx.number("SELECT COUNT(*) FROM (SELECT id FROM outside_outputs LIMIT 1) AS told") == 0) {
      return List.of();
    }
    Map<End, List<End>> byName =
        ends.stream()
            .collect(Collectors.groupingBy(end -> new End(end.kind(), end.name(), ColumnEdge.ALL)));
    Set<ColumnEdge> found = new LinkedHashSet<>();
    byName.forEach((name, its) ->
        edges(tx, name, way, most).stream()
            .filter(edge -> its.stream().anyMatch(end -> includes(end, here(edge, way))))
            .forEach(found::add));
    return List.copyOf(found);
  }

  private static End here(ColumnEdge edge, ColumnLineage.Way way) {
    return way == ColumnLineage.Way.UP ? edge.to() : edge.from();
  }

  private static List<ColumnEdge> edges(Transaction tx, End end, ColumnLineage.Way way, int most) {
    String side = way == ColumnLineage.Way.UP ? "to" : "from";
    String begins = literal(end);
    boolean exact = begins.equals(end.name());
    String sql =
        "SELECT e.*, o.job, o.told_by FROM outside_edges e JOIN outside_outputs o ON o.id = e.output"
            + " WHERE e.%1$s_kind = ? AND %2$s = ? ORDER BY e.output, e.position LIMIT ?"
                .formatted(
                    side,
                    exact
                        ? "e.%s_name".formatted(side)
                        : "substr(e.%s_name, 1, %d)".formatted(side, begins.length()));
    return tx.list(sql, OutsideRuns::edge, end.kind().name(), begins, most);
  }

  /** How all names begin that {@code end} may mean: of objects it is a glob. */
  private static String literal(End end) {
    return end.kind() == Kind.OBJECTS ? Glob.of(end.name()).prefix() : end.name();
  }

  private static boolean includes(End end, End told) {
    return end.meets(told)
        || (end.kind() == Kind.OBJECTS && Glob.of(end.name()).matches(told.name()));
  }

  private static ColumnEdge edge(Row row) {
    return new ColumnEdge(
        end(row, "from"),
        end(row, "to"),
        ColumnFlow.valueOf(row.text("flow")),
        row.text("job"),
        row.text("told_by"));
  }

  private static End end(Row row, String side) {
    return new End(
        Kind.valueOf(row.text(side + "_kind")),
        row.text(side + "_name"),
        row.text(side + "_column"));
  }
}
