package io.hosu.tables;

import static io.hosu.tables.TestLake.FLIGHTS;
import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.governance.FileKeys;
import io.hosu.objects.ObjectsConfig;
import io.hosu.objects.Readers;
import io.hosu.objects.Sweeper;
import io.hosu.store.CrashingDatabase;
import io.hosu.testing.Crash;
import io.hosu.testing.CrashPoints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/**
 * One table that the lake and an engine outside of it take turns at, and beside it the plain list
 * of rows that each of its snapshots should hold.
 */
final class TwoEngines implements AutoCloseable {
  static final int UID = 1;
  static final int PART = 4;

  final Random random;
  final Engine engine;
  TestLake lake;
  OutsideEngine outside;
  Table table;

  /** The rows of the table as it is, by their {@code uid}. */
  Map<Long, Row> rows = new TreeMap<>();

  /** The columns by whose values rows were deleted. */
  final Set<Integer> keys = new HashSet<>();

  /** A snapshot that somebody reads since some time; 0 for none. */
  long readUpTo;

  private final Path directory;
  private final Map<Long, List<Row>> states = new HashMap<>();
  private final List<Running> running = new ArrayList<>();
  private Readers readers;
  private long nextUid;
  private int nextColumn;

  TwoEngines(Path directory, Engine engine, Random random) {
    this.directory = directory;
    this.engine = engine;
    this.random = random;
    this.lake = open(CrashPoints.never());
    this.readers = new Readers(lake.database, lake.clock, lake.ids);
    this.outside = new OutsideEngine(lake);
    Schema schema =
        new Schema(
            NestedField.required(UID, "uid", Types.LongType.get()),
            NestedField.optional(2, "k", Types.IntegerType.get()),
            NestedField.optional(3, "s", Types.StringType.get()),
            NestedField.optional(PART, "part", Types.StringType.get()));
    PartitionSpec spec =
        random.nextBoolean()
            ? PartitionSpec.unpartitioned()
            : PartitionSpec.builderFor(schema).identity("part").build();
    String version = random.nextBoolean() ? "2" : "3";
    this.table = outside.create(FLIGHTS, schema, spec, Map.of("format-version", version));
  }

  /**
   * A row as it should be: a column that it lacks has the value that the table gives it.
   *
   * @param spec of the file that holds it
   */
  record Row(long uid, int spec, Map<Integer, @Nullable Object> values) {
    @Nullable Object value(NestedField field) {
      return values.containsKey(field.fieldId())
          ? values.get(field.fieldId())
          : field.initialDefault();
    }

    String print(Schema schema) {
      return schema.columns().stream()
          .map(field -> String.valueOf(value(field)))
          .toList()
          .toString();
    }
  }

  private TestLake open(CrashPoints points) {
    return new TestLake(
        directory,
        engine,
        database -> new CrashingDatabase(database, points::pass),
        blobs -> new CrashingBlobStore(blobs, points));
  }

  /** A query that has been planned, and the rows that there were then. */
  private record Running(Readers.Reading reading, String sql, Schema schema, List<String> rows) {}

  /** Somebody plans a query of a snapshot that there is, and is slow to run it. */
  void beginQuery() {
    LakeTable now = lake.tables.require(FLIGHTS);
    List<Snapshot> known =
        now.metadata().snapshots().stream()
            .filter(snapshot -> states.containsKey(snapshot.snapshotId()))
            .toList();
    if (!known.isEmpty()) {
      Snapshot one = known.get(random.nextInt(known.size()));
      Schema schema = Objects.requireNonNull(now.metadata().schemasById().get(one.schemaId()));
      List<Row> state = Objects.requireNonNull(states.get(one.snapshotId()));
      ScanPlan plan = lake.tables.planAt(now, one.snapshotId());
      Readers.Reading reading = readers.begin(() -> plan.paths().stream());
      running.add(new Running(reading, plan.sql(), schema, printed(schema, state)));
    }
  }

  /** All queries that were planned run to their end. */
  void endQueries(String when) {
    for (Running query : running) {
      assertThat(read(query.schema(), query.sql())).as(when).isEqualTo(query.rows());
      query.reading().close();
    }
    running.clear();
  }

  /** What nobody needs or reads loses its bytes, as soon as that may ever be. */
  void sweep() {
    lake.clock.advance(FileKeys.TTL.plusMinutes(5));
    readers.tell();
    ObjectsConfig soon = new ObjectsConfig(Duration.ZERO, Duration.ZERO, Duration.ofMinutes(2));
    new Sweeper(lake.database, lake.blobs, lake.clock, soon).sweep();
  }

