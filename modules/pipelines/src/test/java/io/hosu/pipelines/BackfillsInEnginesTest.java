package io.hosu.pipelines;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.Target.Mode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What tables hold after their objects were processed again by another SQL. */
class BackfillsInEnginesTest extends InLake {
  private static final Trigger ALL = new Trigger.Objects(List.of("raw/a/{day}/*.csv"));
  private static final String ROWS = "a.stage.rows";
  private static final String COUNTS = "a.analytics.counts";

  private void apply(Mode mode, String sql) {
    List<String> key = mode == Mode.MERGE ? List.of("id") : List.of();
    lake.apply(Lake.stage("a.p.rows", ALL, sql, Lake.into(ROWS, mode, key, List.of())));
  }

  private static Backfill.Wanted wanted() {
    return new Backfill.Wanted(
        "a", "p", "rows", Instant.EPOCH, Instant.parse("2100-01-01T00:00:00Z"), Optional.empty());
  }

  private Backfill.Status backfill() {
    Backfills backfills = lake.pipelines.backfills();
    String id = backfills.begin(wanted(), "user:ann", Seen.ALL).backfill().id();
    lake.finish();
    while (backfills.require(id, Seen.ALL).backfill().status() == Backfill.Status.RUNNING) {
      Thread.onSpinWait();
    }
    return backfills.require(id, Seen.ALL).backfill().status();
  }

  private void putAll() {
    for (int i = 1; i <= 3; i++) {
      lake.put("raw/a/%d/x.csv".formatted(i), "id,v\n%1$d,v%1$d\n%1$d0,v%1$d\n".formatted(i));
      lake.finish();
    }
  }

  private List<String> rows() {
    return lake.query(ROWS, "SELECT id, v FROM t ORDER BY id, v");
  }

  @Test
  void rowsThatWereAppendedAreReplacedByThoseOfTheNewSqlAndWhatReadsThemFollows() {
    lake.apply(
        Lake.stage(
            "a.p.counts",
            new Trigger.Tables(List.of(TableName.parse(ROWS))),
            "SELECT v, count(*) AS n FROM a.stage.rows GROUP BY v",
            Lake.into(COUNTS, Mode.OVERWRITE, List.of(), List.of())));
    apply(Mode.APPEND, "SELECT id::INTEGER AS id, v FROM input");
    putAll();
    apply(Mode.APPEND, "SELECT id::INTEGER AS id, upper(v) AS v FROM input");

    assertThat(backfill()).isEqualTo(Backfill.Status.DONE);

    assertThat(rows()).containsExactly("1,V1", "2,V2", "3,V3", "10,V1", "20,V2", "30,V3");
    assertThat(lake.query(COUNTS, "SELECT v, n FROM t ORDER BY v"))
        .containsExactly("V1,2", "V2,2", "V3,2");
  }

  @Test
  void rowsThatWereMergedTakeThePlaceOfThoseOfTheirKey() {
    apply(Mode.MERGE, "SELECT id::INTEGER AS id, v FROM input");
    putAll();
    apply(Mode.MERGE, "SELECT id::INTEGER AS id, upper(v) AS v FROM input");

    assertThat(backfill()).isEqualTo(Backfill.Status.DONE);

    assertThat(rows()).containsExactly("1,V1", "2,V2", "3,V3", "10,V1", "20,V2", "30,V3");
  }

  @Test
  void aTableThatIsOverwrittenIsThatOfTheNewSql() {
    apply(Mode.OVERWRITE, "SELECT id::INTEGER AS id, v FROM input");
    putAll();
    apply(Mode.OVERWRITE, "SELECT id::INTEGER AS id, upper(v) AS v FROM input");
    int before = lake.executions().size();

    assertThat(backfill()).isEqualTo(Backfill.Status.DONE);

    assertThat(rows()).containsExactly("1,V1", "2,V2", "3,V3", "10,V1", "20,V2", "30,V3");
    assertThat(lake.executions()).hasSize(before + 1);
  }

  @Test
  void aBackfillThatWasTakenBackIsRetried() {
    apply(Mode.APPEND, "SELECT id::INTEGER AS id, v FROM input");
    putAll();
    apply(Mode.APPEND, "SELECT id::INTEGER AS id, upper(v) AS v FROM input");
    backfill();
    List<Execution> backfilled =
        lake.executions().stream()
            .filter(execution -> execution.origin().by() == Execution.By.BACKFILL)
            .toList();
    backfilled.forEach(one ->
        lake.pipelines
            .rollbacks(lake.tables)
            .rollback(
                new Rollbacks.Request(one.id(), "user:ann", Seen.ALL, Rollbacks.Reach.CASCADE),
                _ -> {}));
    assertThat(rows()).contains("1,v1").doesNotContain("1,V1");

    backfilled.forEach(one -> lake.pipelines.retrying().retry(one.id(), "user:ann", Seen.ALL));
    lake.finish();

    assertThat(rows()).containsExactly("1,V1", "2,V2", "3,V3", "10,V1", "20,V2", "30,V3");
  }

  @Test
  void aDryRunTellsTheRowsOfEachPartition() {
    apply(Mode.APPEND, "SELECT id::INTEGER AS id, v FROM input");
    putAll();

    BackfillEstimate estimate = lake.pipelines.backfills().estimate(wanted(), Seen.ALL).getFirst();

    assertThat(requireNonNull(estimate.partitions().get("day=2")).rows()).contains(known(2));
    assertThat(estimate.all().rows()).contains(known(6));
    assertThat(estimate.all().bytes()).isEqualTo(3 * 16);
  }

  @Test
  void aDryRunDoesNotTellTheRowsOfTablesForThoseOfObjects() {
    lake.apply(
        Lake.stage(
            "a.p.names",
            new Trigger.Objects(List.of("raw/a/names.csv")),
            "SELECT * FROM input",
            Lake.into("a.stage.names", Mode.APPEND, List.of(), List.of())));
    lake.put("raw/a/names.csv", "id,name\n1,a\n2,b\n3,c\n");
    lake.finish();
    apply(
        Mode.APPEND,
        "SELECT i.id::INTEGER AS id, i.v FROM input i JOIN a.stage.names n ON n.id = i.id");
    putAll();

    BackfillEstimate estimate = lake.pipelines.backfills().estimate(wanted(), Seen.ALL).getFirst();

    assertThat(estimate.all().objects()).isEqualTo(3);
    assertThat(estimate.all().rows()).isEmpty();
  }

  private static BackfillEstimate.Rows known(long rows) {
    return new BackfillEstimate.Rows(rows, false);
  }

  @Test
  void aDryRunDividesTheRowsOfAnExecutionInProportionToBytes() {
    lake.put("raw/a/1/x.csv", "id,v\n1,a\n");
    lake.put("raw/a/2/x.csv", "id,v\n2,b\n3,c\n4,d\n");
    apply(Mode.APPEND, "SELECT id::INTEGER AS id, v FROM input");
    lake.pipelines.run(StageName.parse("a.p.rows"));
    lake.finish();

    BackfillEstimate estimate = lake.pipelines.backfills().estimate(wanted(), Seen.ALL).getFirst();

    assertThat(estimate.all().rows()).contains(known(4));
    assertThat(estimate.partitions())
        .containsExactly(
            Map.entry(
                "day=1",
                new BackfillEstimate.Amount(1, 9, Optional.of(new BackfillEstimate.Rows(1, true)))),
            Map.entry(
                "day=2",
                new BackfillEstimate.Amount(
                    1, 17, Optional.of(new BackfillEstimate.Rows(3, true)))));
  }
}
