package io.hosu.tables;

import static io.hosu.tables.TestLake.FLIGHTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.events.EventFilter;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.Page;
import io.hosu.kernel.TableName;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.data.Record;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What tables do, whatever database keeps their pointers. */
interface TablesContract {
  TestLake lake();

  TableName DELAYS = TableName.parse("aviation.analytics.delays");

  @Test
  default void aTableComesToBeWithItsFirstRows() {
    lake().append(FLIGHTS, "SELECT 1 AS id, 'FRA' AS airport");

    LakeTable table = lake().tables.require(FLIGHTS);
    assertThat(table.columns())
        .containsExactly(new SqlColumn("id", "INTEGER"), new SqlColumn("airport", "VARCHAR"));
    assertThat(table.metadataLocation()).startsWith("s3://stage/aviation/flights/metadata/00000-");
    assertThat(table.table().currentSnapshot().summary()).containsEntry("added-records", "1");
    assertThat(lake().rows(FLIGHTS)).containsExactly("[1, FRA]");
    assertThat(lake().tables.list()).containsExactly(FLIGHTS);
  }

  @Test
  default void rowsAppendedLaterJoinThoseBefore() {
    lake().append(FLIGHTS, "SELECT 1 AS id");
    lake().append(FLIGHTS, "SELECT 2 AS id");
    lake().append(FLIGHTS, "SELECT 3::BIGINT AS id, 'new' AS note");

    assertThat(lake().rows(FLIGHTS)).containsExactly("[1, null]", "[2, null]", "[3, new]");
    assertThat(lake().records(FLIGHTS))
        .extracting(r -> r.getField("id"))
        .containsExactlyInAnyOrder(1L, 2L, 3L);
  }

  @Test
  default void icebergReadsEveryTypeAsTheEngineWroteIt() {
    lake()
        .append(
            FLIGHTS,
            "SELECT 42 AS i, 1.5::DOUBLE AS d, 'x''y' AS \"odd \"\"name\", NULL::DATE AS n,"
                + " 12.30::DECIMAL(9,2) AS dec, TIMESTAMP '2020-01-02 03:04:05.678901' AS ts, {'a':"
                + " 1, 'b': ['x', NULL]} AS s, MAP {'k': 1} AS m");

    Record record = lake().records(FLIGHTS).getFirst();
    assertThat(record.toString())
        .isEqualTo(
            "Record(42, 1.5, x'y, null, 12.30, 2020-01-02T03:04:05.678901, Record(1, [x, null]),"
                + " {k=1})");
  }

  private static FileFilter id(FileFilter.Comparison by, int value) {
    return new FileFilter.Compared("ID", by, new Constant.Decimal(BigDecimal.valueOf(value)));
  }

  @Test
  default void partitionedRowsArePrunedByIcebergAndByPlans() {
    lake()
        .append(
            FLIGHTS,
            "SELECT DATE '2020-01-15' + (i * 31)::INTEGER AS day, i AS id FROM range(4) r(i)",
            "month(day)");

    assertThat(lake().tables.plan(FLIGHTS).files()).hasSize(4);
    assertThat(lake().tables.plan(FLIGHTS).where(id(FileFilter.Comparison.EQUAL, 2)).files())
        .hasSize(1);
    assertThat(lake().tables.plan(FLIGHTS).where(id(FileFilter.Comparison.LESS, 0)).files())
        .isEmpty();
    assertThat(lake().tables.require(FLIGHTS).partitionBy()).containsExactly("month(day)");
    assertThat(lake().records(FLIGHTS)).hasSize(4);
    assertThat(lake().rows(FLIGHTS)).hasSize(4);
  }

