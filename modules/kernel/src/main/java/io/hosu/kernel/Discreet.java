package io.hosu.kernel;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A failure as a log may have it that is read by others than the data is: where the machine was and
 * what kind of failure it is, and no sentence of it, as those quote what was worked on.
 */
public final class Discreet extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private Discreet(String kind, @Nullable Throwable cause) {
    super(kind, cause, false, true);
  }

  /** The same failure and its causes, each by its kind and its stack alone. */
  public static Discreet of(Throwable failure) {
    return of(failure, Collections.newSetFromMap(new IdentityHashMap<>()));
  }

  private static Discreet of(Throwable failure, Set<Throwable> above) {
    above.add(failure);
    Throwable cause = failure.getCause();
    Discreet same =
        new Discreet(
            kind(failure), cause == null || above.contains(cause) ? null : of(cause, above));
    same.setStackTrace(failure.getStackTrace());
    return same;
  }

  /** The name of the class; its code of what Hosu names, and what Java says of its own mistakes. */
  private static String kind(Throwable failure) {
    String name = failure.getClass().getName();
    return switch (failure) {
      case HosuException known -> name + " " + known.code().name();
      case NullPointerException _, ClassCastException _, IndexOutOfBoundsException _ ->
          failure.toString();
      default -> name;
    };
  }
}
