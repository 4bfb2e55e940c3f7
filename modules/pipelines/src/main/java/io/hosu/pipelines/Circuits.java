package io.hosu.pipelines;

import io.hosu.events.EventLog;
import io.hosu.kernel.ErrorCode.Fault;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.util.Optional;

/**
 * The circuit breakers of stages. Where a stage keeps failing for something that it depends on, its
 * circuit opens: nothing of it starts, and what fails meanwhile is not counted against it. After a
 * while one execution probes; what becomes of it closes the circuit or opens it again. The state is
 * in the database, so that all servers go by it. May be used from any thread.
 */
final class Circuits {
  private final EventLog events;

  Circuits(EventLog events) {
    this.events = events;
  }

  /** Whether something of a stage may start. */
  sealed interface Gate {
    /** Whatever may. */
    record Free() implements Gate {}

    /** One execution, as a probe. */
    record ProbeOnly() implements Gate {}

    /** Nothing: a probe runs. */
    record Probing() implements Gate {}

    /** Nothing until then. */
    record Shut(Instant until) implements Gate {}
  }

  static Gate gate(Transaction tx, StageSpec stage, Instant now) {
    if (stage.running().breaker() == null) {
      return new Gate.Free();
    }
    Optional<Circuit> circuit = Circuit.find(tx, stage.name()).filter(Circuit::isOpen);
    Instant until = circuit.map(Circuit::openUntil).orElse(null);
    if (circuit.isEmpty() || until == null) {
      return new Gate.Free();
    }
    if (now.isBefore(until)) {
      return new Gate.Shut(until);
    }
    String probe = circuit.get().probe();
    return probe != null && ExecutionRows.isRunning(tx, probe)
        ? new Gate.Probing()
        : new Gate.ProbeOnly();
  }

  /** An execution has started that {@link Gate.ProbeOnly} let through. */
  static void probes(Transaction tx, Claim claim) {
    Circuit.find(tx, claim.stage().name())
        .map(open -> new Circuit(open.code(), open.failures(), open.openUntil(), claim.id()))
        .ifPresent(probed -> probed.put(tx, claim.stage().name()));
  }

  /**
   * An attempt failed.
   *
   * @return when it may be made again, without being counted, because the circuit is open; nothing
   *     when it is closed
   */
  Optional<Instant> failed(Transaction tx, Claim claim, StageOutcome.Failed failed, Instant now) {
    Breaker breaker = claim.stage().running().breaker();
    if (breaker == null) {
      return Optional.empty();
    }
    Optional<Circuit> before = Circuit.find(tx, claim.stage().name());
    if (failed.fault() == Fault.HARD) {
      // What it depends on has answered: the data or the SQL is to blame.
      if (before.isPresent() && (!before.get().isOpen() || before.get().isProbe(claim.id()))) {
        close(tx, claim, now);
      }
      return Optional.empty();
    }
    return failed.blame() == StageOutcome.Blame.INPUT
        ? Optional.empty()
        : failedSoftly(tx, claim, breaker, before, failed.cause().code(), now);
  }

  private Optional<Instant> failedSoftly(
      Transaction tx,
      Claim claim,
      Breaker breaker,
      Optional<Circuit> before,
      String code,
      Instant now) {
    Optional<Circuit> open = before.filter(Circuit::isOpen);
    if (open.isPresent() && !open.get().isProbe(claim.id())) {
      Instant until = open.map(Circuit::openUntil).orElse(now);
      return open.filter(circuit -> circuit.code().equals(code))
          .map(_ -> until.isBefore(now) ? now : until);
    }
    int count =
        1
            + before
                .filter(it -> it.isOpen() || it.code().equals(code))
                .map(Circuit::failures)
                .orElse(0);
    boolean opens = open.isPresent() || count >= breaker.failures();
    Circuit after = new Circuit(code, count, opens ? now.plus(breaker.pause()) : null, null);
    after.put(tx, claim.stage().name());
    if (opens && open.isEmpty()) {
      ExecutionEvents.circuit(events, tx, "Circuit Opened", claim.execution(), after.toJson(now));
    }
    return Optional.ofNullable(after.openUntil());
  }

  /** An execution did something and succeeded. */
  void succeeded(Transaction tx, Claim claim, Instant now) {
    if (claim.stage().running().breaker() != null) {
      close(tx, claim, now);
    }
  }

  private void close(Transaction tx, Claim claim, Instant now) {
    Circuit.remove(tx, claim.stage().name())
        .filter(Circuit::isOpen)
        .ifPresent(before ->
            ExecutionEvents.circuit(
                events, tx, "Circuit Closed", claim.execution(), before.toJson(now)));
  }
}
