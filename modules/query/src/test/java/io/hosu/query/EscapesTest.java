package io.hosu.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.governance.Door;
import io.hosu.governance.Governance;
import io.hosu.governance.GovernanceMigrations;
import io.hosu.governance.Grant;
import io.hosu.governance.Grantee;
import io.hosu.governance.Limits;
import io.hosu.governance.Limits.Sight;
import io.hosu.governance.Mask;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.RootKey;
import io.hosu.governance.Vault;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.Ids;
import io.hosu.query.engine.EngineSession;
import io.hosu.query.engine.EngineView;
import io.hosu.query.engine.SessionRequest;
import io.hosu.query.engine.SqlParser;
import io.hosu.query.engine.TestEngines;
import io.hosu.query.engine.VaultCalls;
import io.hosu.store.Database;
import io.hosu.store.Databases;
import io.hosu.tables.SqlColumn;
import io.hosu.testing.ManualClock;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever SQL asks of a table with limits, the answer is the same in two lakes that differ only in
 * what the limits hide: hidden rows, a hidden column, cells under masks, and cells of which nobody
 * can say whether they are denied. So no answer, and no error, tells anything of it. Repeat one run
 * with {@code -Dseed=N}.
 */
class EscapesTest {
  private static final int FUZZED = 150;
  private static final List<SqlColumn> COLUMNS =
      List.of(
          new SqlColumn("id", "BIGINT"),
          new SqlColumn("name", "VARCHAR"),
          new SqlColumn("region", "VARCHAR"),
          new SqlColumn("ssn", "VARCHAR"),
          new SqlColumn("salary", "BIGINT"),
          new SqlColumn("code", "VARCHAR"),
          new SqlColumn("secret", "VARCHAR"),
          new SqlColumn("note", "VARCHAR"));

  /** What a text can ask for of a row, right or wrong. */
  static final List<String> CELLS =
      List.of(
          "id",
          "name",
          "ssn",
          "salary",
          "note",
          "note::INTEGER",
          "note = 'n1'",
          "secret",
          "code",
          "code > (SELECT min(code) FROM hr.stage.people)",
          "code > 'tok_h'",
          "code = 'A1'",
          "code IN ('A1', 'B2', 'Y8', 'Z9')",
          "code::INTEGER",
          "length(code) + 1 / (strpos(code, 'Z') - 1)",
          "md5(code)",
          "detokenize(code)",
          "TRY(detokenize(code))",
          "detokenize(code) > 'M'",
          "hosu_token('hr', 'A1')",
          "p.secret",
          "\"secret\"",
          "p",
          "rowid",
          "filename",
          "file_row_number",
          "name::INTEGER",
          "ssn::BIGINT",
          "CAST(region AS DATE)",
          "1 / (salary - 70000)",
          "1 / (id - 4)",
          "10 // (length(name) - 10)",
          "sqrt(-salary)",
          "ln(0 - id)",
          "repeat(name, 3)",
          "regexp_extract(ssn, '[0-9]+')",
          "ssn = '078-05-1120'",
          "ssn > '078'",
          "salary BETWEEN 60000 AND 80000",
          "hash(ssn)",
          "md5(name || ssn)",
          "error('seen ' || name)",
          "typeof(secret)",
          "struct_extract(p, 'secret')",
          "p['secret']",
          "COLUMNS('secret')",
          "COLUMNS(lambda c: c LIKE 's%')",
          "to_json(p)",
          "row_to_json(p)",
          "stats(salary)",
          "list_extract([salary, id], 1)",
          "date '2020-01-01' + salary::INTEGER",
          "(name || '-' || ssn)::UUID",
          "strptime(name, '%Y')",
          "ssn COLLATE nocase",
          "unnest([ssn, name])",
          "try(name::INTEGER)",
          "can_cast_implicitly(secret, 1)");

  /** Where it is asked; %s is the cell. */
  static final List<String> PLACES =
      List.of(
          "SELECT %s FROM hr.stage.people p",
          "SELECT count(*) FROM hr.stage.people p WHERE %s IS NOT NULL",
          "SELECT id FROM hr.stage.people p ORDER BY %s, id",
          "SELECT max(%s), min(%s) FROM hr.stage.people p",
          "SELECT %s, count(*) FROM hr.stage.people p GROUP BY ALL HAVING count(*) > 0",
          "SELECT id FROM hr.stage.people p QUALIFY row_number() OVER (ORDER BY %s) = 1",
          "WITH q AS (SELECT %s AS x FROM hr.stage.people p) SELECT count(x), any_value(x) FROM q",
          "SELECT id FROM hr.stage.people p LIMIT (SELECT count(%s) FROM hr.stage.people p)",
          "SELECT * FROM hr.stage.people o WHERE EXISTS (SELECT %s FROM hr.stage.people p WHERE"
              + " p.id > o.id)",
          "SELECT id FROM hr.stage.people p, LATERAL (SELECT %s AS y) l WHERE y IS NOT NULL");

