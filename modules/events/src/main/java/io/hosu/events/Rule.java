package io.hosu.events;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What sends events to a queue.
 *
 * @param name unique in the lake
 * @param domain who owns it
 * @param pattern which events it takes
 * @param queue where a message of each goes
 */
public record Rule(String name, String domain, ObjectNode pattern, String queue) {
  public Rule {
    pattern = pattern.deepCopy();
  }
}