  @Test
  default void overwritingReplacesRowsColumnsAndPartitions() {
    lake().append(FLIGHTS, "SELECT 1 AS id, 'a' AS code, DATE '2020-01-01' AS day", "month(day)");
    lake().replaceAll(FLIGHTS, "SELECT 'b' AS code, 2 AS size", "code");
    assertThat(lake().rows(FLIGHTS)).containsExactly("[b, 2]");
    assertThat(lake().records(FLIGHTS))
        .extracting(Object::toString)
        .containsExactly("Record(b, 2)");

    lake().replaceAll(FLIGHTS, "SELECT 'text' AS size, DATE '2021-05-05' AS day", "year(day)");
    assertThat(lake().rows(FLIGHTS)).containsExactly("[text, 2021-05-05]");
    assertThat(lake().records(FLIGHTS)).hasSize(1);
    assertThat(lake().tables.require(FLIGHTS).partitionBy()).containsExactly("year(day)");

    lake().replaceAll(FLIGHTS, "SELECT 7 AS id WHERE false");
    assertThat(lake().rows(FLIGHTS)).isEmpty();
    assertThat(lake().records(FLIGHTS)).isEmpty();
    lake().append(FLIGHTS, "SELECT 8 AS id");
    assertThat(lake().records(FLIGHTS)).hasSize(1);
  }

  @Test
  default void anEarlierSnapshotStaysReadableWithItsColumns() {
    lake().append(FLIGHTS, "SELECT 1 AS id, 'a' AS code");
    long first = lake().tables.require(FLIGHTS).snapshot().getAsLong();
    lake().replaceAll(FLIGHTS, "SELECT 2 AS other");

    ScanPlan plan = lake().tables.planAt(FLIGHTS, first);
    assertThat(plan.columns()).extracting(SqlColumn::name).containsExactly("id", "code");
    assertThat(lake().engine.query(plan.sql())).containsExactly(List.of("1", "a"));
    assertThatThrownBy(() -> lake().tables.planAt(FLIGHTS, 5)).isInstanceOf(NotFound.class);
  }

  private long snapshot() {
    return lake().tables.require(FLIGHTS).snapshot().getAsLong();
  }

  private List<List<@Nullable String>> changesSince(long snapshot) {
    return lake().engine.query(lake().tables.changesSince(FLIGHTS, snapshot).sql());
  }

  /** Writes the rows of a SELECT in the place of those that a commit added. */
  private void replace(long commit, String rows) {
    WriteTarget target = lake().target(FLIGHTS, rows);
    NewFiles files = lake().write(target, rows);
    LakeTable table = lake().tables.require(FLIGHTS);
    Snapshot snapshot = table.metadata().snapshot(commit);
    MergedRows merged = lake().tables.merged(FLIGHTS, List.of(CommittedRows.of(snapshot)));
    lake().commit(new TableChange.ReplaceCommits(target, merged, MergedRows.Taken.NONE, files));
  }

  @Test
  default void whatWasAppendedSinceASnapshotIsReadWithTheColumnsOfNow() {
    lake().append(FLIGHTS, "SELECT 1 AS id");
    long first = snapshot();
    assertThat(lake().tables.changesSince(FLIGHTS, first).paths()).isEmpty();

    lake().append(FLIGHTS, "SELECT 3 AS id");
    lake().append(FLIGHTS, "SELECT 2 AS id, 'c' AS code");

    TableChanges changes = lake().tables.changesSince(FLIGHTS, first);
    assertThat(changes.snapshot()).hasValue(snapshot());
    assertThat(changes.sql()).isEqualTo(changes.come().sql());
    assertThat(lake().rowsGone(changes)).isZero();
    assertThat(lake().engine.query(changes.sql()))
        .containsExactly(Arrays.asList("3", null), List.of("2", "c"));
  }

  @Test
  default void rowsThatWereOnlyWrittenAnewAreNoChange() {
    String nested =
        "{'a': [1, NULL], 'm': MAP {'k': %d}} AS n, NULL::DATE AS d, 'NaN'::DOUBLE AS f";
    lake().append(FLIGHTS, "SELECT 1 AS id, " + nested.formatted(1));
    long old = snapshot();
    lake().append(FLIGHTS, "SELECT 9 AS id, " + nested.formatted(9));
    long read = snapshot();

    String same = "SELECT 1 AS id, " + nested.formatted(1);
    replace(old, same);
    assertThat(changesSince(read)).isEmpty();
    assertThat(lake().rowsGone(lake().tables.changesSince(FLIGHTS, read))).isZero();

    replace(snapshot(), "SELECT 1 AS id, " + nested.formatted(2));
    assertThat(changesSince(read)).singleElement().asString().contains("{k=2}");
    assertThat(lake().rowsGone(lake().tables.changesSince(FLIGHTS, read))).isOne();
  }

