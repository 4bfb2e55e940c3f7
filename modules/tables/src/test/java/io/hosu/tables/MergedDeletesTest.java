package io.hosu.tables;

import static io.hosu.tables.TestLake.FLIGHTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.ObjectName;
import io.hosu.objects.backend.StoredBlob;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files beside which an engine outside left deletes, as upkeep writes them anew. */
class MergedDeletesTest {
  private static final Schema SCHEMA =
      new Schema(
          NestedField.required(1, "id", Types.LongType.get()),
          NestedField.optional(2, "city", Types.StringType.get()));
  private static final PartitionSpec BY_CITY =
      PartitionSpec.builderFor(SCHEMA).identity("city").build();

  private static Engine engine;

  @TempDir Path directory;
  private TestLake lake;
  private OutsideEngine outside;

  @BeforeAll
  static void openEngine() {
    engine = new Engine();
  }

  @AfterAll
  static void closeEngine() {
    engine.close();
  }

  @BeforeEach
  void open() {
    lake = new TestLake(directory, engine, used -> used, blobs -> blobs);
    outside = new OutsideEngine(lake);
  }

  @AfterEach
  void close() {
    outside.close();
    lake.close();
  }

  private Table table(int version, PartitionSpec spec) {
    return outside.create(
        FLIGHTS, SCHEMA, spec, Map.of("format-version", Integer.toString(version)));
  }

  private static Record row(long id, String city) {
    return GenericRecord.create(SCHEMA).copy("id", id, "city", city);
  }

  private DataFile append(Table table, long... ids) {
    return append(table, "x", ids);
  }

  private DataFile append(Table table, String city, long... ids) {
    List<Record> rows = Arrays.stream(ids).mapToObj(id -> row(id, city)).toList();
    DataFile file = outside.data(table, table.spec(), rows);
    table.newAppend().appendFile(file).commit();
    return file;
  }

  private void deleteByPlace(Table table, DataFile file, long... places) {
    List<Long> all = Arrays.stream(places).boxed().toList();
    table
        .newRowDelta()
        .addDeletes(outside.positions(table, file, Map.of(file.location(), all)))
        .commit();
  }

  private void deleteById(Table table, long id) {
    Record key = GenericRecord.create(SCHEMA.select("id")).copy("id", id);
    table
        .newRowDelta()
        .addDeletes(outside.equality(table, PartitionSpec.unpartitioned(), null, List.of(key)))
        .commit();
  }

  private void deleteByVectors(Table table, List<List<Long>> places) {
    RowDelta delta = table.newRowDelta();
    List<PlannedFile> files =
        lake.tables.plan(FLIGHTS).files().stream()
            .sorted(Comparator.comparing(file -> file.file().firstRowId()))
            .toList();
    outside.vectors(table, delta, files, places);
    delta.commit();
  }

  private List<String> ids() {
    return lake
        .engine
        .query("SELECT id FROM (%s) ORDER BY id".formatted(lake.tables.plan(FLIGHTS).sql()))
        .stream()
        .map(List::getFirst)
        .toList();
  }

  private void requireNoDeletesLeft() {
    Table now = lake.tables.require(FLIGHTS).table();
    assertThat(now.currentSnapshot().summary())
        .containsEntry("total-delete-files", "0")
        .containsEntry("total-equality-deletes", "0")
        .containsEntry("total-position-deletes", "0");
    ScanPlan plan = lake.tables.plan(FLIGHTS);
    assertThat(plan.hidesRows()).isFalse();
    assertThat(lake.records(FLIGHTS)).hasSize((int) plan.rows());
  }

  @Test
  void deletesByPlaceAndByValueAreAppliedAndGoWithTheFilesThatTheyWereFor() {
    Table table = table(2, PartitionSpec.unpartitioned());
    DataFile file = append(table, 1, 2, 3);
    append(table, 4, 5);
    deleteByPlace(table, file, 0);
    deleteById(table, 4);
    append(table, 4);

    PreparedUpkeep.Done done = Compacting.compact(lake, FLIGHTS).orElseThrow();

    assertThat(done.filesBefore()).isEqualTo(3);
    assertThat(done.filesAfter()).isEqualTo(1);
    assertThat(ids()).containsExactly("2", "3", "4", "5");
    requireNoDeletesLeft();
    assertThat(Compacting.compact(lake, FLIGHTS)).isEmpty();
  }

