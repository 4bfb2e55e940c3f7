package io.hosu.tables;

import static io.hosu.tables.TestLake.FLIGHTS;
import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.TableName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConcurrentCommitsTest {
  private static final TableName DELAYS = TableName.parse("aviation.analytics.delays");
  private static final int COMMITS = 24;

  @TempDir Path directory;

  @Test
  void commitsOfOneServerFollowOneAnotherAndNoneIsLost() throws Exception {
    try (TestLake lake = new TestLake(directory)) {
      List<Callable<Boolean>> commits = new ArrayList<>();
      for (int i = 0; i < COMMITS; i++) {
        List<TableChange> changes = changes(lake, i);
        commits.add(() -> {
          lake.commit(changes.toArray(TableChange[]::new));
          return true;
        });
      }
      runAll(commits);

      assertThat(lake.rows(FLIGHTS)).hasSize(COMMITS).doesNotHaveDuplicates();
      assertThat(lake.rows(DELAYS)).hasSize(COMMITS).doesNotHaveDuplicates();
      assertThat(lake.records(FLIGHTS)).hasSize(COMMITS);
      assertThat(lake.tables.history(DELAYS, 100, "").items()).hasSize(COMMITS);
    }
  }

  @Test
  void commitsOfSeveralServersConflictAndSucceedWhenPreparedAgain() throws Exception {
    try (TestLake lake = new TestLake(directory)) {
      lake.append(FLIGHTS, "SELECT -1 AS id");
      AtomicInteger conflicts = new AtomicInteger();
      List<Callable<Boolean>> commits = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        WriteTarget target = lake.target(FLIGHTS, "SELECT 1 AS id");
        TableChange change =
            new TableChange.Append(target, lake.write(target, "SELECT %d AS id".formatted(i)));
        Tables server =
            new Tables(
                lake.database,
                lake.files,
                lake.events,
                lake.clock,
                lake.ids,
                TablesConfig.standard());
        commits.add(() -> untilPublished(lake, server, change, conflicts));
      }
      runAll(commits);

      assertThat(lake.rows(FLIGHTS)).hasSize(9).doesNotHaveDuplicates();
      assertThat(lake.records(FLIGHTS)).hasSize(9);
    }
  }

  @Test
  void aReaderSeesWholeCommitsOnly() throws Exception {
    try (TestLake lake = new TestLake(directory)) {
      lake.append(FLIGHTS, "SELECT i AS id FROM range(3) r(i)");
      List<Callable<Boolean>> work = new ArrayList<>();
      List<NewFiles> files = new ArrayList<>();
      WriteTarget target = lake.target(FLIGHTS, "SELECT 1::BIGINT AS id");
      for (int i = 0; i < 10; i++) {
        files.add(lake.write(target, "SELECT i AS id FROM range(%d, %d) r(i)".formatted(i, i + 3)));
      }
      for (NewFiles some : files) {
        work.add(() -> {
          lake.commit(new TableChange.ReplaceAll(target, some));
          return true;
        });
        work.add(() -> lake.tables.plan(FLIGHTS).rows() == 3);
      }
      runAll(work);
    }
  }

  private static boolean untilPublished(
      TestLake lake, Tables server, TableChange change, AtomicInteger conflicts) {
    while (true) {
      try (PreparedCommit commit = server.prepare(CommitContext.of("s"), List.of(change))) {
        return lake.database.<Boolean>write(tx -> {
          commit.publish(tx);
          return true;
        });
      } catch (Conflict e) {
        assertThat(e.code()).isEqualTo(TablesError.TABLE_CHANGED);
        conflicts.incrementAndGet();
      }
    }
  }

  private static List<TableChange> changes(TestLake lake, int i) {
    WriteTarget one = lake.target(FLIGHTS, "SELECT 1 AS id");
    WriteTarget two = lake.target(DELAYS, "SELECT 1 AS id");
    List<TableChange> changes = new ArrayList<>();
    changes.add(new TableChange.Append(one, lake.write(one, "SELECT %d AS id".formatted(i))));
    changes.add(new TableChange.Append(two, lake.write(two, "SELECT %d AS id".formatted(i))));
    if (i % 2 == 0) {
      Collections.reverse(changes);
    }
    return changes;
  }

  private static void runAll(List<Callable<Boolean>> work) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> all = new ArrayList<>();
      work.forEach(one -> all.add(threads.submit(one)));
      for (Future<Boolean> one : all) {
        assertThat(one).succeedsWithin(Duration.ofSeconds(60)).isEqualTo(true);
      }
    }
  }
}
