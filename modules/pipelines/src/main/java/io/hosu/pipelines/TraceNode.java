package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A step of the chain that data went along, with those that follow it.
 *
 * @param kind what it is
 * @param name {@code LAYER/KEY}, {@code domain.layer.table}, the stage of an execution, or the type
 *     of an event
 * @param version the object's version, the table's snapshot, or the id
 * @param execution the execution; null where it is something else
 * @param next what follows: what it came from, or what came of it
 * @param end why nothing follows here that might
 */
public record TraceNode(
    Kind kind,
    String name,
    String version,
    @Nullable Execution execution,
    List<TraceNode> next,
    End end) {

  public TraceNode {
    next = List.copyOf(next);
  }

  /** What data goes through. */
  public enum Kind {
    OBJECT,
    TABLE,
    EXECUTION,
    EVENT
  }

  /** Why a chain goes on no further. */
  public enum End {
    /** All that is known follows. */
    WHOLE,
    /** What follows is shown at another place. */
    SHOWN,
    /** There is more than is shown. */
    CUT
  }

  /** The fields as the API has them. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object();
    json.put("kind", kind.name().toLowerCase(Locale.ROOT));
    json.put("name", name);
    json.put("version", version);
    if (execution != null) {
      json.put("status", execution.status().name());
      json.put("rows_out", execution.result().figures().rowsOut());
      Execution.putTime(json, "ended_at", execution.times().endedAt());
    }
    json.put("end", end.name().toLowerCase(Locale.ROOT));
    next.stream().map(TraceNode::toJson).forEach(json.putArray("next")::add);
    return json;
  }
}
