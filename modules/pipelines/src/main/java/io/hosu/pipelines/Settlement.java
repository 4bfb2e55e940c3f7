package io.hosu.pipelines;

import io.hosu.events.EventLog;
import io.hosu.events.Message;
import io.hosu.events.Queues;
import io.hosu.kernel.ErrorCode.Fault;
import io.hosu.kernel.Ids;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

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
  private final GivingUp givingUp;
  private final InstantSource clock;
  private final Circuits circuits;

  Settlement(Database database, Queues queues, EventLog events, InstantSource clock, Ids ids) {
    this.database = database;
    this.queues = queues;
    this.givingUp = new GivingUp(queues, events, clock, ids);
    this.clock = clock;
    this.circuits = new Circuits(events);
  }

  /** A failed attempt as it counts. */
  StageOutcome.Failed weighed(Claim claim, StageOutcome.Failed failed) {
    return database.read(tx -> EngineDeaths.weighed(tx, claim, failed));
  }

  /**
   * Settles an attempt that failed as is said; returns the executions that wait for an attempt
   * because of it.
   */
  List<ExecutionRows.Waiting> fail(Claim claim, StageOutcome.Failed failed) {
    return database.write(tx -> fail(tx, claim, failed));
  }

  private List<ExecutionRows.Waiting> fail(
      Transaction tx, Claim claim, StageOutcome.Failed failed) {
    if (!ExecutionRows.isHeld(tx, claim.holder())) {
      cancelled(tx, claim, failed.course());
      return List.of();
    }
    Instant now = clock.instant();
    Optional<Instant> uncounted = circuits.failed(tx, claim, failed, now);
    if (uncounted.isPresent()) {
      return againAt(tx, claim, failed, uncounted.get(), now);
    }
    Retry retry = claim.stage().running().retry();
    int failures = claim.execution().tries().failures() + 1;
    Instant first = ExecutionRecords.firstFailure(tx, claim.id()).orElse(now);
    var nextAt = retry.nextAt(failures, first, now, chance(claim, failures));
    if (failed.fault() == Fault.SOFT && nextAt.isPresent()) {
      if (ExecutionRows.retryAt(tx, claim.holder(), failed.cause(), nextAt.get()).isEmpty()) {
        return List.of();
      }
      recordFailure(tx, claim, failed, now);
      return List.of(new ExecutionRows.Waiting(claim.id(), claim.stage().name(), nextAt.get()));
    }
    GivingUp.Case given =
        new GivingUp.Case(
            claim.holder(),
            claim.execution(),
            batches(claim, failed),
            failed.cause(),
            guiltyOutside(claim, failed),
            new Execution.Tries(0, failed.fault() == Fault.SOFT ? retry.attempts() : 0, 0, now));
    Optional<List<ExecutionRows.Waiting>> waiting = givingUp.end(tx, given);
    if (waiting.isEmpty()) {
      return List.of();
    }
    recordFailure(tx, claim, failed, now);
    return waiting.get();
  }

  /**
   * Keeps what an attempt did that was cancelled while it was under way, which is known only now
   * that it has ended; nothing when it was not.
   */
  void cancelled(Claim claim, Course course) {
    database.perform(tx -> cancelled(tx, claim, course));
  }

  private static void cancelled(Transaction tx, Claim claim, Course course) {
    if (ExecutionRecords.completeCancelled(tx, claim.holder(), course)) {
      ExecutionRows.used(tx, claim.id(), course);
      ExecutionRecords.replaceInputs(tx, claim.holder(), course.reads());
    }
  }

  /** Has it tried again once the circuit of its stage may be closed. */
  private static List<ExecutionRows.Waiting> againAt(
      Transaction tx, Claim claim, StageOutcome.Failed failed, Instant at, Instant now) {
    if (ExecutionRows.postpone(tx, claim.holder(), failed.cause(), at).isEmpty()) {
      return List.of();
    }
    recordFailure(tx, claim, failed, now);
    return List.of(new ExecutionRows.Waiting(claim.id(), claim.stage().name(), at));
  }

  /** The chance that is in the id of the execution, another one for each of its failures. */
  private static RandomGenerator chance(Claim claim, int failures) {
    return new SplittableRandom(31L * claim.id().hashCode() + failures);
  }

  private static Batches batches(Claim claim, StageOutcome.Failed failed) {
    if (failed.blame() == StageOutcome.Blame.STAGE
        || claim.stage().readsTablesAlone()
        || claim.stage().on() instanceof Trigger.OfSets) {
      return Batches.allGuilty(claim.messages());
    }
    boolean narrow = claim.execution().origin().by() == Execution.By.SPLIT;
    boolean readOthers =
        claim.overwrites()
            && claim.stage().on().source() instanceof Trigger.Objects
            && (!narrow || failed.guilty() != null);
    return Batches.after(claim.messages(), Optional.ofNullable(failed.guilty()), readOthers);
  }

  /** The guilty object, when the execution read it without having a message about it. */
  private static @Nullable InputObject guiltyOutside(Claim claim, StageOutcome.Failed failed) {
    InputObject guilty = failed.guilty();
    boolean inside =
        guilty == null
            || !claim.overwrites()
            || claim.stage().on() instanceof Trigger.OfSets
            || claim.messages().isEmpty()
            || claim.messages().stream().anyMatch(message -> Batches.isAbout(message, guilty));
    return inside ? null : guilty;
  }

  private static void recordFailure(
      Transaction tx, Claim claim, StageOutcome.Failed failed, Instant now) {
    ExecutionRows.used(tx, claim.id(), failed.course());
    ExecutionRecords.replaceInputs(tx, claim.holder(), failed.course().reads());
    ExecutionRecords.addAttempt(
        tx,
        claim.holder(),
        new Attempt(
            claim.execution().tries().attempt(),
            claim.server(),
            claim.startedAt(),
            now,
            Attempt.Outcome.FAILED,
            new Attempt.Failure(failed.cause().code(), failed.cause().what()),
            failed.course()));
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
    ExecutionRecords.addAttempt(
        tx,
        holder,
        new Attempt(
            holder.attempt(), holder.server(), startedAt, now, outcome, null, Course.UNKNOWN));
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
    } else {
      Optional<List<ExecutionRows.Waiting>> others = givingUp.end(tx, lostForGood(tx, held));
      if (others.isEmpty()) {
        return;
      }
      waiting.addAll(others.get());
    }
    recordEnd(
        tx,
        held.holder(),
        startedAt == null ? execution.times().createdAt() : startedAt,
        Attempt.Outcome.LOST,
        now);
  }

  private GivingUp.Case lostForGood(Transaction tx, ExecutionRows.Held held) {
    Cause cause =
        new Cause(
            PipelinesError.EXECUTION_LOST.name(),
            "The server ended %d times while it worked on this, each time without a trace."
                .formatted(MOST_LOSSES),
            "Look into the server's log for what ended it; then: hosu dlq redrive --all",
            Cause.Place.UNKNOWN);
    List<Message> messages = queues.held(tx, held.execution().id());
    return new GivingUp.Case(
        held.holder(),
        held.execution(),
        Batches.afterLoss(messages),
        cause,
        null,
        new Execution.Tries(0, 0, MOST_LOSSES - 1, null));
  }
}
