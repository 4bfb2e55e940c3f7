package io.hosu.kernel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;

/**
 * A fact that happened: immutable, in EventBridge's envelope (Amazon EventBridge User Guide, "Event
 * structure").
 *
 * @param id unique, never empty
 * @param source who says so, for example {@code hosu.objects}
 * @param detailType what happened, for example {@code Object Created}
 * @param time when, to the millisecond
 * @param account the domain the event belongs to; empty when it concerns the whole lake
 * @param resources what it is about, as names or locations; may be empty
 * @param detail a JSON object with what else is known
 */
public record Event(
    String id,
    String source,
    String detailType,
    Instant time,
    String account,
    List<String> resources,
    ObjectNode detail) {

  public Event {
    resources = List.copyOf(resources);
    detail = detail.deepCopy();
  }

  /** The same with other resources and another detail. */
  public Event with(List<String> otherResources, ObjectNode otherDetail) {
    return new Event(id, source, detailType, time, account, otherResources, otherDetail);
  }

  /** The envelope as rules match it and as people see it. Time is ISO 8601 to the millisecond. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object();
    json.put("version", "0");
    json.put("id", id);
    json.put("detail-type", detailType);
    json.put("source", source);
    json.put("account", account);
    json.put("time", Instants.print(time));
    json.put("region", "local");
    var names = json.putArray("resources");
    resources.forEach(names::add);
    json.set("detail", detail.deepCopy());
    return json;
  }

  /** Reads back what {@link #toJson} wrote. */
  public static Event fromJson(JsonNode json) {
    List<String> resources = json.path("resources").valueStream().map(JsonNode::asText).toList();
    return new Event(
        json.path("id").asText(),
        json.path("source").asText(),
        json.path("detail-type").asText(),
        Instants.parse(json.path("time").asText()),
        json.path("account").asText(),
        resources,
        json.path("detail") instanceof ObjectNode detail ? detail : Json.object());
  }
}
