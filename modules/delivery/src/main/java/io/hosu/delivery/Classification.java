package io.hosu.delivery;

import io.hosu.governance.Resource;
import io.hosu.governance.Resource.Column;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.ColumnEdge;
import io.hosu.pipelines.StageSpec;
import io.hosu.pipelines.Transform;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The tags that columns take over from the columns that they are made of, by the SQL of stages: all
 * that are on such a column itself, over any number of stages, unless a stage declassifies it.
 */
final class Classification {
  private static final List<String> KNOWN = List.of("none", "low", "medium", "high");
  private final SortedMap<Resource, SortedMap<String, String>> own;
  private final Map<Resource, SortedMap<Origin, StageName>> arrived =
      new TreeMap<>(Comparator.comparing(Resource::toString));
  private final Map<StageName, Set<Column>> removed = new HashMap<>();

  private Classification(SortedMap<Resource, SortedMap<String, String>> own) {
    this.own = own;
  }

  /** A tag, and the column that has it itself. */
  private record Origin(Column from, String key, String value) implements Comparable<Origin> {
    private static final Comparator<Origin> ORDER =
        Comparator.comparing((Origin one) -> one.from().toString()).thenComparing(Origin::key);

    @Override
    public int compareTo(Origin other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * A tag that something takes over.
   *
   * @param from the column that has it itself
   * @param stage the last stage on the way
   */
  record Arrival(Column from, String key, String value, StageName stage) {
    /** Whether it says that there is something to be protected. */
    boolean isProtected() {
      return !value.equals(KNOWN.getFirst());
    }
  }

  static Classification of(ProjectDraft draft, DesiredState desired, SqlCheck sql) {
    Classification all = new Classification(DeclaredTags.of(draft));
    if (all.own.keySet().stream().anyMatch(Column.class::isInstance)) {
      ProjectColumns columns = new ProjectColumns(draft, desired, sql);
      List<Step> steps = new ArrayList<>();
      for (Declared declared : desired.declared()) {
        if (declared instanceof Declared.Stage(StageSpec stage)) {
          steps.addAll(steps(stage, sql.edges(stage, columns::of)));
        }
      }
      boolean moved = true;
      while (moved) {
        moved = false;
        for (Step step : steps) {
          moved |= all.take(step);
        }
      }
    }
    return all;
  }

  /** That a value gets from one column into another. */
  private record Step(ColumnEdge edge, StageName stage, boolean declassified) {}

  private static List<Step> steps(StageSpec stage, Set<ColumnEdge> edges) {
    Set<String> declassified =
        switch (stage.transform()) {
          case Transform.Sql sql -> sql.declassified().keySet();
          case Transform.Crawl _ -> Set.of();
        };
    return edges.stream()
        .filter(edge -> edge.flow().carriesValue() && edge.from().kind() == ColumnEdge.Kind.TABLE)
        .map(edge ->
            new Step(
                edge,
                stage.name(),
                declassified.stream().anyMatch(edge.to().column()::equalsIgnoreCase)))
        .toList();
  }

  /** Whether anything new arrived. */
  private boolean take(Step step) {
    ColumnEdge.End to = step.edge.to();
    TableName table = TableName.parse(to.name());
    Resource at =
        to.column().equals(ColumnEdge.ALL) ? Resource.of(table) : new Column(table, to.column());
    Set<Origin> coming = of(step.edge.from());
    coming.removeIf(one -> one.from.equals(at));
    if (coming.isEmpty()) {
      return false;
    }
    if (step.declassified && at instanceof Column column) {
      removed.computeIfAbsent(step.stage, _ -> new HashSet<>()).add(column);
      return false;
    }
    SortedMap<Origin, StageName> its = arrived.computeIfAbsent(at, _ -> new TreeMap<>());
    int before = its.size();
    coming.forEach(one -> its.putIfAbsent(one, step.stage));
    return its.size() > before;
  }

  /** All that is on a column, its own tags and those that it took over. */
  private Set<Origin> of(ColumnEdge.End end) {
    TableName table = TableName.parse(end.name());
    Set<Origin> all = new TreeSet<>();
    own.forEach((on, tags) -> {
      if (on instanceof Column column && isMeant(column, table, end)) {
        tags.forEach((key, value) -> all.add(new Origin(column, key, value)));
      }
    });
    arrived.forEach((on, its) -> {
      boolean isMeant =
          on instanceof Column column ? isMeant(column, table, end) : on.equals(Resource.of(table));
      if (isMeant) {
        all.addAll(its.keySet());
      }
    });
    return all;
  }

  private static boolean isMeant(Column column, TableName table, ColumnEdge.End end) {
    return column.table().equals(table)
        && (end.column().equals(ColumnEdge.ALL) || column.equals(new Column(table, end.column())));
  }

  /** The columns of its target from which a stage keeps tags, in full, and why. */
  static SortedMap<String, String> declassified(Declared declared) {
    SortedMap<String, String> all = new TreeMap<>();
    if (declared instanceof Declared.Stage(StageSpec stage)) {
      switch (stage.transform()) {
        case Transform.Sql sql ->
            sql.declassified()
                .forEach((column, reason) ->
                    all.put(new Column(stage.into().table(), column).toString(), reason));
        case Transform.Crawl _ -> {}
      }
    }
    return all;
  }

  /** What arrived, by where. */
  SortedMap<Resource, List<Arrival>> arrived() {
    SortedMap<Resource, List<Arrival>> all =
        new TreeMap<>(Comparator.comparing(Resource::toString));
    arrived.forEach((on, its) -> all.put(on, arrivals(its)));
    return all;
  }

  private static List<Arrival> arrivals(SortedMap<Origin, StageName> its) {
    List<Arrival> all = new ArrayList<>();
    its.forEach((one, stage) -> all.add(new Arrival(one.from, one.key, one.value, stage)));
    return all;
  }

  /** The tags that are declared on something itself. */
  SortedMap<String, String> own(Resource on) {
    return own.getOrDefault(on, new TreeMap<>());
  }

  /** Whether a stage keeps tags from a column. */
  boolean isRemoved(StageName stage, Column column) {
    return removed.getOrDefault(stage, Set.of()).contains(column);
  }

  /** The same state, in which the tags that were taken over are declared too. */
  DesiredState followed(DesiredState desired) {
    Map<String, SortedMap<String, String>> more = new TreeMap<>();
    arrived().forEach((on, arrivals) -> more.put(on.toString(), tags(on, arrivals)));
    more.values().removeIf(Map::isEmpty);
    List<Declared> all = new ArrayList<>();
    for (Declared declared : desired.declared()) {
      if (declared instanceof Declared.Tags(var on, var tags) && more.containsKey(on)) {
        all.add(new Declared.Tags(on, both(tags, more.remove(on))));
      } else {
        all.add(declared);
      }
    }
    int before = (int) all.stream().takeWhile(one -> one.kind() != Declared.Kind.GRANT).count();
    List<Declared> tags =
        more.entrySet().stream()
            .<Declared>map(entry -> new Declared.Tags(entry.getKey(), entry.getValue()))
            .toList();
    all.addAll(before, tags);
    return new DesiredState(all);
  }

  private static SortedMap<String, String> both(
      SortedMap<String, String> tags, SortedMap<String, String> others) {
    SortedMap<String, String> both = new TreeMap<>(others);
    both.putAll(tags);
    return both;
  }

  private SortedMap<String, String> tags(Resource on, List<Arrival> arrivals) {
    SortedMap<String, String> tags = new TreeMap<>();
    arrivals.forEach(one -> tags.merge(one.key, one.value, Classification::higher));
    tags.keySet().removeAll(own(on).keySet());
    return tags;
  }

  /** Of two values the one that protects more, as far as their words tell. */
  static String higher(String one, String other) {
    int first = rank(one);
    int second = rank(other);
    if (first == second) {
      return one.compareTo(other) >= 0 ? one : other;
    }
    return first > second ? one : other;
  }

  private static int rank(String value) {
    int known = KNOWN.indexOf(value);
    return known < 0 ? KNOWN.size() : known;
  }
}
