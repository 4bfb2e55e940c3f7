package io.hosu.events;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.hosu.kernel.Event;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Json;
import io.hosu.kernel.Page;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Messages that were set aside with their cause. May be used from any thread. */
public final class DeadLetters {
  private static final int AT_ONCE = 100;

  private final Queues queues;

  public DeadLetters(Queues queues) {
    this.queues = queues;
  }

  /** The dead letters that {@code filter} lets through, the latest message first. */
  public Page<DeadLetter> list(Transaction tx, DeadLetterFilter filter, int limit) {
    return list(tx, filter, limit, Optional.empty(), _ -> true);
  }

  /**
   * The same of those that {@code seen} lets through; the others are as good as not there.
   *
   * @param next where the part begins, as the part before gave it; empty for the first
   */
  public Page<DeadLetter> list(
      Transaction tx,
      DeadLetterFilter filter,
      int limit,
      Optional<String> next,
      Predicate<DeadLetter> seen) {
    List<DeadLetter> found = new ArrayList<>();
    Optional<String> from = next;
    do {
      Page<DeadLetter> part = part(tx, filter, limit + 1, from);
      part.items().stream().filter(seen).forEach(found::add);
      from = part.nextToken();
    } while (found.size() <= limit && from.isPresent());
    return found.size() <= limit
        ? Page.last(found)
        : new Page<>(found.subList(0, limit), found.get(limit).id());
  }

  private static Page<DeadLetter> part(
      Transaction tx, DeadLetterFilter filter, int limit, Optional<String> from) {
    Conditions where = filter.conditions();
    where.add("id <= ?", from);
    List<DeadLetter> found =
        tx.list(
            "SELECT "
                + DeadLetterRows.COLUMNS
                + " FROM dead_letters"
                + where.where()
                + " ORDER BY id DESC LIMIT ?",
            DeadLetterRows::read,
            where.argsAnd(limit + 1));
    return found.size() <= limit
        ? Page.last(found)
        : new Page<>(found.subList(0, limit), found.get(limit).id());
  }

  /**
   * The dead letter whose id is, or alone begins with, {@code id}, among those that {@code seen}
   * lets through; the others are as good as not there.
   *
   * @throws Invalid {@link EventsError#DEAD_LETTER_AMBIGUOUS}
   */
  public Optional<DeadLetter> find(Transaction tx, String id, Predicate<DeadLetter> seen) {
    String beginning = id.strip().toLowerCase(Locale.ROOT);
    if (beginning.isEmpty()) {
      return Optional.empty();
    }
    List<DeadLetter> found = new ArrayList<>();
    List<DeadLetter> part = List.of();
    do {
      String from = part.isEmpty() ? beginning : part.getLast().id() + " ";
      part =
          tx.list(
              "SELECT %s FROM dead_letters WHERE id >= ? AND id < ? ORDER BY id LIMIT %d"
                  .formatted(DeadLetterRows.COLUMNS, AT_ONCE),
              DeadLetterRows::read,
              from,
              beginning + "~");
      part.stream().filter(seen).forEach(found::add);
    } while (found.size() < 2 && part.size() == AT_ONCE);
    if (found.size() > 1) {
      throw ambiguous(id);
    }
    return found.stream().findFirst();
  }

  private static Invalid ambiguous(String id) {
    return new Invalid(
        EventsError.DEAD_LETTER_AMBIGUOUS,
        "Several dead letters' ids begin with '%s'.".formatted(id),
        "Write more of the id; see them with: hosu dlq list");
  }

  /**
   * The dead letter whose id is, or alone begins with, {@code id}, among all of them.
   *
   * @throws Invalid {@link EventsError#DEAD_LETTER_AMBIGUOUS}
   */
  public Optional<DeadLetter> find(Transaction tx, String id) {
    return find(tx, id, _ -> true);
  }

  /**
   * The dead letter whose id is, or alone begins with, {@code id}, among those that {@code seen}
   * lets through; the others are as good as not there.
   *
   * @throws NotFound {@link EventsError#DEAD_LETTER_NOT_FOUND}
   * @throws Invalid {@link EventsError#DEAD_LETTER_AMBIGUOUS}
   */
  public DeadLetter require(Transaction tx, String id, Predicate<DeadLetter> seen) {
    return find(tx, id, seen).orElseThrow(() -> notFound(id));
  }

  static NotFound notFound(String id) {
    return new NotFound(
        EventsError.DEAD_LETTER_NOT_FOUND,
        "There is no dead letter %s.".formatted(id),
        "See which there are with: hosu dlq list");
  }

  /**
   * The dead letter whose id is, or alone begins with, {@code id}, among all of them.
   *
   * @throws NotFound {@link EventsError#DEAD_LETTER_NOT_FOUND}
   * @throws Invalid {@link EventsError#DEAD_LETTER_AMBIGUOUS}
   */
  public DeadLetter require(Transaction tx, String id) {
    return require(tx, id, _ -> true);
  }

  /**
   * The message whose id is, or alone begins with, {@code id}, and which was a dead letter and was
   * sent again, among those of queues that {@code seen} lets through: what is known of it for as
   * long as events are kept.
   *
   * @throws Invalid {@link EventsError#DEAD_LETTER_AMBIGUOUS}
   */
  public Optional<Redriven> findRedriven(Transaction tx, String id, Predicate<String> seen) {
    String beginning = id.strip().toLowerCase(Locale.ROOT);
    List<Redriven> found =
        beginning.isEmpty()
            ? List.of()
            : Redrives.last(tx, beginning).stream().filter(one -> seen.test(one.queue())).toList();
    if (found.size() > 1) {
      throw ambiguous(id);
    }
    return found.stream().findFirst();
  }

