package io.hosu.query.worker;

/** How long the numbers of a delimited text are, and so how doubles must be read from it. */
enum CsvNumbers {
  /** Each fits a double: no digit can be lost. */
  SHORT,
  /** Some have more digits than a double may have, or long exponents: each is to be looked at. */
  LONG;

  /** As many digits every double keeps. */
  static final int SAFE_DIGITS = 15;

  /** The other of two when it is longer. */
  CsvNumbers or(CsvNumbers other) {
    return this == LONG ? this : other;
  }

  /** SQL for whether a double tells all the digits of a number again that is written in a text. */
  static String kept(String text) {
    String value = "abs(TRY_CAST(%s AS DOUBLE))".formatted(text);
    String digits = "trim(replace(regexp_extract(%s, '[0-9.]+'), '.', ''), '0')".formatted(text);
    return """
    CASE WHEN %2$s IS NULL OR NOT isfinite(%2$s) THEN false
      WHEN %3$s = '' THEN true
      WHEN %2$s < 2.3e-308 THEN false
      WHEN length(%3$s) <= 15 THEN true
      WHEN length(%3$s) = 16 THEN %3$s = trim(replace(regexp_extract(format('{:.15e}', %2$s), '[0-9.]+'), '.', ''), '0')
      WHEN length(%3$s) = 17 THEN %3$s = trim(replace(regexp_extract(format('{:.16e}', %2$s), '[0-9.]+'), '.', ''), '0')
      ELSE false END\
    """
        .formatted(text, value, digits);
  }
}
