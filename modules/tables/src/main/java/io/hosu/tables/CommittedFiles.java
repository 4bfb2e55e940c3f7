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
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;

/** The data files of a table by the commits that they came with: Iceberg numbers both alike. */
final class CommittedFiles {
  private CommittedFiles() {}

  /**
   * The files that came with {@code commits}.
   *
   * @throws Invalid {@link TablesError#ROWS_GONE} when they are not all in the table as it is
   */
  static List<DataFile> require(Table table, TableName name, List<Long> commits) {
    Set<Long> numbers = new HashSet<>();
    long expected = 0;
    for (long commit : commits) {
      Snapshot snapshot = table.snapshot(commit);
      if (snapshot == null) {
        throw gone(name, commit);
      }
      numbers.add(snapshot.sequenceNumber());
      expected +=
          Long.parseLong(snapshot.summary().getOrDefault(SnapshotSummary.ADDED_FILES_PROP, "0"));
    }
    List<DataFile> found = filesNumbered(table, numbers);
    if (found.size() != expected) {
      throw gone(name, commits.getFirst());
    }
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
