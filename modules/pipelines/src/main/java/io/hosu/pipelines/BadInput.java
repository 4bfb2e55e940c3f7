package io.hosu.pipelines;

import io.hosu.kernel.HosuException;

/** A failure of which it is known where in the input it lies. */
public final class BadInput extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient HosuException what;
  private final transient Cause.Place place;

  /** The failure {@code what}, at {@code place}. */
  public BadInput(HosuException what, Cause.Place place) {
    super(what.what(), what);
    this.what = what;
    this.place = place;
  }

  Cause.Place place() {
    return place;
  }

  HosuException what() {
    return what;
  }
}
