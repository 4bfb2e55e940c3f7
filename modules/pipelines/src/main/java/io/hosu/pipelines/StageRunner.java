package io.hosu.pipelines;

import io.hosu.events.DeadLetters;
import io.hosu.events.EventLog;
import io.hosu.events.ListedObjects;
import io.hosu.events.Queues;
import io.hosu.kernel.Event;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Legible;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import io.hosu.tables.TablesError;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes one attempt: finds its input, has it transformed, and publishes the outcome, the end of the
 * execution, the deletion of its messages, the ledger and the event in one transaction. May be used
 * from any thread.
 */
final class StageRunner {
  private static final int MOST_ROUNDS = 20;

  private final Database database;
  private final Queues queues;
  private final EventLog events;
  private final Inputs inputs;
  private final Transforming transforming;
  private final InstantSource clock;
  private final Circuits circuits;
  private final ClearedLetters cleared;

  StageRunner(
      Database database,
      Queues queues,
      EventLog events,
      Inputs inputs,
      Transforming transforming,
      InstantSource clock) {
    this.database = database;
    this.queues = queues;
    this.events = events;
    this.inputs = inputs;
    this.transforming = transforming;
    this.clock = clock;
    this.circuits = new Circuits(events);
    this.cleared = new ClearedLetters(new DeadLetters(queues));
  }

  /**
   * Makes the attempt. When others changed what it was based on before it could publish, it begins
   * again.
   *
   * @param stop ends the transform from outside
   * @param publishes run once the transform is done and only publishing is left
   */
  StageOutcome attempt(Claim claim, Stop stop, Runnable publishes) {
    Steps steps = new Steps(clock);
    List<InputObject> read = new ArrayList<>();
    try {
      for (int round = 1; ; round++) {
        try {
          return once(claim, read, new Handles(steps, stop, publishes));
        } catch (Changed e) {
          if (round == MOST_ROUNDS) {
            throw e.conflict();
          }
        }
      }
    } catch (HeldNoLonger _) {
      return new StageOutcome.TakenOver(steps.course());
    } catch (RuntimeException e) {
      return Causes.of(e, claim.stage(), steps.course()).having(read);
    }
  }

  /** What an attempt tells while it is made, and what ends it. */
  private record Handles(Steps steps, Stop stop, Runnable publishes) {}

  private StageOutcome once(Claim claim, List<InputObject> read, Handles handles) {
    Steps steps = handles.steps();
    Inputs.Resolved resolved = steps.time("read", () -> inputs.resolve(claim));
    read.clear();
    read.addAll(resolved.objects());
    steps.begins(inputsOf(resolved));
    if (resolved.nothingToDo()) {
      handles.publishes().run();
      return publish(claim, resolved, new NothingPrepared(List.of(), List.of()), steps);
    }
    var work =
        new Transforming.Work(
            claim.id(),
            claim.stage(),
            resolved.objects(),
            resolved.events(),
            resolved.redrive(),
            resolved.replaces(),
            claim.deadline(),
            steps,
            handles.stop());
    if (IdleTicks.mayBe(claim) && steps.time("look", () -> transforming.hasNothingNew(work))) {
      handles.publishes().run();
      return forget(claim);
    }
    try (Transforming.Prepared prepared = prepare(work, resolved)) {
      requireInTime(claim);
      prepared.rejection().ifPresent(rejection -> reject(claim, rejection));
      handles.publishes().run();
      return publish(claim, resolved, prepared, steps);
    }
  }

  private Transforming.Prepared prepare(Transforming.Work work, Inputs.Resolved resolved) {
    try {
      return transforming.prepare(work);
    } catch (Conflict e) {
      throw new Changed(e);
    } catch (Invalid e) {
      throw e.code() == TablesError.ROWS_GONE && !stands(work.stage(), resolved)
          ? new Changed(Causes.inputsChanged(work.stage()))
          : e;
    }
  }

  /**
   * Whether nobody processed the same objects since, so that their rows are not where they were.
   */
  private boolean stands(StageSpec stage, Inputs.Resolved resolved) {
    return database.read(tx -> StageInputs.stand(tx, stage.name(), resolved.found()));
  }

  /** Keeps what was rejected where people can look at it, and fails. */
  private void reject(Claim claim, Rejection rejection) {
    database.perform(tx -> {
      if (!ExecutionRows.isHeld(tx, claim.holder())) {
        throw new HeldNoLonger();
      }
      try {
        rejection.keep(tx);
      } catch (Conflict e) {
        throw new Changed(e);
      }
    });
    throw rejection.failure();
  }

  private StageOutcome forget(Claim claim) {
    database.perform(tx -> {
      if (!IdleTicks.remove(tx, claim.holder())
          || queues.delete(tx, claim.id()) != claim.messages().size()) {
        throw new HeldNoLonger();
      }
    });
    return new StageOutcome.Idle();
  }

