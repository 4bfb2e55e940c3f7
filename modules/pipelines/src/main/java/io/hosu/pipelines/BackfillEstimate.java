package io.hosu.pipelines;

import io.hosu.kernel.Glob;
import io.hosu.pipelines.StageObjects.Dated;
import io.hosu.store.Row;
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
   * @param rows how many rows were read from them; empty where some were never processed, where
   *     their executions read tables too, of which the same number tells, or that is known no more
   */
  record Amount(long objects, long bytes, Optional<Rows> rows) {}

  /**
   * How many rows.
   *
   * @param estimated whether objects were processed together with others, so that the rows of these
   *     executions are divided in proportion to bytes
   */
  record Rows(long count, boolean estimated) {}

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
  private record Work(long objects, long bytes, long rows) {
    static Work of(Row row) {
      return new Work(row.number("objects"), row.number("bytes"), row.number("n"));
    }

    /** How many of its rows are those of some of its objects. */
    double rowsOf(Share share) {
      return isAll(share) || bytes == 0 ? rows : (double) rows * share.bytes() / bytes;
    }

    boolean isAll(Share share) {
      return share.objects() == objects;
    }
  }

  /** Some of the objects that an execution read. */
  private record Share(long objects, long bytes) {
    Share plus(Share other) {
      return new Share(objects + other.objects, bytes + other.bytes);
    }
  }

  private static Map<String, Work> works(Transaction tx, Collection<String> executions) {
    List<String> ids = executions.stream().distinct().toList();
    Map<String, Work> works = new HashMap<>();
    for (int from = 0; from < ids.size(); from += AT_ONCE) {
      List<String> some = ids.subList(from, Math.min(from + AT_ONCE, ids.size()));
      tx.list(
              """
              SELECT e.id AS id, e.rows_in AS n, COUNT(*) AS objects, SUM(i.bytes) AS bytes
              FROM executions e JOIN execution_inputs i ON i.execution = e.id
              WHERE i.kind = 'OBJECT' AND e.status = 'SUCCEEDED' AND e.id IN (%s)
                AND NOT EXISTS (SELECT 1 FROM execution_inputs t
                  WHERE t.execution = e.id AND t.kind = 'TABLE')
              GROUP BY e.id, e.rows_in\
              """
                  .formatted(String.join(", ", Collections.nCopies(some.size(), "?"))),
              row -> Map.entry(row.text("id"), Work.of(row)),
              some.toArray())
          .forEach(one -> works.put(one.getKey(), one.getValue()));
    }
    return works;
  }

  private static Amount amount(
      List<Dated> objects, Map<String, String> processedBy, Map<String, Work> works) {
    Map<String, Share> shares = new HashMap<>();
    for (Dated dated : objects) {
      String by = processedBy.getOrDefault(dated.object().text(), "");
      shares.merge(by, new Share(1, dated.object().bytes()), Share::plus);
    }
    return new Amount(objects.size(), BackfillPlan.bytes(objects), rows(shares, works));
  }

  private static Optional<Rows> rows(Map<String, Share> shares, Map<String, Work> works) {
    double rows = 0;
    boolean estimated = false;
    for (Map.Entry<String, Share> one : shares.entrySet()) {
      Work work = works.get(one.getKey());
      if (work == null) {
        return Optional.empty();
      }
      rows += work.rowsOf(one.getValue());
      estimated |= !work.isAll(one.getValue());
    }
    return Optional.of(new Rows(Math.round(rows), estimated));
  }
}
