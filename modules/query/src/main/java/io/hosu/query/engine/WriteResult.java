package io.hosu.query.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;

/**
 * What was written. The files are complete but not yet durable: who adopts them sees to that.
 *
 * @param files for each file one row of DuckDB's RETURN_STATS as JSON: {@code filename}, {@code
 *     count}, {@code file_size_bytes}, {@code footer_size_bytes}, {@code column_statistics} (path
 *     to {@code {min,max,null_count,...}}, all texts) and {@code partition_keys} (texts; null is
 *     null)
 * @param rows how many rows
 * @param bytes how many bytes, in all files
 * @param scanned how many rows the engine read for them, of objects, tables, and a batch it kept
 * @param reading what reading the objects showed
 * @param cpu the processor time it took
 */
public record WriteResult(
    List<ObjectNode> files, long rows, long bytes, long scanned, Reading reading, Duration cpu) {
  public WriteResult {
    files = List.copyOf(files);
  }
}
