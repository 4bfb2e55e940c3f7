package io.hosu.tables;

import static io.hosu.tables.IcebergDoorContract.ID;
import static io.hosu.tables.IcebergDoorContract.STAGE;
import static io.hosu.tables.TestLake.FLIGHTS;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.governance.AccessKeys;
import io.hosu.governance.Permission;
import io.hosu.governance.Resource;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.TableName;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.BaseTransaction;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotParser;
import org.apache.iceberg.SnapshotRefType;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.UpdateRequirement;
import org.apache.iceberg.catalog.TableCommit;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Engines that commit to one table at the same time, and whose clients never try again. */
interface IcebergAppendsContract {
  int WRITERS = 32;
  int COMMITS = 3;

  Schema NUMBERS =
      new Schema(
          Types.NestedField.required(1, "id", Types.IntegerType.get()),
          Types.NestedField.optional(2, "city", Types.StringType.get()));

  TableIdentifier NUMBERS_ID = TableIdentifier.of(STAGE, "numbers");
  TableName NUMBERS_NAME = TableName.parse("aviation.stage.numbers");

  /** A lake with the layers stage and analytics and one table, behind its doors. */
  DoorWorld world();

  private TestLake lake() {
    return world().lake;
  }

  private RESTCatalog writer(String name) {
    AccessKeys.NewAccessKey key = world().person(name);
    world()
        .allow(
            name,
            Resource.parse("aviation"),
            Permission.SELECT,
            Permission.INSERT,
            Permission.DELETE,
            Permission.ALTER,
            Permission.CREATE_TABLE);
    return world().catalog(key);
  }

  /** A table whose clients give up at the first conflict. */
  private static Table impatient(RESTCatalog catalog, Map<String, String> more) {
    return catalog
        .buildTable(NUMBERS_ID, NUMBERS)
        .withPartitionSpec(PartitionSpec.unpartitioned())
        .withProperty("commit.retry.num-retries", "0")
        .withProperties(more)
        .create();
  }

  private static AppendFiles append(Table table, int id) {
    return table.newAppend().appendFile(row(table, id));
  }

  /** A commit made from the table as it is, which is sent later: clients look again before. */
  private static TableCommit late(
      RESTCatalog catalog, Function<Transaction, SnapshotUpdate<?>> of) {
    BaseTransaction making = (BaseTransaction) catalog.loadTable(NUMBERS_ID).newTransaction();
    of.apply(making).commit();
    return TableCommit.create(NUMBERS_ID, making.startMetadata(), making.currentMetadata());
  }

  private static TableCommit lateAppend(RESTCatalog catalog, int id) {
    return late(catalog, making -> making.newAppend().appendFile(row(making.table(), id)));
  }

  private static DataFile row(Table table, int id) {
    return ClientRows.write(table, id, "city " + id);
  }

