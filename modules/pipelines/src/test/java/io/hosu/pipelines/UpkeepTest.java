package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.governance.Principal;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.objects.ObjectsConfig;
import io.hosu.objects.Readers;
import io.hosu.objects.Sweeper;
import io.hosu.pipelines.Target.Mode;
import io.hosu.query.engine.EnginePool;
import io.hosu.query.engine.EngineSession;
import io.hosu.query.engine.EngineView;
import io.hosu.query.engine.SessionRequest;
import io.hosu.tables.BusyTables;
import io.hosu.tables.CommitContext;
import io.hosu.tables.PlannedFile;
import io.hosu.tables.PreparedCommit;
import io.hosu.tables.PreparedUpdates;
import io.hosu.tables.ScanPlan;
import io.hosu.tables.SnapshotPolicy;
import io.hosu.tables.TableChange;
import io.hosu.tables.TableUpdate;
import io.hosu.tables.Wear;
import io.hosu.testing.Crash;
import io.hosu.testing.CrashPoints;
import io.hosu.testing.ManualClock;
import io.hosu.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.MetadataUpdate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables that are kept healthy while stages write and read them. */
class UpkeepTest extends InLake {
  private static final TableName SALES = TableName.parse("shop.stage.sales");
  private static final StageName LOAD = StageName.parse("shop.p.load");
  private static final SnapshotPolicy NOW = new SnapshotPolicy(Duration.ZERO, 1, 1, Duration.ZERO);

  private static StageSpec load(Versions versions) {
    StageSpec plain =
        Lake.stage(
            LOAD.toString(),
            new Trigger.Objects(List.of("raw/shop/*.csv")),
            "SELECT id FROM input",
            Lake.into(SALES.toString(), Mode.APPEND, List.of(), List.of()));
    Input input = plain.input();
    return new StageSpec(
        plain.name(),
        plain.on(),
        plain.batch(),
        new Input(
            input.format(),
            input.badRecords(),
            input.tolerance(),
            input.reprocess(),
            versions,
            input.maxRecordBytes()),
        plain.transform(),
        plain.into(),
        plain.running());
  }

  private static StageSpec copy() {
    return Lake.stage(
        "shop.p.copy",
        new Trigger.ByHand(),
        "SELECT id FROM changes('stage.sales')",
        Lake.into("shop.stage.copy", Mode.APPEND, List.of(), List.of()));
  }

  private static void putOneByOne(Lake lake, int from, int to) {
    for (int i = from; i <= to; i++) {
      lake.put("raw/shop/%d.csv".formatted(i), "id\n%d\n".formatted(i));
      lake.finish();
    }
  }

  private static List<String> ids(Lake lake, String table) {
    return lake.query(table, "SELECT id FROM t ORDER BY id");
  }

  private static int files(Lake lake) {
    return lake.tables.plan(SALES).files().size();
  }

