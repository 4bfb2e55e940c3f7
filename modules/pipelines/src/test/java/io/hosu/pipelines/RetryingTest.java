package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hosu.kernel.ErrorCode;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.StageName;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Executions that are run again. */
class RetryingTest extends InWorld {
  private static final StageName ADD = StageName.parse("a.p.add");

  @BeforeEach
  void open() {
    server.apply(adding());
  }

  private static StageSpec adding() {
    return World.stage(
        "a.p.add",
        new Trigger.Objects(List.of("raw/a/**")),
        Target.Mode.APPEND,
        Batch.STANDARD,
        World.TWO_RETRIES);
  }

  private Execution newest(ExecutionStatus status) {
    return server.pipelines.executions().list(ExecutionFilter.ALL, 99, null).items().stream()
        .filter(execution -> execution.status() == status)
        .findFirst()
        .orElseThrow();
  }

  private Execution retry(Execution execution) {
    return server.pipelines.retrying().retry(execution.id(), "user:ann", Seen.ALL);
  }

  private Execution now(Execution execution) {
    return server.pipelines.executions().require(execution.id()).execution();
  }

  private void refuses(Execution execution, ErrorCode code) {
    assertThatExceptionOfType(Conflict.class)
        .isThrownBy(() -> retry(execution))
        .satisfies(e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void aFailedExecutionIsRunAgainInOneExecutionThatNamesIt() {
    world.put("a/1.odd", "x");
    server.finish();
    Execution failed = newest(ExecutionStatus.FAILED);
    world.put("a/1.odd", "good");

    Execution made = retry(failed);

    assertThat(world.deadLetters()).isEmpty();
    assertThat(made.origin().by()).isEqualTo(Execution.By.RETRY);
    assertThat(made.origin().parent()).isEqualTo(failed.id());
    assertThat(made.origin().events()).isEqualTo(failed.origin().events());
    server.finish();
    assertThat(now(made).status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    assertThat(world.rows("add")).containsExactly("a/1.odd=good");
    assertThat(world.deadLetters()).isEmpty();
    assertThat(server.pipelines.pending().isNone()).isTrue();
  }

  @Test
  void askedTwiceItIsDoneOnce() {
    world.put("a/1.odd", "x");
    server.finish();
    Execution failed = newest(ExecutionStatus.FAILED);

    Execution first = retry(failed);
    Execution second = retry(failed);
    server.finish();
    Execution third = retry(failed);

    assertThat(second.id()).isEqualTo(first.id());
    assertThat(third.id()).isEqualTo(first.id());
    assertThat(third.status()).isEqualTo(ExecutionStatus.FAILED);
    assertThat(world.deadLetters()).hasSize(1);
  }

  @Test
  void aRetryThatFailsAgainIsRetriedItself() {
    world.put("a/1.odd", "x");
    server.finish();
    Execution first = retry(newest(ExecutionStatus.FAILED));
    server.finish();

    Execution second = retry(first);
    server.finish();

    assertThat(second.origin().parent()).isEqualTo(first.id());
    assertThat(world.deadLetters())
        .singleElement()
        .satisfies(letter -> assertThat(letter.cause().execution()).contains(second.id()));
  }

  @Test
  void aFailedExecutionThatAPersonStartedRunsAnew() {
    world.put("b/1.odd", "x");
    server.apply(
        World.stage(
            "a.p.add",
            new Trigger.Objects(List.of("raw/b/**")),
            Target.Mode.APPEND,
            Batch.STANDARD,
            World.TWO_RETRIES));
    Execution byHand = server.pipelines.run(ADD);
    server.finish();
    assertThat(now(byHand).status()).isEqualTo(ExecutionStatus.FAILED);
    world.put("b/1.odd", "good");

    Execution made = retry(byHand);
    server.finish();

    assertThat(made.origin().messages()).isZero();
    assertThat(now(made).status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    assertThat(world.rows("add")).containsExactly("b/1.odd=good");
  }

  @Test
  void whatSucceededIsRefusedWithTheWayToDoItAnew() {
    world.put("a/1.ok", "x");
    server.finish();
    Execution succeeded = newest(ExecutionStatus.SUCCEEDED);

    refuses(succeeded, PipelinesError.EXECUTION_SUCCEEDED);
  }

  @Test
  void whatHasNotEndedIsRefused() {
    world.put("a/1.flaky", "x");
    server.settle();

    refuses(newest(ExecutionStatus.PENDING), PipelinesError.EXECUTION_NOT_ENDED);
  }

  @Test
  void whatWentOnInOtherExecutionsIsRefusedAndTheyAreNamed() {
    world.put("a/1.odd", "x");
    world.put("a/2.ok", "x");
    server.settle();
    Execution whole =
        server.pipelines.executions().list(ExecutionFilter.ALL, 99, null).items().getLast();

    refuses(whole, PipelinesError.NOTHING_TO_RETRY);
  }

  @Test
  void whatWasRedrivenOrDroppedIsRefused() {
    world.put("a/1.odd", "x");
    server.finish();
    Execution failed = newest(ExecutionStatus.FAILED);
    world.redrive(List.of(world.deadLetters().getFirst().id()));

    refuses(failed, PipelinesError.NOTHING_TO_RETRY);
  }

  @Test
  void anExecutionThatIsNotSeenIsNotThere() {
    world.put("a/1.odd", "x");
    server.finish();
    Execution failed = newest(ExecutionStatus.FAILED);

    assertThatExceptionOfType(NotFound.class)
        .isThrownBy(() ->
            server
                .pipelines
                .retrying()
                .retry(failed.id(), "user:ann", new Seen(_ -> false, _ -> false)));
    assertThat(world.deadLetters()).hasSize(1);
  }
}
