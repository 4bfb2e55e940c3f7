package io.hosu.pipelines;

import io.hosu.events.AwaitedObjects;
import io.hosu.events.Message;
import io.hosu.events.MessageGroups;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Takes the messages of sets of objects that are complete, or whose time is over. Others are passed
 * over until a message of theirs, or an object that they lack, arrives, or until their time is
 * over: each is looked at once for each of these.
 */
final class Assembling {
  private static final int SETS_AT_ONCE = 50;

  private final Sets sets;

  Assembling(Sets sets) {
    this.sets = sets;
  }

  /** Receives what starts one execution, if anything does. */
  Received receive(
      Transaction tx, Claims.Want want, Trigger.OfSets on, String receipt, Instant now) {
    String queue = want.stage().name().toString();
    int most = StageSources.most(want.stage());
    for (int i = 0; i < SETS_AT_ONCE; i++) {
      Optional<MessageGroups.Group> group = MessageGroups.first(tx, queue, want.upTo(), now);
      if (group.isEmpty()) {
        return Received.NOTHING;
      }
      if (isDue(tx, want.stage(), on, group.get(), now)) {
        AwaitedObjects.forget(tx, group.get());
        return new Received(
            MessageGroups.receive(tx, group.get(), want.upTo(), most, receipt, Claims.HELD), true);
      }
    }
    return new Received(List.of(), true);
  }

  private boolean isDue(
      Transaction tx, StageSpec stage, Trigger.OfSets on, MessageGroups.Group group, Instant now) {
    List<Message> messages = MessageGroups.peek(tx, group, StageSources.most(stage));
    Optional<Instant> end = timesOutAt(on, messages);
    if (end.filter(at -> !at.isAfter(now)).isPresent()) {
      return true;
    }
    ObjectSet set;
    try {
      set = sets.of(tx, stage, on, messages);
    } catch (Invalid _) {
      return true; // the execution says what is wrong with it
    }
    if (set.isComplete()) {
      return true;
    }
    AwaitedObjects.put(tx, group, on instanceof Trigger.Manifest ? set.missingNames() : List.of());
    MessageGroups.putOff(tx, group, end.orElse(MessageGroups.HELD));
    return false;
  }

  /** When the patience with a set is over. */
  static Optional<Instant> timesOutAt(Trigger.OfSets on, List<Message> messages) {
    Optional<Duration> timeout = on.patience().timeout();
    return timeout.flatMap(time -> since(messages).map(since -> since.plus(time)));
  }

  /** When the first message of a set was sent. */
  static Optional<Instant> since(List<Message> messages) {
    return messages.stream().map(Message::sentAt).min(Instant::compareTo);
  }
}
