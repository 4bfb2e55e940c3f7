package io.hosu.tables;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.tables.TwoEngines.Row;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/** What the engine outside of the lake does to the table, and the model with it. */
final class OutsideActs {
  private final TwoEngines both;
  private final Random random;

  OutsideActs(TwoEngines both) {
    this.both = both;
    this.random = both.random;
  }

  private static Record record(Schema schema, Map<Integer, @Nullable Object> values) {
    Record made = GenericRecord.create(schema);
    schema.columns().forEach(field -> made.setField(field.name(), values.get(field.fieldId())));
    return made;
  }

  private List<DataFile> write(PartitionSpec spec, List<Row> some) {
    Map<String, List<Record>> parts = new LinkedHashMap<>();
    for (Row row : some) {
      String part = spec.isUnpartitioned() ? "" : String.valueOf(row.values().get(TwoEngines.PART));
      parts
          .computeIfAbsent(part, _ -> new ArrayList<>())
          .add(record(both.table.schema(), row.values()));
    }
    return parts.values().stream().map(part -> both.outside.data(both.table, spec, part)).toList();
  }

  void append() {
    PartitionSpec spec = both.table.spec();
    List<Row> some = both.newRows(spec.specId());
    var append = both.table.newAppend();
    write(spec, some).forEach(append::appendFile);
    append.commit();
    both.add(some);
  }

  void overwrite() {
    PartitionSpec spec = both.table.spec();
    List<Row> some = both.newRows(spec.specId());
    var overwrite = both.table.newOverwrite().overwriteByRowFilter(Expressions.alwaysTrue());
    write(spec, some).forEach(overwrite::addFile);
    overwrite.commit();
    both.rows.clear();
    both.add(some);
  }

