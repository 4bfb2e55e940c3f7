package io.hosu.tables;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Files;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.parquet.ParquetUtil;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The metrics of a data file are those that Iceberg's own reader finds in its footer. */
class FileMetricsTest {
  private static final String EVERY_TYPE =
      """
      SELECT i % 3 = 0 AS "bool", i::INTEGER AS "int", i * 10000000000 - 5 AS "long",
        (i / 7)::FLOAT AS "float", i / 3.0::DOUBLE AS "double",
        (i - 500)::DECIMAL(9,2) / 100 AS d9, (i * 1000 - 77)::DECIMAL(18,4) AS d18,
        (i * 100000000000 + 3)::DECIMAL(38,5) AS d38,
        DATE '1960-01-01' + (i * 40)::INTEGER AS "date", TIME '00:00:01' + to_seconds(i * 60) AS "time",
        TIMESTAMP '1965-03-04 05:06:07.000089' + to_days((i * 30)::INTEGER) AS ts,
        TIMESTAMPTZ '1965-03-04 05:06:07.5+05:30' + to_hours(i * 700) AS tz,
        'prefix longer than sixteen characters ' || i AS "text", 'k' || i AS short,
        uuid() AS id, ('\\x00\\xFF'::BLOB || encode('bytes beyond sixteen ' || i)) AS "bytes",
        CASE WHEN i % 10 = 0 THEN NULL ELSE i END AS "nulls", NULL::INTEGER AS nothing,
        {'a': i, 'b c': 'x' || i, 'deep': {'q"t': i * 2}} AS "struct", [i, NULL, i + 1] AS "list",
        MAP {'k' || i: i} AS "map", [{'x': i, 'y': [i]}] AS listed,
        i AS "odd "" name", i AS "dot.ted", i AS "ünï", i AS "select"
      FROM range(1000) r(i)
      """;

  @TempDir Path directory;
  private final Engine engine = new Engine();

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void everyTypeHasTheBoundsAndCountsThatIcebergFinds() {
    Written file = write(EVERY_TYPE);

    assertThat(file.readable(file.built.lowerBounds()))
        .isEqualTo(file.readable(file.truth.lowerBounds()))
        .hasSizeGreaterThan(20);
    assertThat(file.readable(file.built.upperBounds()))
        .isEqualTo(file.readable(file.truth.upperBounds()));
    assertThat(file.built.valueCounts()).isEqualTo(file.truth.valueCounts());
    assertThat(file.built.nullValueCounts()).isEqualTo(file.truth.nullValueCounts());
    assertThat(file.built.columnSizes()).isEqualTo(file.truth.columnSizes());
    assertThat(file.built.recordCount()).isEqualTo(file.truth.recordCount()).isEqualTo(1000);
    assertThat(file.built.fileSizeInBytes()).isEqualTo(file.path.toFile().length());
  }

  @Test
  void signedZeroesWidenTheBoundsSoThatNeitherIsPrunedAway() {
    Written file = write("SELECT * FROM (VALUES (-0.0::DOUBLE, 0.0::FLOAT), (0.0, -0.0)) v(d, f)");

    assertThat(file.lower("d")).isEqualTo(-0.0d);
    assertThat(file.upper("d")).isEqualTo(0.0d);
    assertThat(file.lower("f")).isEqualTo(-0.0f);
    assertThat(file.upper("f")).isEqualTo(0.0f);
  }

  @Test
  void aColumnWithNanHasACountOfThemAndNoBounds() {
    Written file = write("SELECT * FROM (VALUES ('nan'::DOUBLE, 1.0::FLOAT), (5.0, 2.0)) v(d, f)");

    assertThat(file.lower("d")).isNull();
    assertThat(file.upper("d")).isNull();
    assertThat(file.built.nanValueCounts()).containsEntry(1, 1L).containsEntry(2, 0L);
    assertThat(file.lower("f")).isEqualTo(1.0f);
  }

  @Test
  void infiniteNumbersAreBounds() {
    Written file = write("SELECT * FROM (VALUES ('inf'::DOUBLE), ('-inf'), (5.0)) v(d)");

    assertThat(file.lower("d")).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(file.upper("d")).isEqualTo(Double.POSITIVE_INFINITY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'infinity'::DATE",
        "'-infinity'::DATE",
        "'0044-03-15 (BC)'::DATE",
        "'infinity'::TIMESTAMP",
        "'0044-03-15 (BC) 10:00:00'::TIMESTAMP",
        "'-infinity'::TIMESTAMPTZ",
        "'24:00:00'::TIME",
      })
  void timesThatHaveNoIsoFormGiveNoBound(String value) {
    Written file = write("SELECT %s AS c".formatted(value));

    assertThat(file.lower("c")).isNull();
    assertThat(file.upper("c")).isNull();
  }

  @Test
  void yearsBeyondFourDigitsAreBounds() {
    Written file =
        write("SELECT DATE '12020-05-06' AS d, TIMESTAMP '12020-05-06 07:08:09.000001' AS t");

    assertThat(file.lower("d")).isEqualTo(file.trueLower("d")).isNotNull();
    assertThat(file.upper("t")).isEqualTo(file.trueUpper("t")).isNotNull();
  }

