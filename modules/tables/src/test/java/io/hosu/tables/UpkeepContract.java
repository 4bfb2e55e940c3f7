package io.hosu.tables;

import static io.hosu.tables.TestLake.FLIGHTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.events.EventFilter;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.ObjectName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.SnapshotRefType;
import org.apache.iceberg.data.Record;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What upkeep does to tables, whatever database keeps their pointers. */
interface UpkeepContract {
  Duration WEEK = Duration.ofDays(7);

  TestLake lake();

  private long snapshot() {
    return lake().tables.require(FLIGHTS).snapshot().orElseThrow();
  }

  private void appendOneByOne(int count) {
    for (int i = 0; i < count; i++) {
      lake().append(FLIGHTS, "SELECT %d AS id".formatted(i));
      lake().clock.advance(Duration.ofSeconds(1));
    }
  }

  /** Iceberg stamps snapshots by the machine's clock: the lake's own moves on from there. */
  private void pass(Duration time) {
    Instant last =
        Instant.ofEpochMilli(
            lake().tables.require(FLIGHTS).metadata().currentSnapshot().timestampMillis());
    lake().clock.advance(Duration.between(lake().clock.instant(), last).plus(time));
  }

  private Set<Long> snapshots() {
    Set<Long> all = new HashSet<>();
    lake()
        .tables
        .require(FLIGHTS)
        .metadata()
        .snapshots()
        .forEach(snapshot -> all.add(snapshot.snapshotId()));
    return all;
  }

  private boolean isThere(String location) {
    return lake().files.resolve(ObjectName.ofLocation(location)).isPresent();
  }

  private void update(MetadataUpdate... updates) {
    TableUpdate update = new TableUpdate(FLIGHTS, List.of(), List.of(updates));
    try (PreparedUpdates prepared =
        lake().tables.open().prepare(CommitContext.of("engine"), List.of(update))) {
      lake().database.perform(prepared::publish);
    }
  }

  @Test
  default void smallFilesBecomeOneAndEveryReaderSeesTheSameRows() {
    appendOneByOne(6);
    List<String> rows = lake().rows(FLIGHTS);

    PreparedUpkeep.Done done = Compacting.compact(lake(), FLIGHTS).orElseThrow();

    assertThat(done.filesBefore()).isEqualTo(6);
    assertThat(done.filesAfter()).isEqualTo(1);
    assertThat(lake().tables.plan(FLIGHTS).files()).hasSize(1);
    assertThat(lake().rows(FLIGHTS)).isEqualTo(rows);
    assertThat(lake().records(FLIGHTS)).hasSize(6);
    TableSnapshot last = lake().tables.history(FLIGHTS, 1, "").items().getFirst();
    assertThat(last.operation()).isEqualTo("replace");
    assertThat(last.rows().total()).isEqualTo(6);
    assertThat(last.files().total()).isEqualTo(1);
    assertThat(Compacting.compact(lake(), FLIGHTS)).isEmpty();
  }

  @Test
  default void aMergedFileIsSortedAsTheTableSays() {
    for (int i = 0; i < 3; i++) {
      String rows = "SELECT 10 - 3 * %d - i AS id, i %% 2 AS side FROM range(3) r(i)".formatted(i);
      WriteTarget target =
          lake()
              .tables
              .target(
                  FLIGHTS,
                  lake().engine.describe(rows),
                  new TableLayout(List.of(), List.of("side desc", "id")),
                  Tables.Columns.EVOLVE);
      lake().commit(new TableChange.Append(target, lake().write(target, rows)));
    }

    Compacting.compact(lake(), FLIGHTS);

    PlannedFile file = lake().tables.plan(FLIGHTS).files().getFirst();
    assertThat(file.file().sortOrderId())
        .isEqualTo(lake().tables.require(FLIGHTS).metadata().defaultSortOrderId())
        .isPositive();
    List<List<@Nullable String>> rows =
        lake()
            .engine
            .query(
                "SELECT side, id FROM read_parquet(%s) ORDER BY file_row_number"
                    .formatted(Sql.text(file.path().toString())));
    assertThat(rows).hasSize(9);
    assertThat(rows)
        .isEqualTo(
            lake()
                .engine
                .query(
                    "SELECT side, id FROM (%s) ORDER BY side DESC, id"
                        .formatted(lake().tables.plan(FLIGHTS).sql())));
  }

