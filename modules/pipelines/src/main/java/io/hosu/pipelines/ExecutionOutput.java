package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;

/**
 * What an execution published to one table.
 *
 * @param table {@code domain.layer.table}
 * @param snapshot the snapshot that it made
 * @param operation Iceberg's word for it: {@code append}, {@code overwrite}, ...
 * @param rows rows in the files it added
 * @param files how many files it added
 * @param bytes their size
 */
public record ExecutionOutput(
    String table, String snapshot, String operation, long rows, long files, long bytes) {

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
