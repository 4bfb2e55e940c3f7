package io.hosu.tables;

import io.hosu.kernel.TableName;
import io.hosu.store.Row;
import java.time.Instant;

/**
 * A table in a list.
 *
 * @param changedAt when it was last committed to
 * @param rows how many rows it has
 * @param files how many data files
 * @param bytes how large these are together
 */
public record TableSummary(TableName name, Instant changedAt, long rows, long files, long bytes) {
  static TableSummary of(Row row) {
    return new TableSummary(
        new TableName(row.text("domain"), row.text("layer"), row.text("name")),
        row.instant("changed_at"),
        row.number("total_rows"),
        row.number("total_files"),
        row.number("total_bytes"));
  }
}