  /** Those of the executions that dead letters name as the ones that failed. */
  public Set<String> amongExecutions(Transaction tx, Collection<String> executions) {
    return executions.stream()
        .filter(id ->
            tx.find(
                    "SELECT id FROM dead_letters WHERE execution = ? LIMIT 1",
                    row -> row.text("id"),
                    id)
                .isPresent())
        .collect(toUnmodifiableSet());
  }

  /** The ids of those that name {@code execution} as the one that failed, in order. */
  public List<String> ofExecution(Transaction tx, String execution) {
    return tx.list(
        "SELECT id FROM dead_letters WHERE execution = ? ORDER BY id",
        row -> row.text("id"),
        execution);
  }

  /** How many there are. */
  public long count(Transaction tx) {
    return tx.number("SELECT COUNT(*) FROM dead_letters");
  }

  /**
   * Puts dead letters back into their queues, visible at once, with an event for each ({@code Dead
   * Letter Redriven}). What is no dead letter any more is left out: a redrive said twice is one.
   *
   * @param ids whole ids
   * @param by the principal who asked
   * @return what was put back
   * @throws NotFound {@link EventsError#QUEUE_NOT_FOUND} when a queue is gone; nothing is put back
   */
  public List<DeadLetter> redrive(Transaction tx, Collection<String> ids, String by) {
    List<DeadLetter> letters = remove(tx, ids);
    for (DeadLetter letter : letters) {
      queues.sendAgain(tx, letter);
      Redrives.add(tx, letter, by, queues.now());
      queues.append(tx, "Dead Letter Redriven", letter, Json.object().put("by", by));
    }
    return letters;
  }

  /**
   * Puts a corrected event in the place of a dead letter's, with an event ({@code Dead Letter
   * Edited}). What happened stays known beside it, and is in its place again once the two are
   * equal.
   *
   * @param id a whole id
   * @param corrected what shall be worked on; all but its detail and its resources is what happened
   * @param by the principal who asked
   * @return the dead letter as it is now; empty when it is none any more
   * @throws Invalid {@link EventsError#EVENT_UNCHANGEABLE}
   */
  public Optional<DeadLetter> edit(Transaction tx, String id, Event corrected, String by) {
    Optional<DeadLetter> found = DeadLetterRows.find(tx, id);
    if (found.isEmpty()) {
      return found;
    }
    Event happened = found.get().edit().map(DeadLetter.Edit::original).orElse(found.get().event());
    Event allowed = happened.with(corrected.resources(), corrected.detail());
    if (!allowed.equals(corrected)) {
      throw new Invalid(
          EventsError.EVENT_UNCHANGEABLE,
          "Of the event of dead letter %s more than detail and resources was changed."
              .formatted(id),
          "Leave id, source, detail-type, account and time as they are: hosu dlq edit " + id);
    }
    Instant now = queues.now();
    Optional<DeadLetter> edited =
        allowed.equals(happened)
            ? DeadLetterRows.restore(tx, id, happened)
            : DeadLetterRows.edit(tx, id, allowed, happened, by, now);
    edited.ifPresent(
        letter -> queues.append(tx, "Dead Letter Edited", letter, Json.object().put("by", by)));
    return edited;
  }

  /** How often a message was redriven until now, by whom, and why it had to be, in order. */
  public List<Redrive> redrives(Transaction tx, String id) {
    return Redrives.of(tx, id);
  }

  /**
   * Gives a dead letter up, with an event ({@code Dead Letter Dropped}); false when it is none any
   * more.
   *
   * @param id a whole id
   * @param by the principal who asked
   */
  public boolean drop(Transaction tx, String id, String by) {
    List<DeadLetter> letters = remove(tx, List.of(id));
    letters.forEach(letter -> {
      Redrives.remove(tx, letter.id());
      queues.append(tx, "Dead Letter Dropped", letter, Json.object().put("by", by));
    });
    return !letters.isEmpty();
  }

  /** Those of a queue whose event has {@code text} as one of its values, in order. */
  public List<DeadLetter> mentioning(Transaction tx, String queue, String text) {
    return DeadLetterRows.mentioning(tx, queue, text);
  }

  /** Those of a queue about the very event that {@code letter} is about, itself included. */
  public List<DeadLetter> ofSameEvent(Transaction tx, DeadLetter letter) {
    return DeadLetterRows.at(tx, letter.queue(), letter.seq()).stream()
        .filter(other -> other.event().id().equals(letter.event().id()))
        .toList();
  }

  /**
   * Ends dead letters of which nothing is left to be done, with an event for each ({@code Dead
   * Letter Cleared}).
   *
   * @param ids whole ids
   * @param execution the one that did what they were about
   */
  public void clear(Transaction tx, Collection<String> ids, String execution) {
    for (DeadLetter letter : remove(tx, ids)) {
      Redrives.remove(tx, letter.id());
      queues.append(tx, "Dead Letter Cleared", letter, Json.object().put("cleared_by", execution));
    }
  }

  private static List<DeadLetter> remove(Transaction tx, Collection<String> ids) {
    return ids.stream().sorted().flatMap(id -> DeadLetterRows.remove(tx, id).stream()).toList();
  }
}
