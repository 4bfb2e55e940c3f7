package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.kernel.TableName;
import io.hosu.pipelines.Target.Mode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Executions that are taken back, when what their stages did before has moved to the archive. */
class ArchivedPredecessorsTest extends InLake {
  private static final TableName ROWS = TableName.parse("a.stage.rows");
  private static final TableName NEWS = TableName.parse("a.stage.news");
  private static final TableName ALL = TableName.parse("a.stage.all");

  @BeforeEach
  void declare() {
    Trigger objects = new Trigger.Objects(List.of("raw/a/*.csv"));
    lake.apply(
        Lake.stage(
            "a.p.rows",
            objects,
            "SELECT id, v FROM input",
            Lake.into(ROWS.toString(), Mode.APPEND, List.of(), List.of())),
        Lake.stage(
            "a.p.news",
            new Trigger.Tables(List.of(ROWS)),
            "SELECT id, v FROM changes('stage.rows')",
            Lake.into(NEWS.toString(), Mode.APPEND, List.of(), List.of())),
        Lake.stage(
            "a.p.all",
            objects,
            "SELECT id, v FROM input",
            Lake.into(ALL.toString(), Mode.OVERWRITE, List.of(), List.of())));
  }

  private List<String> rows(TableName table) {
    return lake.query(table.toString(), "SELECT id, v FROM t ORDER BY id, v");
  }

  private void archive() {
    assertThat(lake.life(lake.database).archive.sweep(Duration.ZERO)).isPositive();
    assertThat(lake.executions()).isEmpty();
  }

  private void takeBack(String stage) {
    Execution last =
        lake.executions().stream()
            .filter(one -> one.stage().stage().equals(stage))
            .findFirst()
            .orElseThrow();
    lake.pipelines
        .rollbacks(lake.tables, lake.history())
        .rollback(
            new Rollbacks.Request(last.id(), "user:ann", Seen.ALL, Rollbacks.Reach.CASCADE),
            _ -> {});
  }

  @Test
  void changesGoOnAfterWhatTheLastExecutionReadThatStands() {
    put("raw/a/1.csv", "id,v\n1,x\n");
    put("raw/a/2.csv", "id,v\n2,x\n");
    archive();
    put("raw/a/3.csv", "id,v\n3,x\n");
    assertThat(rows(NEWS)).containsExactly("1,x", "2,x", "3,x");

    takeBack("news");
    assertThat(rows(NEWS)).containsExactly("1,x", "2,x");
    put("raw/a/4.csv", "id,v\n4,x\n");

    assertThat(rows(NEWS)).containsExactly("1,x", "2,x", "3,x", "4,x");
  }

  @Test
  void theNextVersionOfAnObjectReplacesTheRowsOfTheOneThatStands() {
    put("raw/a/1.csv", "id,v\n1,one\n2,one\n");
    archive();
    put("raw/a/1.csv", "id,v\n1,two\n2,two\n");
    takeBack("rows");
    assertThat(rows(ROWS)).containsExactly("1,one", "2,one");

    put("raw/a/1.csv", "id,v\n1,three\n2,three\n");

    assertThat(rows(ROWS)).containsExactly("1,three", "2,three");
  }

  @Test
  void aTableThatIsMadeAnewIsMadeOfAllObjectsAgain() {
    put("raw/a/1.csv", "id,v\n1,one\n");
    archive();
    put("raw/a/2.csv", "id,v\n2,one\n");
    takeBack("all");
    assertThat(rows(ALL)).containsExactly("1,one");

    put("raw/a/3.csv", "id,v\n3,one\n");

    assertThat(rows(ALL)).containsExactly("1,one", "2,one", "3,one");
  }
}
