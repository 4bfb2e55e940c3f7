package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.events.EventFilter;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.StageName;
import io.hosu.testing.CrashPoints;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BreakerTest extends InWorld {
  private static final StageName ADD = StageName.parse("a.p.add");
  private static final Duration WAIT = Duration.ofMinutes(5);

  static StageSpec with(Breaker breaker, int concurrency) {
    StageSpec stage =
        World.stage(
            ADD.toString(),
            new Trigger.Objects(List.of("raw/a/**")),
            Target.Mode.APPEND,
            new Batch(1, Duration.ZERO),
            World.TWO_RETRIES);
    return World.with(
        stage,
        new Running(World.TWO_RETRIES, Duration.ofHours(1), concurrency, true, null, breaker));
  }

  private void putFlaky(String name, int failures) {
    String version = world.put("a/" + name + ".flaky", "x");
    world.faults.put(version, 2 - failures);
  }

  private Optional<Circuit> circuit() {
    return world.database.read(tx -> Circuit.find(tx, ADD));
  }

  private int attempts() {
    return executions().stream().mapToInt(execution -> execution.tries().attempt()).sum();
  }

  private int told(String type) {
    return world.events(EventFilter.ALL.detailType(type)).size();
  }

  private void pass(Duration time) {
    world.clock.advance(time);
    server.settle();
  }

  @Test
  void afterSoManyFailuresNothingStartsUntilAProbeSucceeds() {
    server.apply(with(new Breaker(2, WAIT), 1));
    putFlaky("1", 100);
    server.settle();
    pass(Duration.ofSeconds(10));
    Instant opened = world.clock.instant();
    assertThat(circuit().map(Circuit::openUntil)).contains(opened.plus(WAIT));

    world.put("a/2.ok", "x");
    pass(Duration.ofMinutes(4));
    assertThat(attempts()).isEqualTo(2);
    assertThat(world.rows("add")).isEmpty();

    world.faults.replaceAll((_, _) -> 2);
    pass(Duration.ofMinutes(1));

    assertThat(world.rows("add")).containsExactly("a/1.flaky=x", "a/2.ok=x");
    assertThat(circuit()).isEmpty();
    assertThat(told("Circuit Opened")).isEqualTo(1);
    assertThat(told("Circuit Closed")).isEqualTo(1);
    assertThat(world.deadLetters()).isEmpty();
  }

  @Test
  void whatFailsWhileTheCircuitIsOpenUsesUpNoAttempt() {
    server.apply(with(new Breaker(2, WAIT), 1));
    putFlaky("1", 9);
    server.settle();
    pass(Duration.ofSeconds(10));
    for (int i = 0; i < 8; i++) {
      pass(WAIT);
    }

    assertThat(world.deadLetters()).isEmpty();
    assertThat(world.rows("add")).containsExactly("a/1.flaky=x");
    assertThat(executions().getFirst().tries().failures()).isEqualTo(1);
    assertThat(told("Circuit Opened")).isEqualTo(1);
  }

  @Test
  void oneExecutionProbesAndTheOthersWait() {
    server.apply(with(new Breaker(3, WAIT), 3));
    putFlaky("1", 100);
    putFlaky("2", 100);
    putFlaky("3", 100);
    server.settle();
    assertThat(attempts()).isEqualTo(3);
    assertThat(circuit().map(Circuit::openUntil)).isPresent();

    pass(WAIT);

    assertThat(attempts()).isEqualTo(4);
    assertThat(circuit().map(Circuit::failures)).contains(4);
  }

  @Test
  void failuresWithOtherCodesOrBetweenSuccessesOpenNothing() {
    server.apply(with(new Breaker(2, WAIT), 1));
    putFlaky("1", 1);
    server.settle();
    world.put("a/2.ok", "x");
    server.settle();
    putFlaky("3", 1);
    server.settle();
    world.put("a/4.odd", "x");
    server.settle();
    putFlaky("5", 1);
    server.settle();
    world.put("a/6.broken", "x");
    server.settle();

    assertThat(circuit().filter(Circuit::isOpen)).isEmpty();
    assertThat(told("Circuit Opened")).isZero();
  }

  @Test
  void anotherServerGoesByTheSameCircuitAndTakesOverALostProbe() {
    server.apply(with(new Breaker(1, WAIT), 1));
    putFlaky("1", 1);
    server.settle();
    World.Server other = world.server(CrashPoints.never(), false);
    other.pipelines.begin();
    other.settle();
    assertThat(attempts()).isEqualTo(1);

    world.clock.advance(WAIT);
    server.pipelines.step();
    assertThat(server.attempts).hasSize(1);
    other.pipelines.step();
    assertThat(other.attempts).isEmpty();
    server.attempts.clear();
    world.clock.advance(Duration.ofMinutes(1));
    other.settle();

    assertThat(world.rows("add")).containsExactly("a/1.flaky=x");
    assertThat(circuit()).isEmpty();
  }

  @Test
  void aBreakerThatBreaksNothingIsRefused() {
    assertThatThrownBy(() -> new Breaker(0, WAIT)).isInstanceOf(Invalid.class);
    assertThatThrownBy(() -> new Breaker(1, Duration.ZERO)).isInstanceOf(Invalid.class);
  }
}
