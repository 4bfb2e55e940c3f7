package io.hosu.pipelines;

import io.hosu.events.EventLog;
import io.hosu.events.RecordSight;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Rights;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import io.hosu.tables.Sql;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Follows data through the lake, both ways: an object version to the executions that read it, the
 * snapshots these published, the executions that read those, and so on; and back. Goes as far as
 * the history of executions does. May be used from any thread.
 */
public final class Tracing {
  /** How many executions deep a trace may go. */
  public static final int MOST_DEPTH = 50;

  private static final int VERSIONS = 20;

  private final Database database;
  private final EventLog events;

  /** Traces through the executions kept in {@code database}. */
  public Tracing(Database database, EventLog events) {
    this.database = database;
    this.events = events;
  }

  /**
   * Who asks, and how far.
   *
   * @param seen whose executions and events are shown
   * @param resources which objects and tables are; the others are as good as not there
   * @param records what is told of events
   * @param depth how many executions deep, from 1 to {@link #MOST_DEPTH}
   */
  public record Sight(Seen seen, Predicate<Resource> resources, RecordSight records, int depth) {
    /** Everything. */
    public static final Sight ALL = new Sight(Seen.ALL, _ -> true, RecordSight.ALL, MOST_DEPTH);
  }

  /** What {@code principal} may see by {@code rights} of what is told of stages. */
  SeenRecords seenRecords(Rights rights, Principal principal) {
    return SeenRecords.of(database, rights, principal);
  }

  /**
   * What came of an object.
   *
   * @param version of which version; empty for each that was read
   * @throws NotFound {@link PipelinesError#TRACE_NOT_FOUND} when no execution has read it
   */
  public Trace ofObject(ObjectName object, String version, Sight sight) {
    if (!sight.resources().test(new Resource.ObjectKey(object))) {
      throw nothing(object.toString(), "inputs", "name");
    }
    return database.read(tx -> {
      TraceWalk into = new TraceWalk(tx, events, sight);
      List<TraceNode> chains =
          versions(tx, object, version)
              .flatMap(one -> into.ofObject(object.toString(), one).stream())
              .toList();
      if (chains.isEmpty()) {
        throw nothing(object.toString(), "inputs", "name");
      }
      return new Trace(
          TraceWalk.object(object.toString(), version), List.of(), chains, into.hidesTables());
    });
  }

  private static Stream<String> versions(Transaction tx, ObjectName object, String version) {
    return version.isEmpty()
        ? TraceRows.versions(tx, object.toString(), VERSIONS).stream()
        : Stream.of(version);
  }

  /**
   * What a table came from, and what came of it.
   *
   * @param snapshot of which snapshot; empty for the last that was published
   * @throws NotFound {@link PipelinesError#TRACE_NOT_FOUND} when no execution has published it
   */
  public Trace ofTable(TableName table, String snapshot, Sight sight) {
    String name = table.toString();
    if (!sight.resources().test(Resource.of(table))) {
      throw nothing(name, "outputs", "table");
    }
    return database.read(tx -> {
      TraceRows.Published last =
          published(tx, name, snapshot).orElseThrow(() -> nothing(name, "outputs", "table"));
      TraceWalk into = new TraceWalk(tx, events, sight);
      List<TraceNode> chains = into.intoReaders(name, last);
      return new Trace(
          TraceWalk.table(name, last.snapshot()),
          new TraceWalk(tx, events, sight).fromTable(name, last),
          chains,
          into.hidesTables());
    });
  }

  private static Optional<TraceRows.Published> published(
      Transaction tx, String table, String snapshot) {
    return snapshot.isEmpty()
        ? TraceRows.newest(tx, table, 1).stream().findFirst()
        : TraceRows.publisher(tx, table, snapshot);
  }

  /**
   * What an execution came from, and what came of it.
   *
   * @throws NotFound {@link PipelinesError#EXECUTION_NOT_FOUND}
   */
  public Trace ofExecution(String idOrBeginning, Sight sight) {
    return database.read(tx -> {
      Execution execution = Executions.require(tx, idOrBeginning, sight.seen());
      TraceWalk into = new TraceWalk(tx, events, sight);
      List<TraceNode> tables = into.intoTables(execution);
      return new Trace(
          TraceWalk.execution(execution),
          new TraceWalk(tx, events, sight).fromExecution(execution),
          tables,
          into.hidesTables());
    });
  }

  /**
   * What an execution that has moved to the archive came from, and what came of it, as far as those
   * before and after it have not moved too.
   */
  Trace ofArchived(ArchivedExecution archived, Sight sight) {
    return database.read(tx -> {
      Execution execution = archived.execution();
      TraceWalk into = new TraceWalk(tx, events, sight);
      List<TraceNode> tables = into.intoTables(execution, archived.outputs());
      return new Trace(
          TraceWalk.execution(execution),
          new TraceWalk(tx, events, sight).fromExecution(execution, archived.inputs()),
          tables,
          into.hidesTables());
    });
  }

  /**
   * Nothing is known of it here.
   *
   * @param column the list of executions that has its name
   * @param field of the elements of that list
   */
  private static NotFound nothing(String name, String column, String field) {
    String query =
        "SELECT id, stage, status FROM (SELECT *, unnest(%s) AS one FROM system.executions) WHERE one['%s'] = %s"
            .formatted(column, field, Sql.text(name));
    return new NotFound(
        PipelinesError.TRACE_NOT_FOUND,
        "No execution that is not in the archive yet has read or published %s.".formatted(name),
        ("See what ran with: hosu executions list; those that ended more than executions.retention"
                + " ago are in the archive, and can only be looked at: hosu sql -c \"%s\"")
            .formatted(query));
  }
}
