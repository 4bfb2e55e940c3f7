package io.hosu.tables;

import static io.hosu.tables.TestLake.FLIGHTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.kernel.HosuException;
import io.hosu.kernel.ObjectName;
import io.hosu.objects.ObjectFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Files that lie where a table has its own, whatever database keeps its pointer. */
interface OrphansContract {
  Duration DELAY = Duration.ofDays(1);
  String PLACE = "stage/aviation/flights/";

  TestLake lake();

  private ObjectName put(String key) {
    try {
      Path staged = Files.writeString(lake().blobs.staging().resolve(lake().ids.next()), "bytes");
      String blob = lake().blobs.adopt(staged);
      ObjectName name = ObjectName.parse(PLACE + key);
      lake().database.perform(tx -> lake().files.register(tx, name, blob, 5));
      return name;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<ObjectName> orphans() {
    try (Orphans.Found found = lake().tables.upkeep().orphans().find(FLIGHTS, DELAY)) {
      return found.files().stream().map(ObjectFiles.Resting::name).toList();
    }
  }

  private int remove(Orphans.Found found) {
    return lake().database.<Integer>write(tx -> lake().tables.upkeep().orphans().remove(tx, found));
  }

  private int remove() {
    try (Orphans.Found found = lake().tables.upkeep().orphans().find(FLIGHTS, DELAY)) {
      return remove(found);
    }
  }

  private void pass() {
    lake().clock.advance(DELAY.plusMinutes(1));
  }

  @Test
  default void whatACommitLeftThatCameToNothingGoesWhenItIsOld() {
    for (int i = 0; i < 3; i++) {
      lake().append(FLIGHTS, "SELECT %d AS id".formatted(i));
    }
    Compacting.compact(lake(), FLIGHTS);
    ObjectName data = put("data/half.parquet");
    ObjectName manifest = put("metadata/half-m0.avro");
    assertThat(orphans()).isEmpty();
    pass();
    ObjectName young = put("data/young.parquet");

    assertThat(orphans()).containsExactly(data, manifest);
    assertThat(remove()).isEqualTo(2);

    assertThat(orphans()).isEmpty();
    assertThat(lake().files.resolveAll(List.of(data, manifest, young))).containsOnlyKeys(young);
    assertThat(lake().rows(FLIGHTS)).hasSize(3);
    lake()
        .tables
        .require(FLIGHTS)
        .metadata()
        .snapshots()
        .forEach(snapshot ->
            assertThat(
                    lake().engine.query(lake().tables.planAt(FLIGHTS, snapshot.snapshotId()).sql()))
                .isNotEmpty());
  }

  @Test
  default void filesOfSnapshotsThatABranchOrTheHistoryNeedsAreNone() {
    lake().append(FLIGHTS, "SELECT 1 AS id");
    lake().replaceAll(FLIGHTS, "SELECT 2 AS id");
    lake().replaceAll(FLIGHTS, "SELECT 'x' AS name");
    pass();

    assertThat(orphans()).isEmpty();
  }

  @Test
  default void whatPeopleLaidBesideTheFoldersOfTheTableStays() {
    lake().append(FLIGHTS, "SELECT 1 AS id");
    put("notes.txt");
    put("more/notes.txt");
    pass();

    assertThat(orphans()).isEmpty();
  }

  @Test
  default void whatIsAnotherObjectByNowStays() {
    lake().append(FLIGHTS, "SELECT 1 AS id");
    ObjectName name = put("data/half.parquet");
    pass();
    try (Orphans.Found found = lake().tables.upkeep().orphans().find(FLIGHTS, DELAY)) {
      lake().database.perform(tx -> lake().files.unregister(tx, name));
      put("data/half.parquet");

      assertThat(remove(found)).isZero();
    }
    assertThat(lake().files.resolve(name)).isPresent();
  }

  @Test
  default void whenAnotherServerCommitsMeanwhileNothingGoes() {
    lake().append(FLIGHTS, "SELECT 1 AS id");
    ObjectName name = put("data/half.parquet");
    pass();
    Tables other =
        new Tables(
            lake().database,
            lake().files,
            lake().events,
            lake().clock,
            lake().ids,
            TablesConfig.standard());
    WriteTarget target = lake().target(FLIGHTS, "SELECT 2 AS id");
    NewFiles files = lake().write(target, "SELECT 2 AS id");
    try (Orphans.Found found = lake().tables.upkeep().orphans().find(FLIGHTS, DELAY)) {
      try (PreparedCommit commit =
          other.prepare(
              CommitContext.of("other"), List.of(new TableChange.Append(target, files)))) {
        lake().database.perform(commit::publish);
      }

      assertThatThrownBy(() -> remove(found))
          .isInstanceOfSatisfying(
              HosuException.class, e -> assertThat(e.code()).isEqualTo(TablesError.TABLE_CHANGED));
    }
    assertThat(lake().files.resolve(name)).isPresent();
    assertThat(remove()).isEqualTo(1);
  }

  @Test
  default void filesOfACommitUnderWayCannotBeAskedFor() {
    lake().append(FLIGHTS, "SELECT 1 AS id");

    assertThatThrownBy(() -> lake().tables.upkeep().orphans().find(FLIGHTS, Duration.ofMinutes(59)))
        .isInstanceOfSatisfying(
            HosuException.class,
            e -> assertThat(e.code()).isEqualTo(TablesError.ORPHAN_DELAY_SHORT));
  }
}
