package io.hosu.events;

import io.hosu.kernel.Json;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Makes dead letters of messages that nobody will work on, whoever holds them. May be used from any
 * thread.
 */
public final class Burying {
  private static final int AT_ONCE = 500;

  private final Queues queues;

  public Burying(Queues queues) {
    this.queues = queues;
  }

  /** A message, and under which receipt somebody holds it. */
  private record Found(Message message, Optional<String> receipt) {
    static Found of(Row row) {
      return new Found(Message.of(row), row.optionalText("receipt"));
    }
  }

  /** How many messages of a queue, held or not, are chosen. */
  public static long count(Transaction tx, String queue, Predicate<Message> chosen) {
    long count = 0;
    List<Found> some = List.of();
    do {
      some = after(tx, queue, some);
      count += some.stream().map(Found::message).filter(chosen).count();
    } while (some.size() == AT_ONCE);
    return count;
  }

  /**
   * Makes dead letters of the chosen messages of a queue, with an event for each ({@code Message
   * Dead-Lettered}).
   *
   * @return the receipts under which some of them were held
   */
  public Set<String> bury(
      Transaction tx, String queue, Predicate<Message> chosen, DeadLetterCause cause) {
    Set<String> receipts = new HashSet<>();
    List<Found> some = List.of();
    do {
      some = after(tx, queue, some);
      List<Found> going = some.stream().filter(one -> chosen.test(one.message())).toList();
      going.forEach(one -> one.receipt().ifPresent(receipts::add));
      bury(tx, going.stream().map(Found::message).toList(), cause);
    } while (some.size() == AT_ONCE);
    return Set.copyOf(receipts);
  }

  private void bury(Transaction tx, List<Message> messages, DeadLetterCause cause) {
    Instant now = queues.now();
    List<DeadLetter> letters = new ArrayList<>(messages.size());
    for (Message message : messages) {
      tx.update(
          "DELETE FROM messages WHERE queue = ? AND seq = ? AND id = ?",
          message.queue(),
          message.seq(),
          message.id());
      letters.add(DeadLetter.of(message, cause, now));
    }
    MessageGroups.changed(
        tx,
        messages.stream()
            .flatMap(
                one -> one.group().map(key -> new MessageGroups.Group(one.queue(), key)).stream())
            .toList());
    if (!letters.isEmpty()) {
      DeadLetterRows.insert(tx, letters);
    }
    letters.forEach(letter -> queues.append(tx, "Message Dead-Lettered", letter, Json.object()));
  }

  private static List<Found> after(Transaction tx, String queue, List<Found> before) {
    Message last = before.isEmpty() ? null : before.getLast().message();
    long seq = last == null ? -1 : last.seq();
    return tx.list(
        "SELECT * FROM messages WHERE queue = ? AND (seq > ? OR (seq = ? AND id > ?))"
            + " ORDER BY seq, id LIMIT ?",
        Found::of,
        queue,
        seq,
        seq,
        last == null ? "" : last.id(),
        AT_ONCE);
  }
}
