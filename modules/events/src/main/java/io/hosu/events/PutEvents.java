package io.hosu.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import io.hosu.kernel.Suggestions;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Events in the shape of EventBridge's {@code PutEvents} (Amazon EventBridge API Reference). An
 * entry that is wrong fails alone, as there.
 */
final class PutEvents {
  /** How many entries one request may have. */
  static final int MOST_ENTRIES = 10;

  /** "Calculating PutEvents event entry size": all entries of a request together. */
  static final int MOST_BYTES = 256 * 1024;

  private static final int TIME_BYTES = 14;
  private static final List<String> REQUIRED = List.of("Source", "DetailType", "Detail");
  private static final List<String> FIELDS =
      List.of("Source", "DetailType", "Detail", "Resources", "Time", "EventBusName");

  private PutEvents() {}

  /** One entry: the event, or why it is none. */
  sealed interface Entry {
    /**
     * It is one.
     *
     * @param bus the name of its bus, if it has one
     */
    record Sound(SentEvent event, Optional<String> bus) implements Entry {}

    /** It is none. */
    record Wrong(String code, String message) implements Entry {}
  }

  /**
   * Reads the entries of a request.
   *
   * @throws Invalid {@link EventsError#EVENT_INVALID} when the request as a whole is refused
   */
  static List<Entry> read(JsonNode request) {
    request.propertyStream().map(Map.Entry::getKey).forEach(PutEvents::requireEntries);
    JsonNode entries = request.path("Entries");
    if (!entries.isArray() || entries.isEmpty() || entries.size() > MOST_ENTRIES) {
      throw SentEvent.invalid("PutEvents has a list of 1 to %d 'Entries'.".formatted(MOST_ENTRIES));
    }
    long bytes = entries.valueStream().mapToLong(PutEvents::size).sum();
    if (bytes > MOST_BYTES) {
      throw SentEvent.invalid(
          "The entries have %d bytes together; %d are allowed. Put large data as an object."
              .formatted(bytes, MOST_BYTES));
    }
    return entries.valueStream().map(PutEvents::entry).toList();
  }

  private static void requireEntries(String field) {
    if (!field.equals("Entries")) {
      throw SentEvent.invalid("PutEvents has no field '%s' here, but 'Entries'.".formatted(field));
    }
  }

  private static long size(JsonNode entry) {
    long size = entry.path("Time").isMissingNode() ? 0 : TIME_BYTES;
    for (String name : REQUIRED) {
      size += utf8(entry.path(name));
    }
    return size + entry.path("Resources").valueStream().mapToLong(PutEvents::utf8).sum();
  }

  private static long utf8(JsonNode text) {
    return text.asText("").getBytes(StandardCharsets.UTF_8).length;
  }

  private static Entry entry(JsonNode entry) {
    try {
      Optional<Entry> wrong = wrong(entry);
      if (wrong.isPresent()) {
        return wrong.get();
      }
      SentEvent event =
          new SentEvent(
              entry.path("Source").asText(),
              entry.path("DetailType").asText(),
              time(entry.path("Time")),
              entry.path("Resources").valueStream().map(JsonNode::asText).toList(),
              detail(entry.path("Detail").asText()),
              Optional.empty());
      return new Entry.Sound(event, Optional.ofNullable(entry.path("EventBusName").textValue()));
    } catch (Invalid e) {
      return new Entry.Wrong(
          e.code() == EventsError.SOURCE_RESERVED
              ? "NotAuthorizedForSourceException"
              : "MalformedDetail",
          e.what());
    } catch (DateTimeException _) {
      return notValid("Time", "it is seconds since 1970, or a time of RFC 3339");
    }
  }

  private static Optional<Entry> wrong(JsonNode entry) {
    if (!entry.isObject()) {
      return Optional.of(new Entry.Wrong("InvalidArgument", "The entry is no JSON object."));
    }
    return REQUIRED.stream()
        .filter(name -> !entry.hasNonNull(name) || entry.path(name).asText().equals(""))
        .findFirst()
        .map(name -> notValid(name, "it is required"))
        .or(() ->
            entry
                .propertyStream()
                .filter(field -> !field.getValue().isNull())
                .flatMap(field -> wrong(field.getKey(), field.getValue()).stream())
                .findFirst());
  }

  private static Optional<Entry> wrong(String name, JsonNode value) {
    return switch (name) {
      case "TraceHeader" ->
          Optional.of(notValid(name, "no trace is kept with events, so leave it out"));
      case "Source", "DetailType", "Detail", "EventBusName" ->
          value.isTextual() ? Optional.empty() : Optional.of(notValid(name, "it is a text"));
      case "Resources" ->
          value.isArray() && value.valueStream().allMatch(JsonNode::isTextual)
              ? Optional.empty()
              : Optional.of(notValid(name, "it is a list of texts"));
      case "Time" ->
          value.isTextual() || value.isNumber()
              ? Optional.empty()
              : Optional.of(notValid(name, "it is seconds since 1970, or a time of RFC 3339"));
      default -> Optional.of(notValid(name, "there is none" + Suggestions.ending(name, FIELDS)));
    };
  }

  private static Entry notValid(String name, String reason) {
    String end = reason.endsWith(".") || reason.endsWith("?") ? "" : ".";
    return new Entry.Wrong(
        "InvalidArgument", "Parameter %s is not valid. Reason: %s%s".formatted(name, reason, end));
  }

  private static ObjectNode detail(String text) {
    if (Json.parse(text) instanceof ObjectNode detail) {
      return detail;
    }
    throw SentEvent.invalid("Detail is malformed: it is a JSON object, written as a text.");
  }

  /** Seconds since 1970, as the AWS JSON protocol has them, or RFC 3339. */
  private static Optional<Instant> time(JsonNode time) {
    if (time.isNumber()) {
      return Optional.of(Instants.known(Instant.ofEpochMilli(Math.round(time.asDouble() * 1000))));
    }
    return time.isTextual() ? Optional.of(Instants.parse(time.asText())) : Optional.empty();
  }
}
