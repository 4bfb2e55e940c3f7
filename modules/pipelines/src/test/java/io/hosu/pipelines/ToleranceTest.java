package io.hosu.pipelines;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.StageName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ToleranceTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "5%, 0, 0, true",
    "5%, 1, 20, true",
    "5%, 2, 39, false",
    "5%, 2, 40, true",
    "0.1%, 1, 1000, true",
    "0.1%, 1, 999, false",
    "0%, 1, 1000000, false",
    "100%, 7, 7, true",
    "0, 0, 0, true",
    "0, 1, 9, false",
    "3, 3, 3, true",
    "3, 4, 1000000, false"
  })
  void aShareOrANumberOfRecordsIsTolerated(String tolerance, long bad, long all, boolean allowed) {
    assertThat(Tolerance.parse(tolerance).allows(bad, all)).isEqualTo(allowed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"5%", "0%", "0.125%", "100%", "0", "20"})
  void aToleranceReadsBack(String text) {
    assertThat(Tolerance.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "%", "101%", "-1", "1.5", "5 percent", "1e3"})
  void whatIsNoShareAndNoNumberIsRefused(String text) {
    assertThatThrownBy(() -> Tolerance.parse(text)).isInstanceOf(Invalid.class);
  }

  private static StageSpec stage(BadRecords badRecords, String tolerate) {
    return new StageSpec(
        StageName.parse("shop.p.add"),
        new Trigger.Objects(List.of("raw/shop/**")),
        Batch.STANDARD,
        new Input(
            FormatSpec.BY_ENDING,
            badRecords,
            Tolerance.parse(tolerate),
            Reprocess.CHANGED,
            Versions.REPLACE,
            Input.STANDARD.maxRecordBytes()),
        new Transform.Sql("q.sql", "SELECT id FROM input WHERE id < 1000"),
        Lake.into("shop.stage.add", Target.Mode.APPEND, List.of(), List.of()),
        Running.STANDARD);
  }

  /** A file of {@code good} records of which every other is left out by the SQL, then bad ones. */
  private static String records(int good, int bad) {
    return IntStream.range(0, good)
        .mapToObj(i -> (i % 2 == 0 ? i : i + 1000) + ",x\n")
        .collect(Collectors.joining("", "id,name\n", "y,too,many\n".repeat(bad)));
  }

  @Test
  void badRecordsThatAreToleratedAreLeftOutAndTold() throws IOException {
    try (Lake lake = new Lake(directory)) {
      lake.apply(stage(BadRecords.FAIL, "5%"));
      lake.put("raw/shop/1.csv", records(19, 1));
      lake.finish();

      Execution execution = lake.executions().getFirst();
      assertThat(execution.status()).isEqualTo(ExecutionStatus.SUCCEEDED);
      assertThat(execution.result().figures().rowsRejected()).isEqualTo(1);
      assertThat(execution.result().note())
          .contains("1 record that cannot be read was left out.", "line 21", "raw/shop/1.csv");
      assertThat(lake.query("shop.stage.add", "SELECT count(*) FROM t")).containsExactly("10");
      assertThat(lake.tables.find(stage(BadRecords.FAIL, "0").into().table().quarantine()))
          .isEmpty();
    }
  }

  @Test
  void oneBadRecordMoreThanTheShareFailsTheBatchWithItsFigures() throws IOException {
    try (Lake lake = new Lake(directory)) {
      lake.apply(stage(BadRecords.QUARANTINE, "5%"));
      lake.put("raw/shop/1.csv", records(18, 1));
      lake.finish();

      Cause cause = requireNonNull(lake.executions().getFirst().result().cause());
      assertThat(cause.code()).isEqualTo("TOO_MANY_BAD_RECORDS");
      assertThat(cause.what())
          .startsWith(
              "Of 19 records of the batch 1 cannot be read, which is 5.264%; stage shop.p.add"
                  + " tolerates 5%. The first is line 20 of object raw/shop/1.csv:");
      assertThat(lake.deadLetters()).hasSize(1);
      assertThat(lake.tables.find(stage(BadRecords.FAIL, "0").into().table())).isEmpty();
    }
  }

  @Test
  void theObjectWithMostBadRecordsIsSetAsideAndTheOthersGoOn() throws IOException {
    try (Lake lake = new Lake(directory)) {
      lake.apply(stage(BadRecords.QUARANTINE, "1"));
      lake.put("raw/shop/1.csv", records(4, 1));
      lake.put("raw/shop/2.csv", records(4, 3));
      lake.finish();

      assertThat(lake.deadLetters())
          .extracting(letter -> letter.cause().object().orElse(""))
          .containsExactly("raw/shop/2.csv");
      assertThat(lake.query("shop.stage.add_quarantine", "SELECT text FROM t"))
          .containsExactly("\"y,too,many\"");
    }
  }

  @Test
  void aFileWithoutARecordIsTolerated() throws IOException {
    try (Lake lake = new Lake(directory)) {
      lake.apply(stage(BadRecords.FAIL, "5%"));
      lake.put("raw/shop/1.csv", "id,name\n");
      lake.finish();

      assertThat(lake.executions())
          .extracting(Execution::status)
          .containsExactly(ExecutionStatus.SUCCEEDED);
    }
  }
}
