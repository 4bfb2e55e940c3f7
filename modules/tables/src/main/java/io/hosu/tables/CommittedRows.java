package io.hosu.tables;

import io.hosu.kernel.TableName;
import io.hosu.store.Transaction;
import java.util.Map;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;

/**
 * A commit by which rows came to a table, whether or not its snapshot is kept.
 *
 * @param snapshot the snapshot's id
 * @param sequence Iceberg's number of it, which its files and rows bear
 * @param rows how many rows came
 */
public record CommittedRows(long snapshot, long sequence, long rows) {
  /** What a snapshot's summary calls how many of its added rows came with other commits. */
  static final String OTHERS = "hosu.rows-of-others";

  /** Whether an execution published rows of the table that bears this name now. */
  public static boolean isOf(Transaction tx, TableName table, String execution) {
    return CatalogRows.hasPublished(tx, table, execution);
  }

  static CommittedRows of(Snapshot snapshot) {
    Map<String, String> summary = snapshot.summary();
    long added = Long.parseLong(summary.getOrDefault(SnapshotSummary.ADDED_RECORDS_PROP, "0"));
    return new CommittedRows(
        snapshot.snapshotId(),
        snapshot.sequenceNumber(),
        added - Long.parseLong(summary.getOrDefault(OTHERS, "0")));
  }
}
