package io.hosu.events;

import io.hosu.kernel.Event;
import java.time.Instant;

/**
 * A message as its receiver got it.
 *
 * @param id unique; it keeps it as a dead letter and when it is redriven
 * @param queue where it waits
 * @param seq the place of its event in the log: what messages are ordered by
 * @param event what happened
 * @param sentAt when it came into the queue
 * @param receives how often it was received, this time included
 * @param redriven how often it was a dead letter before
 */
public record Message(
    String id, String queue, long seq, Event event, Instant sentAt, int receives, int redriven) {}
