package io.hosu.tables;

import static io.hosu.tables.TestLake.FLIGHTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.store.Transaction;
import io.hosu.tables.TwoEngines.Row;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/** What the lake does to the table by its stages and its upkeep, and the model with it. */
final class LakeActs {
  private static final Duration DELAY = Duration.ofDays(3);

  private static final CommitBeside NOTHING =
      new CommitBeside() {
        @Override
        public void allow(Set<TableUpdate.Effect> effects) {}

        @Override
        public void publish(Transaction tx, String location) {}
      };

  private final TwoEngines both;
  private final Random random;

  LakeActs(TwoEngines both) {
    this.both = both;
    this.random = both.random;
  }

  private static String select(List<NestedField> columns, List<Row> some) {
    return some.stream()
        .map(row ->
            columns.stream()
                .map(field ->
                    "%s::%s AS %s"
                        .formatted(
                            literal(row.values().get(field.fieldId())),
                            SqlTypes.print(field.type()),
                            Sql.name(field.name())))
                .collect(Collectors.joining(", ", "SELECT ", "")))
        .collect(Collectors.joining(" UNION ALL "));
  }

  private static String literal(@Nullable Object value) {
    return value == null ? "NULL" : Sql.text(value.toString());
  }

  private String select(List<Row> some) {
    return select(both.table.schema().columns(), some);
  }

  private List<Row> newRows() {
    return both.newRows(both.table.spec().specId());
  }

  /** Rows that lack some columns. */
  void append() {
    List<Row> some = newRows();
    List<NestedField> columns =
        both.table.schema().columns().stream()
            .filter(field ->
                field.fieldId() == TwoEngines.UID
                    || field.fieldId() == TwoEngines.PART
                    || random.nextBoolean())
            .toList();
    for (NestedField field : both.table.schema().columns()) {
      if (!columns.contains(field)) {
        some.forEach(row -> row.values().put(field.fieldId(), field.writeDefault()));
      }
    }
    both.lake.append(FLIGHTS, select(columns, some));
    both.add(some);
  }

  /** Rows that have a column which the table lacks. */
  void appendWithColumn() {
    List<Row> some = newRows();
    String name = both.newColumn();
    String rows =
        "SELECT *, (uid %% 3)::INTEGER AS %s FROM (%s)".formatted(Sql.name(name), select(some));
    if (both.isUnderContract()) {
      assertThatThrownBy(() -> both.lake.append(FLIGHTS, rows))
          .isInstanceOfSatisfying(
              Invalid.class, e -> assertThat(e.code()).isEqualTo(TablesError.CONTRACT_BROKEN));
      return;
    }
    both.lake.append(FLIGHTS, rows);
    both.table.refresh();
    int field = both.table.schema().findField(name).fieldId();
    some.forEach(row -> row.values().put(field, (int) (row.uid() % 3)));
    both.add(some);
  }

  /**
   * A dataset declares the columns of the table otherwise, under some contract, and is applied when
   * that lets it through; or it does not declare the table any more.
   */
  void declare() {
    TableDefinitions definitions =
        new TableDefinitions(both.lake.database, both.lake.ids, both.lake.tables);
    if (both.isUnderContract() && random.nextInt(3) == 0) {
      both.lake.commit(new TableChange.Define(definitions.released(FLIGHTS).orElseThrow()));
      return;
    }
    List<Compatibility> modes = List.of(Compatibility.values());
    Compatibility mode = modes.get(random.nextInt(modes.size()));
    TableDefinition definition =
        new TableDefinition(declared(), TestLake.layout(), Optional.of(mode), "", UpkeepRules.NONE);
    WriteTarget target = definitions.target(FLIGHTS, definition);
    if (target.steps().stream().noneMatch(mode::refuses)) {
      both.lake.commit(new TableChange.Define(target));
    }
  }

