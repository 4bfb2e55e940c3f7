package io.hosu.kernel;

import java.time.Instant;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * Makes ids: 26 characters of Crockford's base 32, the first ten of them the time in milliseconds,
 * so that ids sort by the time they were made (the ULID layout), within one maker strictly.
 *
 * <p>Written in small letters, so that a person can type the beginning of one. May be used from any
 * thread.
 */
public final class Ids {
  private static final String VALUES = "0123456789abcdefghjkmnpqrstvwxyz";
  private static final char[] DIGITS = VALUES.toCharArray();

  private final InstantSource clock;
  private final RandomGenerator random;
  private long lastMillis = -1;
  private long high;
  private long low;

  public Ids(InstantSource clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /** The next id. */
  public synchronized String next() {
    long now = clock.millis();
    if (now > lastMillis) {
      lastMillis = now;
      high = random.nextLong() & 0xFF_FFFF_FFFFL;
      low = random.nextLong() & 0xFF_FFFF_FFFFL;
    } else if (++low > 0xFF_FFFF_FFFFL) {
      low = 0;
      high++;
    }
    char[] id = new char[26];
    digits(id, 0, 10, lastMillis);
    digits(id, 10, 8, high);
    digits(id, 18, 8, low);
    return new String(id);
  }

  /** When {@code id} was made, to the millisecond: what its first ten characters say. */
  public static Instant timeOf(String id) {
    long millis = 0;
    for (int i = 0; i < 10; i++) {
      int digit = VALUES.indexOf(id.charAt(i));
      if (digit < 0) {
        throw new IllegalArgumentException("'" + id + "' is not an id");
      }
      millis = millis << 5 | digit;
    }
    return Instant.ofEpochMilli(millis);
  }

  private static void digits(char[] id, int from, int count, long value) {
    long rest = value;
    for (int i = from + count - 1; i >= from; i--) {
      id[i] = DIGITS[(int) (rest & 31)];
      rest >>>= 5;
    }
  }
}
