package io.hosu.events;

import io.hosu.store.Migration;
import java.util.List;

/** The tables of this module. */
public final class EventsMigrations {
  private EventsMigrations() {}

  /** Every step, in order. */
  public static List<Migration> all() {
    return List.of(
        Migration.read(EventsMigrations.class, 1),
        Migration.read(EventsMigrations.class, 2),
        Migration.read(EventsMigrations.class, 3),
        Migration.read(EventsMigrations.class, 4),
        Migration.read(EventsMigrations.class, 5),
        Migration.read(EventsMigrations.class, 6),
        Migration.read(EventsMigrations.class, 7));
  }
}
