package io.hosu.kernel;

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
  private static final char[] DIGITS = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();

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

  private static void digits(char[] id, int from, int count, long value) {
    long rest = value;
    for (int i = from + count - 1; i >= from; i--) {
      id[i] = DIGITS[(int) (rest & 31)];
      rest >>>= 5;
    }
  }
}
