package io.hosu.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** Checks event patterns. */
final class EventPatternCheck {
  private EventPatternCheck() {}

  /** What is wrong with a pattern; nothing when it is right. */
  static Optional<String> problem(JsonNode pattern) {
    return pattern.isEmpty() ? Optional.of("it is empty.") : leaf(pattern);
  }

  private static Optional<String> leaf(JsonNode node) {
    for (var field : node.properties()) {
      JsonNode value = field.getValue();
      Optional<String> inside =
          value.isObject()
              ? leaf(value)
              : value.isArray() && !value.isEmpty()
                  ? Optional.empty()
                  : Optional.of("'%s' is not a list.".formatted(field.getKey()));
      if (inside.isPresent()) {
        return inside;
      }
    }
    return Optional.empty();
  }
}
