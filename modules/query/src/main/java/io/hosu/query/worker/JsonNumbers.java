package io.hosu.query.worker;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.Set;

/**
 * Which keys have numbers that DuckDB would change: integers of more than 64 bits, fractions of
 * more digits than a double has, and integers beside fractions that no double holds.
 */
final class JsonNumbers {
  private static final int SAFE_DIGITS = 15;
  private static final BigInteger LEAST = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger MOST = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);

  private final Set<String> changed = new HashSet<>();
  private final Set<String> fractions = new HashSet<>();
  private final Set<String> longs = new HashSet<>();

  /** Takes account of a number of a key. */
  void see(String text, String key) {
    boolean whole = isWhole(text);
    if (!whole) {
      fractions.add(key);
    }
    if ((whole && text.length() <= SAFE_DIGITS) || changed.contains(key)) {
      return;
    }
    try {
      look(new BigDecimal(text), whole, key);
    } catch (NumberFormatException _) {
      // It is not a number, which DuckDB finds as well.
    }
  }

  private void look(BigDecimal value, boolean whole, String key) {
    if (!whole) {
      if (!isKept(value)) {
        changed.add(key);
      }
      return;
    }
    BigInteger integer = value.toBigInteger();
    if (integer.compareTo(LEAST) < 0 || integer.compareTo(MOST) > 0) {
      changed.add(key);
    } else if (new BigDecimal(value.doubleValue()).compareTo(value) != 0) {
      longs.add(key);
    }
  }

  /** Whether a double tells all the digits of a value again. */
  static boolean isKept(BigDecimal value) {
    if (value.signum() == 0) {
      return true;
    }
    double nearest = value.doubleValue();
    if (Double.isInfinite(nearest) || Math.abs(nearest) < Double.MIN_NORMAL) {
      return false;
    }
    BigDecimal digits = value.stripTrailingZeros();
    if (digits.precision() <= SAFE_DIGITS) {
      return true;
    }
    return digits.precision() <= 17
        && new BigDecimal(nearest)
                .round(
                    new java.math.MathContext(digits.precision(), java.math.RoundingMode.HALF_EVEN))
                .compareTo(digits)
            == 0;
  }

  private static boolean isWhole(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '.' || c == 'e' || c == 'E') {
        return false;
      }
    }
    return true;
  }

  /** Keys that have integers which no double holds. */
  Set<String> longs() {
    return longs;
  }

  /** The keys whose numbers are to be read as texts. */
  Set<String> keys() {
    Set<String> keys = new HashSet<>(longs);
    keys.retainAll(fractions);
    keys.addAll(changed);
    return keys;
  }
}
