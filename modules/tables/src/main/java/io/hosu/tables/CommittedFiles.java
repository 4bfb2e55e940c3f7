package io.hosu.tables;

import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.TableName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;

/** The data files of a table by the commits that they came with: Iceberg numbers both alike. */
final class CommittedFiles {
  private CommittedFiles() {}

  /**
   * The files that give way: those that came with the commits, and those that upkeep made of them.
   *
   * @throws Invalid {@link TablesError#ROWS_GONE} when the rows are not all in the table as it is
   * @throws Conflict {@link TablesError#TABLE_CHANGED} when it is another one than was looked at,
   *     so that this cannot be told
   */
  static List<DataFile> require(Table table, TableChange.ReplaceCommits change) {
    MergedRows merged = change.merged();
    Set<Long> numbers = new HashSet<>();
    long expected = 0;
    for (CommittedRows commit : merged.commits()) {
      numbers.add(commit.sequence());
      expected += commit.rows();
    }
    List<DataFile> found = new ArrayList<>(filesNumbered(table, numbers));
    // What was written anew beside the rows of a commit bears its number and is none of it.
    found.removeIf(file -> merged.holds(file.location()));
    long rows = found.stream().mapToLong(DataFile::recordCount).sum() + change.taken().rows();
    if (rows != expected) {
      Snapshot current = table.currentSnapshot();
      boolean same = current != null && merged.plan().snapshot().orElse(-1) == current.snapshotId();
      throw same
          ? gone(change.table(), merged.commits().getFirst().snapshot())
          : CatalogRows.changed(change.table());
    }
    List<DataFile> taken = merged.plan().dataFiles(change.taken().files());
    requireAll(table, change.table(), taken);
    found.addAll(taken);
    return found;
  }

  /**
   * Returns when all of {@code files} are in the table as it is.
   *
   * @throws Conflict {@link TablesError#TABLE_CHANGED} when one is not
   */
  static void requireAll(Table table, TableName name, List<DataFile> files) {
    Set<String> wanted = files.stream().map(DataFile::location).collect(Collectors.toSet());
    if (files(table, file -> wanted.contains(file.location())).size() != files.size()) {
      throw CatalogRows.changed(name);
    }
  }

  private static List<DataFile> filesNumbered(Table table, Set<Long> numbers) {
    return files(
        table,
        file -> {
          Long number = file.fileSequenceNumber();
          return number != null && numbers.contains(number);
        });
  }

  private static List<DataFile> files(Table table, Predicate<DataFile> which) {
    List<DataFile> found = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      for (FileScanTask task : tasks) {
        if (which.test(task.file())) {
          found.add(task.file());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  private static Invalid gone(TableName name, long commit) {
    return new Invalid(
        TablesError.ROWS_GONE,
        "The rows of an earlier version, which came to %s with snapshot %d, are not all in it any more."
            .formatted(name, commit),
        "See what replaced them with: hosu tables history %s; to add rows beside them, set versions: keep."
            .formatted(name));
  }
}
