package io.hosu.governance;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Suggestions;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Parts of {@link Terms} as they are written. */
final class TermsText {
  private TermsText() {}

  /** A day, which stands for its beginning in UTC, or a point in time. */
  static Instant instant(String text) {
    try {
      return text.length() <= 10
          ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
          : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw new Invalid(
          GovernanceError.GRANT_INVALID,
          "'%s' is not a point in time at which a grant can end.".formatted(text),
          "Write a day, 2027-01-01 (its beginning, UTC), or 2027-01-01T12:00:00Z.",
          e);
    }
  }

  static Optional<String> text(JsonNode json, String name) {
    JsonNode value = json.get(name);
    if (value == null || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw wrong(name, "a text");
    }
    return Optional.of(value.textValue());
  }

  static JsonNode requireObject(String what, JsonNode json, String... known) {
    if (!json.isObject()) {
      throw wrong(what, "an object");
    }
    if (known.length > 0) {
      json.fieldNames()
          .forEachRemaining(name -> {
            if (!List.of(known).contains(name)) {
              throw new Invalid(
                  GovernanceError.GRANT_INVALID,
                  "'%s' is no part of %s%s"
                      .formatted(name, what, Suggestions.ending(name, List.of(known))),
                  "Give only: %s.".formatted(String.join(", ", known)));
            }
          });
    }
    return json;
  }

  static Set<String> texts(String what, JsonNode json, String field) {
    return texts(what, requireObject(what, json, field).path(field));
  }

  static Set<String> texts(String what, JsonNode json) {
    if (!json.isArray()) {
      throw wrong(what, "a list of texts");
    }
    Set<String> texts = new LinkedHashSet<>();
    for (JsonNode one : json) {
      if (!one.isTextual()) {
        throw wrong(what, "a list of texts");
      }
      texts.add(one.asText());
    }
    if (texts.isEmpty()) {
      throw new Invalid(
          GovernanceError.GRANT_INVALID,
          "'%s' of a grant names nothing.".formatted(what),
          "Write %1$s: [a, b] or %1$s: { except: [c] }, or leave the key out.".formatted(what));
    }
    return texts;
  }

  private static Invalid wrong(String what, String expected) {
    return new Invalid(
        GovernanceError.GRANT_INVALID,
        "'%s' of a grant is not %s.".formatted(what, expected),
        "Give %s as %s.".formatted(what, expected));
  }
}
