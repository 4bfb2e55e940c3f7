package io.hosu.governance;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts the tries of those who fail too often, by address and door, so that each of them is on
 * record and none of them costs a record: the first of a minute is told at once, the others of that
 * minute as one. Remembers a bounded number of addresses, and tells early of those that it forgets.
 * May be used from any thread.
 */
final class SlowedSignIns {
  private static final Duration AT_ONCE = Duration.ofMinutes(1);
  private static final int MOST = 10_000;

  private final LinkedHashMap<From, Counted> counted =
      new LinkedHashMap<>(); // those told of first, first

  /** Where tries come from. */
  private record From(Door door, String address) {}

  /** How many came since they were told of. */
  private record Counted(Instant toldAt, long count) {}

  /** How many wrong tries came from an address to a door, which nobody was told of yet. */
  record Tries(Door door, String address, long count) {}

  /** One more; returns those to be told of now. */
  synchronized List<Tries> add(Instant now, Door door, String address) {
    From from = new From(door, address);
    Counted known = counted.get(from);
    if (known != null) {
      counted.put(from, new Counted(known.toldAt, known.count + 1));
      return List.of();
    }
    List<Tries> told = new ArrayList<>();
    told.add(new Tries(door, address, 1));
    counted.put(from, new Counted(now, 0));
    if (counted.size() > MOST) {
      tell(counted.firstEntry(), told);
      counted.pollFirstEntry();
    }
    return told;
  }

  /** Those that are to be told of, as their minute is over. */
  synchronized List<Tries> due(Instant now) {
    List<Tries> told = new ArrayList<>();
    while (!counted.isEmpty()
        && !now.isBefore(counted.firstEntry().getValue().toldAt.plus(AT_ONCE))) {
      tell(counted.pollFirstEntry(), told);
    }
    return told;
  }

  /** All that nobody was told of yet. */
  synchronized List<Tries> all() {
    List<Tries> told = new ArrayList<>();
    counted.entrySet().forEach(one -> tell(one, told));
    counted.clear();
    return told;
  }

  private static void tell(Map.Entry<From, Counted> one, List<Tries> told) {
    if (one.getValue().count > 0) {
      told.add(new Tries(one.getKey().door, one.getKey().address, one.getValue().count));
    }
  }
}