  private List<TableDefinition.Column> declared() {
    List<TableDefinition.Column> columns = new ArrayList<>();
    both.table
        .schema()
        .columns()
        .forEach(field -> columns.add(column(field.name(), SqlTypes.print(field.type()), "")));
    List<TableDefinition.Column> free =
        columns.stream()
            .filter(column -> !column.name().equals("uid") && !column.name().equals("part"))
            .toList();
    int dice = random.nextInt(4);
    if (dice == 0 || free.isEmpty()) {
      columns.add(column(both.newColumn(), random.nextBoolean() ? "INTEGER" : "VARCHAR", ""));
    } else if (dice == 1) {
      columns.remove(free.get(random.nextInt(free.size())));
    } else if (dice == 2) {
      TableDefinition.Column one = free.get(random.nextInt(free.size()));
      columns.set(columns.indexOf(one), column(both.newColumn(), one.type(), one.name()));
    } else {
      Collections.shuffle(columns, random);
    }
    return columns;
  }

  private static TableDefinition.Column column(String name, String type, String was) {
    return new TableDefinition.Column(name, type, Optional.empty(), "", was, Map.of());
  }

  void overwrite() {
    List<Row> some = newRows();
    WriteTarget target = both.lake.target(FLIGHTS, select(some));
    both.lake.commit(new TableChange.ReplaceAll(target, both.lake.write(target, select(some))));
    both.rows.clear();
    both.add(some);
  }

  /** Rows take the place of all that are in their partitions, of those divided as the table is. */
  void overwritePartitions() {
    List<Row> some = newRows();
    WriteTarget target = both.lake.target(FLIGHTS, select(some));
    both.lake.commit(
        new TableChange.ReplacePartitions(target, both.lake.write(target, select(some))));
    boolean whole = both.table.spec().isUnpartitioned();
    Set<@Nullable Object> parts = new HashSet<>();
    some.forEach(row -> parts.add(row.values().get(TwoEngines.PART)));
    int spec = both.table.spec().specId();
    both.rows
        .values()
        .removeIf(row ->
            whole || (row.spec() == spec && parts.contains(row.values().get(TwoEngines.PART))));
    both.add(some);
  }

  /**
   * Rows take the place of those with the same uid, as a stage that merges does. One that was
   * deleted does not come back: a file may hold it still.
   */
  void merge() {
    Map<Long, Row> byUid = new HashMap<>();
    newRows().forEach(row -> byUid.put(row.uid(), row));
    List<Long> there = new ArrayList<>(both.rows.keySet());
    Collections.shuffle(there, random);
    there.stream()
        .limit(3)
        .forEach(uid -> byUid.put(uid, both.newRow(uid, both.table.spec().specId())));
    List<Row> some = List.copyOf(byUid.values());
    ScanPlan plan = both.lake.tables.plan(FLIGHTS);
    String keys = byUid.keySet().stream().map(String::valueOf).collect(Collectors.joining(", "));
    List<PlannedFile> holding = holding(plan, "uid IN (%s)".formatted(keys));
    String kept =
        "SELECT * FROM (%s) WHERE uid NOT IN (%s)".formatted(plan.sqlOf(paths(holding)), keys);
    String merged = holding.isEmpty() ? select(some) : kept + " UNION ALL BY NAME " + select(some);
    WriteTarget target = both.lake.target(FLIGHTS, merged);
    both.lake.commit(
        new TableChange.ReplaceFiles(
            target, plan, paths(holding), both.lake.write(target, merged)));
    both.rewritten(uids(holding));
    both.add(some);
  }

  private static List<String> paths(List<PlannedFile> files) {
    return files.stream().map(file -> file.path().toString()).toList();
  }

  private List<PlannedFile> holding(ScanPlan plan, String condition) {
    Set<String> paths = new HashSet<>();
    if (!plan.files().isEmpty()) {
      both.engine
          .query(
              "SELECT DISTINCT _file FROM (%s) WHERE %s".formatted(plan.sqlWithFile(), condition))
          .forEach(row -> paths.add(String.valueOf(row.getFirst())));
    }
    return plan.files().stream().filter(file -> paths.contains(file.path().toString())).toList();
  }

