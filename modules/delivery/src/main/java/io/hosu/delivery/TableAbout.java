package io.hosu.delivery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is said about a table.
 *
 * @param owner who answers for it; empty: the owner of its domain
 */
record TableAbout(String description, String owner, SortedMap<String, String> tags) {
  TableAbout {
    tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
  }

  /** Adds the fields of a declaration. */
  void addTo(ObjectNode json) {
    json.put("description", description);
    if (!owner.isEmpty()) {
      json.put("owner", owner);
    }
    tags.forEach(json.putObject("tags")::put);
  }
}
