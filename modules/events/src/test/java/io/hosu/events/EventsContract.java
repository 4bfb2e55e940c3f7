package io.hosu.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.http.HttpError;
import io.hosu.kernel.Event;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Json;
import io.hosu.kernel.Page;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the event log, rules, queues and dead letters promise, on every database. */
interface EventsContract {
  String QUEUE = "sales.orders.clean";
  DeadLetterCause CAUSE =
      new DeadLetterCause(
          "RECORD_INVALID",
          "Line 3 has a column too many.",
          "Correct the line and put the object again.",
          Optional.of("raw/sales/orders/1.csv"),
          Optional.of(3L),
          Optional.of("a,b,c"),
          Optional.of("e1"),
          DeadLetterCause.Course.ONE);

  /** On an empty database. */
  Bus bus();

  private static List<Integer> numbers(List<Message> messages) {
    return messages.stream().map(m -> m.event().detail().path("number").asInt()).toList();
  }

  private static List<Integer> logged(Page<LoggedEvent> page) {
    return page.items().stream().map(e -> e.event().detail().path("number").asInt()).toList();
  }

  private void appendMany(int count) {
    IntStream.range(0, count).forEach(i -> bus().append("order", i));
  }

  private List<DeadLetter> buryAll(String receipt) {
    return bus().database.write(tx -> bus().queues.bury(tx, receipt, CAUSE));
  }

  // --- the log

  @Test
  default void anEventIsInTheLogAsItWasAppended() {
    ObjectNode detail = Json.object().put("kind", "order");
    Event event =
        bus()
            .database
            .write(tx ->
                bus().log.append(tx, "test", "Thing Happened", "sales", List.of("a", "b"), detail));

    assertThat(bus().log.list(EventFilter.ALL, 10).items())
        .containsExactly(new LoggedEvent(1, event, Optional.empty()));
  }

  @Test
  default void anEventOfATransactionThatFailsNeverWas() {
    Bus bus = bus();
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() ->
            bus.database.perform(tx -> {
              bus.log.append(tx, "test", "Thing Happened", "", List.of(), Json.object());
              throw new IllegalArgumentException();
            }));