  private static <T> List<T> together(List<Callable<T>> work) throws Exception {
    List<T> done = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<T>> all = work.stream().map(threads::submit).toList();
      for (Future<T> one : all) {
        assertThat(one).succeedsWithin(Duration.ofMinutes(4));
        done.add(one.get());
      }
    }
    return done;
  }

  private List<String> expected(int rows) {
    return TestLake.sorted(
        IntStream.range(0, rows).mapToObj("[%1$d, city %1$d]"::formatted).toList());
  }

  /** Each snapshot follows the one before it, and counts all that there was. */
  private void checkChain(int commits) {
    List<Snapshot> chain = new ArrayList<>();
    Table table = lake().tables.require(NUMBERS_NAME).table();
    for (Snapshot at = table.currentSnapshot(); at != null; at = parent(table, at)) {
      chain.addFirst(at);
    }
    assertThat(chain).hasSize(commits);
    for (int i = 0; i < commits; i++) {
      Map<String, String> summary = chain.get(i).summary();
      assertThat(chain.get(i).sequenceNumber()).isEqualTo(i + 1);
      assertThat(summary)
          .containsEntry("added-records", "1")
          .containsEntry("added-data-files", "1")
          .containsEntry("total-records", Integer.toString(i + 1))
          .containsEntry("total-data-files", Integer.toString(i + 1));
      assertThat(Long.parseLong(summary.get("total-files-size")))
          .isEqualTo(
              chain.stream()
                  .limit(i + 1)
                  .mapToLong(one -> Long.parseLong(one.summary().get("added-files-size")))
                  .sum());
    }
  }

  private static @Nullable Snapshot parent(Table table, Snapshot at) {
    return at.parentId() == null ? null : table.snapshot(at.parentId());
  }

  @Test
  default void appendsOfManyWritersHoldAtTheFirstTryAndEachSeesItsOwn() throws Exception {
    try (RESTCatalog catalog = writer("ana")) {
      impatient(catalog, Map.of());
      CountDownLatch ready = new CountDownLatch(WRITERS);
      List<Callable<Boolean>> work = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        int writer = i;
        work.add(() -> {
          Table table = catalog.loadTable(NUMBERS_ID);
          ready.countDown();
          ready.await();
          for (int j = 0; j < COMMITS; j++) {
            append(table, writer * COMMITS + j).set("writer", "w" + writer).commit();
            Snapshot current = table.currentSnapshot();
            assertThat(current).isNotNull();
            assertThat(own(table, "w" + writer)).isEqualTo(j + 1);
          }
          return true;
        });
      }
      together(work);
      assertThat(lake().rows(NUMBERS_NAME)).isEqualTo(expected(WRITERS * COMMITS));
      assertThat(lake().records(NUMBERS_NAME)).hasSize(WRITERS * COMMITS);
      assertThat(IcebergDoorContract.rows(catalog.loadTable(NUMBERS_ID)))
          .hasSize(WRITERS * COMMITS)
          .doesNotHaveDuplicates();
      checkChain(WRITERS * COMMITS);
      assertThat(lake().tables.history(NUMBERS_NAME, 200, "").items()).hasSize(WRITERS * COMMITS);
    }
  }

  private static long own(Table table, String writer) {
    return StreamSupport.stream(table.snapshots().spliterator(), false)
        .filter(snapshot -> writer.equals(snapshot.summary().get("writer")))
        .count();
  }

  @Test
  default void aReaderSeesWholeSnapshotsWhileOthersAppend() throws Exception {
    try (RESTCatalog catalog = writer("ana")) {
      impatient(catalog, Map.of());
      List<Callable<Boolean>> work = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        int id = i;
        work.add(() -> {
          append(catalog.loadTable(NUMBERS_ID), id).commit();
          return true;
        });
        work.add(() -> {
          Table seen = catalog.loadTable(NUMBERS_ID);
          Snapshot current = seen.currentSnapshot();
          String total = current == null ? "0" : current.summary().get("total-records");
          assertThat(IcebergDoorContract.rows(seen)).hasSize(Integer.parseInt(total));
          return true;
        });
      }
      together(work);
      assertThat(lake().rows(NUMBERS_NAME)).isEqualTo(expected(8));
    }
  }

  @Test
  default void rowsOfFormatThreeHaveIdsOfTheirOwn() throws Exception {
    try (RESTCatalog catalog = writer("ana")) {
      impatient(catalog, Map.of("format-version", "3"));
      List<TableCommit> appends = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        appends.add(lateAppend(catalog, i));
      }
      appends.forEach(catalog::commitTransaction);
      LakeTable table = lake().tables.require(NUMBERS_NAME);
      assertThat(table.metadata().formatVersion()).isEqualTo(3);
      assertThat(table.metadata().nextRowId()).isEqualTo(4);
      List<Long> first = new ArrayList<>();
      for (Snapshot snapshot : table.table().snapshots()) {
        first.add(requireNonNull(snapshot.firstRowId()));
        assertThat(snapshot.addedRows()).isEqualTo(1);
      }
      assertThat(first).containsExactly(0L, 1L, 2L, 3L);
      List<Long> ofFiles =
          lake().tables.plan(NUMBERS_NAME).files().stream()
              .map(file -> file.file().firstRowId())
              .toList();
      assertThat(ofFiles).containsExactlyInAnyOrder(0L, 1L, 2L, 3L);
      assertThat(lake().rows(NUMBERS_NAME)).isEqualTo(expected(4));
      checkChain(4);
    }
  }

  @Test
  default void anAppendThatMergedManifestsBringsItsRowsAlone() throws Exception {
    for (String version : List.of("2", "3")) {
      try (RESTCatalog catalog = writer("ana" + version)) {
        impatient(
            catalog, Map.of("commit.manifest.min-count-to-merge", "2", "format-version", version));
        append(catalog.loadTable(NUMBERS_ID), 0).commit();
        append(catalog.loadTable(NUMBERS_ID), 1).commit();
        List<TableCommit> appends = new ArrayList<>();
        for (int i = 2; i < 6; i++) {
          appends.add(lateAppend(catalog, i));
        }
        appends.forEach(catalog::commitTransaction);
        assertThat(lake().rows(NUMBERS_NAME)).isEqualTo(expected(6));
        assertThat(lake().records(NUMBERS_NAME)).hasSize(6);
        checkChain(6);
        lake().database.<Boolean>write(tx -> lake().tables.drop(tx, NUMBERS_NAME));
      }
    }
  }

  @Test
  default void aBranchTakesAppendsWhateverBecameOfOthers() throws Exception {
    try (RESTCatalog catalog = writer("ana")) {
      Table table = impatient(catalog, Map.of());
      append(table, 0).commit();
      table.manageSnapshots().createBranch("audit").commit();
      List<TableCommit> late = new ArrayList<>();
      for (String branch : List.of("audit", "audit", "fresh")) {
        late.add(
            late(
                catalog,
                making ->
                    making
                        .newAppend()
                        .appendFile(row(making.table(), 1 + late.size()))
                        .toBranch(branch)));
      }
      append(table, 4).commit();
      late.forEach(catalog::commitTransaction);
      assertThat(lake().rows(NUMBERS_NAME)).containsExactly("[0, city 0]", "[4, city 4]");
      table.refresh();
      assertThat(idsAt(table, "audit")).containsExactly("0", "1", "2");
      assertThat(idsAt(table, "fresh")).containsExactly("0", "3", "4");
      assertThat(table.snapshot("audit").summary()).containsEntry("total-records", "3");
    }
  }

  @Test
  default void whatWasAppendedToABranchIsTheTablesWithItsEventWhenMainIsSetForward()
      throws Exception {
    try (RESTCatalog catalog = writer("ana")) {
      Table table = impatient(catalog, Map.of());
      append(table, 0).commit();
      table.manageSnapshots().createBranch("audit").commit();
      int events = world().events("Table Committed").size();
      table.newAppend().appendFile(row(table, 1)).toBranch("audit").commit();
      assertThat(lake().rows(NUMBERS_NAME)).containsExactly("[0, city 0]");
      assertThat(world().events("Table Committed")).hasSize(events);

      assertThat(forward("audit")).isTrue();
      assertThat(forward("audit")).isFalse();
      assertThat(lake().rows(NUMBERS_NAME)).containsExactly("[0, city 0]", "[1, city 1]");
      assertThat(world().events("Table Committed")).hasSize(events + 1);
      assertThat(lake().tables.history(NUMBERS_NAME, 10, "").items())
          .extracting(TableSnapshot::operation)
          .containsExactly("append", "append");
      append(table, 2).commit();
      table.newAppend().appendFile(row(table, 3)).toBranch("audit").commit();
      assertThatThrownBy(() -> forward("audit")).isInstanceOf(Conflict.class);
      assertThat(lake().rows(NUMBERS_NAME)).hasSize(3);
    }
  }

  private static CommitBeside alone(TableUpdate.Effect allowed) {
    return new CommitBeside() {
      @Override
      public void allow(Set<TableUpdate.Effect> effects) {
        assertThat(effects).isSubsetOf(allowed);
      }

      @Override
      public void publish(io.hosu.store.Transaction tx, String location) {}
    };
  }

  private boolean forward(String branch) {
    return lake()
        .tables
        .open()
        .refs(lake().tables)
        .commit(
            CommitContext.of("ana"),
            NUMBERS_NAME,
            TableRefs.forward(NUMBERS_NAME, "main", branch),
            alone(TableUpdate.Effect.ALTERS));
  }

  private List<String> idsAt(Table table, String branch) {
    return idsAt(table.snapshot(branch));
  }

  private List<String> idsAt(Snapshot snapshot) {
    String sql = lake().tables.planAt(NUMBERS_NAME, snapshot.snapshotId()).sql();
    return TestLake.sorted(
        lake().engine.query(sql).stream().map(row -> requireNonNull(row.getFirst())).toList());
  }

  @Test
  default void whatAsksSomethingOfTheRowsConflictsAsIcebergSays() throws Exception {
    try (RESTCatalog catalog = writer("ana")) {
      Table table = impatient(catalog, Map.of());
      append(table, 0).commit();
      TableCommit overwrite =
          late(
              catalog,
              making ->
                  making
                      .newOverwrite()
                      .overwriteByRowFilter(Expressions.alwaysTrue())
                      .addFile(row(making.table(), 1)));
      TableCommit delete =
          late(catalog, making -> making.newDelete().deleteFromRowFilter(Expressions.alwaysTrue()));
      TableCommit append = lateAppend(catalog, 2);
      TableCommit late = lateAppend(catalog, 3);
      append(table, 4).commit();
      for (TableCommit asks : List.of(overwrite, delete)) {
        assertThatThrownBy(() -> catalog.commitTransaction(asks))
            .isInstanceOf(CommitFailedException.class)
            .hasMessageContaining("TABLE_CHANGED");
      }
      catalog.commitTransaction(append);
      table.newDelete().deleteFromRowFilter(Expressions.alwaysTrue()).commit();
      catalog.commitTransaction(late);
      assertThat(lake().rows(NUMBERS_NAME)).containsExactly("[3, city 3]");
      assertThatThrownBy(() -> catalog.commitTransaction(late))
          .isInstanceOf(CommitFailedException.class);
    }
  }

  @Test
  default void anAppendThatAlsoAsksForTheColumnsConflictsWhenTheyChanged() throws Exception {
    try (RESTCatalog catalog = writer("ana")) {
      Table table = impatient(catalog, Map.of());
      TableCommit asks = lateAppend(catalog, 1);
      TableCommit plain = lateAppend(catalog, 0);
      TableCommit other = lateAppend(catalog, 2);
      table.updateSchema().addColumn("note", Types.StringType.get()).commit();
      table.updateSpec().addField(Expressions.bucket("id", 4)).commit();
      List<UpdateRequirement> more = new ArrayList<>(update(asks).requirements());
      more.add(new UpdateRequirement.AssertCurrentSchemaID(0));
      TableUpdate update = new TableUpdate(NUMBERS_NAME, more, update(asks).updates());
      assertThat(OpenCatalog.isAppend(update)).isTrue();
      assertThatThrownBy(
              () -> lake().tables.open().prepare(CommitContext.of("ana"), List.of(update)))
          .isInstanceOf(Conflict.class)
          .hasMessageContaining("schema");
      catalog.commitTransaction(plain);
      catalog.commitTransaction(other);
      assertThat(lake().rows(NUMBERS_NAME))
          .containsExactly("[0, city 0, null]", "[2, city 2, null]");
    }
  }

  @Test
  default void stagesAndEnginesAppendToOneTableWithoutConflict() throws Exception {
    try (RESTCatalog catalog = writer("ana")) {
      catalog.loadTable(ID).updateProperties().set("commit.retry.num-retries", "0").commit();
      List<Callable<Boolean>> work = new ArrayList<>();
      for (int i = 10; i < 20; i++) {
        WriteTarget target = lake().target(FLIGHTS, "SELECT 1 AS id, '' AS city");
        TableChange change =
            new TableChange.Append(
                target, lake().write(target, "SELECT %d AS id, 'stage' AS city".formatted(i)));
        work.add(() -> {
          lake().commit(change);
          return true;
        });
        Table table = catalog.loadTable(ID);
        AppendFiles append =
            table.newAppend().appendFile(ClientRows.write(table, 100 + i, "engine"));
        work.add(() -> {
          append.commit();
          return true;
        });
      }
      Collections.shuffle(work, new Random(7));
      together(work);
      assertThat(lake().rows(FLIGHTS)).hasSize(22).doesNotHaveDuplicates();
      assertThat(lake().records(FLIGHTS)).hasSize(22);
    }
  }

  @Test
  default void oneThatIsRefusedRefusesNoOther() throws Exception {
    try (RESTCatalog catalog = writer("ana")) {
      impatient(catalog, Map.of());
      AccessKeys.NewAccessKey key = world().person("ben");
      world().allow("ben", Resource.of(NUMBERS_NAME), Permission.SELECT, Permission.DELETE);
      try (RESTCatalog reading = world().catalog(key)) {
        List<Callable<Boolean>> work = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
          boolean refused = i % 3 == 0;
          Table table = (refused ? reading : catalog).loadTable(NUMBERS_ID);
          AppendFiles append = append(table, i);
          work.add(() -> {
            if (refused) {
              assertThatThrownBy(append::commit)
                  .isInstanceOf(ForbiddenException.class)
                  .hasMessageContaining("may not INSERT");
            } else {
              append.commit();
            }
            return true;
          });
        }
        together(work);
        assertThat(lake().rows(NUMBERS_NAME)).hasSize(8);
        checkChain(8);
      }
    }
  }

  @Test
  default void filesOfAnAppendThatWasMadeAnewAreSafeAndItsManifestListKeepsItsName()
      throws IOException {
    try (RESTCatalog catalog = writer("ana")) {
      Table table = impatient(catalog, Map.of());
      Table late = catalog.loadTable(NUMBERS_ID);
      DataFile file = row(late, 1);
      TableCommit append = late(catalog, making -> making.newFastAppend().appendFile(file));
      Snapshot own = AppendUpdate.of(update(append)).orElseThrow().snapshot();
      append(table, 0).commit();
      catalog.commitTransaction(append);
      late.refresh();
      assertThatThrownBy(() -> late.io().deleteFile(file.location()))
          .hasMessageContaining("is a file of a table");
      late.currentSnapshot()
          .allManifests(late.io())
          .forEach(manifest ->
              assertThatThrownBy(() -> late.io().deleteFile(manifest.path()))
                  .hasMessageContaining("is a file of a table"));
      assertThat(late.currentSnapshot().manifestListLocation())
          .isEqualTo(own.manifestListLocation());
      assertThat(late.currentSnapshot().allManifests(late.io())).hasSize(2);
      assertThatThrownBy(() -> late.io().deleteFile(own.manifestListLocation()))
          .hasMessageContaining("is a file of a table");
      assertThat(lake().rows(NUMBERS_NAME)).isEqualTo(expected(2));
    }
  }

  @Test
  default void noAppendTakesTheManifestListOfAnotherSnapshot() throws IOException {
    try (RESTCatalog catalog = writer("ana")) {
      Table table = impatient(catalog, Map.of());
      append(table, 0).commit();
      long first = table.currentSnapshot().snapshotId();
      append(table, 1).commit();
      Snapshot second = table.currentSnapshot();
      String copy =
          SnapshotParser.toJson(second)
              .replace(":" + second.snapshotId() + ",", ":77,")
              .replace(" : " + second.snapshotId() + ",", " : 77,");
      TableUpdate update =
          new TableUpdate(
              NUMBERS_NAME,
              List.of(new UpdateRequirement.AssertRefSnapshotID("main", first)),
              List.of(
                  new MetadataUpdate.AddSnapshot(SnapshotParser.fromJson(copy)),
                  new MetadataUpdate.SetSnapshotRef(
                      "main", 77L, SnapshotRefType.BRANCH, null, null, null)));
      lake()
          .tables
          .open()
          .append(CommitContext.of("ana"), update, alone(TableUpdate.Effect.ADDS_ROWS));

      table.refresh();
      assertThat(table.currentSnapshot().snapshotId()).isEqualTo(77);
      assertThat(table.currentSnapshot().manifestListLocation())
          .isNotEqualTo(second.manifestListLocation());
      assertThat(idsAt(second)).containsExactly("0", "1");
    }
  }

  private static TableUpdate update(TableCommit commit) {
    return new TableUpdate(NUMBERS_NAME, commit.requirements(), commit.updates());
  }
}
