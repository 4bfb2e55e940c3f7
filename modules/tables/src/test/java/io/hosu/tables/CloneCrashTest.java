package io.hosu.tables;

import static io.hosu.tables.TestLake.FLIGHTS;
import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.governance.Grants;
import io.hosu.governance.Principal;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.TableName;
import io.hosu.objects.ObjectsConfig;
import io.hosu.objects.Sweeper;
import io.hosu.store.CrashingDatabase;
import io.hosu.testing.Crash;
import io.hosu.testing.CrashPoints;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.view.ImmutableSQLViewRepresentation;
import org.apache.iceberg.view.ImmutableViewVersion;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that is killed while it makes or drops a clone leaves all of it, or nothing. */
class CloneCrashTest {
  private static final TableName DELAYS = TableName.parse("aviation.analytics.delays");
  private static final List<TableName> SOURCES = List.of(FLIGHTS, DELAYS);
  private static final List<TableName> CLONES =
      List.of(TableName.parse("trial.stage.flights"), TableName.parse("trial.analytics.delays"));

  private static Engine engine;

  @TempDir Path directory;

  private interface Doing {
    void in(TestLake lake);
  }

  @BeforeAll
  static void openEngine() {
    engine = new Engine();
  }

  @AfterAll
  static void closeEngine() {
    engine.close();
  }

  private static Clones clones(TestLake lake) {
    return lake.tables
        .open()
        .clones(
            lake.tables,
            new Grants(lake.used, lake.clock, lake.ids),
            new ClonesOfTest(lake.engine));
  }

  private static void make(TestLake lake) {
    clones(lake).make(Principal.user("alice"), "aviation", "trial", _ -> {});
  }

  private static void drop(TestLake lake) {
    lake.used.perform(tx -> clones(lake).drop(tx, "trial"));
  }

  @Test
  void aCloneIsWholeOrNotThereWhereverItsMakingEnds() throws Exception {
    int points = points("make", _ -> {}, CloneCrashTest::make);
    assertThat(points).isGreaterThanOrEqualTo(6);
    for (int point = 0; point < points; point++) {
      Path data = directory.resolve("make" + point);
      assertThat(run(data, CrashPoints.at(point), _ -> {}, CloneCrashTest::make)).isTrue();
      try (TestLake lake = lake(data, CrashPoints.never())) {
        requireWholeOrNothing(lake);
        try {
          make(lake);
        } catch (Conflict e) {
          assertThat(e.code()).isEqualTo(TablesError.CLONE_EXISTS);
        }
        requireWhole(lake);
      }
    }
  }

  @Test
  void aCloneIsWholeOrNotThereWhereverItsDroppingEnds() throws Exception {
    int points = points("drop", CloneCrashTest::make, CloneCrashTest::drop);
    assertThat(points).isPositive();
    for (int point = 0; point < points; point++) {
      Path data = directory.resolve("drop" + point);
      assertThat(run(data, CrashPoints.at(point), CloneCrashTest::make, CloneCrashTest::drop))
          .isTrue();
      try (TestLake lake = lake(data, CrashPoints.never())) {
        requireWholeOrNothing(lake);
        try {
          drop(lake);
        } catch (NotFound e) {
          assertThat(e.code()).isEqualTo(TablesError.CLONE_NOT_FOUND);
        }
        requireWholeOrNothing(lake);
        assertThat(clones(lake).list()).isEmpty();
      }
    }
  }

  private int points(String name, Doing before, Doing doing) throws Exception {
    CrashPoints counting = CrashPoints.never();
    run(directory.resolve(name), counting, before, doing);
    return counting.passed().size();
  }

  private static boolean run(Path data, CrashPoints points, Doing before, Doing doing)
      throws Exception {
    Files.createDirectories(data);
    try (TestLake lake = lake(data, CrashPoints.never())) {
      lake.append(FLIGHTS, "SELECT 1 AS id, 'a' AS code UNION ALL SELECT 2, 'a'", "code");
      lake.append(DELAYS, "SELECT 10 AS minutes");
      deleteByPosition(lake);
      addView(lake);
      before.in(lake);
    }
    try (TestLake lake = lake(data, points)) {
      doing.in(lake);
      return false;
    } catch (Crash _) {
      return true;
    }
  }

  private static void deleteByPosition(TestLake lake) {
    lake.append(FLIGHTS, "SELECT 3 AS id, 'b' AS code", "code");
    try (OutsideEngine outside = new OutsideEngine(lake)) {
      DataFile file =
          lake.tables.plan(FLIGHTS).files().stream()
              .map(PlannedFile::file)
              .filter(one -> one.recordCount() == 1)
              .findFirst()
              .orElseThrow();
      Table table = outside.load(FLIGHTS);
      table
          .newRowDelta()
          .addDeletes(outside.positions(table, file, Map.of(file.location(), List.of(0L))))
          .commit();
    }
  }

  private static void addView(TestLake lake) {
    ImmutableViewVersion version =
        ImmutableViewVersion.builder()
            .versionId(1)
            .schemaId(0)
            .timestampMillis(1)
            .defaultNamespace(Namespace.of("stage"))
            .addRepresentations(
                ImmutableSQLViewRepresentation.builder()
                    .sql("SELECT id FROM aviation.stage.flights")
                    .dialect("duckdb")
                    .build())
            .build();
    Schema schema = new Schema(Types.NestedField.optional(1, "id", Types.LongType.get()));
    try (PreparedView view =
        lake.tables
            .open()
            .views()
            .prepareNew(
                TableName.parse("aviation.stage.ids"),
                draft -> draft.setCurrentVersion(version, schema),
                Optional.empty())) {
      lake.database.perform(view::publish);
    }
  }

  private static TestLake lake(Path data, CrashPoints points) {
    return new TestLake(
        data,
        engine,
        database -> new CrashingDatabase(database, points::pass),
        blobs -> new CrashingBlobStore(blobs, points));
  }

  private static void requireWholeOrNothing(TestLake lake) {
    if (clones(lake).find("trial").isPresent()) {
      requireWhole(lake);
    } else {
      assertThat(lake.tables.list()).containsExactlyInAnyOrderElementsOf(SOURCES);
      lake.clock.advance(Duration.ofDays(60));
      new Sweeper(lake.database, lake.blobs, lake.clock, ObjectsConfig.standard()).sweep();
      clones(lake).forget();
      long left =
          lake.database.read(
              tx -> tx.number("SELECT COUNT(*) AS n FROM objects WHERE key LIKE 'trial/%'"));
      assertThat(left).isZero();
      assertThat(lake.tables.open().views().list()).hasSize(1);
    }
    assertThat(lake.rows(FLIGHTS)).hasSize(2);
    assertThat(lake.rows(DELAYS)).hasSize(1);
  }

  /** With every byte that it needs, whatever becomes of its source. */
  private static void requireWhole(TestLake lake) {
    for (int i = 0; i < SOURCES.size(); i++) {
      assertThat(lake.rows(CLONES.get(i))).isEqualTo(lake.rows(SOURCES.get(i)));
      assertThat(lake.records(CLONES.get(i))).hasSize(lake.rows(SOURCES.get(i)).size());
      assertThat(lake.tables.require(CLONES.get(i)).snapshots())
          .isEqualTo(lake.tables.require(SOURCES.get(i)).snapshots());
    }
    assertThat(
            lake.tables
                .open()
                .views()
                .find(TableName.parse("trial.stage.ids"))
                .flatMap(view -> view.sql(List.of("duckdb"))))
        .hasValue("SELECT id FROM trial.stage.flights");
  }
}
