package io.hosu.pipelines;

import io.hosu.kernel.Sizes;
import io.hosu.query.engine.ReadOptions;

/**
 * How the objects of a batch become the rows of {@code input}.
 *
 * @param format how their bytes are read
 * @param badRecords what happens to records that cannot be read
 * @param tolerance how many records of a batch may be bad before it fails
 * @param reprocess whether bytes that were processed already are processed again
 * @param versions what becomes of the rows of an object that is overwritten, where rows are added
 * @param maxRecordBytes the longest record, from 1 to {@link #MOST_RECORD_BYTES}; engines hold some
 *     such records in memory at once
 */
public record Input(
    FormatSpec format,
    BadRecords badRecords,
    Tolerance tolerance,
    Reprocess reprocess,
    Versions versions,
    long maxRecordBytes) {
  /** No record of any stage may be longer: 64 MB. */
  public static final long MOST_RECORD_BYTES = 64L << 20;

  /**
   * Format by the ending of the key; one bad record fails the batch; only new bytes count, and they
   * replace old ones.
   */
  public static final Input STANDARD =
      new Input(
          FormatSpec.BY_ENDING,
          BadRecords.FAIL,
          Reprocess.CHANGED,
          ReadOptions.STANDARD_MAX_RECORD_BYTES);

  /** The same with the tolerance that goes with {@code badRecords}, where versions are replaced. */
  public Input(FormatSpec format, BadRecords badRecords, Reprocess reprocess, long maxRecordBytes) {
    this(
        format,
        badRecords,
        standardTolerance(badRecords),
        reprocess,
        Versions.REPLACE,
        maxRecordBytes);
  }

  /** Records that fail a batch fail it at the first; there may be any number in a quarantine. */
  public static Tolerance standardTolerance(BadRecords badRecords) {
    return switch (badRecords) {
      case FAIL -> Tolerance.NOTHING;
      case QUARANTINE -> Tolerance.ALL;
    };
  }

  public Input {
    if (maxRecordBytes < 1 || maxRecordBytes > MOST_RECORD_BYTES) {
      throw StageSpec.invalid(
          "Records of up to %d bytes cannot be read.".formatted(maxRecordBytes),
          "Let max_record_bytes be from 1 to %d (%s)."
              .formatted(MOST_RECORD_BYTES, Sizes.print(MOST_RECORD_BYTES)));
    }
  }
}
