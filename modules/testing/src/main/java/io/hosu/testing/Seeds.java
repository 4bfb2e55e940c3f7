package io.hosu.testing;

import java.util.stream.LongStream;

/**
 * The seeds that a simulation runs: {@code -Dseed=7} for one, {@code -Dseeds=10000} for many,
 * {@code -Dseeds=5000..10000} for those of them from 5000 on.
 */
public final class Seeds {
  private Seeds() {}

  /** The one seed that was asked for, or as many as were asked for, or {@code standard} many. */
  public static LongStream upTo(int standard) {
    Long one = Long.getLong("seed");
    return one != null ? LongStream.of(one) : range(System.getProperty("seeds", "" + standard));
  }

  private static LongStream range(String text) {
    int dots = text.indexOf("..");
    return dots < 0
        ? LongStream.range(0, Long.parseLong(text))
        : LongStream.range(
            Long.parseLong(text.substring(0, dots)), Long.parseLong(text.substring(dots + 2)));
  }
}
