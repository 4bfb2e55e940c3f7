package io.hosu.pipelines;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.pipelines.Target.Mode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** JSON whose records leave out what they do not know, or hold nothing. */
class SparseJsonTest extends InLake {
  private static final String ROWS = "a.stage.rows";

  private void apply(String sql, Mode mode) {
    List<String> key = mode == Mode.MERGE ? List.of("id") : List.of();
    lake.apply(
        Lake.stage(
            "a.p.rows",
            new Trigger.Objects(List.of("raw/a/*")),
            sql,
            Lake.into(ROWS, mode, key, List.of())));
  }

  private Execution last() {
    return lake.executions().getFirst();
  }

  /** Why the last execution failed. */
  private String code() {
    return requireNonNull(last().result().cause()).code();
  }

  @Test
  void aKeyThatTheSqlNamesIsNullWhereNoRecordHasItAndTheTableDoes() {
    apply("SELECT id, note, r.size FROM input r", Mode.APPEND);
    put("raw/a/1.json", "[{\"id\": 1, \"note\": \"x\", \"size\": 7}]");
    put("raw/a/2.jsonl", "{\"id\": 2, \"size\": 8}\n");
    put("raw/a/3.jsonl", "{\"id\": 3}\n");
    put("raw/a/4.jsonl", "{\"id\": 4, \"NOTE\": \"y\"}\n");

    assertThat(lake.deadLetters()).isEmpty();
    assertThat(lake.query(ROWS, "SELECT id, note, size FROM t ORDER BY id"))
        .containsExactly("1,x,7", "2,,8", "3,,", "4,y,");
  }

