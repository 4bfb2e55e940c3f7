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
  private static final Instant END_OF_TIME = Instant.parse("9999-12-31T23:59:59Z");

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

  /** What stands for an output of a job, as somebody told of it. */
  static String id(OutsideRun run, End output, String by) {
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

  /** What a job made, as somebody told: by its id, as {@link #id} makes it. */
  record Output(String id, String job, String by) {}

  /** The outputs of which it was told anew after a time. */
  static List<Output> toldAfter(Transaction tx, Instant time) {
    return tx.list(
        "SELECT id, job, told_by FROM outside_outputs WHERE event_time > ?",
        row -> new Output(row.text("id"), row.text("job"), row.text("told_by")),
        time);
  }

  /** A part of the events that somebody told, those first that are kept from early on. */
  static List<OutsideRun> told(Transaction tx, String by, int from, int most) {
    return tx
        .list(
            "SELECT event FROM outside_events WHERE told_by = ? ORDER BY told_at, id LIMIT ? OFFSET"
                + " ?",
            row -> row.text("event"),
            by,
            most,
            from)
        .stream()
        .map(event -> OutsideRun.of(Json.parse(event)))
        .toList();
  }

  /** The edges at {@code ends} that others told of; of each end, as far as {@code most} go. */
  static List<ColumnEdge> edges(Transaction tx, Set<End> ends, ColumnLineage.Way way, int most) {
    return edges(tx, ends, way, most, END_OF_TIME);
  }

  /** The same of what was not told anew after {@code until}. */
  static List<ColumnEdge> edges(
      Transaction tx, Set<End> ends, ColumnLineage.Way way, int most, Instant until) {
    if (tx.number("SELECT COUNT(*) FROM (SELECT id FROM outside_outputs LIMIT 1) AS told") == 0) {
      return List.of();
    }
    Map<End, List<End>> byName =
        ends.stream()
            .collect(Collectors.groupingBy(end -> new End(end.kind(), end.name(), ColumnEdge.ALL)));
    Set<ColumnEdge> found = new LinkedHashSet<>();
    byName.forEach((name, its) ->
        edges(tx, name, way, most, until).stream()
            .filter(edge -> its.stream().anyMatch(end -> end.meets(here(edge, way))))
            .forEach(found::add));
    return List.copyOf(found);
  }

  /** The end of an edge from which it is followed. */
  static End here(ColumnEdge edge, ColumnLineage.Way way) {
    return way == ColumnLineage.Way.UP ? edge.to() : edge.from();
  }

  private static List<ColumnEdge> edges(
      Transaction tx, End end, ColumnLineage.Way way, int most, Instant until) {
    String name = way == ColumnLineage.Way.UP ? "e.to_name" : "e.from_name";
    String kind = way == ColumnLineage.Way.UP ? "e.to_kind" : "e.from_kind";
    List<Object> values = new ArrayList<>(List.of(end.kind().name()));
    String named = name + " = ?";
    if (end.kind() == Kind.OBJECTS) {
      String begins = Glob.of(end.name()).prefix();
      List<String> folders = folders(begins);
      named =
          "(substr(%s, 1, %d) = ?%s)"
              .formatted(name, begins.length(), (" OR " + name + " = ?").repeat(folders.size()));
      values.add(begins);
      values.addAll(folders);
    } else {
      values.add(end.name());
    }
    values.add(until);
    values.add(most);
    return tx.list(
        "SELECT e.*, o.job, o.told_by FROM outside_edges e JOIN outside_outputs o ON o.id = e.output"
            + " WHERE %s = ? AND %s AND o.event_time <= ? ORDER BY e.output, e.position LIMIT ?"
                .formatted(kind, named),
        OutsideRuns::edge,
        values.toArray());
  }

  /** The folders that objects of such names are in: others may tell of all that is in one. */
  private static List<String> folders(String begins) {
    List<String> folders = new ArrayList<>();
    for (int slash = begins.indexOf('/'); slash > 0; slash = begins.indexOf('/', slash + 1)) {
      folders.add(begins.substring(0, slash));
      folders.add(begins.substring(0, slash + 1));
    }
    return folders;
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
