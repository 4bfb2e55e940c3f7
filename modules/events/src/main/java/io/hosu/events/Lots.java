package io.hosu.events;

import io.hosu.kernel.Event;
import io.hosu.kernel.Ids;
import io.hosu.kernel.Json;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages together beside any rule, behind those of the events that were appended before.
 * May be used from any thread.
 */
public final class Lots {
  private static final String SEND =
      """
      INSERT INTO messages (queue, seq, id, event, sent_at, visible_at, receives, redriven,
        group_key, receipt) VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?)\
      """;

  private final Queues queues;
  private final InstantSource clock;
  private final Ids ids;

  public Lots(Queues queues, InstantSource clock, Ids ids) {
    this.queues = queues;
    this.clock = clock;
    this.ids = ids;
  }

  /** Who has messages from the beginning, and until when nobody else sees them. */
  private record Holder(@Nullable String receipt, Instant visibleAt, int receives) {}

  /**
   * Sends messages for anybody to receive.
   *
   * @param sent at least one, in the order in which they are to be received
   */
  public Lot send(Transaction tx, String queue, List<Event> sent) {
    Lot lot = insert(tx, queue, sent, new Holder(null, clock.instant(), 0));
    queues.tellAfter(tx, Set.of(queue));
    return lot;
  }

  /**
   * Sends messages into the hands of one who works on them.
   *
   * @param sent at least one, in the order in which they are to be worked on
   * @param receipt what they are called by, as if they had been received
   */
  public Lot hand(
      Transaction tx, String queue, List<Event> sent, String receipt, Instant visibleAt) {
    return insert(tx, queue, sent, new Holder(receipt, visibleAt, 1));
  }

  private Lot insert(Transaction tx, String queue, List<Event> sent, Holder holder) {
    Queues.requireQueue(tx, queue);
    Instant now = clock.instant();
    long seq = EventLog.newest(tx);
    boolean grouped = MessageGroups.isGrouped(tx, queue);
    List<String> made = new ArrayList<>(sent.size());
    List<@Nullable String> groups = new ArrayList<>(sent.size());
    List<List<@Nullable Object>> rows = new ArrayList<>(sent.size());
    for (Event event : sent) {
      made.add(ids.next());
      groups.add(grouped ? MessageGroups.keyOf(tx, queue, event) : null);
      rows.add(
          Arrays.<@Nullable Object>asList(
              queue,
              seq,
              made.getLast(),
              Json.print(event.toJson()),
              now,
              holder.visibleAt(),
              holder.receives(),
              groups.getLast(),
              holder.receipt()));
    }
    tx.updateAll(SEND, rows);
    MessageGroups.changed(
        tx,
        groups.stream()
            .filter(Objects::nonNull)
            .map(group -> new MessageGroups.Group(queue, Objects.requireNonNull(group)))
            .toList());
    return new Lot(
        queue,
        seq,
        made.stream().min(String::compareTo).orElseThrow(),
        made.stream().max(String::compareTo).orElseThrow());
  }
}
