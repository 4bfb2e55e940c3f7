package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.pipelines.TraceRows.Published;
import io.hosu.tables.Sql;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who read and who published what, as the archive of executions has it, for one trace. Each answer
 * takes a look at all that has moved there: after some, no more are given.
 */
final class TraceArchive {
  private static final int LOOKS = 60;
  private static final String MOMENT = "epoch_ms(ended_at)";

  private final Lookup lookup;
  private final Map<String, ArchivedExecution> known = new HashMap<>();

  /** All versions of objects that were read, where they are known. */
  private final Map<String, List<String>> read = new HashMap<>();

  private int looks;
  private @Nullable Long end;

  /** The archive that {@code lookup} reads. */
  TraceArchive(Lookup lookup) {
    this.lookup = lookup;
  }

  /** Reads the archive as it is at that moment. */
  @FunctionalInterface
  interface Lookup {
    /** Nothing has moved there. */
    Lookup NOWHERE = _ -> List.of();

    /**
     * The result of a SELECT, all of it in memory.
     *
     * @param select what is wanted of the relation {@code listed}: they have the first of very many
     *     inputs and events
     */
    List<ObjectNode> list(String select);
  }

  /**
   * Commits to a table, in the order in which executions ended: from the end of {@code first} on.
   *
   * @param until those before this time, in milliseconds
   */
  record Span(Execution first, long until) {
    private String sql() {
      long at = TraceRows.endOf(first);
      return "%1$s < %2$d AND (%1$s > %3$d OR (%1$s = %3$d AND id >= %4$s))"
          .formatted(MOMENT, until, at, Sql.text(first.id()));
    }
  }

  /** Whether so much was asked that nothing more is answered. */
  boolean isSpent() {
    return looks >= LOOKS;
  }

  private List<ObjectNode> list(String select) {
    if (isSpent()) {
      return List.of();
    }
    looks++;
    return lookup.list(select);
  }

  private List<ArchivedExecution> executions(String condition, int most) {
    List<ArchivedExecution> found =
        list("SELECT * FROM listed WHERE %s LIMIT %d".formatted(condition, most)).stream()
            .map(ArchivedExecution::of)
            .toList();
    found.forEach(one -> known.put(one.execution().id(), one));
    return found;
  }

  private List<Execution> alone(String condition, int most) {
    return executions(condition, most).stream().map(ArchivedExecution::execution).toList();
  }

  /** The execution of this id; one that was found before is known still. */
  Optional<ArchivedExecution> find(String id) {
    return Optional.ofNullable(known.get(id))
        .or(() -> executions("id = " + Sql.text(id), 1).stream().findFirst());
  }

  /** The versions of an object that were read, the latest first. */
  List<String> versions(String object, int most) {
    List<String> versions =
        list(
                "SELECT DISTINCT i.\"version\" AS read FROM (SELECT unnest(inputs) AS i FROM listed) WHERE %s ORDER BY read DESC LIMIT %d"
                    .formatted(isOf(object), most))
            .stream()
            .map(row -> row.path("read").asText())
            .toList();
    if (versions.size() < most && !isSpent()) {
      read.put(object, versions);
    }
    return versions;
  }

  private static String isOf(String object) {
    return "i.kind IN ('object', 'records') AND i.\"name\" = " + Sql.text(object);
  }

  /** Whether {@link #versions} has told that nobody here read this version of an object. */
  boolean isUnread(String object, String version) {
    List<String> all = read.get(object);
    return all != null && !all.contains(version);
  }

  /** The executions that read this version of an object, the oldest first. */
  List<Execution> readersOfObject(String object, String version, int most) {
    return alone(
        "len(list_filter(inputs, lambda i: %s AND i.\"version\" = %s)) > 0 ORDER BY id"
            .formatted(isOf(object), Sql.text(version)),
        most);
  }

  /**
   * Of each stage the first execution that succeeded, and the first that did not, which read what
   * others that have moved published to a table in this time.
   */
  List<Execution> readersOfTable(String table, Span span, int most) {
    if (isAfterAll(span)) {
      return List.of();
    }
    return alone(
        """
        id IN (SELECT min(id) FROM
            (SELECT id, "domain", pipeline, "stage", status, unnest(inputs) AS i FROM listed)
          WHERE i.kind = 'table' AND i."name" = %s AND i."version" IN (%s)
          GROUP BY "domain", pipeline, "stage", status = 'SUCCEEDED')
        ORDER BY id\
        """
            .formatted(Sql.text(table), "SELECT snapshot FROM " + published(table, span)),
        most);
  }

  /** The snapshots that were published to a table in this time, the latest first. */
  List<String> snapshots(String table, Span span, int most) {
    if (isAfterAll(span)) {
      return List.of();
    }
    return list(
            "SELECT snapshot FROM %s ORDER BY ended_at DESC, id DESC LIMIT %d"
                .formatted(published(table, span), most))
        .stream()
        .map(row -> row.path("snapshot").asText())
        .toList();
  }

  private static String published(String table, Span span) {
    return "(SELECT id, ended_at, o.snapshot AS snapshot FROM (SELECT id, ended_at, unnest(outputs) AS o FROM listed) WHERE o.\"table\" = %s AND o.snapshot <> '' AND o.operation <> 'rollback' AND %s)"
        .formatted(Sql.text(table), span.sql());
  }

  /** Nothing that ends after all that have moved is looked for among them. */
  private boolean isAfterAll(Span span) {
    if (end == null) {
      end =
          list("SELECT max(%s) AS last FROM listed".formatted(MOMENT)).stream()
              .map(row -> row.path("last").asLong())
              .findFirst()
              .orElse(Long.MIN_VALUE);
    }
    return TraceRows.endOf(span.first()) > end;
  }

  /** What was published to a table, the latest first. */
  List<Published> newest(String table, int most) {
    return published(table, "TRUE", most);
  }

  /** What was published to a table up to {@code last} and with it, the latest first. */
  List<Published> upTo(String table, Published last, int most) {
    String before =
        "(%1$s < %2$d OR (%1$s = %2$d AND id <= %3$s))"
            .formatted(MOMENT, TraceRows.endOf(last.execution()), Sql.text(last.execution().id()));
    return published(table, before, most);
  }

  private List<Published> published(String table, String when, int most) {
    return executions(
            "len(list_filter(outputs, lambda o: o.\"table\" = %s AND o.snapshot <> '')) > 0 AND %s ORDER BY ended_at DESC, id DESC"
                .formatted(Sql.text(table), when),
            most)
        .stream()
        .flatMap(one -> published(one, table).stream())
        .toList();
  }

  /** Who made this snapshot of a table. */
  Optional<Published> publisher(String table, String snapshot) {
    return executions(
            "len(list_filter(outputs, lambda o: o.\"table\" = %s AND o.snapshot = %s AND o.operation <> 'rollback')) > 0"
                .formatted(Sql.text(table), Sql.text(snapshot)),
            1)
        .stream()
        .flatMap(one -> published(one, table).stream())
        .findFirst();
  }

  private static Optional<Published> published(ArchivedExecution one, String table) {
    return one.outputs().stream()
        .filter(output -> output.table().equals(table) && !output.snapshot().isEmpty())
        .map(output -> new Published(output.snapshot(), output.operation(), one.execution()))
        .findFirst();
  }
}
