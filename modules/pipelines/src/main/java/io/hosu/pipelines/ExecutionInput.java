package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import java.util.Locale;

/**
 * What an execution read.
 *
 * @param kind an object, records of one that were in quarantine, a table or an event
 * @param name {@code LAYER/KEY}, {@code domain.layer.table}, or the event's id
 * @param version the object's version, or the table's snapshot; empty when the table had none, and
 *     for an event
 * @param bytes the object's size; 0 for the others
 */
public record ExecutionInput(Kind kind, String name, String version, long bytes) {

  /** What can be read. */
  public enum Kind {
    OBJECT,
    RECORDS,
    TABLE,
    EVENT
  }

  ObjectNode toJson() {
    ObjectNode json = Json.object();
    json.put("kind", kind.name().toLowerCase(Locale.ROOT));
    json.put("name", name);
    json.put("version", version);
    json.put("bytes", bytes);
    return json;
  }
}