  @Test
  default void ofEqualRowsAsManyAreChangesAsThereAreMore() {
    lake().append(FLIGHTS, "SELECT 1 AS id UNION ALL SELECT 1 UNION ALL SELECT NULL");
    long first = snapshot();
    replace(first, "SELECT unnest([1, 1, 1, NULL, NULL, 2]) AS id");

    assertThat(changesSince(first))
        .containsExactlyInAnyOrder(
            List.of("1"), Arrays.asList((@Nullable String) null), List.of("2"));
    assertThat(lake().rowsGone(lake().tables.changesSince(FLIGHTS, first))).isZero();
  }

  @Test
  default void changesAreComparedAndReadInTheOrderOfTheRowsWithTheColumnsOfNow() {
    lake().append(FLIGHTS, "SELECT 1 AS id, 'x' AS _place UNION ALL SELECT 2, 'y'");
    long first = snapshot();
    replace(
        first,
        "SELECT unnest([7, 1, 6, 2, 5])::BIGINT AS id, unnest(['a', 'x', 'b', 'y', 'c']) AS"
            + " _place, unnest([NULL, NULL, NULL, 'new', NULL]) AS note");
    lake().append(FLIGHTS, "SELECT 4 AS id, 'd' AS _place");
    lake().append(FLIGHTS, "SELECT 3 AS id, 'e' AS _place");

    assertThat(changesSince(first))
        .extracting(List::getFirst)
        .containsExactly("7", "6", "2", "5", "4", "3");
  }

  @Test
  default void ofATableThatIsOverwrittenTheRowsThatItDidNotHaveAreChanges() {
    lake().append(FLIGHTS, "SELECT 1 AS id, 'a' AS code UNION ALL SELECT 2, 'b'");
    long first = snapshot();
    lake().replaceAll(FLIGHTS, "SELECT 2 AS id UNION ALL SELECT 3");

    assertThat(changesSince(first)).containsExactly(List.of("3"));
    assertThat(lake().rowsGone(lake().tables.changesSince(FLIGHTS, first))).isOne();

    lake().replaceAll(FLIGHTS, "SELECT 1 AS id WHERE false");
    assertThat(changesSince(first)).isEmpty();
    assertThat(lake().rowsGone(lake().tables.changesSince(FLIGHTS, first))).isEqualTo(2);
  }

  @Test
  default void whatChangedCannotBeToldSinceASnapshotThatTheTableHasNot() {
    lake().append(FLIGHTS, "SELECT 1 AS id");

    assertThatThrownBy(() -> lake().tables.changesSince(FLIGHTS, 5))
        .isInstanceOfSatisfying(
            Invalid.class, e -> assertThat(e.code()).isEqualTo(TablesError.CHANGES_UNKNOWN));
  }

  @Test
  default void overwritingPartitionsTouchesOnlyThoseThatGetRows() {
    lake().append(FLIGHTS, "SELECT i AS id, 'p' || (i % 2) AS part FROM range(4) r(i)", "part");
    String rows = "SELECT 9 AS id, 'p1' AS part";
    WriteTarget target = lake().target(FLIGHTS, rows);
    lake().commit(new TableChange.ReplacePartitions(target, lake().write(target, rows)));

    assertThat(lake().rows(FLIGHTS)).containsExactly("[0, p0]", "[2, p0]", "[9, p1]");
  }

  @Test
  default void aMergeReplacesExactlyTheFilesItRewrote() {
    lake().append(FLIGHTS, "SELECT 1 AS id, 'old' AS v");
    lake().append(FLIGHTS, "SELECT 2 AS id, 'old' AS v");
    ScanPlan plan = lake().tables.plan(FLIGHTS);
    List<String> holding =
        lake()
            .engine
            .query("SELECT DISTINCT _file FROM (" + plan.sqlWithFile() + ") WHERE id = 2")
            .stream()
            .map(row -> String.valueOf(row.getFirst()))
            .toList();
    String rows =
        "SELECT id, v FROM (" + plan.sqlOf(holding) + ") WHERE id <> 2 UNION ALL SELECT 2, 'new'";
    WriteTarget target = lake().target(FLIGHTS, rows);
    lake().commit(new TableChange.ReplaceFiles(target, plan, holding, lake().write(target, rows)));

    assertThat(lake().rows(FLIGHTS)).containsExactly("[1, old]", "[2, new]");
    assertThat(lake().tables.history(FLIGHTS, 1, "").items().getFirst().files())
        .isEqualTo(new TableSnapshot.Amounts(1, 1, 2));
  }

