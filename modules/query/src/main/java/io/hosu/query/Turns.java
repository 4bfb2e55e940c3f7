package io.hosu.query;

import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Exhausted;
import io.hosu.query.engine.QueryError;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Whose query runs next, so that no principal can keep the engines from all others.
 *
 * <p>One principal runs at most all queries but one at the same time (one, where there is but one
 * engine), whether others wait or not: what runs is not taken away again, so the last engine has to
 * be kept free for who comes. Those who wait take turns by principal. One principal fills at most
 * half of the queue. May be used from any thread.
 */
final class Turns {
  private final int slots;
  private final int queue;
  private final Map<String, Deque<Turn>> waiting = new LinkedHashMap<>(); // next turn first
  private final Map<String, Integer> running = new HashMap<>();
  private int taken;
  private int queued;
  private @Nullable HosuException closed;

  /**
   * Turns, all free.
   *
   * @param slots how many queries run at the same time
   * @param queue how many wait
   */
  Turns(int slots, int queue) {
    this.slots = slots;
    this.queue = queue;
  }

  /** One query's turn. */
  final class Turn implements AutoCloseable {
    private final String principal;
    private final CompletableFuture<Turn> come = new CompletableFuture<>();
    private boolean over;

    private Turn(String principal) {
      this.principal = principal;
    }

    /** Waits until it has come; throws what {@link #refuse} was given. */
    void await() {
      try {
        come.join();
      } catch (CompletionException e) {
        throw e.getCause() instanceof HosuException why ? why : e;
      }
    }

    /** Whether it has come: true for good, once it is. */
    boolean hasCome() {
      return come.isDone() && !come.isCompletedExceptionally();
    }

    /** Ends the waiting, if it has not ended. */
    void refuse(HosuException why) {
      leave(this, why);
    }

    /** The turn is over, or is not wanted any more. */
    @Override
    public void close() {
      end(this);
    }
  }

  /**
   * A turn for a query of {@code principal}; it may have to be waited for.
   *
   * @throws Exhausted {@link QueryError#ENGINE_BUSY} when too many wait already
   */
  synchronized Turn ask(String principal) {
    if (closed != null) {
      throw closed;
    }
    Deque<Turn> own = waiting.getOrDefault(principal, new ArrayDeque<>());
    boolean free = own.isEmpty() && taken < slots && isBelowShare(principal);
    if (!free) {
      requireRoom(own.size());
    }
    Turn turn = new Turn(principal);
    own.add(turn);
    waiting.putIfAbsent(principal, own);
    queued++;
    grant();
    return turn;
  }

  private void requireRoom(int own) {
    if (queued >= queue) {
      throw busy(
          "All %d engines are at work, and %d queries wait already.".formatted(slots, queue));
    }
    if (own >= (queue + 1) / 2) {
      throw busy("%d queries of yours wait already, half of what may.".formatted(own));
    }
  }

  private static Exhausted busy(String what) {
    return new Exhausted(
        QueryError.ENGINE_BUSY,
        what,
        "Try again later, or raise the settings query.workers or query.queue.");
  }

  private boolean isBelowShare(String principal) {
    return running.getOrDefault(principal, 0) < Math.max(1, slots - 1);
  }

  /** Gives free slots to those who wait: a principal that got one goes to the end of the line. */
  private void grant() {
    for (String principal : List.copyOf(waiting.keySet())) {
      Deque<Turn> own = waiting.get(principal);
      if (own != null && taken < slots && isBelowShare(principal)) {
        waiting.remove(principal);
        Turn turn = own.remove();
        if (!own.isEmpty()) {
          waiting.put(principal, own);
        }
        queued--;
        taken++;
        running.merge(principal, 1, Integer::sum);
        turn.come.complete(turn);
      }
    }
  }

  private synchronized void leave(Turn turn, HosuException why) {
    Deque<Turn> own = waiting.get(turn.principal);
    if (own != null && own.remove(turn)) {
      queued--;
      if (own.isEmpty()) {
        waiting.remove(turn.principal);
      }
      turn.come.completeExceptionally(why);
    }
  }

  private synchronized void end(Turn turn) {
    if (turn.hasCome() && !turn.over) {
      turn.over = true;
      taken--;
      running.computeIfPresent(turn.principal, (_, count) -> count > 1 ? count - 1 : null);
      grant();
    }
  }

  /** How many wait. */
  synchronized int waiting() {
    return queued;
  }

  /** Refuses all that wait, and all that come. */
  synchronized void close(HosuException why) {
    closed = why;
    List<Turn> left = new ArrayList<>();
    waiting.values().forEach(left::addAll);
    left.forEach(turn -> leave(turn, why));
  }
}
