package io.hosu.governance;

import org.jspecify.annotations.Nullable;

/** What masks show together. */
final class Masks {
  private Masks() {}

  /**
   * What is seen of a cell where one shows it so and another so: nothing that one of them does not
   * show. Null is the cell itself. Of two that know different things of it, {@code first(2)} and
   * {@code last(2)}, nothing is seen.
   */
  static @Nullable Mask and(@Nullable Mask one, @Nullable Mask other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    Mask less = one.compareTo(other) < 0 ? one : other;
    Mask more = less.equals(one) ? other : one;
    return follows(less, more) ? less : new Mask.Null();
  }

  /** Whether who sees {@code more} could make {@code less} of it. */
  private static boolean follows(Mask less, Mask more) {
    if (less.equals(more)) {
      return true;
    }
    return switch (less) {
      case Mask.Null _, Mask.Constant _ -> true;
      case Mask.Year _ -> more instanceof Mask.Month;
      case Mask.Range(long size) -> more instanceof Mask.Range(long finer) && size % finer == 0;
      case Mask.Last _ -> more instanceof Mask.Last;
      case Mask.First _ -> more instanceof Mask.First;
      case Mask.Hash _, Mask.Token _, Mask.Month _, Mask.Phone _, Mask.Email _, Mask.Sql _ -> false;
    };
  }
}
