package io.hosu.tables;

import static io.hosu.tables.TestLake.FLIGHTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.kernel.HosuException.Invalid;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.variants.ShreddedObject;
import org.apache.iceberg.variants.Variant;
import org.apache.iceberg.variants.VariantMetadata;
import org.apache.iceberg.variants.VariantObject;
import org.apache.iceberg.variants.Variants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Columns whose values each have a structure of their own, in tables of format version 3. */
class VariantTest {
  private static final String ROWS =
      "SELECT 1::BIGINT AS id, '{\"a\": 1, \"b\": [true, null]}'::JSON::VARIANT AS v"
          + " UNION ALL SELECT 2, NULL UNION ALL SELECT 3, 'text'::VARIANT";

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

  private void append(String rows, int version) {
    WriteTarget target =
        lake.tables.target(
            FLIGHTS,
            lake.engine.describe(rows),
            new TableLayout(List.of(), List.of(), OptionalInt.of(version)),
            Tables.Columns.EVOLVE);
    lake.commit(new TableChange.Append(target, lake.write(target, rows)));
  }

  @Test
  void whatTheLakeWritesIcebergReads() {
    append(ROWS, 3);

    List<Record> records = lake.records(FLIGHTS);
    assertThat(records).hasSize(3);
    Variant first = (Variant) records.getFirst().getField("v");
    VariantObject object = first.value().asObject();
    assertThat(object.get("a").asPrimitive().get()).hasToString("1");
    assertThat(object.get("b").asArray().numElements()).isEqualTo(2);
    assertThat(records.get(1).getField("v")).isNull();
    Variant last = (Variant) records.getLast().getField("v");
    assertThat(last.value().asPrimitive().get()).isEqualTo("text");
  }

  @Test
  void whatIcebergWritesTheLakeReads() {
    Schema schema =
        new Schema(
            NestedField.required(1, "id", Types.LongType.get()),
            NestedField.optional(2, "v", Types.VariantType.get()));
    Table table =
        outside.create(
            FLIGHTS, schema, PartitionSpec.unpartitioned(), Map.of("format-version", "3"));
    VariantMetadata names = Variants.metadata("a", "b");
    ShreddedObject object = Variants.object(names);
    object.put("a", Variants.of(7));
    object.put("b", Variants.of("it's"));
    Record row = GenericRecord.create(schema);
    List<Record> rows =
        List.of(
            row.copy("id", 1L, "v", Variant.of(names, object)),
            row.copy(Map.of("id", 2L)),
            row.copy("id", 3L, "v", Variant.of(Variants.emptyMetadata(), Variants.of(1.5d))));
    table.newAppend().appendFile(outside.data(table, table.spec(), rows)).commit();

    assertThat(
            lake.engine.query(
                "SELECT id, v::JSON, (v.b)::VARCHAR FROM (%s) ORDER BY id"
                    .formatted(lake.tables.plan(FLIGHTS).sql())))
        .containsExactly(
            List.of("1", "{\"a\":7,\"b\":\"it's\"}", "it's"),
            Arrays.asList("2", null, null),
            Arrays.asList("3", "1.5", null));
  }

  @Test
  void aTableOfVersionTwoRefusesThem() {
    assertThatThrownBy(() -> append(ROWS, 2))
        .isInstanceOfSatisfying(
            Invalid.class, e -> assertThat(e.code()).isEqualTo(TablesError.TYPE_UNSUPPORTED));
  }

  @Test
  void aTableOfVersionTwoBecomesOneOfVersionThreeWithItsRows() {
    append("SELECT 9::BIGINT AS id", 2);
    append(ROWS, 3);

    assertThat(lake.tables.require(FLIGHTS).metadata().formatVersion()).isEqualTo(3);
    assertThat(lake.rows(FLIGHTS)).hasSize(4);
    assertThat(lake.records(FLIGHTS)).hasSize(4);
    append(ROWS, 2);
    assertThat(lake.tables.require(FLIGHTS).metadata().formatVersion()).isEqualTo(3);
  }
}