    assertThat(bus.log.list(EventFilter.ALL, 10).items()).isEmpty();
  }

  @Test
  default void whatASenderCallsAnEventIsOnceAmongThoseOfItsBusAndSource() {
    SentEvent sent =
        new SentEvent(
            "com.x", "Sold", Optional.empty(), List.of(), Json.object(), Optional.of("order-77"));
    EventLog log = bus().log;
    EventLog.Accepted first = bus().database.write(tx -> log.accept(tx, "sales", sent));
    EventLog.Accepted again = bus().database.write(tx -> log.accept(tx, "sales", sent));
    EventLog.Accepted other = bus().database.write(tx -> log.accept(tx, "hr", sent));

    assertThat(again).isEqualTo(new EventLog.Accepted(first.event(), true));
    assertThat(other.known()).isFalse();
    assertThat(other.event().id()).isNotEqualTo(first.event().id());
    assertThat(log.list(EventFilter.ALL, 10).items()).hasSize(2);
  }

  @Test
  default void theLogIsListedNewestFirstInParts() {
    appendMany(5);

    Page<LoggedEvent> first = bus().log.list(EventFilter.ALL, 2);
    Page<LoggedEvent> second = bus().log.list(EventFilter.ALL, 2, first.nextToken().orElseThrow());
    Page<LoggedEvent> third = bus().log.list(EventFilter.ALL, 2, second.nextToken().orElseThrow());

    assertThat(logged(first)).containsExactly(4, 3);
    assertThat(logged(second)).containsExactly(2, 1);
    assertThat(logged(third)).containsExactly(0);
    assertThat(third.nextToken()).isEmpty();
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> bus().log.list(EventFilter.ALL, 2, "x"))
        .extracting(HosuException::code)
        .isEqualTo(HttpError.PAGE_INVALID);
  }

  @Test
  default void theLogIsFiltered() {
    bus().append("order", 1);
    bus().clock.advance(Duration.ofSeconds(1));
    Instant later = bus().clock.instant();
    bus().append("order", 2);
    EventFilter all = EventFilter.ALL;

    assertThat(logged(bus().log.list(all.since(later), 10))).containsExactly(2);
    assertThat(logged(bus().log.list(all.source("test").domain("sales"), 10))).hasSize(2);
    assertThat(logged(bus().log.list(all.source("other"), 10))).isEmpty();
    assertThat(logged(bus().log.list(all.detailType("Other"), 10))).isEmpty();
    assertThat(logged(bus().log.list(all.domain("other"), 10))).isEmpty();
  }

  @Test
  default void oldEventsAreRemovedOnceTheyAreRoutedAndTheNewestStays() {
    bus().rule("r", QUEUE, "order");
    appendMany(2);
    bus().routeAll();
    bus().clock.advance(Duration.ofDays(30));
    bus().append("order", 2);
    bus().clock.advance(Duration.ofDays(1));
    Instant now = bus().clock.instant();

    assertThat(bus().log.removeBefore(now.minus(Duration.ofDays(30)))).isEqualTo(2);
    assertThat(logged(bus().log.list(EventFilter.ALL, 10))).containsExactly(2);

    assertThat(bus().log.removeBefore(now)).as("not routed yet").isZero();
    bus().routeAll();
    assertThat(bus().log.removeBefore(now)).as("the newest").isZero();
    bus().append("order", 3);
    bus().routeAll();
    assertThat(numbers(bus().receive(QUEUE, 10, "r"))).containsExactly(0, 1, 2, 3);
  }

  @Test
  default void aDeadLetterWhoseEventIsOutOfTheLogCanBeRedriven() {
    bus().rule("r", QUEUE, "order");
    appendMany(2);
    bus().routeAll();
    bus().receive(QUEUE, 1, "a");
    List<DeadLetter> letters = buryAll("a");
    bus().routeAll();
    bus().append("other");
    bus().clock.advance(Duration.ofDays(1));
    bus().routeAll();

    assertThat(bus().log.removeBefore(bus().clock.instant())).isEqualTo(3);
    bus()
        .database
        .perform(tx -> bus().deadLetters.redrive(tx, List.of(letters.getFirst().id()), "somebody"));

    assertThat(numbers(bus().receive(QUEUE, 10, "b"))).containsExactly(0, 1);
  }

  @Test
  default void theExecutionsThatDeadLettersNameAreKnown() {
    bus().rule("r", QUEUE, "order");
    appendMany(1);
    bus().routeAll();
    bus().receive(QUEUE, 1, "a");
    bus().database.perform(tx -> bus().queues.bury(tx, "a", CAUSE));

    Set<String> named =
        bus().database.read(tx -> bus().deadLetters.amongExecutions(tx, List.of("e0", "e1", "e2")));

    assertThat(named).containsExactly("e1");
  }

  // --- rules and routing

  @Test
  default void anEventBecomesAMessageOfEachQueueThatARuleNames() {
    bus().rule("first", QUEUE, "order");
    bus().rule("second", "sales.orders.count", "order");
    Event event = bus().append("order");

    bus().routeAll();

    assertThat(bus().receive(QUEUE, 10, "r1")).extracting(Message::event).containsExactly(event);
    assertThat(bus().receive("sales.orders.count", 10, "r2"))
        .extracting(Message::event)
        .containsExactly(event);
  }

  @Test
  default void twoRulesWithOneQueueMakeOneMessage() {
    bus().rule("first", QUEUE, "order");
    bus().rule("second", QUEUE, "order");
    bus().append("order");

    bus().routeAll();

    assertThat(bus().depth(QUEUE).visible()).isEqualTo(1);
    assertThat(bus().log.list(EventFilter.ALL, 1).items().getFirst().matched()).contains(2);
  }

  @Test
  default void ofWhatTheLakeTellsOfItselfObjectsAloneAreMissedByRules() {
    Instant before = bus().clock.instant();
    tell("hosu.catalog", "Table Committed", "t");
    tell("hosu.objects", "Object Created", "raw/a");
    tell("hosu.objects", "Object Created", "raw/a");
    tell("hosu.objects", "Object Created", "raw/b");
    tell("hosu.objects", "Object Deleted", "raw/c");
    tell("com.example", "sold", "x");
    bus().routeAll();

    assertThat(bus().log.list(EventFilter.ALL.untaken(), 10).items())
        .extracting(one -> one.event().source())
        .containsOnly("hosu.objects", "com.example")
        .hasSize(5);
    assertThat(bus().log.list(EventFilter.ALL.untaken().source("hosu.catalog"), 10).items())
        .hasSize(1);
    assertThat(unmatchedObjects(before, "")).isEqualTo(2);
    assertThat(unmatchedObjects(before, "other")).isZero();
    assertThat(unmatchedObjects(before.plusSeconds(1), "")).isZero();
  }

  private void tell(String source, String type, String resource) {
    bus()
        .database
        .perform(tx -> bus().log.append(tx, source, type, "", List.of(resource), Json.object()));
  }

  private long unmatchedObjects(Instant since, String domain) {
    return bus().database.<Long>read(tx -> EventLog.unmatchedObjects(tx, since, domain::equals));
  }

  @Test
  default void anEventThatNoRuleTookIsStillInTheLogAndSaysSo() {
    bus().rule("first", QUEUE, "order");
    bus().append("other", 1);
    bus().append("order", 2);
    bus().routeAll();
    bus().append("order", 3);

    assertThat(logged(bus().log.list(EventFilter.ALL.untaken(), 10))).containsExactly(1);
    assertThat(logged(bus().log.list(EventFilter.ALL.taken(), 10))).containsExactly(2);
    assertThat(bus().database.<Long>read(tx -> bus().router.waiting(tx))).isEqualTo(1);
  }

  @Test
  default void anEventIsRoutedOnce() {
    bus().rule("first", QUEUE, "order");
    bus().append("order");

    assertThat(bus().router.routeOnce()).isEqualTo(1);
    assertThat(bus().router.routeOnce()).isZero();
    assertThat(bus().depth(QUEUE).total()).isEqualTo(1);
  }

  @Test
  default void manyEventsAreRoutedInBatches() {
    bus().rule("first", QUEUE, "order");
    bus()
        .database
        .perform(tx ->
            IntStream.range(0, 1200)
                .forEach(_ ->
                    bus()
                        .log
                        .append(
                            tx,
                            "test",
                            "Thing Happened",
                            "sales",
                            List.of(),
                            Json.object().put("kind", "order"))));

    bus().routeAll();

    assertThat(bus().depth(QUEUE).visible()).isEqualTo(1200);
  }

  @Test
  default void aRuleTakesNoEventThatWasAppendedBeforeIt() {
    bus().append("order", 1);
    bus().rule("late", QUEUE, "order");
    bus().append("order", 2);

    bus().routeAll();

    assertThat(numbers(bus().receive(QUEUE, 10, "r"))).containsExactly(2);
  }

  @Test
  default void aReplacedRuleTakesByItsNewPattern() {
    bus().rule("rule", QUEUE, "order");
    bus().append("order", 1);
    bus().routeAll();
    bus().rule("rule", QUEUE, "return");
    bus().append("order", 2);
    bus().append("return", 3);

    bus().routeAll();

    assertThat(numbers(bus().receive(QUEUE, 10, "r"))).containsExactly(1, 3);
  }

  @Test
  default void aRemovedRuleTakesNothing() {
    bus().rule("rule", QUEUE, "order");
    bus().append("order");
    bus().routeAll();
    boolean removed = bus().database.write(tx -> bus().rules.remove(tx, "rule"));
    boolean again = bus().database.write(tx -> bus().rules.remove(tx, "rule"));
    bus().append("order");

    bus().routeAll();

    assertThat(removed).isTrue();
    assertThat(again).isFalse();
    assertThat(bus().depth(QUEUE).total()).isEqualTo(1);
  }

  @Test
  default void aRuleChangedByAnotherServerIsNoticed() {
    Bus other = new Bus(bus().database, bus().clock, 2);
    bus().rule("rule", QUEUE, "order");
    bus().append("order", 1);
    assertThat(other.router.routeOnce()).isEqualTo(1);

    bus().rule("rule", QUEUE, "return");
    bus().append("return", 2);

    assertThat(other.router.routeOnce()).isEqualTo(1);
    assertThat(numbers(bus().receive(QUEUE, 10, "r"))).containsExactly(1, 2);
  }

  /** A rule for objects of {@code globs}, whose pattern lets every object through. */
  private void globs(String... globs) {
    bus()
        .database
        .perform(tx -> {
          bus().queues.create(tx, QUEUE);
          ObjectNode all = (ObjectNode) Json.parse("{\"source\":[\"test\"]}");
          bus().rules.put(tx, new Rule("r", "sales", all, List.of(globs), QUEUE));
        });
  }

  private List<String> keysTakenOf(String... keys) {
    for (String key : keys) {
      ObjectNode detail = Json.object();
      detail.putObject("bucket").put("name", "raw");
      detail.putObject("object").put("key", key);
      bus()
          .database
          .perform(
              tx -> bus().log.append(tx, "test", "Object Created", "sales", List.of(), detail));
    }
    bus().routeAll();
    return bus().receive(QUEUE, 100, "r").stream()
        .map(message -> message.event().detail().path("object").path("key").asText())
        .toList();
  }

  @Test
  default void aRuleOfGlobsTakesTheObjectsAloneThatTheyMatch() {
    globs("raw/a/*.csv");

    assertThat(keysTakenOf("a/1.csv", "a/b/2.csv", "a/3.json", "b/4.csv"))
        .containsExactly("a/1.csv");
    assertThat(bus().log.list(EventFilter.ALL.untaken(), 10).items()).hasSize(3);
    assertThat(bus().log.list(EventFilter.ALL.taken(), 10).items()).hasSize(1);
  }

  @Test
  default void twoStarsOfAGlobStandForSlashesToo() {
    globs("raw/a/**/x.csv", "raw/b/**");

    assertThat(keysTakenOf("a/x.csv", "a/b/c/x.csv", "a/b/y.csv", "b/any/thing", "c/x.csv"))
        .containsExactly("a/x.csv", "a/b/c/x.csv", "b/any/thing");
  }

  @Test
  default void aGlobTakesOddCharactersAsTheyAre() {
    globs("raw/호수/a+(b)[c]\\d?.csv");

    assertThat(keysTakenOf("호수/a+(b)[c]\\d1.csv", "호수/aab[c]\\d1.csv", "호수/a+(b)[c]\\d/.csv"))
        .containsExactly("호수/a+(b)[c]\\d1.csv");
  }

  @Test
  default void aRuleOfGlobsTakesNoEventThatIsAboutNoObject() {
    globs("raw/**");
    bus().append("order");

    assertThat(keysTakenOf()).isEmpty();
  }

  @Test
  default void aRuleWhoseGlobsChangeGoesByTheNewOnes() {
    globs("raw/a/*");
    assertThat(keysTakenOf("a/1")).containsExactly("a/1");

    globs("raw/b/*");

    assertThat(keysTakenOf("a/2", "b/2")).containsExactly("b/2");
  }

  @Test
  default void aRuleIsListedAsItWasPut() {
    bus().rule("b", QUEUE, "order");
    Rule ofGlobs =
        new Rule("a", "sales", Bus.pattern("return"), List.of("raw/a/*", "raw/b"), QUEUE);
    bus().database.perform(tx -> bus().rules.put(tx, ofGlobs));

    List<Rule> rules = bus().database.read(tx -> bus().rules.list(tx));

    assertThat(rules).containsExactly(ofGlobs, new Rule("b", "sales", Bus.pattern("order"), QUEUE));
  }

  @Test
  default void aRuleNeedsAQueueAndAPattern() {
    Bus bus = bus();
    ObjectNode wrong = (ObjectNode) Json.parse("{\"source\":\"test\"}");

    assertThatExceptionOfType(NotFound.class)
        .isThrownBy(() ->
            bus.database.perform(
                tx -> bus.rules.put(tx, new Rule("r", "sales", Bus.pattern("x"), "none"))))
        .extracting(HosuException::code)
        .isEqualTo(EventsError.QUEUE_NOT_FOUND);
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(
            () -> bus.database.perform(tx -> bus.rules.put(tx, new Rule("r", "", wrong, "none"))))
        .extracting(HosuException::code)
        .isEqualTo(EventsError.PATTERN_INVALID);
  }

  @Test
  default void aQueueIsRemovedOnlyWhenNoRuleSendsToIt() {
    Bus bus = bus();
    bus.rule("rule", QUEUE, "order");
    bus.append("order");
    bus.routeAll();

    assertThatExceptionOfType(Conflict.class)
        .isThrownBy(() -> bus.database.write(tx -> bus.queues.remove(tx, QUEUE)));
    bus.database.perform(tx -> {
      bus.rules.remove(tx, "rule");
      bus.queues.remove(tx, QUEUE);
    });

    assertThat(bus.depth(QUEUE)).isEqualTo(QueueDepth.EMPTY);
    assertThat(bus.database.<List<String>>read(bus.queues::list)).isEmpty();
  }

  @Test
  default void whoWaitsIsToldAfterTheCommit() {
    AtomicInteger arrivals = new AtomicInteger();
    bus().queues.onArrival(_ -> arrivals.incrementAndGet());
    bus().rule("rule", QUEUE, "order");
    bus().append("other");
    bus().routeAll();
    assertThat(arrivals).hasValue(0);

    bus().append("order");
    bus().routeAll();

    assertThat(arrivals).hasValue(1);
  }

  @Test
  default void aStartedRouterRoutesWhatIsAppended() throws InterruptedException {
    Signal arrived = new Signal();
    bus().queues.onArrival(_ -> arrived.raise());
    bus().rule("rule", QUEUE, "order");
    bus().router.start();

    bus().append("order");
    arrived.await(Duration.ofSeconds(20));
    bus().router.close();

    assertThat(bus().depth(QUEUE).total()).isEqualTo(1);
  }

  // --- queues

  private void sendMany(int count) {
    bus().rule("rule", QUEUE, "order");
    appendMany(count);
    bus().routeAll();
  }

  @Test
  default void messagesAreReceivedOldestFirst() {
    sendMany(5);

    assertThat(numbers(bus().receive(QUEUE, 2, "a"))).containsExactly(0, 1);
    assertThat(numbers(bus().receive(QUEUE, 9, "b"))).containsExactly(2, 3, 4);
    assertThat(bus().receive(QUEUE, 9, "c")).isEmpty();
  }

  @Test
  default void aReceivedMessageIsHiddenUntilItsVisibilityTimeoutPasses() {
    sendMany(1);
    bus().receive(QUEUE, 1, "a");

    bus().clock.advance(Duration.ofMillis(29_999));
    assertThat(bus().receive(QUEUE, 1, "b")).isEmpty();

    bus().clock.advance(Duration.ofMillis(1));
    assertThat(bus().receive(QUEUE, 1, "b")).extracting(Message::receives).containsExactly(2);
  }

  @Test
  default void whoIsTooLateDeletesNothing() {
    sendMany(2);
    bus().receive(QUEUE, 2, "slow");
    bus().clock.advance(Duration.ofSeconds(30));
    bus().receive(QUEUE, 1, "other");

    int deleted = bus().database.write(tx -> bus().queues.delete(tx, "slow"));

    assertThat(deleted).isEqualTo(1);
    assertThat(bus().depth(QUEUE).inFlight()).isEqualTo(1);
  }

  @Test
  default void whoIsTooLateDoesNotHandOnWhatAnotherHas() {
    sendMany(2);
    List<Message> late = bus().receive(QUEUE, 2, "slow");
    bus().clock.advance(Duration.ofSeconds(30));
    bus().receive(QUEUE, 2, "other");

    int handed = bus().database.write(tx -> bus().queues.hand(tx, late, "slower"));

    assertThat(handed).isZero();
    assertThat(bus().database.<Integer>write(tx -> bus().queues.delete(tx, "other"))).isEqualTo(2);
  }

  @Test
  default void aDeletedMessageIsGone() {
    sendMany(2);
    bus().receive(QUEUE, 2, "a");

    int deleted = bus().database.write(tx -> bus().queues.delete(tx, "a"));
    int again = bus().database.write(tx -> bus().queues.delete(tx, "a"));

    assertThat(deleted).isEqualTo(2);
    assertThat(again).isZero();
    assertThat(bus().depth(QUEUE)).isEqualTo(QueueDepth.EMPTY);
  }

  @Test
  default void someOfTheMessagesThatAreHeldTogetherCanBeHandedOn() {
    sendMany(3);
    List<Message> held = bus().receive(QUEUE, 3, "a");

    bus().database.perform(tx -> bus().queues.hand(tx, held.subList(0, 1), "b"));

    assertThat(numbers(bus().database.read(tx -> bus().queues.held(tx, "a"))))
        .containsExactly(1, 2);
    assertThat(numbers(bus().database.read(tx -> bus().queues.held(tx, "b")))).containsExactly(0);
    assertThat(bus().depth(QUEUE).inFlight()).isEqualTo(3);
  }

  @Test
  default void whatWaitsIsCountedAsFarAsAskedFor() {
    sendMany(3);
    Instant sent = bus().clock.instant();

    Waiting some =
        bus().database.read(tx -> bus().queues.waitingUpTo(tx, QUEUE, Long.MAX_VALUE, 2));
    List<String> waiting = bus().database.read(bus().queues::waitingQueues);
    bus().receive(QUEUE, 3, "a");
    Waiting none =
        bus().database.read(tx -> bus().queues.waitingUpTo(tx, QUEUE, Long.MAX_VALUE, 2));
    List<String> waitingAfter = bus().database.read(bus().queues::waitingQueues);

    assertThat(some).isEqualTo(new Waiting(2, Optional.of(sent)));
    assertThat(waiting).containsExactly(QUEUE);
    assertThat(none).isEqualTo(new Waiting(0, Optional.empty()));
    assertThat(waitingAfter).isEmpty();
  }

  @Test
  default void itCanBeToldWhetherAnEventAboutSomethingIsStillToBeRouted() {
    bus().append("order");

    assertThat(bus().database.<Boolean>read(tx -> bus().log.announces(tx, "order"))).isTrue();
    assertThat(bus().database.<Boolean>read(tx -> bus().log.announces(tx, "other"))).isFalse();
    bus().routeAll();
    assertThat(bus().database.<Boolean>read(tx -> bus().log.announces(tx, "order"))).isFalse();
  }

  @Test
  default void itCanBeToldWhetherAMessageIsAboutSomething() {
    sendMany(1);
    String event = bus().receive(QUEUE, 1, "a").getFirst().event().id();

    assertThat(bus().database.<Boolean>read(tx -> bus().queues.mentions(tx, QUEUE, event)))
        .isTrue();
    assertThat(bus().database.<Boolean>read(tx -> bus().queues.mentions(tx, QUEUE, "another")))
        .isFalse();
  }

  @Test
  default void anExtendedMessageStaysHidden() {
    sendMany(1);
    bus().receive(QUEUE, 1, "a");
    Instant later = bus().clock.instant().plusSeconds(90);

    int extended = bus().database.write(tx -> bus().queues.extend(tx, "a", later));
    bus().clock.advance(Duration.ofSeconds(60));

    assertThat(extended).isEqualTo(1);
    assertThat(bus().receive(QUEUE, 1, "b")).isEmpty();
  }

  @Test
  default void aReleasedMessageWaitsForItsTime() {
    sendMany(1);
    bus().receive(QUEUE, 1, "a");
    Instant later = bus().clock.instant().plusSeconds(10);

    int released = bus().database.write(tx -> bus().queues.release(tx, "a", later));

    assertThat(released).isEqualTo(1);
    assertThat(bus().depth(QUEUE).delayed()).isEqualTo(1);
    assertThat(bus().receive(QUEUE, 1, "b")).isEmpty();
    bus().clock.advance(Duration.ofSeconds(10));
    assertThat(bus().receive(QUEUE, 1, "b")).hasSize(1);
  }

  @Test
  default void theDepthTellsWhatAQueueHolds() {
    sendMany(3);
    Instant sent = bus().clock.instant();
    bus().receive(QUEUE, 1, "a");

    QueueDepth depth = bus().depth(QUEUE);

    assertThat(depth).isEqualTo(new QueueDepth(2, 1, 0, Optional.of(sent)));
    assertThat(bus().database.<Map<String, QueueDepth>>read(bus().queues::depths))
        .containsExactly(Map.entry(QUEUE, depth));
  }

  @Test
  default void aMessageCanBeSentByHand() {
    Bus bus = bus();
    Event event = bus.append("manual", 7);

    assertThatExceptionOfType(NotFound.class)
        .isThrownBy(() -> bus.database.write(tx -> bus.queues.send(tx, QUEUE, event)));
    bus.database.perform(tx -> {
      bus.queues.create(tx, QUEUE);
      bus.queues.send(tx, QUEUE, event);
    });

    assertThat(numbers(bus.receive(QUEUE, 1, "a"))).containsExactly(7);
  }

  // --- dead letters

  private DeadLetter buryOne() {
    sendMany(1);
    bus().receive(QUEUE, 1, "a");
    return buryAll("a").getFirst();
  }

  @Test
  default void aBuriedMessageIsADeadLetterWithItsCause() {
    DeadLetter letter = buryOne();

    DeadLetter found = bus().database.read(tx -> bus().deadLetters.require(tx, letter.id()));

    assertThat(found).isEqualTo(letter);
    assertThat(found.cause()).isEqualTo(CAUSE);
    assertThat(found.queue()).isEqualTo(QUEUE);
    assertThat(found.attempts()).isEqualTo(new DeadLetter.Attempts(1, 0));
    assertThat(bus().depth(QUEUE)).isEqualTo(QueueDepth.EMPTY);
  }

  @Test
  default void aBurialIsAnEvent() {
    DeadLetter letter = buryOne();

    Event event = bus().log.list(EventFilter.ALL, 1).items().getFirst().event();

    assertThat(event.source()).isEqualTo("hosu.events");
    assertThat(event.detailType()).isEqualTo("Message Dead-Lettered");
    assertThat(event.account()).isEqualTo("sales");
    assertThat(event.detail().path("id").asText()).isEqualTo(letter.id());
    assertThat(event.detail().path("cause").path("line").asLong()).isEqualTo(3);
  }

  @Test
  default void aRedrivenDeadLetterIsReceivedFirstAndKnowsItsPast() {
    DeadLetter letter = buryOne();
    bus().append("order", 1);
    bus().routeAll();

    List<DeadLetter> back =
        bus().database.write(tx -> bus().deadLetters.redrive(tx, List.of(letter.id()), "ann"));
    List<Message> received = bus().receive(QUEUE, 9, "b");

    assertThat(back).containsExactly(letter);
    assertThat(numbers(received)).containsExactly(0, 1);
    assertThat(received.getFirst().id()).isEqualTo(letter.id());
    assertThat(received.getFirst().redriven()).isEqualTo(1);
    assertThat(received.getFirst().receives()).isEqualTo(1);
    assertThat(buryAll("b").getFirst().attempts().redriven()).isEqualTo(1);
  }

  @Test
  default void aRedriveSaidTwiceIsOne() {
    DeadLetter letter = buryOne();
    List<String> ids = List.of(letter.id());

    bus().database.perform(tx -> bus().deadLetters.redrive(tx, ids, "ann"));
    List<DeadLetter> again = bus().database.write(tx -> bus().deadLetters.redrive(tx, ids, "ann"));

    assertThat(again).isEmpty();
    assertThat(bus().depth(QUEUE).total()).isEqualTo(1);
  }

  @Test
  default void aDeadLetterWhoseQueueIsGoneStaysOne() {
    Bus bus = bus();
    DeadLetter letter = buryOne();
    bus.database.perform(tx -> {
      bus.rules.remove(tx, "rule");
      bus.queues.remove(tx, QUEUE);
    });

    assertThatExceptionOfType(NotFound.class)
        .isThrownBy(() ->
            bus.database.write(tx -> bus.deadLetters.redrive(tx, List.of(letter.id()), "ann")))
        .extracting(HosuException::code)
        .isEqualTo(EventsError.QUEUE_NOT_FOUND);
    assertThat(bus.database.<Long>read(bus.deadLetters::count)).isEqualTo(1);
  }

  @Test
  default void aDroppedDeadLetterIsGone() {
    DeadLetter letter = buryOne();

    boolean dropped = bus().database.write(tx -> bus().deadLetters.drop(tx, letter.id(), "ann"));
    boolean again = bus().database.write(tx -> bus().deadLetters.drop(tx, letter.id(), "ann"));

    assertThat(dropped).isTrue();
    assertThat(again).isFalse();
    assertThat(bus().log.list(EventFilter.ALL, 1).items().getFirst().event().detailType())
        .isEqualTo("Dead Letter Dropped");
  }

  @Test
  default void aDeadLetterIsFoundByAUniqueBeginningOfItsId() {
    sendMany(1);
    bus().clock.advance(Duration.ofHours(1));
    bus().append("order");
    bus().routeAll();
    bus().receive(QUEUE, 2, "a");
    List<DeadLetter> letters = buryAll("a");
    Bus bus = bus();
    String id = letters.getFirst().id();

    assertThat(
            bus.database.<Optional<DeadLetter>>read(
                tx -> bus.deadLetters.find(tx, id.substring(0, 12).toUpperCase(Locale.ROOT))))
        .contains(letters.getFirst());
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> bus.database.read(tx -> bus.deadLetters.find(tx, id.substring(0, 3))))
        .extracting(HosuException::code)
        .isEqualTo(EventsError.DEAD_LETTER_AMBIGUOUS);
    assertThatExceptionOfType(NotFound.class)
        .isThrownBy(() -> bus.database.read(tx -> bus.deadLetters.require(tx, "zzz")));
    assertThat(bus.database.<Boolean>read(tx -> bus.deadLetters.find(tx, " ").isEmpty())).isTrue();
  }

  @Test
  default void deadLettersAreListedInPartsAndFiltered() {
    sendMany(3);
    bus().receive(QUEUE, 9, "a");
    buryAll("a");

    assertThat(list(DeadLetterFilter.ALL)).hasSize(3);
    assertThat(list(DeadLetterFilter.ALL.within("sales"))).hasSize(3);
    assertThat(list(DeadLetterFilter.ALL.within("sales.orders"))).hasSize(3);
    assertThat(list(DeadLetterFilter.ALL.within(QUEUE).code("RECORD_INVALID"))).hasSize(3);
    assertThat(list(DeadLetterFilter.ALL.within("sales.order"))).isEmpty();
    assertThat(list(DeadLetterFilter.ALL.within("sales_orders"))).isEmpty();
    assertThat(list(DeadLetterFilter.ALL.code("OTHER"))).isEmpty();
    assertThat(list(DeadLetterFilter.ALL.since(bus().clock.instant().plusSeconds(1)))).isEmpty();
    Page<DeadLetter> first =
        bus().database.read(tx -> bus().deadLetters.list(tx, DeadLetterFilter.ALL, 2));
    Page<DeadLetter> second =
        bus()
            .database
            .read(tx ->
                bus().deadLetters.list(tx, DeadLetterFilter.ALL, 2, first.nextToken(), _ -> true));
    assertThat(first.items()).hasSize(2);
    assertThat(second.items()).hasSize(1);
    assertThat(second.nextToken()).isEmpty();
  }

  private List<DeadLetter> list(DeadLetterFilter filter) {
    return bus().database.read(tx -> bus().deadLetters.list(tx, filter, 10).items());
  }
}
