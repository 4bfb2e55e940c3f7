package io.hosu.governance;

import io.hosu.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Notes when credentials were used: exact to ten minutes, so that a use is rarely a write. */
final class LastUse {
  private static final Duration EXACTNESS = Duration.ofMinutes(10);

  private LastUse() {}

  static void note(
      Database database, String table, String id, Optional<Instant> before, Instant now) {
    if (before.filter(last -> last.plus(EXACTNESS).isAfter(now)).isEmpty()) {
      database.write(
          tx -> tx.update("UPDATE %s SET last_used_at = ? WHERE id = ?".formatted(table), now, id));
    }
  }
}
