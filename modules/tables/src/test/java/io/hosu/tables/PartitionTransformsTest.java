package io.hosu.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Files;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.parquet.Parquet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each row lies in the file whose partition value Iceberg's own transform gives it. */
class PartitionTransformsTest {
  @TempDir Path directory;
  private final Engine engine = new Engine();

  @AfterEach
  void close() {
    engine.close();
  }

  @ParameterizedTest(name = "{1} of {0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "VARCHAR|c",
        "VARCHAR|truncate(2, c)",
        "VARCHAR|bucket(3, c)",
        "INTEGER|c",
        "INTEGER|truncate(10, c)",
        "INTEGER|bucket(5, c)",
        "BIGINT|c",
        "BIGINT|truncate(7, c)",
        "BIGINT|bucket(5, c)",
        "BOOLEAN|c",
        "UUID|c",
        "BLOB|c",
        "TIME|c",
        "TIME|bucket(4, c)",
        "DECIMAL(9,2)|c",
        "DECIMAL(9,2)|truncate(50, c)",
        "DECIMAL(38,3)|truncate(2500, c)",
        "DATE|c",
        "DATE|year(c)",
        "DATE|month(c)",
        "DATE|day(c)",
        "DATE|bucket(4, c)",
        "TIMESTAMP|c",
        "TIMESTAMP|year(c)",
        "TIMESTAMP|month(c)",
        "TIMESTAMP|day(c)",
        "TIMESTAMP|hour(c)",
        "TIMESTAMP|bucket(4, c)",
        "TIMESTAMPTZ|c",
        "TIMESTAMPTZ|year(c)",
        "TIMESTAMPTZ|month(c)",
        "TIMESTAMPTZ|day(c)",
        "TIMESTAMPTZ|hour(c)",
        "TIMESTAMPTZ|bucket(4, c)",
        "INTEGER|void(c)",
      })
  void everyRowLiesWhereIcebergLooksForIt(String type, String declaration) throws Exception {
    check(
        "SELECT c::%s AS c FROM (VALUES %s, (NULL)) v(c)".formatted(type, values(type)),
        List.of(declaration));
  }

  @Test
  void severalFieldsAndAFieldInsideAStructPartitionTogether() throws Exception {
    String rows =
        "SELECT {'region': 'r' || (i % 3)} AS place, DATE '1969-11-30' + (i * 11)::INTEGER AS d, i AS id"
            + " FROM range(40) r(i)";
    check(rows, List.of("place.region", "month(d)", "bucket(2, id)"));
  }

  @Test
  void anInfiniteDateIsRefusedRatherThanMisplaced() {
    Schema schema = SchemaChange.create(List.of(new SqlColumn("d", "DATE"))).schema();
    PartitionSpec spec = bind(schema, List.of("month(d)"));
    WriteShape shape = WriteShape.of(schema, spec, SortOrder.unsorted(), List.of("d"));

    assertThatThrownBy(
            () -> engine.write(shape, "SELECT 'infinity'::DATE AS d", directory.resolve("x")))
        .rootCause()
        .hasMessageContaining("holds an infinite date");
  }

  private static String values(String type) {
    return switch (type) {
      case "VARCHAR" ->
          "(''), ('n'), ('v'), ('NULL'), ('__HIVE_DEFAULT_PARTITION__'), ('a/b=c%25'), ('ünïcode'), ('😀😀😀'), ('null')";
      case "INTEGER", "BIGINT" -> "(-11), (-10), (-1), (0), (1), (9), (10), (34), (2000000000)";
      case "BOOLEAN" -> "(true), (false)";
      case "UUID" -> "('f79c3e09-677c-4bbd-a479-3f349cb785e7')";
      case "BLOB" -> "('a'), ('\\x00\\xFF'), ('')";
      case "TIME" -> "('00:00:00'), ('23:59:59.999999'), ('10:20:30')";
      case "DECIMAL(9,2)", "DECIMAL(38,3)" ->
          "(-10.65), (-0.01), (0), (0.49), (0.5), (10.65), (12.5)";
      default ->
          "('1969-12-31'), ('1970-01-01'), ('2020-02-29'), ('1582-10-15'), ('0001-01-01'), ('2300-12-31'), ('1965-07-01')"
              + (type.equals("DATE")
                  ? ""
                  : ", ('1969-12-31 23:59:59.999999'), ('2020-03-08 01:30:00'), ('1900-01-01 00:00:00.000001')");
    };
  }

  private void check(String rows, List<String> declarations) throws Exception {
    Schema schema = SchemaChange.create(engine.describe(rows)).schema();
    PartitionSpec spec = bind(schema, declarations);
    List<String> columns = schema.columns().stream().map(c -> c.name()).toList();
    WriteShape shape = WriteShape.of(schema, spec, SortOrder.unsorted(), columns);
    DataFileBuilder files = new DataFileBuilder(schema, spec, SortOrder.unsorted(), Map.of());
    long count = 0;
    for (FileStatistics file : engine.write(shape, rows, directory.resolve("t"))) {
      count += checkRows(spec, schema, files.build(file, file.path()));
    }
    assertThat(count)
        .isEqualTo(
            Long.parseLong(
                engine.query("SELECT count(*) FROM (" + rows + ")").getFirst().getFirst()));
  }

  private static long checkRows(PartitionSpec spec, Schema schema, DataFile file) throws Exception {
    long rows = 0;
    PartitionKey key = new PartitionKey(spec, schema);
    InternalRecordWrapper wrapper = new InternalRecordWrapper(schema.asStruct());
    try (CloseableIterable<Record> records =
        Parquet.read(Files.localInput(file.location()))
            .project(schema)
            .createReaderFunc(type -> GenericParquetReaders.buildReader(schema, type))
            .build()) {
      for (Record record : records) {
        key.partition(wrapper.wrap(record));
        for (int i = 0; i < key.size(); i++) {
          Object expected = key.get(i, Object.class);
          Object actual = file.partition().get(i, Object.class);
          assertThat(Objects.toString(actual))
              .as("%s", record)
              .isEqualTo(Objects.toString(expected));
          assertThat(actual == null).isEqualTo(expected == null);
        }
        rows++;
      }
    }
    assertThat(rows).isEqualTo(file.recordCount());
    return rows;
  }

  private static PartitionSpec bind(Schema schema, List<String> declarations) {
    return PartitionDeclaration.bind(
        declarations.stream().map(PartitionDeclaration::parse).toList(), schema);
  }
}
