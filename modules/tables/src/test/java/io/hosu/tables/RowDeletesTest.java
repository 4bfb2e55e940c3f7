package io.hosu.tables;

import static io.hosu.tables.TestLake.FLIGHTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.kernel.HosuException.Conflict;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deletes that an engine outside commits, as the lake's SQL reads what is left. */
class RowDeletesTest {
  private static final Schema SCHEMA =
      new Schema(
          NestedField.required(1, "id", Types.LongType.get()),
          NestedField.optional(2, "city", Types.StringType.get()),
          NestedField.optional(
              3,
              "at",
              Types.StructType.of(
                  NestedField.optional(4, "x", Types.IntegerType.get()),
                  NestedField.optional(5, "y", Types.IntegerType.get()))));

  @TempDir Path directory;
  private TestLake lake;
  private OutsideEngine outside;

  @BeforeEach
  void open() {
    lake = new TestLake(directory);
    outside = new OutsideEngine(lake);
  }

  @AfterEach
  void close() {
    outside.close();
    lake.close();
  }

  private Table table(int version) {
    return outside.create(
        FLIGHTS,
        SCHEMA,
        PartitionSpec.unpartitioned(),
        Map.of("format-version", Integer.toString(version)));
  }

  private DataFile append(Table table, long... ids) {
    List<Record> rows = Arrays.stream(ids).mapToObj(id -> row(table.schema(), id)).toList();
    DataFile file = outside.data(table, table.spec(), rows);
    table.newAppend().appendFile(file).commit();
    return file;
  }

  /** A row of which everything says the same number. */
  private static Record row(Schema schema, long id) {
    Record row = GenericRecord.create(schema);
    row.setField("id", id);
    if (schema.findField("city") != null) {
      row.setField("city", "c" + id);
    }
    Types.StructType type = schema.findField("at").type().asStructType();
    Record at = GenericRecord.create(type);
    type.fields().forEach(field -> at.setField(field.name(), (int) id));
    row.setField("at", at);
    return row;
  }

  private List<String> ids() {
    return lake.engine.query("SELECT id FROM (%s) ORDER BY id".formatted(sql())).stream()
        .map(row -> row.getFirst())
        .toList();
  }

  private String sql() {
    return lake.tables.plan(FLIGHTS).sql();
  }

  private void deleteByValue(Table table, Schema key, Record like) {
    table
        .newRowDelta()
        .addDeletes(
            outside.equality(
                table, PartitionSpec.unpartitioned(), null, List.of(project(key, like))))
        .commit();
  }

  private static Record project(Schema schema, Record row) {
    Record made = GenericRecord.create(schema);
    schema
        .columns()
        .forEach(field -> {
          Object value = row.getField(field.name());
          if (value instanceof Record struct && field.type().isStructType()) {
            value = project(new Schema(field.type().asStructType().fields()), struct);
          }
          made.setField(field.name(), value);
        });
    return made;
  }

  @Test
  void aTableWithoutDeletesIsReadAsEver() {
    Table table = table(2);
    append(table, 1, 2);

    assertThat(lake.tables.plan(FLIGHTS).hidesRows()).isFalse();
    assertThat(sql()).doesNotContain("JOIN");
  }

  @Test
  void onlyFilesWithDeletesAreJoined() {
    Table table = table(2);
    DataFile file = append(table, 1, 2);
    append(table, 3, 4);
    table
        .newRowDelta()
        .addDeletes(outside.positions(table, file, Map.of(file.location(), List.of(0L))))
        .commit();

    assertThat(ids()).containsExactly("2", "3", "4");
    assertThat(sql().split("UNION ALL", -1)).hasSize(2);
    assertThat(lake.tables.plan(FLIGHTS).paths()).hasSize(3);
  }

  @Test
  void aFilterStillLeavesFilesOutThatHaveDeletes() {
    Table table = table(3);
    append(table, 1, 2);
    append(table, 7, 8);
    var delta = table.newRowDelta();
    outside.vectors(
        table, delta, lake.tables.plan(FLIGHTS).files(), List.of(List.of(0L), List.of(0L)));
    delta.commit();

    ScanPlan plan =
        lake.tables
            .plan(FLIGHTS)
            .where(
                new FileFilter.Compared(
                    "id",
                    FileFilter.Comparison.GREATER,
                    new Constant.Decimal(BigDecimal.valueOf(5))));
    assertThat(plan.files()).hasSize(1);
    assertThat(lake.engine.query("SELECT id FROM (%s)".formatted(plan.sql()))).hasSize(1);
    assertThat(ids()).hasSize(2);
  }

  @Test
  void aFieldOfAStructMayBeTheKey() {
    Table table = table(2);
    append(table, 1, 2, 3);
    deleteByValue(table, SCHEMA.select("at.x"), row(SCHEMA, 2));

    assertThat(ids()).containsExactly("1", "3");
  }

