package io.hosu.tables;

import static io.hosu.tables.TestLake.FLIGHTS;
import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.testing.Seeds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * However an engine outside and the lake take turns at a table, with deletes of every kind and
 * other columns and partitions, the lake's SQL, Iceberg's own reader and a plain list of rows
 * agree.
 */
class RandomDeletesTest {
  private static final int STEPS = 14;
  private static final int UID = 1;
  private static final int PART = 4;
  private static Engine engine;

  @TempDir Path directory;

  @BeforeAll
  static void openEngine() {
    engine = new Engine();
  }

  @AfterAll
  static void closeEngine() {
    engine.close();
  }

  static LongStream seeds() {
    return Seeds.upTo(25);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void whatDeletesLeaveIsWhatAListOfRowsWouldHave(long seed) {
    try (TestLake lake = new TestLake(directory, engine, used -> used, blobs -> blobs);
        OutsideEngine outside = new OutsideEngine(lake)) {
      Run run = new Run(lake, outside, new Random(seed));
      run.append();
      for (int step = 0; step < STEPS; step++) {
        String what = run.change();
        run.compare("step %d, %s".formatted(step, what));
      }
    }
  }

  /** A row as it should be: a column that it lacks has the value that the table gives it. */
  private record Row(long uid, int spec, Map<Integer, @Nullable Object> values) {
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

  /** One table and what should be in it. */
  private static final class Run {
    private final TestLake lake;
    private final OutsideEngine outside;
    private final Random random;
    private final Table table;
    private final Map<Long, List<Row>> states = new HashMap<>();
    private final Set<Integer> keys = new HashSet<>();
    private Map<Long, Row> rows = new TreeMap<>();
    private long nextUid;
    private int nextColumn;
    private long readUpTo;

    Run(TestLake lake, OutsideEngine outside, Random random) {
      this.lake = lake;
      this.outside = outside;
      this.random = random;
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

    String change() {
      table.refresh();
      int dice = random.nextInt(17);
      switch (dice) {
        case 0, 1 -> append();
        case 2 -> appendOfTheLake();
        case 3, 4, 5 -> deleteByPlace();
        case 6, 7, 8 -> deleteByValue();
        case 9 -> changeColumns();
        case 10 -> changePartitions();
        case 11 -> table.updateProperties().set("format-version", "3").commit();
        case 12 -> rewriteByTheLake();
        case 13 -> removeFile();
        case 14, 15 -> mergeByTheLake();
        default -> rollBack();
      }
      table.refresh();
      if (table.currentSnapshot() != null) {
        states.put(table.currentSnapshot().snapshotId(), List.copyOf(rows.values()));
      }
      return Integer.toString(dice);
    }

    private boolean isThree() {
      return ((org.apache.iceberg.BaseTable) table).operations().current().formatVersion() >= 3;
    }

    private @Nullable Object value(Type type) {
      if (random.nextInt(5) == 0) {
        return null;
      }
      return switch (type.typeId()) {
        case INTEGER -> random.nextInt(4);
        case LONG -> (long) random.nextInt(4);
        default -> "abc".substring(random.nextInt(3)).substring(0, 1);
      };
    }

    private List<Row> newRows(int spec) {
      List<Row> made = new ArrayList<>();
      int count = 2 + random.nextInt(6);
      for (int i = 0; i < count; i++) {
        Map<Integer, @Nullable Object> values = new HashMap<>();
        long uid = ++nextUid;
        for (NestedField field : table.schema().columns()) {
          values.put(field.fieldId(), field.fieldId() == UID ? (Object) uid : value(field.type()));
        }
        made.add(new Row(uid, spec, values));
      }
      return made;
    }

    private void add(Collection<Row> added) {
      added.forEach(row -> rows.put(row.uid(), row));
    }

    private Record record(Schema schema, Map<Integer, @Nullable Object> values) {
      Record made = GenericRecord.create(schema);
      schema.columns().forEach(field -> made.setField(field.name(), values.get(field.fieldId())));
      return made;
    }

    private List<DataFile> write(PartitionSpec spec, List<Row> some) {
      Map<String, List<Record>> parts = new LinkedHashMap<>();
      for (Row row : some) {
        String part = spec.isUnpartitioned() ? "" : String.valueOf(row.values().get(PART));
        parts
            .computeIfAbsent(part, _ -> new ArrayList<>())
            .add(record(table.schema(), row.values()));
      }
      return parts.values().stream().map(part -> outside.data(table, spec, part)).toList();
    }

    void append() {
      PartitionSpec spec = table.spec();
      List<Row> some = newRows(spec.specId());
      var append = table.newAppend();
      write(spec, some).forEach(append::appendFile);
      append.commit();
      add(some);
    }

    private void appendOfTheLake() {
      List<Row> some = newRows(table.spec().specId());
      List<NestedField> columns =
          table.schema().columns().stream()
              .filter(field -> field.fieldId() <= PART || random.nextBoolean())
              .toList();
      for (NestedField field : table.schema().columns()) {
        if (!columns.contains(field)) {
          some.forEach(row -> row.values().put(field.fieldId(), field.writeDefault()));
        }
      }
      lake.append(FLIGHTS, select(columns, some));
      add(some);
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

    private List<PlannedFile> someFiles() {
      List<PlannedFile> files = new ArrayList<>(lake.tables.plan(FLIGHTS).files());
      java.util.Collections.shuffle(files, random);
      return files.subList(0, Math.min(files.size(), 1 + random.nextInt(3)));
    }

    /** The uids that a file holds, by their places: also of rows that are deleted. */
    private static List<Long> uids(PlannedFile file) {
      return engine
          .query(
              "SELECT uid FROM read_parquet(%s) ORDER BY file_row_number"
                  .formatted(Sql.text(file.path().toString())))
          .stream()
          .map(row -> Long.valueOf(String.valueOf(row.getFirst())))
          .toList();
    }

    private void deleteByPlace() {
      List<PlannedFile> files = someFiles();
      if (files.isEmpty()) {
        return;
      }
      List<List<Long>> places = new ArrayList<>();
      Set<Long> gone = new HashSet<>();
      for (PlannedFile file : files) {
        List<Long> uids = uids(file);
        List<Long> some = new ArrayList<>();
        for (int i = 0; i < uids.size(); i++) {
          if (random.nextInt(3) == 0 || (some.isEmpty() && i == uids.size() - 1)) {
            some.add((long) i);
            gone.add(uids.get(i));
          }
        }
        places.add(some);
      }
      RowDelta delta = table.newRowDelta();
      if (isThree()) {
        delta.validateFromSnapshot(table.currentSnapshot().snapshotId());
        outside.vectors(table, delta, files, places);
      } else {
        addPositions(delta, files, places);
      }
      delta.commit();
      rows.keySet().removeAll(gone);
    }

    /** Of a partition together, or of each file by itself. */
    private void addPositions(RowDelta delta, List<PlannedFile> files, List<List<Long>> places) {
      boolean together = random.nextBoolean();
      Map<String, Map<String, List<Long>>> groups = new LinkedHashMap<>();
      Map<String, DataFile> like = new HashMap<>();
      for (int i = 0; i < files.size(); i++) {
        DataFile file = files.get(i).file();
        String group = together ? file.specId() + "/" + file.partition() : file.location();
        like.put(group, file);
        groups.computeIfAbsent(group, _ -> new HashMap<>()).put(file.location(), places.get(i));
      }
      groups.forEach((group, named) ->
          delta.addDeletes(
              outside.positions(table, Objects.requireNonNull(like.get(group)), named)));
    }

    /** Often with rows that come in the same commit, which stay whatever their values are. */
    private void deleteByValue() {
      List<NestedField> fields = new ArrayList<>(table.schema().columns());
      java.util.Collections.shuffle(fields, random);
      fields = fields.subList(0, 1 + random.nextInt(Math.min(2, fields.size() - 1)));
      fields.sort(java.util.Comparator.comparingInt(NestedField::fieldId));
      Schema schema = new Schema(fields);
      fields.forEach(field -> keys.add(field.fieldId()));
      List<PartitionSpec> specs = List.copyOf(table.specs().values());
      PartitionSpec spec = specs.get(random.nextInt(specs.size()));
      Map<Integer, @Nullable Object> like = newRows(spec.specId()).getFirst().values();
      Record whole = record(table.schema(), like);
      List<Map<Integer, @Nullable Object>> values = new ArrayList<>();
      for (int i = 0; i <= random.nextInt(3); i++) {
        Map<Integer, @Nullable Object> one = newRows(0).getFirst().values();
        one.put(UID, 1 + (long) random.nextInt((int) nextUid));
        values.add(one);
      }
      StructLike partition = OutsideEngine.partition(spec, whole);
      RowDelta delta =
          table
              .newRowDelta()
              .addDeletes(
                  outside.equality(
                      table,
                      spec,
                      partition,
                      values.stream().map(one -> record(schema, one)).toList()));
      List<Row> added = random.nextBoolean() ? newRows(table.spec().specId()) : List.of();
      write(table.spec(), added).forEach(delta::addRows);
      delta.commit();
      List<NestedField> named = fields;
      rows.values().removeIf(row -> isIn(row, spec, like) && isAmong(row, named, values));
      add(added);
    }

    private static boolean isIn(Row row, PartitionSpec spec, Map<Integer, @Nullable Object> like) {
      return spec.isUnpartitioned()
          || (row.spec() == spec.specId()
              && Objects.equals(row.values().get(PART), like.get(PART)));
    }

    private static boolean isAmong(
        Row row, List<NestedField> fields, List<Map<Integer, @Nullable Object>> values) {
      for (Map<Integer, @Nullable Object> one : values) {
        if (isLike(row, fields, one)) {
          return true;
        }
      }
      return false;
    }

    private static boolean isLike(
        Row row, List<NestedField> fields, Map<Integer, @Nullable Object> values) {
      return fields.stream()
          .allMatch(
              field -> Objects.equals(text(row.value(field)), text(values.get(field.fieldId()))));
    }

    private static @Nullable String text(@Nullable Object value) {
      return value == null ? null : value.toString();
    }

    private void changeColumns() {
      List<NestedField> free =
          table.schema().columns().stream()
              .filter(field -> field.fieldId() != UID && field.fieldId() != PART)
              .toList();
      var update = table.updateSchema();
      int dice = random.nextInt(5);
      if (dice < 2 || free.isEmpty()) {
        Type type = random.nextBoolean() ? Types.IntegerType.get() : Types.StringType.get();
        Literal<?> given =
            type.typeId() == Type.TypeID.INTEGER
                ? Literal.of(random.nextInt(4))
                : Literal.of("a'b".substring(random.nextInt(3)));
        if (isThree() && random.nextBoolean()) {
          update.addColumn("n" + nextColumn++, type, given);
        } else {
          update.addColumn("n" + nextColumn++, type);
        }
      } else {
        NestedField field = free.get(random.nextInt(free.size()));
        if (dice == 2) {
          update.deleteColumn(field.name());
        } else if (dice == 3 && field.type().typeId() == Type.TypeID.INTEGER) {
          update.updateColumn(field.name(), Types.LongType.get());
        } else {
          update.renameColumn(field.name(), "file_index " + nextColumn++);
        }
      }
      update.commit();
    }

    private void changePartitions() {
      if (table.spec().isUnpartitioned()) {
        table.updateSpec().addField("part").commit();
      } else {
        table.updateSpec().removeField("part").commit();
      }
    }

    /** Files are written anew without some of their rows, as a stage that merges does. */
    private void rewriteByTheLake() {
      List<String> some = someFiles().stream().map(file -> file.path().toString()).toList();
      if (some.isEmpty()) {
        return;
      }
      ScanPlan plan = lake.tables.plan(FLIGHTS);
      Set<Long> leaves = new HashSet<>(Set.of(1 + (long) random.nextInt((int) nextUid)));
      Set<Long> there = new HashSet<>();
      plan.files().stream()
          .filter(file -> some.contains(file.path().toString()))
          .forEach(file -> there.addAll(uids(file)));
      String kept =
          "SELECT * FROM (%s) WHERE uid <> %d"
              .formatted(plan.sqlOf(some), leaves.iterator().next());
      WriteTarget target = lake.target(FLIGHTS, kept);
      lake.commit(new TableChange.ReplaceFiles(target, plan, some, lake.write(target, kept)));
      leaves.retainAll(there);
      rows.keySet().removeAll(leaves);
      int spec = table.spec().specId();
      rows.replaceAll((uid, row) -> there.contains(uid) ? new Row(uid, spec, filled(row)) : row);
    }

    /** Values that a file lacks are in it once it is written anew. */
    private Map<Integer, @Nullable Object> filled(Row row) {
      Map<Integer, @Nullable Object> values = new HashMap<>();
      table.schema().columns().forEach(field -> values.put(field.fieldId(), row.value(field)));
      return values;
    }

    /** No row comes or goes, and each keeps its number and that of its commit. */
    private void mergeByTheLake() {
      Wear wear = random.nextBoolean() ? Wear.ANY : Wear.MUCH;
      CompactionPlan plan =
          lake.tables.upkeep().planCompaction(FLIGHTS, wear, Compacting.FILE_BYTES, 10);
      Set<Long> there = new HashSet<>();
      plan.bins().forEach(bin -> bin.files().forEach(file -> there.addAll(uids(file))));
      String columns = lineageColumns();
      List<String> before = lineage(columns);
      Compacting.publish(lake, plan, Compacting.rewrite(lake, plan));
      assertThat(lineage(columns)).isEqualTo(before);
      int spec = table.spec().specId();
      rows.replaceAll((uid, row) -> there.contains(uid) ? new Row(uid, spec, filled(row)) : row);
    }

    /** Rows that a table had before it was of version 3 get their numbers with the next commit. */
    private String lineageColumns() {
      boolean numbered =
          lake.tables.plan(FLIGHTS).files().stream()
              .allMatch(file -> file.file().firstRowId() != null);
      return isThree() && numbered
          ? "uid, _row_id, " + RowLineage.SEQUENCE
          : "uid, " + RowLineage.SEQUENCE;
    }

    private List<String> lineage(String columns) {
      ScanPlan plan = lake.tables.plan(FLIGHTS);
      return plan.files().isEmpty()
          ? List.of()
          : TestLake.sorted(
              engine
                  .query("SELECT %s FROM (%s)".formatted(columns, plan.sqlToRewrite(plan.files())))
                  .stream()
                  .map(Object::toString)
                  .toList());
    }

    private void removeFile() {
      List<PlannedFile> files = someFiles();
      if (!files.isEmpty()) {
        rows.keySet().removeAll(uids(files.getFirst()));
        table.newOverwrite().deleteFile(files.getFirst().file()).commit();
      }
    }

    private void rollBack() {
      List<Long> known = states.keySet().stream().sorted().toList();
      long current = table.currentSnapshot().snapshotId();
      Set<Long> ancestors = new HashSet<>();
      org.apache.iceberg.util.SnapshotUtil.currentAncestorIds(table).forEach(ancestors::add);
      List<Long> earlier =
          known.stream().filter(id -> id != current && ancestors.contains(id)).toList();
      if (!earlier.isEmpty()) {
        long to = earlier.get(random.nextInt(earlier.size()));
        table.manageSnapshots().rollbackTo(to).commit();
        rows = new TreeMap<>();
        add(Objects.requireNonNull(states.get(to)));
      }
    }

    void compare(String when) {
      Schema schema = lake.tables.require(FLIGHTS).metadata().schema();
      assertThat(read(schema, lake.tables.plan(FLIGHTS).sql()))
          .as(when)
          .isEqualTo(printed(schema, rows.values()));
      if (keys.stream().allMatch(id -> schema.findField(id) != null)) {
        // Iceberg's own reader does not find keys that were dropped.
        assertThat(
                TestLake.sorted(
                    lake.records(FLIGHTS).stream().map(row -> print(schema, row)).toList()))
            .as(when)
            .isEqualTo(printed(schema, rows.values()));
      }
      if (readUpTo != 0) {
        compareChanges(schema, when);
      }
      if (random.nextBoolean() && states.containsKey(current())) {
        readUpTo = current();
      }
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

    private static String print(Schema schema, Record row) {
      return schema.columns().stream()
          .map(field -> String.valueOf(row.getField(field.name())))
          .toList()
          .toString();
    }

    private static List<String> read(Schema schema, String select) {
      String columns =
          schema.columns().stream()
              .map(field -> Sql.name(field.name()))
              .collect(Collectors.joining(", "));
      return TestLake.sorted(
          engine.query("SELECT %s FROM (%s)".formatted(columns, select)).stream()
              .map(row -> Arrays.asList(row.toArray()).toString())
              .toList());
    }
  }
}
