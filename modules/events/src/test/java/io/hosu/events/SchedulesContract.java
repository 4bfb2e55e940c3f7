package io.hosu.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.events.ScheduleRule.CatchUp;
import io.hosu.kernel.Event;
import io.hosu.kernel.Instants;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What schedules promise, on every database. */
interface SchedulesContract {
  /** On an empty database. */
  Bus bus();

  private Schedules schedules() {
    return new Schedules(bus().log, bus().clock);
  }

  private ScheduleClock clock() {
    return new ScheduleClock(bus().database, schedules(), bus().clock);
  }

  private void put(String name, String expression, CatchUp catchUp) {
    put(name, expression, catchUp, Duration.ZERO);
  }

  private void put(String name, String expression, CatchUp catchUp, Duration jitter) {
    Schedule schedule = Schedule.parse(expression, ZoneOffset.UTC, Schedule.Span.ALWAYS);
    bus()
        .database
        .perform(
            tx -> schedules().put(tx, new ScheduleRule(name, "sales", schedule, jitter, catchUp)));
  }

  private List<String> fired() {
    return bus().log.list(EventFilter.ALL, 1000).items().reversed().stream()
        .map(logged -> logged.event().detail().path("scheduled_at").asText())
        .toList();
  }

  private String after(long minutes) {
    return Instants.print(bus().clock.instant().plus(Duration.ofMinutes(minutes)));
  }

  @Test
  default void aScheduleFiresAtItsMomentsAndOnceAtEach() {
    put("s", "rate(5 minutes)", CatchUp.ONCE);
    List<String> expected = List.of(after(5), after(10));
    ScheduleClock one = clock();
    ScheduleClock other = clock();
    assertThat(one.step()).isPositive();
    for (int minute = 1; minute <= 14; minute++) {
      bus().clock.advance(Duration.ofMinutes(1));
      one.step();
      other.step();
    }
    assertThat(fired()).isEqualTo(expected);
    Event event = bus().log.list(EventFilter.ALL, 1).items().getFirst().event();
    assertThat(event.detailType()).isEqualTo("Scheduled Event");
    assertThat(event.account()).isEqualTo("sales");
    assertThat(event.resources()).containsExactly("s");
  }

  private String reason(String name) {
    return bus()
        .database
        .read(tx -> schedules().find(tx, name))
        .flatMap(Schedules.Standing::reason)
        .orElse("");
  }

  @Test
  default void oneThatWillNotFireSaysWhy() {
    Instant now = bus().clock.instant();
    put("often", "rate(5 minutes)", CatchUp.ONCE);
    put("past", "at(2001-01-01T00:00:00)", CatchUp.ONCE);
    Instant end = now.plus(Duration.ofMinutes(7));
    Schedule.Span ends = new Schedule.Span(null, end);
    Schedule schedule = Schedule.parse("rate(5 minutes)", ZoneOffset.UTC, ends);
    bus()
        .database
        .perform(tx ->
            schedules()
                .put(tx, new ScheduleRule("ends", "sales", schedule, Duration.ZERO, CatchUp.ONCE)));
    assertThat(reason("often")).isEmpty();
    assertThat(reason("ends")).isEmpty();
    assertThat(reason("past")).isEqualTo("No moment of the expression is to come.");

    bus().clock.advance(Duration.ofMinutes(6));
    clock().step();

    assertThat(reason("ends"))
        .isEqualTo(
            "No further moment of the expression is to come before its end, %s."
                .formatted(Instants.print(end)));
  }

  @Test
  default void afterDowntimeItFiresForNoneForTheLastOrForEachAsToldTo() {
    put("skip", "rate(10 minutes)", CatchUp.SKIP);
    put("once", "rate(10 minutes)", CatchUp.ONCE);
    put("all", "rate(10 minutes)", CatchUp.ALL);
    List<String> moments = IntStream.rangeClosed(1, 5).mapToObj(i -> after(10L * i)).toList();
    bus().clock.advance(Duration.ofMinutes(55));
    ScheduleClock clock = clock();
    while (clock.step().isZero()) {}
    assertThat(firedBy("skip")).isEmpty();
    assertThat(firedBy("once")).containsExactly(moments.getLast());
    assertThat(firedBy("all")).isEqualTo(moments);
    bus().clock.advance(Duration.ofMinutes(5));
    while (clock.step().isZero()) {}
    assertThat(firedBy("skip")).hasSize(1);
    assertThat(firedBy("once")).hasSize(2);
    assertThat(firedBy("all")).hasSize(6);
  }

