package io.hosu.pipelines;

/**
 * How the objects of a batch become the rows of {@code input}.
 *
 * @param format how their bytes are read
 * @param badRecords what happens to records that cannot be read
 * @param reprocess whether bytes that were processed already are processed again
 */
public record Input(FormatSpec format, BadRecords badRecords, Reprocess reprocess) {
  /** Format by the ending of the key; one bad record fails the batch; only new bytes count. */
  public static final Input STANDARD =
      new Input(FormatSpec.BY_ENDING, BadRecords.FAIL, Reprocess.CHANGED);
}
