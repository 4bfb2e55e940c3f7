package io.hosu.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.governance.Grant;
import io.hosu.governance.Grantee;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Terms;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.Json;
import io.hosu.kernel.TableName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@link EscapesTest} asks of one table, asked of tables as they are kept: of each state of
 * one, of what describes it, and of the quarantine beside it, in two lakes that differ only in what
 * is hidden. Repeat one run with {@code -Dseed=N}.
 */
class TableEscapesTest {
  private static final int FUZZED = 100;
  private static final String FAILED = "failed: ";
  private static final TableName PEOPLE = new TableName("hr", "stage", "people");
  private static final TableName QUARANTINE = new TableName("hr", "stage", "people_quarantine");
  private static final Principal ALICE = Principal.user("alice").with(Map.of("region", "EU"));
  private static final Principal ROOT = Principal.user("root");

  /** Where it is asked, in the place of the table: each exists in both lakes, and differs. */
  private static final List<String> STATES =
      List.of(
          "hr.stage.people",
          "(FROM hr.stage.people AT (VERSION => {first}))",
          "(FROM hr.stage.people AT (VERSION => {second}))",
          "(FROM hr.stage.people AT (TIMESTAMP => TIMESTAMP '{then}'))",
          "hr.stage.people_quarantine");

  /** What can be asked of any of them. */
  private static final List<String> WHOLE =
      List.of(
          "SELECT * FROM {table}",
          "SELECT count(*) FROM {table} p WHERE p::VARCHAR LIKE '%78%'",
          "FROM {table}",
          "SELECT COLUMNS(*) FROM {table}",
          "SELECT * EXCLUDE (id) FROM {table}",
          "SELECT p FROM {table} p",
          "SELECT to_json(p) FROM {table} p",
          "SELECT min(p::VARCHAR), max(p::VARCHAR) FROM {table} p",
          "SELECT hash(p) FROM {table} p",
          "WITH q AS (FROM {table}) SELECT * FROM q JOIN hr.stage.people USING (id)",
          "SELECT p::VARCHAR FROM {table} p EXCEPT SELECT o.name FROM hr.stage.people o",
          "SELECT * FROM (FROM {table}) UNION BY NAME SELECT * FROM hr.stage.people_quarantine");

  /** What is asked of what quotes and describes the tables. */
  private static final List<String> BESIDE =
      List.of(
          "SELECT text FROM hr.stage.people_quarantine",
          "SELECT reason, read_as FROM hr.stage.people_quarantine",
          "SELECT id FROM hr.stage.people_quarantine WHERE text LIKE '%078%'",
          "SELECT id FROM hr.stage.people_quarantine ORDER BY text DESC LIMIT 1",
          "SELECT count(*) FILTER (reason LIKE 'no%') FROM hr.stage.people_quarantine",
          "SELECT q.id FROM hr.stage.people_quarantine q, hr.stage.people p WHERE q.text > p.name",
          "SELECT * FROM hr.stage.\"people$files\"",
          "SELECT * FROM hr.stage.\"people$snapshots\"",
          "SELECT sum(record_count) FROM hr.stage.\"people$files\"",
          "SELECT lower_bounds FROM hr.stage.\"people$files\"",
          "SELECT * FROM hr.stage.\"people_quarantine$files\"",
          "SELECT * FROM hr.stage.people a AT (VERSION => {first}) FULL JOIN hr.stage.people b AT"
              + " (VERSION => {second}) USING (id)",
          "SELECT secret FROM hr.stage.people AT (VERSION => {first})",
          "SELECT b.id FROM hr.stage.people a AT (VERSION => {first}), hr.stage.people b WHERE"
              + " a.salary < b.salary",
          "SELECT * FROM hr.stage.people AT (VERSION => {first}) WHERE region = 'US'");

  private static Lake one;
  private static Lake other;

  private record Lake(QueryLake lake, long first, long second, Instant then) {
    static Lake of(Path directory, String first, String second, String quarantined)
        throws IOException {
      QueryLake lake = new QueryLake(directory);
      lake.append(PEOPLE, people(first));
      long begin = lake.tables.require(PEOPLE).snapshot().orElseThrow();
      Instant then = lake.tables.history(PEOPLE, 1, "").items().getFirst().committedAt();
      lake.append(PEOPLE, people(second));
      long end = lake.tables.require(PEOPLE).snapshot().orElseThrow();
      lake.append(
          QUARANTINE,
          "SELECT * FROM (VALUES %s) t(id, object, text, reason, read_as)".formatted(quarantined));
      lake.append(PEOPLE, people("(90, 'Zed', 'US', '9', 9, 'now')"));
      give(lake, "user:root", "lake", "{}", false);
      give(
          lake,
          "user:alice",
          "hr.stage.people",
          """
          {"rows": "region = principal.region", "columns": {"except": ["secret"]},
           "masks": {"ssn": "last(4)", "salary": "range(10000)"}}\
          """,
          false);
      give(lake, "user:alice", "hr.stage.people", "{\"rows\": \"name LIKE '%VIP%'\"}", true);
      give(lake, "user:alice", "hr.stage.people_quarantine", "{}", false);
      return new Lake(lake, begin, end, then);
    }

    private static String people(String rows) {
      return "SELECT id::BIGINT AS id, name, region, ssn, salary::BIGINT AS salary, secret FROM"
          + " (VALUES %s) t(id, name, region, ssn, salary, secret)".formatted(rows);
    }