  @Test
  default void aMergeComputedFromAnOlderSnapshotIsRefused() {
    lake().append(FLIGHTS, "SELECT 1 AS id");
    ScanPlan plan = lake().tables.plan(FLIGHTS);
    WriteTarget target = lake().target(FLIGHTS, "SELECT 1 AS id");
    NewFiles files = lake().write(target, "SELECT 5 AS id");
    lake().append(FLIGHTS, "SELECT 2 AS id");

    assertThatThrownBy(() ->
            lake()
                .commit(
                    new TableChange.ReplaceFiles(
                        target, plan, List.of(plan.paths().getFirst().toString()), files)))
        .isInstanceOfSatisfying(
            Conflict.class, e -> assertThat(e.code()).isEqualTo(TablesError.TABLE_CHANGED));
    assertThat(lake().rows(FLIGHTS)).containsExactly("[1]", "[2]");
  }

  @Test
  default void severalTablesBecomeTrueTogetherOrNotAtAll() {
    WriteTarget flights = lake().target(FLIGHTS, "SELECT 1 AS id");
    WriteTarget delays = lake().target(DELAYS, "SELECT 2 AS minutes");
    NewFiles flown = lake().write(flights, "SELECT 1 AS id");
    NewFiles delayed = lake().write(delays, "SELECT 2 AS minutes");
    List<TableChange> changes =
        List.of(new TableChange.Append(flights, flown), new TableChange.Append(delays, delayed));

    try (PreparedCommit commit = lake().tables.prepare(CommitContext.of("tester"), changes)) {
      assertThatThrownBy(() ->
              lake()
                  .database
                  .write(tx -> {
                    commit.publish(tx);
                    throw new IllegalStateException("something else failed");
                  }))
          .hasMessage("something else failed");
    }
    assertThat(lake().tables.list()).isEmpty();

    lake().commit(changes.toArray(TableChange[]::new));
    assertThat(lake().rows(FLIGHTS)).hasSize(1);
    assertThat(lake().rows(DELAYS)).hasSize(1);
  }

  @Test
  default void anExecutionPublishesToATableOnlyOnce() {
    CommitContext context = CommitContext.of("tester", "01exec", "f00d", List.of());
    WriteTarget target = lake().target(FLIGHTS, "SELECT 1 AS id");
    lake().commit(context, new TableChange.Append(target, lake().write(target, "SELECT 1 AS id")));
    WriteTarget again = lake().target(FLIGHTS, "SELECT 1 AS id");
    NewFiles files = lake().write(again, "SELECT 1 AS id");

    assertThatThrownBy(() -> lake().commit(context, new TableChange.Append(again, files)))
        .isInstanceOfSatisfying(
            Conflict.class,
            e -> assertThat(e.code()).isEqualTo(TablesError.TABLE_ALREADY_PUBLISHED));
    assertThat(lake().rows(FLIGHTS)).hasSize(1);
    assertThat(lake().tables.require(FLIGHTS).table().currentSnapshot().summary())
        .containsEntry("hosu.execution", "01exec")
        .containsEntry("hosu.fingerprint", "f00d");
  }

  @Test
  default void aCommitPreparedBeforeAnotherServersIsRefused() {
    lake().append(FLIGHTS, "SELECT 1 AS id");
    WriteTarget target = lake().target(FLIGHTS, "SELECT 2 AS id");
    NewFiles files = lake().write(target, "SELECT 2 AS id");
    TableChange change = new TableChange.Append(target, files);
    Tables otherServer =
        new Tables(
            lake().database,
            lake().files,
            lake().events,
            lake().clock,
            lake().ids,
            TablesConfig.standard());
    try (PreparedCommit late = lake().tables.prepare(CommitContext.of("a"), List.of(change));
        PreparedCommit early =
            otherServer.prepare(
                CommitContext.of("b"),
                List.of(new TableChange.Append(target, lake().write(target, "SELECT 3 AS id"))))) {
      publish(early);
      assertThatThrownBy(() -> publish(late))
          .isInstanceOfSatisfying(
              Conflict.class, e -> assertThat(e.code()).isEqualTo(TablesError.TABLE_CHANGED));
    }
    lake().commit(change);
    assertThat(lake().rows(FLIGHTS)).containsExactly("[1]", "[2]", "[3]");
  }

