package io.hosu.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.events.Replay.Status;
import io.hosu.events.Replay.Wanted;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Ids;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What replays promise, on every database. */
interface ReplaysContract {
  /** On an empty database. */
  Bus bus();

  private Replays replays() {
    Ids ids = new Ids(bus().clock, new Random(9));
    return new Replays(bus().database, bus().log, bus().queues, bus().clock, ids);
  }

  private static Wanted all(Instant from, Instant to) {
    return new Wanted("", "", from, to, Optional.empty());
  }

  private void finish(Replays replays) {
    while (replays.step()) {}
  }

  private List<Integer> numbers(String queue) {
    List<Integer> numbers =
        bus().receive(queue, 1000, "r-" + queue).stream()
            .map(message -> message.event().detail().path("number").asInt())
            .toList();
    bus().database.perform(tx -> bus().queues.delete(tx, "r-" + queue));
    return numbers;
  }

  private Replay state(Replays replays, Replay replay) {
    return bus().database.read(tx -> replays.require(tx, replay.id()));
  }

  @Test
  default void aRuleYoungerThanTheEventsGetsThoseOfATimeRangeInTheirOrder() {
    Instant start = bus().clock.instant();
    for (int i = 0; i < 5; i++) {
      bus().append("a", i);
      bus().clock.advance(Duration.ofMinutes(1));
    }
    bus().routeAll();
    bus().rule("late", "sales.p.late", "a");

    Replay replay =
        replays()
            .begin(
                all(start.plus(Duration.ofMinutes(1)), start.plus(Duration.ofMinutes(4))), "ann");
    finish(replays());

    assertThat(numbers("sales.p.late")).containsExactly(1, 2, 3);
    Replay done = state(replays(), replay);
    assertThat(done.status()).isEqualTo(Status.DONE);
    assertThat(done.place().events()).isEqualTo(3);
    assertThat(done.madeBy()).isEqualTo("ann");
  }

  @Test
  default void onlyTheStageThatIsNamedGetsTheEventsThatItsRuleAndThePatternTake() {
    Instant start = bus().clock.instant();
    bus().rule("one", "sales.p.one", "a");
    bus().rule("two", "sales.p.two", "a");
    bus().append("a", 1);
    bus().append("b", 2);
    bus().append("a", 3);
    bus().routeAll();
    numbers("sales.p.one");
    numbers("sales.p.two");
    bus().clock.advance(Duration.ofMinutes(1));

    Wanted wanted =
        new Wanted(
            "",
            "sales.p.one",
            start,
            bus().clock.instant(),
            Optional.of(
                io.hosu.kernel.Json.object()
                    .set(
                        "detail",
                        io.hosu.kernel.Json.object()
                            .set("number", io.hosu.kernel.Json.array().add(3)))));
    assertThat(replays().extent(wanted)).isEqualTo(new Replays.Extent(1, 1));
    assertThat(numbers("sales.p.one")).isEmpty();
    replays().begin(wanted, "ann");
    finish(replays());

    assertThat(numbers("sales.p.one")).containsExactly(3);
    assertThat(numbers("sales.p.two")).isEmpty();
  }

  @Test
  default void itGoesOnWhereItStoppedAndSendsNothingTwice() {
    Instant start = bus().clock.instant();
    for (int i = 0; i < 1200; i++) {
      bus().append("a", i);
    }
    bus().routeAll();
    bus().rule("late", "sales.p.late", "a");
    bus().clock.advance(Duration.ofMinutes(1));
    replays().begin(all(start, bus().clock.instant()), "ann");

    assertThat(replays().step()).isTrue();
    finish(replays());

    assertThat(bus().depth("sales.p.late").visible()).isEqualTo(1200);
    assertThat(replays().step()).isFalse();
  }

  @Test
  default void aFullQueueHoldsItUpUntilMessagesAreDoneWith() {
    Instant start = bus().clock.instant();
    bus().rule("full", "sales.p.full", "a");
    bus()
        .database
        .perform(tx -> {
          for (int i = 0; i < 10_001; i++) {
            bus().log.append(tx, "test", "T", "sales", List.of(), Bus.detail("a"));
          }
        });
    bus().routeAll();
    bus().clock.advance(Duration.ofMinutes(1));
    Replay replay = replays().begin(all(start, bus().clock.instant()), "ann");

    assertThat(replays().step()).isFalse();
    assertThat(state(replays(), replay).place().events()).isZero();

    bus().receive("sales.p.full", 5000, "some");
    bus().database.perform(tx -> bus().queues.delete(tx, "some"));
    assertThat(replays().step()).isTrue();
  }

  @Test
  default void aCancelledOneSendsNoMoreAndAnEndedOneCannotBeCancelled() {
    Instant start = bus().clock.instant();
    bus().append("a", 1);
    bus().routeAll();
    bus().rule("late", "sales.p.late", "a");
    bus().clock.advance(Duration.ofMinutes(1));
    Replay replay = replays().begin(all(start, bus().clock.instant()), "ann");
    bus().database.perform(tx -> replays().cancel(tx, replay.id()));

    finish(replays());

    assertThat(numbers("sales.p.late")).isEmpty();
    assertThatThrownBy(() -> bus().database.perform(tx -> replays().cancel(tx, replay.id())))
        .isInstanceOf(Conflict.class);
    assertThatThrownBy(() -> bus().database.perform(tx -> replays().cancel(tx, "none")))
        .isInstanceOf(NotFound.class);
  }

  @Test
  default void whatCannotSendAnythingIsRefused() {
    Instant now = bus().clock.instant();
    assertThatThrownBy(() -> replays().begin(all(now.minusSeconds(1), now), "ann"))
        .isInstanceOf(NotFound.class);
    bus().rule("one", "sales.p.one", "a");
    assertThatThrownBy(() -> replays().begin(all(now, now), "ann")).isInstanceOf(Invalid.class);
    Wanted misspelt = new Wanted("", "sales.p.on", now.minusSeconds(1), now, Optional.empty());
    assertThatThrownBy(() -> replays().begin(misspelt, "ann"))
        .isInstanceOf(NotFound.class)
        .hasMessageContaining("did you mean 'sales.p.one'?");
  }
}
