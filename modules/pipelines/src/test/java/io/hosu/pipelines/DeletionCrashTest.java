package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.kernel.TableName;
import io.hosu.pipelines.Target.Mode;
import io.hosu.testing.Crash;
import io.hosu.testing.CrashPoints;
import io.hosu.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that must go for good, where the server dies meanwhile. */
class DeletionCrashTest extends InLake {
  private static final TableName SALES = TableName.parse("shop.stage.sales");
  private static final String GOING = "id = 2";

  @Test
  void whereverAServerDiesTheRowsAreAllThereOrGoneAndAreGoneAfterTheNextTime(
      @TempDir Path directory) throws IOException {
    boolean crashed = true;
    int runs = 0;
    for (; crashed; runs++) {
      CrashPoints points = CrashPoints.at(runs);
      deleteAndDie(Files.createDirectory(directory.resolve("at" + runs)), kind, points);
      crashed = points.crashed();
    }
    assertThat(runs).isGreaterThan(4);
  }

  private static void deleteAndDie(Path directory, TestDatabase kind, CrashPoints points)
      throws IOException {
    try (Lake lake = new Lake(directory, kind)) {
      lake.apply(
          Lake.stage(
              "shop.p.load",
              new Trigger.Objects(List.of("raw/shop/*.csv")),
              "SELECT id FROM input",
              Lake.into(SALES.toString(), Mode.APPEND, List.of(), List.of())));
      for (int i = 1; i <= 3; i++) {
        lake.put("raw/shop/%d.csv".formatted(i), "id\n%d\n".formatted(i));
        lake.finish();
      }
      List<Path> files = files(lake);
      lake.stop();
      try {
        delete(lake.life(new MortalDatabase(lake.database, points, () -> {})));
      } catch (Crash _) {
        // The next one goes on.
      }
      assertThat(ids(lake)).isIn(List.of("1", "2", "3"), List.of("1", "3"));

      assertThat(delete(lake.life(lake.database)).rowsLeft()).isZero();

      assertThat(ids(lake)).containsExactly("1", "3");
      assertThat(lake.tables.require(SALES).metadata().snapshots()).hasSize(1);
      assertThat(files.stream().filter(Files::exists))
          .as("files of before that are on the disk")
          .isSubsetOf(lake.tables.plan(SALES).paths());
    }
  }

  /** The data files of all states. */
  private static List<Path> files(Lake lake) {
    List<Path> files = new ArrayList<>();
    lake.tables
        .require(SALES)
        .metadata()
        .snapshots()
        .forEach(one -> files.addAll(lake.tables.planAt(SALES, one.snapshotId()).paths()));
    return files;
  }

  private static LegalDeletion.Deleted delete(Lake.Life life) {
    return life.deletion.delete(SALES, GOING, "case 7", "user:ann", _ -> true);
  }

  private static List<String> ids(Lake lake) {
    return lake.query(SALES.toString(), "SELECT id FROM t ORDER BY id");
  }
}
