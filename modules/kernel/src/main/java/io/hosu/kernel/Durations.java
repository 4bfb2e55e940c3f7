package io.hosu.kernel;

import io.hosu.kernel.HosuException.Invalid;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as people write them: {@code 250ms}, {@code 1.5s}, {@code 15m}, {@code 2h}, {@code 7d}.
 */
public final class Durations {
  /** The longest that is read: a hundred years, which any moment of ours can be moved by. */
  public static final Duration LONGEST = Duration.ofDays(36_525);

  private static final Pattern FORM = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(ms|s|m|h|d)");

  private Durations() {}

  /**
   * Reads a number with one of the units ms, s, m, h and d (24 hours).
   *
   * @throws Invalid {@link KernelError#DURATION_INVALID}
   */
  public static Duration parse(String text) {
    Matcher form = FORM.matcher(text.strip());
    if (!form.matches()) {
      throw new Invalid(
          KernelError.DURATION_INVALID,
          "'%s' is not a duration.".formatted(text),
          "Write a number and one of ms, s, m, h, d: 250ms, 1.5s, 15m, 2h, 7d.");
    }
    BigDecimal millis = new BigDecimal(form.group(1)).multiply(unitMillis(form.group(2)));
    if (millis.compareTo(BigDecimal.valueOf(LONGEST.toMillis())) > 0) {
      throw new Invalid(
          KernelError.DURATION_INVALID,
          "'%s' is longer than a hundred years.".formatted(text),
          "Write at most %s.".formatted(print(LONGEST)));
    }
    return Duration.ofMillis(millis.setScale(0, RoundingMode.HALF_UP).longValueExact());
  }

  private static BigDecimal unitMillis(String unit) {
    return BigDecimal.valueOf(
        switch (unit) {
          case "ms" -> 1L;
          case "s" -> 1_000L;
          case "m" -> 60_000L;
          case "h" -> 3_600_000L;
          default -> 86_400_000L;
        });
  }

  /** Writes a duration, to the millisecond, in the largest unit that {@link #parse} reads back. */
  public static String print(Duration duration) {
    long millis = duration.toMillis();
    if (millis == 0) {
      return "0s";
    }
    if (millis % 86_400_000 == 0) {
      return millis / 86_400_000 + "d";
    }
    if (millis % 3_600_000 == 0) {
      return millis / 3_600_000 + "h";
    }
    if (millis % 60_000 == 0) {
      return millis / 60_000 + "m";
    }
    if (millis < 1000) {
      return millis + "ms";
    }
    return BigDecimal.valueOf(millis, 3).stripTrailingZeros().toPlainString() + "s";
  }
}
