package io.hosu.pipelines;

import io.hosu.kernel.StageName;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;

/**
 * Whose turn it is when a place for an execution is free. Teams share the places of a server by
 * start-time fair queueing: each start moves a team on by one part of its weight, and the team that
 * is furthest behind is next; one that had no work takes its place among the others, without claims
 * from the time it was away. A team that holds more places than its share comes after those that
 * hold less, so that long executions do not fill the server. What is free goes to whoever has work.
 *
 * <p>So a team that holds no place gets the next one that is free, however much waits for others,
 * but for teams that were as patient. Inside a team the rule is that of {@link TeamTurns}.
 *
 * <p>Only teams that have work are looked at. Belongs to the thread of the dispatcher.
 */
final class Shares {
  private static final long WHOLE = 1L << 32;

  private final int places;
  private final Map<String, Share> byTeam = new HashMap<>();
  private final SequencedSet<Share> waiting = new LinkedHashSet<>();
  private final Map<String, Integer> running = new HashMap<>();
  private Map<String, Teams.Owning> teams = Map.of();
  private long time;

  /**
   * Shares of a server.
   *
   * @param places how many executions may transform at the same time
   */
  Shares(int places) {
    this.places = places;
  }

  /** What is known of one team. */
  private static final class Share {
    private Teams.Owning owning;
    private final TeamTurns turns = new TeamTurns();
    private long pass;
    private int running;

    Share(Teams.Owning owning) {
      this.owning = owning;
    }

    Team team() {
      return owning.team();
    }

    long step() {
      return WHOLE / team().weight();
    }

    boolean isFull() {
      return team().concurrency().isPresent() && running >= team().concurrency().getAsInt();
    }
  }

  /** Takes in the teams as they are now; the stages that have work must be offered again. */
  void learn(Map<String, Teams.Owning> now) {
    teams = Map.copyOf(now);
    waiting.clear();
    byTeam
        .values()
        .forEach(share -> {
          share.turns.clear();
          share.running = 0;
        });
    running.forEach((domain, count) -> share(domain).running += count);
    byTeam.values().removeIf(share -> share.running == 0);
  }

  private Share share(String domain) {
    Teams.Owning owning = teams.get(domain);
    Teams.Owning known = owning == null ? Teams.alone(domain) : owning;
    Share share = byTeam.computeIfAbsent(known.team().name(), _ -> new Share(known));
    share.owning = known;
    return share;
  }

  /** The team of a domain. */
  Teams.Owning team(String domain) {
    return share(domain).owning;
  }

  /** A stage has work, and may start an execution. */
  void offer(StageName stage, int priority) {
    Share share = share(stage.domain());
    if (share.turns.isEmpty()) {
      share.pass = Math.max(share.pass, now());
    }
    share.turns.offer(stage, priority);
    waiting.add(share);
  }

  /** Where a team begins that had no work: beside the one that would be next. */
  private long now() {
    long weights = weights();
    return waiting.stream()
        .filter(share -> !share.isFull() && isBelow(share, weights))
        .mapToLong(share -> share.pass)
        .reduce(time, Math::min);
  }

  /** Whether stages of the team of {@code stage} wait for a turn that have a lower priority. */
  boolean anyBelow(StageName stage, int priority) {
    return share(stage.domain()).turns.anyBelow(priority);
  }

  /** A stage has no work, or may not start any. */
  void withdraw(StageName stage) {
    Share share = share(stage.domain());
    share.turns.withdraw(stage);
    settle(share);
  }

  private void settle(Share share) {
    if (share.turns.isEmpty()) {
      waiting.remove(share);
      if (share.running == 0 && share.pass <= time) {
        byTeam.remove(share.team().name());
      }
    }
  }

  /** Whether a stage has work that may have a place. */
  boolean any() {
    return waiting.stream().anyMatch(share -> !share.isFull());
  }

  /**
   * The stage whose turn it is. It is charged with a place until {@link #ended}, and offered no
   * longer.
   */
  Optional<StageName> next() {
    Optional<Share> first = first();
    first.ifPresent(share -> {
      time = Math.max(time, share.pass);
      share.pass += share.step();
    });
    return first.map(share -> {
      StageName stage = share.turns.next();
      share.running++;
      running.merge(stage.domain(), 1, Integer::sum);
      waiting.remove(share);
      if (!share.turns.isEmpty()) {
        waiting.add(share);
      }
      return stage;
    });
  }

  /** The waiting team that comes first; of equals, the one that has waited longest for its turn. */
  private Optional<Share> first() {
    long weights = weights();
    return waiting.stream()
        .filter(share -> !share.isFull())
        .min(
            Comparator.<Share, Boolean>comparing(share -> !isBelow(share, weights))
                .thenComparingLong(share -> share.pass)
                .thenComparingInt(share -> share.running));
  }

  /** Whether a team holds less than its part of the places, rounded up. */
  private boolean isBelow(Share share, long weights) {
    return share.running * weights < (long) places * share.team().weight();
  }

  private long weights() {
    return byTeam.values().stream()
        .filter(share -> share.running > 0 || !share.turns.isEmpty())
        .mapToLong(share -> share.team().weight())
        .sum();
  }

  /** Nothing came of a turn: it is not counted. */
  void undo(StageName stage) {
    Share share = share(stage.domain());
    share.pass -= share.step();
    ended(stage);
  }

  /** An execution of a stage left its place. */
  void ended(StageName stage) {
    Share share = share(stage.domain());
    share.running--;
    running.computeIfPresent(stage.domain(), (_, count) -> count == 1 ? null : count - 1);
    settle(share);
  }
}