  @Test
  void aPassMergesSmallFilesAndIsSeenAsAnExecution() {
    lake.apply(load(Versions.KEEP));
    putOneByOne(lake, 1, 4);

    UpkeepPass.Passed passed = lake.life(lake.database).pass.pass();

    assertThat(passed).isEqualTo(new UpkeepPass.Passed(1, 1, 0));
    assertThat(files(lake)).isEqualTo(1);
    assertThat(ids(lake, SALES.toString())).containsExactly("1", "2", "3", "4");
    Execution execution = lake.executions().getFirst();
    assertThat(execution.stage()).isEqualTo(StageName.parse("shop.upkeep.compact"));
    assertThat(execution.status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    assertThat(execution.origin().by()).isEqualTo(Execution.By.UPKEEP);
    assertThat(execution.result().note()).isEqualTo("4 files of shop.stage.sales became 1.");
    assertThat(lake.life(lake.database).pass.pass().executions()).isZero();
  }

  @Test
  void aTableThatGetsManyCommitsIsLookedAtBeforeItsTurn() {
    lake.apply(load(Versions.KEEP));
    putOneByOne(lake, 1, 4);
    UpkeepPass pass = lake.life(lake.database).pass;
    assertThat(pass.passBusy().tables()).isZero();
    commit(BusyTables.MANY - 1);
    assertThat(pass.passBusy().tables()).isZero();
    assertThat(files(lake)).isEqualTo(4);

    commit(1);

    assertThat(pass.passBusy().tables()).isEqualTo(1);
    assertThat(files(lake)).isEqualTo(1);
    assertThat(ids(lake, SALES.toString())).containsExactly("1", "2", "3", "4");
    assertThat(pass.passBusy().tables()).isZero();
  }

  /** Commits of an engine that add nothing. */
  private void commit(int count) {
    for (int i = 0; i < count; i++) {
      TableChange none = lake.tables.withoutFiles(lake.tables.plan(SALES), List.of());
      try (PreparedCommit commit = lake.tables.prepare(CommitContext.of("engine"), List.of(none))) {
        lake.database.perform(commit::publish);
      }
    }
  }

  @Test
  void theArchiveOfExecutionsIsLookedAtTooAndItsSnapshotsExpireWithoutARowLost() {
    lake.apply(load(Versions.KEEP));
    Lake.Life life = lake.life(lake.database);
    for (int i = 1; i <= 3; i++) {
      putOneByOne(lake, i, i);
      life.archive.sweep(Duration.ZERO);
    }
    assertThat(lake.tables.upkeep().tables()).contains(ExecutionArchive.TABLE);

    assertThat(life.upkeep.expire(ExecutionArchive.TABLE, "hosu", NOW)).isPresent();

    assertThat(lake.tables.require(ExecutionArchive.TABLE).metadata().snapshots()).hasSize(1);
    String ids = "SELECT id FROM system.executions WHERE stage = 'load'";
    assertThat(lake.sql(Principal.user("root").asAdministrator(), ids)).hasSize(3);
    assertThat(lake.executions().getFirst().stage())
        .isEqualTo(StageName.parse("system.upkeep.expire"));
  }

  @Test
  void aStageThatReadsChangesReadsEachRowOnceWhateverIsMergedAndExpires() {
    lake.apply(load(Versions.KEEP), copy());
    putOneByOne(lake, 1, 2);
    lake.pipelines.run(copy().name());
    lake.finish();
    putOneByOne(lake, 3, 5);
    Lake.Life life = lake.life(lake.database);

    life.pass.pass();
    assertThat(life.upkeep.expire(SALES, "user:ann", NOW)).isPresent();
    lake.pipelines.run(copy().name());
    lake.finish();

    assertThat(ids(lake, "shop.stage.copy")).containsExactly("1", "2", "3", "4", "5");
    assertThat(life.upkeep.expire(SALES, "user:ann", NOW)).isPresent();
    putOneByOne(lake, 6, 6);
    lake.pipelines.run(copy().name());
    lake.finish();
    assertThat(ids(lake, "shop.stage.copy")).hasSize(6);
  }

  @Test
  void anObjectThatIsOverwrittenHasItsRowsReplacedAfterTheyWereMergedAndTheirCommitExpired() {
    lake.apply(load(Versions.REPLACE));
    putOneByOne(lake, 1, 4);
    Lake.Life life = lake.life(lake.database);
    life.pass.pass();
    life.upkeep.expire(SALES, "user:ann", NOW);
    assertThat(files(lake)).isEqualTo(1);

    put("raw/shop/2.csv", "id\n20\n21\n");
    assertThat(ids(lake, SALES.toString())).containsExactly("1", "3", "4", "20", "21");

    putOneByOne(lake, 5, 6);
    life.pass.pass();
    life.upkeep.expire(SALES, "user:ann", NOW);
    assertThat(files(lake)).isEqualTo(1);
    put("raw/shop/3.csv", "id\n");
    put("raw/shop/2.csv", "id\n22\n");
    assertThat(ids(lake, SALES.toString())).containsExactly("1", "4", "5", "6", "22");
    assertThat(lake.deadLetters()).isEmpty();
  }

  @Test
  void anExecutionIsTakenBackAcrossAMerge() {
    lake.apply(load(Versions.KEEP));
    putOneByOne(lake, 1, 4);
    String last = lake.executions().getFirst().id();
    Lake.Life life = lake.life(lake.database);
    life.pass.pass();

    life.rollbacks.rollback(
        new Rollbacks.Request(last, "user:ann", Seen.ALL, Rollbacks.Reach.ALONE), _ -> {});

    assertThat(ids(lake, SALES.toString())).containsExactly("1", "2", "3");
  }

  @Test
  void deletedRowsAreInNoSnapshotAndNoFileAnyMore() {
    lake.apply(load(Versions.REPLACE));
    putOneByOne(lake, 1, 3);
    Lake.Life life = lake.life(lake.database);
    life.upkeep.compact(SALES, "user:ann", Wear.ANY);
    putOneByOne(lake, 4, 5);
    long old = lake.tables.require(SALES).snapshot().orElseThrow();
    List<Path> files = new ArrayList<>();
    lake.tables
        .require(SALES)
        .metadata()
        .snapshots()
        .forEach(one -> files.addAll(lake.tables.planAt(SALES, one.snapshotId()).paths()));
    assertThat(life.deletion.count(SALES, "id IN (2, 5)", _ -> true)).isEqualTo(2);

    LegalDeletion.Deleted deleted =
        life.deletion.delete(SALES, "id IN (2, 5)", "case 7", "user:ann", _ -> true);

    assertThat(deleted.rows()).isEqualTo(2);
    assertThat(deleted.rowsLeft()).isZero();
    assertThat(ids(lake, SALES.toString())).containsExactly("1", "3", "4");
    assertThat(lake.tables.require(SALES).metadata().snapshots()).hasSize(1);
    assertThatThrownBy(() -> lake.tables.planAt(SALES, old)).isInstanceOf(NotFound.class);
    List<Path> now = lake.tables.plan(SALES).paths();
    assertThat(files.stream().filter(Files::exists)).isSubsetOf(now);
    assertThat(lake.executions().getFirst().result().note())
        .isEqualTo("user:ann deleted 2 rows of shop.stage.sales for good: case 7");
    put("raw/shop/3.csv", "id\n30\n");
    assertThat(ids(lake, SALES.toString())).containsExactly("1", "4", "30");
  }

  @Test
  void rowsThatAreDeletedBesideTheirFilesGoForGoodToo() throws IOException {
    lake.apply(load(Versions.KEEP));
    put("raw/shop/1.csv", "id\n1\n2\n");
    put("raw/shop/2.csv", "id\n3\n4\n");
    List<PlannedFile> before = lake.tables.plan(SALES).files();
    OutsideVectors.deleteFirstOf(lake, SALES, before);
    Lake.Life life = lake.life(lake.database);
    assertThat(ids(lake, SALES.toString())).containsExactly("2", "4");
    assertThat(life.deletion.count(SALES, "id IN (1, 2)", _ -> true)).isEqualTo(1);

    LegalDeletion.Deleted deleted =
        life.deletion.delete(SALES, "id IN (1, 2)", "case 8", "user:ann", _ -> true);

    assertThat(deleted.rows()).isEqualTo(1);
    assertThat(deleted.rowsLeft()).isZero();
    ScanPlan now = lake.tables.plan(SALES);
    assertThat(now.hidesRows()).isFalse();
    assertThat(now.rows()).isEqualTo(1);
    assertThat(ids(lake, SALES.toString())).containsExactly("4");
    assertThat(before).noneMatch(file -> Files.exists(file.path()));
    assertThat(lake.tables.require(SALES).metadata().snapshots()).hasSize(1);
  }

  @Test
  void ofTwoServersOneKeepsTablesUp() {
    lake.apply(load(Versions.KEEP));
    putOneByOne(lake, 1, 4);
    lake.database.perform(tx ->
        assertThat(
                UpkeepRows.take(
                    tx, "another", InstantSource.system().instant(), Duration.ofHours(1)))
            .isTrue());

    assertThat(lake.life(lake.database).pass.pass().tables()).isZero();

    lake.database.perform(tx -> UpkeepRows.leave(tx, "another", Instant.EPOCH));
    assertThat(lake.life(lake.database).pass.pass().tables()).isEqualTo(1);
  }

  @Test
  void whereverAServerDiesTheTableIsReadableAndHoldsEachRowOnce(@TempDir Path directory)
      throws IOException {
    boolean crashed = true;
    int runs = 0;
    for (; crashed; runs++) {
      CrashPoints points = CrashPoints.at(runs);
      keepUpAndDie(Files.createDirectory(directory.resolve("at" + runs)), kind, points);
      crashed = points.crashed();
    }
    assertThat(runs).isGreaterThan(4);
  }

  private static void keepUpAndDie(Path directory, TestDatabase kind, CrashPoints points)
      throws IOException {
    try (Lake lake = new Lake(directory, kind)) {
      lake.apply(load(Versions.KEEP));
      putOneByOne(lake, 1, 3);
      lake.stop();
      try {
        keepUp(lake.life(new MortalDatabase(lake.database, points, () -> {})));
      } catch (Crash _) {
        // The next one goes on.
      }
      assertThat(ids(lake, SALES.toString())).containsExactly("1", "2", "3");
      keepUp(lake.life(lake.database));

      assertThat(ids(lake, SALES.toString())).containsExactly("1", "2", "3");
      assertThat(files(lake)).isEqualTo(1);
      assertThat(lake.tables.require(SALES).metadata().snapshots()).hasSize(1);
    }
  }

  private static void keepUp(Lake.Life life) {
    life.upkeep.compact(SALES, "user:ann", Wear.ANY);
    life.upkeep.expire(SALES, "user:ann", NOW);
  }

  @Test
  void aTableThatIsLeftAloneIsKeptUpWhenItIsAsked() {
    lake.apply(load(Versions.KEEP));
    putOneByOne(lake, 1, 4);
    property("hosu.upkeep", "off");
    Lake.Life life = lake.life(lake.database);

    assertThat(life.pass.pass()).isEqualTo(new UpkeepPass.Passed(1, 0, 0));
    assertThat(files(lake)).isEqualTo(4);
    assertThat(life.upkeep.compact(SALES, "user:ann", Wear.ANY)).isPresent();
    assertThat(files(lake)).isEqualTo(1);
  }

  private void property(String name, String value) {
    TableUpdate update =
        new TableUpdate(
            SALES, List.of(), List.of(new MetadataUpdate.SetProperties(Map.of(name, value))));
    try (PreparedUpdates prepared =
        lake.tables.open().prepare(CommitContext.of("engine"), List.of(update))) {
      lake.database.perform(prepared::publish);
    }
  }

  @Test
  void aPassRemovesWhatNothingKnowsOnceItIsOld() throws IOException {
    lake.apply(load(Versions.KEEP));
    putOneByOne(lake, 1, 1);
    ObjectName left = ObjectName.parse("stage/shop/sales/data/left.parquet");
    Path staged = Files.writeString(lake.blobs.staging().resolve("left"), "bytes");
    String blob = lake.blobs.adopt(staged);
    lake.database.perform(tx -> lake.files.register(tx, left, blob, 5));

    assertThat(lake.life(lake.database).pass.pass().executions()).isZero();
    lake.database.perform(tx ->
        tx.update(
            "UPDATE objects SET created_at = ? WHERE key = ?",
            InstantSource.system().instant().minus(Duration.ofDays(8)),
            left.key()));
    property("hosu.upkeep.orphan-delay-ms", Long.toString(Duration.ofDays(9).toMillis()));
    assertThat(lake.life(lake.database).pass.pass().executions()).isZero();
    property("hosu.upkeep.orphan-delay-ms", Long.toString(Duration.ofDays(3).toMillis()));
    assertThat(lake.life(lake.database).pass.pass().executions()).isEqualTo(1);

    assertThat(lake.files.resolve(left)).isEmpty();
    assertThat(ids(lake, SALES.toString())).containsExactly("1");
    Execution execution = lake.executions().getFirst();
    assertThat(execution.stage()).isEqualTo(StageName.parse("shop.upkeep.orphans"));
    assertThat(execution.result().note())
        .isEqualTo("1 files of shop.stage.sales that nothing knew went.");
  }

  @Test
  void whatARunningQueryReadsStaysWhateverIsMergedAndExpires() throws IOException {
    lake.apply(load(Versions.KEEP));
    putOneByOne(lake, 1, 4);
    ManualClock clock = new ManualClock();
    clock.advance(Duration.between(clock.instant(), InstantSource.system().instant()));
    Readers here = new Readers(lake.database, clock, lake.ids);
    Readers there = new Readers(lake.database, clock, lake.ids);
    Sweeper sweeper = new Sweeper(lake.database, lake.blobs, clock, ObjectsConfig.standard());
    ScanPlan plan = lake.tables.plan(SALES);
    EngineView view = new EngineView(List.of("t"), plan.sql(), plan.paths());
    SessionRequest request =
        new SessionRequest("", List.of(view), null, null, Duration.ofMinutes(2));
    try (EnginePool engines = new EnginePool("readers", Lake.config(), here)) {
      try (EngineSession session = engines.open(request)) {
        Lake.Life life = lake.life(lake.database);
        life.upkeep.compact(SALES, "user:ann", Wear.ANY);
        life.upkeep.expire(SALES, "user:ann", NOW);
        assertThat(lake.tables.require(SALES).metadata().snapshots()).hasSize(1);
        clock.advance(Duration.ofDays(30));
        here.tell();
        there.tell();
        sweeper.sweep();

        assertThat(EngineRows.of(session, "SELECT id FROM t ORDER BY id"))
            .extracting(row -> row.path("id").asText())
            .containsExactly("1", "2", "3", "4");
      }
      clock.advance(Duration.ofMinutes(3));
      here.tell();
      there.tell();
      sweeper.sweep();
    }
    assertThat(plan.paths()).noneMatch(Files::exists);
    assertThat(ids(lake, SALES.toString())).containsExactly("1", "2", "3", "4");
  }
}
