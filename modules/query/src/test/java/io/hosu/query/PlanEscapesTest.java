package io.hosu.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.kernel.HosuException;
import io.hosu.query.engine.EngineSession;
import io.hosu.query.engine.EngineView;
import io.hosu.query.engine.SessionRequest;
import io.hosu.query.engine.TestEngines;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How the engine plans a query shows in the order of rows, and in which of two parts fails. It
 * plans alike over two tables of which the same is seen, however many rows of them are hidden, and
 * whatever they hold.
 */
class PlanEscapesTest {
  private static final int TRIES = 30;
  private static final String SEEN =
      "SELECT range AS id, 1000 + range * 7 %% 100 AS salary, 'n' || (range * 7 %% 100) AS name,"
          + " true AS seen FROM range(300) UNION ALL SELECT %s, false FROM range(%d)";
  @TempDir Path few;
  @TempDir Path many;
  private EngineSession one;
  private EngineSession other;

  @BeforeEach
  void open() {
    one = session(few, SEEN.formatted("1, 2, 'a'", 1));
    other =
        session(
            many,
            SEEN.formatted("1000000 + range * 1000, 100000000 + range, 'zz' || range", 100_000));
  }

  private static EngineSession session(Path directory, String rows) {
    Path file = TestEngines.parquet(directory, rows);
    String sql =
        "SELECT id, salary, name FROM (SELECT * FROM read_parquet('%s')) t WHERE (seen)"
            .formatted(file);
    EngineView limited = new EngineView(List.of("t"), sql, List.of(file), EngineView.Rows.HIDDEN);
    Path other =
        TestEngines.parquet(directory, "SELECT range AS k, 'x' || range AS v FROM range(5000)");
    EngineView words =
        new EngineView(
            List.of("o"), "SELECT * FROM read_parquet('%s')".formatted(other), List.of(other));
    return TestEngines.shared()
        .open(new SessionRequest("", List.of(limited, words), null, null, Duration.ofSeconds(20)));
  }

  @AfterEach
  void close() {
    one.close();
    other.close();
  }

  private static String answer(EngineSession session, String sql) {
    try {
      return TestEngines.csv(session, sql);
    } catch (HosuException e) {
      return "%s %s".formatted(e.code(), e.what());
    }
  }

  /** Which of two threads is first is chance, and the order of rows with it: one time is enough. */
  private boolean mayBeAlike(String text) {
    return IntStream.range(0, TRIES).anyMatch(_ -> answer(one, text).equals(answer(other, text)));
  }

  private void assertAlike(List<String> texts) {
    List<String> told = new ArrayList<>();
    for (String text : texts) {
      if (!mayBeAlike(text)) {
        told.add("%s%n  %s%n  %s".formatted(text, answer(one, text), answer(other, text)));
      }
    }
    assertThat(told).isEmpty();
  }

  @Test
  void noOrderOfRowsTellsHowLargeHiddenValuesAre() {
    List<String> texts = new ArrayList<>();
    for (String column : List.of("id", "salary", "name")) {
      texts.add("SELECT list(%1$s) FROM (SELECT %1$s FROM t GROUP BY %1$s)".formatted(column));
      texts.add("SELECT list(%1$s) FROM (SELECT DISTINCT %1$s FROM t)".formatted(column));
      texts.add("SELECT %1$s, count(*) FROM t GROUP BY %1$s".formatted(column));
    }
    for (long bound : List.of(5L, 1500L, 100_000L, 1_000_000_000L)) {
      texts.add(
          "SELECT CAST(salary > %d AS INTEGER) * 1000000000 - id AS g, count(*) FROM t GROUP BY 1"
              .formatted(bound));
    }
    assertAlike(texts);
  }

  /** It fails where the engine looks at the words before it looks at the table, which is empty. */
  private static String failing(String table, String none) {
    return "SELECT count(*) FROM o JOIN %s ON CAST(o.v AS INTEGER) = t.id WHERE %s"
        .formatted(table, none);
  }

  @Test
  void noFailureOfAnotherTableTellsHowManyRowsAreHidden() {
    List<String> texts = new ArrayList<>();
    for (String table : List.of("t", "(FROM t) t", "(SELECT DISTINCT id, salary, name FROM t) t")) {
      for (String none : List.of("salary > 1100", "name = 'nobody'", "salary > 1100 AND id > 5")) {
        texts.add(failing(table, none));
      }
    }
    texts.add("WITH q AS (" + failing("t", "length(name) > 9") + ") FROM q");
    texts.add(
        "SELECT count(*) FROM o WHERE CAST(v AS INTEGER) IN (SELECT id FROM t WHERE salary > 1100)");
    texts.add(
        "SELECT count(*) FROM o WHERE EXISTS (FROM t WHERE id = CAST(o.v AS INTEGER) AND salary > 1100)");
    assertAlike(texts);
    assertThat(answer(one, texts.getFirst())).isEqualTo("count_star()\n0\n");
  }

  /** Rows come in the order of the side that is not kept in memory. */
  @Test
  void noOrderOfJoinedRowsTellsHowManyRowsAreHidden() {
    String other = "(SELECT 300 - k AS k FROM o) p";
    assertAlike(
        List.of(
            "SELECT k, name FROM %s JOIN t ON k = id".formatted(other),
            "SELECT k, name FROM %s, t WHERE k = id AND salary < 1090".formatted(other),
            "SELECT k, name FROM %s LEFT JOIN t ON k = id".formatted(other),
            "SELECT k FROM %s WHERE k IN (SELECT id FROM t)".formatted(other),
            "SELECT k FROM %s WHERE NOT EXISTS (FROM t WHERE id = k)".formatted(other),
            "SELECT k FROM %s JOIN (SELECT id, count(*) FROM t GROUP BY id) ON k = id"
                .formatted(other),
            "SELECT p.k, t.name FROM %s JOIN t ON p.k = t.id JOIN o q ON q.k = t.id"
                .formatted(other),
            "SELECT a.id, b.id FROM t a JOIN t b ON a.salary = b.salary AND a.name < b.name",
            "SELECT k FROM %s WHERE k < (SELECT count(*) FROM t)".formatted(other)));
  }

  @Test
  void whatTwoConditionsHaveInCommonIsComputedOfNoHiddenRow() {
    assertAlike(
        List.of(
            "SELECT count(*) FROM t WHERE right(name, -1)::INTEGER > 5 AND right(name, -1)::INTEGER < 99",
            "SELECT count(*) FROM t WHERE 10 // (id - 1000000) < 5 OR 10 // (id - 1000000) > 6",
            "SELECT count(*) FROM t WHERE right(name, -1)::INTEGER + right(name, -1)::INTEGER > 5"));
  }
}