  /** What is asked elsewhere. */
  static final List<String> WHOLE =
      List.of(
          "SELECT * FROM hr.stage.people",
          "SELECT p.* FROM hr.stage.people p",
          "SELECT * EXCLUDE (id) FROM hr.stage.people",
          "SELECT * REPLACE (secret AS id) FROM hr.stage.people",
          "SELECT COLUMNS(*) FROM hr.stage.people",
          "FROM hr.stage.people",
          "TABLE hr.stage.people",
          "EXPLAIN SELECT * FROM hr.stage.people",
          "EXPLAIN ANALYZE SELECT * FROM hr.stage.people",
          "SUMMARIZE hr.stage.people",
          "DESCRIBE hr.stage.people",
          "SHOW hr.stage.people",
          "SELECT * FROM (SUMMARIZE hr.stage.people)",
          "SELECT * FROM (DESCRIBE hr.stage.people)",
          "SELECT * FROM hr.stage.people AT (VERSION => 1)",
          "SELECT * FROM hr.stage.people AT (TIMESTAMP => '2020-01-01')",
          "SELECT * FROM hr.stage.people_quarantine",
          "SELECT * FROM hr.stage.\"people@VERSION=1\"",
          "SELECT sql FROM duckdb_views()",
          "SELECT * FROM information_schema.columns",
          "SELECT * FROM information_schema.views",
          "SELECT * FROM sqlite_master",
          "SELECT * FROM pg_catalog.pg_views",
          "SELECT * FROM duckdb_columns()",
          "SELECT * FROM pragma_storage_info('people')",
          "SELECT * FROM pragma_table_info('hr.stage.people')",
          "SELECT * FROM parquet_metadata('people.parquet')",
          "SELECT * FROM parquet_file_metadata('people.parquet')",
          "SELECT * FROM read_parquet('people.parquet')",
          "SELECT * FROM 'people.parquet'",
          "SELECT * FROM glob('*')",
          "SELECT * FROM query('SELECT * FROM hr.stage.people')",
          "SELECT * FROM query_table('hr.stage.people')",
          "SELECT * FROM hr.stage.people TABLESAMPLE 50%",
          "SELECT * FROM hr.stage.people POSITIONAL JOIN hr.stage.people",
          "SELECT approx_count_distinct(ssn), approx_quantile(salary, 0.5) FROM hr.stage.people",
          "SELECT histogram(ssn) FROM hr.stage.people",
          "SELECT mode(name), entropy(ssn) FROM hr.stage.people",
          "SELECT count(*), count(DISTINCT name) FROM hr.stage.people",
          "SELECT max(id), min(id), sum(id) FROM hr.stage.people",
          "SELECT id FROM hr.stage.people ORDER BY code LIMIT 1",
          "SELECT a.id, b.id FROM hr.stage.people a JOIN hr.stage.people b ON a.code < b.code",
          "SELECT a.id, b.id FROM hr.stage.people a JOIN hr.stage.people b USING (code)",
          "SELECT histogram(code), min(code), arg_max(id, code) FROM hr.stage.people",
          "SELECT detokenize(max(code)) FROM hr.stage.people",
          "SELECT id, row_number() OVER (ORDER BY code) FROM hr.stage.people",
          "SELECT arg_max(name, salary), arg_min(ssn, id) FROM hr.stage.people",
          "SELECT quantile_cont(salary, [0.1, 0.9]) FROM hr.stage.people",
          "PIVOT hr.stage.people ON region IN ('EU', 'US') USING count(*)",
          "UNPIVOT hr.stage.people ON id, salary INTO NAME n VALUE v",
          "SELECT * FROM hr.stage.people WHERE id IN (SELECT id + 3 FROM hr.stage.people)",
          "SELECT * FROM hr.stage.people ORDER BY ALL LIMIT 1 OFFSET 2",
          "SELECT * FROM hr.stage.people a ASOF JOIN hr.stage.people b ON a.id >= b.id",
          "SELECT * FROM generate_series(1, (SELECT max(salary) FROM hr.stage.people) % 7)",
          "WITH RECURSIVE r(n) AS (SELECT min(id) FROM hr.stage.people UNION ALL SELECT n + 1 FROM"
              + " r WHERE n < (SELECT max(id) FROM hr.stage.people)) SELECT * FROM r",
          "SELECT (SELECT ssn FROM hr.stage.people)",
          "SELECT id FROM (SELECT id, name AS \"x) --\" FROM hr.stage.people) WHERE (\"x) --\" ="
              + " 'a' OR 10 // (id - 4) > 0)",
          "SELECT id FROM (SELECT id, ssn, name AS \"x = 'a\", region AS \"b'\" FROM"
              + " hr.stage.people) WHERE \"x = 'a\" > 'a' OR ssn::BIGINT > 5 OR \"b'\" > 'a'",
          "SELECT count(*) FROM (SELECT {'x) --': name, 'id': id} AS s FROM hr.stage.people), LATERAL"
              + " (SELECT s.*) l WHERE l.id > 3 AND 10 // (l.id - 4) > 0",
          "SELECT count(*) FROM (FROM hr.stage.people UNION ALL FROM hr.stage.people) WHERE"
              + " name::INTEGER > 5",
          "SELECT p.id FROM hr.stage.people p LEFT JOIN hr.stage.people o ON p.id = o.id AND"
              + " p.name::INTEGER > 5",
          "SELECT p.id FROM hr.stage.people p FULL JOIN hr.stage.people o USING (id) WHERE 10 //"
              + " (p.id - 4) > 0",
          "SELECT count(*) FROM hr.stage.people p JOIN hr.stage.people o ON 10 // (p.id - 4) = o.id",
          "WITH q AS MATERIALIZED (FROM hr.stage.people) SELECT count(*) FROM q a, q b WHERE a.id ="
              + " b.id AND a.name::INTEGER > 5",
          "SELECT * FROM hr.stage.people WHERE (SELECT count(*) FROM hr.stage.people) / (salary"
              + " - 70000) > 0");

