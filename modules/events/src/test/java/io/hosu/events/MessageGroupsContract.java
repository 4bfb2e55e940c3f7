package io.hosu.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.kernel.Event;
import io.hosu.kernel.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What queues whose messages have groups promise, on every database. */
interface MessageGroupsContract {
  String GROUPED = "sales.orders.grouped";

  /** On an empty database. */
  Bus bus();

  private void group(String... by) {
    bus()
        .database
        .perform(tx -> {
          bus().queues.create(tx, GROUPED);
          bus()
              .rules
              .put(
                  tx,
                  new Rule(
                      GROUPED, "sales", Bus.pattern("order"), List.of(), GROUPED, List.of(by)));
        });
  }

  /** Sends one message for each letter, which names its group; {@code -} has none. */
  private void send(String groups) {
    for (int i = 0; i < groups.length(); i++) {
      String group = groups.substring(i, i + 1);
      var detail = Json.object().put("kind", "order").put("number", i);
      if (!group.equals("-")) {
        detail.putObject("of").put("group", group);
      }
      bus()
          .database
          .perform(
              tx -> bus().log.append(tx, "test", "Thing Happened", "sales", List.of(), detail));
    }
    bus().routeAll();
  }

  /** What was received, as group and number. */
  private List<String> receive(String receipt, int max) {
    Instant until = bus().clock.instant().plus(Duration.ofSeconds(30));
    return bus()
        .database
        .write(tx ->
            MessageGroups.first(tx, GROUPED, Long.MAX_VALUE, bus().clock.instant())
                .map(key -> MessageGroups.receive(tx, key, Long.MAX_VALUE, max, receipt, until))
                .orElse(List.of()))
        .stream()
        .map(message -> brief(message.event()))
        .toList();
  }

  private static String brief(Event event) {
    return event.detail().path("of").path("group").asText("-") + event.detail().path("number");
  }

  private int delete(String receipt) {
    return bus().database.write(tx -> bus().queues.delete(tx, receipt));
  }

  private List<String> waitingQueues() {
    return bus().database.read(tx -> bus().queues.waitingQueues(tx));
  }

  private int waiting() {
    return bus()
        .database
        .read(tx -> bus().queues.waitingUpTo(tx, GROUPED, Long.MAX_VALUE, 100))
        .count();
  }

  @Test
  default void aBatchIsOfOneGroupAndTheOldestGroupComesFirst() {
    group("detail.of.group");
    send("abab");

    assertThat(receive("1", 10)).containsExactly("a0", "a2");
    assertThat(receive("2", 10)).containsExactly("b1", "b3");
    assertThat(receive("3", 10)).isEmpty();
  }

  @Test
  default void aGroupOfWhichABatchIsHeldWaitsAndOthersGoOn() {
    group("detail.of.group");
    send("aaab");

    assertThat(receive("1", 1)).containsExactly("a0");
    assertThat(waiting()).isEqualTo(1);
    assertThat(receive("2", 1)).containsExactly("b3");
    assertThat(receive("3", 1)).isEmpty();
    assertThat(waiting()).isZero();

    assertThat(delete("1")).isEqualTo(1);
    assertThat(receive("4", 1)).containsExactly("a1");
    send("a");
    assertThat(receive("5", 1)).as("a new message does not free the group").isEmpty();
  }

  @Test
  default void aGroupWaitsForMessagesThatAreGivenBackForLater() {
    group("detail.of.group");
    send("aa");
    receive("1", 1);
    Instant later = bus().clock.instant().plus(Duration.ofSeconds(10));
    bus().database.perform(tx -> bus().queues.release(tx, "1", later));

    assertThat(receive("2", 10)).isEmpty();
    assertThat(waitingQueues()).isEmpty();
    bus().clock.advance(Duration.ofSeconds(10));
    assertThat(waitingQueues()).containsExactly(GROUPED);
    assertThat(receive("2", 10)).containsExactly("a0", "a1");
  }

  @Test
  default void aGroupWhoseReceiverWentSilentIsReceivedAgain() {
    group("detail.of.group");
    send("aa");
    receive("1", 1);
    bus().clock.advance(Duration.ofSeconds(31));

    assertThat(receive("2", 10)).containsExactly("a0", "a1");
    assertThat(delete("1")).isZero();
    assertThat(delete("2")).isEqualTo(2);
  }

  @Test
  default void aGroupThatIsExtendedStaysHeld() {
    group("detail.of.group");
    send("aa");
    receive("1", 1);
    bus()
        .database
        .perform(
            tx -> bus().queues.extend(tx, "1", bus().clock.instant().plus(Duration.ofSeconds(60))));
    bus().clock.advance(Duration.ofSeconds(31));

    assertThat(receive("2", 10)).isEmpty();
  }

