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
 */
public record Rule(
    String name, String domain, ObjectNode pattern, List<String> objects, String queue) {
  public Rule {
    pattern = pattern.deepCopy();
    objects = List.copyOf(objects);
  }

  /** A rule for which the pattern alone decides. */
  public Rule(String name, String domain, ObjectNode pattern, String queue) {
    this(name, domain, pattern, List.of(), queue);
  }
}