    private static void give(QueryLake lake, String to, String on, String terms, boolean denies) {
      Grant grant =
          Grant.declared(Grantee.parse(to), Set.of(Permission.SELECT), Resource.parse(on))
              .with(Terms.fromJson(Json.parse(terms)));
      lake.database.perform(
          tx -> lake.governance.grants().put(tx, denies ? grant.asDeny() : grant));
    }

    /** The rows in any order, or the failure; without what names the lake itself. */
    String answer(Principal principal, String text) {
      String sql =
          text.replace("{first}", Long.toString(first))
              .replace("{second}", Long.toString(second))
              .replace("{then}", then.toString().replace('T', ' ').replace("Z", ""));
      String answer;
      try {
        answer = lake.csv(principal, sql).lines().sorted().collect(Collectors.joining("\n"));
      } catch (HosuException e) {
        answer = FAILED + e.code() + " " + e.what();
      }
      return answer
          .replace(Long.toString(first), "FIRST")
          .replace(Long.toString(second), "SECOND")
          .replaceAll("TIMESTAMP=[-0-9 :.]+", "TIMESTAMP=THEN")
          // The ids of snapshots are not all of one length.
          .replaceAll("column \\d+ near", "column N near")
          .replaceAll("[0-9a-hjkmnp-tv-z]{26}", "ID");
    }
  }

  @BeforeAll
  static void start(@TempDir Path here, @TempDir Path there) throws IOException {
    one =
        Lake.of(
            here,
            """
            (1, 'Ann', 'EU', '078-05-1120', 71000, 'x'), (2, 'Ben', 'EU', '219-09-9999', 64000, 'y'),
            (3, 'VIP Cy', 'EU', '457-55-5462', 90000, 'z'), (4, 'Dee', 'US', '123-45', 70000, '12')\
            """,
            "(11, 'Flo', 'EU', '555-00-1234', 52000, 'q'), (12, 'Gus', 'US', '1', 1, 'w')",
            "(1, 'raw/hr/1', '078-05-1120,x', 'x is no number', 'CSV'), (2, 'raw/hr/2', 'b', 'c', '')");
    other =
        Lake.of(
            there,
            """
            (1, 'Ann', 'EU', '111-22-1120', 79999, '1'), (2, 'Ben', 'EU', '333-44-9999', 60000, NULL),
            (7, '8', 'US', '5', -5, '2')\
            """,
            "(11, 'Flo', 'EU', '777-00-1234', 59999, 'e'), (13, 'VIP Hal', 'EU', '2', 2, 'r')",
            "(1, 'raw/hr/1', 'other', 'no date', 'JSON'), (2, 'raw/hr/2', NULL, '9', 'CSV')");
  }

  @AfterAll
  static void stop() {
    one.lake.close();
    other.lake.close();
  }

  private static List<String> differing(Principal principal, List<String> texts) {
    List<String> told = new ArrayList<>();
    for (String text : texts) {
      String here = one.answer(principal, text);
      String there = other.answer(principal, text);
      if (!here.equals(there)) {
        told.add("%s\n  %s\n  %s".formatted(text, here, there));
      }
    }
    return told;
  }

  private static List<String> texts() {
    Stream<String> ofStates =
        WHOLE.stream()
            .flatMap(text -> STATES.stream().map(state -> text.replace("{table}", state)));
    return Stream.concat(ofStates, BESIDE.stream())
        .flatMap(text -> Stream.of(text, EscapesTest.JOINED.formatted(text)))
        .toList();
  }

  @Test
  void noStateAndNothingBesideATableTellsWhatIsHidden() {
    assertThat(differing(ALICE, texts())).isEmpty();
    assertThat(texts().stream().filter(text -> !one.answer(ALICE, text).startsWith(FAILED)))
        .as("texts that are answered")
        .hasSizeGreaterThan(WHOLE.size() * 4);
  }

  @Test
  void whoSeesAllOfTheTablesIsToldByEachOfTheseTexts() {
    List<String> silent = new ArrayList<>();
    for (String text : texts()) {
      String answer = one.answer(ROOT, text);
      if (answer.startsWith(FAILED) || answer.equals(other.answer(ROOT, text))) {
        silent.add("%s%n  %s".formatted(text, answer));
      }
    }
    assertThat(silent).isEmpty();
  }

  @Test
  void norDoTextsThatAreMixedAtRandomOverAllStates() {
    Random random = new Random(Long.getLong("seed", 20_261_127L));
    List<String> cells =
        new ArrayList<>(
            EscapesTest.CELLS.stream()
                .filter(cell -> !cell.contains("code") && !cell.contains("hosu_token"))
                .toList());
    cells.addAll(List.of("text", "reason", "read_as = 'CSV'", "length(text)", "object"));
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < FUZZED; i++) {
      String text = EscapesTest.mixed(random, cells);
      while (text.contains("hr.stage.people ")) {
        text = text.replaceFirst("hr\\.stage\\.people ", state(random));
      }
      text = text.replace("{table}", "hr.stage.people");
      texts.add(i % 2 == 0 ? text : EscapesTest.JOINED.formatted(text));
    }

    assertThat(differing(ALICE, texts)).isEmpty();
    assertThat(differing(ROOT, texts))
        .as("texts that tell who sees all")
        .hasSizeGreaterThan(FUZZED / 10);
  }

  /** A state under another name meanwhile, so that it is not replaced again. */
  private static String state(Random random) {
    return EscapesTest.pick(random, STATES).replace("hr.stage.people", "{table}") + " ";
  }
}