  @Test
  void aFileOfWhichNoRowIsLeftLeavesNoFile() {
    Table table = table(2, PartitionSpec.unpartitioned());
    DataFile file = append(table, 1, 2);
    deleteByPlace(table, file, 0, 1);

    PreparedUpkeep.Done done = Compacting.compact(lake, FLIGHTS).orElseThrow();

    assertThat(done.filesAfter()).isZero();
    assertThat(ids()).isEmpty();
    requireNoDeletesLeft();
  }

  @Test
  void vectorsAreAppliedAndEachRowKeepsItsNumberAndThatOfItsCommit() {
    Table table = table(3, PartitionSpec.unpartitioned());
    append(table, 1, 2, 3);
    append(table, 4, 5);
    append(table, 6);
    deleteByVectors(table, List.of(List.of(1L), List.of(0L), List.of()));
    List<String> before = lineage();
    assertThat(before).containsExactly("1 0 1", "3 2 1", "5 4 2", "6 5 3");

    assertThat(Compacting.compact(lake, FLIGHTS)).isPresent();

    assertThat(lake.tables.plan(FLIGHTS).files()).hasSize(1);
    requireNoDeletesLeft();
    assertThat(lineage()).isEqualTo(before);
    append(table, 7);
    append(table, 8);
    List<String> more = lineage();
    assertThat(more).hasSize(6).containsAll(before);
    assertThat(Compacting.compact(lake, FLIGHTS)).isPresent();
    assertThat(lineage()).isEqualTo(more);
  }

