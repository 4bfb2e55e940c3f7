package io.hosu.events;

import java.time.Instant;
import java.util.Optional;

/**
 * Which dead letters a list holds; what is empty does not narrow it.
 *
 * @param within a queue, or the beginning of queues' names up to a dot: {@code aviation}, {@code
 *     aviation.flights} or {@code aviation.flights.clean}
 * @param since the earliest time of burial
 * @param code the exact error code of the cause
 */
public record DeadLetterFilter(
    Optional<String> within, Optional<Instant> since, Optional<String> code) {

  /** Every dead letter. */
  public static final DeadLetterFilter ALL =
      new DeadLetterFilter(Optional.empty(), Optional.empty(), Optional.empty());

  /** The same, of these queues. */
  public DeadLetterFilter within(String queue) {
    return new DeadLetterFilter(Optional.of(queue), since, code);
  }

  /** The same, buried no earlier than {@code time}. */
  public DeadLetterFilter since(Instant time) {
    return new DeadLetterFilter(within, Optional.of(time), code);
  }

  /** The same, with this cause. */
  public DeadLetterFilter code(String error) {
    return new DeadLetterFilter(within, since, Optional.of(error));
  }
}
