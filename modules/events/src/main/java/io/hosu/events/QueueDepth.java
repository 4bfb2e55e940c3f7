package io.hosu.events;

import static java.util.stream.Collectors.toMap;

import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * How much a queue holds.
 *
 * @param visible messages that can be received now
 * @param inFlight messages that a receiver has
 * @param delayed messages that wait for their time
 * @param oldest when the message that waits longest was sent
 */
public record QueueDepth(long visible, long inFlight, long delayed, Optional<Instant> oldest) {
  private static final String DEPTHS =
      """
      SELECT queue,
        SUM(CASE WHEN visible_at <= ? THEN 1 ELSE 0 END) AS visible,
        SUM(CASE WHEN visible_at > ? AND receipt IS NOT NULL THEN 1 ELSE 0 END) AS in_flight,
        SUM(CASE WHEN visible_at > ? AND receipt IS NULL THEN 1 ELSE 0 END) AS delayed,
        MIN(sent_at) AS oldest
      FROM messages
      """;

  /** Nothing. */
  public static final QueueDepth EMPTY = new QueueDepth(0, 0, 0, Optional.empty());

  /** All messages. */
  public long total() {
    return visible + inFlight + delayed;
  }

  /** How much {@code queue} holds at {@code now}. */
  static QueueDepth find(Transaction tx, String queue, Instant now) {
    return tx.find(DEPTHS + " WHERE queue = ? GROUP BY queue", QueueDepth::of, now, now, now, queue)
        .orElse(EMPTY);
  }

  /** How much each queue holds that holds anything, by name. */
  static Map<String, QueueDepth> all(Transaction tx, Instant now) {
    return tx
        .list(
            DEPTHS + " GROUP BY queue", row -> Map.entry(row.text("queue"), of(row)), now, now, now)
        .stream()
        .collect(toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static QueueDepth of(Row row) {
    return new QueueDepth(
        row.number("visible"),
        row.number("in_flight"),
        row.number("delayed"),
        row.optionalInstant("oldest"));
  }
}
