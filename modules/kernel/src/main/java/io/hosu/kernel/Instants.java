package io.hosu.kernel;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/** Points in time as Hosu writes them: ISO 8601, UTC, always three decimals. */
public final class Instants {
  private static final DateTimeFormatter FORM =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private Instants() {}

  /** Writes {@code 2026-11-25T17:00:00.000Z}; what is finer than a millisecond is cut off. */
  public static String print(Instant instant) {
    return FORM.format(instant.truncatedTo(ChronoUnit.MILLIS));
  }

  /** Reads any ISO 8601 instant in UTC or with an offset. */
  public static Instant parse(String text) {
    return DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(text, Instant::from);
  }
}