  @Test
  default void mergingStartsNothingThatRowsStart() {
    appendOneByOne(3);
    Compacting.compact(lake(), FLIGHTS);

    assertThat(lake().events.list(EventFilter.ALL, 100).items())
        .extracting(event -> event.event().detailType())
        .filteredOn(type -> type.startsWith("Table"))
        .containsExactlyInAnyOrder(
            "Table Created",
            "Table Committed",
            "Table Committed",
            "Table Committed",
            "Table Compacted");
  }

  @Test
  default void partitionsAreMergedEachForItselfAndFewFilesAreLeftAlone() {
    for (int i = 0; i < 4; i++) {
      lake().append(FLIGHTS, "SELECT %d AS id, 'a' AS code".formatted(i), "code");
    }
    lake().append(FLIGHTS, "SELECT 10 AS id, 'b' AS code", "code");
    lake().append(FLIGHTS, "SELECT 11 AS id, 'b' AS code", "code");
    List<String> rows = lake().rows(FLIGHTS);

    Compacting.compact(lake(), FLIGHTS);

    assertThat(lake().tables.plan(FLIGHTS).files()).hasSize(3);
    assertThat(lake().rows(FLIGHTS)).isEqualTo(rows);
    assertThat(lake().records(FLIGHTS)).hasSize(6);
  }

  @Test
  default void filesOfEarlierColumnsAreMergedAsTheTableReadsThem() {
    lake().append(FLIGHTS, "SELECT 1 AS id");
    lake().append(FLIGHTS, "SELECT 2::BIGINT AS id, {'a': 1} AS place");
    lake().append(FLIGHTS, "SELECT 3 AS id, {'a': 1, 'b': 'x'} AS place");
    lake().append(FLIGHTS, "SELECT 4 AS id, {'a': 1, 'b': 'x'} AS place");
    List<String> rows = lake().rows(FLIGHTS);

    Compacting.compact(lake(), FLIGHTS);

    assertThat(lake().tables.plan(FLIGHTS).files()).hasSize(1);
    assertThat(lake().rows(FLIGHTS)).isEqualTo(rows);
    assertThat(lake().records(FLIGHTS).stream().map(Record::toString))
        .contains("Record(1, null)", "Record(4, Record(1, x))");
  }

  @Test
  default void whatIsAppendedWhileFilesAreMergedStaysBesideThem() {
    appendOneByOne(4);
    CompactionPlan plan =
        lake().tables.upkeep().planCompaction(FLIGHTS, Wear.MUCH, Compacting.FILE_BYTES, 10);
    List<TableUpkeep.Rewritten> rewritten = Compacting.rewrite(lake(), plan);
    lake().append(FLIGHTS, "SELECT 99 AS id");

    Compacting.publish(lake(), plan, rewritten);

    assertThat(lake().rows(FLIGHTS)).containsExactly("[0]", "[1]", "[2]", "[3]", "[99]");
    assertThat(lake().tables.plan(FLIGHTS).files()).hasSize(2);
  }

  @Test
  default void whatIsOverwrittenWhileFilesAreMergedStaysOverwritten() {
    appendOneByOne(4);
    CompactionPlan plan =
        lake().tables.upkeep().planCompaction(FLIGHTS, Wear.MUCH, Compacting.FILE_BYTES, 10);
    List<TableUpkeep.Rewritten> rewritten = Compacting.rewrite(lake(), plan);
    WriteTarget target = lake().target(FLIGHTS, "SELECT 7 AS id");
    lake().commit(new TableChange.ReplaceAll(target, lake().write(target, "SELECT 7 AS id")));

    assertThat(Compacting.publish(lake(), plan, rewritten)).isEmpty();
    assertThat(lake().rows(FLIGHTS)).containsExactly("[7]");
  }

