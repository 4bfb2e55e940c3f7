package io.hosu.query;

import io.hosu.query.engine.WriteRequest;
import io.hosu.tables.WriteShape;
import io.hosu.tables.WriteTarget;
import java.nio.file.Path;

/** What engines are told that write files of a table. */
public final class TableWriting {
  private TableWriting() {}

  /** Rows for {@code target}, into the directory {@code output}. */
  public static WriteRequest request(WriteTarget target, Path output) {
    return request(target.shape(), output, WriteRequest.STANDARD_FILE_BYTES);
  }

  /** Rows of {@code shape}, in files of about {@code fileBytes}. */
  public static WriteRequest request(WriteShape shape, Path output, long fileBytes) {
    return new WriteRequest(
        shape.columns().stream()
            .map(column ->
                new WriteRequest.Target(column.name(), column.expression(), column.type()))
            .toList(),
        shape.fieldIds(),
        shape.partitions(),
        shape.order(),
        output,
        fileBytes);
  }
}