  @Test
  default void rowsWrittenForOtherColumnsThanTheTableHasByThenAreRefused() {
    lake().append(FLIGHTS, "SELECT 1 AS id");
    String rows = "SELECT 2 AS id, 'x' AS a";
    WriteTarget target = lake().target(FLIGHTS, rows);
    NewFiles files = lake().write(target, rows);
    lake().append(FLIGHTS, "SELECT 3 AS id, DATE '2020-01-01' AS b");

    assertThatThrownBy(() -> lake().commit(new TableChange.Append(target, files)))
        .isInstanceOf(Conflict.class);

    lake().append(FLIGHTS, rows);
    assertThat(lake().rows(FLIGHTS))
        .containsExactly("[1, null, null]", "[2, null, x]", "[3, 2020-01-01, null]");
  }

  @Test
  default void twoExecutionsThatBothMakeTheTableBothCount() {
    WriteTarget one = lake().target(FLIGHTS, "SELECT 1 AS id");
    WriteTarget two = lake().target(FLIGHTS, "SELECT 2 AS id");
    lake().commit(new TableChange.Append(one, lake().write(one, "SELECT 1 AS id")));
    lake().commit(new TableChange.Append(two, lake().write(two, "SELECT 2 AS id")));

    assertThat(lake().rows(FLIGHTS)).containsExactly("[1]", "[2]");
  }

  @Test
  default void aTableCanBeDefinedBeforeItHasRows() {
    WriteTarget target =
        lake()
            .tables
            .target(
                FLIGHTS,
                List.of(new SqlColumn("id", "BIGINT"), new SqlColumn("day", "DATE")),
                TestLake.layout("month(day)"),
                Tables.Columns.EVOLVE);
    lake().commit(new TableChange.Define(target));

    assertThat(lake().tables.require(FLIGHTS).snapshot()).isEmpty();
    assertThat(lake().rows(FLIGHTS)).isEmpty();
    lake().append(FLIGHTS, "SELECT 1::INTEGER AS id, DATE '2020-01-01' AS day");
    assertThat(lake().rows(FLIGHTS)).containsExactly("[1, 2020-01-01]");
    assertThat(lake().tables.require(FLIGHTS).partitionBy()).containsExactly("month(day)");
  }

  @Test
  default void commitsTellWhatTheyDidAndFromWhat() {
    LineageInput object = LineageInput.object(ObjectName.parse("raw/aviation/1.csv"), "v1");
    CommitContext context = CommitContext.of("loader", "01exec", "f00d", List.of(object, object));
    WriteTarget target = lake().target(FLIGHTS, "SELECT 1 AS id");
    lake().commit(context, new TableChange.Append(target, lake().write(target, "SELECT 1 AS id")));
    lake().append(FLIGHTS, "SELECT 2 AS id UNION ALL SELECT 3");
    lake().append(FLIGHTS, "SELECT 4 AS id");

    Page<TableSnapshot> newest = lake().tables.history(FLIGHTS, 2, "");
    assertThat(newest.items()).extracting(TableSnapshot::number).containsExactly(3L, 2L);
    assertThat(newest.items().get(1).rows()).isEqualTo(new TableSnapshot.Amounts(2, 0, 3));
    Page<TableSnapshot> rest = lake().tables.history(FLIGHTS, 2, newest.nextToken().orElseThrow());
    TableSnapshot first = rest.items().getFirst();
    assertThat(rest.next()).isNull();
    assertThat(first.execution()).contains("01exec");
    assertThat(first.principal()).isEqualTo("loader");
    assertThat(lake().tables.lineage(FLIGHTS, first.id())).containsExactly(object);
    assertThat(lake().events.list(EventFilter.ALL, 10).items())
        .extracting(logged -> logged.event().detailType())
        .contains("Table Created", "Table Committed");
  }