  @Test
  void textIsCutToSixteenCharactersAndItsUpperBoundStaysAbove() {
    Written file =
        write(
            "SELECT * FROM (VALUES ('😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀z'), ('ab' || chr(0) || 'c'), ('')) v(c)");

    assertThat(file.lower("c")).isEqualTo(file.trueLower("c"));
    assertThat(file.upper("c")).isEqualTo(file.trueUpper("c"));
    assertThat(String.valueOf(file.upper("c"))).isGreaterThan("😀".repeat(16));
  }

  @Test
  void textWithControlCharactersAndNulKeepsItsExactBounds() {
    Written file = write("SELECT * FROM (VALUES (chr(0) || 'b'), ('a\nb')) v(c)");

    assertThat(String.valueOf(file.lower("c"))).isEqualTo("\0b");
    assertThat(String.valueOf(file.upper("c"))).isEqualTo("a\nb");
  }

  @Test
  void textTooLongForTheEnginesStatisticsStillHasTrueBounds() {
    Written file = write("SELECT 'é' || repeat('x', 20000) AS c");

    assertThat(String.valueOf(file.lower("c"))).isEqualTo("é" + "x".repeat(15));
    assertThat(String.valueOf(file.upper("c"))).isGreaterThan("é" + "x".repeat(16));
  }

  @Test
  void bytesThatCannotBeExceededHaveNoUpperBound() {
    Written file = write("SELECT unhex(repeat('FF', 20)) AS c");

    assertThat(file.lower("c")).isNotNull();
    assertThat(file.upper("c")).isNull();
  }

  @Test
  void bytesThatLookLikeTextAreNotMistakenForIt() {
    Written file = write("SELECT '4142'::BLOB AS c, '\\x5Cx41'::BLOB AS d, ''::BLOB AS e");

    for (String column : List.of("c", "d", "e")) {
      assertThat(file.lower(column)).isEqualTo(file.trueLower(column)).isNotNull();
    }
  }

  @Test
  void fieldsOfStructsHaveBoundsAndElementsOfListsHaveNone() {
    Written file = write("SELECT {'a.b': 1, 'n\"q': 'x'} AS s, [1, 2] AS l, MAP {'k': 1} AS m");

    assertThat(file.readable(file.built.lowerBounds()))
        .isEqualTo(file.readable(file.truth.lowerBounds()))
        .hasSize(2);
  }

  @Test
  void aFileWithoutRowsHasNoBounds() {
    Written file = write("SELECT 1 AS a, 'x' AS b WHERE false");

    assertThat(file.built.recordCount()).isZero();
    assertThat(file.built.lowerBounds()).isEmpty();
  }

  @Test
  void metricsModesOfTheTableAreHonoured() {
    String rows = "SELECT 'a long text of many characters' AS f, 'a' AS c, 1 AS n, 'abcdef' AS t";
    Map<String, String> properties =
        Map.of(
            "write.metadata.metrics.column.f", "full",
            "write.metadata.metrics.column.c", "counts",
            "write.metadata.metrics.column.n", "none",
            "write.metadata.metrics.column.t", "truncate(3)");
    Written file = write(rows, properties);

    assertThat(file.readable(file.built.lowerBounds()))
        .isEqualTo(file.readable(file.truth.lowerBounds()));
    assertThat(file.readable(file.built.upperBounds()))
        .isEqualTo(file.readable(file.truth.upperBounds()))
        .containsEntry("t", "abd");
    assertThat(file.built.valueCounts()).isEqualTo(file.truth.valueCounts());
    assertThat(file.built.columnSizes()).isEqualTo(file.truth.columnSizes());
  }

  private Written write(String rows) {
    return write(rows, Map.of());
  }

  private Written write(String rows, Map<String, String> properties) {
    Schema schema = SchemaChange.create(engine.describe(rows)).schema();
    PartitionSpec spec = PartitionSpec.unpartitioned();
    SortOrder order = SortOrder.unsorted();
    List<String> columns = schema.columns().stream().map(NestedField::name).toList();
    Path path = directory.resolve("file.parquet");
    FileStatistics statistics =
        engine.write(WriteShape.of(schema, spec, order, columns), rows, path).getFirst();
    return new Written(
        schema,
        path,
        new DataFileBuilder(schema, spec, order, properties).build(statistics, path.toString()),
        ParquetUtil.fileMetrics(
            Files.localInput(path.toFile()), MetricsConfig.from(properties, schema, order)));
  }

  /** A file's metrics as we make them, and as Iceberg reads them from its footer. */
  private record Written(Schema schema, Path path, DataFile built, Metrics truth) {
    @Nullable Object lower(String column) {
      return readable(built.lowerBounds()).get(column);
    }

    @Nullable Object upper(String column) {
      return readable(built.upperBounds()).get(column);
    }

    @Nullable Object trueLower(String column) {
      return readable(truth.lowerBounds()).get(column);
    }

    @Nullable Object trueUpper(String column) {
      return readable(truth.upperBounds()).get(column);
    }

    Map<String, Object> readable(Map<Integer, ByteBuffer> bounds) {
      return bounds.entrySet().stream()
          .collect(
              Collectors.toMap(
                  entry -> schema.findColumnName(entry.getKey()),
                  entry -> value(entry.getKey(), entry.getValue())));
    }

    private Object value(int id, ByteBuffer bytes) {
      Object value = Conversions.fromByteBuffer(schema.findType(id), bytes.duplicate());
      return value instanceof CharSequence text ? text.toString() : value;
    }
  }
}
