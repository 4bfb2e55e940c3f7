package io.hosu.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hosu.kernel.Event;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What dead letters keep, let be corrected and tell of their past, on any database. */
interface DeadLettersContract {
  String LINE = "sales.orders.load";

  /** On an empty database. */
  Bus bus();

  private DeadLetter bury(DeadLetterCause cause) {
    Bus bus = bus();
    bus.database.perform(tx -> {
      bus.queues.create(tx, LINE);
      Event event = bus.log.append(tx, "test", "order", "sales", List.of(), Json.object());
      bus.queues.send(tx, LINE, event);
    });
    return again(cause);
  }

  private DeadLetter again(DeadLetterCause cause) {
    bus().receive(LINE, 1, "r");
    return bus().database.write(tx -> bus().queues.bury(tx, "r", cause)).getFirst();
  }

  private DeadLetter require(String id) {
    return bus().database.read(tx -> bus().deadLetters.require(tx, id));
  }

  private Optional<DeadLetter> edit(DeadLetter letter, Event event) {
    return bus().database.write(tx -> bus().deadLetters.edit(tx, letter.id(), event, "ann"));
  }

  private void redrive(DeadLetter letter, String by) {
    bus().database.perform(tx -> bus().deadLetters.redrive(tx, List.of(letter.id()), by));
  }

  private static DeadLetterCause cause(String code) {
    return DeadLetterCause.of(code, "It broke: 100% of it.", "Mend it.");
  }

  private static Event corrected(DeadLetter letter) {
    return letter.event().with(List.of("x"), Json.object().put("n", 1));
  }

  private Optional<Redriven> redriven(String id) {
    return bus().database.read(tx -> bus().deadLetters.findRedriven(tx, id, LINE::equals));
  }

  @Test
  default void whatWasSentAgainIsKnownWithTheLastTimeAndWhereItIs() {
    DeadLetter letter = bury(cause("ONE"));
    assertThat(redriven(letter.id())).isEmpty();
    redrive(letter, "ann");
    again(cause("TWO"));
    bus().clock.advance(Duration.ofMinutes(5));
    redrive(letter, "ben");

    assertThat(redriven(letter.id().toUpperCase(Locale.ROOT)))
        .contains(
            new Redriven(
                letter.id(), LINE, bus().clock.instant(), "ben", new Redriven.Course.Waiting()));
    Optional<Redriven> hidden =
        bus().database.read(tx -> bus().deadLetters.findRedriven(tx, letter.id(), _ -> false));
    assertThat(hidden).isEmpty();

    bus().receive(LINE, 1, "e2");
    assertThat(redriven(letter.id()).orElseThrow().course())
        .isEqualTo(new Redriven.Course.Received("e2"));
    bus().database.perform(tx -> bus().queues.delete(tx, "e2"));
    assertThat(redriven(letter.id()).orElseThrow().course()).isEqualTo(new Redriven.Course.Done());
  }

  @Test
  default void theCourseOfAnExecutionStaysKnown() {
    DeadLetterCause cause =
        new DeadLetterCause(
            "LAST",
            "It broke.",
            "Mend it.",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of("e1"),
            new DeadLetterCause.Course(
                4,
                Optional.of(new DeadLetterCause.Failure("FIRST", "It bent.")),
                Optional.of("at io.hosu.Some.where")));
    DeadLetter letter = bury(cause);

    assertThat(require(letter.id()).cause()).isEqualTo(cause);
    assertThat(letter.toJson().at("/cause/first/code").asText()).isEqualTo("FIRST");
    assertThat(letter.toJson().at("/cause/stack").asText()).startsWith("at io.hosu");
    assertThat(letter.toJson().path("attempts").asInt()).isEqualTo(4);
  }