  /** As Iceberg's own reader tells it. */
  private List<String> lineage() {
    List<NestedField> columns = new ArrayList<>(SCHEMA.columns());
    columns.add(MetadataColumns.ROW_ID);
    columns.add(MetadataColumns.LAST_UPDATED_SEQUENCE_NUMBER);
    List<String> rows = new ArrayList<>();
    try (CloseableIterable<Record> read =
        IcebergGenerics.read(lake.tables.require(FLIGHTS).table())
            .project(new Schema(columns))
            .build()) {
      read.forEach(row ->
          rows.add(
              "%s %s %s"
                  .formatted(
                      row.getField("id"),
                      row.getField("_row_id"),
                      row.getField("_last_updated_sequence_number"))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return TestLake.sorted(rows);
  }

  @Test
  void aLargeFileIsLeftToItsDeletesUntilTheyAreMany() {
    Table table = table(2, PartitionSpec.unpartitioned());
    long[] ids = new long[100];
    Arrays.setAll(ids, i -> i);
    DataFile file = append(table, ids);
    deleteByPlace(table, file, 7);

    assertThat(
            lake.tables
                .upkeep()
                .planCompaction(FLIGHTS, Wear.MUCH, Compacting.FILE_BYTES, 9)
                .bins())
        .isEmpty();
    assertThat(
            lake.tables.upkeep().planCompaction(FLIGHTS, Wear.ANY, Compacting.FILE_BYTES, 9).bins())
        .hasSize(1);
    deleteByPlace(table, file, 8, 9, 10, 11, 12, 13, 14, 15, 16);
    assertThat(
            lake.tables
                .upkeep()
                .planCompaction(FLIGHTS, Wear.MUCH, Compacting.FILE_BYTES, 9)
                .bins())
        .hasSize(1);
  }

  @Test
  void filesOfAnEarlierDivisionAreDividedAnew() {
    Table table = table(2, PartitionSpec.unpartitioned());
    for (int i = 0; i < 4; i++) {
      DataFile file = outside.data(table, table.spec(), List.of(row(i, "x"), row(10 + i, "y")));
      table.newAppend().appendFile(file).commit();
    }
    table.updateSpec().addField("city").commit();
    append(table, "x", 20);

    Compacting.compact(lake, FLIGHTS);

    List<PlannedFile> files = lake.tables.plan(FLIGHTS).files();
    assertThat(files).hasSize(3).allMatch(file -> file.file().specId() == table.spec().specId());
    assertThat(ids()).containsExactly("0", "1", "2", "3", "10", "11", "12", "13", "20");
    assertThat(lake.records(FLIGHTS)).hasSize(9);
  }

  @Test
  void deletesByValueThatComeWhileFilesAreMergedHoldForTheMergedFile() {
    Table table = table(2, BY_CITY);
    append(table, "x", 1);
    append(table, "x", 2);
    append(table, "x", 3);
    CompactionPlan plan =
        lake.tables.upkeep().planCompaction(FLIGHTS, Wear.ANY, Compacting.FILE_BYTES, 9);
    List<TableUpkeep.Rewritten> rewritten = Compacting.rewrite(lake, plan);
    Record key = GenericRecord.create(SCHEMA.select("id")).copy("id", 2L);
    table
        .newRowDelta()
        .addDeletes(
            outside.equality(
                table, BY_CITY, OutsideEngine.partition(BY_CITY, row(2, "x")), List.of(key)))
        .commit();

    assertThat(Compacting.publish(lake, plan, rewritten)).isPresent();

    assertThat(ids()).containsExactly("1", "3");
    assertThat(lake.records(FLIGHTS)).hasSize(2);
    Compacting.compact(lake, FLIGHTS);
    assertThat(ids()).containsExactly("1", "3");
    requireNoDeletesLeft();
  }

  @Test
  void deletesByPlaceThatComeWhileFilesAreMergedHaveTheMergeGivenUp() {
    Table table = table(2, PartitionSpec.unpartitioned());
    DataFile file = append(table, 1, 2);
    append(table, 3);
    append(table, 4);
    CompactionPlan plan =
        lake.tables.upkeep().planCompaction(FLIGHTS, Wear.ANY, Compacting.FILE_BYTES, 9);
    List<TableUpkeep.Rewritten> rewritten = Compacting.rewrite(lake, plan);
    deleteByPlace(table, file, 1);

    assertThat(Compacting.publish(lake, plan, rewritten)).isEmpty();
    assertThat(ids()).containsExactly("1", "3", "4");
  }

  @Test
  void whatIsDividedAnewIsGivenUpWhenDeletesOfTheNewDivisionComeMeanwhile() {
    Table table = table(2, PartitionSpec.unpartitioned());
    append(table, "x", 1);
    append(table, "x", 2);
    append(table, "x", 3);
    table.updateSpec().addField("city").commit();
    CompactionPlan plan =
        lake.tables.upkeep().planCompaction(FLIGHTS, Wear.ANY, Compacting.FILE_BYTES, 9);
    List<TableUpkeep.Rewritten> rewritten = Compacting.rewrite(lake, plan);
    Record key = GenericRecord.create(SCHEMA.select("id")).copy("id", 2L);
    PartitionSpec spec = table.spec();
    table
        .newRowDelta()
        .addDeletes(
            outside.equality(table, spec, OutsideEngine.partition(spec, row(2, "x")), List.of(key)))
        .commit();
    assertThat(ids()).containsExactly("1", "2", "3");

    assertThat(Compacting.publish(lake, plan, rewritten)).isEmpty();
    Compacting.compact(lake, FLIGHTS);
    assertThat(ids()).containsExactly("1", "2", "3");
    assertThat(lake.records(FLIGHTS)).hasSize(3);
  }

  @Test
  void columnsMayBeCalledLikeThoseThatTheEngineMakesUp() {
    for (int i = 0; i < 4; i++) {
      lake.append(
          FLIGHTS, "SELECT %d AS file_row_number, 'f' AS filename, 7 AS file_index".formatted(i));
    }
    List<String> rows = lake.rows(FLIGHTS);

    Compacting.compact(lake, FLIGHTS);

    assertThat(lake.tables.plan(FLIGHTS).files()).hasSize(1);
    assertThat(lake.rows(FLIGHTS)).hasSize(4).isEqualTo(rows);
  }

  @Test
  void aTableWithAColumnThatIsCalledLikeTheNumbersOfRowsIsLeftAsItIs() {
    Schema schema =
        new Schema(
            NestedField.required(1, "id", Types.LongType.get()),
            NestedField.optional(2, "_ROW_ID", Types.LongType.get()));
    Table table =
        outside.create(
            FLIGHTS, schema, PartitionSpec.unpartitioned(), Map.of("format-version", "3"));
    Record row = GenericRecord.create(schema).copy("id", 1L, "_ROW_ID", 5L);
    for (int i = 0; i < 3; i++) {
      table.newAppend().appendFile(outside.data(table, table.spec(), List.of(row))).commit();
    }

    assertThat(Compacting.compact(lake, FLIGHTS)).isEmpty();
    assertThat(lake.rows(FLIGHTS)).hasSize(3);
  }

  @Test
  void aTableOfWhichTheColumnsChangedMeanwhileIsRefused() {
    Table table = table(3, PartitionSpec.unpartitioned());
    append(table, 1, 2);
    deleteByVectors(table, List.of(List.of(0L)));
    CompactionPlan plan =
        lake.tables.upkeep().planCompaction(FLIGHTS, Wear.ANY, Compacting.FILE_BYTES, 9);
    List<TableUpkeep.Rewritten> rewritten = Compacting.rewrite(lake, plan);
    table.updateSchema().addColumn("more", Types.LongType.get()).commit();

    assertThatThrownBy(() -> Compacting.publish(lake, plan, rewritten))
        .isInstanceOf(Conflict.class);
  }

  @Test
  void nothingOfDeletedRowsIsLeftInAnyFileWhenTheTableForgets() {
    Table table = table(2, PartitionSpec.unpartitioned());
    DataFile file = append(table, 1, 2, 3);
    append(table, 4, 5);
    deleteByPlace(table, file, 0);
    deleteById(table, 4);
    deleteById(table, 99);
    assertThat(lake.tables.plan(FLIGHTS).withDeleted().rows()).isEqualTo(5);
    CommitContext who = CommitContext.of("ann");
    TableUpkeep upkeep = lake.tables.upkeep();

    Compacting.compact(lake, FLIGHTS);
    DataFile gone = append(table, 9);
    deleteByPlace(table, gone, 0);
    table.newOverwrite().deleteFile(gone).commit();
    Compacting.publish(lake, upkeep.prepareWithoutIdleDeletes(who, FLIGHTS));
    Compacting.publish(lake, upkeep.prepareCleanManifests(who, FLIGHTS));
    Compacting.publish(lake, upkeep.prepareForgetting(who, FLIGHTS));
    upkeep.deletion().purge(FLIGHTS);

    LakeTable now = lake.tables.require(FLIGHTS);
    assertThat(now.metadata().snapshots()).hasSize(1);
    assertThat(now.metadata().currentSnapshot().deleteManifests(now.table().io())).isEmpty();
    assertThat(ids()).containsExactly("2", "3", "5");
    assertThat(lake.tables.plan(FLIGHTS).withDeleted().rows()).isEqualTo(3);
    requireNoDeletesLeft();
    List<String> lying =
        lake
            .files
            .restingUnder(
                ObjectName.ofLocation(now.metadata().location() + "/"),
                lake.clock.instant().plusSeconds(1))
            .stream()
            .map(one -> one.name().location())
            .toList();
    assertThat(lying)
        .containsExactlyInAnyOrderElementsOf(
            new ReachableFiles(now.table().io()).all(now.metadata()));
    try (Stream<StoredBlob> blobs = lake.blobs.list()) {
      assertThat(blobs).hasSameSizeAs(lying);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
