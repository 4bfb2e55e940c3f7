package io.hosu.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.governance.ColumnNames;
import io.hosu.governance.Condition;
import io.hosu.governance.Limits;
import io.hosu.governance.Limits.Sight;
import io.hosu.governance.Mask;
import io.hosu.governance.Principal;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.query.engine.EngineSession;
import io.hosu.query.engine.EngineView;
import io.hosu.query.engine.QueryError;
import io.hosu.query.engine.SessionRequest;
import io.hosu.query.engine.SqlParser;
import io.hosu.query.engine.TestEngines;
import io.hosu.tables.SqlColumn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What principals see of a table with limits, in a real engine. */
class LimitedSqlTest {
  private static final List<SqlColumn> COLUMNS =
      List.of(
          new SqlColumn("id", "BIGINT"),
          new SqlColumn("name", "VARCHAR"),
          new SqlColumn("region", "VARCHAR"),
          new SqlColumn("salary", "BIGINT"),
          new SqlColumn("born", "DATE"));
  private static final String PEOPLE =
      """
      SELECT * FROM (VALUES
        (1::BIGINT, 'Ann', 'EU', 1234::BIGINT, DATE '1990-05-17'),
        (2, 'Bob', 'US', 2345, DATE '1985-12-31'),
        (3, 'Cy', NULL, NULL, NULL)) p(id, name, region, salary, born)\
      """;
  private static final Principal ALICE = Principal.user("alice").with(Map.of("region", "EU"));

  private static SqlParser parser;
  private static Guard guard;

  @BeforeAll
  static void open() {
    parser = new SqlParser(TestEngines.config(1));
    guard = new Guard(parser);
  }

  @AfterAll
  static void close() {
    parser.close();
  }

  private static Map<String, List<Sight>> allClear() {
    Map<String, List<Sight>> columns = new LinkedHashMap<>();
    COLUMNS.forEach(column -> columns.put(column.name(), List.of(Sight.CLEAR)));
    return columns;
  }

  private static Limits masked(String column, Sight... sights) {
    Map<String, List<Sight>> columns = allClear();
    columns.put(column, List.of(sights));
    return new Limits(columns, List.of(), List.of());
  }

  private static Limits rows(List<String> rows, List<String> denied) {
    return new Limits(allClear(), rows, denied);
  }

  private static String select(Principal principal, Limits limits) {
    List<String> names = COLUMNS.stream().map(SqlColumn::name).toList();
    LimitedRow row = new LimitedRow(COLUMNS, COLUMNS, names);
    return new LimitedSql(guard, principal, "hr", new byte[] {1, 2, 3}, row).select(PEOPLE, limits);
  }

  private static String ask(Principal principal, Limits limits, String sql) {
    EngineView view =
        new EngineView(
            List.of("hr", "stage", "people"),
            select(principal, limits),
            List.of(),
            EngineView.Rows.HIDDEN);
    var request = new SessionRequest("", List.of(view), null, null, Duration.ofSeconds(60));
    try (EngineSession session = TestEngines.shared().open(request)) {
      return TestEngines.csv(session, sql);
    }
  }

  private static List<String> column(Limits limits, String column) {
    String csv = ask(ALICE, limits, "SELECT %s FROM hr.stage.people ORDER BY id".formatted(column));
    List<String> lines = new ArrayList<>(csv.lines().toList());
    lines.removeFirst();
    return lines;
  }

