package io.hosu.tables;

import static io.hosu.tables.TestLake.FLIGHTS;
import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import io.hosu.store.CrashingDatabase;
import io.hosu.testing.Crash;
import io.hosu.testing.CrashPoints;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process dies at every point of a commit to two tables: they are both old, or both new. */
class CommitCrashTest {
  private static final TableName DELAYS = TableName.parse("aviation.analytics.delays");
  private static final List<String> OLD_FLIGHTS = List.of("[1, a]", "[2, a]");
  private static final List<String> NEW_FLIGHTS = List.of("[1, a]", "[2, a]", "[3, b]");
  private static final List<String> OLD_DELAYS = List.of("[10]");
  private static final List<String> NEW_DELAYS = List.of("[20, more]");
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
  void atEveryPointAllTablesAreOldOrAllAreNewAndTryingAgainMakesThemNew() throws Exception {
    CrashPoints counting = CrashPoints.never();
    run(directory.resolve("count"), counting);
    int points = counting.passed().size();
    assertThat(points).isGreaterThanOrEqualTo(14);

    for (int point = 0; point < points; point++) {
      Path data = directory.resolve("at" + point);
      boolean crashed = run(data, CrashPoints.at(point));
      assertThat(crashed).as("point %d", point).isTrue();
      checkAfterCrash(data);
    }
  }

  /** Makes two tables, then commits to both under {@code points}; says whether that crashed. */
  private static boolean run(Path data, CrashPoints points) throws Exception {
    Files.createDirectories(data);
    try (TestLake lake = lake(data, CrashPoints.never())) {
      lake.append(FLIGHTS, "SELECT 1 AS id, 'a' AS code UNION ALL SELECT 2, 'a'", "code");
      lake.append(DELAYS, "SELECT 10 AS minutes");
    }
    try (TestLake lake = lake(data, points)) {
      execute(lake);
      return false;
    } catch (Crash _) {
      return true;
    }
  }

  private static TestLake lake(Path data, CrashPoints points) {
    return new TestLake(
        data,
        engine,
        database -> new CrashingDatabase(database, points::pass),
        blobs -> new CrashingBlobStore(blobs, points));
  }

  private static void execute(TestLake lake) {
    String flights = "SELECT 3 AS id, 'b' AS code";
    String delays = "SELECT 20 AS minutes, 'more' AS note";
    WriteTarget one = lake.target(FLIGHTS, flights);
    WriteTarget two =
        lake.tables.target(
            DELAYS, engine.describe(delays), TestLake.layout(), Tables.Columns.REPLACE);
    List<TableChange> changes =
        List.of(
            new TableChange.Append(one, lake.write(one, flights)),
            new TableChange.ReplaceAll(two, lake.write(two, delays)));
    CommitContext context = CommitContext.of("tester", "01exec", "f00d", List.of());
    try (PreparedCommit commit = lake.tables.prepare(context, changes)) {
      lake.used.<Boolean>write(tx -> {
        commit.publish(tx);
        return true;
      });
    }
  }

  private static void checkAfterCrash(Path data) {
    try (TestLake lake = lake(data, CrashPoints.never())) {
      boolean done = lake.rows(DELAYS).equals(NEW_DELAYS);
      checkRows(lake, done);
      checkFilesExist(lake);
      boolean again = tryAgain(lake);
      assertThat(again).isEqualTo(!done);
      checkRows(lake, true);
      checkFilesExist(lake);
    }
  }

  private static boolean tryAgain(TestLake lake) {
    try {
      execute(lake);
      return true;
    } catch (Conflict e) {
      assertThat(e.code()).isEqualTo(TablesError.TABLE_ALREADY_PUBLISHED);
      return false;
    }
  }

  private static void checkRows(TestLake lake, boolean done) {
    assertThat(lake.rows(FLIGHTS)).isEqualTo(done ? NEW_FLIGHTS : OLD_FLIGHTS);
    assertThat(lake.rows(DELAYS)).isEqualTo(done ? NEW_DELAYS : OLD_DELAYS);
    assertThat(lake.records(FLIGHTS)).hasSize(done ? 3 : 2);
    assertThat(lake.records(DELAYS)).hasSize(1);
    assertThat(lake.tables.history(FLIGHTS, 10, "").items()).hasSize(done ? 2 : 1);
  }

  /** Whatever a live snapshot names is an object with its bytes. */
  private static void checkFilesExist(TestLake lake) {
    for (TableName name : lake.tables.list()) {
      Table table = lake.tables.require(name).table();
      for (Snapshot snapshot : table.snapshots()) {
        requireFile(lake, snapshot.manifestListLocation());
        for (ManifestFile manifest : snapshot.allManifests(table.io())) {
          requireFile(lake, manifest.path());
        }
        lake.tables
            .planAt(name, snapshot.snapshotId())
            .files()
            .forEach(file -> requireFile(lake, file.file().location()));
      }
    }
  }

  private static void requireFile(TestLake lake, String location) {
    assertThat(lake.files.resolve(ObjectName.ofLocation(location)))
        .hasValueSatisfying(file -> assertThat(file.path()).hasSize(file.size()));
  }
}
