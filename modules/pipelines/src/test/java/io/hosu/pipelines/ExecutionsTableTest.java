package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Json;
import io.hosu.pipelines.Target.Mode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What SQL shows of executions, those of the state database and those that have moved. */
class ExecutionsTableTest {
  private static final Principal ADMIN = Principal.user("root").asAdministrator();
  private static final Principal ANN = Principal.user("ann");
  private static final String ALL = "SELECT * FROM system.executions ORDER BY id";

  private Lake lake;

  @BeforeEach
  void open(@TempDir Path directory) throws IOException {
    lake = new Lake(directory);
    lake.apply(stage("a.open.rows"), stage("b.closed.rows"));
    put("a", "1", "id\n1\n");
    put("b", "1", "id\n1\n");
    put("a", "2", "id\nx\n");
    put("b", "2", "id\nsecret\n");
    List.of("a", "b").forEach(domain -> lake.grant(ADMIN, Permission.READ_OBJECTS, domain));
  }

  @AfterEach
  void close() {
    lake.close();
  }

  private static StageSpec stage(String name) {
    String domain = name.substring(0, 1);
    return Lake.stage(
        name,
        new Trigger.Objects(List.of("raw/%s/*.csv".formatted(domain))),
        "SELECT id::INTEGER AS id FROM input",
        Lake.into(domain + ".stage.rows", Mode.APPEND, List.of(), List.of()));
  }

  private void put(String domain, String name, String text) {
    lake.put("raw/%s/%s.csv".formatted(domain, name), text);
    lake.finish();
  }

  /** Moves what can be moved: those that succeeded, as dead letters name the others. */
  private long archive() {
    return lake.life(lake.database).archive.sweep(Duration.ZERO);
  }

  @Test
  void everyExecutionIsARowWithWhatTheApiShows() {
    archive();
    put("a", "3", "id\n3\n");

    List<JsonNode> rows = lake.sql(ADMIN, ALL).stream().map(Json::parse).toList();

    assertThat(rows).hasSize(5);
    assertThat(rows).filteredOn(row -> row.path("status").asText().equals("FAILED")).hasSize(2);
    for (Execution live : lake.executions()) {
      ExecutionDetail detail = lake.pipelines.executions().require(live.id());
      JsonNode row =
          rows.stream()
              .filter(one -> one.path("id").asText().equals(live.id()))
              .findFirst()
              .orElseThrow();
      assertThat(plain(row)).isEqualTo(plain(shown(detail)));
    }
  }

  private static JsonNode shown(ExecutionDetail detail) {
    return Json.parse(Json.print(detail.toJson().without(List.of("trigger_events", "children"))));
  }

  /** Field by field, without those that say nothing, with points in time as the API writes them. */
  private static List<String> plain(JsonNode json) {
    List<String> fields = new ArrayList<>();
    json.properties().stream()
        .filter(field -> !field.getValue().isNull())
        .forEach(
            field -> fields.add(field.getKey() + "=" + withTimes(field.getValue().toString())));
    return fields.stream().sorted().toList();
  }

  private static String withTimes(String text) {
    return text.replaceAll("(\\d{4}-\\d\\d-\\d\\d)[ T]([0-9:.]+?)0*(\\+00|Z)", "$1T$2Z");
  }

  @Test
  void anExecutionThatMovesStaysTheSameRow() {
    List<String> before = lake.sql(ADMIN, ALL);

    assertThat(archive()).isEqualTo(2);

    assertThat(lake.executions()).hasSize(2);
    assertThat(lake.sql(ADMIN, ALL)).isEqualTo(before).hasSize(4);
    put("a", "4", "id\n4\n");
    assertThat(archive()).isEqualTo(1);
    assertThat(lake.sql(ADMIN, ALL)).startsWith(before.toArray(String[]::new)).hasSize(5);
  }

