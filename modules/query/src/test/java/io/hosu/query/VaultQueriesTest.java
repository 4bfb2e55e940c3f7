package io.hosu.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.hosu.governance.AuditRecords;
import io.hosu.governance.AuditRow;
import io.hosu.governance.Grant;
import io.hosu.governance.Grantee;
import io.hosu.governance.Mask;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Terms;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.TableName;
import io.hosu.query.engine.QueryError;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Columns under the mask {@code token}, and the way back. */
@Timeout(120)
class VaultQueriesTest {
  private static final TableName PEOPLE = TableName.parse("hr.stage.people");
  private static final TableName CALLS = TableName.parse("hr.stage.calls");
  private static final TableName GUESTS = TableName.parse("sales.stage.guests");
  private static final String ROWS =
      """
      SELECT * FROM (VALUES (1, 'Ann', '078-05-1120', 71000, DATE '1990-05-01'),
        (2, 'Ben', '219-09-9999', 64000, NULL),
        (3, 'Ann', NULL, 71000, DATE '1990-05-01')) t(id, name, ssn, salary, born)
      """;

  @TempDir Path directory;
  private QueryLake lake;
  private final Principal ann = Principal.user("ann"); // sees tokens
  private final Principal ben = Principal.user("ben"); // and may turn them back

  @BeforeEach
  void open() throws IOException {
    lake = new QueryLake(directory);
    lake.append(PEOPLE, ROWS);
    lake.append(CALLS, "SELECT '078-05-1120' AS caller, 3 AS calls");
    lake.append(GUESTS, "SELECT '078-05-1120' AS ssn");
    for (Principal who : List.of(ann, ben)) {
      List.of(PEOPLE, CALLS, GUESTS).forEach(table -> masked(who, table));
    }
    allow(ben, Permission.DETOKENIZE, new Resource.Domain("hr"), Terms.none());
  }

  @AfterEach
  void close() {
    lake.close();
  }

  private void masked(Principal who, TableName table) {
    Terms terms = Terms.none();
    for (String column : List.of("name", "ssn", "salary", "born", "caller")) {
      terms = terms.with(column, new Terms.Masking(new Mask.Token(), Optional.empty()));
    }
    allow(who, Permission.SELECT, Resource.of(table), terms);
  }

  private void allow(Principal who, Permission permission, Resource on, Terms terms) {
    Grant grant = new Grant("", Grantee.of(who), Set.of(permission), on, Grant.CLI).with(terms);
    lake.database.perform(tx -> lake.governance.grants().put(tx, grant));
  }

  private List<String> lines(Principal who, String sql) {
    return lake.csv(who, sql).lines().skip(1).toList();
  }

  private String only(Principal who, String sql) {
    List<String> lines = lines(who, sql);
    assertThat(lines).hasSize(1);
    return lines.getFirst();
  }

  @Test
  void whatIsUnderTheMaskIsATokenAndNullStaysNull() {
    List<String> rows = lines(ann, "SELECT ssn FROM hr.stage.people ORDER BY id");

    assertThat(rows.getFirst()).matches("tok_[0-9a-z]{26}");
    assertThat(rows.get(1)).matches("tok_[0-9a-z]{26}").isNotEqualTo(rows.getFirst());
    assertThat(rows.get(2)).isEmpty();
  }

  @Test
  void theSameValueHasTheSameTokenInEveryQueryAndTableOfTheDomainAndAnotherElsewhere() {
    String token = only(ann, "SELECT ssn FROM hr.stage.people WHERE id = 1");

    assertThat(only(ben, "SELECT ssn FROM hr.stage.people WHERE id = 1")).isEqualTo(token);
    assertThat(only(ann, "SELECT caller FROM hr.stage.calls")).isEqualTo(token);
    assertThat(only(ann, "SELECT ssn FROM sales.stage.guests"))
        .startsWith("tok_")
        .isNotEqualTo(token);
  }

  @Test
  void aColumnOfTokensIsComparedJoinedAndGroupedByTokens() {
    String token = only(ann, "SELECT ssn FROM hr.stage.people WHERE id = 1");

    assertThat(lines(ann, "SELECT id FROM hr.stage.people WHERE ssn = '%s'".formatted(token)))
        .containsExactly("1");
    assertThat(lines(ann, "SELECT id FROM hr.stage.people WHERE ssn = '078-05-1120'")).isEmpty();
    assertThat(
            lines(
                ann,
                "SELECT p.id, c.calls FROM hr.stage.people p JOIN hr.stage.calls c"
                    + " ON p.ssn = c.caller"))
        .containsExactly("1,3");
    assertThat(lines(ann, "SELECT count(*) AS n FROM hr.stage.people GROUP BY name ORDER BY n"))
        .containsExactly("1", "2");
  }

  @Test
  void valuesOfEveryTypeHaveTheTokenOfTheirText() {
    assertThat(only(ann, "SELECT typeof(salary), typeof(born) FROM hr.stage.people LIMIT 1"))
        .isEqualTo("VARCHAR,VARCHAR");
    assertThat(
            lines(
                ben,
                "SELECT detokenize(salary)::INTEGER + 1, detokenize(born)::DATE"
                    + " FROM hr.stage.people ORDER BY id"))
        .containsExactly("71001,1990-05-01", "64001,", "71001,1990-05-01");
  }

  @Test
  void whoMayDetokenizeUsesTheValuesWhereAQueryUsesColumns() {
    assertThat(
            lines(
                ben,
                "SELECT id, detokenize(name) AS name FROM hr.stage.people"
                    + " WHERE detokenize(ssn) LIKE '078%' ORDER BY detokenize(salary)"))
        .containsExactly("1,Ann");
    assertThat(only(ben, "SELECT detokenize('no token') IS NULL")).isEqualTo("true");
  }

