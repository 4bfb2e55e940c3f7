package io.hosu.kernel;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/** Points in time as Hosu writes them: ISO 8601, UTC, always three decimals. */
public final class Instants {
  private static final DateTimeFormatter FORM =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
  private static final Instant END = FIRST.atOffset(ZoneOffset.UTC).plusYears(10_000).toInstant();

  private Instants() {}

  /** Writes {@code 2026-11-25T17:00:00.000Z}; what is finer than a millisecond is cut off. */
  public static String print(Instant instant) {
    return FORM.format(instant.truncatedTo(ChronoUnit.MILLIS));
  }

  /**
   * Reads any ISO 8601 instant in UTC or with an offset, of the years 0000 to 9999: databases and
   * engines know no others alike.
   *
   * @throws DateTimeException when it is none
   */
  public static Instant parse(String text) {
    return known(DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(text, Instant::from));
  }

  /**
   * The same instant.
   *
   * @throws DateTimeException when it is in none of the years 0000 to 9999
   */
  public static Instant known(Instant instant) {
    if (instant.isBefore(FIRST) || !instant.isBefore(END)) {
      throw new DateTimeException("%s is in none of the years 0000 to 9999".formatted(instant));
    }
    return instant;
  }
}