  @Test
  void theTableCanBeUsedLikeAnyOther() {
    archive();

    assertThat(
            lake.sql(
                ADMIN,
                """
                WITH ended AS (SELECT * FROM system.executions e WHERE e.ended_at IS NOT NULL)
                SELECT count(*) AS n, count(DISTINCT ended.id) AS ids, sum(len(ended.inputs)) AS inputs,
                  (SELECT count(*) FROM a.stage.rows) AS rows,
                  bool_and(executions.created_at <= now()) AS past
                FROM ended JOIN system.executions ON executions.id = ended.id
                WHERE system.executions.domain IN ('a', 'b')\
                """))
        .containsExactly("{\"n\":4,\"ids\":4,\"inputs\":4,\"rows\":1,\"past\":true}");
    assertThat(
            lake.sql(
                ADMIN,
                "SELECT o.\"table\" AS t, o.rows AS n FROM (SELECT unnest(outputs) AS o FROM"
                    + " system.executions) ORDER BY t"))
        .containsExactly("{\"t\":\"a.stage.rows\",\"n\":1}", "{\"t\":\"b.stage.rows\",\"n\":1}");
  }

  @Test
  void whoMayNotSeeAPipelineSeesNoneOfItsExecutions() {
    lake.grant(ANN, Permission.DESCRIBE, "pipeline:a.open");
    List<String> before = lake.sql(ANN, ALL);

    assertThat(before).hasSize(2).allMatch(row -> row.contains("\"pipeline\":\"open\""));
    archive();
    assertThat(lake.sql(ANN, ALL)).isEqualTo(before);
    assertThat(lake.sql(Principal.user("bob"), ALL)).isEmpty();
    assertThat(lake.sql(Principal.user("bob"), "SELECT count(*) AS n FROM system.executions"))
        .containsExactly("{\"n\":0}");
  }

  /** Fails as soon as it is computed for a row that is hidden. */
  private static final String TRAP =
      "CASE WHEN domain = 'b' THEN CAST('told ' || id AS INTEGER) ELSE 0 END";

  static Stream<String> tricks() {
    return Stream.of(
        "SELECT count(*) AS n FROM system.executions WHERE %s = 0",
        "SELECT count(*) FILTER (WHERE %s = 0) AS n FROM system.executions",
        "SELECT count(%s) AS n FROM system.executions",
        "SELECT count(*) + max(%s) AS n FROM system.executions",
        "SELECT count(*) AS n FROM (SELECT id FROM system.executions ORDER BY %s LIMIT 10)",
        "SELECT count(*) AS n FROM system.executions GROUP BY %s",
        "SELECT count(*) AS n FROM (SELECT 0 AS z) JOIN system.executions ON z = %s",
        "SELECT count(*) AS n FROM system.executions WHERE %s = 0 AND status <> 'x' LIMIT 3",
        "SELECT count(*) AS n FROM (SELECT row_number() OVER (ORDER BY %s) FROM system.executions)",
        "SELECT count(*) AS n FROM (SELECT id FROM system.executions QUALIFY"
            + " sum(%s) OVER () = 0)",
        "SELECT 2 * count(*) AS n FROM (SELECT DISTINCT %s FROM system.executions)",
        "WITH x AS MATERIALIZED (SELECT %s AS c FROM system.executions) SELECT count(*) AS n"
            + " FROM x WHERE c = 0");
  }

