package io.hosu.events;

import static java.util.stream.Collectors.partitioningBy;

import io.hosu.kernel.Event;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Page;
import io.hosu.store.Database;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What people have done with dead letters, each order in a transaction of its own. May be used from
 * any thread.
 */
public final class Redriving {
  private static final int AT_ONCE = 200;

  private final Database database;
  private final DeadLetters letters;
  private final Queues queues;

  public Redriving(Database database, Queues queues) {
    this.database = database;
    this.letters = new DeadLetters(queues);
    this.queues = queues;
  }

  /**
   * Puts dead letters back into their queues, all or none; asked again, it does nothing.
   *
   * @param ids whole ids
   * @param by the principal who asks
   * @return what was put back
   * @throws NotFound {@link EventsError#QUEUE_NOT_FOUND} when a queue is gone
   */
  public List<DeadLetter> redrive(Collection<String> ids, String by) {
    return database.write(tx -> letters.redrive(tx, ids, by));
  }

  /**
   * Which dead letters are meant.
   *
   * @param filter what they are like
   * @param allowed those of them that who asks may put back
   */
  public record Choice(DeadLetterFilter filter, Predicate<DeadLetter> allowed) {}

  /**
   * What came of it.
   *
   * @param redriven how many were put back
   * @param left how many stay, as their queue is gone
   */
  public record Counts(int redriven, int left) {}

  /**
   * Puts all back that are chosen and have a queue still, a part at a time.
   *
   * @param permitted told each queue of a part before that is put back; what it throws ends it
   * @param by the principal who asks
   */
  public Counts redriveAll(Choice choice, Consumer<String> permitted, String by) {
    Set<String> there = Set.copyOf(database.read(queues::list));
    int redriven = 0;
    int left = 0;
    Optional<String> next = Optional.empty();
    do {
      Optional<String> from = next;
      Page<DeadLetter> page =
          database.read(tx -> letters.list(tx, choice.filter(), AT_ONCE, from, choice.allowed()));
      Map<Boolean, List<DeadLetter>> parts =
          page.items().stream().collect(partitioningBy(letter -> there.contains(letter.queue())));
      List<DeadLetter> some = parts.getOrDefault(true, List.of());
      some.stream().map(DeadLetter::queue).distinct().forEach(permitted);
      redriven += redrive(some.stream().map(DeadLetter::id).toList(), by).size();
      left += page.items().size() - some.size();
      next = page.nextToken();
    } while (next.isPresent());
    return new Counts(redriven, left);
  }

  /**
   * Puts a corrected event in the place of a dead letter's, as {@link DeadLetters#edit} does.
   *
   * @param id a whole id
   * @param by the principal who asks
   * @return the dead letter as it is now; empty when it is none any more
   * @throws Invalid {@link EventsError#EVENT_UNCHANGEABLE}
   */
  public Optional<DeadLetter> edit(String id, Event corrected, String by) {
    return database.write(tx -> letters.edit(tx, id, corrected, by));
  }

  /**
   * Gives a dead letter up; false, and nothing is done, when it is none any more.
   *
   * @param id a whole id
   * @param by the principal who asks
   */
  public boolean drop(String id, String by) {
    return database.write(tx -> letters.drop(tx, id, by));
  }
}
