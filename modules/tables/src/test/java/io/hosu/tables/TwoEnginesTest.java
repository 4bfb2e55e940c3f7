package io.hosu.tables;

import io.hosu.testing.Seeds;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * However an engine outside and the lake take turns at a table, with rows that come, change and go
 * in every way, other columns and partitions, contracts, branches, upkeep that dies and snapshots
 * that expire, under queries that run: the lake's SQL, Iceberg's own reader and a plain list of
 * rows agree on every snapshot.
 */
class TwoEnginesTest {
  private static final int STEPS = 16;
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

  static LongStream seeds() {
    return Seeds.upTo(12);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void everySnapshotHoldsWhatAListOfRowsWould(long seed) {
    Random random = new Random(seed);
    try (TwoEngines both = new TwoEngines(directory, engine, random)) {
      OutsideActs outside = new OutsideActs(both);
      LakeActs lake = new LakeActs(both);
      outside.append();
      both.remember();
      for (int step = 0; step < STEPS; step++) {
        String act = act(random.nextInt(43), both, outside, lake);
        String when = "step %d, %s".formatted(step, act);
        both.remember();
        both.compare(when);
        if (step % 5 == 4 || when.contains("upkeep")) {
          both.compareAll(when);
        }
      }
      bringDown(both, lake);
    }
  }

  /** All that may go goes, under queries that run. */
  private static void bringDown(TwoEngines both, LakeActs lake) {
    both.beginQuery();
    both.beginQuery();
    lake.overwrite();
    both.remember();
    lake.expire();
    lake.removeOrphans();
    both.sweep();
    both.endQueries("after all expired");
    both.sweep();
    both.compareAll("at the end");
  }

  /** Does one thing; says what. */
  private static String act(int dice, TwoEngines both, OutsideActs outside, LakeActs lake) {
    return switch (dice) {
      case 0 -> done("append outside", outside::append);
      case 1 -> done("overwrite outside", outside::overwrite);
      case 2, 3, 4 -> done("delete by place", outside::deleteByPlace);
      case 5, 6, 7 -> done("delete by value", outside::deleteByValue);
      case 8 -> done("change columns", outside::changeColumns);
      case 9 -> done("change partitions", outside::changePartitions);
      case 10 -> done("upgrade", outside::upgrade);
      case 11 -> done("remove a file", outside::removeFile);
      case 12 -> done("roll back outside", outside::rollBack);
      case 13, 14 -> done("tag", outside::tag);
      case 15 -> done("append", lake::append);
      case 16 -> done("append with a column", lake::appendWithColumn);
      case 17 -> done("overwrite", lake::overwrite);
      case 18 -> done("overwrite partitions", lake::overwritePartitions);
      case 19, 20 -> done("merge", lake::merge);
      case 21 -> done("delete rows", lake::deleteRows);
      case 22, 23 -> done("compact in upkeep", lake::compact);
      case 24 -> done("merge manifests in upkeep", lake::mergeManifests);
      case 25 -> done("remove idle deletes in upkeep", lake::removeIdleDeletes);
      case 26 -> done("expire in upkeep", lake::expire);
      case 27 -> done("remove orphans in upkeep", lake::removeOrphans);
      case 28 -> done("roll back", lake::rollBack);
      case 29 -> done("die in upkeep", lake::dieInUpkeep);
      case 30, 31 -> done("branch", outside::branch);
      case 32, 33, 34 -> done("append to a branch", outside::appendToBranch);
      case 35 -> done("fast-forward", lake::fastForward);
      case 36, 37 -> done("begin a query", both::beginQuery);
      case 38 -> done("end the queries", () -> both.endQueries("in turn"));
      case 39 -> done("sweep in upkeep", both::sweep);
      default -> done("declare", lake::declare);
    };
  }

  private static String done(String what, Runnable act) {
    act.run();
    return what;
  }
}