  @Test
  default void behindADeadLetterTheGroupGoesOnAndRedrivenItComesFirst() {
    group("detail.of.group");
    send("aab");
    receive("1", 1);
    DeadLetter letter =
        bus().database.write(tx -> bus().queues.bury(tx, "1", EventsContract.CAUSE)).getFirst();

    assertThat(receive("2", 1)).containsExactly("a1");
    bus().database.perform(tx -> bus().deadLetters.redrive(tx, List.of(letter.id()), "tester"));
    assertThat(receive("3", 1)).as("a1 is held").containsExactly("b2");
    send("a");
    delete("2");
    assertThat(receive("4", 10)).containsExactly("a0", "a0");
  }

  @Test
  default void eventsWithoutTheFieldAreOneGroup() {
    group("detail.of.group");
    send("-a-");

    assertThat(receive("1", 10)).containsExactly("-0", "-2");
    assertThat(receive("2", 10)).containsExactly("a1");
  }

  @Test
  default void messagesGetTheGroupsOfTheRuleThatIsPutInThePlaceOfAnother() {
    group();
    send("abab");
    bus().receive(GROUPED, 1, "1");
    group("detail.of.group");

    assertThat(receive("2", 10)).as("a message of a is held").containsExactly("b1", "b3");
    delete("1");
    assertThat(receive("3", 10)).containsExactly("a2");
    bus().database.perform(tx -> bus().queues.release(tx, "2", bus().clock.instant()));
    group();
    assertThat(bus().receive(GROUPED, 10, "4")).hasSize(2);
  }

  @Test
  default void aGroupThatIsPutOffIsPassedOverUntilThenOrUntilMoreArrives() {
    group("detail.of.group");
    send("aab");
    Instant later = bus().clock.instant().plus(Duration.ofHours(1));
    MessageGroups.Group key = new MessageGroups.Group(GROUPED, "detail.of.group=a");
    bus().database.perform(tx -> MessageGroups.putOff(tx, key, later));

    assertThat(receive("1", 10)).containsExactly("b2");
    send("a");
    assertThat(receive("2", 10)).containsExactly("a0", "a1", "a0");
    bus().database.perform(tx -> bus().queues.release(tx, "2", bus().clock.instant()));
    bus().database.perform(tx -> MessageGroups.putOff(tx, key, later));
    assertThat(receive("3", 10)).isEmpty();
    bus().clock.advance(Duration.ofHours(1));
    assertThat(receive("3", 10)).hasSize(3);
  }

  @Test
  default void capturesOfTheGlobOfAnObjectMakeGroups() {
    Rule rule =
        new Rule(
            GROUPED,
            "sales",
            Bus.pattern("order"),
            List.of("raw/sales/{shop}/*.csv"),
            GROUPED,
            List.of("shop"));
    bus()
        .database
        .perform(tx -> {
          bus().queues.create(tx, GROUPED);
          bus().rules.put(tx, rule);
        });
    for (String key : List.of("sales/x/1.csv", "sales/y/1.csv", "sales/x/2.csv")) {
      var detail = Json.object().put("kind", "order");
      detail.putObject("bucket").put("name", "raw");
      detail.putObject("object").put("key", key);
      bus()
          .database
          .perform(tx -> bus().log.append(tx, "test", "Thing", "sales", List.of(key), detail));
    }
    bus().routeAll();

    Optional<Rule> found = bus().database.read(tx -> bus().rules.find(tx, GROUPED));
    assertThat(found).contains(rule);
    Optional<MessageGroups.Group> first =
        bus()
            .database
            .read(tx -> MessageGroups.first(tx, GROUPED, Long.MAX_VALUE, bus().clock.instant()));
    assertThat(first).contains(new MessageGroups.Group(GROUPED, "shop=x"));
    assertThat(receive("1", 10)).hasSize(2);
    assertThat(receive("2", 10)).hasSize(1);
  }

  @Test
  default void aGroupIsFoundBehindManyMessagesOfOneThatIsHeld() {
    group("detail.of.group");
    send("a");
    receive("1", 1);
    bus()
        .database
        .perform(tx ->
            IntStream.range(0, 3000)
                .forEach(i -> {
                  var detail = Json.object().put("kind", "order").put("number", i);
                  detail.putObject("of").put("group", i == 2999 ? "b" : "a");
                  bus().log.append(tx, "test", "Thing Happened", "sales", List.of(), detail);
                }));
    bus().routeAll();

    assertThat(receive("2", 1)).containsExactly("b2999");
  }
}
