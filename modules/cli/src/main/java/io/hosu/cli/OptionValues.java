package io.hosu.cli;

import io.hosu.kernel.Durations;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Instants;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;

/**
 * Reads the values of options: a wrong one is a mistake of usage, found before anything is asked.
 */
final class OptionValues {
  private static final int LAST_PORT = 65535;

  private OptionValues() {}

  /** A duration. */
  static Duration duration(String option, String text) {
    try {
      return Durations.parse(text);
    } catch (Invalid e) {
      throw new Invalid(CliError.USAGE_WRONG, "%s: %s".formatted(option, e.what()), e.remedy());
    }
  }

  /** A time, or how long ago it was, as the API reads times. */
  static String time(String option, String text, InstantSource clock) {
    try {
      return Instants.print(
          text.contains("T") ? Instants.parse(text) : clock.instant().minus(Durations.parse(text)));
    } catch (Invalid | DateTimeException e) {
      throw new Invalid(
          CliError.USAGE_WRONG,
          "'%s' is neither a duration nor a time.".formatted(text),
          "Write %s 15m, 1h or 7d, or a time such as %s."
              .formatted(option, Instants.print(Instant.EPOCH)));
    }
  }

  /** What is sent as the value of a header, where a line break cannot be. */
  static String header(String option, String text) {
    if (!text.chars().allMatch(c -> c >= ' ' && c < 0x7F)) {
      throw wrong(option, Width.printable(text), "Write it in letters of ASCII, on one line.");
    }
    return text;
  }

  /** How many of a list; 0 is all. */
  static long limit(String option, long number) {
    if (number < 0) {
      throw wrong(option, Long.toString(number), "Write a whole number; 0 shows all.");
    }
    return number;
  }

  /** A port; 0 is any free one. */
  static int port(String option, int number) {
    if (number < 0 || number > LAST_PORT) {
      throw wrong(
          option,
          Integer.toString(number),
          "Write a whole number up to %d; 0 means any free port.".formatted(LAST_PORT));
    }
    return number;
  }

  /** One of some words, in any case of its letters; empty stays empty. */
  static String oneOf(String option, String text, List<String> words) {
    return words.stream()
        .filter(word -> text.isEmpty() || word.equalsIgnoreCase(text))
        .findFirst()
        .map(word -> text.isEmpty() ? "" : word)
        .orElseThrow(
            () -> wrong(option, text, "Write one of: %s.".formatted(String.join(", ", words))));
  }

  /** The name of a time zone. */
  static String zone(String option, String text) {
    try {
      return ZoneId.of(text).getId();
    } catch (DateTimeException e) {
      throw wrong(option, text, "Write a name such as Europe/Berlin or UTC.");
    }
  }

  private static Invalid wrong(String option, String text, String remedy) {
    return new Invalid(
        CliError.USAGE_WRONG, "'%s' is no value of %s.".formatted(text, option), remedy);
  }
}
