package io.hosu.query.engine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What an engine said and used in one session. It is the caller's, so that it is there for a
 * session that could not be opened, and for one whose engine died. May be used from any thread.
 */
public final class SessionRecord {
  private static final int MOST_LINES = 200;
  private static final int LONGEST = 500;

  private final Deque<String> lines = new ArrayDeque<>();
  private long leftOut;
  private Duration cpu = Duration.ZERO;

  synchronized void says(String line) {
    lines.add(line.length() > LONGEST ? line.substring(0, LONGEST) + "..." : line);
    if (lines.size() > MOST_LINES) {
      lines.remove();
      leftOut++;
    }
  }

  synchronized void used(Duration more) {
    cpu = cpu.plus(more);
  }

  /** What it said, in order, each line with its time; of very many the last. */
  public synchronized List<String> lines() {
    List<String> all = new ArrayList<>(lines);
    if (leftOut > 0) {
      all.addFirst("(%d earlier lines are left out)".formatted(leftOut));
    }
    return List.copyOf(all);
  }

  /**
   * The processor time of all that was done in the session, reading the input too. Of an engine
   * that died, what it had told, a second before at the latest.
   */
  public synchronized Duration cpu() {
    return cpu;
  }
}
