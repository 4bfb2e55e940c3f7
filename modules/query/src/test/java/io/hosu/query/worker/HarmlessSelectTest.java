package io.hosu.query.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.query.engine.EngineView;
import io.hosu.query.engine.EngineView.Rows;
import io.hosu.query.engine.WorkbookLimits;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Of which SELECTs it is certain that no filter can fail with a row that is left out. */
class HarmlessSelectTest {
  private static final String COLUMNS = "SELECT \"id\", \"name\", \"born\", \"pay\" FROM ";

  @TempDir Path directory;
  private Connection connection;
  private Sql sql;
  private EngineView people;

  @BeforeEach
  void open() throws SQLException {
    connection = new WorkerConfig("256MiB", 1, directory, "1GiB", WorkbookLimits.STANDARD).open();
    sql = new Sql(connection);
    HarmlessSelect.prepare(sql);
    Path file = directory.resolve("people.parquet");
    sql.run(
        "COPY (SELECT range AS id, 'n' || range AS name, DATE '2000-01-01' AS born, 1.5 AS pay FROM range(9)) TO '%s' (FORMAT parquet)"
            .formatted(file));
    String read = "read_parquet('%s')".formatted(file);
    people = view("people", COLUMNS + read + " WHERE id > 4", file);
    sql.run("CREATE SECURE VIEW people AS " + people.sql());
  }

  private static EngineView view(String name, String sql, Path file) {
    return new EngineView(List.of(name), sql, List.of(file), Rows.DELETED);
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
  }

  private boolean isHarmless(String select) {
    return new HarmlessSelect(sql, List.of(people)).is(select);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT count(*) FROM people",
        "SELECT name::INTEGER, 10 // id FROM people",
        "SELECT * FROM people WHERE id > 5 AND NOT (name = 'n1' OR name IN ('a', 'b'))",
        "SELECT * FROM people WHERE name LIKE 'n%' AND name LIKE '%1%2' AND pay BETWEEN 1 AND 2",
        "SELECT * FROM people WHERE born < CAST('2001-01-01' AS DATE) + INTERVAL '1' YEAR",
        "SELECT * FROM people WHERE name IS NULL OR (id = 4) IS TRUE",
        "SELECT * FROM people a JOIN people b ON a.id = b.id AND a.name < b.name",
        "SELECT * FROM people WHERE id IN (SELECT id FROM people WHERE pay > 1)",
        "SELECT * FROM people WHERE id IN (SELECT max(id) FROM people GROUP BY name)",
        "SELECT name, sum(pay) FROM people GROUP BY name HAVING sum(pay) > 3 ORDER BY 10 // length(name)",
        "SELECT sum(pay) FILTER (name::INTEGER > 4) FROM people",
        "SELECT name AS \"other\" FROM people WHERE name > 'a' ORDER BY born LIMIT 3"
      })
  void aFilterThatComparesValuesOfOneTypeIsHarmless(String select) {
    assertThat(isHarmless(select)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM people WHERE name::INTEGER > 5",
        "SELECT * FROM people WHERE name > 5",
        "SELECT * FROM people WHERE 10 // (id - 4) > 0",
        "SELECT * FROM people WHERE id = 4 AND error(name) IS NULL",
        "SELECT * FROM (SELECT name::INTEGER AS x FROM people) WHERE x > 5",
        "SELECT name FROM people GROUP BY name HAVING name::INTEGER > 5",
        "SELECT * FROM people a JOIN people b ON a.name::BIGINT = b.id",
        "SELECT a.id FROM people a LEFT JOIN people b ON a.id = b.id AND a.name::BIGINT > 4",
        "SELECT id FROM people a WHERE EXISTS (FROM people b WHERE b.id = a.id AND 9 // a.id > 1)",
        "SELECT * FROM people, LATERAL (SELECT 10 // (id - 4) AS y) WHERE y > 5",
        "SELECT * FROM (FROM people UNION ALL FROM people) WHERE name::INTEGER > 5",
        "SELECT a.id FROM people a FULL JOIN people b USING (id) WHERE a.name::INTEGER > 5",
        "WITH q AS MATERIALIZED (FROM people) SELECT * FROM q WHERE name::INTEGER > 5",
        "SELECT * FROM people WHERE random() < 0.5",
        "SELECT * FROM people USING SAMPLE 1",
        "SELECT * FROM people WHERE nothing = 1"
      })
  void aFilterThatMayFailIsNot(String select) {
    assertThat(isHarmless(select)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT id FROM (SELECT id, name AS \"x) --\" FROM people) WHERE \"x) --\" = 'a' OR 9 // id > 1",
        "SELECT id FROM (SELECT id, name AS \"x /*\", name AS \"*/\" FROM people) WHERE \"*/\" > 'a'",
        "SELECT id FROM (SELECT id, name AS \"x = 'a\" FROM people) WHERE \"x = 'a\" > 'b'",
        "SELECT id FROM people WHERE name = 'it''s'",
        "SELECT id FROM people WHERE name = 'x) --'",
        "SELECT id FROM people WHERE name = E'x'",
        "SELECT id FROM people WHERE name = $$x$$"
      })
  void whatCouldBeTakenForAnotherFilterInThePlanIsNot(String select) {
    assertThat(isHarmless(select)).isFalse();
  }

  @Test
  void aColumnWhoseNameReadsAsMoreThanANameLeavesNothingCertain() {
    EngineView odd =
        view("people", people.sql().replace("\"pay\"", "pay AS \"pay --\""), directory);

    assertThat(new HarmlessSelect(sql, List.of(odd)).is("SELECT * FROM people")).isFalse();
  }
}
