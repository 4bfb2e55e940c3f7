package io.hosu.tables;

import static io.hosu.tables.TestLake.FLIGHTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.ObjectName;
import io.hosu.objects.ObjectFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IdentityPartitionConverters;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.mapping.NameMapping;
import org.apache.iceberg.mapping.NameMappingParser;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.PartitionUtil;
import org.junit.jupiter.api.Test;

/**
 * Parquet objects that are files of tables where they lie, whatever database keeps the pointers.
 */
interface InPlaceContract {
  TestLake lake();

  /** Puts the rows of a SELECT as a Parquet object of a client, without field ids. */
  private InPlaceFile put(String key, String rows) {
    TestLake lake = lake();
    ObjectName name = new ObjectName("stage", key);
    try {
      Path staged = lake.blobs.staging().resolve("put-" + lake.ids.next());
      lake.engine.run(
          "COPY (%s) TO %s (FORMAT parquet)".formatted(rows, Sql.text(staged.toString())));
      long size = Files.size(staged);
      String blob = lake.blobs.adoptAll(List.of(staged)).getFirst();
      lake.database.perform(tx ->
          tx.update(
              "INSERT INTO objects (bucket, key, version, kind, blob, size, etag, headers, metadata,"
                  + " created_at, principal, is_current)"
                  + " VALUES (?, ?, ?, 'object', ?, ?, '', '{}', '{}', ?, 'client', 1)",
              name.bucket(),
              name.key(),
              lake.ids.next(),
              blob,
              size,
              lake.clock.instant()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found(key, lake.engine.describe(rows));
  }

  private InPlaceFile found(String key, List<SqlColumn> columns) {
    ObjectName name = new ObjectName("stage", key);
    ObjectFiles.Lying lying = Objects.requireNonNull(lake().files.findAll(List.of(name)).get(name));
    Map<String, Map<String, String>> statistics = new HashMap<>();
    String list = Sql.text(lying.file().path().toString());
    lake()
        .engine
        .query(
            "SELECT path_in_schema, num_values, stats_null_count, stats_min_value, stats_max_value"
                + " FROM parquet_metadata(%s)".formatted(list))
        .forEach(row -> {
          Map<String, String> its = new HashMap<>();
          List<String> names = List.of("", "num_values", "null_count", "min", "max");
          for (int i = 1; i < names.size(); i++) {
            if (row.get(i) != null) {
              its.put(names.get(i), row.get(i));
            }
          }
          statistics.put(Sql.name(String.valueOf(row.getFirst())), its);
        });
    long rows =
        Long.parseLong(
            String.valueOf(
                lake()
                    .engine
                    .query("SELECT count(*) FROM read_parquet(%s)".formatted(list))
                    .getFirst()
                    .getFirst()));
    Map<String, Optional<String>> folders = new LinkedHashMap<>();
    Arrays.stream(key.split("/"))
        .filter(folder -> folder.contains("="))
        .map(folder -> folder.split("=", 2))
        .forEach(part ->
            folders.put(
                part[0],
                Optional.of(part[1]).filter(value -> !value.equals("__HIVE_DEFAULT_PARTITION__"))));
    return new InPlaceFile(
        lying,
        columns,
        Map.of(),
        false,
        new FileStatistics(
            lying.file().path().toString(), rows, lying.file().size(), statistics, Map.of()),
        folders);
  }

  private InPlacePlan add(InPlaceFile... files) {
    InPlacePlanner planner = new InPlacePlanner(lake().tables);
    InPlacePlan plan =
        planner.plan(FLIGHTS, List.of(files), Map.of("year", "BIGINT", "day", "DATE"));
    if (!plan.isNothing()) {
      try (PreparedCommit commit =
          lake().tables.prepare(CommitContext.of("tester"), List.of(plan.change()))) {
        planner.requireNew(plan);
        lake()
            .database
            .perform(tx -> {
              commit.publish(tx);
              plan.keep(tx);
            });
      }
    }
    return plan;
  }

  private boolean isInPlace(String key) {
    ObjectName name = new ObjectName("stage", key);
    return !Objects.requireNonNull(lake().files.findAll(List.of(name)).get(name))
        .inPlace()
        .isEmpty();
  }

  private void define(Schema schema) {
    LakeTable table = lake().tables.require(FLIGHTS);
    lake()
        .commit(
            new TableChange.Define(
                new WriteTarget(
                    FLIGHTS,
                    table.metadata(),
                    Evolution.apply(
                        table.metadata(),
                        schema,
                        schema.highestFieldId(),
                        table.metadata().spec(),
                        table.metadata().sortOrder()),
                    List.of(),
                    List.of())));
  }

  /** What both readers see in a column, which must be the same. */
  private List<String> values(String column) {
    List<String> bySql =
        lake().engine.query("SELECT %s FROM (%s)".formatted(Sql.name(column), sql())).stream()
            .map(row -> String.valueOf(row.getFirst()))
            .sorted()
            .toList();
    List<String> byIceberg =
        records().stream()
            .map((Record record) -> String.valueOf(record.getField(column)))
            .sorted()
            .toList();
    assertThat(bySql).isEqualTo(byIceberg);
    return bySql;
  }

  /** As engines read with Iceberg's reader: by the table's mapping of names, which they hand it. */
  private List<Record> records() {
    Table table = lake().tables.require(FLIGHTS).table();
    String mapping = table.properties().get("schema.name-mapping.default");
    if (mapping == null) {
      return lake().records(FLIGHTS);
    }
    NameMapping names = NameMappingParser.fromJson(mapping);
    List<Record> records = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      for (FileScanTask task : tasks) {
        Map<Integer, ?> given =
            PartitionUtil.constantsMap(task, IdentityPartitionConverters::convertConstant);
        try (CloseableIterable<Record> read =
            Parquet.read(table.io().newInputFile(task.file().location()))
                .project(table.schema())
                .withNameMapping(names)
                .createReaderFunc(
                    file -> GenericParquetReaders.buildReader(table.schema(), file, given))
                .build()) {
          read.forEach(records::add);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return records;
  }

  private String sql() {
    return lake().tables.plan(FLIGHTS).sql();
  }

  @Test
  default void filesWithoutIdsAreReadByTheirNamesByEveryReader() {
    add(put("raw/a.parquet", "SELECT 1 AS id, 'x' AS name, {'p': 1.5::DOUBLE, 'q': [7, 8]} AS s"));
    add(put("raw/b.parquet", "SELECT {'q': [9], 'p': 2.5::DOUBLE} AS s, 'y' AS name, 2 AS id"));

    assertThat(values("id")).containsExactly("1", "2");
    assertThat(values("name")).containsExactly("x", "y");
    assertThat(lake().engine.query("SELECT s.p, s.q[1] FROM (%s) ORDER BY id".formatted(sql())))
        .containsExactly(List.of("1.5", "7"), List.of("2.5", "9"));
    assertThat(records())
        .extracting(record -> ((Record) record.getField("s")).getField("p"))
        .containsExactlyInAnyOrder(1.5, 2.5);
  }

  @Test
  default void theObjectsAreNotCopiedAndStandForTheTableUntilItNeedsThemNoMore() {
    InPlaceFile file = put("raw/a.parquet", "SELECT 1 AS id");
    add(file);

    assertThat(lake().tables.plan(FLIGHTS).paths()).containsExactly(file.lying().file().path());
    assertThat(isInPlace("raw/a.parquet")).isTrue();

    lake().database.perform(tx -> lake().tables.drop(tx, FLIGHTS));

    assertThat(isInPlace("raw/a.parquet")).isFalse();
  }

  @Test
  default void whatExpiresIsAnObjectAsBefore() {
    add(put("raw/a.parquet", "SELECT 1 AS id"));
    lake().replaceAll(FLIGHTS, "SELECT 2 AS id");
    assertThat(isInPlace("raw/a.parquet")).isTrue();

    try (PreparedUpkeep gone =
        lake()
            .tables
            .upkeep()
            .prepareForgetting(CommitContext.of("tester"), FLIGHTS)
            .orElseThrow()) {
      lake().database.perform(gone::publish);
    }

    assertThat(isInPlace("raw/a.parquet")).isFalse();
    assertThat(lake().files.resolve(new ObjectName("stage", "raw/a.parquet"))).isPresent();
    assertThat(values("id")).containsExactly("2");
  }

  @Test
  default void aFileIsAddedOnceHoweverOftenItIsAsked() {
    InPlaceFile file = put("raw/a.parquet", "SELECT 1 AS id");
    assertThat(add(file).known()).isZero();

    InPlacePlan again = add(found("raw/a.parquet", file.columns()));

    assertThat(again.isNothing()).isTrue();
    assertThat(again.known()).isEqualTo(1);
    assertThat(values("id")).containsExactly("1");
  }

  @Test
  default void whoPlannedTheSameMeanwhileAddsNothingTwice() {
    InPlaceFile file = put("raw/a.parquet", "SELECT 1 AS id");
    lake().append(FLIGHTS, "SELECT 0 AS id");
    InPlacePlanner planner = new InPlacePlanner(lake().tables);
    InPlacePlan overtaken = planner.plan(FLIGHTS, List.of(file), Map.of());
    add(file);

    assertThatThrownBy(() -> planner.requireNew(overtaken)).isInstanceOf(Conflict.class);
  }

  @Test
  default void foldersOfHiveArePartitionsThatTheFilesDoNotHold() {
    add(
        put("raw/year=2025/day=2025-01-02/a.parquet", "SELECT 1 AS id"),
        put("raw/year=2026/day=2026-01-02/a.parquet", "SELECT 2 AS id"),
        put("raw/year=__HIVE_DEFAULT_PARTITION__/day=2026-01-03/a.parquet", "SELECT 3 AS id"));

    assertThat(lake().tables.require(FLIGHTS).partitionBy()).containsExactly("year", "day");
    assertThat(values("year")).containsExactly("2025", "2026", "null");
    assertThat(values("day")).containsExactly("2025-01-02", "2026-01-02", "2026-01-03");
    assertThat(lake().engine.query("SELECT id, year FROM (%s) WHERE year = 2026".formatted(sql())))
        .containsExactly(List.of("2", "2026"));
    assertThat(
            lake()
                .tables
                .plan(FLIGHTS)
                .where(
                    new FileFilter.Compared(
                        "year",
                        FileFilter.Comparison.EQUAL,
                        new Constant.Decimal(BigDecimal.valueOf(2025))))
                .files())
        .hasSize(1);
  }

  @Test
  default void filesWhoseColumnsAreNamedAsTheEngineNamesItsOwnHavePartitionsToo() {
    add(
        put("raw/year=1/a.parquet", "SELECT 10 AS filename, 'x' AS file_index"),
        put("raw/year=2/a.parquet", "SELECT 20 AS filename, 'y' AS file_index"));

    assertThat(
            lake()
                .engine
                .query("SELECT year, filename, file_index FROM (%s) ORDER BY 1".formatted(sql())))
        .containsExactly(List.of("1", "10", "x"), List.of("2", "20", "y"));
  }

  @Test
  default void renamedAndDroppedColumnsNeverBringOldValuesBack() {
    add(put("raw/a.parquet", "SELECT 1 AS id, 'old' AS name, 5 AS gone"));
    Schema now = lake().tables.require(FLIGHTS).metadata().schema();
    define(
        new Schema(
            now.findField("id"),
            NestedField.from(now.findField("name")).withName("title").build(),
            NestedField.optional(90, "gone", now.findType("gone"))));

    assertThat(values("title")).containsExactly("old");
    assertThat(values("gone")).containsExactly("null");
    assertThatThrownBy(() -> add(put("raw/b.parquet", "SELECT 2 AS id, 6 AS gone")))
        .isInstanceOf(Invalid.class)
        .hasMessageContaining("raw/b.parquet")
        .hasMessageContaining("'gone'");
    add(put("raw/c.parquet", "SELECT 3 AS id, 'late' AS name"));
    assertThat(values("title")).containsExactly("late", "old");
  }

  @Test
  default void laterFilesBringColumnsAndWidenThemAndOldOnesAreReadOn() {
    add(put("raw/a.parquet", "SELECT 1::INTEGER AS id, 1.5::FLOAT AS v"));
    add(put("raw/b.parquet", "SELECT 3000000000::BIGINT AS ID, 2.5::DOUBLE AS v, 'new' AS more"));

    assertThat(values("id")).containsExactly("1", "3000000000");
    assertThat(values("v")).containsExactly("1.5", "2.5");
    assertThat(values("more")).containsExactly("new", "null");
  }

  @Test
  default void rowsOfStagesLieBesideThoseInPlaceAndMergeWithoutThem() {
    add(put("raw/a.parquet", "SELECT 0 AS id"));
    for (int i = 1; i < 5; i++) {
      lake().append(FLIGHTS, "SELECT %d AS id".formatted(i));
    }
    Compacting.compact(lake(), FLIGHTS);

    assertThat(values("id")).containsExactly("0", "1", "2", "3", "4");
    assertThat(isInPlace("raw/a.parquet")).isTrue();
  }

  @Test
  default void whatNotEveryReaderReadsTheSameIsRefusedWithObjectAndColumn() {
    lake()
        .append(
            FLIGHTS,
            "SELECT 1::BIGINT AS id, 1.5::DOUBLE AS v, 'x' AS name, DATE '2026-01-01' AS d");

    for (Map.Entry<String, String> wrong :
        Map.of(
                "SELECT 'text' AS id", "id",
                "SELECT 1::INTEGER AS v", "v",
                "SELECT 1 AS name", "name",
                "SELECT TIMESTAMP '2026-01-01' AS d", "d")
            .entrySet()) {
      assertThatThrownBy(() -> add(put("raw/" + wrong.getValue() + ".parquet", wrong.getKey())))
          .isInstanceOf(Invalid.class)
          .hasMessageContaining("stage/raw/" + wrong.getValue() + ".parquet")
          .hasMessageContaining("'" + wrong.getValue() + "'");
    }
    assertThat(values("id")).containsExactly("1");
  }

  @Test
  default void filesOfOtherTablesAndFilesWithIdsAreRefused() {
    InPlaceFile file = put("raw/a.parquet", "SELECT 1 AS id");
    InPlaceFile withIds =
        new InPlaceFile(file.lying(), file.columns(), Map.of(), true, file.statistics(), Map.of());
    assertThatThrownBy(() -> add(withIds)).hasMessageContaining("field ids");
    lake()
        .database
        .perform(tx ->
            io.hosu.objects.FilesInPlace.keep(
                tx, new ObjectName("stage", "aviation/other/"), List.of(file.lying().file())));

    assertThatThrownBy(() -> add(found("raw/a.parquet", file.columns())))
        .hasMessageContaining("another table");
  }

  @Test
  default void aTableOfOtherPartitionsTakesFilesThatAreWhollyInOne() {
    lake().append(FLIGHTS, "SELECT 1 AS id, TIMESTAMP '2026-01-05 10:00:00' AS at", "month(at)");
    add(
        put(
            "raw/feb.parquet",
            "SELECT 2 AS id, TIMESTAMP '2026-02-01 00:00:00' + to_days(i::INTEGER) AS at FROM range(28) t(i)"));

    assertThat(lake().tables.plan(FLIGHTS).files())
        .extracting(planned -> planned.file().partition().get(0, Integer.class))
        .containsExactlyInAnyOrder(672, 673);
    assertThatThrownBy(() ->
            add(
                put(
                    "raw/both.parquet",
                    "SELECT 3 AS id, TIMESTAMP '2026-02-01 00:00:00' + to_days(i::INTEGER) AS at FROM range(29) t(i)")))
        .hasMessageContaining("several partitions");
  }

  @Test
  default void aFolderThatContradictsTheFileOrTheTableIsRefused() {
    assertThatThrownBy(() -> add(put("raw/year=2025/a.parquet", "SELECT 2026::BIGINT AS year")))
        .hasMessageContaining("another value");
    lake().append(FLIGHTS, "SELECT 1 AS id, 2::BIGINT AS year");
    assertThatThrownBy(() -> add(put("raw/year=2025/b.parquet", "SELECT 1 AS id")))
        .hasMessageContaining("not partitioned");
  }

  @Test
  default void theNamesOfFilesInPlaceAreKeptInIcebergsOwnProperty() {
    add(put("raw/a.parquet", "SELECT 1 AS id"));

    assertThat(lake().tables.require(FLIGHTS).metadata().properties().keySet())
        .containsAll(Set.of("schema.name-mapping.default"));
  }
}
