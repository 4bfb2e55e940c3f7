package io.hosu.events;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Glob;
import java.util.List;

/**
 * What sends events to a queue.
 *
 * @param name unique in the lake
 * @param domain who owns it
 * @param pattern which events it takes
 * @param objects globs over {@code BUCKET/KEY}: of the events that the pattern takes, those only
 *     whose object one of them matches, by the exact meaning of {@link Glob} that no pattern can
 *     express; empty for events about anything
 * @param queue where a message of each goes
 * @param groupBy by what the messages are grouped: names of captures of the globs, or paths into
 *     the event, such as {@code detail.order_id}; by nothing when empty
 */
public record Rule(
    String name,
    String domain,
    ObjectNode pattern,
    List<String> objects,
    String queue,
    List<String> groupBy) {
  public Rule {
    pattern = pattern.deepCopy();
    objects = List.copyOf(objects);
    groupBy = List.copyOf(groupBy);
  }

  /** A rule whose messages have no groups. */
  public Rule(String name, String domain, ObjectNode pattern, List<String> objects, String queue) {
    this(name, domain, pattern, objects, queue, List.of());
  }

  /** A rule for which the pattern alone decides. */
  public Rule(String name, String domain, ObjectNode pattern, String queue) {
    this(name, domain, pattern, List.of(), queue);
  }
}
