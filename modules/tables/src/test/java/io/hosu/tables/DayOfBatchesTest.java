package io.hosu.tables;

import static io.hosu.tables.TestLake.FLIGHTS;
import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A day in which a table gets small batches, and is kept up every quarter of an hour: every commit,
 * merge and expiry of it is a real one, the time alone is made up. A batch comes each minute;
 * {@code -Dseconds=1} has one come each second, which takes hours.
 */
class DayOfBatchesTest {
  private static final Duration DAY = Duration.ofHours(24);
  private static final Duration PASS = Duration.ofMinutes(15);
  private static final Duration YOUNG = SnapshotPolicy.standard().minAge();
  private static final int MOST = SnapshotPolicy.standard().maxKept();
  private static final long FILE_BYTES = 256 << 10;
  private static final int ROWS = 10;

  @TempDir Path directory;

  @Test
  void aTableOfManySmallBatchesKeepsToItsSize() {
    Duration step = Duration.ofSeconds(Integer.getInteger("seconds", 60));
    Random random = new Random(Long.getLong("seed", 7));
    try (TestLake lake = new TestLake(directory)) {
      // Iceberg stamps snapshots by the machine's clock: that of the lake is to be ahead of it.
      lake.clock.advance(Duration.between(lake.clock.instant(), Instant.now()).plus(DAY));
      Day day = new Day(lake, random);
      day.batch();
      day.say("write.target-file-size-bytes", Long.toString(FILE_BYTES));
      Instant end = lake.clock.instant().plus(DAY);
      Instant next = lake.clock.instant().plus(PASS);
      while (lake.clock.instant().isBefore(end)) {
        lake.clock.advance(step);
        day.batch();
        if (!lake.clock.instant().isBefore(next)) {
          day.pass();
          day.check(DAY.dividedBy(step));
          next = next.plus(PASS);
        }
      }
      day.pass();
      day.check(DAY.dividedBy(step));
    }
  }

  private static final class Day {
    private final TestLake lake;
    private final Random random;
    private final Map<Long, Instant> made = new HashMap<>();
    private long count;

    Day(TestLake lake, Random random) {
      this.lake = lake;
      this.random = random;
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

    /**
     * As the lake does it each quarter of an hour. Iceberg stamps snapshots by the machine's clock:
     * so the test says which are young, where the policy would see it by their time.
     */
    void pass() {
      Compacting.compact(lake, FLIGHTS);
      tell();
      Compacting.manifests(lake, FLIGHTS);
      tell();
      Instant limit = lake.clock.instant().minus(YOUNG);
      Set<Long> young =
          made.entrySet().stream()
              .filter(one -> !one.getValue().isBefore(limit))
              .map(Map.Entry::getKey)
              .collect(Collectors.toSet());
      Compacting.expire(
          lake, FLIGHTS, new SnapshotPolicy(Duration.ofDays(5), 1, MOST, Duration.ZERO), young);
    }

    long ideal() {
      return Math.max(1, Math.ceilDiv(lake.tables.plan(FLIGHTS).bytes(), FILE_BYTES));
    }

    /** What there is right after a pass. */
    void check(long commitsOfDay) {
      LakeTable table = lake.tables.require(FLIGHTS);
      assertThat((long) lake.tables.plan(FLIGHTS).files().size()).isLessThanOrEqualTo(2 * ideal());
      long ofHour = commitsOfDay / 24 + 12;
      assertThat((long) table.metadata().snapshots().size())
          .isLessThanOrEqualTo(Math.max(MOST, ofHour) + 1);
      assertThat(table.metadata().previousFiles().size()).isLessThanOrEqualTo(100);
      assertThat(table.metadata().currentSnapshot().allManifests(table.table().io()).size())
          .isLessThanOrEqualTo(12);
    }
  }
}
