package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Event;
import io.hosu.kernel.Json;
import io.hosu.kernel.ObjectName;
import java.time.Instant;
import java.util.List;

/**
 * The events that have a stage look at an object again that it was told of before: of the type that
 * objects are created with, source {@value ExecutionEvents#SOURCE}, with the reason.
 */
final class Again {
  /** Nothing but the batch that a guilty object came with has told of it. */
  static final String FOUND_GUILTY = "Processed Again";

  /** A person wants it to be processed again, whatever is known of its bytes. */
  static final String BACKFILL = "Backfill";

  private Again() {}

  /** Which version of which object. */
  record Version(ObjectName name, String version, String sha256, long bytes) {
    static Version of(InputObject object) {
      return new Version(object.name(), object.version(), object.sha256(), object.bytes());
    }
  }

  /**
   * Such an event.
   *
   * @param domain on the bus of which domain it is
   */
  static Event event(String id, Instant now, String domain, Version object, String reason) {
    ObjectNode detail = Json.object();
    detail.putObject("bucket").put("name", object.name().bucket());
    detail
        .putObject("object")
        .put("key", object.name().key())
        .put("version-id", object.version())
        .put("size", object.bytes())
        .put("sha256", object.sha256());
    detail.put("reason", reason);
    return new Event(
        id,
        ExecutionEvents.SOURCE,
        EventObject.CREATED,
        now,
        domain,
        List.of(object.name().toString()),
        detail);
  }

  /** Whether the event is such a one, which no log has. */
  static boolean isOneOf(Event event) {
    return event.source().equals(ExecutionEvents.SOURCE)
        && event.detailType().equals(EventObject.CREATED);
  }

  /** Whether what the event is about counts as new, also when its bytes were processed before. */
  static boolean countsAsNew(Event event) {
    return event.source().equals(ExecutionEvents.SOURCE)
        && event.detail().path("reason").asText().equals(BACKFILL);
  }
}
