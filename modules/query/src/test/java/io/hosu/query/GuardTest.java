package io.hosu.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.TableName;
import io.hosu.query.TableRef.At;
import io.hosu.query.engine.EngineSession;
import io.hosu.query.engine.QueryError;
import io.hosu.query.engine.SqlParser;
import io.hosu.query.engine.TestEngines;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class GuardTest {
  private static final Scope SCOPE = Scope.overInput("aviation");

  private static SqlParser parser;
  private static Guard guard;

  @BeforeAll
  static void start() {
    parser = new SqlParser(TestEngines.config(1));
    guard = new Guard(parser);
  }

  @AfterAll
  static void stop() {
    parser.close();
  }

  static final String[] HOSTILE = {
    "COPY stage.f TO '/tmp/x.csv'",
    "WITH x AS (COPY stage.f TO '/tmp/x.csv') SELECT * FROM x",
    "WITH x AS (INSERT INTO stage.f VALUES (1) RETURNING *) SELECT * FROM x",
    "WITH x AS (DELETE FROM stage.f RETURNING *) SELECT * FROM x",
    "WITH x AS (UPDATE stage.f SET a = 1 RETURNING *) SELECT * FROM x",
    "INSERT INTO stage.f VALUES (1)",
    "UPDATE stage.f SET a = 1",
    "DELETE FROM stage.f",
    "MERGE INTO stage.f USING stage.g ON a = b WHEN MATCHED THEN DELETE",
    "CREATE TABLE x AS SELECT 1",
    "CREATE MACRO m(x) AS x",
    "CREATE OR REPLACE VIEW v AS SELECT 1",
    "CREATE FUNCTION f(x) AS x",
    "DROP TABLE stage.f",
    "ALTER TABLE stage.f ADD COLUMN x INT",
    "TRUNCATE stage.f",
    "ATTACH '/tmp/x.db' AS x",
    "ATTACH ':memory:' AS x",
    "DETACH aviation",
    "USE aviation",
    "INSTALL httpfs",
    "LOAD httpfs",
    "EXPORT DATABASE '/tmp/x'",
    "IMPORT DATABASE '/tmp/x'",
    "SET memory_limit = '10GB'",
    "RESET memory_limit",
    "PRAGMA database_list",
    "PRAGMA show_tables",
    "CALL pragma_version()",
    "CHECKPOINT",
    "VACUUM",
    "ANALYZE",
    "EXPLAIN SELECT 1",
    "EXPLAIN ANALYZE SELECT 1",
    "BEGIN",
    "COMMIT",
    "PREPARE p AS SELECT 1",
    "EXECUTE p",
    "DEALLOCATE p",
    "CREATE SECRET s (TYPE s3)",
    "COMMENT ON TABLE stage.f IS 'x'",
    "SELECT 1; SELECT 2",
    "SELECT 1; DROP TABLE stage.f",
    "",
    "  -- nothing",
    "SELECT ?",
    "SELECT $1",
    "SELECT $name",
    "SUMMARIZE stage.f",
    "DESCRIBE stage.f",
    "SHOW TABLES",
    "SHOW ALL TABLES",
    "SELECT * FROM (DESCRIBE stage.f)",
    "SELECT * FROM (SUMMARIZE stage.f)",
    "SELECT * FROM (SHOW TABLES)",
    "PIVOT stage.f ON a USING sum(b)",
    "SELECT * FROM 'file.csv'",
    "FROM 'file.parquet'",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM \"/etc/passwd\"",
    "SELECT * FROM 's3://bucket/x.parquet'",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_csv_auto('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('/etc/passwd')",
    "SELECT * FROM read_json('/etc/passwd')",
    "SELECT * FROM read_parquet('x')",
    "SELECT * FROM parquet_scan('x')",
    "SELECT * FROM parquet_metadata('x')",
    "SELECT * FROM parquet_schema('x')",
    "SELECT * FROM sniff_csv('x')",
    "SELECT * FROM glob('/**')",
    "SELECT * FROM query('SELECT 1')",
    "SELECT * FROM query_table('stage.f')",
    "SELECT * FROM query_table(['a', 'b'])",
    "SELECT * FROM json_execute_serialized_sql('{}')",
    "SELECT json_serialize_sql('SELECT 1')",
    "SELECT json_deserialize_sql('{}')",
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM duckdb_views()",
    "SELECT * FROM duckdb_tables()",
    "SELECT * FROM duckdb_functions()",
    "SELECT * FROM duckdb_logs()",
    "SELECT * FROM duckdb_temporary_files()",
    "SELECT * FROM which_secret('x', 's3')",
    "SELECT * FROM pragma_table_info('stage.f')",
    "SELECT * FROM seq_scan('x')",
    "SELECT * FROM arrow_scan(1, 2, 3)",
    "SELECT * FROM test_all_types()",
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM pg_catalog.pg_class",
    "SELECT * FROM sqlite_master",
    "SELECT * FROM duckdb_views",
    "SELECT * FROM pg_tables",
    "SELECT * FROM memory.main.x",
    "SELECT * FROM system.information_schema.tables",
    "SELECT getenv('HOME')",
    "SELECT 'HOME'.getenv()",
    "SELECT main.getenv('HOME')",
    "SELECT system.main.getenv('HOME')",
    "SELECT GETENV('HOME')",
    "SELECT \"getenv\"('HOME')",
    "SELECT current_setting('memory_limit')",
    "SELECT nextval('s')",
    "SELECT write_log('x')",
    "SELECT sleep_ms(100000)",
    "SELECT pg_sleep(1000)",
    "SELECT current_query()",
    "SELECT txid_current()",
    "SELECT getvariable('x')",
    "SELECT main.abs(1)",
    "SELECT 1 FROM input ORDER BY (SELECT getenv('HOME'))",
    "SELECT 1 FROM input LIMIT (SELECT count(*) FROM read_csv('x'))",
    "SELECT 1 FROM input LIMIT 1 OFFSET (SELECT getenv('x')::INT)",
    "SELECT sum(a) FILTER (WHERE getenv('x') = 'y') FROM input",
    "SELECT sum(a) OVER (PARTITION BY getenv('x')) FROM input",
    "SELECT sum(a) OVER (ORDER BY getenv('x')) FROM input",
    "SELECT lag(a, 1, getenv('x')) OVER () FROM input",
    "SELECT a FROM input QUALIFY getenv('x') IS NULL",
    "SELECT a FROM input GROUP BY getenv('x')",
    "SELECT a FROM input HAVING getenv('x') IS NULL",
    "SELECT list_transform([1], lambda x: getenv('x'))",
    "SELECT list_transform([1], x -> getenv('x'))",
    "SELECT [getenv(x) FOR x IN ['a']]",
    "SELECT {'a': getenv('x')}",
    "SELECT MAP {'a': getenv('x')}",
    "SELECT CASE WHEN getenv('x') IS NULL THEN 1 END",
    "SELECT (SELECT getenv('x'))",
    "SELECT EXISTS (SELECT * FROM read_csv('x'))",
    "SELECT 1 IN (SELECT a FROM read_csv('x'))",
    "SELECT * REPLACE (getenv('x') AS a) FROM input",
    "SELECT COLUMNS(c -> getenv('x') IS NULL) FROM input",
    "SELECT string_agg(a, getenv('x')) FROM input",
    "SELECT array_agg(a ORDER BY getenv('x')) FROM input",
    "VALUES (getenv('x'))",
    "SELECT * FROM (VALUES (getenv('x'))) v",
    "SELECT * FROM input JOIN read_csv('x') ON true",
    "SELECT * FROM input, LATERAL (SELECT getenv('x'))",
    "SELECT * FROM input a JOIN input b ON getenv('x') = 'y'",
    "SELECT 1 UNION ALL SELECT a FROM read_csv('x')",
    "(SELECT 1) UNION (SELECT getenv('x'))",
    "WITH a AS (SELECT getenv('x')) SELECT 1",
    "WITH RECURSIVE a AS (SELECT 1 UNION ALL SELECT getenv('x') FROM a) SELECT * FROM a",
    "WITH a AS MATERIALIZED (SELECT * FROM read_csv('x')) SELECT 1",
    "WITH a AS (WITH b AS (SELECT 1) SELECT * FROM b) SELECT * FROM b",
    "SELECT * FROM (WITH input2 AS (SELECT 1) SELECT 1) x, input2",
    "SELECT * FROM (PIVOT input ON a IN (1) USING sum(getenv('x')::INT))",
    "SELECT * FROM (UNPIVOT (SELECT * FROM read_csv('x')) ON a)",
    "SELECT * FROM range(getenv('x')::INT)",
    "SELECT * FROM unnest([getenv('x')])",
    "SELECT * FROM input AT (VERSION => 1)",
    "SELECT * FROM stage.f AT (VERSION => (SELECT 1))",
    "SELECT * FROM stage.f AT (TIMESTAMP => now())",
    "SELECT * FROM input TABLESAMPLE 10%",
    "SELECT * FROM input USING SAMPLE 5",
    "SELECT * FROM batch",
    "SELECT * FROM __input",
    "SELECT * FROM rejects",
    "SELECT a::foo.bar FROM input",
    "SELECT TRY(getenv('x'))",
    "SELECT getenv($$HOME$$)",
    "SELECT $$x$$; DROP TABLE x",
    "SELECT ge\u0442env('x')",
    "SELECT /* \u202e */ getenv('x')",
    "SELECT U&\"\\0067etenv\"('x')",
    "FROM read_csv('x') SELECT a",
    "TABLE duckdb_views",
    "SELECT unnest(getenv('x'))",
    "SELECT a IS DISTINCT FROM getenv('x') FROM input",
    "SELECT a BETWEEN getenv('x') AND 'z' FROM input",
    "SELECT getenv('x') COLLATE nocase",
    "SELECT a[getenv('x')::INT] FROM input",
    "SELECT a[1:getenv('x')::INT] FROM input",
    "SELECT coalesce(a, getenv('x')) FROM input",
    "SELECT grouping(getenv('x')) FROM input GROUP BY ALL",
  };

  @ParameterizedTest
  @FieldSource("HOSTILE")
  void whatIsNotAReadOfNamedTablesIsRefused(String text) {
    assertThatThrownBy(() -> guard.check(text, SCOPE))
        .isInstanceOfSatisfying(
            Invalid.class,
            e -> assertThat(e.code()).isIn(QueryError.SQL_REFUSED, QueryError.SQL_INVALID));
  }

  static final String[] ORDINARY = {
    "SELECT a, b + 1 AS c FROM input WHERE a > 1 AND b IS NOT NULL ORDER BY a DESC NULLS LAST LIMIT"
        + " 5",
    "FROM stage.f SELECT a",
    "FROM stage.f",
    "SELECT * EXCLUDE (a) FROM aviation.stage.f JOIN ops.stage.g USING (id)",
    "SELECT * REPLACE (a + 1 AS a), COLUMNS('x.*') FROM input",
    "WITH a AS (SELECT 1 AS x), b AS (SELECT * FROM a) SELECT * FROM b, a",
    "WITH RECURSIVE a AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM a WHERE x < 5) FROM a",
    "SELECT count(*), count(DISTINCT a), sum(b) FILTER (WHERE c) FROM input GROUP BY ALL HAVING"
        + " count(*) > 1",
    "SELECT rank() OVER w, lag(a, 1, 0) OVER w, sum(b) OVER (PARTITION BY c ORDER BY d ROWS BETWEEN"
        + " 1 PRECEDING AND CURRENT ROW) FROM input WINDOW w AS (PARTITION BY c ORDER BY a)",
    "SELECT a FROM input QUALIFY row_number() OVER (PARTITION BY b ORDER BY c) = 1",
    "SELECT list_transform([1,2], lambda x: x + 1), [x * 2 FOR x IN [1,2] IF x > 1]",
    "SELECT {'a': 1, 'b': [1,2]}, MAP {'k': 1}, s.a.b, l[1], l[1:2] FROM input",
    "SELECT CAST(a AS INTEGER), b::DECIMAL(10,2), TRY_CAST(c AS DATE), DATE '2024-01-01', INTERVAL"
        + " 1 DAY FROM input",
    "SELECT extract(year FROM d), date_trunc('month', d), strftime(d, '%Y'), now(), current_date"
        + " FROM input",
    "SELECT CASE a WHEN 1 THEN 'x' ELSE 'y' END, coalesce(a, b), nullif(a, b), a BETWEEN 1 AND 2, a"
        + " IN (1, 2), a NOT IN (3) FROM input",
    "SELECT a LIKE 'x%', a ILIKE 'x', a SIMILAR TO 'b', regexp_matches(a, 'x'), a || b FROM input",
    "SELECT (SELECT max(a) FROM stage.f), EXISTS (SELECT 1 FROM stage.g WHERE g.id = f.id) FROM"
        + " stage.f",
    "SELECT a FROM stage.f UNION ALL BY NAME SELECT b FROM stage.g EXCEPT SELECT c FROM stage.h",
    "SELECT * FROM stage.f ASOF JOIN stage.g ON f.t >= g.t",
    "SELECT * FROM range(10) r(i), unnest([1,2]) u(x)",
    "SELECT unnest(l), json_extract_string(j, '$.a'), j->>'b', j->'c' FROM input",
    "SELECT * FROM (PIVOT input ON a IN (1, 2) USING sum(b))",
    "SELECT * FROM (UNPIVOT input ON a, b INTO NAME n VALUE v)",
    "SELECT a, sum(b) FROM input GROUP BY GROUPING SETS ((a), ()), CUBE (c), ROLLUP (d)",
    "SELECT DISTINCT ON (a) a, b FROM input ORDER BY a, b",
    "SELECT string_agg(a, ',' ORDER BY b), array_agg(a), median(b), quantile_cont(c, 0.5),"
        + " arg_max(a, b) FROM input",
    "SELECT a AT TIME ZONE 'UTC', a COLLATE nocase, -a, NOT b, a IS DISTINCT FROM b FROM input",
    "SELECT $$dollar 'quoted'$$ AS x, 'it''s' AS y, E'\\n' AS z",
    "VALUES (1, 'a'), (2, 'b')",
    "SELECT a FROM input ORDER BY ALL LIMIT 10%",
    "SELECT first_value(a) OVER (), nth_value(a, 2) OVER (), ntile(4) OVER (), cume_dist() OVER (),"
        + " dense_rank() OVER (), percent_rank() OVER (), lead(a) OVER (), last_value(a) OVER ()"
        + " FROM input",
  };

  @ParameterizedTest
  @FieldSource("ORDINARY")
  void ordinarySqlPassesAndStaysTheSame(String text) {
    Guarded once = guard.check(text, SCOPE);
    assertThat(parser.parse(once.sql()).path("error").asBoolean()).isFalse();
  }

  @Test
  void tablesAreCollectedUnderTheirFullNames() {
    Guarded guarded =
        guard.check(
            "SELECT * FROM Stage.Flights f, ops.stage.crew, stage.flights was AT (VERSION => 12),"
                + " input",
            SCOPE);
    TableName flights = TableName.parse("aviation.stage.flights");
    assertThat(guarded.tables())
        .containsExactlyInAnyOrder(
            new TableRef(flights, null),
            new TableRef(flights, new At("VERSION", "12")),
            new TableRef(TableName.parse("ops.stage.crew"), null));
    assertThat(guarded.readsInput()).isTrue();
    assertThat(guarded.sql())
        .contains("aviation.stage.flights AS f")
        .contains("aviation.stage.\"flights@VERSION=12\" AS was");
  }

  @Test
  void aStageMayReadWhatWasAppendedToATable() {
    TableName flights = TableName.parse("aviation.stage.flights");
    Guarded guarded =
        guard.check(
            "SELECT c.id FROM changes('stage.flights') AS c JOIN stage.flights f USING (id)",
            Scope.overTables("aviation"));

    assertThat(guarded.tables())
        .containsExactlyInAnyOrder(new TableRef(flights, At.CHANGES), new TableRef(flights, null));
    assertThat(guarded.sql()).contains("aviation.stage.\"flights@CHANGES=\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM changes('stage.flights', 1)",
        "SELECT * FROM changes(7)",
        "SELECT * FROM changes('flights')",
        "SELECT * FROM changes('/etc/passwd')",
        "SELECT * FROM changes('stage.' || 'flights')",
        "SELECT * FROM changes('aviation.information_schema.tables')",
        "SELECT * FROM changes((SELECT 'stage.flights'))",
        "SELECT * FROM changes('stage.flights') WITH ORDINALITY",
        "SELECT changes('stage.flights')",
      })
  void changesTakesTheNameOfOneTableAndNothingElse(String text) {
    assertThatThrownBy(() -> guard.check(text, Scope.overTables("aviation")))
        .isInstanceOf(Invalid.class);
  }

  @Test
  void tokensAreTurnedBackInQueriesAloneAndNotInStagesNorInConditions() {
    String sql = "SELECT detokenize(id) FROM aviation.stage.flights";
    assertThat(guard.check(sql, Scope.query()).sql()).contains("detokenize(id)");

    for (Scope stage : List.of(SCOPE, Scope.overTables("aviation"))) {
      assertThatThrownBy(() -> guard.check(sql, stage))
          .isInstanceOf(Invalid.class)
          .hasMessageContaining("'detokenize' can be used in queries alone");
    }
    assertThatThrownBy(() -> guard.expression("detokenize(id) = 'x'", Map.of(), Map.of()))
        .isInstanceOf(Invalid.class)
        .hasMessageContaining("'detokenize' can be used in queries alone");
  }

  @Test
  void aQueryOfSomebodyHasNoChanges() {
    assertThatThrownBy(
            () -> guard.check("SELECT * FROM changes('aviation.stage.flights')", Scope.query()))
        .isInstanceOf(Invalid.class)
        .hasMessageContaining("for stages");
  }

  @Test
  void withoutADomainTablesNeedTheirFullNames() {
    assertThatThrownBy(() -> guard.check("SELECT * FROM stage.f", Scope.query()))
        .isInstanceOfSatisfying(
            Invalid.class,
            e -> {
              assertThat(e.code()).isEqualTo(QueryError.SQL_INVALID);
              assertThat(e.what()).contains("stage.f").contains("domain.layer.table");
            });
    assertThatThrownBy(() -> guard.check("SELECT * FROM input", Scope.query()))
        .isInstanceOf(Invalid.class);
  }

  @Test
  void virtualColumnsAreThereWhenAskedForAndOutOfTheStar() {
    assertThat(guard.check("SELECT * FROM input", SCOPE).sql())
        .isEqualTo("SELECT * FROM \"input\"");
    assertThat(guard.check("SELECT *, _line FROM input", SCOPE).sql())
        .isEqualTo("SELECT * EXCLUDE (_object, _line), _line FROM __input AS \"input\"");
    assertThat(
            guard.check("SELECT i.*, x.* FROM input i, stage.x WHERE i._object = 'a'", SCOPE).sql())
        .contains("i.* EXCLUDE")
        .contains("x.*")
        .contains("__input AS i");
  }

  @Test
  void aSyntaxErrorHasItsLineAndColumn() {
    assertThatThrownBy(() -> guard.check("SELECT 'żółć',\n  a b c FROM input", SCOPE))
        .isInstanceOfSatisfying(
            Invalid.class,
            e -> {
              assertThat(e.code()).isEqualTo(QueryError.SQL_INVALID);
              assertThat(e.place().orElseThrow().line()).isEqualTo(2);
              assertThat(e.place().orElseThrow().column()).isEqualTo(7);
              assertThat(e.what()).contains("line 2, column 7").contains("'c'");
            });
  }

  @Test
  void whatAnEngineFindsWrongIsShownInTheTextThatWasWritten() {
    Guarded guarded =
        guard.check("SELECT\n  x,   -- a comment\n  nope\nFROM (SELECT 1 AS x) t", SCOPE);
    try (EngineSession session = TestEngines.shared().open(TestEngines.request(null))) {
      assertThatThrownBy(
              () -> {
                try {
                  session.describe(guarded.sql());
                } catch (Invalid e) {
                  throw guard.explain(guarded, e);
                }
              })
          .isInstanceOfSatisfying(
              Invalid.class,
              e -> {
                assertThat(e.place().orElseThrow().line()).isEqualTo(3);
                assertThat(e.place().orElseThrow().column()).isEqualTo(3);
                assertThat(e.what()).contains("nope");
              });
    }
  }

  @Test
  void whatNoParserShouldTakeIsRefusedBeforeOneSeesIt() {
    for (String text :
        new String[] {
          "SELECT " + "(".repeat(101) + "1" + ")".repeat(101),
          "SELECT a" + ".a".repeat(2001),
          "SELECT '" + "x".repeat(300_000) + "'",
          "SELECT '\0'"
        }) {
      assertThatThrownBy(() -> guard.check(text, SCOPE))
          .isInstanceOfSatisfying(
              Invalid.class, e -> assertThat(e.code()).isEqualTo(QueryError.SQL_REFUSED));
    }
  }

  @Test
  void everyFunctionOfTheEngineIsReviewed() {
    String known;
    String aggregates;
    String version;
    try (EngineSession session = TestEngines.shared().open(TestEngines.request(null))) {
      known =
          TestEngines.csv(
              session,
              "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type IN"
                  + " ('scalar', 'aggregate', 'macro', 'window')");
      aggregates =
          TestEngines.csv(
              session,
              "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type ="
                  + " 'aggregate'");
      version = TestEngines.csv(session, "SELECT version() AS v");
    }
    Set<String> reviewed = new HashSet<>(Functions.allowed());
    reviewed.addAll(Functions.denied());
    assertThat(version).isEqualTo("v\nv2.0.0\n");
    assertThat(reviewed)
        .containsAll(
            Arrays.asList(known.strip().replace("\"", "").split("\n", -1)).subList(1, 1024));
    assertThat(Functions.allowed()).doesNotContainAnyElementsOf(Functions.denied());
    assertThat(Functions.aggregates())
        .as("functions that make one value of many rows")
        .containsAll(usable(aggregates));
  }

  @Test
  void whatHasAnotherValueEachTimeIsFoundInSql() {
    String none = "SELECT a.b FROM sales.raw.t a WHERE age(x, y) > INTERVAL 1 DAY AND nowhere = 1";
    String some =
        "SELECT 1 FROM sales.raw.t WHERE random() > 1 AND EXISTS (SELECT Now()) AND \"uuid\"() = ''"
            + " OR CURRENT_TIMESTAMP > x OR age(x) > y OR current_date = z";

    assertThat(guard.changing(none)).isEmpty();
    assertThat(guard.changing(some))
        .containsExactly("age", "current_date", "current_timestamp", "now", "random", "uuid");
  }

  @Test
  void everyFunctionThatTheEngineCallsInconsistentCountsAsChanging() throws Exception {
    try (EngineSession session = TestEngines.shared().open(TestEngines.request(null))) {
      String inconsistent =
          TestEngines.csv(
              session,
              "SELECT DISTINCT function_name FROM duckdb_functions() WHERE stability <>"
                  + " 'CONSISTENT' AND function_type <> 'aggregate'");
      assertThat(Changing.FUNCTIONS).containsExactlyInAnyOrderElementsOf(usable(inconsistent));
    }
  }

  private static List<String> usable(String csv) {
    return csv.strip().replace("\"", "").lines().skip(1).filter(Functions::mayBeUsed).toList();
  }
}
