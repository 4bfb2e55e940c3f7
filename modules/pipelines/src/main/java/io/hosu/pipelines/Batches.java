package io.hosu.pipelines;

import io.hosu.events.Message;
import java.util.List;
import java.util.Optional;

/**
 * How the messages of a failed execution go on: the guilty ones are set apart, the others run again
 * without them. Who is guilty and not known by name is found by halving.
 *
 * @param guilty those that become dead letters
 * @param goingOn those that run again, a list for each new execution; none is empty
 */
record Batches(List<Message> guilty, List<List<Message>> goingOn) {
  Batches {
    guilty = List.copyOf(guilty);
    goingOn = goingOn.stream().map(List::copyOf).toList();
  }

  /** Divides the messages of an execution that failed for {@code cause}. */
  static Batches after(List<Message> all, Cause cause, StageOutcome.Blame blame) {
    boolean together = all.size() < 2 || all.stream().anyMatch(one -> isAboutTable(one));
    if (together || blame == StageOutcome.Blame.STAGE) {
      return new Batches(all, List.of());
    }
    Optional<String> object = Optional.ofNullable(cause.place().object());
    if (object.isPresent()) {
      return without(all, object.get());
    }
    int half = all.size() / 2;
    return new Batches(List.of(), List.of(all.subList(0, half), all.subList(half, all.size())));
  }

  private static Batches without(List<Message> all, String object) {
    List<Message> guilty =
        all.stream().filter(message -> EventObject.nameOf(message).equals(object)).toList();
    if (guilty.isEmpty() || guilty.size() == all.size()) {
      return new Batches(all, List.of());
    }
    List<Message> others = all.stream().filter(message -> !guilty.contains(message)).toList();
    return new Batches(guilty, List.of(others));
  }

  /** Messages that came for tables are one reason to run, not many. */
  private static boolean isAboutTable(Message message) {
    return message.event().detailType().equals("Table Committed");
  }
}
