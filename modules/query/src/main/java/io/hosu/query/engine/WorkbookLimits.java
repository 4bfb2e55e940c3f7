package io.hosu.query.engine;

import io.hosu.kernel.Settings;

/**
 * How much a workbook of Excel may be, so that reading one takes neither all memory of an engine
 * nor all its time.
 *
 * @param textBytes memory for the texts that its cells share
 * @param rowCharacters characters of one row
 * @param unpackedTimes how many times as large as it is packed it may be unpacked
 * @param sheets how many there may be
 */
public record WorkbookLimits(long textBytes, long rowCharacters, int unpackedTimes, int sheets) {
  /** Those of whoever sets none. */
  public static final WorkbookLimits STANDARD = new WorkbookLimits(64L << 20, 16L << 20, 200, 100);

  /** What the characters of a row take while it is read: themselves, and as parts of texts. */
  private static final int BYTES_OF_CHARACTER = 4;

  /** Reads the settings {@code query.workbook-*}. */
  static WorkbookLimits from(Settings settings) {
    return new WorkbookLimits(
        settings.size(
            "query.workbook-texts",
            STANDARD.textBytes,
            1L << 20,
            "Memory that the texts of one workbook of Excel may take. With more than the default, engines get so much more memory of their own."),
        settings.size(
            "query.workbook-row",
            STANDARD.rowCharacters,
            1L << 16,
            "Characters that one row of a workbook of Excel may have (1MB: 1,048,576). With more than the default, engines get four bytes of memory for each."),
        settings.count(
            "query.workbook-unpacked",
            STANDARD.unpackedTimes,
            1,
            "How many times as large as it is packed a workbook of Excel may be unpacked; 8 MB more are always allowed."),
        settings.count(
            "query.workbook-sheets",
            STANDARD.sheets,
            1,
            "Sheets that a workbook of Excel may have."));
  }

  /** Memory that an engine needs beyond what it has with the standard limits. */
  long moreMemory() {
    return Math.max(0, textBytes - STANDARD.textBytes)
        + BYTES_OF_CHARACTER * Math.max(0, rowCharacters - STANDARD.rowCharacters);
  }

  /** Reads {@link #toString}. */
  public static WorkbookLimits parse(String text) {
    String[] parts = text.split(",", -1);
    return new WorkbookLimits(
        Long.parseLong(parts[0]),
        Long.parseLong(parts[1]),
        Integer.parseInt(parts[2]),
        Integer.parseInt(parts[3]));
  }

  @Override
  public String toString() {
    return "%d,%d,%d,%d".formatted(textBytes, rowCharacters, unpackedTimes, sheets);
  }
}