  @Test
  void noTrickTellsOfExecutionsThatAreHidden() {
    lake.grant(ANN, Permission.DESCRIBE, "pipeline:a.open");
    put("b", "5", "id\n5\n");
    put("a", "5", "id\n5\n");
    assertThat(archive()).isEqualTo(4);
    lake.database.perform(tx -> tx.update("DELETE FROM executions WHERE status = 'FAILED'"));

    tricks()
        .map(sql -> sql.formatted(TRAP))
        .forEach(sql -> assertThat(lake.sql(ANN, sql)).as(sql).containsExactly("{\"n\":2}"));
    assertThatExceptionOfType(RuntimeException.class)
        .as("the trap works where nothing is hidden")
        .isThrownBy(() -> lake.sql(ADMIN, "SELECT max(%s) FROM system.executions".formatted(TRAP)))
        .withMessageContaining("told");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT e FROM system.executions e",
        "SELECT executions AS e FROM system.executions",
        "SELECT struct_pack(a := c).a AS e FROM (SELECT x AS c FROM system.executions x)",
        "WITH e AS (FROM system.executions) SELECT e FROM e",
        "SELECT max(c) AS e FROM (FROM system.executions) c GROUP BY id",
        "SELECT list(e)[1] AS e FROM system.executions AS e GROUP BY id"
      })
  void aRowAsAWholeHasAllColumns(String sql) {
    assertThat(lake.sql(ADMIN, sql))
        .hasSize(4)
        .allMatch(row -> row.contains("\"rolled_back_by\"") && row.contains("\"outputs\""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT count(*) AS n FROM system.executions a JOIN system.executions b USING (id)",
        "SELECT count(*) AS n FROM system.executions a NATURAL JOIN"
            + " (SELECT id, status FROM system.executions) b",
        "SELECT sum(\"LEN\") AS n FROM (SELECT len(Attempts) AS LEN FROM SYSTEM.Executions)",
        "SELECT count(*) AS n FROM (SELECT COLUMNS('.*_in') FROM system.executions)",
        "SELECT count(*) AS n FROM (SELECT unnest(attempts, recursive := true)"
            + " FROM system.executions)",
        "SELECT count(a.outcome) AS n FROM (SELECT unnest(x.attempts) AS a"
            + " FROM system.executions x)"
      })
  void aColumnIsThereHoweverItIsNamed(String sql) {
    assertThat(lake.sql(ADMIN, sql)).containsExactly("{\"n\":4}");
  }

  @Test
  void anExecutionThatHasMovedIsShownAsBefore() {
    lake.grant(ANN, Permission.DESCRIBE, "pipeline:a.open");
    List<Execution> gone =
        lake.executions().stream()
            .filter(one -> one.status() == ExecutionStatus.SUCCEEDED)
            .toList();
    List<JsonNode> before =
        gone.stream()
            .map(one -> lake.pipelines.executions().require(one.id()).toJson())
            .map(json -> Json.parse(Json.print(json.put("archived", true))))
            .toList();
    assertThat(lake.history().find(gone.getFirst().id(), Seen.ALL)).isEmpty();

    archive();

    for (int i = 0; i < gone.size(); i++) {
      String id = gone.get(i).id();
      assertThat(lake.history().find(id, Seen.ALL).map(ExecutionsTableTest::plain))
          .hasValue(plain(before.get(i)));
      assertThat(lake.history().find(id, lake.seen(ANN)).isPresent())
          .isEqualTo(gone.get(i).stage().domain().equals("a"));
    }
    assertThat(lake.history().find("no such", Seen.ALL)).isEmpty();
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> lake.history().find("0", Seen.ALL))
        .satisfies(e -> assertThat(e.code()).isEqualTo(PipelinesError.EXECUTION_AMBIGUOUS));
  }

  @Test
  void aNameThatIsNoneIsToldWithTheOneThatWasMeant() {
    assertThatExceptionOfType(NotFound.class)
        .isThrownBy(() -> lake.sql(ANN, "SELECT * FROM system.exections"))
        .withMessageContaining("did you mean 'system.executions'?");
    assertThatExceptionOfType(NotFound.class)
        .isThrownBy(() -> lake.sql(ADMIN, "SELECT * FROM system.system.executions"))
        .withMessageContaining("There is no table system.system.executions");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM system.executions AT (VERSION => 1)",
        "SELECT * FROM system.main.sqlite_master",
        "SELECT * FROM system.information_schema.tables",
        "SELECT * FROM domain_system.system.executions"
      })
  void theViewBehindTheTableAndWhatIsOfTheEngineCannotBeNamed(String sql) {
    assertThatExceptionOfType(RuntimeException.class)
        .isThrownBy(() -> lake.sql(ADMIN, sql))
        .isInstanceOfAny(Invalid.class, NotFound.class);
  }

  @Test
  void aStageCannotReadWhatTheLakeKeepsOfItself() {
    lake.apply(
        Lake.stage(
            "a.open.self",
            new Trigger.Objects(List.of("raw/a/self/*.csv")),
            "SELECT id FROM system.executions",
            Lake.into("a.stage.self", Mode.APPEND, List.of(), List.of())));
    lake.put("raw/a/self/1.csv", "id\n1\n");
    lake.finish();

    assertThat(lake.executions().getFirst().result().cause())
        .satisfies(cause -> assertThat(cause.what()).contains("a stage cannot read"));
  }

  @Test
  void theTableOfMovedExecutionsIsNotAmongThoseOfTheLake() {
    archive();

    assertThat(lake.tables.list())
        .extracting(Object::toString)
        .containsExactly("a.stage.rows", "b.stage.rows");
  }
}
