package io.hosu.pipelines;

import io.hosu.events.Waiting;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the dispatcher knows of one stage: how many of its executions run here, which wait for an
 * attempt that is due, and what waits in its queues. Belongs to the thread of the dispatcher.
 */
final class Lane {
  private static final int MOST_EAGER = 64;

  private StageSpec stage;
  private List<String> queues;
  private boolean grouped;
  private final SequencedSet<String> due = new LinkedHashSet<>();
  private Backlog backlog = Backlog.UNKNOWN;
  private Instant timer = Instant.MIN;
  private int running;
  private int asked;
  private int eagerness = 1;
  private boolean removed;
  private @Nullable Hold hold;

  Lane(StageSpec stage) {
    this.stage = stage;
    this.queues = StageSources.queues(stage);
    this.grouped = StageSources.isGrouped(stage);
  }

  /**
   * What waits in the queues of a stage, as it was when they were looked at.
   *
   * @param known whether they were looked at since something arrived
   * @param count how many messages wait, at most as many as one execution takes
   * @param oldest since when the oldest one waits
   * @param complete whether what waits is a reason to start
   */
  record Backlog(boolean known, int count, Instant oldest, boolean complete) {
    static final Backlog UNKNOWN = new Backlog(false, 0, Instant.MAX, false);
    static final Backlog EMPTY = new Backlog(true, 0, Instant.MAX, false);
  }

  StageSpec stage() {
    return stage;
  }

  List<String> queues() {
    return queues;
  }

  /** Takes another declaration or hold of the same stage, or the first after it was removed. */
  void declare(StageSpec other, @Nullable Hold otherHold) {
    if (!removed && stage.equals(other) && Objects.equals(hold, otherHold)) {
      return;
    }
    removed = false;
    stage = other;
    hold = otherHold;
    queues = StageSources.queues(other);
    grouped = StageSources.isGrouped(other);
    backlog = Backlog.UNKNOWN;
  }

  /** The stage is none any more: nothing starts, and those that run here are still counted. */
  void remove() {
    removed = true;
    due.clear();
  }

  /** Whether there is no more to know of it. */
  boolean isGone() {
    return removed && running == 0;
  }

  /** Something arrived in a queue, or left it: what is known of it no longer holds. */
  void forget() {
    backlog = Backlog.UNKNOWN;
  }

  /** Whether what waits in its queues is known. */
  boolean isKnown() {
    return backlog.known();
  }

  /** Whether another execution may start, if there is anything for it to do. */
  boolean isFree() {
    return capacity() > 0;
  }

  private int capacity() {
    boolean exclusive = stage.into().mode() == Target.Mode.OVERWRITE;
    int most = exclusive ? 1 : stage.running().concurrency();
    boolean mayStart = stage.running().enabled() && !removed && (hold == null || !hold.isPaused());
    return mayStart ? most - running : 0;
  }

  /** Whether only what was there when the stage was told to drain may start. */
  boolean isDraining() {
    return hold != null && !hold.isPaused();
  }

  /** The place in the event log of the newest event that may start anything. */
  long upTo() {
    return hold == null ? Long.MAX_VALUE : hold.upTo();
  }

  /** An execution to start now, those that wait for an attempt first, beside those asked for. */
  Optional<Claims.Want> ask(Instant now) {
    if (!wantsMore(now)) {
      return Optional.empty();
    }
    asked++;
    String execution = due.isEmpty() ? null : due.removeFirst();
    return Optional.of(new Claims.Want(stage, execution, upTo()));
  }

  /** Whether another execution could be asked for, beside those that were and were not answered. */
  boolean wantsMore(Instant now) {
    return asked < capacity() && (!due.isEmpty() || (asked < eagerness && batchIsDue(now)));
  }

  /** Whether only the answer to what was asked for tells if there is more to start. */
  boolean mayHoldMore() {
    return asked < capacity() && asked >= eagerness;
  }

  /** A want of this lane was answered. */
  void answered() {
    asked--;
  }

  /** A want of this lane was not answered: it may be asked again. */
  void unanswered(Claims.Want want) {
    asked--;
    String execution = want.execution();
    if (execution != null) {
      due.addFirst(execution);
    }
  }

  /**
   * Whether its queues must be looked at before it can be told if a batch is due. A stage that
   * waits for nothing need not be: trying to receive tells as much.
   */
  boolean mustBeLookedAt() {
    return !backlog.known() && !queues.isEmpty() && !takesAnything();
  }

  private boolean takesAnything() {
    return queues.size() == 1 && stage.batch().window().isZero();
  }

  /** Learns what waits, by queue. */
  void look(Map<String, Waiting> depths, int most) {
    int count = 0;
    Set<String> filled = new HashSet<>();
    Instant oldest = Instant.MAX;
    for (Map.Entry<String, Waiting> queue : depths.entrySet()) {
      Waiting depth = queue.getValue();
      count = Math.min(most, count + depth.count());
      if (depth.count() > 0) {
        filled.add(queue.getKey());
      }
      Instant first = depth.oldest().orElse(Instant.MAX);
      oldest = first.isBefore(oldest) ? first : oldest;
    }
    backlog = new Backlog(true, count, oldest, StageSources.mayStart(stage, filled));
  }

  /** A full batch was received: there may be more, so that more is asked for at once. */
  void holdsMore() {
    backlog = Backlog.UNKNOWN;
    eagerness = Math.min(2 * eagerness, MOST_EAGER);
  }

  /** Receiving did not fill a batch: the queues are empty until something arrives. */
  void isEmpty() {
    backlog = Backlog.EMPTY;
    eagerness = 1;
  }

  /** Whether a new batch is due. */
  boolean batchIsDue(Instant now) {
    if (queues.isEmpty()) {
      return false;
    }
    if (!backlog.known()) {
      return takesAnything();
    }
    return backlog.complete()
        && (gathers() || backlog.count() >= stage.batch().max() || !windowEnd().isAfter(now));
  }

  /** Whether a schedule says when what waits is taken. */
  private boolean gathers() {
    return stage.on() instanceof Trigger.Gathered;
  }

  /** When a batch becomes due if nothing else arrives, unless that was asked for before. */
  Optional<Instant> nextTimer(Instant now) {
    if (!backlog.complete()
        || gathers()
        || !windowEnd().isAfter(now)
        || windowEnd().equals(timer)) {
      return Optional.empty();
    }
    timer = windowEnd();
    return Optional.of(timer);
  }

  private Instant windowEnd() {
    return backlog.oldest().plus(stage.batch().window());
  }

  void executionIsDue(String execution) {
    due.add(execution);
  }

  boolean hasWork(Instant now) {
    return isFree() && (!due.isEmpty() || batchIsDue(now));
  }

  void started() {
    running++;
  }

  /** An execution is over, and with it what kept the rest of its group waiting. */
  void ended() {
    running--;
    if (grouped) {
      forget();
    }
  }
}
