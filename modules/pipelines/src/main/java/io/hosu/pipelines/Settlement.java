package io.hosu.pipelines;

import io.hosu.events.DeadLetterCause;
import io.hosu.events.EventLog;
import io.hosu.events.Message;
import io.hosu.events.Queues;
import io.hosu.kernel.ErrorCode.Fault;
import io.hosu.kernel.Ids;
import io.hosu.kernel.StageName;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What happens after an attempt that published nothing: it is tried again later, or the guilty
 * messages become dead letters and the others go on without them. Each is one transaction, fenced
 * by the attempt that holds the execution. May be used from any thread.
 */
final class Settlement {
  /** How many attempts of one execution may be lost before it is given up. */
  static final int MOST_LOSSES = 5;

  private final Database database;
  private final Queues queues;
  private final EventLog events;
  private final InstantSource clock;
  private final Ids ids;

  Settlement(Database database, Queues queues, EventLog events, InstantSource clock, Ids ids) {
    this.database = database;
    this.queues = queues;
    this.events = events;
    this.clock = clock;
    this.ids = ids;
  }

  /** Settles a failed attempt; returns the executions that wait for an attempt because of it. */
  List<ExecutionRows.Waiting> fail(Claim claim, StageOutcome.Failed failed) {
    return database.write(tx -> fail(tx, claim, failed));
  }

  private List<ExecutionRows.Waiting> fail(
      Transaction tx, Claim claim, StageOutcome.Failed failed) {
    Instant now = clock.instant();
    Retry retry = claim.stage().running().retry();
    int failures = claim.execution().tries().failures() + 1;
    var wait = retry.waitAfter(failures);
    if (failed.fault() == Fault.SOFT && wait.isPresent()) {
      Instant nextAt = now.plus(wait.get());
      if (ExecutionRows.retryAt(tx, claim.holder(), failed.cause(), nextAt).isEmpty()) {
        return List.of();
      }
      recordFailure(tx, claim, failed, now);
      return List.of(new ExecutionRows.Waiting(claim.id(), claim.stage().name(), nextAt));
    }
    GivenUp givenUp =
        new GivenUp(
            claim.holder(),
            claim.execution(),
            claim.messages(),
            failed.cause(),
            failed.blame(),
            new Execution.Tries(0, failed.fault() == Fault.SOFT ? retry.attempts() : 0, 0, now));
    List<ExecutionRows.Waiting> waiting = new ArrayList<>();
    if (giveUp(tx, givenUp, waiting, now)) {
      recordFailure(tx, claim, failed, now);
    }
    return waiting;
  }

  private static void recordFailure(
      Transaction tx, Claim claim, StageOutcome.Failed failed, Instant now) {
    ExecutionRows.recordAttempt(
        tx,
        claim.holder(),
        new Attempt(
            claim.execution().tries().attempt(),
            claim.server(),
            claim.startedAt(),
            now,
            Attempt.Outcome.FAILED,
            new Attempt.Failure(failed.cause().code(), failed.cause().what()),
            failed.steps()));
  }

  /** Gives back what this server does not bring to an end because it stops. */
  void stop(Claim claim) {
    database.write(tx -> {
      Instant now = clock.instant();
      if (ExecutionRows.giveBack(tx, claim.holder(), 0, now)) {
        recordEnd(tx, claim.holder(), claim.startedAt(), Attempt.Outcome.STOPPED, now);
      }
      return now;
    });
  }

  private static void recordEnd(
      Transaction tx,
      ExecutionRows.Holder holder,
      Instant startedAt,
      Attempt.Outcome outcome,
      Instant now) {
    ExecutionRows.recordAttempt(
        tx,
        holder,
        new Attempt(holder.attempt(), holder.server(), startedAt, now, outcome, null, List.of()));
  }

  /**
   * Takes back the executions of servers that went silent, some at a time.
   *
   * @param self the id of this server, whose executions are not lost
   * @return those that wait for an attempt now; when empty, none was left
   */
  List<ExecutionRows.Waiting> recoverLost(String self) {
    return database.write(tx -> {
      Instant now = clock.instant();
      List<ExecutionRows.Waiting> waiting = new ArrayList<>();
      ExecutionRows.lost(tx, self, now).forEach(held -> lose(tx, held, waiting, now));
      return waiting;
    });
  }

  /** Takes back one execution that nobody works on any more. */
  List<ExecutionRows.Waiting> recover(ExecutionRows.Held held) {
    return database.write(tx -> {
      List<ExecutionRows.Waiting> waiting = new ArrayList<>();
      lose(tx, held, waiting, clock.instant());
      return waiting;
    });
  }

