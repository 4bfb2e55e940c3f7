package io.hosu.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that moves only when a test says so. May be used from any thread. */
public final class ManualClock implements InstantSource {
  private final AtomicReference<Instant> now;

  /** A clock that stands at noon of 1 January 2026, UTC. */
  public ManualClock() {
    this(Instant.parse("2026-01-01T12:00:00Z"));
  }

  public ManualClock(Instant start) {
    this.now = new AtomicReference<>(start);
  }

  @Override
  public Instant instant() {
    return now.get();
  }

  /** Moves on by {@code step}; a negative step moves back, as real clocks sometimes do. */
  public void advance(Duration step) {
    now.updateAndGet(instant -> instant.plus(step));
  }
}