  /** Has a process of its own do {@code work} and die at a write of it. */
  void dying(int at, Consumer<TestLake> work) {
    endQueries("before another process");
    close();
    try (TestLake dying = open(CrashPoints.at(at))) {
      work.accept(dying);
    } catch (Crash _) {
      // Another process goes on.
    }
    lake = open(CrashPoints.never());
    readers = new Readers(lake.database, lake.clock, lake.ids);
    outside = new OutsideEngine(lake);
    table = outside.load(FLIGHTS);
  }

  /** What holds of the table as it is, is kept as what its snapshot holds. */
  void remember() {
    table.refresh();
    if (table.currentSnapshot() != null) {
      states.put(table.currentSnapshot().snapshotId(), List.copyOf(rows.values()));
    }
  }

  /** The snapshots that the current one came from and that are known, without itself. */
  List<Long> earlier() {
    long current = table.currentSnapshot().snapshotId();
    Set<Long> ancestors = new HashSet<>();
    SnapshotUtil.currentAncestorIds(table).forEach(ancestors::add);
    return states.keySet().stream()
        .filter(id -> id != current && ancestors.contains(id))
        .sorted()
        .toList();
  }

  /** The branches beside the main one. */
  List<String> branches() {
    return table.refs().entrySet().stream()
        .filter(ref -> ref.getValue().isBranch() && !ref.getKey().equals(SnapshotRef.MAIN_BRANCH))
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  /** The newest snapshot of a branch. */
  long headOf(String branch) {
    return Objects.requireNonNull(table.refs().get(branch)).snapshotId();
  }

  /** A branch has these rows more than before. */
  void rememberBranch(String branch, long before, List<Row> added) {
    Map<Long, Row> all = new TreeMap<>();
    Objects.requireNonNull(states.get(before)).forEach(row -> all.put(row.uid(), row));
    added.forEach(row -> all.put(row.uid(), row));
    states.put(headOf(branch), List.copyOf(all.values()));
  }

  /** The table is as it was, or as a branch of it is. */
  void goBackTo(long snapshot) {
    rows = new TreeMap<>();
    add(Objects.requireNonNull(states.get(snapshot)));
  }

  /** Whether a dataset says exactly which columns the table has. */
  boolean isUnderContract() {
    return ContractGuard.isFixed(lake.tables.require(FLIGHTS).metadata());
  }

  boolean isThree() {
    return ((BaseTable) table).operations().current().formatVersion() >= 3;
  }

  @Nullable Object value(Type type) {
    if (random.nextInt(5) == 0) {
      return null;
    }
    return switch (type.typeId()) {
      case INTEGER -> random.nextInt(4);
      case LONG -> (long) random.nextInt(4);
      default -> "abc".substring(random.nextInt(3)).substring(0, 1);
    };
  }

  Row newRow(long uid, int spec) {
    Map<Integer, @Nullable Object> values = new HashMap<>();
    for (NestedField field : table.schema().columns()) {
      values.put(field.fieldId(), field.fieldId() == UID ? (Object) uid : value(field.type()));
    }
    return new Row(uid, spec, values);
  }

  List<Row> newRows(int spec) {
    List<Row> made = new ArrayList<>();
    int count = 2 + random.nextInt(6);
    for (int i = 0; i < count; i++) {
      made.add(newRow(++nextUid, spec));
    }
    return made;
  }

  /** A uid that a row has or had. */
  long someUid() {
    return 1 + (long) random.nextInt((int) nextUid);
  }

  String newColumn() {
    return "n" + nextColumn++;
  }

  void add(Collection<Row> added) {
    added.forEach(row -> rows.put(row.uid(), row));
  }

  /** These rows lie in files that the lake wrote now: values that the old ones lacked are there. */
  void rewritten(Set<Long> uids) {
    int spec = table.spec().specId();
    rows.replaceAll((uid, row) -> uids.contains(uid) ? new Row(uid, spec, filled(row)) : row);
  }

  private Map<Integer, @Nullable Object> filled(Row row) {
    Map<Integer, @Nullable Object> values = new HashMap<>();
    table.schema().columns().forEach(field -> values.put(field.fieldId(), row.value(field)));
    return values;
  }

  List<PlannedFile> someFiles() {
    List<PlannedFile> files = new ArrayList<>(lake.tables.plan(FLIGHTS).files());
    Collections.shuffle(files, random);
    return files.subList(0, Math.min(files.size(), 1 + random.nextInt(3)));
  }

  /** The uids that a file holds, by their places: also of rows that are deleted. */
  List<Long> uids(PlannedFile file) {
    return engine
        .query(
            "SELECT uid FROM read_parquet(%s) ORDER BY file_row_number"
                .formatted(Sql.text(file.path().toString())))
        .stream()
        .map(row -> Long.valueOf(String.valueOf(row.getFirst())))
        .toList();
  }

  /** Every reader sees what the list of rows says, of the table as it is. */
  void compare(String when) {
    LakeTable now = lake.tables.require(FLIGHTS);
    Schema schema = now.metadata().schema();
    List<String> expected = printed(schema, rows.values());
    assertThat(read(schema, lake.tables.plan(now).sql())).as(when).isEqualTo(expected);
    if (knowsKeys(schema)) {
      assertThat(records(schema, IcebergGenerics.read(now.table()))).as(when).isEqualTo(expected);
    }
    if (now.table().snapshot(readUpTo) == null) {
      readUpTo = 0;
    }
    if (readUpTo != 0) {
      compareChanges(schema, when);
    }
    if (random.nextBoolean() && states.containsKey(current())) {
      readUpTo = current();
    }
  }

  /** The same of every snapshot that is kept, and of every branch and tag. */
  void compareAll(String when) {
    LakeTable now = lake.tables.require(FLIGHTS);
    for (Snapshot snapshot : now.metadata().snapshots()) {
      List<Row> state = states.get(snapshot.snapshotId());
      if (state != null) {
        compareAt(now, snapshot, state, "%s, at %d".formatted(when, snapshot.snapshotId()));
      }
    }
    for (Map.Entry<String, SnapshotRef> ref : now.metadata().refs().entrySet()) {
      assertThat(now.metadata().snapshot(ref.getValue().snapshotId())).as(ref.getKey()).isNotNull();
    }
  }

  private void compareAt(LakeTable now, Snapshot snapshot, List<Row> state, String when) {
    long id = snapshot.snapshotId();
    Schema schema = Objects.requireNonNull(now.metadata().schemasById().get(snapshot.schemaId()));
    List<String> expected = printed(schema, state);
    assertThat(read(schema, lake.tables.planAt(now, id).sql())).as(when).isEqualTo(expected);
    if (knowsKeys(schema)) {
      assertThat(records(schema, IcebergGenerics.read(now.table()).useSnapshot(id)))
          .as(when)
          .isEqualTo(expected);
    }
  }

  /** Iceberg's own reader does not find keys that were dropped. */
  private boolean knowsKeys(Schema schema) {
    return keys.stream().allMatch(id -> schema.findField(id) != null);
  }

  private long current() {
    return lake.tables.require(FLIGHTS).snapshot().orElse(0);
  }

  private void compareChanges(Schema schema, String when) {
    TableChanges changes = lake.tables.changesSince(FLIGHTS, readUpTo);
    List<String> come = new ArrayList<>(printed(schema, rows.values()));
    int gone = 0;
    for (String row : printed(schema, Objects.requireNonNull(states.get(readUpTo)))) {
      if (!come.remove(row)) {
        gone++;
      }
    }
    assertThat(read(schema, changes.sql())).as(when).isEqualTo(come);
    assertThat(lake.rowsGone(changes)).as(when).isEqualTo(gone);
  }

  private static List<String> printed(Schema schema, Collection<Row> some) {
    return TestLake.sorted(some.stream().map(row -> row.print(schema)).toList());
  }

  private static List<String> records(Schema schema, IcebergGenerics.ScanBuilder scan) {
    List<String> printed = new ArrayList<>();
    try (CloseableIterable<Record> records = scan.build()) {
      records.forEach(row ->
          printed.add(
              schema.columns().stream()
                  .map(field -> String.valueOf(row.getField(field.name())))
                  .toList()
                  .toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return TestLake.sorted(printed);
  }

  private List<String> read(Schema schema, String select) {
    String columns =
        schema.columns().stream()
            .map(field -> Sql.name(field.name()))
            .collect(Collectors.joining(", "));
    return TestLake.sorted(
        engine.query("SELECT %s FROM (%s)".formatted(columns, select)).stream()
            .map(row -> Arrays.asList(row.toArray()).toString())
            .toList());
  }

  @Override
  public void close() {
    outside.close();
    lake.close();
  }
}
