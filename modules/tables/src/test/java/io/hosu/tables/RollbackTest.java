package io.hosu.tables;

import static io.hosu.tables.TestLake.FLIGHTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hosu.events.EventFilter;
import io.hosu.kernel.HosuException.Conflict;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables that are set back to an earlier snapshot. */
class RollbackTest {
  private TestLake lake;

  @BeforeEach
  void open(@TempDir Path directory) {
    lake = new TestLake(directory);
  }

  @AfterEach
  void close() {
    lake.close();
  }

  private long snapshot() {
    return lake.tables.require(FLIGHTS).snapshot().orElseThrow();
  }

  @Test
  void anEarlierSnapshotIsTheCurrentOneAgainForEngineAndIceberg() {
    lake.append(FLIGHTS, "SELECT 1 AS id");
    long first = snapshot();
    lake.append(FLIGHTS, "SELECT 2 AS id");
    long second = snapshot();

    lake.commit(lake.tables.rollback(FLIGHTS, Set.of(second)));

    assertThat(snapshot()).isEqualTo(first);
    assertThat(lake.rows(FLIGHTS)).containsExactly("[1]");
    assertThat(lake.records(FLIGHTS)).hasSize(1);
    assertThat(lake.tables.planAt(FLIGHTS, second).rows()).isEqualTo(2);
  }

  @Test
  void rowsJoinThoseOfTheEarlierSnapshotAfterwards() {
    lake.append(FLIGHTS, "SELECT 1 AS id");
    lake.append(FLIGHTS, "SELECT 2 AS id");
    lake.commit(lake.tables.rollback(FLIGHTS, Set.of(snapshot())));

    lake.append(FLIGHTS, "SELECT 3 AS id");

    assertThat(lake.rows(FLIGHTS)).containsExactly("[1]", "[3]");
    assertThat(lake.records(FLIGHTS)).hasSize(2);
  }

  @Test
  void columnsPartitionsAndRowsAreThoseOfTheTime() {
    lake.append(FLIGHTS, "SELECT 1 AS id, DATE '2026-01-01' AS day", "month(day)");
    lake.replaceAll(FLIGHTS, "SELECT 'x' AS code", "code");

    lake.commit(lake.tables.rollback(FLIGHTS, Set.of(snapshot())));

    LakeTable table = lake.tables.require(FLIGHTS);
    assertThat(table.columns()).extracting(SqlColumn::name).containsExactly("id", "day");
    assertThat(table.partitionBy()).containsExactly("month(day)");
    assertThat(lake.rows(FLIGHTS)).containsExactly("[1, 2026-01-01]");
    lake.append(FLIGHTS, "SELECT 2 AS id, DATE '2026-02-01' AS day", "month(day)");
    assertThat(lake.records(FLIGHTS)).hasSize(2);
  }

  @Test
  void aTableIsSetBackToBeforeItsFirstRows() {
    lake.append(FLIGHTS, "SELECT 1 AS id");

    lake.commit(lake.tables.rollback(FLIGHTS, Set.of(snapshot())));

    assertThat(lake.tables.require(FLIGHTS).snapshot()).isEmpty();
    assertThat(lake.rows(FLIGHTS)).isEmpty();
    lake.append(FLIGHTS, "SELECT 2 AS id");
    assertThat(lake.rows(FLIGHTS)).containsExactly("[2]");
  }

  @Test
  void itIsACommitOfItsOwnInTheHistoryAndTheLog() {
    lake.append(FLIGHTS, "SELECT 1 AS id");
    long first = snapshot();
    lake.append(FLIGHTS, "SELECT unnest([2, 3]) AS id");
    lake.commit(lake.tables.rollback(FLIGHTS, Set.of(snapshot())));

    TableSnapshot last = lake.tables.history(FLIGHTS, 10, "").items().getFirst();
    assertThat(last.number()).isEqualTo(3);
    assertThat(last.id()).isEqualTo(first);
    assertThat(last.operation()).isEqualTo("rollback");
    assertThat(last.rows()).isEqualTo(new TableSnapshot.Amounts(0, 2, 1));
    assertThat(lake.tables.summaries())
        .singleElement()
        .extracting(TableSummary::rows)
        .isEqualTo(1L);
    assertThat(lake.events.list(EventFilter.ALL, 10).items())
        .extracting(logged -> logged.event().detailType())
        .startsWith("Table Rolled Back");
  }

  @Test
  void severalCommitsGoBackAtOnceButNoneThatIsNotNamed() {
    lake.append(FLIGHTS, "SELECT 1 AS id");
    lake.append(FLIGHTS, "SELECT 2 AS id");
    long second = snapshot();
    lake.append(FLIGHTS, "SELECT 3 AS id");
    long third = snapshot();

    assertThatExceptionOfType(Conflict.class)
        .isThrownBy(() -> lake.tables.rollback(FLIGHTS, Set.of(second)));
    lake.commit(lake.tables.rollback(FLIGHTS, Set.of(second, third)));

    assertThat(lake.rows(FLIGHTS)).containsExactly("[1]");
    assertThatExceptionOfType(Conflict.class)
        .isThrownBy(() -> lake.tables.rollback(FLIGHTS, Set.of(third)));
  }

  @Test
  void aCommitThatComesBetweenMakesItFail() {
    lake.append(FLIGHTS, "SELECT 1 AS id");
    lake.append(FLIGHTS, "SELECT 2 AS id");
    TableChange.Rollback back = lake.tables.rollback(FLIGHTS, Set.of(snapshot()));
    lake.append(FLIGHTS, "SELECT 3 AS id");

    assertThatExceptionOfType(Conflict.class)
        .isThrownBy(() -> lake.commit(back))
        .satisfies(e -> assertThat(e.code()).isEqualTo(TablesError.TABLE_CHANGED));
    assertThat(lake.rows(FLIGHTS)).containsExactly("[1]", "[2]", "[3]");
  }

  @Test
  void filesThatWerePlannedBeforeCannotBeReplacedAfterwards() {
    lake.append(FLIGHTS, "SELECT 1 AS id");
    lake.append(FLIGHTS, "SELECT 2 AS id");
    ScanPlan plan = lake.tables.plan(FLIGHTS);
    WriteTarget target = lake.target(FLIGHTS, "SELECT 9 AS id");
    NewFiles files = lake.write(target, "SELECT 9 AS id");
    lake.commit(lake.tables.rollback(FLIGHTS, Set.of(snapshot())));

    assertThatExceptionOfType(Conflict.class)
        .isThrownBy(() ->
            lake.commit(new TableChange.ReplaceFiles(target, plan, java.util.List.of(), files)));
    assertThat(lake.rows(FLIGHTS)).containsExactly("[1]");
  }
}
