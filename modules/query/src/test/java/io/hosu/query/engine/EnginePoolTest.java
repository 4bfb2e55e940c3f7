package io.hosu.query.engine;

import static io.hosu.query.engine.TestEngines.csv;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.ErrorCode;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.Json;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EnginePoolTest {
  /** It joins itself again and again: the planner takes longer than anybody waits. */
  private static final String ENDLESS =
      "WITH c0 AS (SELECT 1 AS x), " + chain(26) + " SELECT count(*) FROM c26";

  private static EnginePool pool;

  @BeforeAll
  static void start() {
    pool = new EnginePool("pool-test", TestEngines.config(2));
    pool.awaitReady();
  }

  @AfterAll
  static void stop() {
    pool.close();
  }

  private static String chain(int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 1; i <= length; i++) {
      text.append(i == 1 ? "" : ", ")
          .append(
              "c%d AS NOT MATERIALIZED (SELECT a.x FROM c%d a JOIN c%d b USING (x))"
                  .formatted(i, i - 1, i - 1));
    }
    return text.toString();
  }

  private static EngineSession open(Duration timeout) {
    return pool.open(new SessionRequest("", List.of(), null, null, timeout));
  }

  private static ErrorCode codeOf(String select, Duration timeout) {
    try (EngineSession session = open(timeout)) {
      csv(session, select);
      throw new AssertionError("No failure.");
    } catch (HosuException e) {
      return e.code();
    }
  }

  private static void othersGoOn() {
    try (EngineSession session = open(Duration.ofSeconds(30))) {
      assertThat(csv(session, "SELECT 1 AS a")).isEqualTo("a\n1\n");
    }
  }

  /** On its carrier others run: a thread that waits for an answer must not hold it. */
  @Test
  void aVirtualThreadThatWaitsForAnEngineIsParked() throws Exception {
    try (EngineSession session = open(Duration.ofSeconds(30))) {
      Thread waits =
          Thread.ofVirtual()
              .start(() -> csv(session, "SELECT count(*) AS n FROM range(2000000000)"));
      long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (waits.getState() != Thread.State.TIMED_WAITING) {
        assertThat(System.nanoTime()).as("state %s", waits.getState()).isLessThan(deadline);
        assertThat(waits.isAlive()).isTrue();
        Thread.onSpinWait();
      }
      waits.join();
    }
  }

  @Test
  void aKilledEngineFailsItsSessionAloneAndIsReplaced() throws Exception {
    List<Long> before = pool.pids();
    Thread killing = Thread.ofVirtual().unstarted(() -> before.forEach(EnginePoolTest::kill));
    try (EngineSession session = open(Duration.ofSeconds(30))) {
      killing.start();
      assertThatThrownBy(() -> csv(session, "SELECT count(*) FROM range(1000000000000)"))
          .isInstanceOfSatisfying(
              HosuException.class,
              e -> {
                assertThat(e.code()).isEqualTo(QueryError.ENGINE_CRASHED);
                assertThat(e.what()).contains("killed");
              });
    }
    killing.join();
    othersGoOn();
    othersGoOn();
    assertThat(pool.pids()).hasSize(2).doesNotContainAnyElementsOf(before);
  }

  @Test
  void anEngineThatGivesNoSignOfLifeIsReplacedAndItsWorkMayBeTriedAgain() throws Exception {
    try (EnginePool hasty = new EnginePool("hasty", TestEngines.silent(1, Duration.ofSeconds(3)))) {
      try (EngineSession session =
          hasty.open(new SessionRequest("", List.of(), null, null, Duration.ofMinutes(5)))) {
        long pid = hasty.pids().getFirst();
        assertThat(new ProcessBuilder("kill", "-STOP", "" + pid).start().waitFor()).isZero();
        assertThatThrownBy(() -> csv(session, "SELECT 1 AS a"))
            .isInstanceOfSatisfying(
                HosuException.class,
                e -> {
                  assertThat(e.code()).isEqualTo(QueryError.ENGINE_UNAVAILABLE);
                  assertThat(e.what()).contains("no sign of life");
                });
      }
      try (EngineSession session =
          hasty.open(new SessionRequest("", List.of(), null, null, Duration.ofMinutes(5)))) {
        assertThat(csv(session, "SELECT count(*) AS n FROM range(20000) a, range(100000) b"))
            .isEqualTo("n\n2000000000\n");
      }
    }
  }

  private static final ObjectNode PARSE =
      Json.object().put("op", "parse").put("text", "SELECT 1 AS one");

  /** Engines that are asked to parse, and answer nothing. */
  private static EnginePool stoppedParsers(int count) throws Exception {
    EnginePool parsers = new EnginePool("stopped" + count, TestEngines.config(count));
    parsers.awaitReady();
    for (long pid : parsers.pids()) {
      assertThat(new ProcessBuilder("kill", "-STOP", "" + pid).start().waitFor()).isZero();
    }
    return parsers;
  }

  /** Kills the engine whose answer {@code asking} waits for, and waits until it is replaced. */
  private static void killWhenAsked(EnginePool parsers, long pid, Thread asking) {
    while (asking.isAlive() && asking.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    kill(pid);
    while (parsers.pids().contains(pid)) {
      Thread.onSpinWait();
    }
  }

  @Test
  void whatAnEngineWasKilledOverIsDoneByAnotherWhereItNeedsNoSession() throws Exception {
    try (EnginePool parsers = stoppedParsers(1)) {
      CompletableFuture<JsonNode> tree = new CompletableFuture<>();
      Thread asking =
          Thread.ofPlatform()
              .start(() -> tree.complete(parsers.operate(PARSE, Duration.ofMinutes(1))));
      killWhenAsked(parsers, parsers.pids().getFirst(), asking);

      assertThat(tree.get(1, TimeUnit.MINUTES).path("tree").asText()).contains("\"one\"");
    }
  }

  @Test
  void thatEnginesAreKilledAgainAndAgainIsNoFaultOfWhatTheyWereAsked() throws Exception {
    try (EnginePool parsers = stoppedParsers(2)) {
      CompletableFuture<HosuException> failure = new CompletableFuture<>();
      Thread asking =
          Thread.ofPlatform()
              .start(() ->
                  failure.complete(
                      catchThrowableOfType(
                          HosuException.class,
                          () -> parsers.operate(PARSE, Duration.ofMinutes(1)))));
      List.copyOf(parsers.pids()).forEach(pid -> killWhenAsked(parsers, pid, asking));

      HosuException killed = failure.get(1, TimeUnit.MINUTES);
      assertThat(killed.code()).isEqualTo(QueryError.ENGINE_UNAVAILABLE);
      assertThat(killed.what()).contains("killed");
      assertThat(parsers.operate(PARSE, Duration.ofMinutes(1)).path("tree").asText())
          .contains("\"one\"");
    }
  }

  private static void kill(long pid) {
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
  }

  @Test
  void sqlThatWouldOverflowTheStackDoesNotReachOtherSessions() {
    String nested = "SELECT * FROM (".repeat(3000) + "SELECT 1" + ")".repeat(3000);
    assertThat(codeOf(nested, Duration.ofSeconds(20)))
        .isIn(
            QueryError.SQL_INVALID,
            QueryError.SQL_FAILED,
            QueryError.MEMORY_EXCEEDED,
            QueryError.ENGINE_CRASHED);
    othersGoOn();
  }

  @Test
  void aHangingSessionIsKilledAtItsDeadline() {
    long begin = System.nanoTime();
    assertThat(codeOf(ENDLESS, Duration.ofMillis(500))).isEqualTo(QueryError.QUERY_TIMEOUT);
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));
    othersGoOn();
  }

  @Test
  void aLongSessionIsStoppedAtItsDeadlineAndItsEngineLives() {
    List<Long> before = pool.pids();
    assertThat(codeOf("SELECT count(*) FROM range(1000000000000)", Duration.ofMillis(300)))
        .isEqualTo(QueryError.QUERY_TIMEOUT);
    assertThat(pool.pids()).isEqualTo(before);
  }

  @Test
  void aSessionCanBeCancelledFromAnotherThread() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    try (EngineSession session = open(Duration.ofSeconds(30));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      ResultSink sink =
          new ResultSink() {
            @Override
            public void columns(List<Column> columns) {
              started.countDown();
            }

            @Override
            public void bytes(byte[] chunk) {}
          };
      var query =
          threads.submit(() ->
              session.query(
                  "SELECT * FROM range(1000000000000)", ResultFormat.CSV, ResultLimits.NONE, sink));
      assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();
      session.cancel();
      assertThatThrownBy(() -> query.get(20, TimeUnit.SECONDS))
          .hasCauseInstanceOf(HosuException.class)
          .rootCause()
          .isInstanceOfSatisfying(
              HosuException.class, e -> assertThat(e.code()).isEqualTo(QueryError.QUERY_CANCELLED));
    }
    othersGoOn();
  }

  @Test
  void aSessionMayHaveLessMemoryThanItsEngineAndNeverMore() {
    for (long wanted : List.of(100L << 20, 1L << 40)) {
      SessionRequest request =
          new SessionRequest("", List.of(), null, null, wanted, Duration.ofSeconds(60));
      try (EngineSession session = pool.open(request)) {
        String limit = csv(session, "SELECT current_setting('memory_limit') AS m");
        assertThat(limit).contains(wanted == 100L << 20 ? "100.0 MiB" : "256.0 MiB");
      }
    }
  }

  @Test
  void memoryIsLimited() {
    assertThat(
            codeOf(
                "SELECT list(repeat('x', 1000) || range) AS l FROM range(3000000)",
                Duration.ofSeconds(60)))
        .isIn(QueryError.MEMORY_EXCEEDED, QueryError.ENGINE_CRASHED);
    othersGoOn();
  }

  @Test
  void whenAllAreAtWorkSoManyWaitAndTheNextIsRefused() throws Exception {
    try (EnginePool one = new EnginePool("one", TestEngines.config(1).with(1, 1));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      SessionRequest request = TestEngines.request(null);
      EngineSession first = one.open(request);
      var second = threads.submit(() -> one.open(request));
      while (one.waiting() == 0) {
        Thread.onSpinWait();
      }
      assertThatThrownBy(() -> one.open(request))
          .isInstanceOfSatisfying(
              HosuException.class, e -> assertThat(e.code()).isEqualTo(QueryError.ENGINE_BUSY));
      first.close();
      second.get(20, TimeUnit.SECONDS).close();
    }
  }

  @Test
  void aSessionThatComesBeforeTheStartHasItsEngineStarted() {
    try (EnginePool early = new EnginePool("early", TestEngines.config(2))) {
      assertThat(early.pids()).isEmpty();
      early.open(TestEngines.request(null)).close();
      assertThat(early.pids()).hasSize(1);
      early.start();
      assertThat(early.pids()).hasSize(2);
    }
  }

  @Test
  void whatRunsWhenThePoolIsClosedFailsSoftAndNoEngineIsStartedAgain() throws Exception {
    EnginePool closing = new EnginePool("closing-pool", TestEngines.config(1));
    CountDownLatch opened = new CountDownLatch(1);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var code =
          threads.submit(() -> {
            try (EngineSession session = closing.open(TestEngines.request(null))) {
              opened.countDown();
              csv(session, "SELECT count(*) FROM range(1000000000000)");
              throw new AssertionError("No failure.");
            } catch (HosuException e) {
              return e.code();
            }
          });
      assertThat(opened.await(20, TimeUnit.SECONDS)).isTrue();
      closing.close();

      assertThat(code.get(20, TimeUnit.SECONDS)).isEqualTo(QueryError.ENGINE_UNAVAILABLE);
    }
    assertThat(closing.pids()).isEmpty();
  }

  @Test
  void anEngineServesSoManySessionsAndIsReplaced() {
    EngineConfig config = TestEngines.config(1);
    EngineConfig tired =
        new EngineConfig(
            1,
            4,
            config.memoryBytes(),
            1,
            config.tempBytes(),
            2,
            config.silence(),
            config.workbooks(),
            config.cache(),
            config.temp());
    try (EnginePool two = new EnginePool("two", tired)) {
      two.awaitReady();
      List<Long> first = two.pids();
      two.open(TestEngines.request(null)).close();
      assertThat(two.pids()).isEqualTo(first);
      two.open(TestEngines.request(null)).close();
      assertThat(two.pids()).isNotEqualTo(first);
    }
  }
}