  @Test
  default void aDroppedTableIsGoneAndAReaderThatPlannedCanFinish() {
    lake().append(FLIGHTS, "SELECT 1 AS id");
    ScanPlan plan = lake().tables.plan(FLIGHTS);
    String data = plan.files().getFirst().file().location();

    assertThat(lake().database.<Boolean>write(tx -> lake().tables.drop(tx, FLIGHTS))).isTrue();
    assertThat(lake().database.<Boolean>write(tx -> lake().tables.drop(tx, FLIGHTS))).isFalse();

    assertThatThrownBy(() -> lake().tables.require(FLIGHTS))
        .isInstanceOf(NotFound.class)
        .hasMessageContaining("no table aviation.stage.flights");
    assertThat(lake().files.resolve(ObjectName.ofLocation(data))).isEmpty();
    assertThat(lake().engine.query(plan.sql())).containsExactly(List.of("1"));

    lake().append(FLIGHTS, "SELECT 'new' AS other");
    assertThat(lake().rows(FLIGHTS)).containsExactly("[new]");
    assertThat(lake().tables.history(FLIGHTS, 10, "").items()).hasSize(1);
  }

  @Test
  default void everyFileOfATableIsAnObject() {
    for (int i = 0; i < 25; i++) {
      lake().append(FLIGHTS, "SELECT %d AS id".formatted(i));
    }
    LakeTable table = lake().tables.require(FLIGHTS);

    assertThat(lake().rows(FLIGHTS)).hasSize(25);
    assertThat(lake().records(FLIGHTS)).hasSize(25);
    assertThat(table.table().currentSnapshot().allManifests(table.table().io()).size())
        .isLessThan(17);
    assertThat(lake().tables.plan(FLIGHTS).files())
        .allSatisfy(file ->
            assertThat(lake().files.resolve(ObjectName.ofLocation(file.file().location())))
                .hasValueSatisfying(stored -> assertThat(stored.path()).isEqualTo(file.path())));
    long metadata =
        lake()
            .database
            .read(tx ->
                tx.number(
                    "SELECT COUNT(*) AS n FROM objects WHERE is_current = 1 AND key LIKE"
                        + " '%.metadata.json'"));
    assertThat(metadata).isEqualTo(21);
  }

  @Test
  default void whatIsPreparedAndNotPublishedIsSeenByNobody() {
    lake().append(FLIGHTS, "SELECT 1 AS id");
    WriteTarget target = lake().target(FLIGHTS, "SELECT 2 AS id");
    NewFiles files = lake().write(target, "SELECT 2 AS id");
    try (PreparedCommit commit =
        lake()
            .tables
            .prepare(CommitContext.of("a"), List.of(new TableChange.Append(target, files)))) {
      assertThat(commit.snapshot(FLIGHTS)).isPresent();
      assertThat(lake().rows(FLIGHTS)).containsExactly("[1]");
    }
    assertThat(lake().rows(FLIGHTS)).containsExactly("[1]");
    assertThat(stagedFiles()).isEmpty();
  }

  @Test
  default void namesAreSuggested() {
    lake().append(FLIGHTS, "SELECT 1 AS id");

    assertThatThrownBy(() -> lake().tables.require(TableName.parse("aviation.stage.fligths")))
        .hasMessageContaining("did you mean 'aviation.stage.flights'?");
  }

  @Test
  default void rowsThatDoNotFitAreRefusedBeforeAnythingIsWritten() {
    lake().append(FLIGHTS, "SELECT 1 AS id");

    assertThatThrownBy(() -> lake().target(FLIGHTS, "SELECT 'x' AS id"))
        .isInstanceOf(Invalid.class);
  }

  private List<Path> stagedFiles() {
    try (var walk = Files.walk(lake().blobs.staging())) {
      return walk.filter(Files::isRegularFile).toList();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void publish(PreparedCommit commit) {
    lake()
        .database
        .write(tx -> {
          commit.publish(tx);
          return true;
        });
  }
}
