package io.hosu.pipelines;

import io.hosu.events.Message;
import io.hosu.events.Schedules;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How the messages of a failed execution go on: the guilty ones are set apart, the others run again
 * without them. Who is guilty and not known by name is found by halving.
 *
 * @param guilty those that become dead letters
 * @param goingOn those that run again, a list for each new execution; none is empty
 * @param back those of a group that go back into their queue, as they come after others of it
 */
record Batches(List<Message> guilty, List<List<Message>> goingOn, List<Message> back) {
  Batches {
    guilty = List.copyOf(guilty);
    goingOn = goingOn.stream().map(List::copyOf).toList();
    back = List.copyOf(back);
  }

  /** All of them, whatever becomes of each. */
  List<Message> all() {
    return Stream.of(guilty, goingOn.stream().flatMap(List::stream).toList(), back)
        .flatMap(List::stream)
        .toList();
  }

  Batches(List<Message> guilty, List<List<Message>> goingOn) {
    this(guilty, goingOn, List.of());
  }

  /**
   * Divides the messages of an execution that failed.
   *
   * @param object the object that is known to be guilty, if one is
   * @param readOthers whether the execution read objects that no message of its own is about
   */
  static Batches after(List<Message> all, Optional<InputObject> object, boolean readOthers) {
    if (object.isPresent() && all.stream().anyMatch(one -> isAbout(one, object.get()))) {
      return without(all, object.get());
    }
    if (readOthers) {
      return new Batches(List.of(), List.of(all));
    }
    if (all.size() <= 1) {
      return allGuilty(all);
    }
    return halves(all.subList(0, all.size() / 2), all.subList(all.size() / 2, all.size()));
  }

  private static Batches halves(List<Message> first, List<Message> second) {
    return first.stream().anyMatch(message -> message.group().isPresent())
        ? new Batches(List.of(), List.of(first), second)
        : new Batches(List.of(), List.of(first, second));
  }

  static Batches allGuilty(List<Message> all) {
    return new Batches(all, List.of());
  }

  private static Batches without(List<Message> all, InputObject object) {
    List<Message> guilty = all.stream().filter(message -> isAbout(message, object)).toList();
    List<Message> others = all.stream().filter(message -> !isAbout(message, object)).toList();
    return new Batches(guilty, others.isEmpty() ? List.of() : List.of(others));
  }

  /** Whether a message is about this very version; those about others have nothing to do. */
  static boolean isAbout(Message message, InputObject object) {
    return EventObject.of(message.event()).filter(one -> one.isVersion(object)).isPresent();
  }

  /** Divides the messages of an execution of which nobody knows why it never came to its end. */
  static Batches afterLoss(List<Message> all) {
    return all.stream().anyMatch(Batches::isReasonAlone)
        ? allGuilty(all)
        : after(all, Optional.empty(), false);
  }

  /** Messages that came for tables or of a schedule are one reason to run, not many. */
  private static boolean isReasonAlone(Message message) {
    String type = message.event().detailType();
    return type.equals("Table Committed") || type.equals(Schedules.DETAIL_TYPE);
  }
}