  private void lose(
      Transaction tx, ExecutionRows.Held held, List<ExecutionRows.Waiting> waiting, Instant now) {
    Execution execution = held.execution();
    Instant startedAt = execution.times().startedAt();
    if (execution.tries().losses() + 1 < MOST_LOSSES) {
      if (!ExecutionRows.giveBack(tx, held.holder(), 1, now)) {
        return;
      }
      waiting.add(new ExecutionRows.Waiting(execution.id(), execution.stage(), now));
    } else if (!giveUp(tx, lostForGood(tx, held), waiting, now)) {
      return;
    }
    recordEnd(
        tx,
        held.holder(),
        startedAt == null ? execution.times().createdAt() : startedAt,
        Attempt.Outcome.LOST,
        now);
  }

  private GivenUp lostForGood(Transaction tx, ExecutionRows.Held held) {
    Cause cause =
        new Cause(
            PipelinesError.EXECUTION_LOST.name(),
            "The server ended %d times while it worked on this, each time without a trace."
                .formatted(MOST_LOSSES),
            "Look into the server's log for what ended it; then: hosu dlq redrive --all",
            Cause.Place.UNKNOWN);
    return new GivenUp(
        held.holder(),
        held.execution(),
        queues.held(tx, held.execution().id()),
        cause,
        StageOutcome.Blame.INPUT,
        new Execution.Tries(0, 0, MOST_LOSSES - 1, null));
  }

  /**
   * An execution that is given up.
   *
   * @param next how many failures and losses those begin with that go on from it
   */
  private record GivenUp(
      ExecutionRows.Holder holder,
      Execution execution,
      List<Message> messages,
      Cause cause,
      StageOutcome.Blame blame,
      Execution.Tries next) {

    StageName stage() {
      return execution.stage();
    }
  }

  private boolean giveUp(
      Transaction tx, GivenUp givenUp, List<ExecutionRows.Waiting> waiting, Instant now) {
    Batches batches = Batches.after(givenUp.messages(), givenUp.cause(), givenUp.blame());
    List<String> children = new ArrayList<>();
    batches.goingOn().forEach(_ -> children.add(ids.next()));
    Optional<Execution> ended =
        ExecutionRows.fail(tx, givenUp.holder(), givenUp.cause(), note(batches, children), now);
    if (ended.isEmpty()) {
      return false;
    }
    for (int i = 0; i < children.size(); i++) {
      goOn(tx, givenUp, children.get(i), batches.goingOn().get(i), now);
      waiting.add(new ExecutionRows.Waiting(children.get(i), givenUp.stage(), now));
    }
    setAside(tx, givenUp);
    if (!batches.guilty().isEmpty()) {
      queues.bury(tx, givenUp.execution().id(), deadLetterCause(givenUp));
    }
    ExecutionEvents.failed(events, tx, ended.get());
    return true;
  }

  private static String note(Batches batches, List<String> children) {
    int others = batches.goingOn().stream().mapToInt(List::size).sum();
    if (children.isEmpty()) {
      return batches.guilty().isEmpty()
          ? "A person started it: no message became a dead letter."
          : "%d messages became dead letters.".formatted(batches.guilty().size());
    }
    return "%d messages became dead letters; the other %d went on in %s."
        .formatted(batches.guilty().size(), others, String.join(" and ", children));
  }

  private void goOn(
      Transaction tx, GivenUp givenUp, String child, List<Message> messages, Instant now) {
    var start =
        new ExecutionRows.Start(
            child, givenUp.stage(), Execution.By.SPLIT, givenUp.execution().id());
    ExecutionRows.insertPending(
        tx,
        start,
        messages.stream().map(message -> message.event().id()).toList(),
        givenUp.next().failures(),
        givenUp.next().losses(),
        now);
    queues.hand(tx, messages, child);
  }

  /** Keeps the objects of the batch out of the input of others until they have succeeded. */
  private static void setAside(Transaction tx, GivenUp givenUp) {
    Map<String, String> versions = new LinkedHashMap<>();
    for (Message message : givenUp.messages()) {
      EventObject.of(message.event())
          .ifPresent(object -> versions.put(object.name().toString(), object.version()));
    }
    StageInputs.setAside(tx, givenUp.stage(), versions, givenUp.execution().id());
  }

  private static DeadLetterCause deadLetterCause(GivenUp givenUp) {
    Cause cause = givenUp.cause();
    return new DeadLetterCause(
        cause.code(),
        cause.what(),
        cause.remedy(),
        Optional.ofNullable(cause.place().object()),
        Optional.ofNullable(cause.place().line()),
        Optional.ofNullable(cause.place().sample()),
        Optional.of(givenUp.execution().id()));
  }
}
