package io.hosu.store;

import java.time.Instant;
import java.util.Optional;

/** One row of a result; valid only while the view that received it runs. Columns go by name. */
public interface Row {
  /** A text that is never NULL. */
  String text(String column);

  /** A text that may be NULL. */
  Optional<String> optionalText(String column);

  /** A number that is never NULL. */
  long number(String column);

  /** A number that may be NULL. */
  Optional<Long> optionalNumber(String column);

  /** A point in time that is never NULL. */
  Instant instant(String column);

  /** A point in time that may be NULL. */
  Optional<Instant> optionalInstant(String column);

  /** Yes or no, never NULL. */
  boolean flag(String column);

  /** Bytes that are never NULL. */
  byte[] bytes(String column);
}
