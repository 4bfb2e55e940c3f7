package io.hosu.tables;

import static io.hosu.tables.TestLake.FLIGHTS;
import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.kernel.ObjectName;
import io.hosu.store.CrashingDatabase;
import io.hosu.testing.Crash;
import io.hosu.testing.CrashPoints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table that gets a batch each second, and is kept up by processes that die somewhere. */
class UpkeepSimulationTest {
  private static final SnapshotPolicy POLICY =
      new SnapshotPolicy(Duration.ofDays(5), 1, 50, Duration.ZERO);

  private static Engine engine;

  @BeforeAll
  static void openEngine() {
    engine = new Engine();
  }

  @AfterAll
  static void closeEngine() {
    engine.close();
  }

  @Test
  void whereverUpkeepDiesTheTableIsReadableAndHoldsEveryRowOnce(@TempDir Path directory)
      throws IOException {
    dieEverywhere(directory, _ -> {}, 12);
  }

  @Test
  void whereverItDiesDeletedRowsStayDeletedAndTheOthersThere(@TempDir Path directory)
      throws IOException {
    dieEverywhere(directory, UpkeepSimulationTest::deleteByVectors, 8);
  }

  private static void dieEverywhere(Path directory, Consumer<TestLake> change, int rows)
      throws IOException {
    boolean died = true;
    int points = 0;
    for (; died; points++) {
      Path data = Files.createDirectory(directory.resolve("at" + points));
      try (TestLake lake = lake(data, CrashPoints.never())) {
        appendEachSecond(lake, 12);
        change.accept(lake);
      }
      died = keepUpOrDie(data, CrashPoints.at(points));
      check(data, rows);
      keepUpOrDie(data, CrashPoints.never());
      check(data, rows);
      try (TestLake lake = lake(data, CrashPoints.never())) {
        assertThat(lake.tables.plan(FLIGHTS).files()).hasSize(1);
        assertThat(lake.tables.plan(FLIGHTS).hidesRows()).isFalse();
      }
    }
    assertThat(points).isGreaterThan(20);
  }

  /** The rows of four of the files. */
  private static void deleteByVectors(TestLake lake) {
    try (OutsideEngine outside = new OutsideEngine(lake)) {
      Table table = outside.load(FLIGHTS);
      table.updateProperties().set("format-version", "3").commit();
      List<PlannedFile> some = lake.tables.plan(FLIGHTS).files().subList(0, 4);
      RowDelta delta = table.newRowDelta();
      outside.vectors(table, delta, some, some.stream().map(_ -> List.of(0L)).toList());
      delta.commit();
    }
  }

  private static TestLake lake(Path directory, CrashPoints points) {
    return new TestLake(
        directory,
        engine,
        database -> new CrashingDatabase(database, points::pass),
        blobs -> new CrashingBlobStore(blobs, points));
  }

  private static long appendEachSecond(TestLake lake, long count) {
    String row = "SELECT 1 AS id, 'one' AS name";
    try {
      Path staging = Files.createDirectories(lake.blobs.staging().resolve(lake.ids.next()));
      Path one = staging.resolve("one.parquet");
      FileStatistics made = engine.write(lake.target(FLIGHTS, row).shape(), row, one).getFirst();
      for (long i = 0; i < count; i++) {
        WriteTarget target = lake.target(FLIGHTS, row);
        Path copy = Files.copy(one, staging.resolve(i + ".parquet"));
        FileStatistics file =
            new FileStatistics(
                copy.toString(), made.rows(), made.bytes(), made.columns(), made.partition());
        lake.commit(new TableChange.Append(target, lake.tables.adopt(target, List.of(file))));
        lake.clock.advance(Duration.ofSeconds(1));
      }
      return count;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One pass; true when it died. */
  private static boolean keepUpOrDie(Path directory, CrashPoints points) {
    try (TestLake lake = lake(directory, points)) {
      Compacting.compact(lake, FLIGHTS);
      Compacting.manifests(lake, FLIGHTS);
      Compacting.expire(lake, FLIGHTS, POLICY, Set.of());
      return false;
    } catch (Crash _) {
      return true;
    }
  }

  private static void check(Path directory, long rows) {
    try (TestLake lake = lake(directory, CrashPoints.never())) {
      List<String> counts = new ArrayList<>();
      engine
          .query("SELECT count(*) FROM (%s)".formatted(lake.tables.plan(FLIGHTS).sql()))
          .forEach(row -> counts.add(String.valueOf(row.getFirst())));
      assertThat(counts).containsExactly(Long.toString(rows));
      requireFiles(lake);
    }
  }

  /** Whatever a snapshot names that is kept is an object with its bytes. */
  private static void requireFiles(TestLake lake) {
    LakeTable table = lake.tables.require(FLIGHTS);
    for (Snapshot snapshot : table.metadata().snapshots()) {
      List<ObjectName> names = new ArrayList<>();
      names.add(ObjectName.ofLocation(snapshot.manifestListLocation()));
      lake.tables
          .planAt(FLIGHTS, snapshot.snapshotId())
          .files()
          .forEach(file -> names.add(ObjectName.ofLocation(file.file().location())));
      assertThat(lake.files.resolveAll(names)).containsOnlyKeys(names);
    }
  }
}
