package io.hosu.events;

import java.time.Instant;
import java.util.Optional;

/**
 * Which events a list holds; what is empty does not narrow it.
 *
 * @param since the earliest time
 * @param source the exact source
 * @param detailType the exact detail type
 * @param domain the domain the event belongs to
 * @param matched whether some rule took it; an event that is not routed yet is neither. Of those
 *     that none took, without a source, those are left out that the lake tells of itself: {@code
 *     hosu.*} other than {@code hosu.objects}
 */
public record EventFilter(
    Optional<Instant> since,
    Optional<String> source,
    Optional<String> detailType,
    Optional<String> domain,
    Optional<Boolean> matched) {

  /** Every event. */
  public static final EventFilter ALL =
      new EventFilter(
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /** The same, no earlier than {@code time}. */
  public EventFilter since(Instant time) {
    return new EventFilter(Optional.of(time), source, detailType, domain, matched);
  }

  /** The same, of this source. */
  public EventFilter source(String text) {
    return new EventFilter(since, Optional.of(text), detailType, domain, matched);
  }

  /** The same, of this detail type. */
  public EventFilter detailType(String text) {
    return new EventFilter(since, source, Optional.of(text), domain, matched);
  }

  /** The same, of this domain. */
  public EventFilter domain(String name) {
    return new EventFilter(since, source, detailType, Optional.of(name), matched);
  }

  /** The same, which some rule took. */
  public EventFilter taken() {
    return new EventFilter(since, source, detailType, domain, Optional.of(true));
  }

  /** The same, which no rule took. */
  public EventFilter untaken() {
    return new EventFilter(since, source, detailType, domain, Optional.of(false));
  }
}
