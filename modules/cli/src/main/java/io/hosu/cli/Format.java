package io.hosu.cli;

/** How an answer is printed; picocli shows and reads the names in small letters. */
enum Format {
  /** Aligned, for people. */
  TABLE,
  /** One JSON value, with the field names of the API. */
  JSON,
  /** A header line and rows, as RFC 4180 has it. */
  CSV;

  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
