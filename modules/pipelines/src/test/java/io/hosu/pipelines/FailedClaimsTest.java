package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The state database fails while executions are about to start, and is there again. */
class FailedClaimsTest extends InWorld {
  /** More often than a server, a team or the stage has places. */
  private static final int FAILURES = 10;

  @BeforeEach
  void declare() {
    server.apply(
        World.stage(
            "a.p.add",
            new Trigger.Objects(List.of("raw/a/**")),
            Target.Mode.APPEND,
            new Batch(1, Duration.ZERO),
            World.TWO_RETRIES));
    server.settle();
  }

  private void failToStart() {
    for (int i = 0; i < FAILURES; i++) {
      world.refusesNextWrite = true;
      assertThatThrownBy(server.pipelines::step).hasMessage("This cannot be kept.");
    }
  }

  @Test
  void newExecutionsStartOnceItIsThereAgain() {
    world.put("a/1.ok", "x");
    world.put("a/2.ok", "x");
    assertThat(server.router.routeOnce()).isPositive();
    failToStart();

    server.settle();

    assertThat(world.rows("add")).containsExactly("a/1.ok=x", "a/2.ok=x");
  }

  @Test
  void executionsThatAreDueAgainStartOnceItIsThereAgain() {
    world.put("a/1.flaky", "x");
    server.settle();
    world.clock.advance(Duration.ofSeconds(10));
    failToStart();

    server.finish();

    assertThat(world.rows("add")).containsExactly("a/1.flaky=x");
    assertThat(executions()).hasSize(1);
  }
}
