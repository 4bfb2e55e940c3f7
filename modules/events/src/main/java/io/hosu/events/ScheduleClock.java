package io.hosu.events;

import io.hosu.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Fires schedules when they are due, on a thread of its own. Several servers may do so on one
 * database: whoever comes first moves the schedule on.
 */
public final class ScheduleClock implements AutoCloseable {

  /** Another server may have made a schedule in the meantime. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);

  private final Database database;
  private final Schedules schedules;
  private final InstantSource clock;
  private final Loop loop =
      new Loop(
          new Loop.Task("hosu-schedules", "schedules could not fire; it goes on", LOOK_AGAIN),
          this::step);

  public ScheduleClock(Database database, Schedules schedules, InstantSource clock) {
    this.database = database;
    this.schedules = schedules;
    this.clock = clock;
    schedules.onChange(loop::wake);
  }

  /** Begins to fire what is due, until closed. */
  public void start() {
    loop.start();
  }

  /** Fires what is due; returns how long there is nothing to do. */
  public Duration step() {
    Optional<Instant> next = database.read(schedules::nextFiring);
    if (next.isEmpty() || next.get().isAfter(clock.instant())) {
      return next.map(this::until)
          .filter(wait -> wait.compareTo(LOOK_AGAIN) < 0)
          .orElse(LOOK_AGAIN);
    }
    database.write(schedules::fireDue);
    return Duration.ZERO;
  }

  private Duration until(Instant next) {
    return Duration.between(clock.instant(), next).plusMillis(1);
  }

  @Override
  public void close() {
    loop.close();
  }
}
