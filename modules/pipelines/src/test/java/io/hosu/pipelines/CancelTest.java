package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hosu.events.EventFilter;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.pipelines.Cancelling.Messages;
import io.hosu.testing.CrashPoints;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CancelTest extends InWorld {
  @BeforeEach
  void open() {
    server.apply(
        World.stage(
            "a.p.add",
            new Trigger.Objects(List.of("raw/a/**")),
            Target.Mode.APPEND,
            Batch.STANDARD,
            World.TWO_RETRIES));
  }

  private Execution execution() {
    return server.pipelines.executions().list(ExecutionFilter.ALL, 1, null).items().getFirst();
  }

  private Execution cancel(Messages messages) {
    return server.pipelines.cancelling().cancel(execution().id(), messages, "user:ann", Seen.ALL);
  }

  private void start(String key) {
    world.put(key, "x");
    server.router.routeOnce();
    server.pipelines.step();
  }

  @Test
  void aRunningExecutionThatIsCancelledPublishesNothing() {
    start("a/1.ok");
    Execution cancelled = cancel(Messages.SET_ASIDE);

    server.settle();

    assertThat(cancelled.status()).isEqualTo(ExecutionStatus.CANCELLED);
    assertThat(cancelled.result().note())
        .isEqualTo("Cancelled by user:ann; 1 message became a dead letter.");
    assertThat(world.rows("add")).isEmpty();
    assertThat(execution().status()).isEqualTo(ExecutionStatus.CANCELLED);
    assertThat(world.deadLetters())
        .extracting(letter -> letter.cause().code())
        .containsExactly("EXECUTION_CANCELLED");
    assertThat(server.pipelines.executions().require(execution().id()).attempts())
        .extracting(Attempt::outcome)
        .containsExactly(Attempt.Outcome.CANCELLED);
    assertThat(world.events(EventFilter.ALL.detailType("Execution Cancelled"))).hasSize(1);
    assertThat(server.pipelines.pending().isNone()).isTrue();
  }

  @Test
  void oneThatHasPublishedCannotBeCancelled() {
    start("a/1.ok");
    server.settle();

    assertThatExceptionOfType(Conflict.class)
        .isThrownBy(() -> cancel(Messages.SET_ASIDE))
        .extracting(HosuException::code)
        .isEqualTo(PipelinesError.EXECUTION_ENDED);
    assertThat(world.rows("add")).containsExactly("a/1.ok=x");
    assertThat(world.deadLetters()).isEmpty();
  }

  @Test
  void oneThatFailsAtTheSameTimeStaysCancelled() {
    start("a/1.bad");
    cancel(Messages.SET_ASIDE);

    server.settle();

    assertThat(execution().status()).isEqualTo(ExecutionStatus.CANCELLED);
    assertThat(world.deadLetters()).hasSize(1);
    assertThat(world.database.read(StageFailures::all)).isEmpty();
  }

  @Test
  void oneThatWaitsForItsNextAttemptIsCancelledToo() {
    start("a/1.flaky");
    server.settle();
    assertThat(execution().status()).isEqualTo(ExecutionStatus.PENDING);

    cancel(Messages.SET_ASIDE);
    server.finish();

    assertThat(execution().status()).isEqualTo(ExecutionStatus.CANCELLED);
    assertThat(execution().tries().attempt()).isEqualTo(1);
    assertThat(world.deadLetters()).hasSize(1);
  }

  @Test
  void messagesThatAreReturnedStartAnotherExecution() {
    start("a/1.ok");
    Execution cancelled = cancel(Messages.RETURN);

    server.settle();

    assertThat(cancelled.result().note()).endsWith("1 message went back into the queue.");
    assertThat(world.deadLetters()).isEmpty();
    assertThat(world.rows("add")).containsExactly("a/1.ok=x");
    assertThat(execution().id()).isNotEqualTo(cancelled.id());
  }

  @Test
  void theDeadLettersOfACancelledExecutionAreDoneAfterAll() {
    start("a/1.ok");
    Execution cancelled = cancel(Messages.SET_ASIDE);
    server.settle();

    server.pipelines.retrying().retry(cancelled.id(), "user:ann", Seen.ALL);
    server.settle();

    assertThat(world.rows("add")).containsExactly("a/1.ok=x");
    assertThat(world.deadLetters()).isEmpty();
  }

  @Test
  void messagesThatWereSetAsideAreNotReturnedByCancellingOnceMore() {
    start("a/1.ok");
    String id = cancel(Messages.SET_ASIDE).id();
    server.settle();

    assertThatExceptionOfType(Conflict.class)
        .isThrownBy(() -> cancel(Messages.RETURN))
        .satisfies(refused -> {
          assertThat(refused.what()).endsWith("before, and 1 message became a dead letter.");
          assertThat(refused.remedy()).contains("hosu retry " + id);
        });
    assertThat(world.deadLetters()).hasSize(1);
  }

  @Test
  void messagesThatWereReturnedCanBeReturnedOnceMore() {
    start("a/1.ok");
    String id = cancel(Messages.RETURN).id();

    assertThat(server.pipelines.cancelling().cancel(id, Messages.RETURN, "user:ann", Seen.ALL).id())
        .isEqualTo(id);
  }

  @Test
  void cancellingTwiceIsCancellingOnce() {
    start("a/1.ok");
    cancel(Messages.SET_ASIDE);
    cancel(Messages.SET_ASIDE);
    server.settle();

    assertThat(world.deadLetters()).hasSize(1);
    assertThat(world.events(EventFilter.ALL.detailType("Execution Cancelled"))).hasSize(1);
  }

  @Test
  void anExecutionOfAnotherServerIsCancelledToo() {
    start("a/1.ok");
    World.Server other = world.server(CrashPoints.never(), false);
    other.pipelines.cancelling().cancel(execution().id(), Messages.SET_ASIDE, "x", Seen.ALL);

    server.pipelines.beat();
    server.settle();

    assertThat(world.rows("add")).isEmpty();
    assertThat(execution().status()).isEqualTo(ExecutionStatus.CANCELLED);
  }

  @Test
  void whatIsNotThereOrNotSeenCannotBeCancelled() {
    start("a/1.ok");
    Seen nothing = new Seen(_ -> false, _ -> false);

    assertThatExceptionOfType(NotFound.class)
        .isThrownBy(() ->
            server
                .pipelines
                .cancelling()
                .cancel(execution().id(), Messages.SET_ASIDE, "x", nothing));
    assertThatExceptionOfType(NotFound.class)
        .isThrownBy(
            () -> server.pipelines.cancelling().cancel("zzz", Messages.SET_ASIDE, "x", Seen.ALL));
  }
}
