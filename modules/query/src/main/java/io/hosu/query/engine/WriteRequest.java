package io.hosu.query.engine;

import java.nio.file.Path;
import java.util.List;

/**
 * How rows are written as Parquet files.
 *
 * @param columns the expression of each column of the files, in order
 * @param fieldIds DuckDB's FIELD_IDS literal for these columns, {@code {"id": 1, ...}}; empty: none
 * @param partitions an expression for each partition field, in order; its values are {@code __p0},
 *     {@code __p1}, ... in the statistics
 * @param order expressions to sort by, in order
 * @param directory an existing directory: the session's output, or below it
 * @param fileBytes about how large a file may become, before the next one is begun
 */
public record WriteRequest(
    List<Target> columns,
    String fieldIds,
    List<String> partitions,
    List<String> order,
    Path directory,
    long fileBytes) {

  /** The size of files unless a table says otherwise: 256 MB. */
  public static final long STANDARD_FILE_BYTES = 256L << 20;

  public WriteRequest {
    columns = List.copyOf(columns);
    partitions = List.copyOf(partitions);
    order = List.copyOf(order);
  }

  /**
   * One column of the files.
   *
   * @param name its name there
   * @param expression an expression over the columns of the written SELECT, for example {@code
   *     "delay"} or {@code NULL}
   * @param type the DuckDB type it is cast to
   */
  public record Target(String name, String expression, String type) {}
}