  private Set<Long> uids(List<PlannedFile> files) {
    Set<Long> uids = new HashSet<>();
    files.forEach(file -> uids.addAll(both.uids(file)));
    return uids;
  }

  /** Files are written anew without some of their rows, which keep their numbers. */
  void deleteRows() {
    String condition = random.nextBoolean() ? "k = 1" : "uid % 5 = 2";
    boolean byKey = condition.startsWith("k");
    if (byKey && both.table.schema().findField("k") == null) {
      return;
    }
    ScanPlan plan = both.lake.tables.plan(FLIGHTS);
    List<PlannedFile> holding = holding(plan, condition);
    if (holding.isEmpty()) {
      return;
    }
    RowDeletion deletion = both.lake.tables.upkeep().deletion();
    WriteTarget target = deletion.ownRows(FLIGHTS);
    String kept =
        "SELECT * FROM (%s) WHERE (%s) IS NOT TRUE"
            .formatted(deletion.rowsToRewrite(plan, paths(holding)), condition);
    NewFiles written = write(target, deletion.shape(plan, target), kept);
    both.lake.commit(
        written.rows() == 0
            ? both.lake.tables.withoutFiles(plan, paths(holding))
            : new TableChange.RewriteFiles(target, plan, paths(holding), written));
    NestedField key = both.table.schema().findField(byKey ? "k" : "uid");
    both.rows.values().removeIf(row -> isDeleted(row.value(key), byKey));
    both.rewritten(uids(holding));
  }

  private static boolean isDeleted(@Nullable Object value, boolean byKey) {
    return value instanceof Number number
        && (byKey ? number.longValue() == 1 : number.longValue() % 5 == 2);
  }

