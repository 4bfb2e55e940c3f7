package io.hosu.pipelines;

import io.hosu.kernel.HosuException.Exhausted;
import io.hosu.objects.Buckets;
import io.hosu.pipelines.ColumnEdge.End;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What other systems had told of their runs at an earlier time. What a job made by then and did not
 * make anew since is known as it is; of the rest it is found again from the events, as long as they
 * are kept. For one thread.
 */
final class OutsidePast {
  private static final int AT_ONCE = 1_000;
  private static final int MOST_EVENTS = 100_000;

  private final Database database;
  private final Instant time;
  private @Nullable List<ColumnEdge> since;

  /** As it was known of all until {@code time}. */
  OutsidePast(Database database, Instant time) {
    this.database = database;
    this.time = time;
  }

  /**
   * The edges at these ends.
   *
   * @throws Exhausted when too many events are kept to look through
   */
  List<ColumnEdge> edges(Set<End> ends, ColumnLineage.Way way) {
    List<ColumnEdge> anew = since == null ? database.read(this::since) : since;
    since = anew;
    List<ColumnEdge> same =
        database.read(tx -> OutsideRuns.edges(tx, ends, way, ColumnLineage.MOST_EDGES, time));
    return Stream.concat(
            same.stream(),
            anew.stream()
                .filter(
                    edge -> ends.stream().anyMatch(end -> end.meets(OutsideRuns.here(edge, way)))))
        .toList();
  }

  /** Of what was made anew since, what it was made of then. */
  private List<ColumnEdge> since(Transaction tx) {
    Map<String, Set<String>> outputs = new HashMap<>();
    OutsideRuns.toldAfter(tx, time)
        .forEach(
            one -> outputs.computeIfAbsent(one.by(), _ -> new LinkedHashSet<>()).add(one.id()));
    List<ColumnEdge> edges = new ArrayList<>();
    outputs.forEach((by, ids) -> edges.addAll(edges(tx, by, ids)));
    return edges;
  }

  private List<ColumnEdge> edges(Transaction tx, String by, Set<String> wanted) {
    Set<String> layers =
        Buckets.list(tx).stream().map(Buckets.Bucket::name).collect(Collectors.toSet());
    OutsideNames names = new OutsideNames(tx, layers, _ -> true);
    Map<String, Made> newest = new HashMap<>();
    runs(tx, by)
        .forEach(events ->
            made(by, events, names)
                .forEach((id, made) -> {
                  if (wanted.contains(id)) {
                    newest.merge(
                        id, made, (one, other) -> other.at().isAfter(one.at()) ? other : one);
                  }
                }));
    return newest.values().stream().flatMap(made -> made.edges().stream()).toList();
  }

  /** What a run made, and when it last told of it. */
  private record Made(Instant at, SortedSet<ColumnEdge> edges) {}

  private static Map<String, Made> made(String by, List<OutsideRun> events, OutsideNames names) {
    OutsideRun one = events.getFirst();
    Instant at = events.stream().map(OutsideRun::time).max(Instant::compareTo).orElseThrow();
    Map<String, Made> made = new LinkedHashMap<>();
    new OutsideEdges(one.job().toString(), by, names)
        .of(events)
        .forEach((output, its) -> made.put(OutsideRuns.id(one, output, by), new Made(at, its)));
    return made;
  }

  /** The events until then of each run that had something done by then. */
  private List<List<OutsideRun>> runs(Transaction tx, String by) {
    Map<String, List<OutsideRun>> runs = new LinkedHashMap<>();
    int read = 0;
    List<OutsideRun> part;
    do {
      part = OutsideRuns.told(tx, by, read, AT_ONCE);
      read += part.size();
      if (read > MOST_EVENTS) {
        throw new Exhausted(
            PipelinesError.LINEAGE_TOO_WIDE,
            "%s told of more than %d runs that are kept.".formatted(by, MOST_EVENTS),
            "Ask for the lineage as it is now: without --at");
      }
      part.stream()
          .filter(event -> !event.time().isAfter(time))
          .forEach(event ->
              runs.computeIfAbsent(event.job() + " " + event.run(), _ -> new ArrayList<>())
                  .add(event));
    } while (part.size() == AT_ONCE);
    return runs.values().stream()
        .filter(events -> events.stream().anyMatch(OutsideRun::isDone))
        .toList();
  }
}
