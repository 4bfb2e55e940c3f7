package io.hosu.tables;

import static io.hosu.tables.TestLake.FLIGHTS;
import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.objects.ObjectsConfig;
import io.hosu.objects.Sweeper;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A table that gets small batches, and is kept up as the lake does it: every quarter of an hour,
 * and within a minute when it got many commits. Every commit, merge, expiry and sweep of it is a
 * real one, the time alone is made up. It is a day of a batch every other minute, and an hour of a
 * batch each second: {@code -Dhours=24} makes a day of that too, which takes an hour.
 */
class DayOfBatchesTest {
  private static final Duration PASS = Duration.ofMinutes(15);
  private static final Duration YOUNG = SnapshotPolicy.standard().minAge();
  private static final int MOST = SnapshotPolicy.standard().maxKept();
  private static final long FILE_BYTES = 256 << 10;
  private static final int ROWS = 10;

  @TempDir Path directory;

  @Test
  void aTableWithABatchEveryOtherMinuteKeepsToItsSizeForADay() {
    keepsToItsSize(Duration.ofMinutes(2), Duration.ofHours(24));
  }

  @Test
  void aTableWithABatchEachSecondKeepsToItsSize() {
    keepsToItsSize(Duration.ofSeconds(1), Duration.ofHours(Integer.getInteger("hours", 1)));
  }

  private void keepsToItsSize(Duration step, Duration time) {
    try (TestLake lake = new TestLake(directory)) {
      // Iceberg stamps snapshots by the machine's clock: that of the lake is to be ahead of it.
      Duration behind = Duration.between(lake.clock.instant(), Instant.now());
      lake.clock.advance(behind.plus(Duration.ofDays(1)));
      Day day = new Day(lake, new Random(Long.getLong("seed", 7)), step);
      day.batch();
      day.say("write.target-file-size-bytes", Long.toString(FILE_BYTES));
      Instant end = lake.clock.instant().plus(time);
      Instant nextPass = lake.clock.instant().plus(PASS);
      Instant nextMinute = lake.clock.instant();
      while (lake.clock.instant().isBefore(end)) {
        lake.clock.advance(step);
        day.batch();
        if (!lake.clock.instant().isBefore(nextPass)) {
          day.pass();
          day.check();
          nextPass = nextPass.plus(PASS);
        }
        if (!lake.clock.instant().isBefore(nextMinute)) {
          day.minute();
          nextMinute = nextMinute.plusSeconds(60);
        }
      }
      day.pass();
      day.check();
      assertThat(day.count()).isEqualTo((time.dividedBy(step) + 1) * ROWS);
    }
  }

  private static final class Day {
    private final TestLake lake;
    private final Random random;
    private final Duration step;
    private final BusyTables busy;
    private final Map<Long, Instant> made = new HashMap<>();
    private long count;

    Day(TestLake lake, Random random, Duration step) {
      this.lake = lake;
      this.random = random;
      this.step = step;
      this.busy = lake.tables.upkeep().busy();
    }

    /** Rows that no other batch has, and that do not become small together. */
    void batch() {
      String rows =
          Stream.generate(
                  () -> "(%d, '%x%x')".formatted(++count, random.nextLong(), random.nextLong()))
              .limit(ROWS)
              .collect(Collectors.joining(", "));
      lake.append(FLIGHTS, "SELECT * FROM (VALUES %s) v(id, text)".formatted(rows));
      tell();
    }

    private void tell() {
      lake.tables
          .require(FLIGHTS)
          .snapshot()
          .ifPresent(id -> made.putIfAbsent(id, lake.clock.instant()));
    }

    void say(String property, String value) {
      TableUpdate update =
          new TableUpdate(
              FLIGHTS,
              List.of(),
              List.of(new MetadataUpdate.SetProperties(Map.of(property, value))));
      try (PreparedUpdates prepared =
          lake.tables.open().prepare(CommitContext.of("engine"), List.of(update))) {
        lake.database.perform(prepared::publish);
      }
    }

    /** As the lake does it each minute. */
    void minute() {
      if (!busy.find().isEmpty()) {
        pass();
      }
      // Far from all the files of a quarter of an hour wait for the next pass.
      long waiting = BusyTables.MANY + Duration.ofMinutes(1).dividedBy(step);
      assertThat(files()).isLessThanOrEqualTo(2 * ideal() + waiting);
    }

    /**
     * As the lake does it each quarter of an hour. Iceberg stamps snapshots by the machine's clock:
     * so the test says which are young, where the policy would see it by their time.
     */
    void pass() {
      busy.looked(FLIGHTS);
      while (Compacting.compact(lake, FLIGHTS).isPresent()) {
        tell();
      }
      Compacting.manifests(lake, FLIGHTS);
      tell();
      Instant limit = lake.clock.instant().minus(YOUNG);
      made.keySet().retainAll(snapshots());
      Set<Long> young =
          made.entrySet().stream()
              .filter(one -> !one.getValue().isBefore(limit))
              .map(Map.Entry::getKey)
              .collect(Collectors.toSet());
      Compacting.expire(
          lake, FLIGHTS, new SnapshotPolicy(Duration.ofDays(5), 1, MOST, Duration.ZERO), young);
    }

    private Set<Long> snapshots() {
      return lake.tables.require(FLIGHTS).metadata().snapshots().stream()
          .map(Snapshot::snapshotId)
          .collect(Collectors.toSet());
    }

    long ideal() {
      return Math.max(1, Math.ceilDiv(lake.tables.plan(FLIGHTS).bytes(), FILE_BYTES));
    }

    private long files() {
      return lake.tables.plan(FLIGHTS).files().size();
    }

    long count() {
      return lake.tables.plan(FLIGHTS).files().stream()
          .mapToLong(file -> file.file().recordCount())
          .sum();
    }

    /** What there is right after a pass. */
    void check() {
      assertThat(files()).isLessThanOrEqualTo(2 * ideal());
      LakeTable table = lake.tables.require(FLIGHTS);
      TableMetadata metadata = table.metadata();
      assertThat((long) metadata.snapshots().size())
          .isLessThanOrEqualTo(Math.max(MOST, YOUNG.dividedBy(step)) + 10);
      assertThat(metadata.previousFiles().size()).isLessThanOrEqualTo(100);
      assertThat(metadata.currentSnapshot().allManifests(table.table().io()).size())
          .isLessThanOrEqualTo(12);
      assertThat(table.table().io().newInputFile(table.metadataLocation()).getLength())
          .isLessThan(100 << 10);
      assertThat(count()).isEqualTo(this.count);
      sweep();
    }

    /** The disk of a test does not hold all that was written. */
    private void sweep() {
      ObjectsConfig soon = new ObjectsConfig(Duration.ZERO, Duration.ZERO, Duration.ofMinutes(5));
      new Sweeper(lake.database, lake.blobs, lake.clock, soon).sweep();
    }
  }
}
