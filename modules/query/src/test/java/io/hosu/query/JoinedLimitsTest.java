package io.hosu.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.kernel.HosuException;
import io.hosu.query.engine.EngineSession;
import io.hosu.query.engine.EngineView;
import io.hosu.query.engine.EngineView.Rows;
import io.hosu.query.engine.QueryError;
import io.hosu.query.engine.ResultFormat;
import io.hosu.query.engine.ResultLimits;
import io.hosu.query.engine.ResultSummary;
import io.hosu.query.engine.SessionRequest;
import io.hosu.query.engine.TestEngines;
import io.hosu.query.engine.VaultCalls;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SQL that joins tables of which a part is hidden, and what it leaves in its engine. */
@Timeout(120)
class JoinedLimitsTest {
  private static final String LEFT =
      "SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'hosu%'";

  @TempDir Path directory;
  private List<EngineView> hidden = List.of();

  @BeforeEach
  void write() {
    hidden =
        List.of(
            people("lake", "people", 0),
            people("lake", "people@VERSION=1", 3),
            view("lake", "pay", "SELECT range AS id, range * 10 AS pay FROM range(40)", ""),
            new EngineView(
                List.of("lake", "stage", "named"),
                "SELECT * FROM (SELECT p.\"id\", p.\"Full Name\" FROM \"lake\".\"stage\".\"people\" AS p"
                    + " WHERE ((p.id) > 4)) AS lake_view(\"id\", \"who\")",
                List.of()));
  }

  private EngineView people(String catalog, String name, int from) {
    return view(
        catalog,
        name,
        "SELECT range + %d AS id, 'n' || range %% 7 AS \"Full Name\", range %% 5 AS kind, {'a': range} AS s, range %% 3 <> 0 AS seen FROM range(60)"
            .formatted(from),
        " WHERE seen");
  }

  private EngineView view(String catalog, String name, String rows, String where) {
    Path file = TestEngines.parquet(directory, rows);
    return new EngineView(
        List.of(catalog, "stage", name),
        "SELECT * %s FROM read_parquet('%s')%s"
            .formatted(where.isEmpty() ? "" : "EXCLUDE (seen)", file, where),
        List.of(file),
        Rows.HIDDEN);
  }

  private static EngineSession open(List<EngineView> views) {
    return TestEngines.shared()
        .open(new SessionRequest("", views, null, null, Duration.ofSeconds(60)));
  }

