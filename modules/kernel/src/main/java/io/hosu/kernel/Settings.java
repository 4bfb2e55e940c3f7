package io.hosu.kernel;

import io.hosu.kernel.HosuException.Invalid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What a person may set, read once at the start.
 *
 * <p>Each module names its settings here, with default and meaning, on one line each; from that
 * line come the value, the refusal of misspelt keys ({@link #check}) and the reference page ({@link
 * #described}). Belongs to the thread that starts the server.
 */
public final class Settings {
  private final Map<String, String> given;
  private final Map<String, Described> described = new TreeMap<>();
  private final List<String> mistakes = new ArrayList<>();

  /** Settings as given: key to text. */
  public Settings(Map<String, String> given) {
    this.given = Map.copyOf(given);
  }

  /** A setting as the reference page shows it. */
  public record Described(String key, String form, String standard, String meaning) {}

  /** A text. */
  public String text(String key, String standard, String meaning) {
    return value(key, "text", standard, meaning, Function.identity(), standard);
  }

  /** A whole number of things, at least {@code least}. */
  public int count(String key, int standard, int least, String meaning) {
    int value = value(key, "whole number", "" + standard, meaning, Settings::wholeNumber, standard);
    if (value < least) {
      tooLittle(key, "" + value, "" + least);
    }
    return value;
  }

  /** A duration, as {@link Durations} reads it. */
  public Duration duration(String key, Duration standard, String meaning) {
    return duration(key, standard, Duration.ZERO, meaning);
  }

  /** A duration of at least {@code least}. */
  public Duration duration(String key, Duration standard, Duration least, String meaning) {
    Duration value =
        value(key, "duration", Durations.print(standard), meaning, Durations::parse, standard);
    if (value.compareTo(least) < 0) {
      tooLittle(key, Durations.print(value), Durations.print(least));
    }
    return value;
  }

  /** A size in bytes, as {@link Sizes} reads it, at least {@code least}. */
  public long size(String key, long standardBytes, long least, String meaning) {
    long value =
        value(key, "size", Sizes.print(standardBytes), meaning, Sizes::parse, standardBytes);
    if (value < least) {
      tooLittle(key, Sizes.print(value), Sizes.print(least));
    }
    return value;
  }

  private void tooLittle(String key, String value, String least) {
    mistakes.add("'%s' is %s, but must be at least %s".formatted(key, value, least));
  }

  /** Yes or no, written {@code true} or {@code false}. */
  public boolean toggle(String key, boolean standard, String meaning) {
    return value(key, "true or false", "" + standard, meaning, Settings::trueOrFalse, standard);
  }

  /**
   * Refuses what nobody named, and what could not be read: all mistakes at once. Call it when every
   * module has read its settings.
   *
   * @throws Invalid {@link KernelError#SETTING_UNKNOWN} or {@link KernelError#SETTING_INVALID}
   */
  public void check() {
    List<String> unknown =
        given.keySet().stream()
            .filter(key -> !described.containsKey(key))
            .sorted()
            .map(key ->
                "'%s' is not a setting%s"
                    .formatted(key, Suggestions.didYouMean(key, described.keySet())))
            .toList();
    List<String> all = new ArrayList<>(unknown);
    all.addAll(mistakes);
    if (!all.isEmpty()) {
      throw new Invalid(
          unknown.isEmpty() ? KernelError.SETTING_INVALID : KernelError.SETTING_UNKNOWN,
          String.join("\n", all),
          "See every setting with: hosu settings");
    }
  }

  /** Every setting that was named so far, by key. */
  public Collection<Described> described() {
    return List.copyOf(described.values());
  }

  private <T> T value(
      String key,
      String form,
      String standardText,
      String meaning,
      Function<String, T> read,
      T standard) {
    described.put(key, new Described(key, form, standardText, meaning));
    String text = given.get(key);
    if (text == null) {
      return standard;
    }
    try {
      return read.apply(text);
    } catch (Invalid | NumberFormatException e) {
      mistakes.add("'%s' is '%s', which is not a %s".formatted(key, text, form));
      return standard;
    }
  }

  private static Integer wholeNumber(String text) {
    return Integer.valueOf(text.strip());
  }

  private static Boolean trueOrFalse(String text) {
    return switch (text.strip()) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new NumberFormatException(text);
    };
  }
}
