package io.hosu.tables;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The appends that wait for one table, in their order. May be used from any thread. */
final class AppendLine {
  private final Deque<WaitingAppend> waiting = new ArrayDeque<>();
  private boolean served;

  /**
   * Joins the line.
   *
   * @return whether nobody serves it, so that whoever called must see to it
   */
  synchronized boolean join(WaitingAppend append) {
    waiting.add(append);
    boolean first = !served;
    served = true;
    return first;
  }

  /** Whether somebody waits; if not, the line is not served any more from here on. */
  synchronized boolean isWaiting() {
    served = !waiting.isEmpty();
    return served;
  }

  /** Takes out those in front. */
  synchronized List<WaitingAppend> take(int most) {
    List<WaitingAppend> taken = new ArrayList<>();
    while (taken.size() < most && !waiting.isEmpty()) {
      taken.add(waiting.remove());
    }
    return taken;
  }
}
