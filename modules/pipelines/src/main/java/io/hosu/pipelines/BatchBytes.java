package io.hosu.pipelines;

import io.hosu.events.Message;
import io.hosu.events.Queues;
import io.hosu.store.Transaction;
import java.util.List;

/** Keeps the objects of one execution within the bytes that its stage allows. */
final class BatchBytes {
  private final Queues queues;

  BatchBytes(Queues queues) {
    this.queues = queues;
  }

  /**
   * As many of the messages, from the oldest on, as keep within the limit, but one at least; the
   * others are given back, for the next execution.
   */
  Received within(Transaction tx, Batch batch, Received received, String receipt) {
    List<Message> all = received.messages();
    int fitting = fitting(all, batch.maxBytes());
    if (fitting == all.size()) {
      return received;
    }
    queues.giveBack(tx, all.subList(fitting, all.size()), receipt);
    return new Received(all.subList(0, fitting), true);
  }

  private static int fitting(List<Message> messages, long most) {
    long left = most;
    int count = 0;
    for (Message message : messages) {
      long bytes = bytes(message);
      if (count > 0 && bytes > left) {
        return count;
      }
      left -= Math.min(bytes, left);
      count++;
    }
    return count;
  }

  private static long bytes(Message message) {
    return EventObject.of(message.event()).isPresent()
        ? Math.max(0, message.event().detail().path("object").path("size").asLong(0))
        : 0;
  }
}