  private void requireInTime(Claim claim) {
    if (clock.instant().isAfter(claim.deadline())) {
      throw Causes.timedOut(claim.stage());
    }
  }

  private StageOutcome publish(
      Claim claim, Inputs.Resolved resolved, Transforming.Prepared prepared, Steps steps) {
    Instant from = clock.instant();
    database.write(tx -> publish(tx, claim, resolved, prepared, steps, from));
    return new StageOutcome.Published(prepared.figures());
  }

  private boolean publish(
      Transaction tx,
      Claim claim,
      Inputs.Resolved resolved,
      Transforming.Prepared prepared,
      Steps steps,
      Instant from) {
    Instant now = clock.instant();
    Optional<String> clearing = cleared.clear(tx, claim, resolved);
    if (!ExecutionRows.succeed(
        tx,
        claim.holder(),
        prepared.figures(),
        prepared.fingerprint(),
        note(resolved, prepared, clearing),
        now)) {
      throw new HeldNoLonger();
    }
    if (!StageInputs.replace(tx, claim.stage().name(), resolved.entries(), resolved.found())) {
      throw new Changed(Causes.inputsChanged(claim.stage()));
    }
    if (!Rollbacks.stand(tx, prepared.inputs()) || !RedriveRows.isWhole(tx, resolved.replaces())) {
      throw new Changed(Causes.inputsChanged(claim.stage()));
    }
    List<ExecutionOutput> outputs = publishTables(tx, prepared);
    CorrectedEvents.keep(tx, claim.id(), claim.messages());
    if (queues.delete(tx, claim.id()) != claim.messages().size()) {
      throw new HeldNoLonger();
    }
    ExecutionRecords.replaceInputs(tx, claim.holder(), inputsOf(resolved, prepared));
    ExecutionRecords.addOutputs(tx, claim.id(), outputs);
    if (claim.stage().on() instanceof Trigger.Manifest && !resolved.objects().isEmpty()) {
      ListedObjects.taken(tx, resolved.objects().stream().map(InputObject::version).toList());
    }
    ExecutionEvents.succeeded(events, tx, claim.execution(), prepared.figures());
    if (!resolved.nothingToDo()) {
      StageFailures.end(tx, events, claim.execution());
      circuits.succeeded(tx, claim, now);
    }
    ExecutionRecords.addAttempt(tx, claim.holder(), succeeded(claim, steps, from));
    return true;
  }

  private static @Nullable String note(
      Inputs.Resolved resolved, Transforming.Prepared prepared, Optional<String> clearing) {
    List<String> notes = new ArrayList<>();
    clearing.ifPresent(notes::add);
    if (resolved.note() != null) {
      notes.add(resolved.note());
    }
    notes.addAll(prepared.warnings());
    return notes.isEmpty() ? null : Legible.of(String.join(" ", notes));
  }

  private static List<ExecutionOutput> publishTables(
      Transaction tx, Transforming.Prepared prepared) {
    try {
      return prepared.publish(tx);
    } catch (Conflict e) {
      throw new Changed(e);
    }
  }

  /** To be said last in the transaction, which is most of what publishing takes. */
  private Attempt succeeded(Claim claim, Steps steps, Instant from) {
    return new Attempt(
        claim.execution().tries().attempt(),
        claim.server(),
        claim.startedAt(),
        clock.instant(),
        Attempt.Outcome.SUCCEEDED,
        null,
        steps.course("publish", from));
  }

  private static List<ExecutionInput> inputsOf(
      Inputs.Resolved resolved, Transforming.Prepared prepared) {
    List<ExecutionInput> all = inputsOf(resolved);
    all.addAll(prepared.inputs());
    return all;
  }

  private static List<ExecutionInput> inputsOf(Inputs.Resolved resolved) {
    List<ExecutionInput> all = new ArrayList<>();
    for (InputObject object : resolved.objects()) {
      all.add(
          new ExecutionInput(
              ExecutionInput.Kind.OBJECT, object.text(), object.version(), object.bytes()));
    }
    for (Event event : resolved.events()) {
      all.add(new ExecutionInput(ExecutionInput.Kind.EVENT, event.id(), "", 0));
    }
    return all;
  }

  /** The execution is another's by now. */
  private static final class HeldNoLonger extends RuntimeException {
    private static final long serialVersionUID = 1L;

    HeldNoLonger() {
      super("The execution is held no longer.", null, false, false);
    }
  }

  /** What the attempt was based on has changed: it must begin again. */
  private static final class Changed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Conflict conflict;

    Changed(Conflict conflict) {
      super(conflict.what(), conflict, false, false);
      this.conflict = conflict;
    }

    Conflict conflict() {
      return conflict;
    }
  }
}
