package io.hosu.store;

import io.hosu.kernel.HosuException.Unavailable;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The failures of this module, in words. Clients read them, whatever they may: where the database
 * is stands in the server's log alone.
 */
final class Failures {
  private static final String REMEDY =
      "See that the database runs and its disk has room: hosu doctor";

  private static final Logger log = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  static Unavailable closed() {
    return new Unavailable(
        StoreError.DATABASE_UNAVAILABLE,
        "The state database is closed, as the server is stopping.",
        "Try again when the server runs again.");
  }

  /** At the start, which only who starts the server reads. */
  static Unavailable atStart(Backend backend, SQLException e) {
    return new Unavailable(
        StoreError.DATABASE_UNAVAILABLE,
        "The state database %s does not answer: %s.".formatted(backend, e.getMessage()),
        REMEDY,
        e);
  }

  static Unavailable unavailable(Backend backend, SQLException e) {
    tell("state database does not answer", backend, e);
    return new Unavailable(
        StoreError.DATABASE_UNAVAILABLE, "The state database does not answer.", REMEDY, e);
  }

  static Unavailable commitUnknown(Backend backend, SQLException e) {
    tell("state database stopped answering during a commit", backend, e);
    return new Unavailable(
        StoreError.COMMIT_UNKNOWN,
        "The state database stopped answering during a commit.",
        "Look whether the change is there before making it again.",
        e);
  }

  private static void tell(String what, Backend backend, SQLException e) {
    log.atWarn()
        .setMessage(what)
        .addKeyValue("database", backend)
        .addKeyValue("cause", e.getMessage())
        .log();
  }
}
