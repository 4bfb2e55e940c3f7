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
        TestEngines.parquet(directory, "SELECT range AS k, 'x' || range AS v FROM range(10)");
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
  private static String failing(int rows, String none) {
    return """
    SELECT count(*), max(j) FROM (
      SELECT k, CAST(v AS INTEGER) AS j FROM (
        SELECT a.k + 10 * b.k + 100 * c.k AS k, a.v FROM o a, o b, o c LIMIT %d) q) p
    JOIN t ON p.k = t.id WHERE %s\
    """
        .formatted(rows, none);
  }

  @Test
  void noFailureOfAnotherTableTellsHowManyRowsAreHidden() {
    List<String> texts = new ArrayList<>();
    for (int rows : List.of(10, 50, 100, 500, 1000)) {
      for (String none : List.of("salary > 1100", "name = 'nobody'", "salary > 1100 AND id > 5")) {
        texts.add(failing(rows, none));
      }
    }
    assertAlike(texts);
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
