package io.hosu.tables;

import static io.hosu.tables.TestLake.FLIGHTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.events.EventFilter;
import io.hosu.governance.Domains;
import io.hosu.governance.Grant;
import io.hosu.governance.Grants;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import io.hosu.objects.FilesInPlace;
import io.hosu.objects.ObjectsConfig;
import io.hosu.objects.Sweeper;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

/** What clones of domains are, whatever database keeps the pointers. */
interface ClonesContract {
  TableName CLONED = TableName.parse("trial.stage.flights");
  TableName DELAYS = TableName.parse("aviation.analytics.delays");
  Principal ALICE = Principal.user("alice");
  SnapshotPolicy NOTHING_OLD = new SnapshotPolicy(Duration.ZERO, 1, 1, Duration.ZERO);

  TestLake lake();

  private Grants grants() {
    return new Grants(lake().database, lake().clock, lake().ids);
  }

  private Clones clones() {
    return lake().tables.open().clones(lake().tables, grants(), new ClonesOfTest(lake().engine));
  }

  private Clones.Clone cloned() {
    return clones().make(ALICE, "aviation", "trial", _ -> {}).made();
  }

  private void drop() {
    lake().database.perform(tx -> clones().drop(tx, "trial"));
  }

  private void drop(TableName table) {
    lake().database.perform(tx -> lake().tables.drop(tx, table));
  }