  @Test
  void whoMayNotIsRefusedWithWhatIsMissing() {
    for (String sql :
        List.of(
            "SELECT detokenize(ssn) FROM hr.stage.people",
            "SELECT TRY(detokenize(ssn)) FROM hr.stage.people",
            "SELECT id FROM hr.stage.people WHERE detokenize(ssn) = '078-05-1120'",
            "SELECT try_cast(detokenize(ssn) AS INTEGER) FROM hr.stage.people",
            "SELECT detokenize('%s')"
                .formatted(only(ben, "SELECT max(ssn) FROM hr.stage.people")))) {
      assertThatThrownBy(() -> lake.csv(ann, sql))
          .as(sql)
          .isInstanceOfSatisfying(
              Denied.class,
              e -> {
                assertThat(e.what()).contains("user:ann may not DETOKENIZE on hr");
                assertThat(e.remedy()).contains("hosu grant user:ann DETOKENIZE hr");
              });
    }
    assertThat(lines(ann, "SELECT id FROM hr.stage.people")).hasSize(3);
  }

  @Test
  void theRightInOneDomainIsNoneInAnother() {
    String token = only(ben, "SELECT ssn FROM sales.stage.guests");

    assertThatThrownBy(() -> lake.csv(ben, "SELECT detokenize(ssn) FROM sales.stage.guests"))
        .isInstanceOf(Denied.class)
        .hasMessageContaining("DETOKENIZE on sales");
    assertThat(
            only(
                Principal.user("stranger"),
                "SELECT detokenize('%s') IS NULL AS unknown".formatted(token)))
        .isEqualTo("true");
  }

  @Test
  void eachUseIsOnRecordWithHowManyAndSoIsARefusal() {
    lake.csv(ben, "SELECT detokenize(ssn), detokenize(name) FROM hr.stage.people");

    AuditRow used = newest("DETOKENIZE");
    assertThat(used.text("principal")).isEqualTo("user:ben");
    assertThat(used.text("resource")).isEqualTo("hr");
    assertThat(used.text("decision")).isEqualTo("ALLOWED");
    assertThat(used.text("detail")).isEqualTo("{\"tokens\":\"4\"}");

    assertThatThrownBy(() -> lake.csv(ann, "SELECT detokenize(ssn) FROM hr.stage.people"))
        .isInstanceOf(Denied.class);
    assertThat(newest("DETOKENIZE").text("principal")).isEqualTo("user:ann");
    assertThat(newest("DETOKENIZE").text("decision")).isEqualTo("DENIED");
  }

  private AuditRow newest(String action) {
    lake.governance.audit().flush();
    return lake
        .governance
        .auditRecords()
        .newest(AuditRecords.Filter.all(), Long.MAX_VALUE, 50)
        .stream()
        .filter(row -> action.equals(row.text("action")))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void manyRowsGetTheirTokensInPartsAndEachItsOwn() throws IOException {
    TableName many = TableName.parse("hr.stage.many");
    lake.append(many, "SELECT 'v' || range AS ssn FROM range(7000)");
    masked(ben, many);

    List<String> tokens = lines(ben, "SELECT ssn FROM hr.stage.many");

    assertThat(new HashSet<>(tokens)).hasSize(7_000);
    assertThat(
            only(
                ben,
                "SELECT count(DISTINCT detokenize(ssn)) FROM hr.stage.many"
                    + " WHERE detokenize(ssn) LIKE 'v%'"))
        .isEqualTo("7000");
  }

  @Test
  void aQueryThatTurnsTokensBackIsStoppedWhenTheRightIsTaken() throws Exception {
    allow(ann, Permission.DETOKENIZE, new Resource.Domain("hr"), Terms.none());
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() ->
            failure.complete(
                catchThrowable(() ->
                    lake.csv(
                        ann,
                        "SELECT sum(length(detokenize(name)) + range)"
                            + " FROM hr.stage.people, range(100000000000000)"))));
    while (!hasTokens()) {
      Thread.onSpinWait();
    }
    Grant right =
        lake.governance.grants().list().stream()
            .filter(grant -> grant.permissions().contains(Permission.DETOKENIZE))
            .filter(grant -> grant.to().equals(Grantee.of(ann)))
            .findFirst()
            .orElseThrow();
    lake.database.perform(tx -> lake.governance.grants().remove(tx, right.id()));

    assertThat(failure.get(60, TimeUnit.SECONDS)).isInstanceOf(Denied.class);
  }

  private boolean hasTokens() {
    return lake.database.read(tx -> tx.number("SELECT count(*) FROM vault_tokens")) > 0;
  }

  @Test
  void aLongTextWithStrangeCharactersComesBackWhole() throws IOException {
    TableName texts = TableName.parse("hr.stage.texts");
    lake.append(texts, "SELECT 'ä\"\\\u2028🙂' || chr(10) || repeat('x', 3000000) AS ssn");
    masked(ben, texts);

    assertThat(
            only(
                ben,
                "SELECT detokenize(ssn) = 'ä\"\\\u2028🙂' || chr(10) || repeat('x', 3000000)"
                    + " FROM hr.stage.texts"))
        .isEqualTo("true");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT hosu_token('hr', '078-05-1120')",
        "SELECT HOSU_TOKEN('hr', name) FROM hr.stage.people",
        "SELECT main.detokenize('tok_1')"
      })
  void nobodyAsksForTheTokenOfAValueThatTheyGuess(String sql) {
    assertThatThrownBy(() -> lake.csv(ben, sql))
        .isInstanceOfSatisfying(
            Invalid.class, e -> assertThat(e.code()).isEqualTo(QueryError.SQL_REFUSED));
  }
}