  @ParameterizedTest(name = "{1} of {0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "name | null | '' | '' | ''",
        "name | constant(x) | x | x | x",
        "name | last(2) | *nn | *ob | **",
        "name | first(1) | A** | B** | C*",
        "salary | last(2) | **34 | **45 | ''",
        "salary | range(1000) | 1000 | 2000 | ''",
        "born | year | 1990-01-01 | 1985-01-01 | ''",
        "born | month | 1990-05-01 | 1985-12-01 | ''",
        "salary | sql(salary * 2) | 2468 | 4690 | ''",
        "name | sql(upper(left(name, 1))) | A | B | C",
      })
  void aMaskShowsWhatItSays(String column, String mask, String ann, String bob, String cy) {
    Limits limits = masked(column, new Sight(null, Mask.parse(mask)));

    assertThat(column(limits, "%s AS seen".formatted(column)))
        .containsExactlyElementsOf(
            List.of(ann, bob, cy).stream().map(cell -> cell.isEmpty() ? "" : cell).toList());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "ann@example.com | email | a***@example.com",
        "not an address | email | ***",
        "@example.com | email | ***",
        "+49 (170) 555-12 34 | phone | +** (***) ***-** 34",
        "call Ann 12 | phone | **** *** 12",
        "Ann | phone | ***",
        "7 | phone | *",
      })
  void shapesOfTextsAreKeptAndTheRestIsNot(String text, String mask, String seen) {
    String cell =
        new MaskSql("'%s'".formatted(text), "VARCHAR", "hr", new byte[] {7}, sql -> sql)
            .of(Mask.parse(mask));
    try (EngineSession session = TestEngines.shared().open(TestEngines.request(null))) {
      assertThat(TestEngines.csv(session, "SELECT %s AS seen".formatted(cell)))
          .isEqualTo("seen\n%s\n".formatted(seen));
    }
  }

  @Test
  void hashesAreEqualForEqualCellsAndOtherForOtherKeys() {
    Limits limits = masked("region", new Sight(null, Mask.parse("hash")));
    List<String> seen = column(limits, "region");

    assertThat(seen.get(0)).matches("[0-9a-f]{32}");
    assertThat(seen.get(1)).matches("[0-9a-f]{32}").isNotEqualTo(seen.get(0));
    assertThat(seen.get(2)).isEmpty();
    assertThat(column(limits, "region")).isEqualTo(seen);
    assertThat(new MaskSql("c", "VARCHAR", "hr", new byte[] {1}, sql -> sql).of(new Mask.Hash()))
        .isNotEqualTo(
            new MaskSql("c", "VARCHAR", "hr", new byte[] {2}, sql -> sql).of(new Mask.Hash()));
  }

  @Test
  void theFirstSightWhoseConditionHoldsIsSeenAndNoneIsNull() {
    Limits limits =
        masked(
            "salary",
            new Sight("id = 1", null),
            new Sight("region = 'US'", Mask.parse("range(1000)")));

    assertThat(column(limits, "salary")).containsExactly("1234", "2000", "");
  }

  @Test
  void aColumnThatMayBeATextIsOneInAllRows() {
    Limits limits =
        masked(
            "salary", new Sight("id = 1", null), new Sight(null, Mask.parse("constant(secret)")));

    assertThat(column(limits, "salary")).containsExactly("1234", "secret", "secret");
    assertThat(column(limits, "typeof(salary)")).containsOnly("VARCHAR");
  }

  @Test
  void rowsAreThereThatMeetOneConditionAndNoneThatDenies() {
    assertThat(column(rows(List.of("region = principal.region"), List.of()), "id"))
        .containsExactly("1");
    assertThat(column(rows(List.of("region = principal.region", "id = 3"), List.of()), "id"))
        .containsExactly("1", "3");
    assertThat(column(rows(List.of(), List.of("region = 'US'")), "id")).containsExactly("1");
    assertThat(column(rows(List.of("id < 3"), List.of("salary > 2000")), "id"))
        .containsExactly("1");
  }

  @Test
  void anAttributeThatThePrincipalLacksIsNull() {
    Limits limits = rows(List.of("region = principal.region"), List.of());

    assertThat(ask(Principal.user("bob"), limits, "SELECT count(*) AS n FROM hr.stage.people"))
        .isEqualTo("n\n0\n");
  }

  @Test
  void anAttributeIsAConstantWhateverItSays() {
    Principal sly = Principal.user("sly").with(Map.of("region", "' OR TRUE OR '"));
    Limits limits = rows(List.of("region = principal.region"), List.of());

    assertThat(ask(sly, limits, "SELECT count(*) AS n FROM hr.stage.people")).isEqualTo("n\n0\n");
  }

  @Test
  void aColumnThatIsNotSeenDoesNotExist() {
    Map<String, List<Sight>> columns = allClear();
    columns.remove("salary");
    Limits limits = new Limits(columns, List.of(), List.of());

    assertThat(ask(ALICE, limits, "SELECT * FROM hr.stage.people WHERE id = 1"))
        .isEqualTo("id,name,region,born\n1,Ann,EU,1990-05-17\n");
    assertThatThrownBy(() -> ask(ALICE, limits, "SELECT salary FROM hr.stage.people"))
        .hasMessageContaining("\"salary\" not found")
        .satisfies(failure -> assertThat(failure.getMessage()).doesNotContain("1234"));
  }

  @Test
  void aConditionThatFailsForAHiddenRowTellsNothing() {
    Limits limits = rows(List.of("name = 'Ann' AND name::VARCHAR::BIGINT IS NULL"), List.of());

    assertThat(column(limits, "id")).isEmpty();
    Limits comparing = rows(List.of("name = 7"), List.of());
    assertThat(column(comparing, "id")).isEmpty();
  }

  @Test
  void aCellIsHiddenWhereItsDenialFails() {
    Sight unless = new Sight("(name::BIGINT > 5) IS FALSE", null);
    assertThat(column(masked("salary", unless), "salary AS seen")).containsExactly("", "", "");
    Sight fails = new Sight("(id > 0) AND (1 / (id - 1) > 5) IS FALSE", null);
    assertThat(column(masked("name", fails), "name AS seen")).containsExactly("", "Bob", "Cy");
  }

  @Test
  void aRowIsHiddenWhereItsDenialFailsAndAMaskStaysWhereItsConditionFails() {
    Limits denied =
        rows(List.of(), List.of("CASE WHEN id > 2 THEN name::BIGINT > 5 ELSE FALSE END"));
    assertThat(column(denied, "id")).containsExactly("1", "2");
    Limits masked =
        masked(
            "name",
            new Sight("NOT coalesce((name::BIGINT > 5), TRUE)", null),
            new Sight(null, Mask.parse("constant(x)")));
    assertThat(column(masked, "name")).containsExactly("x", "x", "x");
  }

  @Test
  void aConditionThatFailsForARowTakesNothingThatAnotherShows() {
    Limits limits = rows(List.of("name::BIGINT = 1", "id = 1"), List.of());
    assertThat(column(limits, "id")).containsExactly("1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "salary > principal.region",
        "salary IN ('1234', principal.region)",
        "salary BETWEEN '1' AND 'a lot'",
        "born > 'yesterday'",
        "salary IS DISTINCT FROM principal.region",
        "NOT salary = 'EU'",
        "1 = principal.region",
        "abs(salary) > principal.region",
      })
  void aConditionOnAValueOfAnotherTypeHidesWhateverItIsFor(String condition) {
    assertThat(column(rows(List.of(condition), List.of()), "id")).isEmpty();
    assertThat(column(rows(List.of(condition, "id = 1"), List.of()), "id")).containsExactly("1");
    assertThat(column(rows(List.of(), List.of(condition)), "id")).isEmpty();
    Sight clear = new Sight("NOT coalesce((%s), TRUE)".formatted(condition), null);
    Limits masked = masked("name", clear, new Sight(null, Mask.parse("constant(x)")));
    assertThat(column(masked, "name")).containsExactly("x", "x", "x");
    Limits own =
        masked("salary", new Sight(null, Mask.parse("sql((%s)::INT)".formatted(condition))));
    assertThat(column(own, "salary")).containsExactly("", "", "");
  }

  @Test
  void conditionsThatFailInTheSamePlaceFailForThemselvesAlone() {
    Map<String, List<Sight>> columns = allClear();
    columns.put("name", List.of(new Sight("name::BIGINT > 5", null)));
    columns.put("region", List.of(new Sight("name::BIGINT + name::BIGINT > 6", null)));
    Limits limits = new Limits(columns, List.of(), List.of());

    assertThat(column(limits, "name")).containsExactly("", "", "");
    assertThat(
            ask(
                ALICE,
                limits,
                "SELECT name, region, TRY(name::BIGINT), TRY(1 + name::BIGINT) FROM"
                    + " hr.stage.people"))
        .doesNotContain("Ann");
  }

  @Test
  void aTextThatIsAValueOfTheTypeForCertainNeedsNoTry() {
    Map<String, String> types = new LinkedHashMap<>();
    COLUMNS.forEach(column -> types.put(column.name(), column.type()));

    for (String sql : List.of("born > '2020-01-31'", "salary = '12'", "salary > principal.least")) {
      assertThat(guard.expression(sql, types, Map.of("least", "7"))).as(sql).startsWith("((");
    }
    for (String sql :
        List.of("born > '2020-02-31'", "salary = '1e3'", "salary > principal.least")) {
      assertThat(guard.expression(sql, types, Map.of("least", "x"))).as(sql).startsWith("TRY(");
    }
  }

  @Test
  void conditionsThatCannotFailAreGivenToTheEngineAsTheyAre() {
    Map<String, String> types = new LinkedHashMap<>();
    COLUMNS.forEach(column -> types.put(column.name(), column.type()));

    assertThat(guard.expression("region = 'EU' AND salary > 5", types, Map.of()))
        .isEqualTo("(((region = 'EU') AND (salary > 5)))");
    for (String sql : List.of("name = 7", "name IN (7)", "salary::INTEGER = 1", "1 / salary > 2")) {
      assertThat(guard.expression(sql, types, Map.of())).as(sql).startsWith("TRY(");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "region = (SELECT 'EU')",
        "EXISTS (SELECT 1 FROM hr.stage.people)",
        "max(salary) > 5",
        "row_number() OVER () = 1",
        "count(*) > 1",
        "salary > 1), (2",
        "salary > 1) OR (salary < 0",
        "1 = 1) OR (1 = 1",
        "",
        " -- nothing",
        "salary > 1 ORDER BY 1",
        "salary > 1 AS more",
        "read_text('/etc/passwd') IS NULL",
        "getenv('HOME') IS NULL",
        "list_transform([1], lambda x: x) IS NULL",
      })
  void whatIsNotAboutOneRowIsRefused(String sql) {
    assertThatThrownBy(() -> guard.expression(sql, Map.of(), Map.of()))
        .isInstanceOfSatisfying(
            Invalid.class,
            e -> assertThat(e.code()).isIn(QueryError.SQL_REFUSED, QueryError.SQL_INVALID));
  }

  @Test
  void aColumnThatTheTableLacksIsNamedWithTheNearest() {
    assertThatThrownBy(
            () -> guard.expression("regoin = 'EU'", Map.of("region", "VARCHAR"), Map.of()))
        .hasMessageContaining("'regoin' is not a column of the table; did you mean 'region'?")
        .hasMessageContaining("(line 1, column 1 near 'regoin')");
    assertThatThrownBy(
            () -> guard.expression("id = 1\n  AND x = 2", Map.of("id", "BIGINT"), Map.of()))
        .hasMessageContaining("(line 2, column 7 near 'x')");
  }

  @Test
  void aColumnThatWasRenamedSinceIsStillLimited() {
    List<SqlColumn> then =
        List.of(
            new SqlColumn("id", "BIGINT"),
            new SqlColumn("pay", "BIGINT"),
            new SqlColumn("gone", "BIGINT"));
    Limits limits =
        new Limits(
            Map.of("id", List.of(Sight.CLEAR), "salary", List.of(new Sight(null, new Mask.Null()))),
            List.of("pay > 5 AND salary > 5 OR born IS NULL"),
            List.of());
    LimitedRow row =
        new LimitedRow(COLUMNS, then, List.of("id", "salary", ColumnNames.gone("gone", 9)));
    row.alsoCalled(Map.of("pay", "salary"));
    String sql =
        new LimitedSql(guard, ALICE, "hr", new byte[] {1}, row)
            .select("SELECT 1::BIGINT AS id, 9::BIGINT AS pay, 7::BIGINT AS gone", limits);
    try (EngineSession session = TestEngines.shared().open(TestEngines.request(null))) {
      assertThat(TestEngines.csv(session, sql)).isEqualTo("id,pay\n1,\n");
    }
  }

  @Test
  void aMaskOfSqlIsAnExpressionOverTheCellsBeforeAnyMask() {
    Map<String, List<Sight>> columns = allClear();
    columns.put("name", List.of(new Sight(null, new Mask.Null())));
    columns.put("region", List.of(new Sight(null, new Mask.Sql(Condition.parse("left(name, 1)")))));

    assertThat(column(new Limits(columns, List.of(), List.of()), "region"))
        .containsExactly("A", "B", "C");
  }

  @Test
  void aConditionThatIsNeitherTrueNorFalseHidesAndTellsNothing() {
    for (String none : List.of("name", "CASE WHEN id = 2 THEN name ELSE 'false' END")) {
      assertThat(ask(ALICE, rows(List.of(none), List.of()), "SELECT id FROM hr.stage.people"))
          .as(none)
          .isEqualTo("id\n");
      assertThat(ask(ALICE, rows(List.of(), List.of("name")), "SELECT id FROM hr.stage.people"))
          .as(none)
          .isEqualTo("id\n");
      assertThat(
              ask(
                  ALICE,
                  masked("salary", new Sight(none, null)),
                  "SELECT count(salary) AS n FROM hr.stage.people"))
          .as(none)
          .isEqualTo("n\n0\n");
    }
  }
}
