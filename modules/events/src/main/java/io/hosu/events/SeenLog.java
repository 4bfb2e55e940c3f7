package io.hosu.events;

import io.hosu.kernel.Event;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** The events of the log as somebody may see them. May be used from one thread. */
final class SeenLog implements UnaryOperator<LoggedEvent> {
  private final RecordSight sight;
  private final Predicate<LoggedEvent> hidden;
  private final Optional<LeftOut> instead;

  SeenLog(EventLog events, RecordSight sight) {
    Set<String> readers = sight.hiddenReaders();
    this.sight = sight;
    this.hidden = readers.isEmpty() ? _ -> false : events.takenBy(readers::contains);
    this.instead =
        readers.stream().sorted().flatMap(queue -> sight.samples(queue).stream()).findFirst();
  }

  @Override
  public LoggedEvent apply(LoggedEvent logged) {
    Event event = sight.event(logged.event());
    boolean isHidden = instead.isPresent() && hidden.test(logged);
    return logged.with(isHidden ? instead.get().in(event) : event);
  }
}
