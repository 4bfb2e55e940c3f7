package io.hosu.http;

import io.hosu.kernel.Durations;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Suggestions;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the query parameters of API requests have in common, with clear refusals. */
final class Parameters {
  private static final int LARGEST_LIMIT = 1000;

  private Parameters() {}

  /**
   * Refuses what a route would pass over: a condition that is misspelt would otherwise be none.
   *
   * @throws Invalid {@link HttpError#PARAMETER_INVALID} with a suggestion for the first parameter
   *     that is not {@code known}, or that is given twice
   */
  static void requireKnown(Request request, Set<String> known) {
    for (Map.Entry<String, List<String>> sent : request.queryParameters().entrySet()) {
      if (!known.contains(sent.getKey())) {
        throw unknown(request, sent.getKey(), known);
      }
      if (sent.getValue().size() > 1) {
        throw new Invalid(
            HttpError.PARAMETER_INVALID,
            "The query parameter '%s' is given %d times."
                .formatted(sent.getKey(), sent.getValue().size()),
            "Give it once.");
      }
    }
  }

  private static Invalid unknown(Request request, String name, Set<String> known) {
    return new Invalid(
        HttpError.PARAMETER_INVALID,
        "%s %s has no query parameter '%s'%s"
            .formatted(request.method(), request.path(), name, Suggestions.ending(name, known)),
        known.isEmpty()
            ? "Leave it out: this request takes none."
            : "Give only these: %s."
                .formatted(String.join(", ", known.stream().sorted().toList())));
  }

  static Integer limit(String text) {
    try {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= LARGEST_LIMIT) {
        return limit;
      }
    } catch (NumberFormatException e) {
      // Told below, as numbers out of range are.
    }
    throw wrong("limit", text, "Give a whole number from 1 to %d.".formatted(LARGEST_LIMIT));
  }

  static Long number(String name, String text) {
    try {
      long number = Long.parseLong(text);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below, as negative ones are.
    }
    throw wrong(
        name,
        text,
        name.equals("next")
            ? "Give 'next' as the part before gave it."
            : "Give a whole number, 0 or more.");
  }

  static Boolean choice(String name, String text, String remedy) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw wrong(name, text, remedy);
    };
  }

  static Instant instant(String name, String text, InstantSource clock) {
    try {
      return text.contains("T")
          ? Instants.parse(text)
          : clock.instant().minus(Durations.parse(text));
    } catch (DateTimeException | ArithmeticException | HosuException e) {
      throw new Invalid(
          HttpError.PARAMETER_INVALID,
          "'%s' is '%s', which is neither an instant nor a duration.".formatted(name, text),
          "Give an instant such as 2026-11-25T17:00:00Z, or a duration such as 15m.",
          e);
    }
  }

  private static Invalid wrong(String name, String text, String remedy) {
    return new Invalid(HttpError.PARAMETER_INVALID, "'%s' is '%s'.".formatted(name, text), remedy);
  }
}