  @Test
  default void aTableThatGotOtherColumnsMeanwhileIsNotMerged() {
    appendOneByOne(4);
    CompactionPlan plan =
        lake().tables.upkeep().planCompaction(FLIGHTS, Wear.MUCH, Compacting.FILE_BYTES, 10);
    List<TableUpkeep.Rewritten> rewritten = Compacting.rewrite(lake(), plan);
    lake().append(FLIGHTS, "SELECT 9 AS id, 'x' AS note");

    assertThatThrownBy(() -> Compacting.publish(lake(), plan, rewritten))
        .isInstanceOf(Conflict.class);
    assertThat(lake().rows(FLIGHTS)).hasSize(5);
  }

  @Test
  default void mergedRowsKnowWithWhichCommitTheyCame() {
    appendOneByOne(3);
    Compacting.compact(lake(), FLIGHTS);
    appendOneByOne(2);
    Compacting.compact(lake(), FLIGHTS);

    CompactionPlan.Bin all = bin();
    assertThat(lake().engine.query(all.sql() + " ORDER BY 2, 1"))
        .containsExactly(
            List.of("0", "1"),
            List.of("1", "2"),
            List.of("2", "3"),
            List.of("0", "5"),
            List.of("1", "6"));
  }

  /** The rows as the next merge would write them. */
  private CompactionPlan.Bin bin() {
    lake().append(FLIGHTS, "SELECT 5 AS id WHERE false");
    ScanPlan plan = lake().tables.plan(FLIGHTS);
    return new CompactionPlan.Bin(plan.files(), plan);
  }

  @Test
  default void changesSinceASnapshotAreToldAcrossAMerge() {
    appendOneByOne(3);
    long read = snapshot();
    lake().append(FLIGHTS, "SELECT 50 AS id");
    Compacting.compact(lake(), FLIGHTS);
    lake().append(FLIGHTS, "SELECT 51 AS id");

    TableChanges changes = lake().tables.changesSince(FLIGHTS, read);

    assertThat(lake().engine.query(changes.sql()))
        .containsExactlyInAnyOrder(List.of("50"), List.of("51"));
  }

  @Test
  default void commitsAreTakenBackAcrossAMerge() {
    appendOneByOne(3);
    long before = snapshot();
    lake().append(FLIGHTS, "SELECT 50 AS id");
    long commit = snapshot();
    Compacting.compact(lake(), FLIGHTS);

    lake().commit(lake().tables.rollback(FLIGHTS, Set.of(commit)));

    assertThat(snapshot()).isEqualTo(before);
    assertThat(lake().rows(FLIGHTS)).hasSize(3);
  }

  @Test
  default void snapshotsThatAreOverGoWithTheFilesThatOnlyTheyNeed() {
    appendOneByOne(4);
    List<PlannedFile> small = lake().tables.plan(FLIGHTS).files();
    long old = snapshot();
    Compacting.compact(lake(), FLIGHTS);
    lake().append(FLIGHTS, "SELECT 9 AS id");
    pass(WEEK);

    PreparedUpkeep.Done done =
        Compacting.expire(lake(), FLIGHTS, SnapshotPolicy.standard(), Set.of()).orElseThrow();

    assertThat(done.snapshots()).isEqualTo(5);
    assertThat(small).noneMatch(file -> isThere(file.file().location()));
    assertThat(small).allMatch(file -> file.path().toFile().exists());
    assertThat(lake().rows(FLIGHTS)).hasSize(5);
    assertThat(lake().records(FLIGHTS)).hasSize(5);
    assertThatThrownBy(() -> lake().tables.planAt(FLIGHTS, old))
        .isInstanceOf(NotFound.class)
        .hasMessageContaining("has expired");
    assertThatThrownBy(() -> lake().tables.planAt(FLIGHTS, 5))
        .isInstanceOf(NotFound.class)
        .hasMessageContaining("has no snapshot 5");
    assertThat(Compacting.expire(lake(), FLIGHTS, SnapshotPolicy.standard(), Set.of())).isEmpty();
  }

  @Test
  default void whatIsHeldTaggedOrOfABranchStaysReadable() {
    List<Long> made = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      lake().replaceAll(FLIGHTS, "SELECT %d AS id".formatted(i));
      made.add(snapshot());
    }
    update(
        ref("release", made.get(0), null, null),
        new MetadataUpdate.SetSnapshotRef(
            "trial", made.get(1), SnapshotRefType.BRANCH, null, null, null));
    pass(WEEK);

