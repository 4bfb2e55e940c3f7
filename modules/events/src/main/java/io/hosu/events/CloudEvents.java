package io.hosu.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.http.Header;
import io.hosu.http.HttpError;
import io.hosu.http.PercentCoding;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Events as CloudEvents 1.0.2 writes them ("CloudEvents - Version 1.0.2", "JSON Event Format",
 * "HTTP Protocol Binding").
 *
 * <p>{@code source} and {@code type} become the source and the detail-type, {@code subject} the
 * resource, {@code data} the detail; what is no JSON object stands in it as {@code data} or {@code
 * data_base64}. Every attribute is kept as {@code detail.cloudevent}.
 */
final class CloudEvents {
  static final String ONE = "application/cloudevents+json";
  static final String BATCH = "application/cloudevents-batch+json";

  /** How many events one batch may have: they are accepted in one transaction, or none is. */
  static final int MOST_EVENTS = 1000;

  private static final String KEPT = "cloudevent";
  private static final String PREFIX = "ce-";

  private CloudEvents() {}

  /**
   * The events of a batch; a mistake names the place of its event.
   *
   * @throws Invalid {@link HttpError#REQUEST_TOO_LARGE} when they are more than {@link
   *     #MOST_EVENTS}, {@link EventsError#EVENT_INVALID} when one is wrong
   */
  static List<SentEvent> batch(JsonNode json) {
    if (!json.isArray()) {
      throw SentEvent.invalid("A batch of CloudEvents is a JSON array.");
    }
    if (json.size() > MOST_EVENTS) {
      throw new Invalid(
          HttpError.REQUEST_TOO_LARGE,
          "The batch has %d events; %d are allowed.".formatted(json.size(), MOST_EVENTS),
          "Send it in parts: what has the same source and id as an event that was sent is the same"
              + " event.");
    }
    List<SentEvent> events = new ArrayList<>();
    for (JsonNode event : json) {
      try {
        events.add(structured(event));
      } catch (Invalid e) {
        throw new Invalid(
            e.code(), "Event %d of the batch: %s".formatted(events.size(), e.what()), e.remedy());
      }
    }
    return events;
  }

  /** An event in the structured mode. */
  static SentEvent structured(JsonNode json) {
    if (!(json instanceof ObjectNode event)) {
      throw SentEvent.invalid("A CloudEvent is a JSON object.");
    }
    ObjectNode attributes = event.deepCopy();
    JsonNode data = attributes.remove("data");
    JsonNode base64 = attributes.remove("data_base64");
    if (data != null && base64 != null) {
      throw SentEvent.invalid("A CloudEvent has data or data_base64, not both.");
    }
    return event(attributes, base64 == null ? detail(data) : binary(base64));
  }

  private static ObjectNode binary(JsonNode base64) {
    try {
      Base64.getDecoder().decode(base64.textValue());
    } catch (IllegalArgumentException | NullPointerException e) {
      throw SentEvent.invalid("The CloudEvent's data_base64 is no text in base64.");
    }
    return Json.object().put("data_base64", base64.asText());
  }

  private static ObjectNode detail(@Nullable JsonNode data) {
    if (data instanceof ObjectNode object) {
      return object;
    }
    ObjectNode detail = Json.object();
    if (data != null && !data.isNull()) {
      detail.set("data", data);
    }
    return detail;
  }

  /** Whether a request carries an event in the binary mode. */
  static boolean isBinary(List<Header> headers) {
    return headers.stream().anyMatch(header -> header.name().equalsIgnoreCase("ce-specversion"));
  }

  /** An event in the binary mode: its attributes are headers, its data is the body. */
  static SentEvent binary(List<Header> headers, String contentType, byte[] body) {
    ObjectNode attributes = Json.object();
    for (Header header : headers) {
      String name = header.name().toLowerCase(Locale.ROOT);
      if (name.startsWith(PREFIX)) {
        attributes.put(name.substring(PREFIX.length()), decoded(header));
      }
    }
    if (!contentType.isEmpty()) {
      attributes.put("datacontenttype", contentType);
    }
    return event(attributes, body.length == 0 ? Json.object() : detail(contentType, body));
  }

  private static String decoded(Header header) {
    return PercentCoding.decode(header.value())
        .orElseThrow(() ->
            SentEvent.invalid(
                "The header %s is not percent-encoded UTF-8.".formatted(header.name())));
  }

  private static ObjectNode detail(String contentType, byte[] body) {
    String media = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (!media.endsWith("/json") && !media.endsWith("+json")) {
      return Json.object().put("data_base64", Base64.getEncoder().encodeToString(body));
    }
    try {
      return detail(
          Json.parse(
              PercentCoding.utf8(body)
                  .orElseThrow(() -> SentEvent.invalid("The event's data is not UTF-8."))));
    } catch (Invalid e) {
      throw SentEvent.invalid("The event's data is no JSON, as its content type says: " + e.what());
    }
  }

  private static SentEvent event(ObjectNode attributes, ObjectNode detail) {
    attributes.forEachEntry((name, value) -> {
      if (!name.matches("[a-z0-9]+")) {
        throw SentEvent.invalid(
            "A CloudEvent's attribute cannot be called '%s': lower-case letters and digits alone."
                .formatted(name));
      }
      if (value.isContainerNode()) {
        throw SentEvent.invalid("The attribute '%s' of a CloudEvent is a value.".formatted(name));
      }
    });
    String version = required(attributes, "specversion");
    if (!version.equals("1.0")) {
      throw SentEvent.invalid("CloudEvents %s are not known; 1.0 is.".formatted(version));
    }
    if (detail.has(KEPT)) {
      throw SentEvent.invalid("The data of an event cannot have a field '%s'.".formatted(KEPT));
    }
    return new SentEvent(
        required(attributes, "source"),
        required(attributes, "type"),
        time(attributes),
        subject(attributes),
        detail.set(KEPT, attributes),
        Optional.of(required(attributes, "id")));
  }

  private static String required(ObjectNode attributes, String name) {
    JsonNode value = attributes.path(name);
    if (!value.isTextual() || value.asText().isEmpty()) {
      throw SentEvent.invalid("A CloudEvent needs the attribute '%s', a text.".formatted(name));
    }
    return value.asText();
  }

  private static List<String> subject(ObjectNode attributes) {
    JsonNode subject = attributes.path("subject");
    if (subject.isMissingNode() || subject.isNull()) {
      return List.of();
    }
    if (!subject.isTextual() || subject.asText().isEmpty()) {
      throw SentEvent.invalid(
          "The attribute 'subject' of a CloudEvent is a text that is not empty, or not there.");
    }
    return List.of(subject.asText());
  }

  private static Optional<Instant> time(ObjectNode attributes) {
    JsonNode time = attributes.path("time");
    if (time.isMissingNode() || time.isNull()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Instants.parse(time.asText()));
    } catch (DateTimeException _) {
      throw SentEvent.invalid("The time '%s' is not RFC 3339.".formatted(time.asText()));
    }
  }
}