  @Test
  default void anEditedEventIsWhatIsReceivedAndTheOriginalStaysKnown() {
    DeadLetter letter = bury(cause("BROKEN"));

    DeadLetter edited = edit(letter, corrected(letter)).orElseThrow();
    redrive(letter, "ben");
    Message message = bus().receive(LINE, 1, "r2").getFirst();
    DeadLetter again =
        bus().database.write(tx -> bus().queues.bury(tx, "r2", cause("OTHER"))).getFirst();

    assertThat(edited.edit().flatMap(DeadLetter.Edit::by)).contains("ann");
    assertThat(message.event()).isEqualTo(corrected(letter));
    assertThat(require(again.id()).event()).isEqualTo(corrected(letter));
    assertThat(require(again.id()).edit().map(DeadLetter.Edit::original)).contains(letter.event());
  }

  @Test
  default void anEditIsAnEvent() {
    DeadLetter letter = bury(cause("BROKEN"));

    edit(letter, corrected(letter));

    Event event = bus().log.list(EventFilter.ALL, 1).items().getFirst().event();
    assertThat(event.detailType()).isEqualTo("Dead Letter Edited");
    assertThat(event.detail().path("by").asText()).isEqualTo("ann");
  }

  @Test
  default void anEditBackToWhatHappenedIsNone() {
    DeadLetter letter = bury(cause("BROKEN"));

    edit(letter, corrected(letter));
    edit(letter, letter.event());

    assertThat(require(letter.id())).isEqualTo(letter);
  }

  @Test
  default void anEditChangesNothingButDetailAndResources() {
    DeadLetter letter = bury(cause("BROKEN"));
    Event event = letter.event();
    Event other =
        new Event(
            event.id(),
            "hosu.objects",
            event.detailType(),
            event.time(),
            event.account(),
            event.resources(),
            event.detail());

    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> edit(letter, other))
        .extracting(HosuException::code)
        .isEqualTo(EventsError.EVENT_UNCHANGEABLE);
    redrive(letter, "ben");
    assertThat(edit(letter, corrected(letter))).isEmpty();
  }

  @Test
  default void aMessageKnowsHowOftenWhyAndByWhomItWasRedriven() {
    DeadLetter letter = bury(cause("ONE"));
    redrive(letter, "ann");
    redrive(letter, "ann");
    edit(again(cause("TWO").in("e2")), corrected(letter));
    redrive(letter, "ben");

    List<Redrive> redrives = redrives(letter);

    assertThat(redrives)
        .extracting(one -> one.by() + " " + one.cause().code() + " " + one.execution().orElse("-"))
        .containsExactly("ann ONE -", "ben TWO e2");
    assertThat(redrives.getLast().editedBy()).contains("ann");
  }

  @Test
  default void redrivesAreForgottenOnceTheirMessageIsDoneWith() {
    Bus bus = bus();
    DeadLetter letter = bury(cause("ONE"));
    redrive(letter, "ann");
    bus.clock.advance(Duration.ofDays(1));

    bus.log.removeBefore(bus.clock.instant());
    assertThat(redrives(letter)).hasSize(1);
    bus.receive(LINE, 1, "r");
    bus.database.perform(tx -> bus.queues.delete(tx, "r"));
    bus.log.removeBefore(bus.clock.instant());
    assertThat(redrives(letter)).isEmpty();
  }

  private List<Redrive> redrives(DeadLetter letter) {
    return bus().database.read(tx -> bus().deadLetters.redrives(tx, letter.id()));
  }

  @Test
  default void deadLettersAreFilteredByTextAndByTheEndOfATime() {
    Bus bus = bus();
    bury(cause("BROKEN"));

    assertThat(found(DeadLetterFilter.ALL.text("IT BROKE: 100%"))).isEqualTo(1);
    assertThat(found(DeadLetterFilter.ALL.text("\"detail-type\":\"order\""))).isEqualTo(1);
    assertThat(found(DeadLetterFilter.ALL.text("it%broke"))).isZero();
    assertThat(found(DeadLetterFilter.ALL.until(bus.clock.instant()))).isZero();
    assertThat(found(DeadLetterFilter.ALL.until(bus.clock.instant().plusSeconds(1)))).isEqualTo(1);
  }

  private int found(DeadLetterFilter filter) {
    Bus bus = bus();
    return bus.database.read(tx -> bus.deadLetters.list(tx, filter, 9)).items().size();
  }
}
