package io.hosu.pipelines;

import io.hosu.kernel.Glob;
import io.hosu.pipelines.StageObjects.Dated;
import io.hosu.store.Transaction;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a backfill would process in one stage.
 *
 * @param executions how many executions it would take, at least
 * @param all in all
 * @param partitions by what the globs capture, or by the day on which an object was made
 */
record BackfillEstimate(
    StageSpec stage, int executions, Amount all, Map<String, Amount> partitions) {
  private static final int AT_ONCE = 400;

  /**
   * Objects, and what is in them.
   *
   * @param rows how many rows were read from them; empty where that is not known of each: of those
   *     never processed, and of those that were processed together with others
   */
  record Amount(long objects, long bytes, Optional<Long> rows) {}

  static BackfillEstimate of(Transaction tx, BackfillPlan plan) {
    List<Dated> objects = plan.all();
    Map<String, String> processedBy = processedBy(tx, plan.stage(), objects);
    Map<String, Work> works = works(tx, processedBy.values());
    Map<String, List<Dated>> parted = new TreeMap<>();
    for (Dated dated : objects) {
      parted.computeIfAbsent(partition(plan.stage(), dated), _ -> new ArrayList<>()).add(dated);
    }
    SequencedMap<String, Amount> partitions = new TreeMap<>();
    parted.forEach((name, some) -> partitions.put(name, amount(some, processedBy, works)));
    return new BackfillEstimate(
        plan.stage(), plan.parts().size(), amount(objects, processedBy, works), partitions);
  }

  private static String partition(StageSpec stage, Dated dated) {
    String text = dated.object().text();
    return BackfillPlan.globs(stage).globs().stream()
        .flatMap(glob -> Glob.of(glob).capture(text).stream())
        .filter(captures -> !captures.isEmpty())
        .findFirst()
        .map(captures ->
            captures.entrySet().stream().map(Object::toString).collect(Collectors.joining(", ")))
        .orElseGet(() -> LocalDate.ofInstant(dated.createdAt(), ZoneOffset.UTC).toString());
  }

  /** Which execution processed each object last in the version that it has. */
  private static Map<String, String> processedBy(
      Transaction tx, StageSpec stage, List<Dated> objects) {
    Map<String, InputObject> now = new HashMap<>();
    objects.forEach(dated -> now.put(dated.object().text(), dated.object()));
    Map<String, String> by = new HashMap<>();
    StageInputs.find(tx, stage.name(), now.keySet())
        .forEach((object, entry) -> {
          InputObject current = now.get(object);
          if (current != null && entry.hasProcessed(current)) {
            by.put(object, entry.execution());
          }
        });
    return by;
  }

  /** What an execution read. */
  private record Work(long objects, long rows) {}

  private static Map<String, Work> works(Transaction tx, Collection<String> executions) {
    List<String> ids = executions.stream().distinct().toList();
    Map<String, Work> works = new HashMap<>();
    for (int from = 0; from < ids.size(); from += AT_ONCE) {
      List<String> some = ids.subList(from, Math.min(from + AT_ONCE, ids.size()));
      tx.list(
              """
              SELECT e.id AS id, e.rows_in AS n, COUNT(*) AS objects
              FROM executions e JOIN execution_inputs i ON i.execution = e.id
              WHERE i.kind = 'OBJECT' AND e.id IN (%s) GROUP BY e.id, e.rows_in\
              """
                  .formatted(String.join(", ", Collections.nCopies(some.size(), "?"))),
              row -> Map.entry(row.text("id"), new Work(row.number("objects"), row.number("n"))),
              some.toArray())
          .forEach(one -> works.put(one.getKey(), one.getValue()));
    }
    return works;
  }

  private static Amount amount(
      List<Dated> objects, Map<String, String> processedBy, Map<String, Work> works) {
    Map<String, Long> counts = new HashMap<>();
    for (Dated dated : objects) {
      counts.merge(processedBy.getOrDefault(dated.object().text(), ""), 1L, Long::sum);
    }
    long rows = 0;
    boolean known = true;
    for (Map.Entry<String, Long> one : counts.entrySet()) {
      Work work = works.get(one.getKey());
      known &= work != null && work.objects() == one.getValue();
      rows += work == null ? 0 : work.rows();
    }
    return new Amount(
        objects.size(), BackfillPlan.bytes(objects), known ? Optional.of(rows) : Optional.empty());
  }
}
