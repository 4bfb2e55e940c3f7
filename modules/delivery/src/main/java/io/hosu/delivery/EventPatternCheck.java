package io.hosu.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.events.EventPatterns;
import io.hosu.kernel.HosuException.Invalid;
import java.util.Optional;

/** Checks event patterns. */
final class EventPatternCheck {
  private EventPatternCheck() {}

  /** What is wrong with a pattern, as a sentence; nothing when it is right. */
  static Optional<String> problem(JsonNode pattern) {
    if (pattern.isEmpty()) {
      return Optional.of("The event pattern is empty.");
    }
    try {
      EventPatterns.check(pattern);
      return Optional.empty();
    } catch (Invalid e) {
      return Optional.of(e.what());
    }
  }
}
