package io.hosu.testing;

import java.util.ArrayList;
import java.util.List;

/**
 * The numbered points at which a simulation may end the process: each durable write has one before
 * it and one after it.
 *
 * <p>Once it has crashed, every later point crashes too, as nothing of a dead process goes on. May
 * be used from any thread.
 */
public final class CrashPoints {
  /** What a process exits with that {@link #ending} has ended: as after SIGKILL. */
  public static final int ENDED = 137;

  private final List<String> passed = new ArrayList<>();
  private final long crashAt;
  private final Runnable end;
  private boolean dead;

  private CrashPoints(long crashAt, Runnable end) {
    this.crashAt = crashAt;
    this.end = end;
  }

  /** Points that never crash: to count them. */
  public static CrashPoints never() {
    return new CrashPoints(Long.MAX_VALUE, () -> {});
  }

  /** Points of which number {@code n} crashes, the first being 0. */
  public static CrashPoints at(long n) {
    return new CrashPoints(n, () -> {});
  }

  /** Points of which number {@code n} ends this process, at once, as SIGKILL does. */
  public static CrashPoints ending(long n) {
    return new CrashPoints(n, () -> Runtime.getRuntime().halt(ENDED));
  }

  /** Passes one point, or dies there. */
  public synchronized void pass(String point) {
    if (dead || passed.size() == crashAt) {
      dead = true;
      end.run();
      throw new Crash(point);
    }
    passed.add(point);
  }

  /** What was passed, in order. */
  public synchronized List<String> passed() {
    return List.copyOf(passed);
  }

  /** Whether the process has died. */
  public synchronized boolean crashed() {
    return dead;
  }
}