  @Test
  void aKeyIsFoundByItsIdWhenItIsRenamedWidenedOrDropped() {
    Table table =
        outside.create(
            FLIGHTS,
            new Schema(
                NestedField.required(1, "id", Types.LongType.get()),
                NestedField.optional(2, "n", Types.IntegerType.get()),
                SCHEMA.findField("at")),
            PartitionSpec.unpartitioned(),
            Map.of("format-version", "2"));
    Record row = row(table.schema(), 1);
    row.setField("n", 1);
    Record other = row(table.schema(), 2);
    Record third = row(table.schema(), 3);
    third.setField("n", 3);
    table
        .newAppend()
        .appendFile(outside.data(table, table.spec(), List.of(row, other, third)))
        .commit();
    deleteByValue(table, table.schema().select("n"), row);
    assertThat(ids()).containsExactly("2", "3");

    table.updateSchema().renameColumn("n", "m").commit();
    assertThat(ids()).containsExactly("2", "3");
    table.updateSchema().updateColumn("m", Types.LongType.get()).commit();
    assertThat(ids()).containsExactly("2", "3");
    deleteByValue(table, table.schema().select("m"), GenericRecord.create(table.schema()));
    assertThat(ids()).containsExactly("3");
    table.updateSchema().deleteColumn("m").commit();
    table.updateSchema().addColumn("m", Types.StringType.get()).commit();
    assertThat(ids()).containsExactly("3");
  }

  @Test
  void columnsMayBeCalledLikeThoseThatTheEngineMakesUp() {
    Schema schema =
        new Schema(
            NestedField.required(1, "file_row_number", Types.LongType.get()),
            NestedField.optional(2, "Filename", Types.StringType.get()));
    Table table =
        outside.create(
            FLIGHTS, schema, PartitionSpec.unpartitioned(), Map.of("format-version", "2"));
    Record row = GenericRecord.create(schema);
    DataFile file =
        outside.data(
            table,
            table.spec(),
            List.of(
                row.copy("file_row_number", 1L, "Filename", "a"),
                row.copy("file_row_number", 0L, "Filename", "b")));
    table.newAppend().appendFile(file).commit();
    table
        .newRowDelta()
        .addDeletes(outside.positions(table, file, Map.of(file.location(), List.of(1L))))
        .commit();

    assertThat(lake.rows(FLIGHTS)).containsExactly("[1, a]");
    String path = lake.tables.plan(FLIGHTS).files().getFirst().path().toString();
    assertThat(
            lake.engine.query(
                "SELECT _file FROM (%s)".formatted(lake.tables.plan(FLIGHTS).sqlWithFile())))
        .containsExactly(List.of(path));
  }

  @Test
  void rowsOfFilesFromBeforeAColumnHaveItsInitialDefaultOfEveryType() {
    Table table = table(3);
    append(table, 1);
    table
        .updateSchema()
        .addColumn("b", Types.BooleanType.get(), Literal.of(true))
        .addColumn("i", Types.IntegerType.get(), Literal.of(-7))
        .addColumn("l", Types.LongType.get(), Literal.of(1L << 40))
        .addColumn("f", Types.FloatType.get(), Literal.of(1.5f))
        .addColumn("d", Types.DoubleType.get(), Literal.of(Double.POSITIVE_INFINITY))
        .addColumn("e", Types.DecimalType.of(9, 2), Literal.of(new BigDecimal("12.30")))
        .addColumn("t", Types.StringType.get(), Literal.of("it's"))
        .addColumn(
            "u",
            Types.UUIDType.get(),
            Literal.of(UUID.fromString("f79c3e09-677c-4bbd-a479-3f349cb785e7")))
        .addColumn("y", Types.DateType.get(), Literal.of("2026-01-31").to(Types.DateType.get()))
        .addColumn("z", Types.TimeType.get(), Literal.of("10:11:12.5").to(Types.TimeType.get()))
        .addColumn(
            "p",
            Types.TimestampType.withoutZone(),
            Literal.of("2026-01-31T10:11:12.000001").to(Types.TimestampType.withoutZone()))
        .addColumn(
            "q",
            Types.TimestampType.withZone(),
            Literal.of("2026-01-31T10:11:12+00:00").to(Types.TimestampType.withZone()))
        .addColumn(
            "r", Types.BinaryType.get(), Literal.of(ByteBuffer.wrap(new byte[] {1, (byte) 255})))
        .commit();

    assertThat(
            lake.engine.query(
                "SELECT concat_ws(' ', b, i, l, f, d, e, t, u, y, z, p, q AT TIME ZONE 'UTC', r) FROM (%s)"
                    .formatted(sql())))
        .containsExactly(
            List.of(
                "true -7 1099511627776 1.5 inf 12.30 it's f79c3e09-677c-4bbd-a479-3f349cb785e7"
                    + " 2026-01-31 10:11:12.5 2026-01-31 10:11:12.000001 2026-01-31 10:11:12"
                    + " \\x01\\xFF"));
    assertThat(lake.engine.describe("SELECT * EXCLUDE (\"at\") FROM (%s)".formatted(sql())))
        .isEqualTo(
            lake.tables.require(FLIGHTS).columns().stream()
                .filter(column -> !column.name().equals("at"))
                .toList());
  }

