package io.hosu.pipelines;

import io.hosu.events.EventLog;
import io.hosu.events.LoggedEvent;
import io.hosu.pipelines.TraceRows.Published;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Who read and who published what, wherever executions are by now. The state database is asked
 * first, then the archive, so that one which moves meanwhile is found.
 */
final class TraceHistory {
  private static final int SNAPSHOTS = 200;
  private static final Comparator<Execution> BY_END =
      Comparator.comparingLong(TraceRows::endOf).thenComparing(Execution::id);

  private final Database database;
  private final EventLog events;
  private final TraceArchive archive;

  TraceHistory(Database database, EventLog events, TraceArchive archive) {
    this.database = database;
    this.events = events;
    this.archive = archive;
  }

  /** What an execution read, of very many the first, and what it published. */
  record Work(List<ExecutionInput> inputs, List<ExecutionOutput> outputs) {}

  /** Whether there may be more than is told, as too much of the archive would have to be read. */
  boolean isSpent() {
    return archive.isSpent();
  }

  private <T> T live(Function<Transaction, T> reading) {
    return database.read(reading::apply);
  }

  Optional<LoggedEvent> event(String id) {
    return live(tx -> events.find(tx, id));
  }

  /** What {@code execution} did; at most {@code most} of its inputs. */
  Work work(Execution execution, int most) {
    return live(tx ->
            ExecutionRows.find(tx, execution.id())
                .map(one ->
                    new Work(
                        ExecutionRecords.inputs(tx, one.id(), most),
                        ExecutionRecords.outputs(tx, one.id()))))
        .or(() -> archive.find(execution.id()).map(one -> new Work(one.inputs(), one.outputs())))
        .orElse(new Work(List.of(), List.of()));
  }

  /** The versions of an object that were read, the latest first. */
  List<String> versions(String object, int most) {
    return Stream.concat(
            live(tx -> TraceRows.versions(tx, object, most)).stream(),
            archive.versions(object, most).stream())
        .distinct()
        .sorted(Comparator.reverseOrder())
        .limit(most)
        .toList();
  }

  /** The executions that read this version of an object, the oldest first. */
  List<Execution> readersOfObject(String object, String version, int most) {
    List<Execution> live = live(tx -> TraceRows.readersOfObject(tx, object, version, most));
    boolean allLive = !live.isEmpty() && archive.isUnread(object, version);
    return firstOf(
        live, allLive ? List.of() : archive.readersOfObject(object, version, most), most);
  }

  private static List<Execution> firstOf(
      Collection<Execution> live, Collection<Execution> archived, int most) {
    Map<String, Execution> all = new HashMap<>();
    Stream.concat(live.stream(), archived.stream()).forEach(one -> all.put(one.id(), one));
    return all.values().stream().sorted(Comparator.comparing(Execution::id)).limit(most).toList();
  }

  /**
   * Of each stage the first execution that succeeded, and the first that did not, which read this
   * snapshot of a table, or one that was published later and before this one was taken back.
   */
  List<Execution> readersOfTable(String table, Published from, int most) {
    TraceArchive.Span span = new TraceArchive.Span(from.execution(), takenBackAt(from.execution()));
    List<Execution> live = live(tx -> TraceRows.readersOfTable(tx, table, span, most));
    List<String> moved = archive.snapshots(table, span, SNAPSHOTS);
    List<Execution> readersOfMoved =
        moved.isEmpty() ? List.of() : live(tx -> TraceRows.readersOf(tx, table, moved, most));
    List<Execution> archived = archive.readersOfTable(table, span, most);
    Map<String, Execution> first = new LinkedHashMap<>();
    Stream.of(live, readersOfMoved, archived)
        .flatMap(List::stream)
        .forEach(one ->
            first.merge(
                one.stage() + " " + (one.status() == ExecutionStatus.SUCCEEDED),
                one,
                (a, b) -> a.id().compareTo(b.id()) <= 0 ? a : b));
    return firstOf(first.values(), List.of(), most);
  }

  private long takenBackAt(Execution execution) {
    String by = execution.result().rolledBackBy();
    if (by == null) {
      return Long.MAX_VALUE;
    }
    return live(tx -> ExecutionRows.find(tx, by))
        .or(() -> archive.find(by).map(ArchivedExecution::execution))
        .map(TraceRows::endOf)
        .orElse(Long.MAX_VALUE);
  }

  /** What was published to a table last. */
  Optional<Published> newest(String table) {
    return live(tx -> TraceRows.newest(tx, table, 1)).stream()
        .findFirst()
        .or(() -> archive.newest(table, 1).stream().findFirst());
  }

  /**
   * What was published to a table up to {@code last} and with it, the latest first, at least back
   * to where all rows were replaced.
   */
  List<Published> upTo(String table, Published last, int most) {
    List<Published> live = live(tx -> TraceRows.upTo(tx, table, last, most));
    boolean goesBack = live.size() < most && live.stream().noneMatch(Published::replacesAll);
    if (!goesBack) {
      return live;
    }
    Map<String, Published> all = new LinkedHashMap<>();
    Stream.concat(live.stream(), archive.upTo(table, last, most).stream())
        .forEach(one -> all.put(one.execution().id(), one));
    List<Published> sorted = new ArrayList<>(all.values());
    sorted.sort(Comparator.comparing(Published::execution, BY_END).reversed());
    return sorted.subList(0, Math.min(sorted.size(), most));
  }

  /** Who made this snapshot of a table. */
  Optional<Published> publisher(String table, String snapshot) {
    return live(tx -> TraceRows.publisher(tx, table, snapshot))
        .or(() -> archive.publisher(table, snapshot));
  }
}
