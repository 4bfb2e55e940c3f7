package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import java.util.List;

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
 * @param paths where they are; of more than {@value #MOST_PATHS} the first
 */
public record ExecutionOutput(
    String table,
    String snapshot,
    String operation,
    long rows,
    long files,
    long bytes,
    List<String> paths) {
  /** How many paths are kept. */
  public static final int MOST_PATHS = 1000;

  static final String APPEND = "append";
  static final String OVERWRITE = "overwrite";
  static final String REPLACE = "replace";
  static final String DEFINE = "define";
  static final String ROLLBACK = "rollback";

  public ExecutionOutput {
    paths = paths.stream().limit(MOST_PATHS).toList();
  }

  /** One that added no file. */
  static ExecutionOutput withoutFiles(String table, String snapshot, String operation) {
    return new ExecutionOutput(table, snapshot, operation, 0, 0, 0, List.of());
  }

  ObjectNode toJson() {
    ObjectNode json = Json.object();
    json.put("table", table);
    json.put("snapshot", snapshot);
    json.put("operation", operation);
    json.put("rows", rows);
    json.put("files", files);
    json.put("bytes", bytes);
    paths.forEach(json.putArray("paths")::add);
    return json;
  }
}
