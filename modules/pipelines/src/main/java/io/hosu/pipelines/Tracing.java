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
import java.util.List;
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
  private final History history;

  /**
   * Traces through the executions kept in {@code database}.
   *
   * @param history those that are there no longer
   */
  public Tracing(Database database, EventLog events, History history) {
    this.database = database;
    this.events = events;
    this.history = history;
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
      throw nothing(object.toString());
    }
    TraceHistory all = history();
    TraceWalk into = new TraceWalk(all, sight);
    List<TraceNode> chains =
        versions(all, object, version)
            .flatMap(one -> into.ofObject(object.toString(), one).stream())
            .toList();
    if (chains.isEmpty()) {
      throw nothing(object.toString());
    }
    return new Trace(
        TraceWalk.object(object.toString(), version), List.of(), chains, into.hidesTables());
  }

  private TraceHistory history() {
    return new TraceHistory(database, events, new TraceArchive(history.lookup()));
  }

  private static Stream<String> versions(TraceHistory all, ObjectName object, String version) {
    return version.isEmpty()
        ? all.versions(object.toString(), VERSIONS).stream()
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
      throw nothing(name);
    }
    TraceHistory all = history();
    TraceRows.Published last =
        (snapshot.isEmpty() ? all.newest(name) : all.publisher(name, snapshot))
            .orElseThrow(() -> nothing(name));
    TraceWalk into = new TraceWalk(all, sight);
    List<TraceNode> chains = into.intoReaders(name, last);
    return new Trace(
        TraceWalk.table(name, last.snapshot()),
        new TraceWalk(all, sight).fromTable(name, last),
        chains,
        into.hidesTables());
  }

  /**
   * What an execution came from, and what came of it.
   *
   * @throws NotFound {@link PipelinesError#EXECUTION_NOT_FOUND}
   */
  public Trace ofExecution(String idOrBeginning, Sight sight) {
    TraceHistory all = history();
    Execution execution = require(idOrBeginning, sight.seen());
    TraceWalk into = new TraceWalk(all, sight);
    List<TraceNode> tables = into.intoTables(execution);
    return new Trace(
        TraceWalk.execution(execution),
        new TraceWalk(all, sight).fromExecution(execution),
        tables,
        into.hidesTables());
  }

  private Execution require(String idOrBeginning, Seen seen) {
    try {
      return database.read(tx -> Executions.require(tx, idOrBeginning, seen));
    } catch (NotFound e) {
      return history
          .find(idOrBeginning, seen)
          .map(ArchivedExecution::of)
          .map(ArchivedExecution::execution)
          .orElseThrow(() -> e);
    }
  }

  private static NotFound nothing(String name) {
    return new NotFound(
        PipelinesError.TRACE_NOT_FOUND,
        "No execution has read or published %s.".formatted(name),
        "See what ran with: hosu executions list");
  }
}