  @Test
  void whereTheTableDoesNotHaveItTheBatchFailsAndSoDoesAFileOfColumns() {
    apply("SELECT id, note FROM input", Mode.APPEND);
    put("raw/a/1.json", "[{\"id\": 1}]");
    assertThat(code()).isEqualTo("COLUMN_NOT_IN_RECORDS");
    put("raw/a/2.json", "[{\"id\": 2, \"note\": \"x\"}]");
    assertThat(last().status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    put("raw/a/3.csv", "id,notes\n3,y\n");

    Cause cause = requireNonNull(last().result().cause());
    assertThat(cause.code()).isEqualTo("COLUMN_NOT_IN_RECORDS");
    assertThat(cause.what())
        .isEqualTo(
            "The SQL names a column 'note', which no record of object raw/a/3.csv has; did you mean"
                + " 'notes'? The records have: id, notes.");
    assertThat(cause.remedy()).contains("UNION ALL BY NAME SELECT NULL::VARCHAR AS note");
    assertThat(lake.query(ROWS, "SELECT id FROM t")).containsExactly("2");
  }

  @Test
  void ofParquetAndTsvTheSameIsTold() throws Exception {
    apply("SELECT id, note FROM input", Mode.APPEND);
    lake.putParquet("raw/a/1.parquet", "SELECT 1 AS id, 'x' AS nota");
    lake.finish();

    assertThat(requireNonNull(last().result().cause()).what())
        .endsWith("object raw/a/1.parquet has; did you mean 'nota'? The records have: id, nota.");
    put("raw/a/2.tsv", "id\tsize\n1\t2\n");
    assertThat(requireNonNull(last().result().cause()).what())
        .endsWith("no record of object raw/a/2.tsv has. The records have: id, size.");
  }

  @Test
  void recordsWithoutAnyColumnOfTheTableAreOfAnotherShapeNotSparse() {
    apply("SELECT id, note FROM input", Mode.APPEND);
    put("raw/a/1.json", "[{\"id\": 1, \"note\": \"a\"}]");
    put("raw/a/2.json", "{\"orders\": [{\"id\": 2}]}");

    assertThat(code()).isEqualTo("COLUMN_NOT_IN_RECORDS");
    assertThat(lake.deadLetters()).hasSize(1);
    assertThat(lake.query(ROWS, "SELECT id, note FROM t")).containsExactly("1,a");
  }

  @Test
  void whatAnExecutionThatFailedHadReadIsNotToldAsNothing() {
    apply("SELECT id, note FROM input", Mode.APPEND);
    put("raw/a/1.json", "[{\"id\": 1}]");

    JsonNode failed = last().toJson();

    assertThat(failed.path("status").asText()).isEqualTo("FAILED");
    assertThat(failed.path("rows_in").isNull()).isTrue();
    assertThat(failed.path("bytes_in").asLong()).isEqualTo(11);
  }

  @Test
  void aKeyInsideAnObjectThatIsNullThroughoutHasNoTypeUntilItHasAValue() {
    apply("SELECT * FROM input", Mode.APPEND);
    put(
        "raw/a/1.json",
        "[{\"id\": 1, \"o\": {\"a\": 1, \"n\": null, \"l\": [{\"x\": null, \"y\": 1}]}}]");
    put(
        "raw/a/2.json",
        "[{\"id\": 2, \"o\": {\"a\": 2, \"n\": 2.5, \"l\": [{\"x\": 3, \"y\": 1}]}}]");
    put(
        "raw/a/3.json",
        "[{\"id\": 3, \"o\": {\"a\": 3, \"n\": null, \"l\": [{\"x\": null, \"y\": 1}]}}]");
    put(
        "raw/a/4.json",
        "[{\"id\": 4, \"o\": {\"a\": null, \"n\": null, \"l\": [{\"x\": 5, \"y\": 1}]}}]");

    assertThat(lake.deadLetters()).isEmpty();
    assertThat(lake.query(ROWS, "SELECT id, o.a, o.n, o.l[1].x FROM t ORDER BY id"))
        .containsExactly("1,1,,", "2,2,2.5,3", "3,3,,", "4,,,5");
  }

  @Test
  void sqlThatNamesAKeyInsideAnObjectThatIsNullThroughoutFindsIt() {
    apply("SELECT id, o.n::BIGINT AS n FROM input", Mode.APPEND);
    put("raw/a/1.json", "[{\"id\": 1, \"o\": {\"a\": 1, \"n\": null}}]");
    put("raw/a/2.json", "[{\"id\": 2, \"o\": {\"a\": 1, \"n\": 2}}]");

    assertThat(lake.query(ROWS, "SELECT id, n FROM t ORDER BY id")).containsExactly("1,", "2,2");
  }

  @Test
  void aListWithoutRecordsAloneIsAFileWithoutRows() {
    apply("SELECT id FROM input", Mode.APPEND);
    put("raw/a/1.json", "[]");
    assertThat(last().status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    assertThat(last().result().note()).contains("raw/a/1.json");
    put("raw/a/1.json", "[{\"id\": 1}, {\"id\": 2}]");
    put("raw/a/2.json", "[{\"id\": 3}]");
    assertThat(lake.query(ROWS, "SELECT id FROM t ORDER BY id")).containsExactly("1", "2", "3");

    put("raw/a/1.json", " [ ] ");

    assertThat(lake.query(ROWS, "SELECT id FROM t")).containsExactly("3");
    assertThat(last().result().note()).contains("raw/a/1.json");
    assertThat(lake.deadLetters()).isEmpty();
    put("raw/a/2.json", "");
    assertThat(code())
        .as("nothing at all may be an upload that broke off")
        .isEqualTo("EMPTY_OBJECT");
  }

  @Test
  void aListWithoutRecordsEmptiesATableThatIsMadeAnew() {
    apply("SELECT sum(id) AS s FROM input", Mode.OVERWRITE);
    put("raw/a/1.json", "[{\"id\": 1}]");
    assertThat(lake.query(ROWS, "SELECT s FROM t")).containsExactly("1");

    put("raw/a/1.json", "[]");

    assertThat(lake.query(ROWS, "SELECT s FROM t")).isEmpty();
    assertThat(lake.deadLetters()).isEmpty();
  }

  @Test
  void aListWithoutRecordsMergesNothing() {
    apply("SELECT id FROM input", Mode.MERGE);
    put("raw/a/1.json", "[{\"id\": 1}]");
    put("raw/a/2.json", "[]");

    assertThat(last().status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    assertThat(lake.query(ROWS, "SELECT id FROM t")).containsExactly("1");
  }

  @Test
  void aColumnThatTheSqlRenamesIsReadAsTheTypeOfTheTable() {
    apply("SELECT id AS code, amount AS price, note AS remark FROM input", Mode.APPEND);
    put("raw/a/1.csv", "id,amount,note\nA7,1.5,x\n");
    put("raw/a/2.csv", "id,amount,note\n007,2,y\n");
    put("raw/a/3.json", "[{\"id\": 8, \"amount\": 3}]");

    assertThat(lake.deadLetters()).isEmpty();
    assertThat(lake.query(ROWS, "SELECT code, price, remark FROM t ORDER BY price"))
        .containsExactly("A7,1.5,x", "007,2.0,y", "8,3.0,");
  }

  @Test
  void aColumnThatIsComputedWithHasTheTypeThatItsValuesShow() {
    apply("SELECT id AS code, id + 1 AS next FROM input", Mode.APPEND);
    put("raw/a/1.csv", "id\n1\n");
    put("raw/a/2.csv", "id\n2\n");

    assertThat(lake.query(ROWS, "SELECT code, next FROM t ORDER BY code"))
        .containsExactly("1,2", "2,3");
  }
}
