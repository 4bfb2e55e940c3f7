package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.events.DeadLetterCause;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RetryTest extends InWorld {
  private static final Trigger ALL = new Trigger.Objects(List.of("raw/a/**"));

  private void apply(Retry retry) {
    server.apply(World.stage("a.p.add", ALL, Target.Mode.APPEND, Batch.STANDARD, retry));
  }

  private static Retry every10Seconds(
      Retry.Jitter jitter, @Nullable Duration budget, Faults faults) {
    return new Retry(
        9,
        new Retry.Waits(Duration.ofSeconds(10), BigDecimal.ONE, Duration.ofDays(7), jitter),
        budget,
        faults);
  }

  private void putFlaky(int failures) {
    world.put("a/1.flaky", "x");
    world.faults.put(world.objects().getFirst().version(), 2 - failures);
  }

  @Test
  void noAttemptStartsAfterTheBudgetFromTheFirstFailureOn() {
    apply(every10Seconds(Retry.Jitter.NONE, Duration.ofSeconds(30), Faults.BY_DEFINITION));
    putFlaky(100);

    server.finish();

    assertThat(executions()).extracting(Execution::status).containsExactly(ExecutionStatus.FAILED);
    assertThat(executions().getFirst().tries().attempt()).isEqualTo(4);
    assertThat(world.deadLetters())
        .extracting(letter -> letter.cause().code())
        .containsExactly("MACHINE_FLAKY");
  }

  @Test
  void anAttemptAtTheEndOfTheBudgetStillStarts() {
    apply(every10Seconds(Retry.Jitter.NONE, Duration.ofSeconds(30), Faults.BY_DEFINITION));
    putFlaky(3);

    server.finish();

    assertThat(world.rows("add")).containsExactly("a/1.flaky=x");
  }

  @Test
  void withFullJitterWaitsDifferAndAreNoLongerThanComputed() {
    apply(every10Seconds(Retry.Jitter.FULL, null, Faults.BY_DEFINITION));
    putFlaky(8);
    List<Duration> waits = new ArrayList<>();
    server.settle();
    Instant next = executions().getFirst().tries().nextAt();
    while (next != null) {
      waits.add(Duration.between(world.clock.instant(), next));
      world.clock.advance(waits.getLast());
      server.settle();
      next = executions().getFirst().tries().nextAt();
    }

    assertThat(waits)
        .hasSize(8)
        .allMatch(wait -> wait.compareTo(Duration.ofSeconds(10)) <= 0)
        .doesNotHaveDuplicates();
    assertThat(world.rows("add")).containsExactly("a/1.flaky=x");
  }

  @Test
  void aDeadLetterTellsWhereTheMachineBrokeAndHowOftenItDid() {
    apply(World.TWO_RETRIES);
    world.put("a/1.broken", "x");

    server.finish();

    DeadLetterCause cause = world.deadLetters().getFirst().cause();
    assertThat(cause.code()).isEqualTo("EXECUTION_BROKEN");
    assertThat(cause.course().attempts()).isEqualTo(3);
    assertThat(cause.course().stack().orElseThrow())
        .startsWith("java.lang.IllegalStateException: Nobody foresaw this.")
        .contains("World");
    assertThat(cause.course().first()).map(DeadLetterCause.Failure::code).contains(cause.code());
  }

  @Test
  void aSoftFailureThatTheStageCallsHardIsNotTriedAgain() {
    apply(every10Seconds(Retry.Jitter.NONE, null, Faults.of(List.of(), List.of("MACHINE_FLAKY"))));
    putFlaky(1);

    server.settle();

    assertThat(executions()).extracting(Execution::status).containsExactly(ExecutionStatus.FAILED);
    assertThat(world.deadLetters()).hasSize(1);
  }

  @Test
  void aHardFailureThatTheStageCallsSoftIsTriedAgain() {
    apply(every10Seconds(Retry.Jitter.NONE, null, Faults.of(List.of("SQL_ODD"), List.of())));
    world.put("a/1.odd", "x");
    server.settle();

    assertThat(world.deadLetters()).isEmpty();
    assertThat(executions().getFirst().tries().failures()).isEqualTo(1);

    server.finish();

    assertThat(executions().getFirst().tries().attempt()).isEqualTo(10);
    assertThat(world.deadLetters())
        .extracting(letter -> letter.cause().code())
        .containsExactly("SQL_ODD");
  }
}
