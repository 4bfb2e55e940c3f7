package io.hosu.tables;

import io.hosu.store.Row;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.jspecify.annotations.Nullable;

/**
 * What one commit did to a table.
 *
 * @param id the snapshot's id; 0 when the table was set back to before its first
 * @param number which of the table's commits it is, from 1
 * @param operation Iceberg's word: append, overwrite, delete or replace; rollback when an earlier
 *     snapshot became the current one again; clone when the table was made with the rows of another
 * @param execution the execution that made it, if one did
 * @param principal whose rights it was made with
 */
public record TableSnapshot(
    long id,
    long number,
    Instant committedAt,
    String operation,
    Optional<String> execution,
    String principal,
    Amounts rows,
    Amounts files,
    Amounts bytes) {
  static final String COLUMNS =
      "snapshot, number, committed_at, operation, execution, principal, added_rows, removed_rows,"
          + " total_rows, added_files, removed_files, total_files, added_bytes, removed_bytes,"
          + " total_bytes";

  /** How many came, went, and are there since. */
  public record Amounts(long added, long removed, long total) {
    private static Amounts of(Snapshot snapshot, String added, String removed, String total) {
      Map<String, String> summary = snapshot.summary();
      return new Amounts(
          Long.parseLong(summary.getOrDefault(added, "0")),
          Long.parseLong(summary.getOrDefault(removed, "0")),
          Long.parseLong(summary.getOrDefault(total, "0")));
    }

    /** What comes and goes where {@code before} gives way to {@code after}. */
    private static Amounts between(@Nullable Snapshot before, @Nullable Snapshot after, String of) {
      long from = total(before, of);
      long to = total(after, of);
      return new Amounts(Math.max(0, to - from), Math.max(0, from - to), to);
    }

    private static long total(@Nullable Snapshot snapshot, String of) {
      return snapshot == null ? 0 : Long.parseLong(snapshot.summary().getOrDefault(of, "0"));
    }

    private static Amounts of(Row row, String what) {
      return new Amounts(
          row.number("added_" + what), row.number("removed_" + what), row.number("total_" + what));
    }
  }

  static TableSnapshot of(Snapshot snapshot, CommitContext context) {
    return new TableSnapshot(
        snapshot.snapshotId(),
        0,
        Instant.ofEpochMilli(snapshot.timestampMillis()),
        snapshot.operation(),
        context.executionId(),
        context.principal(),
        Amounts.of(snapshot, "added-records", "deleted-records", "total-records"),
        Amounts.of(snapshot, "added-data-files", "deleted-data-files", "total-data-files"),
        Amounts.of(snapshot, "added-files-size", "removed-files-size", "total-files-size"));
  }

  /** That a table was made of another one with all that this has, whose snapshot is current. */
  static TableSnapshot cloned(@Nullable Snapshot current, CommitContext context, Instant now) {
    return set(current, current, "clone", context, now);
  }

  /** That {@code after} became the current snapshot again. */
  static TableSnapshot back(
      @Nullable Snapshot before, @Nullable Snapshot after, CommitContext context, Instant now) {
    return set(before, after, "rollback", context, now);
  }

  private static TableSnapshot set(
      @Nullable Snapshot before,
      @Nullable Snapshot after,
      String operation,
      CommitContext context,
      Instant now) {
    return new TableSnapshot(
        after == null ? 0 : after.snapshotId(),
        0,
        now,
        operation,
        context.executionId(),
        context.principal(),
        Amounts.between(before, after, "total-records"),
        Amounts.between(before, after, "total-data-files"),
        Amounts.between(before, after, "total-files-size"));
  }

  static TableSnapshot of(Row row) {
    return new TableSnapshot(
        row.number("snapshot"),
        row.number("number"),
        row.instant("committed_at"),
        row.text("operation"),
        row.optionalText("execution"),
        row.text("principal"),
        Amounts.of(row, "rows"),
        Amounts.of(row, "files"),
        Amounts.of(row, "bytes"));
  }

  List<Object> amounts() {
    return List.of(
        rows.added,
        rows.removed,
        rows.total,
        files.added,
        files.removed,
        files.total,
        bytes.added,
        bytes.removed,
        bytes.total);
  }
}
