package io.hosu.pipelines;

import io.hosu.events.Message;
import io.hosu.events.Queues;
import io.hosu.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Takes what a stage gathered, at a moment of its schedule: the messages sent before that moment,
 * as many batches as they make. The moment itself is a message too: it goes with the last batch, or
 * with none when fewer messages wait than the stage asks for, so that it leaves no execution
 * behind.
 */
final class Gathering {
  private static final int ALL_MOMENTS = 10_000;

  private final Queues queues;
  private final BatchBytes bytes;

  Gathering(Queues queues) {
    this.queues = queues;
    this.bytes = new BatchBytes(queues);
  }

  Received receive(Transaction tx, Claims.Want want, String receipt, Instant now) {
    StageSpec stage = want.stage();
    String moments = receipt + ".ticks";
    List<Message> ticks =
        queues.receiveUpTo(
            tx, StageSources.ticks(stage), want.upTo(), ALL_MOMENTS, moments, Claims.HELD);
    if (ticks.isEmpty()) {
      return Received.NOTHING;
    }
    int max = stage.batch().max();
    long last = ticks.getLast().seq();
    List<Message> some =
        queues.receiveUpTo(tx, stage.name().toString(), last, max, receipt, Claims.HELD);
    Received received =
        bytes.within(tx, stage.batch(), new Received(some, some.size() == max), receipt);
    List<Message> messages = received.messages();
    if (received.full()) {
      queues.release(tx, moments, now);
      return received;
    }
    queues.delete(tx, moments);
    if (isTooFew(stage.batch(), messages, now)) {
      queues.release(tx, receipt, now);
      return Received.NOTHING;
    }
    return new Received(messages, false);
  }

  private static boolean isTooFew(Batch batch, List<Message> messages, Instant now) {
    Duration window = batch.window();
    return messages.size() < batch.min()
        && (window.isZero()
            || messages.stream().noneMatch(one -> !one.sentAt().plus(window).isAfter(now)));
  }
}
