package io.hosu.pipelines;

import io.hosu.kernel.StageName;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Whose turn it is among the stages of one team that have work: of those of the highest priority
 * the one that has waited longest. But after {@value Running#STARTS_BY_PRIORITY} such turns it is
 * that of the stage that has waited longest of all: with n stages, each has its turn within 8n.
 */
final class TeamTurns {
  private final SequencedSet<StageName> all = new LinkedHashSet<>();
  private final SortedMap<Integer, SequencedSet<StageName>> byPriority =
      new TreeMap<>(Comparator.reverseOrder());
  private final Map<StageName, Integer> priorities = new HashMap<>();
  private int byPriorityInARow;

  /** A stage has work; one that waits for its turn already keeps its place. */
  void offer(StageName stage, int priority) {
    Integer before = priorities.put(stage, priority);
    if (before != null && before != priority) {
      drop(stage, before);
    }
    all.add(stage);
    byPriority.computeIfAbsent(priority, _ -> new LinkedHashSet<>()).add(stage);
  }

  /** A stage waits for no turn any more. */
  void withdraw(StageName stage) {
    Integer priority = priorities.remove(stage);
    if (priority != null) {
      all.remove(stage);
      drop(stage, priority);
    }
  }

  private void drop(StageName stage, int priority) {
    byPriority.computeIfPresent(
        priority,
        (_, stages) -> {
          stages.remove(stage);
          return stages.isEmpty() ? null : stages;
        });
  }

  /** Whether a stage of a priority lower than this one waits. */
  boolean anyBelow(int priority) {
    return !byPriority.isEmpty() && byPriority.lastKey() < priority;
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  void clear() {
    all.clear();
    byPriority.clear();
    priorities.clear();
  }

  /** The stage whose turn it is; it waits no longer. There must be one. */
  StageName next() {
    boolean longest = byPriorityInARow == Running.STARTS_BY_PRIORITY;
    StageName stage = longest ? all.getFirst() : byPriority.firstEntry().getValue().getFirst();
    byPriorityInARow = longest ? 0 : byPriorityInARow + 1;
    withdraw(stage);
    return stage;
  }
}