    Compacting.expire(lake(), FLIGHTS, SnapshotPolicy.standard(), Set.of(made.get(2)));

    assertThat(snapshots())
        .containsExactlyInAnyOrder(made.get(0), made.get(1), made.get(2), made.get(4));
    for (int i : List.of(0, 1, 2, 4)) {
      assertThat(lake().engine.query(lake().tables.planAt(FLIGHTS, made.get(i)).sql()))
          .containsExactly(List.of(Integer.toString(i)));
    }
  }

  private static MetadataUpdate ref(
      String name, long snapshot, @Nullable Long maxRefAge, @Nullable Long maxSnapshotAge) {
    return new MetadataUpdate.SetSnapshotRef(
        name, snapshot, SnapshotRefType.TAG, null, maxSnapshotAge, maxRefAge);
  }

  @Test
  default void aTagGoesWhenItIsOlderThanItMayBecome() {
    lake().append(FLIGHTS, "SELECT 1 AS id");
    long first = snapshot();
    lake().append(FLIGHTS, "SELECT 2 AS id");
    update(ref("short", first, Duration.ofDays(1).toMillis(), null));
    pass(WEEK);

    PreparedUpkeep.Done done =
        Compacting.expire(lake(), FLIGHTS, SnapshotPolicy.standard(), Set.of()).orElseThrow();

    assertThat(done.refs()).isEqualTo(1);
    assertThat(lake().tables.require(FLIGHTS).metadata().refs())
        .containsOnlyKeys(SnapshotRef.MAIN_BRANCH);
    assertThat(snapshots()).containsExactly(snapshot());
    assertThat(lake().rows(FLIGHTS)).hasSize(2);
  }

  @Test
  default void theTablesOwnPropertiesComeFirst() {
    appendOneByOne(5);
    update(
        new MetadataUpdate.SetProperties(
            Map.of(
                "history.expire.max-snapshot-age-ms", "1000",
                "history.expire.min-snapshots-to-keep", "3")));
    pass(Duration.ofMinutes(1));

    Compacting.expire(lake(), FLIGHTS, SnapshotPolicy.standard(), Set.of());

    assertThat(snapshots()).hasSize(3);
    assertThat(lake().rows(FLIGHTS)).hasSize(5);
  }

  @Test
  default void aTableOfManyCommitsKeepsToANumberOfSnapshots() {
    appendOneByOne(12);
    pass(Duration.ofHours(2));
    SnapshotPolicy policy = new SnapshotPolicy(Duration.ofDays(5), 1, 4, Duration.ofHours(1));

    Compacting.expire(lake(), FLIGHTS, policy, Set.of());

    assertThat(snapshots()).hasSize(4);
    assertThat(lake().rows(FLIGHTS)).hasSize(12);
  }

  @Test
  default void anEngineThatRemovesSnapshotsLeavesNoFilesBehind() {
    lake().append(FLIGHTS, "SELECT 1 AS id");
    long old = snapshot();
    String file = lake().tables.plan(FLIGHTS).files().getFirst().file().location();
    lake().replaceAll(FLIGHTS, "SELECT 2 AS id");

    update(new MetadataUpdate.RemoveSnapshots(Set.of(old)));

    assertThat(isThere(file)).isFalse();
    assertThat(lake().rows(FLIGHTS)).containsExactly("[2]");
  }

  @Test
  default void manyManifestsBecomeFew() {
    appendOneByOne(15);
    assertThat(manifests()).isEqualTo(15);

    PreparedUpkeep.Done done = Compacting.manifests(lake(), FLIGHTS).orElseThrow();

    assertThat(done.filesBefore()).isEqualTo(15);
    assertThat(manifests()).isEqualTo(1);
    assertThat(lake().rows(FLIGHTS)).hasSize(15);
    assertThat(lake().tables.history(FLIGHTS, 1, "").items().getFirst().rows().total())
        .isEqualTo(15);
    assertThat(Compacting.manifests(lake(), FLIGHTS)).isEmpty();
  }

  private int manifests() {
    var table = lake().tables.require(FLIGHTS).table();
    return table.currentSnapshot().dataManifests(table.io()).size();
  }
}
