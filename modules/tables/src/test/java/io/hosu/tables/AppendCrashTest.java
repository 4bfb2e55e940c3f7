package io.hosu.tables;

import static io.hosu.tables.IcebergDoorContract.ID;
import static io.hosu.tables.TestLake.FLIGHTS;
import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.governance.Permission;
import io.hosu.governance.Resource;
import io.hosu.kernel.ObjectName;
import io.hosu.store.CrashingDatabase;
import io.hosu.store.Transaction;
import io.hosu.tables.TableUpdate.Effect;
import io.hosu.testing.Crash;
import io.hosu.testing.CrashPoints;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.BaseTransaction;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.UpdateRequirements;
import org.apache.iceberg.rest.RESTCatalog;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process dies at every point of appends that were made from one state of a table. */
class AppendCrashTest {
  private static final int APPENDS = 3;
  private static final CommitBeside NOTHING =
      new CommitBeside() {
        @Override
        public void allow(Set<Effect> effects) {
          assertThat(effects).containsExactly(Effect.ADDS_ROWS);
        }

        @Override
        public void publish(Transaction tx, String location) {
          // Nobody waits for an answer.
        }
      };

  private static Engine engine;

  @TempDir Path directory;

  @BeforeAll
  static void openEngine() {
    engine = new Engine();
  }

  @AfterAll
  static void closeEngine() {
    engine.close();
  }

  @Test
  void atEveryPointTheTableIsReadableAndTryingAgainBringsEachAppendOnce() throws Exception {
    int points = run(directory.resolve("count"), Long.MAX_VALUE);
    assertThat(points).isGreaterThanOrEqualTo(16);
    for (int point = 0; point < points; point++) {
      run(directory.resolve("at" + point), point);
    }
  }

  /** Says how many points the appends have. */
  private static int run(Path data, long at) throws Exception {
    Files.createDirectories(data);
    List<TableUpdate> updates;
    try (TestLake lake = new TestLake(data, engine, used -> used, blobs -> blobs);
        DoorWorld world = new DoorWorld(lake, data)) {
      updates = updates(world);
    }
    CrashPoints points = at == Long.MAX_VALUE ? CrashPoints.never() : CrashPoints.at(at);
    try (TestLake lake =
        new TestLake(
            data,
            engine,
            database -> new CrashingDatabase(database, points::pass),
            blobs -> new CrashingBlobStore(blobs, points))) {
      updates.forEach(update -> append(lake, update));
      assertThat(at).isEqualTo(Long.MAX_VALUE);
    } catch (Crash _) {
      assertThat(at).isLessThan(Long.MAX_VALUE);
    }
    checkAfterCrash(data, updates);
    return points.passed().size();
  }

  /** Appends of a client, all made from the table as it is, and sent by nobody. */
  private static List<TableUpdate> updates(DoorWorld world) throws Exception {
    List<TableUpdate> updates = new ArrayList<>();
    var key = world.person("ana");
    world.allow("ana", Resource.of(FLIGHTS), Permission.SELECT, Permission.INSERT);
    try (RESTCatalog catalog = world.catalog(key)) {
      Table table = catalog.loadTable(ID);
      for (int i = 0; i < APPENDS; i++) {
        BaseTransaction making = (BaseTransaction) table.newTransaction();
        making.newAppend().appendFile(ClientRows.write(table, 3 + i, "Rome")).commit();
        TableMetadata made = making.currentMetadata();
        updates.add(
            new TableUpdate(
                FLIGHTS,
                UpdateRequirements.forUpdateTable(making.startMetadata(), made.changes()),
                made.changes()));
      }
    }
    return updates;
  }

  private static void append(TestLake lake, TableUpdate update) {
    lake.tables.open().append(CommitContext.of("ana"), update, NOTHING);
  }

  private static void checkAfterCrash(Path data, List<TableUpdate> updates) {
    try (TestLake lake = new TestLake(data, engine, used -> used, blobs -> blobs)) {
      int done = lake.rows(FLIGHTS).size() - 2;
      assertThat(done).isBetween(0, APPENDS);
      checkFilesExist(lake);
      updates.stream()
          .filter(update -> !isThere(lake, update))
          .forEach(update -> append(lake, update));
      assertThat(lake.rows(FLIGHTS))
          .containsExactly("[1, Oslo]", "[2, Bern]", "[3, Rome]", "[4, Rome]", "[5, Rome]");
      assertThat(lake.records(FLIGHTS)).hasSize(5);
      assertThat(lake.tables.history(FLIGHTS, 10, "").items()).hasSize(1 + APPENDS);
      checkFilesExist(lake);
    }
  }

  /** As a client that lost the answer finds out. */
  private static boolean isThere(TestLake lake, TableUpdate update) {
    long id = AppendUpdate.of(update).orElseThrow().snapshot().snapshotId();
    return lake.tables.require(FLIGHTS).metadata().snapshot(id) != null;
  }

  private static void checkFilesExist(TestLake lake) {
    Table table = lake.tables.require(FLIGHTS).table();
    for (Snapshot snapshot : table.snapshots()) {
      requireFile(lake, snapshot.manifestListLocation());
      for (ManifestFile manifest : snapshot.allManifests(table.io())) {
        requireFile(lake, manifest.path());
      }
      lake.tables
          .planAt(FLIGHTS, snapshot.snapshotId())
          .files()
          .forEach(file -> requireFile(lake, file.file().location()));
    }
  }

  private static void requireFile(TestLake lake, String location) {
    assertThat(lake.files.findAll(List.of(ObjectName.ofLocation(location))).values())
        .singleElement()
        .satisfies(lying -> {
          assertThat(lying.ofTable()).isTrue();
          assertThat(lying.file().path()).hasSize(lying.file().size());
        });
  }
}
