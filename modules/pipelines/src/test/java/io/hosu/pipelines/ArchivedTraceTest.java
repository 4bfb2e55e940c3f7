package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Json;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.Target.Mode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A chain is the same wherever its executions are kept by now. */
class ArchivedTraceTest extends InLake {
  private static final TableName ROWS = TableName.parse("a.stage.rows");
  private static final TableName NEWS = TableName.parse("a.stage.news");
  private static final TableName SUMS = TableName.parse("a.analytics.sums");

  private final List<String> executions = new ArrayList<>();

  @BeforeEach
  void declare() {
    lake.apply(
        Lake.stage(
            "a.p.rows",
            new Trigger.Objects(List.of("raw/a/*.csv")),
            "SELECT id, v FROM input",
            Lake.into(ROWS.toString(), Mode.APPEND, List.of(), List.of())),
        Lake.stage(
            "a.p.news",
            new Trigger.Tables(List.of(ROWS)),
            "SELECT id, v FROM changes('stage.rows')",
            Lake.into(NEWS.toString(), Mode.APPEND, List.of(), List.of())),
        Lake.stage(
            "a.p.sums",
            new Trigger.Tables(List.of(NEWS)),
            "SELECT v, sum(id) AS ids FROM stage.news GROUP BY v",
            Lake.into(SUMS.toString(), Mode.OVERWRITE, List.of(), List.of())));
    put("raw/a/1.csv", "id,v\n1,x\n");
    put("raw/a/2.csv", "id,v\n2,x\n");
    lake.pipelines
        .rollbacks(lake.tables, lake.history())
        .rollback(
            new Rollbacks.Request(
                newest("rows").id(), "user:ann", Seen.ALL, Rollbacks.Reach.CASCADE),
            _ -> {});
    put("raw/a/3.csv", "id,v\n3,y\n");
    lake.executions().forEach(one -> executions.add(one.id()));
  }

  private Execution newest(String stage) {
    return lake.executions().stream()
        .filter(one -> one.stage().stage().equals(stage))
        .findFirst()
        .orElseThrow();
  }

  /** The chains of all that is in the lake. */
  private List<String> traces() {
    Tracing tracing = lake.tracing();
    List<Trace> all = new ArrayList<>();
    for (String object : List.of("raw/a/1.csv", "raw/a/2.csv", "raw/a/3.csv")) {
      all.add(tracing.ofObject(ObjectName.parse(object), "", Tracing.Sight.ALL));
    }
    for (TableName table : List.of(ROWS, NEWS, SUMS)) {
      all.add(tracing.ofTable(table, "", Tracing.Sight.ALL));
    }
    for (int i = 0; i < executions.size(); i += 3) {
      all.add(tracing.ofExecution(executions.get(i), Tracing.Sight.ALL));
    }
    return all.stream().map(trace -> Json.print(trace.toJson())).toList();
  }

  private long archive(Duration retention) {
    return lake.life(lake.database).archive.sweep(retention);
  }

  @Test
  void aChainGoesThroughAllThatHaveMoved() {
    List<String> before = traces();

    assertThat(archive(Duration.ZERO)).isEqualTo(executions.size());

    assertThat(traces()).isEqualTo(before);
    assertThat(before.getFirst()).contains(NEWS.toString(), SUMS.toString());
  }

  @Test
  void aChainGoesFromThoseThatHaveMovedToThoseThatHaveNot() {
    List<String> before = traces();
    Instant first = Objects.requireNonNull(lake.executions().getLast().times().endedAt());

    Duration since = Duration.between(first, Instant.now());
    assertThat(archive(since.multipliedBy(95).dividedBy(100))).isPositive();
    assertThat(lake.executions()).isNotEmpty();
    assertThat(traces()).isEqualTo(before);

    archive(since.dividedBy(2));
    assertThat(traces()).isEqualTo(before);
  }

  @Test
  void whatWasNeverReadIsNotFoundInTheArchiveEither() {
    archive(Duration.ZERO);

    assertThatExceptionOfType(NotFound.class)
        .isThrownBy(
            () -> lake.tracing().ofObject(ObjectName.parse("raw/a/9.csv"), "", Tracing.Sight.ALL))
        .satisfies(e -> assertThat(e.code()).isEqualTo(PipelinesError.TRACE_NOT_FOUND));
  }
}