  private static String sorted(List<EngineView> views, String text) {
    try (EngineSession session = open(views)) {
      return TestEngines.csv(session, text).lines().sorted().collect(Collectors.joining("\n"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM lake.stage.people p JOIN lake.stage.pay USING (id)",
        "SELECT * FROM lake.stage.people NATURAL JOIN lake.stage.pay",
        "SELECT p FROM lake.stage.people p, lake.stage.pay s WHERE s.id = p.id AND p.kind = 1",
        "SELECT p.s.a, p['kind'] FROM lake.stage.people p, lake.stage.pay q WHERE p.id = q.id",
        "SELECT x, z FROM lake.stage.people AS p(x, y, z), lake.stage.pay q WHERE x = q.id AND z = 2",
        "SELECT #2, pay FROM lake.stage.people p JOIN lake.stage.pay q ON p.id = q.id",
        "SELECT count(*) FROM lake.stage.people, lake.stage.pay",
        "SELECT COLUMNS('k.*') FROM lake.stage.people p JOIN lake.stage.pay q ON p.id = q.id",
        "SELECT p.* EXCLUDE (s), \"full name\" FROM lake.stage.people p, lake.stage.pay q WHERE p.id = q.id",
        "SELECT a.id, b.id FROM lake.stage.people a, lake.stage.people b WHERE a.kind = b.kind AND a.id < 9",
        "SELECT a.id, b.id FROM lake.stage.people a JOIN lake.stage.\"people@VERSION=1\" b ON a.id = b.id WHERE b.kind > 2",
        "SELECT id FROM lake.stage.people WHERE id IN (SELECT id FROM lake.stage.pay WHERE pay > 100) AND kind < 3",
        "SELECT id, (SELECT max(pay) FROM lake.stage.pay q WHERE q.id < p.id AND kind = 2) FROM lake.stage.people p",
        "SELECT id FROM lake.stage.people p WHERE EXISTS (FROM lake.stage.pay WHERE id = p.id AND kind = 3)",
        "SELECT p.id, y FROM lake.stage.people p, LATERAL (SELECT p.id + 1 AS y) l WHERE kind = 1",
        "SELECT p.id, pay FROM lake.stage.people p LEFT JOIN lake.stage.pay q ON p.id = q.id AND p.kind = 2 WHERE q.pay IS NULL",
        "SELECT p.id, q.id FROM lake.stage.people p FULL JOIN lake.stage.pay q ON p.id = q.id WHERE p.id IS NULL OR kind = 1",
        "SELECT p.id, q.id FROM lake.stage.pay q ASOF JOIN lake.stage.people p ON q.id >= p.id WHERE p.kind = 1",
        "SELECT p.id, q.id FROM lake.stage.people p POSITIONAL JOIN lake.stage.pay q WHERE kind = 1",
        "SELECT p.id FROM lake.stage.people p SEMI JOIN lake.stage.pay q ON p.id = q.id WHERE kind = 1",
        "SELECT q.id FROM lake.stage.pay q ANTI JOIN lake.stage.people p ON p.id = q.id AND p.kind = 1",
        "SELECT id FROM lake.stage.people WHERE kind = 1 UNION ALL SELECT id FROM lake.stage.people WHERE kind = 2",
        "WITH q AS (FROM lake.stage.people WHERE kind = 1) SELECT a.id FROM q a, q b WHERE a.id = b.id",
        "WITH RECURSIVE r(n) AS (SELECT min(id) FROM lake.stage.people WHERE kind = 1 UNION ALL SELECT p.id FROM r, lake.stage.people p WHERE p.id = n + 1) FROM r",
        "SELECT n.who, q.pay FROM lake.stage.named n JOIN lake.stage.pay q ON n.id = q.id WHERE n.id < 20",
        "SELECT n.who, p.kind FROM lake.stage.named n, lake.stage.people p WHERE n.id = p.id AND p.id > 30",
        "SELECT * FROM (SELECT kind, id, q.pay FROM lake.stage.people p JOIN lake.stage.pay q USING (id)) PIVOT (sum(pay) FOR kind IN (1, 2))",
        "SELECT \"1\" FROM lake.stage.people PIVOT (count(*) FOR kind IN (1, 2)), lake.stage.pay",
        "SELECT count(*) FROM lake.stage.people p, lake.stage.pay q WHERE (p.kind = 1 AND q.pay = 20) OR (p.kind = 2 AND p.id > 5)",
        "SELECT p.id FROM lake.stage.people p JOIN lake.stage.pay q ON p.id = q.id AND p.kind BETWEEN 1 AND 2 WHERE NOT p.\"Full Name\" LIKE 'n1%'",
        "SELECT kind AS k, count(*) FROM lake.stage.people p, lake.stage.pay q WHERE p.id = q.id AND k > 1 GROUP BY ALL HAVING count(*) > 1 ORDER BY k LIMIT 2",
        "SELECT p.id FROM lake.stage.people p, lake.stage.pay q WHERE p.id = q.id QUALIFY row_number() OVER (PARTITION BY kind ORDER BY p.id) = 1",
        "SELECT kind + 1 AS kind, p.id FROM lake.stage.people p, lake.stage.pay q WHERE p.id = q.id AND kind = 2",
        "SELECT p.id FROM lake.stage.people p, (VALUES (2)) v(n) ORDER BY (SELECT max(q.pay) FROM lake.stage.pay q), p.id LIMIT 3",
        "SELECT p.id FROM lake.stage.pay p WHERE EXISTS (SELECT * FROM lake.stage.people q WHERE q.id = p.id AND kind = 1)",
        "SELECT id FROM lake.stage.pay p WHERE NOT EXISTS (SELECT * REPLACE (s.a AS s) FROM lake.stage.people q WHERE q.id = p.id)",
        "SELECT id FROM lake.stage.pay p WHERE EXISTS (SELECT * FROM lake.stage.people EXCEPT SELECT * FROM lake.stage.people WHERE kind <> p.id)",
        "SELECT id FROM lake.stage.pay p WHERE EXISTS (SELECT COLUMNS(lambda c: c = 'kind') FROM lake.stage.people q WHERE q.id = p.id)",
        "SELECT * FROM (SELECT id FROM lake.stage.people) a JOIN (FROM lake.stage.pay) b USING (id)",
        "SELECT * FROM (SELECT id, kind FROM lake.stage.people) a, (VALUES (1), (2)) b(n) WHERE a.kind = b.n",
        "SELECT pay FROM lake.stage.people p, (SELECT 5 AS kind, 3 AS id) v, lake.stage.pay q WHERE v.kind = 5 AND q.id = p.id AND p.kind = 1",
      })
  void whatIsJoinedIsWhatItsRowsAre(String text) {
    String open = sorted(hidden.stream().map(EngineView::unveiled).toList(), text);

    assertThat(open).contains("\n");
    assertThat(sorted(hidden, text)).isEqualTo(open);
    assertThat(sorted(hidden.stream().map(JoinedLimitsTest::deleted).toList(), text))
        .as("where rows were deleted")
        .isEqualTo(open);
  }

  private static EngineView deleted(EngineView view) {
    return new EngineView(
        view.name(), view.sql(), view.files(), Rows.deletedIf(view.rows() == Rows.HIDDEN));
  }

  @Test
  void aJoinCanBeSentAsParquet() throws IOException {
    SessionRequest request =
        new SessionRequest("", hidden, null, directory, Duration.ofSeconds(60));
    try (EngineSession session = TestEngines.shared().open(request)) {
      TestEngines.Collected result = new TestEngines.Collected();
      ResultSummary sent =
          session.query(
              "SELECT p.id FROM lake.stage.people p JOIN lake.stage.pay q ON p.id = q.id",
              ResultFormat.PARQUET,
              ResultLimits.NONE,
              result);

      assertThat(sent.rows()).isEqualTo(26);
      assertThat(result.bytes()).startsWith('P', 'A', 'R', '1');
    }
  }

  @Test
  void anEngineThatIsKeptForItsPrincipalHasNothingLeftOfJoinsThatFailed() {
    SessionRequest request =
        new SessionRequest("alice", hidden, null, null, Duration.ofSeconds(60));
    String join = " FROM lake.stage.people p JOIN lake.stage.pay q ON p.id = q.id";
    for (int i = 0; i < 2; i++) {
      try (EngineSession session = TestEngines.shared().open(request)) {
        assertThat(answer(session, "SELECT 1" + join + " WHERE p.\"Full Name\"::INTEGER > 3"))
            .startsWith("SQL_FAILED");
      }
      try (EngineSession session = TestEngines.shared().open(request)) {
        assertThat(TestEngines.csv(session, LEFT)).isEqualTo("table_name\n");
        assertThat(answer(session, "SELECT count(*) AS n" + join)).isEqualTo("26\nn");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT p.id FROM lake.stage.people p JOIN lake.stage.pay q ON p.id = q.id",
        "SELECT p.id::DATE FROM lake.stage.people p JOIN lake.stage.pay q ON p.id = q.id",
        "SELECT p.nam FROM lake.stage.people p JOIN lake.stage.pay q ON p.id = q.id",
        "SELECT p.rowid FROM lake.stage.people p JOIN lake.stage.pay q ON p.id = q.id",
        "SELECT 1 // (\"Full Name\"::INTEGER) FROM lake.stage.people p, lake.stage.pay q",
        "SELECT 1 FROM lake.stage.people p, lake.stage.pay q WHERE \"Full Name\"::DATE IS NULL"
      })
  void nothingIsLeftOfAJoinAndItsRelationsAreWhatTheyWere(String text) {
    try (EngineSession session = open(hidden)) {
      String first = answer(session, text);

      assertThat(first).doesNotContain("hosu");
      assertThat(TestEngines.csv(session, LEFT)).isEqualTo("table_name\n");
      assertThat(TestEngines.csv(session, "SELECT sum(kind) AS s FROM lake.stage.people"))
          .isEqualTo("s\n80\n");
      assertThat(answer(session, text)).isEqualTo(first);
    }
  }

  private static String answer(EngineSession session, String text) {
    try {
      return TestEngines.csv(session, text).lines().sorted().collect(Collectors.joining("\n"));
    } catch (HosuException e) {
      return "%s %s %s".formatted(e.code(), e.what(), e.place());
    }
  }

  @Test
  void aTextThatIsWrongIsToldOfAllColumnsWhereItJoins() {
    String wrong = "SELECT p.nam FROM lake.stage.people p";
    try (EngineSession session = open(hidden)) {
      assertThat(answer(session, wrong + ", lake.stage.pay q"))
          .isEqualTo(answer(session, wrong))
          .contains("SQL_INVALID");
    }
  }

  @Test
  void whatDoesNotFitIntoMemoryIsPutOnDiskMeanwhile() {
    EngineView large =
        new EngineView(
            List.of("large"),
            "SELECT range AS id, hash(range) AS other FROM range(8000000) WHERE range % 5 <> 0",
            List.of(),
            Rows.HIDDEN);
    SessionRequest request =
        new SessionRequest("", List.of(large), null, null, 60L << 20, Duration.ofSeconds(100));
    try (EngineSession session = TestEngines.shared().open(request)) {
      String text =
          "SELECT count(DISTINCT other % 9) AS n FROM large, (VALUES (0)) v(zero) WHERE id >= zero";

      assertThat(TestEngines.csv(session, text)).isEqualTo("n\n9\n");
      assertThat(TestEngines.csv(session, "SELECT count(*) AS n FROM duckdb_temporary_files()"))
          .isEqualTo("n\n0\n");
    }
  }

  /** Gives each value as its token, and remembers which were asked for. */
  private static class Asked implements VaultCalls {
    final Set<String> values = new ConcurrentSkipListSet<>();

    @Override
    public List<String> tokens(String domain, List<String> asked) {
      values.addAll(asked);
      return asked.stream().map(value -> "tok_" + value).toList();
    }

    @Override
    public List<@Nullable String> values(List<String> tokens) {
      return List.copyOf(tokens);
    }
  }

  private static EngineView tokens(long rows) {
    return new EngineView(
        List.of("t"),
        "SELECT range AS id, hosu_token('d', range::VARCHAR) AS name, hosu_token('d', 'b' || range) AS born FROM range(%d) WHERE range > 2"
            .formatted(rows),
        List.of(),
        Rows.HIDDEN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT name FROM t, (VALUES (3), (5), (8)) v(k) WHERE id = k AND id <= 5",
        "SELECT t.name FROM (VALUES (3), (5), (8)) v(k) JOIN t ON id = k AND (id = 3 OR t.id = 5 OR id = 4)",
        "SELECT a.name FROM t a, (VALUES (3), (5)) v(k) WHERE k = a.id AND length(a.id::VARCHAR) = 1 AND a.id < 6"
      })
  void noTokenIsAskedForOfRowsAndColumnsThatAreLeftOut(String text) {
    Asked vault = new Asked();
    SessionRequest request =
        new SessionRequest("", List.of(tokens(10)), null, null, Duration.ofSeconds(60)).with(vault);
    try (EngineSession session = TestEngines.shared().open(request)) {
      assertThat(answer(session, text)).isEqualTo("name\ntok_3\ntok_5");
    }
    assertThat(vault.values).containsExactly("3", "4", "5");
  }

  @Test
  void whatFillsATableForAJoinCanBeCancelled() throws Exception {
    CountDownLatch began = new CountDownLatch(1);
    Asked vault =
        new Asked() {
          @Override
          public List<String> tokens(String domain, List<String> asked) {
            began.countDown();
            return asked;
          }
        };
    SessionRequest request =
        new SessionRequest("", List.of(tokens(1L << 40)), null, null, Duration.ofSeconds(90))
            .with(vault);
    try (EngineSession session = TestEngines.shared().open(request)) {
      CompletableFuture<String> answer =
          CompletableFuture.supplyAsync(
              () -> answer(session, "SELECT max(name) FROM t, (VALUES (1)) v"));
      assertThat(began.await(60, TimeUnit.SECONDS)).isTrue();
      session.cancel();

      assertThat(answer.get(60, TimeUnit.SECONDS)).startsWith("QUERY_CANCELLED");
    }
  }

  @Test
  void whatFillsATableForAJoinEndsInTime() {
    EngineView endless =
        new EngineView(
            List.of("t"),
            "SELECT count(*) AS id FROM range(1000000) a, range(1000000) b WHERE a.range < b.range",
            List.of(),
            Rows.HIDDEN);
    SessionRequest request =
        new SessionRequest("", List.of(endless), null, null, Duration.ofSeconds(2));
    try (EngineSession session = TestEngines.shared().open(request)) {
      assertThatThrownBy(() -> TestEngines.csv(session, "SELECT id FROM t, (VALUES (1)) v"))
          .isInstanceOfSatisfying(
              HosuException.class, e -> assertThat(e.code()).isEqualTo(QueryError.QUERY_TIMEOUT));
    }
  }
}