  void deleteByPlace() {
    List<PlannedFile> files = both.someFiles();
    if (files.isEmpty()) {
      return;
    }
    List<List<Long>> places = new ArrayList<>();
    Set<Long> gone = new HashSet<>();
    for (PlannedFile file : files) {
      List<Long> uids = both.uids(file);
      List<Long> some = new ArrayList<>();
      for (int i = 0; i < uids.size(); i++) {
        if (random.nextInt(3) == 0 || (some.isEmpty() && i == uids.size() - 1)) {
          some.add((long) i);
          gone.add(uids.get(i));
        }
      }
      places.add(some);
    }
    RowDelta delta = both.table.newRowDelta();
    if (both.isThree()) {
      delta.validateFromSnapshot(both.table.currentSnapshot().snapshotId());
      both.outside.vectors(both.table, delta, files, places);
    } else {
      addPositions(delta, files, places);
    }
    delta.commit();
    both.rows.keySet().removeAll(gone);
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
            both.outside.positions(both.table, Objects.requireNonNull(like.get(group)), named)));
  }

  /** Often with rows that come in the same commit, which stay whatever their values are. */
  void deleteByValue() {
    List<NestedField> fields = new ArrayList<>(both.table.schema().columns());
    Collections.shuffle(fields, random);
    fields = fields.subList(0, 1 + random.nextInt(Math.min(2, fields.size() - 1)));
    fields.sort(Comparator.comparingInt(NestedField::fieldId));
    Schema schema = new Schema(fields);
    fields.forEach(field -> both.keys.add(field.fieldId()));
    List<PartitionSpec> specs = List.copyOf(both.table.specs().values());
    PartitionSpec spec = specs.get(random.nextInt(specs.size()));
    Map<Integer, @Nullable Object> like = both.newRows(spec.specId()).getFirst().values();
    Record whole = record(both.table.schema(), like);
    List<Map<Integer, @Nullable Object>> values = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(3); i++) {
      values.add(both.newRow(both.someUid(), 0).values());
    }
    StructLike partition = OutsideEngine.partition(spec, whole);
    RowDelta delta =
        both.table
            .newRowDelta()
            .addDeletes(
                both.outside.equality(
                    both.table,
                    spec,
                    partition,
                    values.stream().map(one -> record(schema, one)).toList()));
    int now = both.table.spec().specId();
    List<Row> added = random.nextBoolean() ? both.newRows(now) : List.of();
    write(both.table.spec(), added).forEach(delta::addRows);
    delta.commit();
    List<NestedField> named = fields;
    both.rows.values().removeIf(row -> isIn(row, spec, like) && isAmong(row, named, values));
    both.add(added);
  }

  private static boolean isIn(Row row, PartitionSpec spec, Map<Integer, @Nullable Object> like) {
    return spec.isUnpartitioned()
        || (row.spec() == spec.specId()
            && Objects.equals(row.values().get(TwoEngines.PART), like.get(TwoEngines.PART)));
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

  void changeColumns() {
    List<NestedField> free =
        both.table.schema().columns().stream()
            .filter(
                field -> field.fieldId() != TwoEngines.UID && field.fieldId() != TwoEngines.PART)
            .toList();
    var update = both.table.updateSchema();
    int dice = random.nextInt(6);
    if (dice < 2 || free.isEmpty()) {
      Type type = random.nextBoolean() ? Types.IntegerType.get() : Types.StringType.get();
      Literal<?> given =
          type.typeId() == Type.TypeID.INTEGER
              ? Literal.of(random.nextInt(4))
              : Literal.of("a'b".substring(random.nextInt(3)));
      if (both.isThree() && random.nextBoolean()) {
        update.addColumn(both.newColumn(), type, given);
      } else {
        update.addColumn(both.newColumn(), type);
      }
    } else {
      NestedField field = free.get(random.nextInt(free.size()));
      if (dice == 2) {
        update.deleteColumn(field.name());
      } else if (dice == 3 && field.type().typeId() == Type.TypeID.INTEGER) {
        update.updateColumn(field.name(), Types.LongType.get());
      } else if (dice == 4) {
        update.moveFirst(field.name());
      } else {
        update.renameColumn(field.name(), "file_index " + both.newColumn());
      }
    }
    unlessRefused(update::commit);
  }

  /** A contract lets an engine do what keeps to its compatibility; else nothing changes. */
  private void unlessRefused(Runnable change) {
    try {
      change.run();
    } catch (Invalid e) {
      assertThat(e.code()).isEqualTo(TablesError.CONTRACT_BROKEN);
      assertThat(both.isUnderContract()).isTrue();
    }
  }

  void changePartitions() {
    if (both.table.spec().isUnpartitioned()) {
      both.table.updateSpec().addField("part").commit();
    } else {
      both.table.updateSpec().removeField("part").commit();
    }
  }

  void upgrade() {
    both.table.updateProperties().set("format-version", "3").commit();
  }

  void removeFile() {
    List<PlannedFile> files = both.someFiles();
    if (!files.isEmpty()) {
      both.rows.keySet().removeAll(both.uids(files.getFirst()));
      both.table.newOverwrite().deleteFile(files.getFirst().file()).commit();
    }
  }

  void rollBack() {
    List<Long> earlier = both.earlier();
    if (!earlier.isEmpty()) {
      long to = earlier.get(random.nextInt(earlier.size()));
      both.table.manageSnapshots().rollbackTo(to).commit();
      both.goBackTo(to);
    }
  }

  /** A snapshot gets a name, or loses it. */
  void tag() {
    String name = "tag" + random.nextInt(3);
    var manage = both.table.manageSnapshots();
    if (both.table.refs().containsKey(name)) {
      manage.removeTag(name).commit();
    } else {
      List<Long> some = new ArrayList<>(both.earlier());
      some.add(both.table.currentSnapshot().snapshotId());
      manage.createTag(name, some.get(random.nextInt(some.size()))).commit();
    }
  }

  /** A branch begins at a snapshot, or ends. */
  void branch() {
    String name = "branch" + random.nextInt(2);
    var manage = both.table.manageSnapshots();
    if (both.table.refs().containsKey(name)) {
      manage.removeBranch(name).commit();
    } else {
      List<Long> some = new ArrayList<>(both.earlier());
      long current = both.table.currentSnapshot().snapshotId();
      some.addAll(List.of(current, current, current));
      manage.createBranch(name, some.get(random.nextInt(some.size()))).commit();
    }
  }

  /** Rows that the table does not have come to a branch of it. */
  void appendToBranch() {
    List<String> branches = both.branches();
    if (branches.isEmpty()) {
      return;
    }
    String branch = branches.get(random.nextInt(branches.size()));
    long before = both.headOf(branch);
    PartitionSpec spec = both.table.spec();
    List<Row> some = both.newRows(spec.specId());
    var append = both.table.newAppend().toBranch(branch);
    write(spec, some).forEach(append::appendFile);
    append.commit();
    both.rememberBranch(branch, before, some);
  }
}
