package io.hosu.tables;

import static io.hosu.tables.TestLake.FLIGHTS;
import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.governance.Grants;
import io.hosu.governance.Principal;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.TableName;
import io.hosu.objects.ObjectsConfig;
import io.hosu.objects.Sweeper;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Domains are cloned while others write to them, merge their files and let snapshots expire. */
class ClonesUnderWayTest {
  private static final int CLONES = 6;
  private static final TableName COUNTED = TableName.parse("aviation.analytics.counted");

  @TempDir Path directory;
  private TestLake lake;

  @BeforeEach
  void open() {
    lake = new TestLake(directory);
  }

  @AfterEach
  void close() {
    lake.close();
  }

  @Test
  void eachHasOneStateOfAllTablesAndLosesNothingOfIt() throws Exception {
    append(0);
    AtomicBoolean ended = new AtomicBoolean();
    Map<String, List<String>> rows = new HashMap<>();
    try (ExecutorService beside = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Integer> writing = beside.submit(() -> write(ended));
      for (int i = 0; i < CLONES; i++) {
        String name = "trial" + i;
        lake.tables
            .open()
            .clones(
                lake.tables,
                new Grants(lake.database, lake.clock, lake.ids),
                new ClonesOfTest(lake.engine))
            .make(Principal.user("alice"), "aviation", name, _ -> {});
        List<String> flights = rows(name, FLIGHTS);
        assertThat(rows(name, COUNTED)).as(name).isEqualTo(flights);
        rows.put(name, flights);
      }
      ended.set(true);
      assertThat(writing.get()).isPositive();
    }

    lake.database.perform(tx -> lake.tables.drop(tx, FLIGHTS));
    lake.clock.advance(Duration.ofDays(90));
    new Sweeper(lake.database, lake.blobs, lake.clock, ObjectsConfig.standard()).sweep();

    rows.forEach((name, flights) -> {
      assertThat(rows(name, FLIGHTS)).as(name).isEqualTo(flights);
      assertThat(rows(name, COUNTED)).as(name).isEqualTo(flights);
      assertThat(lake.records(in(name, FLIGHTS))).hasSize(flights.size());
    });
    assertThat(Set.copyOf(rows.values())).as("states that were cloned").hasSizeGreaterThan(1);
  }

  /** By Iceberg's reader: the engine of the test is the writer's. */
  private List<String> rows(String domain, TableName of) {
    return TestLake.sorted(
        lake.records(in(domain, of)).stream().map(row -> String.valueOf(row.get(0))).toList());
  }

  private static TableName in(String domain, TableName table) {
    return new TableName(domain, table.layer(), table.table());
  }

  /** Both tables always have as many rows. */
  private int write(AtomicBoolean ended) {
    int last = 0;
    while (!ended.get()) {
      append(++last);
      if (last % 3 == 0) {
        beside(() -> Compacting.compact(lake, FLIGHTS));
        beside(this::expire);
      }
    }
    return last;
  }

  private void append(int number) {
    List<TableChange> changes = new ArrayList<>();
    for (TableName table : List.of(FLIGHTS, COUNTED)) {
      String rows = "SELECT %d AS id".formatted(number);
      WriteTarget target = lake.target(table, rows);
      changes.add(new TableChange.Append(target, lake.write(target, rows)));
    }
    lake.commit(changes.toArray(TableChange[]::new));
  }

  private void expire() {
    Instant last =
        Instant.ofEpochMilli(
            lake.tables.require(FLIGHTS).metadata().currentSnapshot().timestampMillis());
    if (lake.clock.instant().isBefore(last)) {
      lake.clock.advance(Duration.between(lake.clock.instant(), last).plusMinutes(1));
    }
    SnapshotPolicy none = new SnapshotPolicy(Duration.ZERO, 1, 1, Duration.ZERO);
    Compacting.expire(lake, FLIGHTS, none, Set.of());
  }

  private static void beside(Runnable upkeep) {
    try {
      upkeep.run();
    } catch (Conflict e) {
      assertThat(e.code()).isIn(TablesError.TABLE_CHANGED, TablesError.TABLE_BUSY);
    }
  }
}