  @Test
  void theLakeWritesDefaultsWhereRowsLackAColumn() {
    Table table = table(3);
    table.updateSchema().addColumn("t", Types.StringType.get(), Literal.of("first")).commit();
    lake.append(FLIGHTS, "SELECT 1::BIGINT AS id");
    table.updateSchema().updateColumnDefault("t", Literal.of("second")).commit();
    lake.append(FLIGHTS, "SELECT 2::BIGINT AS id");
    lake.append(FLIGHTS, "SELECT 3::BIGINT AS id, NULL::VARCHAR AS t");

    assertThat(lake.engine.query("SELECT id, t FROM (%s) ORDER BY id".formatted(sql())))
        .containsExactly(List.of("1", "first"), List.of("2", "second"), Arrays.asList("3", null));
  }

  @Test
  void rowsThatTheLakeAddsToATableOfVersionThreeGetTheirNumbers() {
    Table table = table(3);
    append(table, 1, 2);
    lake.append(FLIGHTS, "SELECT 3::BIGINT AS id UNION ALL SELECT 4");
    append(table, 5);

    List<Long> first =
        lake.tables.plan(FLIGHTS).files().stream()
            .map(file -> file.file().firstRowId())
            .sorted()
            .toList();
    assertThat(first).containsExactly(0L, 2L, 4L);
    assertThat(lake.tables.require(FLIGHTS).metadata().nextRowId()).isEqualTo(5);
  }

  @Test
  void rowsThatWereReadBeforeTheTableBecameOneOfVersionThreeHaveTheirNumbersThen() {
    Table table = table(2);
    append(table, 1, 2);
    append(table, 3);
    assertThat(firstNumbers()).containsOnlyNulls();
    table.updateProperties().set("format-version", "3").commit();
    assertThat(firstNumbers()).containsOnlyNulls();

    append(table, 4);

    assertThat(firstNumbers()).doesNotContainNull().doesNotHaveDuplicates().hasSize(3);
  }

  private List<@Nullable Long> firstNumbers() {
    List<@Nullable Long> numbers = new ArrayList<>();
    lake.tables.plan(FLIGHTS).files().forEach(file -> numbers.add(file.file().firstRowId()));
    return numbers;
  }

  @Test
  void filesWrittenAnewBringNoRowBackThatWasDeletedMeanwhile() {
    Table table = table(3);
    append(table, 1, 2, 3);
    ScanPlan plan = lake.tables.plan(FLIGHTS);
    List<String> files = List.of(plan.files().getFirst().path().toString());
    String kept = "SELECT * FROM (%s) WHERE id <> 1".formatted(plan.sqlOf(files));
    WriteTarget target = lake.target(FLIGHTS, kept);
    NewFiles written = lake.write(target, kept);
    var delta = table.newRowDelta();
    outside.vectors(table, delta, plan.files(), List.of(List.of(1L)));
    delta.commit();

    assertThatThrownBy(
            () -> lake.commit(new TableChange.RewriteFiles(target, plan, files, written)))
        .isInstanceOf(Conflict.class);
    assertThat(ids()).containsExactly("1", "3");
  }

  @Test
  void aVectorThatIsNoneIsAnError() throws IOException {
    Path file = Files.writeString(directory.resolve("none"), "no vector at all, only a text");
    var vector = new DeletionVectors.Vector(0, file, 0, 28, 1, 10);
    var rows = new DeletionVectors.Rows(List.of(vector));

    assertThatThrownBy(() -> rows.read(new long[4], new long[4])).isInstanceOf(IOException.class);
    var beyond =
        new DeletionVectors.Rows(List.of(new DeletionVectors.Vector(0, file, 20, 50, 1, 9)));
    assertThatThrownBy(() -> beyond.read(new long[4], new long[4])).isInstanceOf(IOException.class);
    var huge =
        new DeletionVectors.Rows(
            List.of(new DeletionVectors.Vector(0, file, 0, Long.MAX_VALUE, 1, 9)));
    assertThatThrownBy(() -> huge.read(new long[4], new long[4])).isInstanceOf(IOException.class);
  }
}
