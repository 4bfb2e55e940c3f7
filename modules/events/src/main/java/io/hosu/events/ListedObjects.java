package io.hosu.events;

import io.hosu.kernel.Ids;
import io.hosu.kernel.Json;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Objects that were worked on though no rule took their events, as another object lists them. */
public final class ListedObjects {
  /** A version and its event are made in one transaction. */
  private static final Duration APART = Duration.ofMinutes(1);

  private static final long NOT_LISTED = -1;

  private ListedObjects() {}

  /**
   * Has the events with which these versions came count as taken, so that nobody is told that
   * nothing reads them.
   *
   * @param versions ids of versions of objects
   */
  public static void taken(Transaction tx, Collection<String> versions) {
    Set<String> wanted = Set.copyOf(versions);
    List<Instant> made = wanted.stream().map(Ids::timeOf).sorted().toList();
    if (made.isEmpty()) {
      return;
    }
    List<List<Long>> taken =
        tx
            .list(
                """
                SELECT seq, detail FROM events WHERE matched = 0 AND source = 'hosu.objects'
                  AND detail_type = 'Object Created' AND time >= ? AND time <= ?\
                """,
                row -> wanted.contains(version(row)) ? row.number("seq") : NOT_LISTED,
                made.getFirst().minus(APART),
                made.getLast().plus(APART))
            .stream()
            .filter(seq -> seq != NOT_LISTED)
            .map(List::of)
            .toList();
    tx.updateAll("UPDATE events SET matched = 1 WHERE seq = ?", taken);
  }

  private static String version(Row row) {
    return Json.parse(row.text("detail")).at("/object/version-id").asText();
  }
}
