package io.hosu.governance;

import io.hosu.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Notes when credentials were used: exact to ten minutes, so that a use is rarely a write. */
final class LastUse {
  private static final Duration EXACTNESS = Duration.ofMinutes(10);

  private LastUse() {}

  /** Returns whether there was no use in the ten minutes before. */
  static boolean note(
      Database database, String table, String id, Optional<Instant> before, Instant now) {
    boolean anew = before.filter(last -> last.plus(EXACTNESS).isAfter(now)).isEmpty();
    if (anew) {
      database.write(
          tx -> tx.update("UPDATE %s SET last_used_at = ? WHERE id = ?".formatted(table), now, id));
    }
    return anew;
  }
}
