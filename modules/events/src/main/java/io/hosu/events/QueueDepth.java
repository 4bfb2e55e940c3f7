package io.hosu.events;

import java.time.Instant;
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
  /** Nothing. */
  public static final QueueDepth EMPTY = new QueueDepth(0, 0, 0, Optional.empty());

  /** All messages. */
  public long total() {
    return visible + inFlight + delayed;
  }
}
