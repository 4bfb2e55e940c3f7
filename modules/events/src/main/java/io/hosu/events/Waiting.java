package io.hosu.events;

import java.time.Instant;
import java.util.Optional;

/**
 * What can be received from a queue, as far as somebody looked.
 *
 * @param count how many messages
 * @param oldest when the one that waits longest was sent; empty when there is none
 */
public record Waiting(int count, Optional<Instant> oldest) {}
