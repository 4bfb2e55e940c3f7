package io.hosu.store;

import io.hosu.kernel.HosuException.Unavailable;
import java.sql.SQLException;

/** The failures of this module, in words. */
final class Failures {
  private static final String REMEDY =
      "See that the database runs and its disk has room: hosu doctor";

  private Failures() {}

  static Unavailable closed() {
    return new Unavailable(
        StoreError.DATABASE_UNAVAILABLE,
        "The state database is closed, as the server is stopping.",
        "Try again when the server runs again.");
  }

  static Unavailable unavailable(Backend backend, SQLException e) {
    return new Unavailable(
        StoreError.DATABASE_UNAVAILABLE,
        "The state database %s does not answer: %s.".formatted(backend, e.getMessage()),
        REMEDY,
        e);
  }

  static Unavailable commitUnknown(Backend backend, SQLException e) {
    return new Unavailable(
        StoreError.COMMIT_UNKNOWN,
        "The state database %s stopped answering during a commit: %s."
            .formatted(backend, e.getMessage()),
        "Look whether the change is there before making it again.",
        e);
  }
}
