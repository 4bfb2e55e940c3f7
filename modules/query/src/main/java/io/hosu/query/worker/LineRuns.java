package io.hosu.query.worker;

import java.util.Arrays;
import java.util.Set;

/** The lines at which records begin, in order, kept as runs of neighbouring lines. */
final class LineRuns {
  private long[] firsts = new long[16];
  private long[] counts = new long[16];
  private int size;

  /** The next record begins at {@code line}. */
  void add(long line) {
    if (size > 0 && firsts[size - 1] + counts[size - 1] == line) {
      counts[size - 1]++;
      return;
    }
    if (size == firsts.length) {
      firsts = Arrays.copyOf(firsts, size * 2);
      counts = Arrays.copyOf(counts, size * 2);
    }
    firsts[size] = line;
    counts[size++] = 1;
  }

  /** How many runs there are. */
  int size() {
    return size;
  }

  /** The first line of a run. */
  long first(int run) {
    return firsts[run];
  }

  /** How many lines a run has. */
  long count(int run) {
    return counts[run];
  }

  /** The same lines without those in {@code left}. */
  LineRuns without(Set<Long> left) {
    if (left.isEmpty()) {
      return this;
    }
    LineRuns rest = new LineRuns();
    for (int run = 0; run < size; run++) {
      for (long line = firsts[run]; line < firsts[run] + counts[run]; line++) {
        if (!left.contains(line)) {
          rest.add(line);
        }
      }
    }
    return rest;
  }
}
