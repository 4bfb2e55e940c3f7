package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.events.Schedule;
import io.hosu.events.ScheduleRule.CatchUp;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.FormatSpec.DelimitedText;
import io.hosu.pipelines.Target.Mode;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StageSpecTest {
  private static final RandomGenerator NO_CHANCE =
      () -> {
        throw new AssertionError("No chance is taken.");
      };
  private static final TableName FLIGHTS = TableName.parse("aviation.stage.flights");

  @ParameterizedTest
  @MethodSource("stages")
  void theJsonOfAStageReadsBack(StageSpec stage) {
    String kept = Json.print(stage.toJson());

    assertThat(StageSpec.fromJson(Json.parse(kept))).isEqualTo(stage);
  }

  static Stream<StageSpec> stages() {
    return Stream.of(
        stage(new Trigger.Objects(List.of("raw/aviation/a/*.csv", "raw/aviation/b/**"))),
        stage(new Trigger.Tables(List.of(FLIGHTS))),
        stage(new Trigger.Tables(List.of(FLIGHTS), Trigger.Tables.When.ANY)),
        stage(new Trigger.Pattern((ObjectNode) Json.parse("{\"source\":[\"x\"]}"))),
        stage(scheduled(Schedule.Span.ALWAYS)),
        stage(
            new Trigger.Gathered(
                new Trigger.Objects(List.of("raw/aviation/a/*.csv")),
                scheduled(Schedule.Span.ALWAYS))),
        stage(
            new Trigger.Gathered(
                new Trigger.Pattern((ObjectNode) Json.parse("{\"source\":[\"x\"]}")),
                scheduled(Schedule.Span.ALWAYS))),
        stage(
            scheduled(
                new Schedule.Span(
                    Instant.parse("2026-12-01T00:00:00Z"), Instant.parse("2027-12-01T00:00:00Z")))),
        stage(new Trigger.ByHand()));
  }

  private static Trigger.Scheduled scheduled(Schedule.Span span) {
    return new Trigger.Scheduled(
        Schedule.parse("cron(0 6 ? * MON-FRI *)", ZoneId.of("Europe/Berlin"), span),
        Duration.ofMinutes(5),
        CatchUp.ALL);
  }

  private static StageSpec stage(Trigger on) {
    return new StageSpec(
        StageName.parse("aviation.flights.clean"),
        on,
        new Batch(7, Duration.ofMillis(1500)),
        new Input(
            new FormatSpec(
                FormatSpec.Type.CSV,
                new DelimitedText(";", "", null, false, "ISO-8859-1", "NA"),
                Map.of("zip", "VARCHAR")),
            BadRecords.QUARANTINE,
            new Tolerance.Share(new BigDecimal("2.5")),
            Reprocess.ALWAYS,
            Versions.REPLACE,
            1 << 20),
        new Transform.Sql("domains/aviation/transforms/clean.sql", "SELECT * FROM input")
            .declassifying(Map.of("id", "It is no secret.")),
        new Target(FLIGHTS, Mode.MERGE, List.of("id"), List.of("month(date)"), List.of("id desc")),
        new Running(
            new Retry(
                5,
                new Retry.Waits(
                    Duration.ofMillis(250),
                    new BigDecimal("2.50"),
                    Duration.ofMinutes(2),
                    Retry.Jitter.FULL),
                Duration.ofHours(1),
                Faults.of(List.of("MEMORY_EXCEEDED"), List.of("ENGINE_BUSY", "ENGINE_DISK"))),
            Duration.ofMinutes(3),
            4,
            false,
            256L << 20,
            new Breaker(7, Duration.ofSeconds(20))));
  }

  @Test
  void standardValuesReadBackToo() {
    StageSpec stage =
        new StageSpec(
            StageName.parse("a.b.c"),
            new Trigger.ByHand(),
            Batch.STANDARD,
            Input.STANDARD,
            new Transform.Sql("q.sql", "SELECT 1"),
            new Target(FLIGHTS, Mode.APPEND, List.of(), List.of(), List.of()),
            Running.STANDARD);

    assertThat(StageSpec.fromJson(stage.toJson())).isEqualTo(stage);
  }

  @Test
  void tenSecondsTimesOneAndAHalfWaitsExactlyTenFifteenAndTwentyTwoAndAHalf() {
    assertThat(Retry.STANDARD.waitAfter(1, NO_CHANCE)).contains(Duration.ofSeconds(10));
    assertThat(Retry.STANDARD.waitAfter(2, NO_CHANCE)).contains(Duration.ofSeconds(15));
    assertThat(Retry.STANDARD.waitAfter(3, NO_CHANCE)).contains(Duration.ofMillis(22_500));
    assertThat(Retry.STANDARD.waitAfter(4, NO_CHANCE)).isEmpty();
  }

  @Test
  void aWaitNeverGrowsBeyondSevenDays() {
    Retry eager = new Retry(Integer.MAX_VALUE, Duration.ofHours(1), BigDecimal.TEN);

    assertThat(eager.waitAfter(1_000_000, NO_CHANCE)).contains(Duration.ofDays(7));
  }

  @Test
  void aWaitIsNeverLongerThanTheDelayThatIsAllowed() {
    Retry retry = waits(Duration.ofMinutes(1), Retry.Jitter.NONE);

    assertThat(Stream.of(1, 2, 3, 4).map(n -> retry.waitAfter(n, NO_CHANCE).orElseThrow()))
        .containsExactly(
            Duration.ofSeconds(25),
            Duration.ofSeconds(50),
            Duration.ofSeconds(60),
            Duration.ofSeconds(60));
  }

  @Test
  void fullJitterIsAnyTimeUpToTheComputedOne() {
    Retry retry = waits(Duration.ofMillis(25_001), Retry.Jitter.FULL);
    RandomGenerator random = new SplittableRandom(1);

    List<Duration> waits =
        Stream.generate(() -> retry.waitAfter(2, random).orElseThrow()).limit(1000).toList();

    assertThat(waits)
        .allMatch(wait -> !wait.isNegative() && wait.compareTo(Duration.ofMillis(25_001)) <= 0)
        .anyMatch(wait -> wait.compareTo(Duration.ofSeconds(1)) < 0)
        .anyMatch(wait -> wait.compareTo(Duration.ofSeconds(24)) > 0);
  }

  private static Retry waits(Duration maxDelay, Retry.Jitter jitter) {
    return new Retry(
        9,
        new Retry.Waits(Duration.ofSeconds(25), BigDecimal.TWO, maxDelay, jitter),
        null,
        Faults.BY_DEFINITION);
  }

  @Test
  void aRetryThatWasKeptBeforeItCouldSayMoreReadsAsItWasMeant() {
    ObjectNode kept = stage(new Trigger.ByHand()).toJson();
    kept.set("retry", Json.parse("{\"attempts\":3,\"interval\":\"10s\",\"backoff\":1.5}"));

    assertThat(StageSpec.fromJson(kept).running().retry()).isEqualTo(Retry.STANDARD);
  }

  @Test
  void aMergeNeedsAKeyAndNothingElseMayHaveOne() {
    assertThatThrownBy(() -> new Target(FLIGHTS, Mode.MERGE, List.of(), List.of(), List.of()))
        .isInstanceOf(Invalid.class)
        .hasMessage("A merge into aviation.stage.flights has no key.");
    assertThatThrownBy(() -> new Target(FLIGHTS, Mode.APPEND, List.of("a"), List.of(), List.of()))
        .isInstanceOf(Invalid.class);
  }

  @Test
  void limitsThatLetNothingRunAreRefused() {
    assertThatThrownBy(() -> new Batch(0, Duration.ZERO)).isInstanceOf(Invalid.class);
    assertThatThrownBy(() -> new Running(Retry.STANDARD, Duration.ZERO, 1, true))
        .isInstanceOf(Invalid.class);
    assertThatThrownBy(() -> new Running(Retry.STANDARD, Duration.ofHours(1), 0, true))
        .isInstanceOf(Invalid.class);
    assertThatThrownBy(() -> new Retry(-1, Duration.ZERO, BigDecimal.ONE))
        .isInstanceOf(Invalid.class);
    assertThatThrownBy(() -> new Trigger.Objects(List.of())).isInstanceOf(Invalid.class);
  }

  @Test
  void aKeptFormThatIsNoStageIsRefused() {
    assertThatThrownBy(() -> StageSpec.fromJson(Json.parse("{\"name\":\"a.b.c\"}")))
        .isInstanceOf(Invalid.class);
  }

  @Test
  void anObjectsTriggerTakesWhatOneOfItsGlobsMatches() {
    Trigger.Objects objects = new Trigger.Objects(List.of("raw/a/*.csv", "raw/b/**"));

    assertThat(objects.matches("raw/a/1.csv")).isTrue();
    assertThat(objects.matches("raw/b/x/2.json")).isTrue();
    assertThat(objects.matches("raw/a/x/1.csv")).isFalse();
  }
}