  /** All that is over goes, with its bytes. */
  private void sweep() {
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

  private Set<String> blobs(TableName table) {
    return lake().tables.plan(table).files().stream()
        .map(file -> file.path().toString())
        .collect(Collectors.toSet());
  }

  private void requireReadable(TableName table, List<String> rows) {
    assertThat(lake().rows(table)).isEqualTo(rows);
    assertThat(lake().records(table)).hasSize(rows.size());
  }

  @Test
  default void aCloneHasTheRowsOfAllTablesInTheSameBytes() {
    lake().append(FLIGHTS, "SELECT 1 AS id, 'Oslo' AS city", "city");
    lake().append(FLIGHTS, "SELECT 2 AS id, 'Bern' AS city", "city");
    lake().append(DELAYS, "SELECT 10 AS minutes");

    cloned();

    requireReadable(CLONED, lake().rows(FLIGHTS));
    assertThat(lake().rows(TableName.parse("trial.analytics.delays")))
        .isEqualTo(lake().rows(DELAYS));
    assertThat(blobs(CLONED)).isEqualTo(blobs(FLIGHTS));
    LakeTable source = lake().tables.require(FLIGHTS);
    LakeTable clone = lake().tables.require(CLONED);
    assertThat(clone.id()).isNotEqualTo(source.id());
    assertThat(clone.partitionBy()).isEqualTo(source.partitionBy());
    assertThat(clone.metadata().schema().sameSchema(source.metadata().schema())).isTrue();
    assertThat(clone.metadata().location()).isEqualTo("s3://stage/trial/flights");
    assertThat(new ReachableFiles((ObjectFileIO) clone.table().io()).all(clone.metadata()))
        .allSatisfy(file -> assertThat(file).startsWith("s3://stage/trial/flights/"));
  }

  @Test
  default void itsHistoryIsThatOfItsSourceAndThatItWasCloned() {
    lake().append(FLIGHTS, "SELECT 1 AS id");
    lake().append(FLIGHTS, "SELECT 2 AS id");
    long snapshot = lake().tables.require(FLIGHTS).snapshot().orElseThrow();
    List<TableSnapshot> before = lake().tables.history(FLIGHTS, 9, "").items();

    cloned();

    List<TableSnapshot> history = lake().tables.history(CLONED, 9, "").items();
    TableSnapshot first = history.getFirst();
    assertThat(first.operation()).isEqualTo("clone");
    assertThat(first.principal()).isEqualTo("alice");
    assertThat(first.id()).isEqualTo(snapshot);
    assertThat(first.rows().added()).isZero();
    assertThat(first.rows().total()).isEqualTo(2);
    assertThat(history.subList(1, history.size())).isEqualTo(before);
    assertThat(lake().tables.lineage(CLONED, first.id()))
        .containsExactly(LineageInput.table(FLIGHTS, snapshot));
    lake().append(CLONED, "SELECT 3 AS id");
    assertThat(lake().tables.history(CLONED, 9, "").items().getFirst().rows().total()).isEqualTo(3);
    assertThat(
            lake().events.list(EventFilter.ALL, 9).items().stream()
                .map(logged -> logged.event().detailType()))
        .contains("Domain Cloned", "Table Created");
  }

  @Test
  default void whatIsWrittenToOneOfThemIsNotInTheOther() {
    lake().append(FLIGHTS, "SELECT 1 AS id");
    cloned();

    lake().append(FLIGHTS, "SELECT 2 AS id");
    lake().append(CLONED, "SELECT 3 AS id, 'new' AS note");

    assertThat(lake().rows(FLIGHTS)).containsExactly("[1]", "[2]");
    requireReadable(CLONED, List.of("[1, null]", "[3, new]"));
    lake().replaceAll(CLONED, "SELECT 4 AS other");
    assertThat(lake().rows(CLONED)).containsExactly("[4]");
    assertThat(lake().rows(FLIGHTS)).containsExactly("[1]", "[2]");
  }

  @Test
  default void aCloneLosesNothingWhenItsSourceIsMergedExpiredOrDropped() {
    for (int i = 0; i < 4; i++) {
      lake().append(FLIGHTS, "SELECT %d AS id".formatted(i));
    }
    cloned();
    List<String> rows = lake().rows(CLONED);

    Compacting.compact(lake(), FLIGHTS);
    expire(FLIGHTS);
    sweep();
    requireReadable(CLONED, rows);
    drop(FLIGHTS);
    sweep();
    requireReadable(CLONED, rows);
    Compacting.compact(lake(), CLONED);
    expire(CLONED);
    sweep();
    requireReadable(CLONED, rows);
  }

  @Test
  default void aSourceLosesNothingWhenItsCloneIsMergedExpiredOrDropped() {
    for (int i = 0; i < 4; i++) {
      lake().append(FLIGHTS, "SELECT %d AS id".formatted(i));
    }
    List<String> rows = lake().rows(FLIGHTS);
    cloned();

    Compacting.compact(lake(), CLONED);
    expire(CLONED);
    sweep();
    requireReadable(FLIGHTS, rows);
    drop();
    sweep();
    requireReadable(FLIGHTS, rows);
    drop(FLIGHTS);
    sweep();
    assertThat(lake().blobs)
        .satisfies(blobs -> {
          try (var left = blobs.list()) {
            assertThat(left).isEmpty();
          }
        });
  }

  @Test
  default void orphansOfOneAreLookedForAmongItsOwnFilesAlone() {
    lake().append(FLIGHTS, "SELECT 1 AS id");
    cloned();
    lake().clock.advance(Duration.ofDays(9));

    for (TableName table : List.of(FLIGHTS, CLONED)) {
      try (Orphans.Found found = lake().tables.upkeep().orphans().find(table, Duration.ofDays(1))) {
        assertThat(found.files()).isEmpty();
      }
    }
  }

  @Test
  default void rowsThatAreDeletedForGoodAreOnNoDiskOnceTheCloneHasThemNoMore() {
    lake().append(FLIGHTS, "SELECT 1 AS id");
    lake().append(FLIGHTS, "SELECT 2 AS id");
    cloned();
    String first =
        lake().tables.plan(FLIGHTS).files().stream()
            .filter(file -> file.file().dataSequenceNumber() == 1)
            .map(file -> file.path().toString())
            .findFirst()
            .orElseThrow();
    RowDeletion deletion = lake().tables.upkeep().deletion();
    assertThat(deletion.clonesOf(FLIGHTS)).containsExactly(CLONED);

    for (TableName table : List.of(CLONED, FLIGHTS)) {
      assertThat(java.nio.file.Path.of(first)).exists();
      lake().replaceAll(table, "SELECT 2 AS id");
      expire(table);
      deletion.purge(table);
    }

    assertThat(java.nio.file.Path.of(first)).doesNotExist();
    requireReadable(FLIGHTS, List.of("[2]"));
    requireReadable(CLONED, List.of("[2]"));
  }

  @Test
  default void whatIsLeftOfADroppedCloneGoesWithTheRowsOfItsSource() {
    lake().append(FLIGHTS, "SELECT 1 AS id");
    cloned();
    String file = blobs(FLIGHTS).iterator().next();
    lake().append(CLONED, "SELECT 1 AS id");
    Compacting.compact(lake(), CLONED);
    String merged = blobs(CLONED).iterator().next();
    drop();

    lake().replaceAll(FLIGHTS, "SELECT 2 AS id");
    expire(FLIGHTS);
    lake().tables.upkeep().deletion().purge(FLIGHTS);

    assertThat(java.nio.file.Path.of(file)).doesNotExist();
    assertThat(java.nio.file.Path.of(merged)).doesNotExist();
    requireReadable(FLIGHTS, List.of("[2]"));
  }

  @Test
  default void deletesByValueAndVectorsHoldInTheCloneToo() {
    Schema schema = new Schema(Types.NestedField.optional(1, "id", Types.LongType.get()));
    TableName third = TableName.parse("aviation.stage.third");
    try (OutsideEngine outside = new OutsideEngine(lake())) {
      for (TableName name : List.of(FLIGHTS, third)) {
        Table table =
            outside.create(
                name,
                schema,
                PartitionSpec.unpartitioned(),
                Map.of("format-version", name.equals(third) ? "3" : "2"));
        table
            .newAppend()
            .appendFile(outside.data(table, table.spec(), rows(table, 1, 2, 3)))
            .commit();
        if (name.equals(third)) {
          RowDelta delta = table.newRowDelta();
          outside.vectors(table, delta, lake().tables.plan(name).files(), List.of(List.of(0L)));
          delta.commit();
        } else {
          DeleteFile deletes = outside.equality(table, table.spec(), null, rows(table, 2));
          table.newRowDelta().addDeletes(deletes).commit();
          table.newAppend().appendFile(outside.data(table, table.spec(), rows(table, 2))).commit();
        }
      }
    }

    cloned();

    TableName vectors = TableName.parse("trial.stage.third");
    assertThat(lake().rows(FLIGHTS)).containsExactly("[1]", "[2]", "[3]");
    requireReadable(CLONED, lake().rows(FLIGHTS));
    requireReadable(vectors, List.of("[2]", "[3]"));
    assertThat(lake().tables.require(vectors).metadata().nextRowId())
        .isGreaterThanOrEqualTo(lake().tables.require(third).metadata().nextRowId());
    lake().append(CLONED, "SELECT 9::BIGINT AS id");
    Compacting.compact(lake(), CLONED);
    Compacting.compact(lake(), vectors);
    drop(FLIGHTS);
    drop(third);
    sweep();
    requireReadable(CLONED, List.of("[1]", "[2]", "[3]", "[9]"));
    requireReadable(vectors, List.of("[2]", "[3]"));
  }

  private static List<Record> rows(Table table, long... ids) {
    return java.util.Arrays.stream(ids)
        .<Record>mapToObj(id -> {
          GenericRecord row = GenericRecord.create(table.schema());
          row.setField("id", id);
          return row;
        })
        .toList();
  }

  @Test
  default void aTableWithoutRowsIsClonedToo() {
    WriteTarget target = lake().target(FLIGHTS, "SELECT 1 AS id");
    lake().commit(new TableChange.ReplaceAll(target, new NewFiles(List.of(), List.of())));
    lake().append(DELAYS, "SELECT 10 AS minutes");
    lake().replaceAll(DELAYS, "SELECT 10 AS minutes WHERE false");

    cloned();

    assertThat(lake().rows(CLONED)).isEmpty();
    lake().append(CLONED, "SELECT 1 AS id");
    assertThat(lake().rows(CLONED)).containsExactly("[1]");
    assertThat(lake().rows(TableName.parse("trial.analytics.delays"))).isEmpty();
  }

  @Test
  default void whoMakesItMayWorkWithItsTablesAndNothingElse() {
    lake().append(FLIGHTS, "SELECT 1 AS id");

    cloned();

    List<Grant> given = lake().database.read(tx -> grants().list(tx));
    assertThat(given)
        .singleElement()
        .satisfies(grant -> {
          assertThat(grant.on()).isEqualTo(new Resource.Domain("trial"));
          assertThat(grant.to().toString()).isEqualTo("user:alice");
          assertThat(grant.permissions())
              .containsExactlyInAnyOrder(
                  Permission.SELECT,
                  Permission.INSERT,
                  Permission.DELETE,
                  Permission.ALTER,
                  Permission.DROP,
                  Permission.CREATE_TABLE);
        });
    drop();
    assertThat(lake().database.<List<Grant>>read(tx -> grants().list(tx))).isEmpty();
  }

  @Test
  default void aNameIsRefusedOfWhichSomethingIsThere() {
    lake().append(FLIGHTS, "SELECT 1 AS id");
    lake().append(TableName.parse("finance.stage.bills"), "SELECT 1 AS id");
    lake()
        .database
        .perform(tx ->
            new Domains(lake().database).put(tx, new Domains.Domain("shop", "shop_team", "")));
    for (String taken : List.of("aviation", "finance", "shop")) {
      assertThatThrownBy(() -> clones().make(ALICE, "aviation", taken, _ -> {}))
          .isInstanceOfSatisfying(
              Conflict.class, e -> assertThat(e.code()).isEqualTo(TablesError.CLONE_EXISTS));
    }
    drop(TableName.parse("finance.stage.bills"));
    assertThatThrownBy(() -> clones().make(ALICE, "aviation", "finance", _ -> {}))
        .hasMessageContaining("old version");
    assertThatThrownBy(() -> clones().make(ALICE, "nowhere", "trial", _ -> {}))
        .hasMessageContaining("no table");
    cloned();
    assertThatThrownBy(this::cloned).hasMessageContaining("taken");
    assertThatThrownBy(() -> clones().make(ALICE, "trial", "aviation", _ -> {}))
        .hasMessageContaining("taken");
  }

  @Test
  default void aDroppedCloneIsForgottenWhenItsFilesAreGone() {
    lake().append(FLIGHTS, "SELECT 1 AS id");
    cloned();
    drop();

    assertThat(clones().list()).isEmpty();
    assertThat(lake().tables.find(CLONED)).isEmpty();
    clones().forget();
    assertThat(lake().database.read(Clones::cloned).sources()).containsOnlyKeys("trial");
    cloned();
    assertThat(lake().rows(CLONED)).containsExactly("[1]");
    drop();
    sweep();
    clones().forget();
    assertThat(lake().database.read(Clones::cloned).sources()).isEmpty();
    assertThatThrownBy(this::drop).isInstanceOf(NotFound.class);
  }

  @Test
  default void aCloneTellsWhatItHasAlone() {
    lake().append(FLIGHTS, "SELECT i AS id FROM range(10000) r(i)");
    cloned();

    Clones.Extent extent = clones().extent("trial");
    assertThat(extent.tables()).containsExactly(CLONED);
    assertThat(extent.rows()).isEqualTo(10_000);
    assertThat(extent.bytes()).isEqualTo(clones().extent("aviation").bytes());
    long before = extent.ownBytes();
    assertThat(before).isPositive();
    lake().append(CLONED, "SELECT 1 AS id");
    assertThat(clones().extent("trial").ownBytes()).isGreaterThan(before);
  }

  @Test
  default void objectsInPlaceAreTheClonesOwnFilesToo() {
    lake().append(FLIGHTS, "SELECT 1 AS id");
    ObjectName file =
        ObjectName.ofLocation(lake().tables.plan(FLIGHTS).files().getFirst().file().location());
    // As if it were an object of a client that the table has in place.
    lake()
        .database
        .perform(tx ->
            tx.update(
                "UPDATE objects SET kind = 'object' WHERE bucket = ? AND key = ?",
                file.bucket(),
                file.key()));
    ObjectName place = new ObjectName("stage", "aviation/flights/");
    var there = lake().files.resolveAll(List.of(file)).values();
    lake().database.perform(tx -> FilesInPlace.keep(tx, place, there));

    cloned();

    lake()
        .database
        .perform(tx -> {
          lake().tables.drop(tx, FLIGHTS);
          tx.update("DELETE FROM objects WHERE bucket = ? AND key = ?", file.bucket(), file.key());
        });
    sweep();
    requireReadable(CLONED, List.of("[1]"));
  }
}
