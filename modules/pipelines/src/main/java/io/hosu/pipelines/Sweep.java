package io.hosu.pipelines;

import io.hosu.events.Queues;
import io.hosu.kernel.StageName;
import io.hosu.store.Database;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the dispatcher does at its start and at every beat of its lease: keeps the lease, takes back
 * executions that nobody works on any more, and looks for stages and for work that no signal told
 * of because another server made them, or because the signal was lost with a process.
 */
final class Sweep {
  /** Of one stage at one beat: more than is worked on until the next. */
  private static final int MOST_WAITING = 10_000;

  private final Database database;
  private final Queues queues;
  private final Settlement settlement;
  private final Attempts attempts;
  private final StageHolds holds;
  private final ServerLease lease;
  private final DispatcherInbox inbox;
  private final InstantSource clock;

  Sweep(
      Database database,
      Queues queues,
      Settlement settlement,
      Attempts attempts,
      StageHolds holds,
      ServerLease lease,
      DispatcherInbox inbox,
      InstantSource clock) {
    this.database = database;
    this.queues = queues;
    this.settlement = settlement;
    this.attempts = attempts;
    this.holds = holds;
    this.lease = lease;
    this.inbox = inbox;
    this.clock = clock;
  }

  /** Takes the lease of this server, and all that earlier ones left behind. */
  void begin(boolean alone) {
    database.write(tx -> {
      lease.begin(tx, alone, clock.instant());
      return alone;
    });
    sweep();
  }

  /**
   * One beat.
   *
   * @return when to do so again: a beat later, or before it when the lease of another server ends
   */
  Instant sweep() {
    if (!attempts.running().isEmpty()) {
      database.write(tx -> {
        lease.keep(tx, clock.instant());
        return lease;
      });
    }
    recoverOrphans();
    recoverLost();
    holds.endDrained();
    inbox.stagesChanged();
    tellWhatWaits();
    return next();
  }

  private Instant next() {
    Instant now = clock.instant();
    Instant beat = now.plus(lease.beat());
    return database.read(tx -> lease.nextToEnd(tx, now)).filter(beat::isAfter).orElse(beat);
  }

  /** Executions in the name of this server that it does not know of: their settlement failed. */
  private void recoverOrphans() {
    Set<String> gone = new HashSet<>(attempts.running());
    for (ExecutionRows.Held held : database.read(tx -> ExecutionRows.heldBy(tx, lease.id()))) {
      if (!gone.remove(held.execution().id())) {
        settlement.recover(held).forEach(inbox::waiting);
      }
    }
    // Cancelled elsewhere, or taken over: their work would come to nothing.
    gone.forEach(attempts::stop);
  }

  private void recoverLost() {
    while (database.read(tx -> ExecutionRows.anyLost(tx, lease.id(), clock.instant()))) {
      settlement.recoverLost(lease.id()).forEach(inbox::waiting);
    }
  }

  private void tellWhatWaits() {
    Set<StageName> stages = new HashSet<>();
    List<ExecutionRows.Waiting> waiting =
        database.read(tx -> {
          queues.waitingQueues(tx).forEach(queue -> stages.add(StageSources.stageOf(queue)));
          return ExecutionRows.waiting(tx, MOST_WAITING);
        });
    waiting.forEach(inbox::waiting);
    stages.forEach(inbox::arrived);
  }

  /** Gives back what is under way, and the lease. */
  void end() {
    attempts.stop();
    database.write(tx -> {
      lease.end(tx);
      return lease;
    });
  }
}