  private NewFiles write(WriteTarget target, WriteShape shape, String rows) {
    Path directory = both.lake.blobs.staging().resolve("worker-" + both.lake.ids.next());
    try {
      boolean parts = !shape.partitions().isEmpty();
      Files.createDirectories(parts ? directory.getParent() : directory);
      Path place = parts ? directory : directory.resolve("0.parquet");
      return both.lake.tables.adopt(target, both.engine.write(shape, rows, place));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** No row comes or goes, and each keeps its number and that of its commit. */
  void compact() {
    Wear wear = random.nextBoolean() ? Wear.ANY : Wear.MUCH;
    CompactionPlan plan =
        both.lake.tables.upkeep().planCompaction(FLIGHTS, wear, Compacting.FILE_BYTES, 10);
    Set<Long> there = new HashSet<>();
    plan.bins().forEach(bin -> there.addAll(uids(bin.files())));
    String columns = lineageColumns();
    List<String> before = lineage(columns);
    Compacting.publish(both.lake, plan, Compacting.rewrite(both.lake, plan));
    assertThat(lineage(columns)).isEqualTo(before);
    both.rewritten(there);
  }

  /** Rows that a table had before it was of version 3 get their numbers with the next commit. */
  private String lineageColumns() {
    boolean numbered =
        both.lake.tables.plan(FLIGHTS).files().stream()
            .allMatch(file -> file.file().firstRowId() != null);
    return both.isThree() && numbered
        ? "uid, _row_id, " + RowLineage.SEQUENCE
        : "uid, " + RowLineage.SEQUENCE;
  }

  private List<String> lineage(String columns) {
    ScanPlan plan = both.lake.tables.plan(FLIGHTS);
    return plan.files().isEmpty()
        ? List.of()
        : TestLake.sorted(
            both
                .engine
                .query("SELECT %s FROM (%s)".formatted(columns, plan.sqlToRewrite(plan.files())))
                .stream()
                .map(Object::toString)
                .toList());
  }

  void mergeManifests() {
    Compacting.manifests(both.lake, FLIGHTS);
  }

  void removeIdleDeletes() {
    Compacting.publish(
        both.lake,
        both.lake.tables.upkeep().prepareWithoutIdleDeletes(CommitContext.of("upkeep"), FLIGHTS));
  }

  /** All but the newest go, what has a name, and sometimes what somebody reads. */
  void expire() {
    Set<Long> held = both.readUpTo != 0 && random.nextBoolean() ? Set.of(both.readUpTo) : Set.of();
    expire(both.lake, 1 + random.nextInt(3), held);
    both.table.refresh();
    held.forEach(id -> assertThat(both.table.snapshot(id)).isNotNull());
  }

  private static void expire(TestLake lake, int least, Set<Long> held) {
    Duration behind = Duration.between(lake.clock.instant(), Instant.now());
    lake.clock.advance(behind.isNegative() ? Duration.ofSeconds(1) : behind.plusSeconds(1));
    Compacting.expire(
        lake, FLIGHTS, new SnapshotPolicy(Duration.ZERO, least, 50, Duration.ZERO), held);
  }

  /** What no snapshot needs goes, however old what they need is. */
  void removeOrphans() {
    removeOrphans(both.lake);
  }

  private static void removeOrphans(TestLake lake) {
    lake.clock.advance(DELAY.plusDays(1));
    Orphans orphans = lake.tables.upkeep().orphans();
    try (Orphans.Found found = orphans.find(FLIGHTS, DELAY)) {
      lake.used.<Integer>write(tx -> orphans.remove(tx, found));
    }
  }

  /** The table goes on with a branch, if nothing came to it since the branch began. */
  void fastForward() {
    long current = both.table.currentSnapshot().snapshotId();
    for (String branch : both.branches()) {
      long to = both.headOf(branch);
      if (to != current && SnapshotUtil.isAncestorOf(both.table, to, current)) {
        TableRefs.Change forward = TableRefs.forward(FLIGHTS, "main", branch);
        TableRefs refs = both.lake.tables.open().refs(both.lake.tables);
        refs.commit(CommitContext.of("lake"), FLIGHTS, forward, NOTHING);
        both.goBackTo(to);
        return;
      }
    }
  }

  void rollBack() {
    List<Long> earlier = both.earlier();
    if (earlier.isEmpty()) {
      return;
    }
    long to = earlier.get(random.nextInt(earlier.size()));
    Set<Long> commits = new HashSet<>();
    Snapshot at = both.table.currentSnapshot();
    while (at.snapshotId() != to) {
      commits.add(at.snapshotId());
      at = Objects.requireNonNull(both.table.snapshot(at.parentId()));
    }
    both.lake.commit(both.lake.tables.rollback(FLIGHTS, commits));
    both.goBackTo(to);
  }

  /** A process that keeps the table up dies somewhere. */
  void dieInUpkeep() {
    int least = 1 + random.nextInt(3);
    List<CompactionPlan.Bin> bins = new ArrayList<>();
    both.dying(
        random.nextInt(30),
        lake -> {
          CompactionPlan plan =
              lake.tables.upkeep().planCompaction(FLIGHTS, Wear.ANY, Compacting.FILE_BYTES, 10);
          bins.addAll(plan.bins());
          Compacting.publish(lake, plan, Compacting.rewrite(lake, plan));
          Compacting.manifests(lake, FLIGHTS);
          expire(lake, least, Set.of());
          removeOrphans(lake);
        });
    Set<String> live = new HashSet<>();
    both.lake.tables.plan(FLIGHTS).files().forEach(file -> live.add(file.file().location()));
    bins.stream()
        .filter(
            bin -> bin.files().stream().noneMatch(file -> live.contains(file.file().location())))
        .forEach(bin -> both.rewritten(uids(bin.files())));
  }
}
