package io.hosu.tables;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.tables.FileFilter.Comparison;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.PartitionData;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Files of any engine, with whatever they say of their values, are read where a row may match. */
class FilteredFilesTest {
  private static final Schema SCHEMA =
      new Schema(
          NestedField.optional(1, "d", Types.DoubleType.get()),
          NestedField.optional(2, "f", Types.FloatType.get()),
          NestedField.required(3, "i", Types.IntegerType.get()),
          NestedField.optional(4, "s", Types.StringType.get()));
  private static final PartitionSpec BY_TEXT =
      PartitionSpec.builderFor(SCHEMA).withSpecId(1).identity("s").build();

  private static Constant number(String text) {
    return new Constant.Decimal(new BigDecimal(text));
  }

  private static FileFilter compared(String column, Comparison by, String number) {
    return new FileFilter.Compared(column, by, number(number));
  }

  /** A file of two rows, of which one column is between these. */
  private static DataFile file(String column, Object least, Object most, long nulls, long nans) {
    NestedField field = SCHEMA.findField(column);
    int id = field.fieldId();
    return DataFiles.builder(PartitionSpec.unpartitioned())
        .withPath("s3://stage/t/1.parquet")
        .withFileSizeInBytes(1)
        .withMetrics(
            new Metrics(
                2L,
                Map.of(),
                Map.of(id, 2L),
                Map.of(id, nulls),
                Map.of(id, nans),
                Map.of(id, bytes(field.type(), least)),
                Map.of(id, bytes(field.type(), most))))
        .build();
  }

  private static ByteBuffer bytes(Type type, Object value) {
    return value instanceof ByteBuffer its ? its : Conversions.toByteBuffer(type, value);
  }

  private static boolean isRead(DataFile file, FileFilter filter) {
    PlannedFile planned = new PlannedFile(file, Path.of("1.parquet"), RowDeletes.NONE);
    Map<Integer, PartitionSpec> specs = Map.of(0, PartitionSpec.unpartitioned(), 1, BY_TEXT);
    return !FilteredFiles.of(filter, SCHEMA, specs, List.of(planned)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void nanIsGreaterThanTheGreatestValueThatAnEngineWroteDown(Comparison by) {
    DataFile with = file("d", 1.0, 3.0, 0, 1);
    DataFile without = file("d", 1.0, 3.0, 0, 0);
    boolean greater = by == Comparison.GREATER || by == Comparison.AT_LEAST;
    boolean always = by == Comparison.NOT_EQUAL;
    boolean less = by == Comparison.LESS || by == Comparison.AT_MOST;

    assertThat(isRead(with, compared("d", by, "5"))).isEqualTo(greater || always || less);
    assertThat(isRead(without, compared("d", by, "5"))).isEqualTo(always || less);
  }

  @ParameterizedTest
  @CsvSource({"0.0,-0.0", "-0.0,0.0"})
  void bothZeroesAreOne(double in, double asked) {
    for (Comparison by : List.of(Comparison.EQUAL, Comparison.AT_LEAST, Comparison.AT_MOST)) {
      assertThat(
              isRead(
                  file("d", in, in, 0, 0),
                  new FileFilter.Compared("d", by, new Constant.Floating(asked))))
          .as("%s", by)
          .isTrue();
      assertThat(
              isRead(
                  file("f", (float) in, (float) in, 0, 0),
                  new FileFilter.Compared("f", by, new Constant.Floating(asked))))
          .isTrue();
    }
  }

  @Test
  void whatIsRoundedToABinaryNumberMayBeTheNextOne() {
    FileFilter tenth = compared("f", Comparison.EQUAL, "0.1");

    assertThat(isRead(file("f", 0.1f, 0.1f, 0, 0), tenth)).isTrue();
    assertThat(isRead(file("f", Math.nextUp(0.1f), 1f, 0, 0), tenth)).isTrue();
    assertThat(isRead(file("f", 0.11f, 1f, 0, 0), tenth)).isFalse();
    assertThat(isRead(file("f", 1f, 2f, 0, 0), compared("f", Comparison.LESS, "1e300"))).isTrue();
  }

  @Test
  void whatAColumnIsNotComparedWithExactlySaysNothing() {
    DataFile file = file("i", 1, 3, 0, 0);

    assertThat(isRead(file, compared("i", Comparison.EQUAL, "5"))).isFalse();
    assertThat(isRead(file, compared("i", Comparison.EQUAL, "5.00"))).isFalse();
    for (Constant odd :
        List.of(
            number("5.5"),
            number("99999999999"),
            new Constant.Floating(5),
            new Constant.Text("5"),
            new Constant.Quoted(" 5"),
            new Constant.Quoted("4.5"),
            new Constant.Truth(true))) {
      assertThat(isRead(file, new FileFilter.Compared("i", Comparison.EQUAL, odd)))
          .as("%s", odd)
          .isTrue();
      assertThat(isRead(file, new FileFilter.OneOf("i", List.of(number("5"), odd)))).isTrue();
      assertThat(isRead(file, new FileFilter.Between("i", number("5"), odd))).isTrue();
    }
  }

  @Test
  void columnsThatAreNotThereSayNothing() {
    DataFile file = file("i", 1, 3, 0, 0);

    assertThat(isRead(file, compared("j", Comparison.EQUAL, "5"))).isTrue();
    assertThat(
            isRead(
                file,
                compared("j", Comparison.EQUAL, "5").or(compared("i", Comparison.EQUAL, "5"))))
        .isTrue();
    assertThat(
            isRead(
                file,
                compared("j", Comparison.EQUAL, "5").and(compared("I", Comparison.EQUAL, "5"))))
        .isFalse();
  }

  @Test
  void aNullWhereNoneMayBeIsLookedFor() {
    assertThat(isRead(file("i", 1, 3, 1, 0), new FileFilter.Null("i"))).isTrue();
    assertThat(isRead(file("d", 1.0, 3.0, 1, 0), new FileFilter.Null("d"))).isTrue();
    assertThat(isRead(file("d", 1.0, 3.0, 0, 0), new FileFilter.Null("d"))).isFalse();
  }

  @Test
  void statisticsThatCannotBeReadSayNothing() {
    ByteBuffer odd = ByteBuffer.wrap(new byte[] {1});

    assertThat(isRead(file("d", odd, odd, 0, 0), compared("d", Comparison.EQUAL, "5"))).isTrue();
  }

  @Test
  void aPartitionOfWhichNoStatisticsAreKeptIsLeftOut() {
    PartitionData partition = new PartitionData(BY_TEXT.partitionType());
    partition.set(0, "ab");
    DataFile file =
        DataFiles.builder(BY_TEXT)
            .withPath("s3://stage/t/1.parquet")
            .withFileSizeInBytes(1)
            .withRecordCount(2)
            .withPartition(partition)
            .build();

    assertThat(isRead(file, new FileFilter.Begins("s", "a"))).isTrue();
    assertThat(isRead(file, new FileFilter.Begins("s", "b"))).isFalse();
    assertThat(isRead(file, new FileFilter.BeginsNot("s", "a"))).isFalse();
    assertThat(isRead(file, new FileFilter.Null("s"))).isFalse();
    assertThat(isRead(file, new FileFilter.NoneOf("s", List.of(new Constant.Text("ab")))))
        .isFalse();
  }
}
