package io.hosu.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Suggestions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The fields of a JSON object that somebody sent: read with clear refusals. */
public final class JsonFields {
  private final ObjectNode object;

  /**
   * Takes an object that has no other fields than {@code known}.
   *
   * @throws Invalid {@link HttpError#BODY_INVALID} with a suggestion for the first unknown field
   */
  public JsonFields(ObjectNode object, Set<String> known) {
    this.object = object;
    for (String name : object.properties().stream().map(field -> field.getKey()).toList()) {
      if (!known.contains(name)) {
        throw new Invalid(
            HttpError.BODY_INVALID,
            "The body has no place for a field '%s'%s"
                .formatted(name, Suggestions.ending(name, known)),
            known.isEmpty()
                ? "Send no body, or {}: this request takes no fields."
                : "Send only these fields: %s."
                    .formatted(String.join(", ", known.stream().sorted().toList())));
      }
    }
  }

  /**
   * The same, where every field that is there has a value: where a field narrows what is done, null
   * or an empty text would mean everything, which is rarely what was meant.
   *
   * @throws Invalid {@link HttpError#BODY_INVALID} for a field that is null, or an empty text
   */
  public JsonFields filled() {
    for (var field : object.properties()) {
      JsonNode value = field.getValue();
      if (value.isNull() || (value.isTextual() && value.textValue().isBlank())) {
        throw new Invalid(
            HttpError.BODY_INVALID,
            "The field '%s' of the body is %s."
                .formatted(field.getKey(), value.isNull() ? "null" : "empty"),
            "Give '%s' a value, or leave it out.".formatted(field.getKey()));
      }
    }
    return this;
  }

  /** The object as it was sent. */
  public ObjectNode object() {
    return object;
  }

  /** Whether a field is there, and not null. */
  public boolean has(String name) {
    return present(name).isPresent();
  }

  /** A text that must be there. */
  public String text(String name) {
    return optionalText(name).orElseThrow(() -> wrong(name, "is missing", "a text"));
  }

  /** A text that may be missing or null. */
  public Optional<String> optionalText(String name) {
    return present(name).map(value -> textOf(name, value));
  }

  /** Yes or no; {@code standard} when it is missing or null. */
  public boolean flag(String name, boolean standard) {
    return present(name)
        .map(value -> {
          if (!value.isBoolean()) {
            throw wrong(name, "is " + kind(value), "true or false");
          }
          return value.booleanValue();
        })
        .orElse(standard);
  }

  /** A list of texts; empty when it is missing or null. */
  public List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    present(name)
        .ifPresent(list -> {
          if (!list.isArray()) {
            throw wrong(name, "is " + kind(list), "a list of texts");
          }
          list.forEach(value -> texts.add(textOf(name, value)));
        });
    return texts;
  }

  /** An object that may be missing or null. */
  public Optional<ObjectNode> optionalObject(String name) {
    return present(name)
        .map(value -> {
          if (value instanceof ObjectNode child) {
            return child;
          }
          throw wrong(name, "is " + kind(value), "an object");
        });
  }

  private Optional<JsonNode> present(String name) {
    JsonNode value = object.get(name);
    return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
  }

  private static String textOf(String name, JsonNode value) {
    if (!value.isTextual()) {
      throw wrong(name, "is " + kind(value), "a text");
    }
    return value.textValue();
  }

  private static String kind(JsonNode value) {
    return value.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
  }

  private static Invalid wrong(String name, String what, String expected) {
    return new Invalid(
        HttpError.BODY_INVALID,
        "The field '%s' of the body %s.".formatted(name, what),
        "Give '%s' as %s.".formatted(name, expected));
  }
}
