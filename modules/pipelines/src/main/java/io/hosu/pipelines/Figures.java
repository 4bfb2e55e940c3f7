package io.hosu.pipelines;

/**
 * How much an attempt read, wrote and used.
 *
 * @param rowsIn records and rows that the engine read, of objects and tables, and records rejected;
 *     files that the SQL reads several times count once; 0 where that is not known, as of an
 *     execution that has not succeeded
 * @param rowsOut rows published to the target
 * @param rowsRejected records put aside in the quarantine table
 * @param bytesIn bytes of the objects read
 * @param bytesOut bytes of the files published
 * @param cpuMillis processor time of the engine in all attempts that came to an end, in
 *     milliseconds, reading the input too
 */
public record Figures(
    long rowsIn, long rowsOut, long rowsRejected, long bytesIn, long bytesOut, long cpuMillis) {
  /** Nothing was read, written or used. */
  public static final Figures NONE = new Figures(0, 0, 0, 0, 0, 0);
}
