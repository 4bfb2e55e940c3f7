package io.hosu.testing;

import java.util.stream.LongStream;

/** The seeds that a simulation runs: {@code -Dseed=7} for one, {@code -Dseeds=10000} for many. */
public final class Seeds {
  private Seeds() {}

  /** The one seed that was asked for, or as many as were asked for, or {@code standard} many. */
  public static LongStream upTo(int standard) {
    Long one = Long.getLong("seed");
    return one != null
        ? LongStream.of(one)
        : LongStream.range(0, Integer.getInteger("seeds", standard));
  }
}
