package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How much one execution takes, however much waits. */
class BatchBytesTest extends InWorld {
  @BeforeEach
  void open() {
    server.apply(
        World.stage(
            "a.p.add",
            new Trigger.Objects(List.of("raw/a/**")),
            Target.Mode.APPEND,
            new Batch(100, Duration.ZERO, 1, Optional.empty(), 10),
            World.TWO_RETRIES));
  }

  /** How many messages each execution took, in the order in which they were made. */
  private List<Long> batches() {
    return world.database.read(tx ->
        tx.list("SELECT messages FROM executions ORDER BY id", row -> row.number("messages")));
  }

  @Test
  void objectsBeyondTheBytesOfABatchGoWithTheNext() {
    world.put("a/1.ok", "xxxx");
    world.put("a/2.ok", "xxxx");
    world.put("a/3.ok", "xxxx");
    world.put("a/4.ok", "xxxx");
    world.put("a/5.ok", "xx");

    server.settle();

    assertThat(batches()).containsExactly(2L, 3L);
    assertThat(world.rows("add")).hasSize(5);
  }

  @Test
  void anObjectThatIsLargerThanABatchMakesOneOfItsOwn() {
    world.put("a/1.ok", "x".repeat(50));
    world.put("a/2.ok", "x");
    world.put("a/3.ok", "x".repeat(50));

    server.settle();

    assertThat(batches()).containsExactly(1L, 1L, 1L);
    assertThat(world.rows("add")).hasSize(3);
  }

  @Test
  void aMessageThatWasGivenBackCountsAsNotReceived() {
    world.put("a/1.ok", "x".repeat(10));
    world.put("a/2.bad", "x".repeat(10));

    server.settle();

    assertThat(world.deadLetters())
        .hasSize(1)
        .allMatch(letter -> letter.attempts().receives() == 1);
  }
}
