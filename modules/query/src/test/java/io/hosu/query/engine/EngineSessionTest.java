package io.hosu.query.engine;

import static io.hosu.query.engine.TestEngines.csv;
import static io.hosu.query.engine.TestEngines.request;
import static io.hosu.query.engine.TestEngines.shared;
import static io.hosu.query.engine.TestEngines.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Exhausted;
import io.hosu.kernel.HosuException.Invalid;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineSessionTest {
  @TempDir Path directory;

  private static EngineSession open() {
    return shared().open(request(null));
  }

  @Test
  void csvWritesNullAsAnEmptyFieldAndAnEmptyTextInQuotes() {
    try (EngineSession session = open()) {
      assertThat(
              csv(
                  session,
                  """
                  SELECT NULL AS n, '' AS e, 'a "b", c' AS q, 1.50::DECIMAL(9,2) AS d,
                  TIMESTAMP '2024-01-02 03:04:00' AS t, [1, 2] AS l, true AS b, 1.5::DOUBLE AS f\
                  """))
          .isEqualTo(
              """
              n,e,q,d,t,l,b,f
              ,"","a ""b"", c",1.50,2024-01-02 03:04:00,"[1,2]",true,1.5
              """);
    }
  }

  @Test
  void aVariantIsWrittenAsWhatItHolds() {
    String select =
        "SELECT '{\"a\":[1,{\"b\":null}]}'::JSON::VARIANT AS v, 5::VARIANT AS w, NULL::VARIANT AS"
            + " n";
    try (EngineSession session = open()) {
      assertThat(text(session, select, ResultFormat.NDJSON))
          .isEqualTo("{\"v\":{\"a\":[1,{\"b\":null}]},\"w\":5,\"n\":null}\n");
      assertThat(session.describe(select)).extracting(Column::type).containsOnly("VARIANT");
    }
  }

  @Test
  void jsonKeepsEveryDigitAndNests() {
    try (EngineSession session = open()) {
      assertThat(
              text(
                  session,
                  """
                  SELECT 170141183460469231731687303715884105727::HUGEINT AS h,
                  12345678901234567890.123456789::DECIMAL(38,9) AS d, {'a': [1, NULL], 'b': 'x"y'} AS s,
                  MAP {'k': DATE '2024-02-29'} AS m, TIMESTAMPTZ '2024-01-02 03:04:05.5+01' AS z,
                  TIMESTAMP '2024-01-02 03:04:05' AS t, 'ab'::BLOB AS y, 'nan'::DOUBLE AS f,
                  '{"x":[1]}'::JSON AS j, NULL AS n, 'ü😀' AS u, TIME '10:00:00' AS c\
                  """,
                  ResultFormat.NDJSON))
          .isEqualTo(
              "{\"h\":170141183460469231731687303715884105727,"
                  + "\"d\":12345678901234567890.123456789,\"s\":{\"a\":[1,null],\"b\":\"x\\\"y\"},"
                  + "\"m\":{\"k\":\"2024-02-29\"},\"z\":\"2024-01-02T02:04:05.500Z\","
                  + "\"t\":\"2024-01-02T03:04:05\",\"y\":\"YWI=\",\"f\":\"NaN\",\"j\":{\"x\":[1]},"
                  + "\"n\":null,\"u\":\"ü😀\",\"c\":\"10:00:00\"}\n");
    }
  }

  @Test
  void jsonIsOneArrayAlsoWhenItIsEmpty() {
    try (EngineSession session = open()) {
      assertThat(text(session, "SELECT 1 AS a WHERE false", ResultFormat.JSON)).isEqualTo("[]\n");
      assertThat(text(session, "SELECT * FROM range(2) t(a)", ResultFormat.JSON))
          .isEqualTo("[\n{\"a\":0},\n{\"a\":1}\n]\n");
    }
  }

  @Test
  void millionsOfRowsStreamThroughBoundedMemory() {
    AtomicLong bytes = new AtomicLong();
    try (EngineSession session = open()) {
      ResultSummary summary =
          session.query(
              "SELECT range AS a, 'some text' AS b FROM range(3000000)",
              ResultFormat.CSV,
              ResultLimits.NONE,
              new ResultSink() {
                @Override
                public void columns(List<Column> columns) {}

                @Override
                public void bytes(byte[] chunk) {
                  bytes.addAndGet(chunk.length);
                }
              });
      assertThat(summary.rows()).isEqualTo(3_000_000);
      assertThat(summary.bytes()).isEqualTo(bytes.get()).isGreaterThan(50_000_000);
    }
  }

  @Test
  void aResultBeyondItsLimitIsRefused() {
    try (EngineSession session = open()) {
      assertThatThrownBy(() ->
              session.query(
                  "SELECT * FROM range(10)",
                  ResultFormat.CSV,
                  new ResultLimits(9, Long.MAX_VALUE),
                  new TestEngines.Collected()))
          .isInstanceOfSatisfying(
              Exhausted.class, e -> assertThat(e.code()).isEqualTo(QueryError.RESULT_TOO_LARGE));
    }
  }

  @Test
  void aWrongColumnIsNamedWithItsPlace() {
    try (EngineSession session = open()) {
      assertThatThrownBy(() -> session.describe("SELECT nope FROM (SELECT 1 AS name)"))
          .isInstanceOfSatisfying(
              Invalid.class,
              e -> {
                assertThat(e.code()).isEqualTo(QueryError.SQL_INVALID);
                assertThat(e.what()).contains("\"nope\" not found").contains("name");
                assertThat(e.place().orElseThrow().column()).isEqualTo(8);
              });
      assertThat(session.describe("SELECT 1 AS a")).containsExactly(new Column("a", "INTEGER"));
    }
  }

  @Test
  void aSessionSeesItsViewsUnderTheirFullNamesAndNoOtherFile() throws Exception {
    Path granted = parquet("granted", "SELECT 7 AS a");
    Path other = parquet("other", "SELECT 8 AS a");
    EngineView view =
        new EngineView(
            List.of("aviation", "stage", "flights"),
            "SELECT a FROM read_parquet('%s')".formatted(granted),
            List.of(granted));
    try (EngineSession session =
        shared().open(new SessionRequest("", List.of(view), null, null, Duration.ofSeconds(20)))) {
      assertThat(csv(session, "SELECT flights.a, stage.flights.a AS b FROM aviation.stage.flights"))
          .isEqualTo("a,b\n7,7\n");
      assertThatThrownBy(() -> csv(session, "SELECT * FROM read_parquet('%s')".formatted(other)))
          .isInstanceOf(HosuException.class);
      assertThatThrownBy(() -> csv(session, "SET enable_external_access = true"))
          .isInstanceOf(HosuException.class);
      assertThatThrownBy(() -> csv(session, "SELECT * FROM read_text('/etc/hostname')"))
          .isInstanceOf(HosuException.class);
    }
  }

  @Test
  void sessionsOfOneKeyShareWhatTheEngineRemembersAndLoseWhatIsNoLongerTheirs() throws Exception {
    Path first = parquet("first", "SELECT 1 AS a");
    EngineView view =
        new EngineView(
            List.of("d", "l", "t"),
            "SELECT a FROM read_parquet('%s')".formatted(first),
            List.of(first));
    try (EnginePool pool = new EnginePool("keys", TestEngines.config(1))) {
      for (int i = 0; i < 3; i++) {
        try (EngineSession session = pool.open(keyed("ann", List.of(view)))) {
          assertThat(csv(session, "SELECT a FROM d.l.t")).isEqualTo("a\n1\n");
        }
      }
      try (EngineSession session = pool.open(keyed("bob", List.of()))) {
        assertThatThrownBy(() -> csv(session, "SELECT a FROM d.l.t"))
            .isInstanceOf(HosuException.class);
      }
      try (EngineSession session = pool.open(keyed("ann", List.of()))) {
        assertThatThrownBy(() -> csv(session, "SELECT a FROM d.l.t"))
            .isInstanceOf(HosuException.class);
      }
    }
  }

  private static SessionRequest keyed(String key, List<EngineView> views) {
    return new SessionRequest(key, views, null, null, Duration.ofSeconds(20));
  }

  private Path parquet(String name, String select) throws Exception {
    return TestEngines.parquet(Files.createDirectories(directory.resolve(name)), select);
  }

  @Test
  void utf8SurvivesTheWay() {
    try (EngineSession session = open()) {
      assertThat(csv(session, "SELECT 'żółć' AS x").getBytes(StandardCharsets.UTF_8))
          .isEqualTo("x\nżółć\n".getBytes(StandardCharsets.UTF_8));
    }
  }
}
