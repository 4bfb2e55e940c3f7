package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;

/**
 * What an execution published to one table.
 *
 * @param table {@code domain.layer.table}
 * @param snapshot the snapshot that it made
 * @param operation what became of the rows that were there: {@code append} added to them, {@code
 *     overwrite} replaced all of them, {@code replace} the files of some, {@code define} only their
 *     columns, {@code rollback} brought back an earlier snapshot
 * @param rows rows in the files it added
 * @param files how many files it added
 * @param bytes their size
 */
public record ExecutionOutput(
    String table, String snapshot, String operation, long rows, long files, long bytes) {
  static final String APPEND = "append";
  static final String OVERWRITE = "overwrite";
  static final String REPLACE = "replace";
  static final String DEFINE = "define";
  static final String ROLLBACK = "rollback";

  ObjectNode toJson() {
    ObjectNode json = Json.object();
    json.put("table", table);
    json.put("snapshot", snapshot);
    json.put("operation", operation);
    json.put("rows", rows);
    json.put("files", files);
    json.put("bytes", bytes);
    return json;
  }
}
