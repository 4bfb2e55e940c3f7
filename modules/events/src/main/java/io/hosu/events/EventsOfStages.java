package io.hosu.events;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Event;
import io.hosu.store.Transaction;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The events of some stages: those that they take, also older ones than they are, and what the lake
 * tells of them. May be used from one thread.
 */
final class EventsOfStages implements Predicate<LoggedEvent> {
  private static final String OF_THE_LAKE = "hosu.";

  private final Matcher matcher;
  private final Predicate<String> queues;

  private EventsOfStages(Matcher matcher, Predicate<String> queues) {
    this.matcher = matcher;
    this.queues = queues;
  }

  /** Those that the rules take whose queues {@code queues} lets through. */
  static Predicate<LoggedEvent> takenBy(Transaction tx, Predicate<String> queues) {
    Matcher matcher = new Matcher(Rules.version(tx), made(tx, queues));
    return logged -> !matcher.matching(logged).isEmpty();
  }

  private static List<Rules.Made> made(Transaction tx, Predicate<String> queues) {
    return Rules.made(tx).stream()
        .filter(one -> queues.test(one.rule().queue()))
        .map(one -> new Rules.Made(one.rule(), -1))
        .toList();
  }

  /** Those of the stages whose queues {@code queues} lets through; empty when events go to none. */
  static Optional<Predicate<LoggedEvent>> find(Transaction tx, Predicate<String> queues) {
    List<Rules.Made> made = made(tx, queues);
    return made.isEmpty()
        ? Optional.empty()
        : Optional.of(new EventsOfStages(new Matcher(Rules.version(tx), made), queues));
  }

  @Override
  public boolean test(LoggedEvent logged) {
    return !matcher.matching(logged).isEmpty() || isAbout(logged.event());
  }

  /** Nobody but the lake sends events of its sources, so that what they say of a stage is true. */
  private boolean isAbout(Event event) {
    JsonNode pipeline = event.detail().path("pipeline");
    return event.source().startsWith(OF_THE_LAKE)
        && pipeline.isTextual()
        && queues.test(event.account() + "." + pipeline.asText());
  }
}
