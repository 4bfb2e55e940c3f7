package io.hosu.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Exhausted;
import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.query.Turns.Turn;
import io.hosu.query.engine.QueryError;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private final Unavailable why =
      new Unavailable(QueryError.ENGINE_UNAVAILABLE, "The server stops.", "Wait.");

  private static boolean hasCome(Turn turn) {
    return turn.hasCome();
  }

  private static void assertBusy(Turns turns, String principal) {
    assertThatThrownBy(() -> turns.ask(principal))
        .isInstanceOfSatisfying(
            Exhausted.class, e -> assertThat(e.code()).isEqualTo(QueryError.ENGINE_BUSY));
  }

  @Test
  void onePrincipalNeverHoldsTheLastEngine() {
    Turns turns = new Turns(3, 10);
    List<Turn> anns = List.of(turns.ask("ann"), turns.ask("ann"), turns.ask("ann"));

    assertThat(anns).extracting(TurnsTest::hasCome).containsExactly(true, true, false);
    assertThat(hasCome(turns.ask("bob"))).isTrue();
    anns.getFirst().close();
    assertThat(hasCome(anns.getLast())).isTrue();
  }

  @Test
  void whereThereIsOneEngineAnybodyMayHaveIt() {
    Turns turns = new Turns(1, 10);
    assertThat(hasCome(turns.ask("ann"))).isTrue();
    assertThat(hasCome(turns.ask("ann"))).isFalse();
  }

  @Test
  void whoWaitsTakesTurnsByPrincipalWhoeverSentMore() {
    Turns turns = new Turns(1, 20);
    Turn running = turns.ask("ann");
    List<String> senders = List.of("ann", "ann", "ann", "bob", "bob", "eve");
    List<Turn> line = senders.stream().map(turns::ask).toList();
    List<String> order = new ArrayList<>();
    for (int i = 0; i < line.size(); i++) {
      List<Turn> waitedBefore = line.stream().filter(turn -> !hasCome(turn)).toList();
      running.close();
      running = waitedBefore.stream().filter(TurnsTest::hasCome).findFirst().orElseThrow();
      order.add(senders.get(line.indexOf(running)));
    }
    assertThat(order).containsExactly("ann", "bob", "eve", "ann", "bob", "ann");
  }

  @Test
  void aFullQueueRefusesAndOnePrincipalFillsHalfOfItAtMost() {
    Turns turns = new Turns(1, 4);
    turns.ask("ann");
    turns.ask("ann");
    turns.ask("ann");
    assertBusy(turns, "ann");
    turns.ask("bob");
    turns.ask("eve");
    assertBusy(turns, "kim");
    assertThat(turns.waiting()).isEqualTo(4);
  }

  @Test
  void withoutAQueueWhoFindsNoEngineIsRefused() {
    Turns turns = new Turns(1, 0);
    Turn first = turns.ask("ann");
    assertBusy(turns, "bob");
    first.close();
    assertThat(hasCome(turns.ask("bob"))).isTrue();
  }

  @Test
  void aWaitEndsWithTheReasonItIsRefusedFor() throws Exception {
    Turns turns = new Turns(1, 4);
    Turn first = turns.ask("ann");
    Turn second = turns.ask("bob");
    var waiting = CompletableFuture.runAsync(second::await);
    second.refuse(why);

    assertThatThrownBy(() -> waiting.get(20, TimeUnit.SECONDS)).rootCause().isSameAs(why);
    second.close();
    first.close();
    assertThat(hasCome(turns.ask("kim"))).isTrue();
  }

  @Test
  void whenClosedAllWhoWaitAndComeAreRefused() {
    Turns turns = new Turns(1, 4);
    turns.ask("ann");
    Turn second = turns.ask("bob");
    turns.close(why);

    assertThatThrownBy(second::await).isSameAs(why);
    assertThatThrownBy(() -> turns.ask("kim")).isSameAs(why);
  }

  /** Whatever is asked, ended and refused in whatever order: no slot is lost, none given twice. */
  @Test
  void noSlotIsLostOrGivenTwice() {
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      int slots = 1 + random.nextInt(4);
      Turns turns = new Turns(slots, 6);
      List<Turn> all = new ArrayList<>();
      for (int step = 0; step < 100; step++) {
        if (random.nextInt(3) > 0 || all.isEmpty()) {
          try {
            all.add(turns.ask("p" + random.nextInt(3)));
          } catch (HosuException e) {
            assertThat(e.code()).isEqualTo(QueryError.ENGINE_BUSY);
          }
        } else {
          Turn one = all.remove(random.nextInt(all.size()));
          one.refuse(why);
          one.close();
          one.close();
        }
        assertThat(all.stream().filter(TurnsTest::hasCome).count())
            .as("seed %d, step %d", seed, step)
            .isLessThanOrEqualTo(slots);
      }
      all.forEach(turn -> {
        turn.refuse(why);
        turn.close();
      });
      assertThat(turns.waiting()).isZero();
      for (int i = 0; i < slots; i++) {
        assertThat(hasCome(turns.ask("q" + i))).as("seed %d", seed).isTrue();
      }
    }
  }
}
