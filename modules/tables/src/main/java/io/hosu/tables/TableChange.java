package io.hosu.tables;

import io.hosu.kernel.TableName;
import java.util.List;
import java.util.OptionalLong;

/** What a commit does to one table, which it creates if it is not there yet. */
public sealed interface TableChange {
  /** The table, with the columns it shall have. */
  WriteTarget target();

  /** The files that it adds. */
  NewFiles added();

  /** The table. */
  default TableName table() {
    return target().name();
  }

  /** Makes the table, or gives it the target's columns and layout; no rows come or go. */
  record Define(WriteTarget target) implements TableChange {
    @Override
    public NewFiles added() {
      return new NewFiles(List.of(), List.of());
    }
  }

  /** Adds rows to those that are there. */
  record Append(WriteTarget target, NewFiles added) implements TableChange {}

  /** Replaces all rows. */
  record ReplaceAll(WriteTarget target, NewFiles added) implements TableChange {}

  /** Replaces the rows of each partition that an added file belongs to. */
  record ReplacePartitions(WriteTarget target, NewFiles added) implements TableChange {}

  /**
   * Replaces some files of a planned snapshot by others; refused when the table has another
   * snapshot by then, as rows may have come that belonged into the change.
   *
   * @param plan the scan that the change was computed from
   * @param removed files of {@code plan}, by local path
   */
  record ReplaceFiles(WriteTarget target, ScanPlan plan, List<String> removed, NewFiles added)
      implements TableChange {
    public ReplaceFiles {
      removed = List.copyOf(removed);
    }
  }

  /**
   * Replaces some files of a planned snapshot by others that hold some of their rows, whatever was
   * added meanwhile; refused when one of them is not in the table any more.
   *
   * @param plan the scan that the change was computed from
   * @param removed files of {@code plan}, by local path
   */
  record RewriteFiles(WriteTarget target, ScanPlan plan, List<String> removed, NewFiles added)
      implements TableChange {
    public RewriteFiles {
      removed = List.copyOf(removed);
    }
  }

  /**
   * Replaces the rows that came with some commits by others; refused when they are not all there.
   *
   * @param merged the commits, and the files that hold rows of theirs beside others
   * @param taken those of these files that give way; {@code added} holds their other rows
   */
  record ReplaceCommits(
      WriteTarget target, MergedRows merged, MergedRows.Taken taken, NewFiles added)
      implements TableChange {}

  /**
   * Makes an earlier snapshot the current one again, with the columns and the layout that the table
   * had then.
   *
   * @param from the snapshot that must be the current one by then
   * @param to the earlier one; empty for the time before the first
   */
  record Rollback(WriteTarget target, long from, OptionalLong to) implements TableChange {
    @Override
    public NewFiles added() {
      return new NewFiles(List.of(), List.of());
    }
  }
}
