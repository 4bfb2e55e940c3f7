package io.hosu.pipelines;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Ends the work of one attempt from outside. May be used from any thread. */
public final class Stop {
  private @Nullable Runnable how;
  private boolean wanted;

  /** Ends what is under way, or what begins later. */
  synchronized void now() {
    wanted = true;
    if (how != null) {
      how.run();
    }
  }

  /** Does some work that {@code end} ends from another thread. */
  public <T> T during(Runnable end, Supplier<T> work) {
    set(end);
    try {
      return work.get();
    } finally {
      set(null);
    }
  }

  private synchronized void set(@Nullable Runnable end) {
    how = end;
    if (wanted && end != null) {
      end.run();
    }
  }
}
