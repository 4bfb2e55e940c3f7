package io.hosu.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.kernel.HosuException.Invalid;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
  private static final Instant MADE = Instant.parse("2026-11-25T20:00:30Z");
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  /** The examples of EventBridge's "Cron expressions reference", and every wildcard. */
  @ParameterizedTest(name = "{0} fires next at {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "cron(0 10 * * ? *)        | 2026-11-26T10:00:00Z",
        "cron(15 12 * * ? *)       | 2026-11-26T12:15:00Z",
        "cron(0 18 ? * MON-FRI *)  | 2026-11-26T18:00:00Z",
        "cron(0 8 1 * ? *)         | 2026-12-01T08:00:00Z",
        "cron(0/15 * * * ? *)      | 2026-11-25T20:15:00Z",
        "cron(0/10 * ? * MON-FRI *)| 2026-11-25T20:10:00Z",
        "cron(0/5 8-17 ? * MON-FRI *)| 2026-11-26T08:00:00Z",
        "cron(0/30 20-2 ? * MON-FRI *)| 2026-11-25T20:30:00Z",
        "cron(0 9 ? * 2#1 *)       | 2026-12-07T09:00:00Z",
        "cron(0 9 ? * 3#2 *)       | 2026-12-08T09:00:00Z",
        "cron(0 0 L * ? *)         | 2026-11-30T00:00:00Z",
        "cron(0 0 LW * ? *)        | 2026-11-30T00:00:00Z",
        "cron(0 0 3W * ? *)        | 2026-12-03T00:00:00Z",
        "cron(0 0 ? * L *)         | 2026-11-28T00:00:00Z",
        "cron(0 0 ? * 1 *)         | 2026-11-29T00:00:00Z",
        "cron(0 0 ? * 7 *)         | 2026-11-28T00:00:00Z",
        "cron(0 0 ? * SUN,WED 2027)| 2027-01-03T00:00:00Z",
        "cron(1/10 * * * ? *)      | 2026-11-25T20:01:00Z",
        "cron(0 0 29 FEB ? *)      | 2028-02-29T00:00:00Z",
        "rate(1 minute)            | 2026-11-25T20:01:30Z",
        "rate(5 minutes)           | 2026-11-25T20:05:30Z",
        "rate(2 hours)             | 2026-11-25T22:00:30Z",
        "rate(1 day)               | 2026-11-26T20:00:30Z",
        "at(2027-01-01T00:00:00)   | 2027-01-01T00:00:00Z",
        "*/5 * * * *               | 2026-11-25T20:05:00Z",
        "0 4 * * 0                 | 2026-11-29T04:00:00Z",
        "0 4 * * 7                 | 2026-11-29T04:00:00Z",
        "0 0 1 * *                 | 2026-12-01T00:00:00Z"
      })
  void expressionsFireWhereAwsAndCronSayTheyDo(String expression, Instant next) {
    assertThat(utc(expression).next(MADE, MADE)).contains(next);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cron(0 10 * * * *)",
        "cron(0 10 1 * 2 *)",
        "cron(0 10 ? * ? *)",
        "cron(0 10 * * ?)",
        "cron(60 10 * * ? *)",
        "cron(0 24 * * ? *)",
        "cron(0 0 32 * ? *)",
        "cron(0 0 1 13 ? *)",
        "cron(0 0 ? * 8 *)",
        "cron(0 0 ? * 0 *)",
        "cron(0 0 1 1 ? 1969)",
        "cron(0 0 1 1 ? 2200)",
        "cron()",
        "cron(0 0 ? * 3#1,6#3 *)",
        "cron(a b c d e f)",
        "rate(0 minutes)",
        "rate(1 minutes)",
        "rate(5 minute)",
        "rate(5 seconds)",
        "rate(5)",
        "rate(-5 minutes)",
        "rate(5 weeks)",
        "rate(1.5 hours)",
        "at(2026-11-25)",
        "at(2026-02-30T00:00:00)",
        "at(2026-11-25T18:00:00Z)",
        "every(5 minutes)",
        "* * * *",
        "* * * * * *",
        "61 * * * *",
        "",
        "@daily"
      })
  void whatAwsAndCronRefuseIsRefusedWithTheExpression(String expression) {
    assertThatThrownBy(() -> utc(expression))
        .isInstanceOfSatisfying(
            Invalid.class,
            e -> {
              assertThat(e.code()).isEqualTo(EventsError.SCHEDULE_INVALID);
              assertThat(e.getMessage()).contains(expression);
            });
  }

  @Test
  void aLocalTimeThatClocksLeaveOutDoesNotHappen() {
    Schedule nightly = Schedule.parse("cron(30 2 * * ? *)", BERLIN, Schedule.Span.ALWAYS);
    // On 2027-03-28 clocks go from 02:00 to 03:00.
    assertThat(nightly.preview(Instant.parse("2027-03-26T12:00:00Z"), MADE, 3))
        .isEqualTo(
            List.of(
                Instant.parse("2027-03-27T01:30:00Z"),
                Instant.parse("2027-03-29T00:30:00Z"),
                Instant.parse("2027-03-30T00:30:00Z")));
  }

  @Test
  void aLocalTimeThatComesTwiceHappensOnce() {
    Schedule nightly = Schedule.parse("30 2 * * *", BERLIN, Schedule.Span.ALWAYS);
    // On 2027-10-31 clocks go back from 03:00 to 02:00.
    assertThat(nightly.preview(Instant.parse("2027-10-30T12:00:00Z"), MADE, 2))
        .isEqualTo(
            List.of(Instant.parse("2027-10-31T00:30:00Z"), Instant.parse("2027-11-01T01:30:00Z")));
    assertThat(nightly.next(Instant.parse("2027-10-31T01:10:00Z"), MADE))
        .contains(Instant.parse("2027-11-01T01:30:00Z"));
  }

  @Test
  void anExpressionWithoutAMomentToComeEnds() {
    assertThat(utc("at(2026-01-01T00:00:00)").next(MADE, MADE)).isEmpty();
    assertThat(utc("cron(0 0 1 1 ? 2025)").next(MADE, MADE)).isEmpty();
    assertThat(utc("cron(0 0 31 2 ? *)").next(MADE, MADE)).isEmpty();
  }

  @Test
  void aSpanBeginsAndEndsASchedule() {
    Instant start = Instant.parse("2027-01-01T06:00:00Z");
    Schedule.Span span = new Schedule.Span(start, Instant.parse("2027-01-01T07:00:00Z"));
    Schedule half = Schedule.parse("rate(30 minutes)", ZoneOffset.UTC, span);
    assertThat(half.preview(MADE, MADE, 10))
        .isEqualTo(List.of(start, start.plusSeconds(1800), start.plusSeconds(3600)));
    Schedule hourly = Schedule.parse("cron(0 * * * ? *)", ZoneOffset.UTC, span);
    assertThat(hourly.preview(MADE, MADE, 10))
        .isEqualTo(List.of(start, Instant.parse("2027-01-01T07:00:00Z")));
    assertThatThrownBy(() -> new Schedule.Span(start, MADE)).isInstanceOf(Invalid.class);
  }

  @Test
  void aRateKeepsItsRhythmHoweverLateOneLooks() {
    Schedule rate = utc("rate(5 minutes)");
    Instant late = MADE.plusSeconds(3 * 300 + 17);
    assertThat(rate.next(late, MADE)).contains(MADE.plusSeconds(4 * 300));
  }

  private static Schedule utc(String expression) {
    return Schedule.parse(expression, ZoneOffset.UTC, Schedule.Span.ALWAYS);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 15, 28, 29, 30, 31})
  void theWeekdayNearestToADayIsInItsMonthAndSkipsMonthsThatLackTheDay(int day) {
    List<Instant> expected = new ArrayList<>();
    for (YearMonth month = YearMonth.of(2026, 12);
        month.isBefore(YearMonth.of(2033, 1));
        month = month.plusMonths(1)) {
      if (month.isValidDay(day)) {
        LocalDate nearest = nearestWeekday(month.atDay(day));
        expected.add(nearest.atStartOfDay(ZoneOffset.UTC).toInstant());
      }
    }
    Instant from = Instant.parse("2026-12-01T00:00:00Z");
    assertThat(
            utc("cron(0 0 %dW * ? *)".formatted(day))
                .preview(from.minusNanos(1), MADE, expected.size()))
        .isEqualTo(expected);
  }

  private static LocalDate nearestWeekday(LocalDate day) {
    return switch (day.getDayOfWeek()) {
      case SATURDAY ->
          day.minusDays(1).getMonth() == day.getMonth() ? day.minusDays(1) : day.plusDays(2);
      case SUNDAY ->
          day.plusDays(1).getMonth() == day.getMonth() ? day.plusDays(1) : day.minusDays(2);
      default -> day;
    };
  }

  @Test
  void theLastWeekdayIsInEachMonth() {
    List<Instant> expected = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      LocalDate last = YearMonth.of(2026, 12).plusMonths(i).atEndOfMonth();
      expected.add(nearestWeekday(last).atStartOfDay(ZoneOffset.UTC).toInstant());
    }
    assertThat(utc("cron(0 0 LW * ? *)").preview(Instant.parse("2026-12-01T00:00:00Z"), MADE, 60))
        .isEqualTo(expected);
  }

  @Test
  void aWeekdayNearestToADayThatNoMonthHasNeverComes() {
    assertThat(utc("cron(0 0 31W 2 ? *)").next(MADE, MADE)).isEmpty();
    assertThat(utc("cron(0 0 29W 2 ? *)").next(MADE, MADE))
        .contains(Instant.parse("2028-02-29T00:00:00Z"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"cron(0 0 1W,31W * ? *)", "cron(0 0 1,31W * ? *)", "cron(0 0 LW,3 * ? *)"})
  void aNearestWeekdayStandsAloneAsItDoesInTheUserGuide(String expression) {
    assertThatThrownBy(() -> utc(expression))
        .isInstanceOf(Invalid.class)
        .hasMessageContaining("stands alone");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cron(0 22-2 * * ? *)        | cron(0 22,23,0,1,2 * * ? *)",
        "cron(50-10/5 3 * * ? *)     | cron(0,5,10,50,55 3 * * ? *)",
        "cron(0 20-4/3 * * ? *)      | cron(0 20,23,2 * * ? *)",
        "cron(0 0 28-3 * ? *)        | cron(0 0 1,2,3,28,29,30,31 * ? *)",
        "cron(0 0 1 NOV-FEB ? *)     | cron(0 0 1 1,2,11,12 ? *)",
        "cron(0 0 1 nov-2 ? *)       | cron(0 0 1 1,2,11,12 ? *)",
        "cron(0 0 ? * SAT-MON *)     | cron(0 0 ? * 7,1,2 *)",
        "cron(0 0 ? * FRI-TUE/2 *)   | cron(0 0 ? * 6,1,3 *)",
        "cron(0 22-2,12 3W * ? *)    | cron(0 22,23,0,1,2,12 3W * ? *)",
        "0 22-2 * * *                | 0 22,23,0,1,2 * * *",
        "0 0 * * 5-1                 | 0 0 * * 5,6,0,1",
        "0 0 * * FRI-MON             | 0 0 * * 5,6,0,1",
        "0 0 * * 5-7                 | 0 0 * * 5,6,0",
      })
  void aRangePastTheEndGoesOnAtTheBeginning(String range, String each) {
    assertThat(utc(range).preview(MADE, MADE, 40)).isEqualTo(utc(each).preview(MADE, MADE, 40));
  }

  @Test
  void yearsThatAreFarAwayCome() {
    assertThat(utc("cron(0 0 1 1 ? 2127)").preview(MADE, MADE, 2))
        .containsExactly(Instant.parse("2127-01-01T00:00:00Z"));
    assertThat(utc("cron(0 0 1 1 ? 2199)").next(Instant.EPOCH, MADE))
        .contains(Instant.parse("2199-01-01T00:00:00Z"));
  }
}
