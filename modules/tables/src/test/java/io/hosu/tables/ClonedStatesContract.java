package io.hosu.tables;

import static io.hosu.tables.TestLake.FLIGHTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.governance.Grants;
import io.hosu.governance.Principal;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import io.hosu.objects.ObjectsConfig;
import io.hosu.objects.SharedFiles;
import io.hosu.objects.Sweeper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.view.ImmutableSQLViewRepresentation;
import org.apache.iceberg.view.ImmutableViewVersion;
import org.junit.jupiter.api.Test;

/** A clone answers what its source answers, at each state, whatever database keeps the pointers. */
interface ClonedStatesContract {
  TableName CLONED = TableName.parse("trial.stage.flights");
  Principal ALICE = Principal.user("alice");
  Schema IDS = new Schema(Types.NestedField.optional(1, "id", Types.LongType.get()));
  SnapshotPolicy NOTHING_OLD = new SnapshotPolicy(Duration.ZERO, 1, 1, Duration.ZERO);

  TestLake lake();

  private Clones clones() {
    return lake()
        .tables
        .open()
        .clones(
            lake().tables,
            new Grants(lake().database, lake().clock, lake().ids),
            new ClonesOfTest(lake().engine));
  }

  private Clones.Made make(String source, String as) {
    return clones().make(ALICE, source, as, _ -> {});
  }

