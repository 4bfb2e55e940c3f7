package io.hosu.tables;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.objects.ObjectFiles;
import io.hosu.store.Database;
import io.hosu.tables.TableUpdate.Effect;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;

/**
 * An append whose files were looked at. They are the same whatever else happens to the table, so
 * that this can be done before its turn; publishing refuses those that were replaced meanwhile.
 *
 * @param table the uuid of the table
 */
record SeenAppend(
    TableUpdate update,
    AppendUpdate append,
    SnapshotContent.Appended content,
    ArrivedFiles arrived,
    String table) {

  /**
   * Looks at the files of {@code update} to a table at {@code current}; nothing when it does more
   * than append, or was published before: then its requirements say what is wrong.
   *
   * @throws Invalid when a file is not as the update says, or lies elsewhere than the table
   */
  static Optional<SeenAppend> of(
      TableUpdate update,
      TableMetadata current,
      Database database,
      ObjectFiles files,
      ObjectFileIO published) {
    ArrivedFiles arrived = new ArrivedFiles(files, current.location(), update.named());
    SnapshotContent all = new SnapshotContent(arrived, published, current, current);
    return AppendUpdate.of(update)
        .filter(append -> append.isKnown(current))
        .filter(append -> !isRecorded(database, current, append.snapshot()))
        .flatMap(append ->
            all.appended(append.snapshot(), append.parent(current).orElse(null))
                .map(content -> new SeenAppend(update, append, content, arrived, current.uuid())));
  }

  private static boolean isRecorded(Database database, TableMetadata table, Snapshot snapshot) {
    List<Long> ids = List.of(snapshot.snapshotId());
    return !database.read(tx -> CatalogRows.recorded(tx, table.uuid(), ids)).isEmpty();
  }

  /** Whether it is about the table that {@code current} tells of. */
  boolean isOf(TableMetadata current) {
    return current.uuid().equals(table);
  }

  /** What it does to the table at {@code current}. */
  Set<Effect> effects(TableMetadata current) {
    return append.effects(current);
  }

  /** What it makes of a table at {@code after}, which has it. */
  PreparedCommit.Made made(TableMetadata after) {
    Snapshot made = Objects.requireNonNull(after.snapshot(append.snapshot().snapshotId()));
    return made.equals(after.currentSnapshot())
        ? new PreparedCommit.Made.Rows(List.of(made))
        : new PreparedCommit.Made.Columns();
  }
}
