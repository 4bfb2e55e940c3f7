package io.hosu.pipelines;

import io.hosu.events.DeadLetterCause;
import io.hosu.events.DeadLetters;
import io.hosu.events.Message;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Cancels executions that have not ended. One that publishes at the same time has either published
 * or is cancelled, never both: both are writes that name a status which only one of them finds. May
 * be used from any thread.
 */
public final class Cancelling {
  private final Pipelines.Parts parts;
  private final Attempts attempts;
  private final Runnable ended;

  Cancelling(Pipelines.Parts parts, Attempts attempts, Runnable ended) {
    this.parts = parts;
    this.attempts = attempts;
    this.ended = ended;
  }

  /** What becomes of the messages of a cancelled execution. */
  public enum Messages {
    /** They become dead letters, until somebody redrives them. */
    SET_ASIDE,
    /** They go back into their queue, and start another execution. */
    RETURN
  }

  /**
   * Cancels an execution; what works on it is ended, on this server at once, on another at its next
   * beat. One that is cancelled already stays as it is; messages of it that were set aside are not
   * put back by asking again, which is refused.
   *
   * @param by the principal who asks
   * @throws NotFound {@link PipelinesError#EXECUTION_NOT_FOUND}
   * @throws Conflict {@link PipelinesError#EXECUTION_ENDED}
   */
  public Execution cancel(String idOrBeginning, Messages messages, String by, Seen seen) {
    return cancel(idOrBeginning, messages, by, seen, _ -> {});
  }

  /**
   * The same.
   *
   * @param recorded keeps in the same transaction that it was allowed
   */
  Execution cancel(
      String idOrBeginning,
      Messages messages,
      String by,
      Seen seen,
      Consumer<Transaction> recorded) {
    return parts
        .database()
        .write(tx -> {
          Execution cancelled =
              cancel(tx, Executions.require(tx, idOrBeginning, seen), messages, by);
          recorded.accept(tx);
          return cancelled;
        });
  }

  private Execution cancel(Transaction tx, Execution execution, Messages messages, String by) {
    return switch (execution.status()) {
      case CANCELLED -> again(tx, execution, messages);
      case SUCCEEDED, FAILED -> throw ended(execution);
      case PENDING, RUNNING -> cancelOpen(tx, execution, messages, by);
    };
  }

  private Execution again(Transaction tx, Execution execution, Messages messages) {
    int letters = new DeadLetters(parts.queues()).ofExecution(tx, execution.id()).size();
    if (messages == Messages.RETURN && letters > 0) {
      throw new Conflict(
          PipelinesError.EXECUTION_ENDED,
          "Execution %s was cancelled before, and %s."
              .formatted(execution.id(), became(Messages.SET_ASIDE, letters)),
          "To have them done after all: hosu retry " + execution.id());
    }
    return execution;
  }

  private Execution cancelOpen(Transaction tx, Execution execution, Messages messages, String by) {
    String id = execution.id();
    Instant now = parts.clock().instant();
    Optional<ExecutionRows.Held> held = ExecutionRows.held(tx, id);
    List<Message> taken = parts.queues().held(tx, id);
    int count = taken.size();
    CorrectedEvents.keep(tx, id, taken);
    Execution cancelled = ExecutionRows.cancel(tx, id, note(messages, count, by), now);
    held.ifPresent(running -> recordAttempt(tx, running, now));
    switch (messages) {
      case SET_ASIDE -> {
        if (count > 0) {
          parts.queues().bury(tx, id, cause(execution, by));
        }
      }
      case RETURN -> parts.queues().release(tx, id, now);
    }
    ExecutionEvents.cancelled(parts.events(), tx, cancelled, by);
    tx.afterCommit(() -> {
      attempts.stop(id);
      ended.run();
    });
    return cancelled;
  }

  private static String note(Messages messages, int count, String by) {
    return count == 0
        ? "Cancelled by %s.".formatted(by)
        : "Cancelled by %s; %s.".formatted(by, became(messages, count));
  }

  private static String became(Messages messages, int count) {
    String some = count == 1 ? "1 message" : count + " messages";
    return switch (messages) {
      case SET_ASIDE -> some + (count == 1 ? " became a dead letter" : " became dead letters");
      case RETURN -> some + " went back into the queue";
    };
  }

  private static void recordAttempt(Transaction tx, ExecutionRows.Held held, Instant now) {
    Execution execution = held.execution();
    Instant started = execution.times().startedAt();
    ExecutionRecords.addAttempt(
        tx,
        held.holder(),
        new Attempt(
            execution.tries().attempt(),
            held.holder().server(),
            started == null ? execution.times().createdAt() : started,
            now,
            Attempt.Outcome.CANCELLED,
            null,
            Course.UNKNOWN));
  }

  private static DeadLetterCause cause(Execution execution, String by) {
    return DeadLetterCause.of(
            PipelinesError.EXECUTION_CANCELLED.name(),
            "%s cancelled execution %s of stage %s."
                .formatted(by, execution.id(), execution.stage()),
            "To have it done after all: hosu retry " + execution.id())
        .in(execution.id());
  }

  private static Conflict ended(Execution execution) {
    return new Conflict(
        PipelinesError.EXECUTION_ENDED,
        "Execution %s has ended: %s.".formatted(execution.id(), execution.status()),
        execution.status() == ExecutionStatus.SUCCEEDED
            ? "To take its outcome back: hosu rollback " + execution.id()
            : "Look at its dead letters: hosu dlq list");
  }
}