  /** The rows of a table at a state, as the engine and Iceberg's own reader read them. */
  private List<String> rowsAt(TableName name, long snapshot) {
    LakeTable table = lake().tables.require(name);
    String sql = lake().tables.planAt(table, snapshot).sql();
    List<String> rows =
        TestLake.sorted(lake().engine.query(sql).stream().map(Object::toString).toList());
    List<Record> records = new ArrayList<>();
    try (CloseableIterable<Record> read =
        IcebergGenerics.read(table.table()).useSnapshot(snapshot).build()) {
      read.forEach(records::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertThat(records).as("%s at %d", name, snapshot).hasSize(rows.size());
    return rows;
  }

  /** The rows of a table at each of its states. */
  private Map<Long, List<String>> states(TableName name) {
    Map<Long, List<String>> states = new LinkedHashMap<>();
    lake()
        .tables
        .require(name)
        .snapshots()
        .forEach(snapshot -> states.put(snapshot, rowsAt(name, snapshot)));
    return states;
  }

  /** With nothing left of its source. */
  private void dropSource() {
    lake().tables.list().stream()
        .filter(name -> name.domain().equals("aviation"))
        .forEach(name -> lake().database.perform(tx -> lake().tables.drop(tx, name)));
    lake().clock.advance(Duration.ofDays(60));
    new Sweeper(lake().database, lake().blobs, lake().clock, ObjectsConfig.standard()).sweep();
  }

  private void expire(TableName table) {
    Instant last =
        Instant.ofEpochMilli(
            lake().tables.require(table).metadata().currentSnapshot().timestampMillis());
    lake().clock.advance(Duration.between(lake().clock.instant(), last).plusDays(1));
    Compacting.expire(lake(), table, NOTHING_OLD, Set.of());
  }

  private static List<Record> ids(Table table, long... ids) {
    return Arrays.stream(ids)
        .<Record>mapToObj(id -> {
          GenericRecord row = GenericRecord.create(table.schema());
          row.setField("id", id);
          return row;
        })
        .toList();
  }

  @Test
  default void everyEarlierStateIsReadInTheCloneAsInItsSource() {
    lake().append(FLIGHTS, "SELECT 1 AS id, 'Oslo' AS city", "city");
    lake().append(FLIGHTS, "SELECT 2 AS id, 'Bern' AS city", "city");
    lake().append(FLIGHTS, "SELECT 3 AS id, 'Bern' AS city, 7 AS delay", "city");
    Compacting.compact(lake(), FLIGHTS);
    lake().replaceAll(FLIGHTS, "SELECT 4 AS id, 'Rome' AS city, true AS late", "city");
    Map<Long, List<String>> states = states(FLIGHTS);
    assertThat(states.values().stream().distinct()).hasSizeGreaterThanOrEqualTo(4);
    LakeTable source = lake().tables.require(FLIGHTS);

    make("aviation", "trial");

    assertThat(states(CLONED)).isEqualTo(states);
    LakeTable clone = lake().tables.require(CLONED);
    assertThat(clone.metadata().snapshotLog()).isEqualTo(source.metadata().snapshotLog());
    assertThat(new ReachableFiles((ObjectFileIO) clone.table().io()).all(clone.metadata()))
        .allSatisfy(file -> assertThat(file).startsWith("s3://stage/trial/flights/"));
    dropSource();
    assertThat(states(CLONED)).isEqualTo(states);
  }

  @Test
  default void branchesAndTagsAreThereWithTheirRows() {
    try (OutsideEngine outside = new OutsideEngine(lake())) {
      Table table = outside.create(FLIGHTS, IDS, PartitionSpec.unpartitioned(), Map.of());
      table.newAppend().appendFile(outside.data(table, table.spec(), ids(table, 1))).commit();
      long first = table.currentSnapshot().snapshotId();
      table.manageSnapshots().createTag("first", first).createBranch("audit", first).commit();
      table
          .newAppend()
          .appendFile(outside.data(table, table.spec(), ids(table, 2)))
          .toBranch("audit")
          .commit();
      table.newAppend().appendFile(outside.data(table, table.spec(), ids(table, 3))).commit();
    }
    LakeTable source = lake().tables.require(FLIGHTS);

    make("aviation", "trial");

    LakeTable clone = lake().tables.require(CLONED);
    assertThat(clone.metadata().refs()).isEqualTo(source.metadata().refs());
    long audit = clone.metadata().ref("audit").snapshotId();
    assertThat(rowsAt(CLONED, audit)).containsExactly("[1]", "[2]");
    assertThat(rowsAt(CLONED, clone.metadata().ref("first").snapshotId())).containsExactly("[1]");
    expire(FLIGHTS);
    expire(CLONED);
    dropSource();
    assertThat(rowsAt(CLONED, audit)).containsExactly("[1]", "[2]");
    assertThat(lake().rows(CLONED)).containsExactly("[1]", "[3]");
  }

  @Test
  default void deletesByPositionHoldInTheCloneAtEachState() {
    try (OutsideEngine outside = new OutsideEngine(lake())) {
      Table table =
          outside.create(
              FLIGHTS, IDS, PartitionSpec.unpartitioned(), Map.of("format-version", "2"));
      DataFile one = outside.data(table, table.spec(), ids(table, 1, 2, 3));
      DataFile two = outside.data(table, table.spec(), ids(table, 4, 5, 6));
      table.newAppend().appendFile(one).appendFile(two).commit();
      table
          .newRowDelta()
          .addDeletes(
              outside.positions(
                  table, one, Map.of(one.location(), List.of(1L), two.location(), List.of(0L, 2L))))
          .commit();
      table
          .newRowDelta()
          .addDeletes(outside.positions(table, one, Map.of(one.location(), List.of(0L))))
          .commit();
      table
          .newRewrite()
          .validateFromSnapshot(table.currentSnapshot().snapshotId())
          .deleteFile(two)
          .addFile(outside.data(table, table.spec(), ids(table, 5)))
          .commit();
      table.newAppend().appendFile(outside.data(table, table.spec(), ids(table, 7))).commit();
    }
    Map<Long, List<String>> states = states(FLIGHTS);
    assertThat(lake().rows(FLIGHTS)).containsExactly("[3]", "[5]", "[7]");

    make("aviation", "trial");

    assertThat(states(CLONED)).isEqualTo(states);
    assertThat(namesInDeletes(CLONED))
        .hasSize(2)
        .allSatisfy(name -> assertThat(name).startsWith("s3://stage/trial/flights/data/"));
    dropSource();
    assertThat(states(CLONED)).isEqualTo(states);
    Compacting.compact(lake(), CLONED);
    expire(CLONED);
    assertThat(lake().rows(CLONED)).containsExactly("[3]", "[5]", "[7]");
  }

  @Test
  default void deletesThatNameFilesOfSnapshotsThatExpiredAreClonedToo() {
    try (OutsideEngine outside = new OutsideEngine(lake())) {
      Table table =
          outside.create(
              FLIGHTS, IDS, PartitionSpec.unpartitioned(), Map.of("format-version", "2"));
      DataFile one = outside.data(table, table.spec(), ids(table, 1, 2));
      DataFile two = outside.data(table, table.spec(), ids(table, 3, 4));
      table.newAppend().appendFile(one).appendFile(two).commit();
      table
          .newRowDelta()
          .addDeletes(
              outside.positions(
                  table, one, Map.of(one.location(), List.of(1L), two.location(), List.of(0L))))
          .commit();
      table
          .newRewrite()
          .validateFromSnapshot(table.currentSnapshot().snapshotId())
          .deleteFile(two)
          .addFile(outside.data(table, table.spec(), ids(table, 4)))
          .commit();
    }
    expire(FLIGHTS);
    assertThat(lake().tables.require(FLIGHTS).snapshots()).hasSize(1);

    make("aviation", "trial");

    assertThat(states(CLONED).values()).containsExactly(List.of("[1]", "[4]"));
    dropSource();
    assertThat(states(CLONED).values()).containsExactly(List.of("[1]", "[4]"));
  }

  private List<String> namesInDeletes(TableName name) {
    List<String> names = new ArrayList<>();
    LakeTable table = lake().tables.require(name);
    table.snapshots().stream()
        .flatMap(snapshot -> lake().tables.planAt(table, snapshot).files().stream())
        .flatMap(file -> file.deletes().positions().stream())
        .map(part -> part.path().toString())
        .distinct()
        .forEach(path ->
            lake()
                .engine
                .query("SELECT file_path FROM read_parquet('%s')".formatted(path))
                .forEach(row -> names.add(row.getFirst())));
    return names.stream().distinct().toList();
  }

  @Test
  default void rowsOfFormat3KeepTheirNumbersAtEachState() {
    try (OutsideEngine outside = new OutsideEngine(lake())) {
      Table table =
          outside.create(
              FLIGHTS, IDS, PartitionSpec.unpartitioned(), Map.of("format-version", "3"));
      table.newAppend().appendFile(outside.data(table, table.spec(), ids(table, 1, 2, 3))).commit();
      RowDelta delta = table.newRowDelta();
      outside.vectors(table, delta, lake().tables.plan(FLIGHTS).files(), List.of(List.of(0L)));
      delta.commit();
      table.newAppend().appendFile(outside.data(table, table.spec(), ids(table, 4))).commit();
    }
    lake().append(FLIGHTS, "SELECT 5::BIGINT AS id");
    Map<Long, List<String>> states = numbered(FLIGHTS);

    make("aviation", "trial");

    assertThat(numbered(CLONED)).isEqualTo(states);
    assertThat(lake().tables.require(CLONED).metadata().nextRowId())
        .isEqualTo(lake().tables.require(FLIGHTS).metadata().nextRowId());
    Compacting.compact(lake(), CLONED);
    dropSource();
    numbered(CLONED)
        .forEach((snapshot, rows) -> {
          if (states.containsKey(snapshot)) {
            assertThat(rows).isEqualTo(states.get(snapshot));
          }
        });
    assertThat(states(CLONED)).hasSizeGreaterThan(states.size());
  }

  private Map<Long, List<String>> numbered(TableName name) {
    Map<Long, List<String>> states = new LinkedHashMap<>();
    LakeTable table = lake().tables.require(name);
    for (long snapshot : table.snapshots()) {
      ScanPlan plan = lake().tables.planAt(table, snapshot);
      states.put(
          snapshot,
          TestLake.sorted(
              lake().engine.query(plan.sqlWith(plan.lineageNames())).stream()
                  .map(Object::toString)
                  .toList()));
    }
    return states;
  }

  @Test
  default void noFileOfAnotherTableBecomesOneOfTheClone() {
    TableName bills = TableName.parse("finance.stage.bills");
    lake().append(bills, "SELECT 1 AS id");
    lake().append(FLIGHTS, "SELECT 1 AS id");
    String other = lake().tables.plan(bills).files().getFirst().file().location();
    ObjectName to = new ObjectName("stage", "trial/flights/data/x.parquet");
    SharedFiles.Sharing foreign =
        new SharedFiles.Sharing(
            new ObjectName("stage", "aviation/flights/"), ObjectName.ofLocation(other), to);
    assertThatThrownBy(() ->
            lake()
                .database
                .perform(tx ->
                    SharedFiles.share(tx, List.of(foreign), lake().ids, lake().clock.instant())))
        .isInstanceOf(Conflict.class);
  }

  @Test
  default void viewsOfTheCloneNameItsOwnTables() {
    lake().append(FLIGHTS, "SELECT 1 AS id");
    view("aviation.stage.late", "duckdb", "SELECT id FROM aviation.stage.flights");
    view("aviation.stage.alias", "trino", "SELECT id FROM flights");
    view("aviation.stage.other", "spark", "SELECT id FROM `aviation`.`stage`.`flights`");

    Clones.Made made = make("aviation", "trial");

    Views views = lake().tables.open().views();
    LakeView late = views.find(TableName.parse("trial.stage.late")).orElseThrow();
    assertThat(late.sql(List.of("duckdb"))).hasValue("SELECT id FROM trial.stage.flights");
    assertThat(late.columns()).containsExactly("id");
    assertThat(late.defaultLayer()).isEqualTo("stage");
    assertThat(late.metadata().properties()).containsEntry("comment", "mine");
    assertThat(views.find(TableName.parse("trial.stage.alias")).orElseThrow().dialects())
        .containsExactly("trino");
    assertThat(views.find(TableName.parse("trial.stage.other"))).isEmpty();
    assertThat(made.leftOut())
        .containsExactly(new Clones.LeftOut(TableName.parse("aviation.stage.other"), "spark"));
    assertThat(clones().check("aviation", "another")).isEqualTo(made.leftOut());
    assertThat(clones().extent("trial").views()).hasSize(2);
    lake().database.perform(tx -> clones().drop(tx, "trial"));
    assertThat(views.list()).hasSize(3);
  }

  private void view(String name, String dialect, String sql) {
    ImmutableViewVersion version =
        ImmutableViewVersion.builder()
            .versionId(1)
            .schemaId(0)
            .timestampMillis(1)
            .defaultNamespace(Namespace.of("stage"))
            .addRepresentations(
                ImmutableSQLViewRepresentation.builder().sql(sql).dialect(dialect).build())
            .build();
    try (PreparedView prepared =
        lake()
            .tables
            .open()
            .views()
            .prepareNew(
                TableName.parse(name),
                draft ->
                    draft.setProperties(Map.of("comment", "mine")).setCurrentVersion(version, IDS),
                Optional.empty())) {
      lake().database.perform(prepared::publish);
    }
  }

  @Test
  default void aCloneIsClonedWithWhatItHasOfItsOwn() {
    lake().append(FLIGHTS, "SELECT 1 AS id");
    make("aviation", "trial");
    lake().append(CLONED, "SELECT 2 AS id");
    TableName again = TableName.parse("again.stage.flights");

    make("trial", "again");

    assertThat(states(again)).isEqualTo(states(CLONED));
    assertThat(lake().rows(again)).containsExactly("[1]", "[2]");
    assertThat(lake().database.read(Clones::cloned).allSourcesOf("again"))
        .containsExactlyInAnyOrder("trial", "aviation");
    RowDeletion deletion = lake().tables.upkeep().deletion();
    assertThat(deletion.clonesOf(FLIGHTS)).containsExactlyInAnyOrder(CLONED, again);
    assertThat(deletion.clonesOf(CLONED)).containsExactly(again);
    assertThat(deletion.sourcesOf(again)).containsExactly(CLONED, FLIGHTS);
    assertThatThrownBy(() -> lake().database.perform(tx -> clones().drop(tx, "trial")))
        .isInstanceOfSatisfying(
            Conflict.class, e -> assertThat(e.code()).isEqualTo(TablesError.CLONE_NEEDED));
    assertThat(lake().tables.find(CLONED)).isPresent();
    dropSource();
    assertThat(lake().rows(again)).containsExactly("[1]", "[2]");
    lake().database.perform(tx -> clones().drop(tx, "again"));
    lake().database.perform(tx -> clones().drop(tx, "trial"));
    clones().forget();
    assertThat(lake().database.read(Clones::cloned).sources()).containsOnlyKeys("trial", "again");
    dropSource();
    clones().forget();
    clones().forget();
    assertThat(lake().database.read(Clones::cloned).sources()).isEmpty();
  }
}
