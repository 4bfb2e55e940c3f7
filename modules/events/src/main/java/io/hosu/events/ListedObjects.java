package io.hosu.events;

import io.hosu.kernel.Ids;
import io.hosu.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** Objects that were worked on though no rule took their events, as another object lists them. */
public final class ListedObjects {
  /** A version and its event are made in one transaction. */
  private static final Duration APART = Duration.ofMinutes(1);

  private ListedObjects() {}

  /**
   * Has the events with which these versions came count as taken, so that nobody is told that
   * nothing reads them.
   *
   * @param versions ids of versions of objects
   */
  public static void taken(Transaction tx, Collection<String> versions) {
    tx.updateAll(
        """
        UPDATE events SET matched = 1 WHERE matched = 0 AND source = 'hosu.objects'
          AND detail_type = 'Object Created' AND time >= ? AND time <= ? AND detail LIKE ?\
        """,
        versions.stream().map(ListedObjects::args).toList());
  }

  private static List<Object> args(String version) {
    Instant made = Ids.timeOf(version);
    return List.of(made.minus(APART), made.plus(APART), "%\"" + version + "\"%");
  }
}
