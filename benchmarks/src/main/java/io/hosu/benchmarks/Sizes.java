package io.hosu.benchmarks;

/** How much is measured; {@code -Dscale}, {@code -Drows}, {@code -Drounds}, {@code -Dobjects}. */
final class Sizes {
  /** TPC-H's scale factor. */
  static final double SCALE = Double.parseDouble(System.getProperty("scale", "1"));

  static final int BULK_ROWS = Integer.getInteger("rows", 10_000_000);
  static final int ARRIVAL_ROUNDS = Integer.getInteger("rounds", 30);
  static final int SMALL_OBJECTS = Integer.getInteger("objects", 10_000);

  private Sizes() {}
}
