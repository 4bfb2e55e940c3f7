package io.hosu.pipelines;

import io.hosu.events.Lot;
import io.hosu.events.Lots;
import io.hosu.kernel.Event;
import io.hosu.kernel.StageName;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Sends the parts of backfills, as many at a time as may be worked on, to stages that are not held
 * back: one transaction sends the messages of a part, makes the execution that has them, and marks
 * the part as sent. A part is over when none of its messages is left in the queue, but for those of
 * sets that are not complete.
 */
final class BackfillFeeder {
  private final Pipelines.Parts parts;
  private final Stages stages;
  private final Standstill standstill;
  private final Lots lots;
  private final DispatcherInbox inbox;

  BackfillFeeder(Pipelines.Parts parts, Stages stages, StageHolds holds, DispatcherInbox inbox) {
    this.parts = parts;
    this.stages = stages;
    this.standstill = new Standstill(stages, holds);
    this.lots = new Lots(parts.queues(), parts.clock(), parts.ids());
    this.inbox = inbox;
  }

  /** What came of looking at all backfills. */
  enum Looked {
    /** None is under way. */
    IDLE,
    /** Nothing could be done for those that are, until executions end. */
    WAITING,
    /** Something was done, and there may be more. */
    MOVED
  }

  /** Does for each backfill what can be done at once. */
  Looked step() {
    List<Backfill> all = parts.database().read(BackfillRows::unended);
    Looked looked = all.isEmpty() ? Looked.IDLE : Looked.WAITING;
    for (Backfill backfill : all) {
      boolean due = parts.database().read(tx -> Turn.of(this, tx, backfill).isDue());
      if (due && parts.database().write(tx -> move(tx, backfill.id()))) {
        looked = Looked.MOVED;
      }
    }
    return looked;
  }

  private boolean move(Transaction tx, String id) {
    Optional<Backfill> backfill =
        BackfillRows.find(tx, id).filter(one -> one.status() != Backfill.Status.DONE);
    if (backfill.isEmpty()) {
      return false;
    }
    Instant now = parts.clock().instant();
    Turn turn = Turn.of(this, tx, backfill.get());
    for (BackfillRows.Sent sent : turn.over()) {
      BackfillRows.ended(tx, sent.part(), sent.lot().deadLetters(tx), now);
    }
    for (Ready ready : turn.ready()) {
      BackfillRows.sent(tx, ready.part(), send(tx, ready, now));
    }
    if (turn.isLast()) {
      BackfillRows.end(tx, id, Backfill.Status.DONE, now);
    }
    return true;
  }

  /**
   * Whether nothing of a part will move by itself: nothing is left of it, or what is left belongs
   * to a set that is not complete, and waits as it would without a backfill.
   */
  static boolean isOver(Transaction tx, Lot lot, Instant now) {
    return !lot.isThere(tx) || lot.isPutOff(tx, now);
  }

  /** A part that may be sent to its stage. */
  private record Ready(BackfillRows.Part part, StageSpec stage) {}

  /**
   * What can be done for a backfill, on one state of the lake.
   *
   * @param over parts of which nothing is left
   * @param ready parts that may be sent
   * @param isLast whether everything was sent and is over
   */
  private record Turn(List<BackfillRows.Sent> over, List<Ready> ready, boolean isLast) {
    static Turn of(BackfillFeeder feeder, Transaction tx, Backfill backfill) {
      List<BackfillRows.Sent> open = BackfillRows.open(tx, backfill.id());
      List<BackfillRows.Sent> over =
          open.stream()
              .filter(sent -> isOver(tx, sent.lot(), feeder.parts.clock().instant()))
              .toList();
      Map<StageName, Integer> counts = new HashMap<>();
      open.forEach(sent -> counts.merge(sent.part().stage(), 1, Integer::sum));
      over.forEach(sent -> counts.merge(sent.part().stage(), -1, Integer::sum));
      if (backfill.status() == Backfill.Status.CANCELLED) {
        return new Turn(over, List.of(), false);
      }
      List<BackfillRows.Part> next = BackfillRows.next(tx, backfill.id());
      List<Ready> ready =
          next.stream()
              .flatMap(part ->
                  feeder.stages.find(tx, part.stage()).stream()
                      .filter(stage -> feeder.standstill.of(tx, stage.name()).isEmpty())
                      .filter(stage ->
                          counts.getOrDefault(stage.name(), 0) < concurrency(backfill, stage))
                      .map(stage -> new Ready(part, stage)))
              .toList();
      return new Turn(over, ready, next.isEmpty() && over.size() == open.size());
    }

    private static int concurrency(Backfill backfill, StageSpec stage) {
      return backfill.wanted().concurrency().orElse(stage.running().concurrency());
    }

    boolean isDue() {
      return isLast || !over.isEmpty() || !ready.isEmpty();
    }
  }

  private Lot send(Transaction tx, Ready ready, Instant now) {
    StageSpec stage = ready.stage();
    List<Again.Version> objects = BackfillRows.items(tx, ready.part());
    // An execution that reads all objects needs to be told of one.
    List<Again.Version> told = BackfillPlan.isOneRun(stage) ? List.of(objects.getLast()) : objects;
    List<Event> events =
        told.stream()
            .map(object ->
                Again.event(parts.ids().next(), now, stage.name().domain(), object, Again.BACKFILL))
            .toList();
    String queue = stage.name().toString();
    // Messages of a group wait until those before them are over.
    return StageSources.isGrouped(stage)
        ? lots.send(tx, queue, events)
        : lots.hand(tx, queue, events, start(tx, ready, events, now), Claims.HELD);
  }

  private String start(Transaction tx, Ready ready, List<Event> events, Instant now) {
    String id = parts.ids().next();
    StageName stage = ready.stage().name();
    var start = new ExecutionRows.Start(id, stage, Execution.By.BACKFILL, ready.part().backfill());
    ExecutionRows.insertPending(tx, start, events.stream().map(Event::id).toList(), 0, 0, now);
    tx.afterCommit(() -> inbox.waiting(new ExecutionRows.Waiting(id, stage, now)));
    return id;
  }
}