  private List<String> firedBy(String name) {
    return bus().log.list(EventFilter.ALL, 1000).items().reversed().stream()
        .map(LoggedEvent::event)
        .filter(event -> event.resources().equals(List.of(name)))
        .map(event -> event.detail().path("scheduled_at").asText())
        .toList();
  }

  @Test
  default void oneThatCannotBeComputedStopsNeitherTheOthersNorItsOwnRepair() {
    put("a", "rate(5 minutes)", CatchUp.ONCE);
    put("b", "rate(5 minutes)", CatchUp.ONCE);
    put("c", "rate(5 minutes)", CatchUp.ONCE);
    bus()
        .database
        .perform(tx -> {
          tx.update("UPDATE schedules SET expression = 'rate(5 blinks)' WHERE name = 'a'");
          tx.update("UPDATE schedules SET zone = 'Mars/Olympus' WHERE name = 'b'");
        });
    bus().clock.advance(Duration.ofMinutes(5));
    ScheduleClock clock = clock();

    assertThat(clock.step()).isZero();
    assertThat(clock.step()).isPositive();
    assertThat(fired()).hasSize(1);
    assertThat(firedBy("c")).hasSize(1);
    assertThat(bus().database.read(schedules()::list)).hasSize(3);

    put("a", "rate(5 minutes)", CatchUp.ONCE);
    bus().clock.advance(Duration.ofMinutes(5));
    while (clock.step().isZero()) {}
    assertThat(firedBy("a")).hasSize(1);
    assertThat(firedBy("c")).hasSize(2);
  }

  @Test
  default void aYearOfDowntimeOfAMinutesRateIsCaughtUpAtOnce() {
    put("once", "cron(* * * * ? *)", CatchUp.ONCE);
    Instant start = bus().clock.instant();
    bus().clock.advance(Duration.ofDays(365));
    clock().step();
    assertThat(fired()).hasSize(1);
    assertThat(Instants.parse(fired().getFirst())).isAfter(start.plus(Duration.ofDays(364)));
  }

  @Test
  default void jitterDelaysEachFiringByAnotherPartOfIt() {
    put("s", "rate(10 minutes)", CatchUp.ONCE, Duration.ofMinutes(5));
    ScheduleClock clock = clock();
    List<Duration> waits =
        IntStream.range(0, 5)
            .mapToObj(_ -> {
              Instant next = bus().database.read(schedules()::nextFiring).orElseThrow();
              Duration wait = Duration.between(bus().clock.instant(), next);
              bus().clock.advance(wait);
              clock.step();
              return wait;
            })
            .toList();
    assertThat(waits).doesNotHaveDuplicates();
    assertThat(fired()).hasSize(5);
    assertThat(waits.stream().reduce(Duration.ZERO, Duration::plus))
        .isBetween(Duration.ofMinutes(50), Duration.ofMinutes(55));
  }

  @Test
  default void oneTimeIsOverAfterItFired() {
    Instant at = bus().clock.instant().plusSeconds(60);
    put("s", "at(%s)".formatted(Instants.print(at).substring(0, 19)), CatchUp.ONCE);
    bus().clock.advance(Duration.ofMinutes(2));
    clock().step();
    assertThat(fired()).hasSize(1);
    assertThat(bus().database.read(schedules()::nextFiring)).isEmpty();
    assertThat(clock().step()).isPositive();
  }

  @Test
  default void theSameScheduleAgainGoesOnAndAnotherBeginsAnew() {
    put("s", "rate(10 minutes)", CatchUp.ONCE);
    String first = after(10);
    bus().clock.advance(Duration.ofMinutes(6));
    put("s", "rate(10 minutes)", CatchUp.ONCE);
    assertThat(next("s")).isEqualTo(first);
    put("s", "rate(20 minutes)", CatchUp.ONCE);
    assertThat(next("s")).isEqualTo(after(20));
    bus().database.perform(tx -> assertThat(schedules().remove(tx, "s")).isTrue());
    bus().clock.advance(Duration.ofHours(1));
    clock().step();
    assertThat(fired()).isEmpty();
  }

  private String next(String name) {
    return Instants.print(
        bus()
            .database
            .read(tx -> schedules().find(tx, name))
            .flatMap(Schedules.Standing::next)
            .orElseThrow());
  }
}