  /** A text that joins is answered in another way than one that reads a table alone. */
  static final String JOINED = "SELECT j.* FROM (%s) j, (VALUES (0)) k(zero)";

  private static SqlParser parser;
  private static Guard guard;

  /** What a principal may see is the same in both; what it may not see is other. */
  private static Lake one;

  private static Lake other;

  /** A lake with one table, and the session that asks it now. */
  private static final class Lake implements AutoCloseable {
    private final EngineView view;
    private final Path file;
    private final Database database;
    private final Governance governance;
    private final VaultCalls vault;
    private EngineSession session;

    Lake(Path directory, String rows) {
      file =
          TestEngines.parquet(
              directory,
              "SELECT * FROM (VALUES %s) t".formatted(rows)
                  + "(id, name, region, ssn, salary, code, secret, note)");
      List<String> names = COLUMNS.stream().map(SqlColumn::name).toList();
      String sql =
          new LimitedSql(
                  guard,
                  Principal.user("alice").with(Map.of("region", "EU")),
                  "hr",
                  new byte[] {1},
                  new LimitedRow(COLUMNS, COLUMNS, names))
              .select("SELECT * FROM read_parquet('%s')".formatted(file), limits());
      view =
          new EngineView(
              List.of("hr", "stage", "people"), sql, List.of(file), EngineView.Rows.HIDDEN);
      database = Databases.temporary(directory, GovernanceMigrations.all());
      InstantSource clock = new ManualClock();
      Ids ids = new Ids(clock, new Random(1));
      governance = new Governance(database, directory, clock, ids);
      // The same tokens in the same order: only what they stand for is other.
      Vault tokens =
          new Vault(
              database,
              RootKey.open(directory, database, new SecureRandom()),
              clock,
              ids,
              new Random(7));
      vault =
          new QueryVault(
              tokens,
              governance.detokenizing(
                  governance.policy().caller(Principal.user("alice"), Door.SQL, "query")),
              Optional::empty);
      grantDescribe();
      session = open();
    }

    /** So that she is told what is missing when she turns tokens back. */
    private void grantDescribe() {
      Grant grant =
          Grant.declared(
              Grantee.user("alice"), Set.of(Permission.DESCRIBE), new Resource.Domain("hr"));
      database.perform(tx -> governance.grants().put(tx, grant));
    }

    private EngineSession open() {
      return TestEngines.shared()
          .open(
              new SessionRequest("", List.of(view), null, null, Duration.ofSeconds(20))
                  .with(vault));
    }

    /** The rows in any order, or the failure. */
    String answer(String sql) {
      try {
        return TestEngines.csv(session, sql).lines().sorted().collect(Collectors.joining("\n"));
      } catch (HosuException e) {
        session.close();
        session = open();
        return "%s %s".formatted(e.code(), e.what()).replace(file.toString(), "FILE");
      }
    }

    @Override
    public void close() {
      session.close();
      governance.close();
      database.close();
    }
  }

