package io.hosu.pipelines.crawl;

import io.hosu.pipelines.BadRecords;
import io.hosu.pipelines.FormatSpec;
import io.hosu.pipelines.Input;
import io.hosu.pipelines.StageSpec;
import io.hosu.pipelines.Transform;
import io.hosu.pipelines.Trigger;
import io.hosu.query.engine.Tally;
import io.hosu.tables.LakeTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a stage becomes that loads what was found before, and what was found since. */
final class Merging {
  private Merging() {}

  /**
   * The stage that reads both.
   *
   * @param table what was found since
   * @param target the table as it is; empty when it is not there yet
   * @return empty where only a look at all objects can tell
   */
  static Optional<StageSpec> of(
      StageSpec before, StageSpec now, CrawledTable table, Optional<LakeTable> target) {
    FormatSpec old = before.input().format();
    FormatSpec fresh = now.input().format();
    boolean alike =
        sql(before).equals(sql(now))
            && Objects.equals(old.type(), fresh.type())
            && old.text().equals(fresh.text());
    Set<String> globs = new TreeSet<>(globs(before));
    globs.addAll(globs(now));
    if (!alike || globs.size() > Loading.MOST_GLOBS) {
      return Optional.empty();
    }
    BadRecords bad =
        before.input().badRecords() == BadRecords.QUARANTINE
            ? BadRecords.QUARANTINE
            : now.input().badRecords();
    Input input =
        new Input(
            new FormatSpec(old.type(), old.text(), columns(old, fresh, table, target)),
            bad,
            before.input().reprocess(),
            before.input().maxRecordBytes());
    return Optional.of(
        new StageSpec(
            before.name(),
            new Trigger.Objects(List.copyOf(globs)),
            before.batch(),
            input,
            before.transform(),
            now.into(),
            now.running()));
  }

  private static String sql(StageSpec stage) {
    return stage.transform() instanceof Transform.Sql sql ? sql.text() : "";
  }

  private static List<String> globs(StageSpec stage) {
    return stage.on() instanceof Trigger.Objects objects ? objects.globs() : List.of();
  }

  /** A type can be declared of what all objects have alone. */
  private static Map<String, String> columns(
      FormatSpec old, FormatSpec fresh, CrawledTable table, Optional<LakeTable> target) {
    Set<String> here = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    here.addAll(table.cluster().columns().keySet());
    Set<String> there = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    target.ifPresent(known -> known.columns().forEach(column -> there.add(column.name())));
    Map<String, String> columns = new LinkedHashMap<>();
    old.columns()
        .forEach((name, type) -> {
          if (here.contains(name)) {
            columns.put(name, type);
          }
        });
    Map<String, String> known = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    known.putAll(columns);
    fresh
        .columns()
        .forEach((name, type) -> {
          String other = known.get(name);
          if (other != null) {
            columns.put(name, other.equals(type) ? type : Tally.TEXT);
          } else if (there.contains(name)) {
            columns.put(name, type);
          }
        });
    return columns;
  }
}