  private static Limits limits() {
    Map<String, List<Sight>> columns = new LinkedHashMap<>();
    columns.put("id", List.of(Sight.CLEAR));
    columns.put("name", List.of(Sight.CLEAR));
    columns.put("region", List.of(Sight.CLEAR));
    columns.put("ssn", List.of(new Sight(null, Mask.parse("last(4)"))));
    columns.put("salary", List.of(new Sight(null, Mask.parse("range(10000)"))));
    columns.put("code", List.of(new Sight(null, new Mask.Token())));
    // Neither fits what it is about: it fails for every row that is there.
    columns.put("note", List.of(new Sight("(ssn::BIGINT > 5) IS FALSE", null)));
    return new Limits(
        columns,
        List.of("region = principal.region", "ssn::BIGINT = 1"),
        List.of("name LIKE '%VIP%'"));
  }

  @BeforeAll
  static void start(@TempDir Path first, @TempDir Path second) {
    parser = new SqlParser(TestEngines.config(1));
    guard = new Guard(parser);
    one =
        new Lake(
            first,
            """
            (1::BIGINT, 'Ann', 'EU', '078-05-1120', 71000::BIGINT, 'A1', 'x', 'n1'),
            (2, 'Ben', 'EU', '219-09-9999', 64000, 'B2', 'y', '2'),
            (3, 'VIP Cy', 'EU', '457-55-5462', 90000, 'A1', 'z', NULL),
            (4, 'Dee Dee Dee', 'US', '123-45-6789', 70000, 'C3', '12', 'n4'),
            (5, 'Eve', NULL, NULL, NULL, NULL, NULL, NULL)\
            """);
    other =
        new Lake(
            second,
            """
            (1::BIGINT, 'Ann', 'EU', '111-22-1120', 79999::BIGINT, 'Z9', '1', 'other'),
            (2, 'Ben', 'EU', '333-44-9999', 60000, 'Y8', NULL, NULL),
            (7, '8', 'US', '5', -5, 'Y8', '2', 'n7')\
            """);
  }

  @AfterAll
  static void stop() {
    one.close();
    other.close();
    parser.close();
  }

  private static String answer(Lake lake, String text) {
    String sql;
    try {
      sql = guard.check(text, Scope.query()).sql();
    } catch (HosuException e) {
      return "refused: " + e.what();
    }
    return lake.answer(sql);
  }

  private static void assertTellsNothing(List<String> texts) {
    int answered = 0;
    List<String> told = new ArrayList<>();
    for (String text : texts) {
      for (String asked : List.of(text, JOINED.formatted(text))) {
        String first = answer(one, asked);
        String second = answer(other, asked);
        if (!first.equals(second)) {
          told.add("%s\n  %s\n  %s".formatted(asked, first, second));
        }
        answered += first.startsWith("refused") ? 0 : 1;
      }
    }
    assertThat(told).isEmpty();
    assertThat(answered).as("texts that reach the engine").isGreaterThan(texts.size() / 2);
  }

  @Test
  void noTextLearnsAnythingOfWhatIsHidden() {
    List<String> texts =
        Stream.concat(
                WHOLE.stream(),
                PLACES.stream()
                    .flatMap(place -> CELLS.stream().map(cell -> place.replace("%s", cell))))
            .toList();

    assertThat(texts).hasSizeGreaterThan(200);
    assertTellsNothing(texts);
  }

  @Test
  void norDoTextsThatAreMixedAtRandom() {
    long seed = Long.getLong("seed", 20_261_126L);
    Random random = new Random(seed);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < FUZZED; i++) {
      texts.add(mixed(random, CELLS));
    }
    assertTellsNothing(texts);
  }

  /** A text that asks for what is made of these cells. */
  static String mixed(Random random, List<String> cells) {
    String cell = pick(random, cells);
    for (int depth = random.nextInt(3); depth > 0; depth--) {
      String inner = cell;
      cell =
          switch (random.nextInt(6)) {
            case 0 -> "(%s)::VARCHAR".formatted(inner);
            case 1 -> "coalesce((%s)::VARCHAR, %s::VARCHAR)".formatted(inner, pick(random, cells));
            case 2 ->
                "(%s) IN (SELECT %s FROM hr.stage.people p)".formatted(inner, pick(random, cells));
            case 3 -> "CASE WHEN (%s) IS NULL THEN id ELSE 1 / (id - 1) END".formatted(inner);
            case 4 ->
                "((%s)::VARCHAR)::%s"
                    .formatted(inner, pick(random, List.of("INTEGER", "DATE", "DOUBLE")));
            default -> "(SELECT max(%s) FROM hr.stage.people p)".formatted(inner);
          };
    }
    String place = pick(random, PLACES).replace("%s", cell);
    return random.nextInt(4) == 0 ? "SELECT count(*) FROM (%s) s".formatted(place) : place;
  }

  static String pick(Random random, List<String> all) {
    return all.get(random.nextInt(all.size()));
  }
}
